"""Convolutions and poolings with any border, at any density: what surgery puts in the place of torch's own."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from inspector.core.receptive_field.field import Pair, Window
from inspector.nets.windows import window
from kernels import Border
from kernels.border import OUTSIDE, index_map

Pairs = tuple[Pair, Pair]  # before and after, each (y, x)


@dataclass(frozen=True)
class Edges:
    """What a layer sees beyond the edge. ``complete``: the maps are round, with a unit for every stride of the side."""

    border: Border = Border.ZERO
    complete: bool = False


@dataclass(frozen=True)
class Pooled:
    """How a pooling looks at its input: ``seen``, by ``average`` or else maximum, rounding its size up where ``ceil``.

    ``counts_padding``: zeros in the padding count for averages.
    """

    seen: Window
    average: bool
    ceil: bool = False
    counts_padding: bool = True

    def size(self, side: int, axis: int, *, complete: bool) -> int:
        """How many units a side of the input makes, as torch counts them."""
        stride, padding = self.seen.stride[axis], self.seen.padding[axis]
        if complete:
            return -(-side // stride)
        room = side + 2 * padding - self.seen.extent[axis]
        units = (-(-room // stride) if self.ceil else room // stride) + 1
        return units - 1 if self.ceil and (units - 1) * stride >= side + padding else units


class BorderedConv2d(nn.Conv2d):
    """A convolution that sees ``edges``. ``padding`` is a pair; geometry as ``nn.Conv2d`` has it, unless they are complete."""

    edges: Edges

    def extra_repr(self) -> str:
        """All settings."""
        return f"{super().extra_repr()}, {self.edges}"  # type: ignore[no-untyped-call]  # torch's own has no types

    def forward(self, maps: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C', H', W')."""
        seen = window(self, maps)
        assert seen is not None  # noqa: S101 - for mypy: convolutions have windows
        after = _beyond(seen, self.edges, seen.padding)
        around = padded(maps, (seen.padding, after), self.edges.border)
        return functional.conv2d(around, self.weight, self.bias, seen.stride, 0, seen.dilation, self.groups)


class BorderedPool2d(nn.Module):
    """A maximum or average over windows that see ``edges``; a maximum ignores zero padding."""

    def __init__(self, pooled: Pooled, edges: Edges) -> None:
        super().__init__()
        self.pooled, self.edges = pooled, edges

    def extra_repr(self) -> str:
        """All settings."""
        return f"{self.pooled}, {self.edges}"

    def forward(self, maps: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H', W')."""
        return self.windows(maps, self.pooled.seen.stride, (1, 1))

    def units(self, maps: Tensor) -> Pair:
        """Height and width of the output."""
        height, width = (self.pooled.size(maps.shape[2 + axis], axis, complete=self.edges.complete) for axis in (0, 1))
        return height, width

    def windows(self, maps: Tensor, stride: Pair, beyond: Pair) -> Tensor:
        """The value of every window whose place divides by ``stride``, and of as many as ``beyond`` from the last unit on."""
        seen, units = self.pooled.seen, self.units(maps)
        last = [(units[axis] - 1) * seen.stride[axis] + beyond[axis] - 1 for axis in (0, 1)]
        height, width = (last[axis] + seen.extent[axis] - maps.shape[2 + axis] - seen.padding[axis] for axis in (0, 1))
        return self._summary(maps, (seen.padding, (height, width)), stride)

    def _summary(self, maps: Tensor, sides: Pairs, stride: Pair) -> Tensor:
        seen, border, pooled = self.pooled.seen, self.edges.border, self.pooled
        if not pooled.average:
            around = padded(maps, sides, border, -torch.inf)
            return functional.max_pool2d(around, seen.kernel, stride, 0, seen.dilation)
        total = _averages(padded(maps, sides, border), seen, stride)
        if border is not Border.ZERO or pooled.counts_padding:
            return total
        return total / _averages(padded(torch.ones_like(maps[:1, :1]), sides, border), seen, stride)


def padded(maps: Tensor, sides: Pairs, border: Border, outside: float = 0.0) -> Tensor:
    """``maps`` (N, C, H, W) with more on each side, or less where negative; ``outside`` is what ZERO stands for."""
    (top, left), (bottom, right) = sides
    if border is Border.ZERO:
        return functional.pad(maps, (left, right, top, bottom), value=outside)
    rows, columns = index_map(maps.shape[2], top, bottom, border), index_map(maps.shape[3], left, right, border)
    assert OUTSIDE not in rows  # noqa: S101 - no other border has an outside
    around = maps
    if top or bottom:
        around = around.index_select(2, torch.from_numpy(rows).to(maps.device))
    if left or right:
        around = around.index_select(3, torch.from_numpy(columns).to(maps.device))
    return around


def _beyond(seen: Window, edges: Edges, padding: Pair) -> Pair:
    """What is seen behind the last pixels: as much as before the first, or what makes a unit of each stride."""
    if not edges.complete:
        return padding
    height, width = (max(0, seen.extent[axis] - seen.stride[axis] - padding[axis]) for axis in (0, 1))
    return height, width


def _averages(maps: Tensor, seen: Window, stride: Pair) -> Tensor:
    """The mean of every window, which may be dilated."""
    if seen.dilation == (1, 1):
        return functional.avg_pool2d(maps, seen.kernel, stride)
    weight = maps.new_full((maps.shape[1], 1, *seen.kernel), 1 / (seen.kernel[0] * seen.kernel[1]))
    return functional.conv2d(maps, weight, None, stride, 0, seen.dilation, groups=maps.shape[1])


@window.register
def _(layer: BorderedPool2d, given: Tensor) -> Window:
    return layer.pooled.seen
