"""What each layer makes of an input, kept while it passes through a network."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from inspector.core.network.facts import layer_key
from inspector.nets.altering import AlterationError
from inspector.nets.borrowing import FORWARD_FAULTS, borrowed, layers, stuck
from inspector.nets.handing_on import maps_in
from kernels import Cancel, Cancelled


@dataclass(frozen=True, eq=False)
class Recording:
    """One forward pass: the output of each layer by its key, in the order of the computation, and that of the network.

    The tensors are what the layers made, bit by bit, not copies of it, without gradients, of several the first; layers that make
    no maps are left out. ``output``: whatever the network returned. ``seconds``: of the forward pass with its recording.
    """

    maps: dict[str, Tensor]
    output: Any
    seconds: float


def record(network: nn.Module, values: Tensor, keys: Collection[str] | None = None, cancel: Cancel | None = None) -> Recording:
    """One pass as ``Recorder.record`` does it."""
    return Recorder(network).record(values, keys, cancel)


class Recorder:
    """Records passes through a network; afterwards it is without hooks and in the modes that it had.

    Recording copies nothing, unless something later in the network changes a tensor in place, such as
    ``ReLU(inplace=True)`` or ``maps += shortcut``. That is noticed behind the pass, which is then repeated with copies of what
    was changed; later passes copy it at once. What circumvents torch's version counters, as ``maps.data`` does, is not noticed.
    """

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        self._modules = tuple(network.modules())
        self._layers = tuple(layers(network))
        self._changing: set[str] = set()  # paths of layers whose output is changed after it was made
        self._spares_input = False  # until a pass has shown it

    def record(self, values: Tensor, keys: Collection[str] | None = None, cancel: Cancel | None = None) -> Recording:
        """Pass ``values`` (N, C, H, W) through the network in evaluation mode, without gradients; they stay as they are.

        Kept are the outputs ``keys``, or all. ``cancel`` is asked behind each layer.

        Raises:
            Cancelled: ``cancel`` said yes.
            AlterationError: the network is altered, and not as it can be.
            StuckError: the network's forward raised something, with the last layer of those watched that ``values`` passed
                (all are watched if there is a ``cancel``).
            ValueError: it made no maps for a key.
        """
        with self.watching(keys, cancel) as once:
            return once(values)

    @contextmanager
    def watching(
        self, keys: Collection[str] | None = None, cancel: Cancel | None = None
    ) -> Iterator[Callable[[Tensor], Recording]]:
        """Within it, any number of passes are recorded as ``record`` does it, and the hooks are placed only once."""
        tape = _Tape(keys, self._changing, cancel)
        with borrowed(self._modules, tape.hooks(self._layers)):
            yield partial(self._once, tape)

    def _once(self, tape: "_Tape", values: Tensor) -> Recording:
        while True:
            output, seconds = self._pass(tape, values)
            changed = tape.changed()
            if not changed:  # comes to an end: a copy is never changed
                return Recording(tape.taken(), output, seconds)
            self._changing |= changed

    def _pass(self, tape: "_Tape", values: Tensor) -> tuple[Any, float]:
        given = values if self._spares_input else _copy(values)
        tape.rewind(len(values))
        try:
            with torch.no_grad():
                start = perf_counter()
                made = self._network(given)
                seconds = perf_counter() - start
        except (Cancelled, AlterationError):
            raise
        except FORWARD_FAULTS as error:
            raise stuck(self._network, tuple(values.shape[1:]), tape.passed, error) from error
        self._spares_input = given is values or not given._version
        return (made.detach() if isinstance(made, Tensor) else made), seconds


class _Tape:
    """What comes along in a pass. ``keys``: of what is to be kept, None for all; ``copied``: layers whose output is copied."""

    def __init__(self, keys: Collection[str] | None, copied: Collection[str], cancel: Cancel | None) -> None:
        self._keys, self._copied, self._cancel = keys, copied, cancel
        self._pictures = 0  # of the pass
        self._passed: list[tuple[str, Tensor | None, int]] = []  # paths, tensors, the version that each had

    @property
    def passed(self) -> list[str]:
        """The paths of the layers that were passed, in that order."""
        return [name for name, _, _ in self._passed]

    def rewind(self, pictures: int) -> None:
        """Forget the last pass; the next is of so many pictures."""
        self._pictures = pictures
        self._passed.clear()

    def hooks(self, every: Sequence[tuple[str, nn.Module]]) -> Iterator[RemovableHandle]:
        """Makes the layers that have to be watched tell what they made."""
        names = None if self._keys is None or self._cancel else {*self._keys, *(key.rpartition(":")[0] for key in self._keys)}
        for name, layer in every:
            if names is None or name in names:
                yield layer.register_forward_hook(partial(self._leaves, name))

    def changed(self) -> set[str]:
        """The paths of layers whose output is no longer what it was when it was made."""
        return {name for name, tensor, version in self._passed if tensor is not None and tensor._version != version}

    def taken(self) -> dict[str, Tensor]:
        """The tensors in the order in which they came. Raises ValueError where one is missing."""
        kept, calls = {}, dict[str, int]()
        for name, tensor, _ in self._passed:
            calls[name] = calls.get(name, 0) + 1
            key = layer_key(name, calls[name])
            if tensor is not None and (self._keys is None or key in self._keys):
                kept[key] = tensor.detach() if tensor.requires_grad else tensor
        if missing := [key for key in self._keys or () if key not in kept]:
            raise ValueError(f"no layer {missing[0]!r} has made maps of this input")
        return kept

    def _leaves(self, name: str, layer: nn.Module, given: tuple[Any, ...], made: Any) -> None:
        if self._cancel is not None and self._cancel():
            raise Cancelled
        maps = maps_in(made, self._pictures)
        if maps is None:
            self._passed.append((name, None, 0))
            return
        tensor = _copy(maps) if name in self._copied or maps.is_inference() else maps
        self._passed.append((name, tensor, tensor._version))


def _copy(made: Tensor) -> Tensor:
    """A copy of its own in the same memory order, which has a version also where ``made`` has none."""
    with torch.inference_mode(mode=False):
        return made.detach().clone()
