"""The maps of a layer as one picture: where each lies, what its colours span, and the picture itself."""

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from inspector.core.display import diverging, sequential
from inspector.core.network.facts import Shape
from inspector.core.network.inspection import Maps
from inspector.core.network.settings import Colouring
from inspector.core.network.view import Grid, MapStatistics
from inspector.core.numbers_text import four_digits

Colour = tuple[int, int, int]  # red, green, blue, 0 … 255
Range = tuple[float, float]

ASPECT = 1.4  # width by height: that of the middle of the window
EMPTINESS = 2.0  # what a share of empty places costs, against the logarithm of the ratio of aspects
SEPARATE = 4  # pixels of a map from which on neighbours would run into each other without a gap
TINY = 1e-35  # float32 cannot stretch a smaller range to 255 levels
NAN: Colour = (255, 0, 255)
GROUND: Colour = (56, 56, 56)  # between the maps: darker than a diverging map's zero, and no colour of either map
NAN_ENTRY, GROUND_ENTRY = 256, 257  # in the table of colours, behind the 256 levels


@dataclass(frozen=True, eq=False)
class Colours:
    """What the colours of the maps of a layer span.

    ``ranges``: the lowest and highest value of each map, ``(C, 2)`` float64. ``signed``: red and blue, symmetric about zero;
    else viridis. It is the same for all maps of a layer, so that a colour means one thing in a picture.
    """

    ranges: NDArray[np.float64]
    signed: bool

    @property
    def lut(self) -> NDArray[np.uint8]:
        """The 256 colours ``(256, 3)``."""
        return diverging() if self.signed else sequential()

    def text(self, index: int) -> str:
        """For labels: what the colours of a map span, "viridis 0 … 3.41" or "symmetric ±0.83"."""
        low, high = self.ranges[index]
        return f"symmetric ±{four_digits(high)}" if self.signed else f"viridis {four_digits(low)} … {four_digits(high)}"


def colours_of(numbers: MapStatistics, colouring: Colouring, fixed: Range = (0.0, 1.0)) -> Colours:
    """The colours of a layer with these ``numbers``; only FIXED looks at ``fixed``, in either order.

    They start at 0, or reach as far below as above it where any value is negative; FIXED colours start where the user says,
    unless zero lies inside. Where all values are 0, or closer than ``TINY``, they end at 1, so that a scale always exists.
    Infinities do not count.

    Raises ValueError for a fixed range that is not finite.
    """
    ranges = np.stack([np.minimum(numbers.low, 0), numbers.high], axis=1)
    if colouring is not Colouring.MAP:
        ranges[:] = _all(ranges) if colouring is Colouring.LAYER else _checked(fixed)
    signed = min(fixed) < 0 < max(fixed) if colouring is Colouring.FIXED else bool((ranges[:, 0] < 0).any())
    return Colours(_symmetric(ranges) if signed else _upwards(ranges), signed)


@lru_cache(maxsize=64)
def grid_of(shape: Shape, aspect: float = ASPECT) -> Grid:
    """Places for ``shape`` (C, H, W): about ``aspect`` times as wide as high, with few places left empty."""
    count, height, width = shape
    gap = 1 if height * width >= SEPARATE else 0
    columns = np.arange(1, max(count, 1) + 1)
    rows = np.maximum(-(-count // columns), 1)
    ratio = (columns * (max(width, 1) + gap) - gap) / (rows * (max(height, 1) + gap) - gap)
    empty = 1 - count / (rows * columns)
    cost = np.abs(np.log(ratio / aspect)) + EMPTINESS * empty
    return Grid(count, height, width, int(columns[np.argmin(cost)]), gap)


def compose(maps: Maps, order: NDArray[np.int64], colours: Colours, grid: Grid, *, ground: Colour = GROUND) -> NDArray[np.uint8]:
    """The atlas ``(H, W, 3)`` uint8, contiguous, of the ``maps`` (C, H, W) with the indices ``order``, one after the other.

    Between the ends of its range a value's colour is the nearest of 256, told in float32; beyond, the first or last. NaN is
    magenta; ``ground`` is the colour of gaps and empty places.
    """
    table = np.concatenate([colours.lut, np.array([NAN, ground], np.uint8)])
    return np.take(table, _entries(_levels(maps[order], colours.ranges[order]), grid), axis=0)


def _levels(values: Maps, ranges: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Entries of the table of colours; overwrites ``values``.

    Half a level rounds up, so that a zero in the middle of a range has the level 128, which is the diverging map's white.
    """
    with np.errstate(over="ignore"):  # what is too large is clamped
        factor = 255.0 / (ranges[:, 1] - ranges[:, 0])
        first = 0.5 - ranges[:, 0] * factor
        values *= np.maximum(factor, 1e-38).astype(np.float32)[:, np.newaxis, np.newaxis]  # never 0 times infinity
        values += first.astype(np.float32)[:, np.newaxis, np.newaxis]
    np.clip(values, 0, 255.5, out=values)
    if np.isnan(values.sum()):
        values[np.isnan(values)] = NAN_ENTRY
    return values.astype(np.uint16)


def _entries(levels: NDArray[np.uint16], grid: Grid) -> NDArray[np.uint16]:
    """The levels (C, H, W) at their places, (H, W) of the atlas."""
    cell = grid.height + grid.gap, grid.width + grid.gap
    canvas = np.full((grid.rows, cell[0], grid.columns, cell[1]), GROUND_ENTRY, np.uint16)
    full, rest = divmod(grid.count, grid.columns)
    whole = levels[: full * grid.columns].reshape(full, grid.columns, grid.height, grid.width)
    canvas[:full, : grid.height, :, : grid.width] = whole.swapaxes(1, 2)
    if rest:
        canvas[full, : grid.height, :rest, : grid.width] = levels[full * grid.columns :].swapaxes(0, 1)
    tall, wide = max(grid.shape[0], 0), max(grid.shape[1], 0)
    return canvas.reshape(grid.rows * cell[0], grid.columns * cell[1])[:tall, :wide]


def _all(ranges: NDArray[np.float64]) -> Range:
    return (float(ranges[:, 0].min()), float(ranges[:, 1].max())) if len(ranges) else (0.0, 0.0)


def _checked(fixed: Range) -> Range:
    if not all(map(isfinite, fixed)):
        raise ValueError(f"fixed colours span two finite numbers, not {fixed[0]} to {fixed[1]}")
    return min(fixed), max(fixed)


def _symmetric(ranges: NDArray[np.float64]) -> NDArray[np.float64]:
    reach = np.abs(ranges).max(axis=1)
    reach[reach < TINY] = 1
    return np.stack([-reach, reach], axis=1)


def _upwards(ranges: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ranges, those without width from their start to 1 above it, or as far as it can be told from it."""
    low, high = ranges.T
    with np.errstate(over="ignore"):  # a range may be wider than the largest number
        return np.stack([low, np.where(high - low < TINY, low + np.maximum(1, np.abs(low)), high)], axis=1)
