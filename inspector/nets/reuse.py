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
from inspector.core.shift.taps import Kept, Tapping
from inspector.core.shift.transforms import Transform, Translation
from inspector.nets.borrowing import layers

Forward = Callable[[Tensor], Tensor]
Box = tuple[int, int, int, int]  # top, bottom, left and right of some units, half-open
LEAST = 0.5  # of a map that is to be kept; patches of less save no time


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
        (down, top, bottom), (right, start, end) = kept.rows, kept.columns
        if (bottom - top) * (end - start) < LEAST * made[0, 0].numel():
            return _convolved(layer, given)
        out = torch.empty_like(made)
        out[..., top:bottom, start:end] = made[..., top - down : bottom - down, start - right : end - right]
        height, width = made.shape[-2:]
        around = (0, top, 0, width), (bottom, height, 0, width), (top, bottom, 0, start), (top, bottom, end, width)
        for box in around:
            _patch(layer, given, box, out)
        return out


def _is_plain(layer: nn.Conv2d) -> bool:
    """Whether what it makes of a part of its input is known from that part."""
    if layer.padding_mode != "zeros" or isinstance(layer.padding, str) or "forward" in vars(layer):
        return False
    reach = [(side - 1) * dilation for side, dilation in zip(layer.kernel_size, layer.dilation, strict=True)]
    return all(padding <= side for padding, side in zip(layer.padding, reach, strict=True))


def _convolved(layer: nn.Conv2d, given: Tensor) -> Tensor:
    return nn.Conv2d.forward(layer, given)


def _patch(layer: nn.Conv2d, given: Tensor, box: Box, out: Tensor) -> None:
    """Computes the units of the ``box`` into ``out``."""
    top, bottom, left, right = box
    if top < bottom and left < right:
        rows, columns = _seen(layer, 0, (top, bottom), given.shape[-2]), _seen(layer, 1, (left, right), given.shape[-1])
        part = functional.pad(given[..., slice(*rows[0]), slice(*columns[0])], (*columns[1], *rows[1]))
        out[..., top:bottom, left:right] = functional.conv2d(
            part, layer.weight, layer.bias, layer.stride, 0, layer.dilation, layer.groups
        )


def _seen(layer: nn.Conv2d, axis: int, units: tuple[int, int], length: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Along one axis, the part of the input that the units see, and how much of padding on both sides."""
    stride, padding = layer.stride[axis], int(layer.padding[axis])
    first = units[0] * stride - padding
    end = (units[1] - 1) * stride - padding + (layer.kernel_size[axis] - 1) * layer.dilation[axis] + 1
    return (max(first, 0), min(end, length)), (max(-first, 0), max(end - length, 0))


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
