"""Poolings that keep more of the shift of a picture: blurred before pixels are left out, or kept on the grid that moves along."""

import torch
from torch import Tensor
from torch.nn import functional

from inspector.core.receptive_field.field import Pair, Window
from inspector.nets.bordered import BorderedPool2d, Edges, Pooled, padded
from inspector.nets.windows import window
from kernels import Border


class BlurPool2d(BorderedPool2d):
    """The maximum at every pixel, a blur, then every ``stride``-th pixel; averages are replaced by the blur itself.

    ``taps`` of the blur along each axis, scaled to the sum 1, ``spread`` apart. Where the border is zero, the blur mirrors the
    edge, as its authors have it. Source: Zhang, Making Convolutional Networks Shift-Invariant Again, 2019, section 3.2.
    """

    def __init__(self, pooled: Pooled, edges: Edges, taps: tuple[float, ...], spread: Pair = (1, 1)) -> None:
        super().__init__(pooled, edges)
        row = torch.tensor(taps) / sum(taps)
        self.kernel = torch.outer(row, row)  # no parameter and no buffer, so that state dicts stay as they are
        self.taps, self.spread = taps, spread

    def extra_repr(self) -> str:
        """All settings."""
        return f"{super().extra_repr()}, taps={self.taps}, spread={self.spread}"

    def forward(self, maps: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H', W')."""
        height, width = self.units(maps)
        dense = maps if self.pooled.average else self.windows(maps, (1, 1), self._more(maps))
        seen = self.blur
        after = seen.extent[0] - 1 - seen.padding[0], seen.extent[1] - 1 - seen.padding[1]
        border = Border.MIRROR if self.edges.border is Border.ZERO else self.edges.border
        around = padded(dense, (seen.padding, after), border)
        weight = self.kernel.to(maps).expand(maps.shape[1], 1, -1, -1)
        blurred = functional.conv2d(around, weight, None, seen.stride, 0, seen.dilation, groups=maps.shape[1])
        return blurred[:, :, :height, :width]

    @property
    def blur(self) -> Window:
        """How the blur looks at the maxima."""
        count = len(self.kernel)
        padding = (count - 1) // 2 * self.spread[0], (count - 1) // 2 * self.spread[1]
        return Window((count, count), self.pooled.seen.stride, padding, self.spread)

    def _more(self, maps: Tensor) -> Pair:
        """From the last unit on, all windows that fit; on round maps those at each pixel, so that the blur goes round as well."""
        seen, units = self.pooled.seen, self.units(maps)
        if self.edges.border is Border.WRAP:
            return seen.stride
        room = [maps.shape[2 + axis] + 2 * seen.padding[axis] - seen.extent[axis] + 1 for axis in (0, 1)]
        down, right = (max(1, room[axis] - (units[axis] - 1) * seen.stride[axis]) for axis in (0, 1))
        return down, right


class PolyphasePool2d(BorderedPool2d):
    """The pooling at every pixel, of which of the grids that the stride could keep the one with the largest norm is kept.

    The choice is made for each picture and all its maps together, so that it moves along with the picture. Source: Chaman and
    Dokmanić, Truly Shift-Invariant Convolutional Neural Networks, 2021, section 4.

    ``chosen`` (N, 2): of the pictures that passed last, where the grid begins that was kept, in pixels of the input, y and x.
    """

    def __init__(self, pooled: Pooled, edges: Edges) -> None:
        made_of_zeros = pooled.average and any(pooled.seen.padding)
        if edges.border is Border.ZERO and not made_of_zeros:  # for a maximum it is the same, and never minus infinity
            edges = Edges(Border.REPLICATE, edges.complete)
        super().__init__(pooled, edges)
        self.chosen = torch.zeros(0, 2, dtype=torch.long)

    def forward(self, maps: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H', W')."""
        down, right = self.pooled.seen.stride
        dense = self.windows(maps, (1, 1), (down, right))
        height, width = self.units(maps)
        phases = torch.stack([
            dense[:, :, y::down, x::right][:, :, :height, :width] for y in range(down) for x in range(right)
        ], dim=1)  # fmt: skip
        strongest = phases.double().square().flatten(2).sum(2).argmax(1)
        self.chosen = torch.stack([strongest // right, strongest % right], 1)
        return phases[torch.arange(len(maps), device=maps.device), strongest]


@window.register
def _(layer: BlurPool2d, given: Tensor) -> Window | None:
    """Of maxima and blur together, where they are one grid of taps."""
    seen, blur = layer.pooled.seen, layer.blur
    if layer.pooled.average:
        return blur
    if seen.dilation != blur.dilation:
        return None
    kernel = seen.kernel[0] + blur.kernel[0] - 1, seen.kernel[1] + blur.kernel[1] - 1
    padding = seen.padding[0] + blur.padding[0], seen.padding[1] + blur.padding[1]
    return Window(kernel, seen.stride, padding, seen.dilation)
