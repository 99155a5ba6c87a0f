"""Gradients of units to the input: a forward pass that ends behind the last layer of interest, and the ways back from there."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.autograd.graph import GradientEdge, allow_mutation_on_saved_tensors, get_gradient_edge
from torch.utils.hooks import RemovableHandle

from inspector.core.network.facts import Description, Shape, layer_key
from inspector.core.network.settings import Alteration
from inspector.core.receptive_field.effective import Target
from inspector.core.receptive_field.graph import INPUT, FieldError
from inspector.nets.altering import AlterationError, altered
from inspector.nets.borrowing import FORWARD_FAULTS, as_its_own, borrowed, hooked, layers, reason, stuck
from inspector.nets.handing_on import maps_in
from inspector.nets.prepared import LONGEST, Trained
from kernels import Cancel, Cancelled

Result = TypeVar("Result")
# Bytes that the layers up to the last of interest may make of all pictures of one pass; the pass needs about twice as much.
# More does not pay off: measured, a picture of VGG-16 takes half as long again in passes of 8 as in passes of 1.
BUDGET = 64 << 20


@dataclass(frozen=True, eq=False)
class Gradients:
    """Takes gradients in a network, altered as asked. It is handed back as it was found: hooks, modes, ``requires_grad``.

    ``cancel`` is asked behind each layer of a forward pass.
    """

    trained: Trained
    description: Description
    alterations: Sequence[Alteration] = ()
    cancel: Cancel = lambda: False

    def at_once(self, keys: Collection[str]) -> int:
        """How many pictures one pass up to ``keys`` takes. Raises FieldError for an unknown key.

        The user's own code is given one at a time, since it may do anything with several.
        """
        rows = self.description.layers[: self._depth(keys)]
        each = sum(row.bytes for row in rows) + 8 * prod(self.description.input)
        return 1 if self.trained.foreign else max(BUDGET // each, 1)

    def taken(self, values: Tensor, keys: Collection[str], use: Callable[["Reach"], Result], times: int = 1) -> Result:
        """What ``use`` makes of the layers ``keys`` that ``values`` (N, C, H, W), standardized, have reached.

        ``times``: how many passes this is worth, which limits the time of the user's own code.

        Raises:
            Cancelled: ``cancel`` said yes.
            FieldError: there is no layer of this key, or the input did not pass it.
            AlterationError: as ``altered``. Alterations behind the last of ``keys`` are left out.
            ValueError: the network's forward raises or, as foreign code, takes too long; what ``use`` raises.
        """
        run = partial(self._taken, values, frozenset(keys), use)
        return self.trained.limited(run, self.cancel, LONGEST * times)

    def _taken(self, values: Tensor, keys: frozenset[str], use: Callable[["Reach"], Result]) -> Result:
        """Where the network overwrites what gradients need, torch keeps copies in a second attempt."""
        with torch.inference_mode(mode=False), torch.enable_grad(), _borrowed_without_gradients(self.trained.network):
            try:
                return use(self._reached(values, keys))
            except _OverwrittenError:
                with allow_mutation_on_saved_tensors():
                    return use(self._reached(values, keys))

    def _reached(self, values: Tensor, keys: frozenset[str]) -> "Reach":
        network = self.trained.network
        leaf = as_its_own(values.detach(), network).clone().requires_grad_()
        given, tape = leaf.clone(), _Tape(keys, len(leaf), self.cancel)  # a leaf may not be changed in place
        tape.note(INPUT, given)
        if tape.left:
            with altered(network, self._before(keys)), hooked(tape.hooks(network)):
                _pass(network, given, tape)
        if tape.left:
            raise FieldError(f"the input did not pass layer {min(tape.left)!r}")
        return Reach(leaf, tape.made)

    def _before(self, keys: Collection[str]) -> list[Alteration]:
        """The alterations but those behind the last of ``keys``, which change nothing there, and would be missed."""
        behind = {row.key for row in self.description.layers[self._depth(keys) :]}
        return [one for one in self.alterations if one.layer not in behind]

    def _depth(self, keys: Collection[str]) -> int:
        """How many layers are passed up to the last of ``keys``."""
        order = {INPUT: 0, **{row.key: count for count, row in enumerate(self.description.layers, 1)}}
        if unknown := [key for key in keys if key not in order]:
            raise FieldError(f"there is no layer {unknown[0]!r} that computes, only {', '.join(order)}")
        return max((order[key] for key in keys), default=0)


class Reach:
    """What a batch of pictures has reached, and the ways back."""

    def __init__(self, leaf: Tensor, made: dict[str, "_Made"]) -> None:
        self._leaf, self._made = leaf, made

    @property
    def pictures(self) -> int:
        """How many passed together."""
        return len(self._leaf)

    def reaches(self, key: str) -> bool:
        """Whether what a layer made has a gradient to the pictures."""
        return key in self._made

    def shape(self, key: str) -> Shape:
        """(C, H, W) of what a layer made of one picture. Raises FieldError where it has no gradient."""
        made = self._of(key)
        channels, height, width = (*made.shape[1:], 1, 1)[:3]
        return channels, height, width

    def gradient(self, targets: Sequence[Target]) -> Tensor:
        """The gradient of target i, all of one layer, to picture i: (pictures, C, H, W) float64 in main memory.

        Raises FieldError for a unit or a map that the layer does not have, and where there is no gradient.
        """
        key = targets[0].key
        made, shape = self._of(key), self.shape(key)
        seed = torch.zeros(made.shape, dtype=made.dtype, device=made.device)
        maps = seed.view(self.pictures, *shape)
        for picture, target in enumerate(targets):
            _check(target, shape)
            maps[picture, slice(None) if target.map is None else target.map, target.unit[0], target.unit[1]] = 1
        return self._back(key, made, seed)

    def _back(self, key: str, made: "_Made", seed: Tensor) -> Tensor:
        try:
            (found,) = torch.autograd.grad([made.edge], [self._leaf], [seed], retain_graph=True, materialize_grads=True)
        except FORWARD_FAULTS as error:
            message = f"the gradient of layer {key!r} cannot be computed: {reason(error)}"
            raise (_OverwrittenError if "modified by an inplace operation" in str(error) else ValueError)(message) from error
        return found.to(device="cpu", dtype=torch.float64)

    def _of(self, key: str) -> "_Made":
        try:
            return self._made[key]
        except KeyError:
            raise FieldError(
                f"what layer {key!r} makes has no gradient: it is no maps of numbers, or does not follow from the picture by"
                " operations that have one, as behind argmax or numpy"
            ) from None


@dataclass(frozen=True)
class _Made:
    """What a layer made of a batch, and where that stands in the graph of gradients: later changes in place do not move it."""

    shape: torch.Size
    dtype: torch.dtype
    device: torch.device
    edge: GradientEdge


class _OverwrittenError(ValueError):
    """The network overwrites what a gradient needs."""


class _Enough(BaseException):
    """All layers of interest have been passed; no error, so that ``except Exception`` in a network lets it pass."""


class _Tape:
    """Notes what the layers ``keys`` make, and ends the pass behind the last of them."""

    def __init__(self, keys: frozenset[str], pictures: int, cancel: Cancel) -> None:
        self._left, self._pictures, self._cancel = set(keys), pictures, cancel
        self._calls: Counter[str] = Counter()
        self.passed: list[str] = []  # paths of layers
        self.made: dict[str, _Made] = {}  # of those that have a gradient

    @property
    def left(self) -> set[str]:
        """The keys that have not been passed."""
        return self._left

    def hooks(self, network: nn.Module) -> Iterator[RemovableHandle]:
        """Makes every layer tell what it made."""
        for name, layer in layers(network):
            yield layer.register_forward_hook(partial(self._leaves, name))

    def note(self, key: str, made: Any) -> None:
        """Keep what was made for ``key`` if that is of interest."""
        if key not in self._left:
            return
        self._left.discard(key)
        maps = maps_in(made, self._pictures)
        if maps is not None and maps.requires_grad:
            self.made[key] = _Made(maps.shape, maps.dtype, maps.device, get_gradient_edge(maps))

    def _leaves(self, name: str, layer: nn.Module, given: tuple[Any, ...], made: Any) -> None:
        if self._cancel():
            raise Cancelled
        self.passed.append(name)
        self._calls[name] += 1
        self.note(layer_key(name, self._calls[name]), made)
        if not self._left:
            raise _Enough


def _pass(network: nn.Module, given: Tensor, tape: _Tape) -> None:
    shape = tuple(given.shape[1:])
    try:
        network(given)
    except _Enough:
        return
    except (Cancelled, AlterationError):
        raise
    except FORWARD_FAULTS as error:
        raise stuck(network, shape, tape.passed, error) from error


@contextmanager
def _borrowed_without_gradients(network: nn.Module) -> Iterator[None]:
    """Within it, the network is in evaluation mode, and no work is done for gradients of parameters."""
    wanted = [parameter for parameter in network.parameters() if parameter.requires_grad]
    with ExitStack() as after, borrowed(tuple(network.modules()), ()):
        for parameter in wanted:
            after.callback(parameter.requires_grad_)
            parameter.requires_grad_(False)
        yield


def _check(target: Target, shape: Shape) -> None:
    """Raises FieldError."""
    (channels, height, width), (y, x), where = shape, target.unit, _where(target.key)
    if not (0 <= y < height and 0 <= x < width):
        raise FieldError(f"unit {y},{x} is outside of {where}, which has {height} × {width}, counted from 0,0")
    if target.map is not None and not 0 <= target.map < channels:
        raise FieldError(f"there is no map {target.map} in {where}, whose {channels} maps count from 0")


def _where(key: str) -> str:
    return "the picture" if key == INPUT else f"layer {key!r}"
