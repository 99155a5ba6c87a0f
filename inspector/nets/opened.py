"""An open network: what is known of it, and pictures passed through it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inspector.core.network.facts import Description
from inspector.core.network.inspection import Inspection, Maps, NetworkFacts
from inspector.core.network.settings import Alteration, Fit, ModelChoice
from inspector.core.network.steps import steps
from inspector.core.picture import Picture
from inspector.core.receptive_field.effective import EffectiveField, Target
from inspector.core.receptive_field.graph import INPUT
from inspector.core.receptive_field.sample import Sample
from inspector.core.receptive_field.settings import Part
from inspector.nets.altering import altered
from inspector.nets.batches import Batches
from inspector.nets.borrowing import as_its_own
from inspector.nets.describe import describe
from inspector.nets.effective_fields import depth_sigmas, effective_fields
from inspector.nets.evaluation import probabilities
from inspector.nets.gradient_average import average_fields
from inspector.nets.gradients import Gradients
from inspector.nets.layers import PartialConv2d
from inspector.nets.prepared import Trained
from inspector.nets.preprocessing import Preprocessing, fitted_shares, natural_fit, shown
from inspector.nets.recording import Recorder, Recording
from inspector.nets.threads import fitting_threads
from inspector.nets.trained import open_trained
from kernels import Cancel


@dataclass(frozen=True, eq=False)
class OpenNetwork:
    """A network ready to be looked at, by one thread at a time.

    Between two calls, ``trained.network`` has no hooks and is in the modes that it had.
    """

    facts: NetworkFacts
    trained: Trained
    recorder: Recorder

    def inspect(
        self, picture: Picture, fit: Fit | None = None, alterations: Sequence[Alteration] = (), cancel: Cancel = lambda: False
    ) -> Inspection:
        """Pass the picture through the network, altered as asked, and keep all that it makes of it.

        ``fit`` None: what the network was opened with, else what is natural for the picture.

        Raises:
            Cancelled: ``cancel``, which is asked behind each layer, said yes.
            ValueError: the picture cannot be fitted, an alteration is impossible, the network's forward raises or, as foreign
                code, takes too long, or as one that judges, its outputs are not one number for each class.
        """
        with fitting_threads(self.facts.description.macs):
            return self._inspected(picture, fit, alterations, cancel)

    def _inspected(self, picture: Picture, fit: Fit | None, alterations: Sequence[Alteration], cancel: Cancel) -> Inspection:
        prepared = self._prepared(picture, fit)
        shares = _fitted(picture, prepared)
        values = prepared.normalized(shares)
        made = self.trained.limited(partial(self._recorded, values, alterations, cancel), cancel)
        return Inspection(
            maps=MappingProxyType({INPUT: _maps(values), **{key: _maps(tensor) for key, tensor in made.maps.items()}}),
            fitted=shown(shares), probabilities=probabilities(made.output, len(self.trained.class_names))[0],
            fit=prepared.fit, milliseconds=made.seconds * 1e3,
        )  # fmt: skip

    def _recorded(self, values: Tensor, alterations: Sequence[Alteration], cancel: Cancel) -> Recording:
        with altered(self.trained.network, alterations):
            return self.recorder.record(as_its_own(values, self.trained.network), cancel=cancel)

    def fitted(self, picture: Picture, fit: Fit | None = None) -> NDArray[np.uint8]:
        """The input as a picture (H, W, 3), as ``inspect`` shows it. Raises ValueError where it cannot be fitted."""
        return shown(_fitted(picture, self._prepared(picture, fit)))

    def values(self, picture: Picture, fit: Fit | None = None) -> Tensor:
        """The standardized input (1, C, H, W). Raises ValueError where the picture cannot be fitted."""
        prepared = self._prepared(picture, fit)
        return prepared.normalized(_fitted(picture, prepared))

    def _prepared(self, picture: Picture, fit: Fit | None) -> Preprocessing:
        usual = self.trained.preprocessing
        return replace(usual, fit=fit or self.trained.fit or natural_fit(picture, usual.input))

    def effective(
        self, picture: Picture, targets: Sequence[Target], part: Part = Part.ABSOLUTE, *, fit: Fit | None = None,
        alterations: Sequence[Alteration] = (), cancel: Cancel = lambda: False,
    ) -> tuple[EffectiveField, ...]:  # fmt: skip
        """The effective fields of ``targets``, in their order, for one picture.

        Raises Cancelled, FieldError and ValueError as ``effective_fields``, and ValueError where the picture cannot be fitted.
        """
        gradients = Gradients(self.trained, self.facts.description, alterations, cancel)
        with fitting_threads(self.facts.description.macs * len(targets)):
            return effective_fields(gradients, self.values(picture, fit), targets, part)

    def average(
        self, sample: Sample, target: Target, part: Part = Part.ABSOLUTE, *, fit: Fit | None = None,
        alterations: Sequence[Alteration] = (), progress: Callable[[int, int | None], None] = lambda done, count: None,
        cancel: Cancel = lambda: False,
    ) -> EffectiveField:  # fmt: skip
        """The effective field of a target averaged over a sample; ``progress`` is told how many pictures are done, of how many.

        Files that cannot be read or fitted are skipped and counted. Raises Cancelled, FieldError and ValueError as
        ``effective_fields``, and ValueError where there are no pictures, or none of the files can be taken.
        """
        gradients = Gradients(self.trained, self.facts.description, alterations, cancel)
        size = min(gradients.at_once((target.key,)), max(sample.pictures, 1))
        batches = Batches(sample, self.trained.preprocessing, fit or self.trained.fit, size)
        with fitting_threads(self.facts.description.macs * size):
            found = average_fields(gradients, batches, target, part, lambda done: progress(done, batches.pictures))
        return replace(found, skipped=len(batches.skipped))

    def sigmas(
        self, picture: Picture, keys: Collection[str], part: Part = Part.ABSOLUTE, *, fit: Fit | None = None,
        alterations: Sequence[Alteration] = (), progress: Callable[[int, int | None], None] = lambda done, count: None,
        cancel: Cancel = lambda: False,
    ) -> dict[str, EffectiveField]:  # fmt: skip
        """The effective field of the middle unit of each of the layers ``keys``, all maps summed, for one picture.

        Layers without a gradient to the picture are left out. ``progress`` is told how many layers are done, and of how many.
        Raises as ``effective``.
        """
        gradients = Gradients(self.trained, self.facts.description, alterations, cancel)
        with fitting_threads(self.facts.description.macs):
            return depth_sigmas(gradients, self.values(picture, fit), keys, part, progress)


def open_network(choice: ModelChoice, cancel: Cancel = lambda: False) -> OpenNetwork:
    """Build or read the chosen network and describe it.

    Raises WeightsError, NormalizationError and OwnCodeError as ``open_trained`` does, Cancelled, and as ``opened`` does.
    """
    return opened(open_trained(choice, cancel=cancel), cancel)


def opened(trained: Trained, cancel: Cancel = lambda: False) -> OpenNetwork:
    """The network with its facts, at the size of its input.

    Raises:
        ValueError: its forward raises or takes too long, or none of its layers makes maps.
        Cancelled: foreign code took long, and ``cancel`` said yes.
    """
    description = trained.limited(partial(describe, trained.network, trained.preprocessing.input), cancel)
    rows = steps(description)
    if not rows:
        raise ValueError(f"no layer of {trained.title} makes maps of a picture, so that there is nothing to look at")
    facts = NetworkFacts(
        title=trained.title, line=trained.line, description=description, steps=rows,
        class_names=trained.class_names, mean=trained.preprocessing.mean, std=trained.preprocessing.std,
        weights=MappingProxyType(_weights(trained.network, description)), notes=trained.notes,
    )  # fmt: skip
    return OpenNetwork(facts, trained, Recorder(trained.network))


@lru_cache(maxsize=1)  # the same picture is looked at again and again, and fitting a photograph takes as long as LeNet
def _fitted(picture: Picture, prepared: Preprocessing) -> Tensor:
    return fitted_shares(picture, prepared)


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
