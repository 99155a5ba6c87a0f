"""An open network: what is known of it, and pictures passed through it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inspector.core.network.facts import INPUT, Description
from inspector.core.network.inspection import Inspection, Maps, NetworkFacts
from inspector.core.network.settings import Alteration, Fit, ModelChoice, ModelKind
from inspector.core.network.steps import steps
from inspector.core.picture import Picture
from inspector.nets.altering import altered
from inspector.nets.describe import describe
from inspector.nets.layers import PartialConv2d
from inspector.nets.loading.timebox import NeverEnded, bounded
from inspector.nets.prepared import Trained
from inspector.nets.preprocessing import fitted_shares, natural_fit, shown
from inspector.nets.recording import Cancel, Recorder, Recording
from inspector.nets.trained import open_trained

LONGEST = 60.0  # seconds that somebody else's code may take for one pass
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class OpenNetwork:
    """A network ready to be looked at, by one thread at a time. ``foreign``: its code is not the program's own.

    Between two calls, ``trained.network`` has no hooks and is in the modes that it had.
    """

    facts: NetworkFacts
    trained: Trained
    recorder: Recorder
    foreign: bool

    def inspect(
        self, picture: Picture, fit: Fit | None = None, alterations: Sequence[Alteration] = (), cancel: Cancel = lambda: False
    ) -> Inspection:
        """Pass the picture through the network, altered as asked, and keep all that it makes of it.

        ``fit`` None: what the network was opened with, else what is natural for the picture.

        Raises:
            Cancelled: ``cancel``, which is asked behind each layer, said yes.
            ValueError: the picture cannot be fitted, an alteration is impossible, the network's forward raises or, as foreign
                code, takes longer than ``LONGEST``, or its outputs are not one finite number for each class.
        """
        size = self.trained.preprocessing.input
        prepared = replace(self.trained.preprocessing, fit=fit or self.trained.fit or natural_fit(picture, size))
        shares = fitted_shares(picture, prepared)
        values = prepared.normalized(shares)
        made = self._limited(partial(self._recorded, values, alterations, cancel), cancel)
        return Inspection(
            maps=MappingProxyType({INPUT: _maps(values), **{key: _maps(tensor) for key, tensor in made.maps.items()}}),
            fitted=shown(shares), probabilities=_probabilities(made.output, self.trained.class_names),
            fit=prepared.fit, milliseconds=made.seconds * 1e3,
        )  # fmt: skip

    def _recorded(self, values: Tensor, alterations: Sequence[Alteration], cancel: Cancel) -> Recording:
        with altered(self.trained.network, alterations):
            return self.recorder.record(_as_its_own(values, self.trained.network), cancel=cancel)

    def _limited(self, run: Callable[[], Result], cancel: Cancel) -> Result:
        return _limited(run, cancel) if self.foreign else run()


def open_network(choice: ModelChoice, cancel: Cancel = lambda: False) -> OpenNetwork:
    """Build or read the chosen network and describe it.

    Raises WeightsError, NormalizationError and OwnCodeError as ``open_trained`` does, Cancelled, and as ``opened`` does.
    """
    return opened(open_trained(choice, cancel=cancel), foreign=choice.kind is ModelKind.CODE, cancel=cancel)


def opened(trained: Trained, *, foreign: bool = False, cancel: Cancel = lambda: False) -> OpenNetwork:
    """The network with its facts, at the size of its input.

    Raises:
        ValueError: its forward raises or takes too long, or its layers are not from one tensor to one.
        Cancelled: foreign code took long, and ``cancel`` said yes.
    """
    run = partial(_described, trained)
    description = _limited(run, cancel) if foreign else run()
    facts = NetworkFacts(
        title=trained.title, line=trained.line, description=description, steps=steps(description),
        class_names=trained.class_names, mean=trained.preprocessing.mean, std=trained.preprocessing.std,
        weights=MappingProxyType(_weights(trained.network, description)), notes=trained.notes,
    )  # fmt: skip
    return OpenNetwork(facts, trained, Recorder(trained.network), foreign)


def _limited(run: Callable[[], Result], cancel: Cancel) -> Result:
    try:
        return bounded(run, cancel=cancel, seconds=LONGEST)
    except NeverEnded as error:
        raise ValueError(f"the network's forward was stopped: {error}") from error


def _described(trained: Trained) -> Description:
    try:
        return describe(trained.network, trained.preprocessing.input)
    except ValueError:
        raise
    except Exception as error:  # somebody else's forward may raise anything
        raise ValueError(f"the network's forward raises {type(error).__name__}: {error}") from error


def _as_its_own(values: Tensor, network: nn.Module) -> Tensor:
    """On the device and in the precision of the network's parameters."""
    first = next((one for one in network.parameters() if one.is_floating_point()), values)
    return values.to(device=first.device, dtype=first.dtype)


def _maps(tensor: Tensor) -> Maps:
    """What was made of one picture, (1, C, …), as (C, H, W) float32: a view where the tensor is float32 in main memory."""
    values = tensor.detach().to(device="cpu", dtype=torch.float32)[0]
    return _read_only(values.reshape((*values.shape, 1, 1)[:3]))


def _read_only(values: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = values.numpy()
    array.flags.writeable = False
    return array


def _weights(network: nn.Module, description: Description) -> dict[str, NDArray[np.float32]]:
    """The filters of each layer that has them, by its key."""
    filters = {row.key: _filters(network.get_submodule(row.name)) for row in description.layers}
    return {key: _read_only(found.detach().to(device="cpu", dtype=torch.float32)) for key, found in filters.items()
            if found is not None}  # fmt: skip


def _filters(layer: nn.Module) -> Tensor | None:
    """(outputs, inputs, kh, kw); of a grouped convolution, the inputs of its group."""
    match layer:
        case nn.Conv2d():
            return layer.weight
        case PartialConv2d():
            return layer.dense_weight()
        case nn.Linear():
            return layer.weight[:, :, None, None]
        case _:
            return None


def _probabilities(output: Tensor, class_names: Sequence[str]) -> NDArray[np.float64]:
    """Softmax of the outputs (1, classes). Raises ValueError."""
    if output.shape != (1, len(class_names)):
        raise ValueError(f"the network gives {tuple(output.shape)} for one picture, and for {len(class_names)} classes it"
                         f" would have to be (1, {len(class_names)})")  # fmt: skip
    if not bool(torch.isfinite(output).all()):
        raise ValueError("the network's outputs are not finite: its weights are damaged or do not belong to it")
    found: NDArray[np.float64] = torch.softmax(output.to(device="cpu", dtype=torch.float64), 1)[0].numpy()
    found.flags.writeable = False
    return found
