"""Convolutions of a picture that has moved, computed only where it makes a difference: the rest has moved along.

Equivariance, put to use: a unit whose whole field lies in the picture before and after a shift by a multiple of its layer's jump
sees the same pixels, and so has the value that another unit had before.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from inspector.core.network.facts import Description
from inspector.core.shift.taps import Kept, Stretch, Tapping
from inspector.core.shift.transforms import Transform, Translation
from inspector.nets.borrowing import layers

Forward = Callable[[Tensor], Tensor]
STEP = 8  # units: edges are widened to multiples, so that torch prepares for few sizes
LARGEST = 0.5  # of a map, for both edges along an axis together; more saves no time


class Reuse:
    """What the plain convolutions of a ``network`` make of one picture, and then only what moving it changes.

    ``tapping`` says how maps ought to move, by key. Of other layers everything is computed.
    """

    def __init__(self, network: nn.Module, description: Description, tapping: Mapping[str, Tapping]) -> None:
        calls = Counter(row.name for row in description.layers)
        found = {name: layer for name, layer in layers(network) if type(layer) is nn.Conv2d and name in tapping}
        self._layers = {name: layer for name, layer in found.items() if calls[name] == 1 and _is_plain(layer)}
        self._tapping = tapping
        self._made: dict[str, Tensor] = {}
        self._patched_maps: dict[str, Tensor] = {}  # the same memory each time: fresh memory takes as long as the copying

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Within it, what passes is kept."""
        with _forwards({layer: partial(self._record, name, layer) for name, layer in self._layers.items()}):
            yield

    @contextmanager
    def moved(self, transform: Transform) -> Iterator[None]:
        """Within it, the same picture passes after ``transform``."""
        kept = {name: self._tapping[name].kept(transform) for name in self._made if isinstance(transform, Translation)}
        patched = {self._layers[name]: partial(self._patched, name, part) for name, part in kept.items() if part is not None}
        with _forwards(patched):
            yield

    def _record(self, name: str, layer: nn.Conv2d, given: Tensor) -> Tensor:
        made = _convolved(layer, given)
        self._made[name] = made.clone()  # what comes later in the network may change it in place
        return made

    def _patched(self, name: str, kept: Kept, given: Tensor) -> Tensor:
        layer, made = self._layers[name], self._made[name]
        widths = [_edge(stretch, made.shape[axis]) for axis, stretch in ((-2, kept.rows), (-1, kept.columns))]
        if any(2 * width > LARGEST * made.shape[axis] for axis, width in zip((-2, -1), widths, strict=True)):
            return _convolved(layer, given)
        (down, top, bottom), (right, start, end) = kept.rows, kept.columns
        if name not in self._patched_maps:
            self._patched_maps[name] = torch.empty_like(made)
        out = self._patched_maps[name]
        out[..., top:bottom, start:end] = made[..., top - down : bottom - down, start - right : end - right]
        for axis, width in zip((-2, -1), widths, strict=True):
            if width:
                _patch(layer, given, axis, width, out)
        return out


def _edge(kept: Stretch, units: int) -> int:
    """How many units at each end are to be computed."""
    _, first, end = kept
    return -(-max(first, units - end) // STEP) * STEP


def _is_plain(layer: nn.Conv2d) -> bool:
    """Whether what it makes of a part of its input is known from that part."""
    if layer.padding_mode != "zeros" or isinstance(layer.padding, str) or "forward" in vars(layer):
        return False
    reach = [(side - 1) * dilation for side, dilation in zip(layer.kernel_size, layer.dilation, strict=True)]
    return all(padding <= side for padding, side in zip(layer.padding, reach, strict=True))


def _convolved(layer: nn.Conv2d, given: Tensor) -> Tensor:
    return nn.Conv2d.forward(layer, given)


def _patch(layer: nn.Conv2d, given: Tensor, axis: int, width: int, out: Tensor) -> None:
    """Computes ``width`` units at both ends of an axis into ``out``, side by side in one batch."""
    units = out.shape[axis]
    ends = torch.cat([_seen(layer, given, axis, 0, width), _seen(layer, given, axis, units - width, width)])
    padding = 0 if axis == -2 else int(layer.padding[0]), 0 if axis == -1 else int(layer.padding[1])
    first, last = functional.conv2d(
        ends, layer.weight, layer.bias, layer.stride, padding, layer.dilation, layer.groups
    ).chunk(2)  # fmt: skip
    out.narrow(axis, 0, width).copy_(first)
    out.narrow(axis, units - width, width).copy_(last)


def _seen(layer: nn.Conv2d, given: Tensor, axis: int, first: int, count: int) -> Tensor:
    """What ``count`` units from ``first`` on along an axis see of the input, with its padding there."""
    stride, reach = layer.stride[axis], (layer.kernel_size[axis] - 1) * layer.dilation[axis]
    start = first * stride - int(layer.padding[axis])
    end = start + (count - 1) * stride + reach + 1
    before, after = max(-start, 0), max(end - given.shape[axis], 0)
    part = given.narrow(axis, start + before, end - after - start - before)
    return functional.pad(part, (before, after) if axis == -1 else (0, 0, before, after))


@contextmanager
def _forwards(exchanged: Mapping[nn.Conv2d, Forward]) -> Iterator[None]:
    """Within it, layers pass their input in another way."""
    try:
        for layer, forward in exchanged.items():
            vars(layer)["forward"] = forward
        yield
    finally:
        for layer in exchanged:
            vars(layer).pop("forward", None)
