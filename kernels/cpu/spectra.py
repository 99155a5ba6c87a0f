"""Large kernels by multiplying spectra, tile by tile (overlap-save), in the arithmetic of the plan.

Two tiles of numbers are the real and the imaginary part of one complex tile: the kernel is real, so they stay apart.
A tile is transformed down its columns, turned by parts while they are in the nearest cache, transformed and multiplied there,
and goes back the same way. So it is read and written three times in all.
The error, of the largest value times the sum of all |weights|, was at most 1.2e-7 in float32 and 3.3e-16 in float64, over
random kernels of 1 to 39 taps a side; it falls with the size of the kernel, to 2.5e-8 and less from 31 x 31 on.
TileSource: Oppenheim and Schafer, Discrete-Time Signal Processing, 8.7.3.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.bands import Cancel, share, split
from kernels.border import OUTSIDE
from kernels.cpu.lanes import lanes, room
from kernels.cpu.storing import Ends
from kernels.cpu.tiles import Frame, Target, TileSource, clear, fill, filter_rows, store, turn
from kernels.cpu.tiling import sides
from kernels.cpu.transforms import backward, forward, passes
from kernels.layout import Floats
from kernels.plan import Plan, extent
from kernels.sliding import WildError
from kernels.spread import RangeError, block, check, limit

AS_THEY_ARE = ("uint8", "uint16", "float32", "float64")  # pictures for which ``fill`` is compiled; others are converted

NARROW = 255  # largest size of values outside a picture of bytes that need not be judged

Tile = tuple[tuple[int, int], tuple[int, int], int]


def run(plan: Plan, image: NDArray[Any], cancel: Cancel | None, ends: Ends) -> None:
    """Make the result of ``image`` ``(H, W, C)``. Raises Cancelled and WildError.

    A float32 picture whose range is too large for float32 is tried again in float64.
    """
    pixels = np.ascontiguousarray(image if image.dtype.name in AS_THEY_ARE else image.astype(plan.dtype)).view()
    pixels.flags.writeable = False  # one type for the compiler, whatever comes
    if plan.dtype == "float32":
        try:
            _Work(plan, "float32").run(pixels, cancel, ends)
        except RangeError:
            _Work(plan, "float64").run(pixels, cancel, ends)
    else:
        _Work(plan, "float64").run(pixels, cancel, ends)


class _Work:
    """One picture filtered in one arithmetic."""

    def __init__(self, plan: Plan, dtype: str) -> None:
        self.plan = plan
        self.dtype = dtype
        self.reach = extent(plan.kernel_shape[0], plan.dilation), extent(plan.kernel_shape[1], plan.dilation)
        self.number = np.dtype(dtype).type
        self.frame = _frame(sides(plan, dtype), dtype)
        self.spectrum = self._kernel_spectrum()

    def run(self, image: NDArray[Any], cancel: Cancel | None, ends: Ends) -> None:
        size = self.frame.down.length * self.frame.across.length
        most = limit(self.plan, self.dtype, size)
        if image.dtype == np.uint8 and abs(self.plan.cval) <= NARROW <= most:
            most = np.inf  # the range is too small for anything to drown
        tiles = self._tiles()

        def start() -> Callable[[list[Tile]], None]:
            tile = self._room()
            scratch = room(self.frame.across.length * self.frame.across.size, self.dtype)

            def do(pair: list[Tile]) -> None:
                found = [fill(image, self._source(one, most), tile, self.frame, part) for part, one in enumerate(pair)]
                self._judge(found)
                if len(pair) == 1:
                    clear(tile, self.frame, 1)
                columns = max((right - left - 1) * self.plan.stride + 1 for _, (left, right), _ in pair)
                self._correlate(tile, scratch, -(-columns // self.frame.lanes))
                for part, one in enumerate(pair):
                    store(tile, self.frame, part, ends, self._target(one))

            return do

        share([tiles[i : i + 2] for i in range(0, len(tiles), 2)], start, cancel)

    def _room(self) -> Floats:
        """Memory of a tile."""
        return room(int(self.frame.panels[-1]) + self.frame.down.length * self.frame.down.size, self.dtype)

    def _correlate(self, tile: Floats, scratch: Floats, needed: int) -> None:
        """Multiply the spectrum of a tile with that of the kernel; of the outcome the first ``needed`` panels."""
        down = self.frame.down
        forward(tile, self.frame.panels, down, len(down.radices))
        filter_rows(tile, self.spectrum, scratch, self.frame, needed)
        backward(tile, self.frame.panels[:needed], down, len(down.radices))

    def _judge(self, found: list[tuple[bool, float, float]]) -> None:
        if any(wild for wild, _, _ in found):
            raise WildError
        check(min(low for _, low, _ in found), max(high for _, _, high in found), self.dtype)

    def _kernel_spectrum(self) -> Floats:
        """The spectrum of the dilated kernel, turned about the first place so that a product with it correlates.

        It is divided by the size of a tile, which the transform back does not do.
        """
        down, across = self.frame.down, self.frame.across
        spread = np.zeros((*self.reach, 1), self.dtype)
        step = self.plan.dilation
        spread[::step, ::step, 0] = self.plan.weights / (down.length * across.length)
        spread.flags.writeable = False
        rows, columns = (_backwards(plan.length, reach) for plan, reach in zip((down, across), self.reach, strict=True))
        tile = self._room()
        fill(spread, TileSource(rows, columns, 0, 0, 0, 0, self.number(0), self.number(np.inf), 1, 1), tile, self.frame, 0)
        clear(tile, self.frame, 1)
        forward(tile, self.frame.panels, down, len(down.radices))
        spectrum = room(down.length * 2 * across.length, self.dtype)
        turn(tile, spectrum, self.frame)
        forward(spectrum, np.arange(0, len(spectrum), across.length * across.size), across, len(across.radices))
        return spectrum

    def _tiles(self) -> list[Tile]:
        """Output ranges of rows and columns, and channel, whose padded source fits a tile."""
        lengths = self.frame.down.length, self.frame.across.length
        high, wide = ((side - need) // self.plan.stride + 1 for side, need in zip(lengths, self.reach, strict=True))
        height, width, channels = self.plan.out_shape
        return [(row, column, c) for row in split(height, high) for column in split(width, wide) for c in range(channels)]

    def _source(self, tile: Tile, most: float) -> TileSource:
        (top, bottom), (left, right), channel = tile
        s, padding, width = self.plan.stride, self.plan.pad[2], self.plan.image_shape[1]
        rows = self.plan.rows[top * s : (bottom - 1) * s + self.reach[0]]
        columns = self.plan.columns[left * s : (right - 1) * s + self.reach[1]]
        first = min(max(padding - left * s, 0), len(columns))
        after = max(min(padding + width - left * s, len(columns)), first)
        start = left * s + first - padding if after > first else 0
        outside = self.number(self.plan.cval)
        return TileSource(rows, columns, channel, first, after, start, outside, self.number(most), *block(self.reach))

    def _target(self, tile: Tile) -> Target:
        rows, columns, channel = tile
        return Target(*rows, *columns, channel, self.plan.out_shape[2], self.plan.stride, self.number(self.plan.bias))


def _frame(lengths: tuple[int, int], dtype: str) -> Frame:
    """Panels lie a little further apart than they are long, so that they do not share the same places in the cache."""
    down, across = (passes(length, dtype) for length in lengths)
    count = lanes(dtype)
    return Frame(down, across, count, np.arange(lengths[1] // count) * (lengths[0] + count) * down.size)


def _backwards(length: int, reach: int) -> NDArray[np.intp]:
    """Which tap lies at each place of a tile, where they go backwards from place 0 on and come in again at the end."""
    place = -np.arange(length) % length
    return np.where(place < reach, place, OUTSIDE)
