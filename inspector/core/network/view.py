"""What is to be shown of a forward pass, and the pictures and numbers that show it: frozen values."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from inspector.core.network.settings import Colouring, Order

Unit = tuple[int, int]  # (y, x) in a map
Box = tuple[int, int, int, int]  # (y0, x0, y1, x1), half open


@dataclass(frozen=True)
class MapsView:
    """A tensor of the network by its key, and how its maps are sorted and coloured; ``map`` is the one looked at closely.

    ``unit`` None: the unit of the largest value. ``weights``: the key of the layer whose filters are shown beside.
    """

    key: str
    weights: str = ""
    order: Order = Order.INDEX
    colouring: Colouring = Colouring.MAP
    fixed: tuple[float, float] = (0.0, 1.0)
    map: int = 0
    unit: Unit | None = None
    opacity: float = 0.6


@dataclass(frozen=True)
class Grid:
    """Where ``count`` maps of ``height`` × ``width`` pixels lie in an atlas: row by row, ``gap`` pixels apart."""

    count: int
    height: int
    width: int
    columns: int
    gap: int = 1

    @property
    def rows(self) -> int:
        """Rows of maps."""
        return -(-self.count // self.columns)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the whole atlas, pixels."""
        tall, wide = self.rows * (self.height + self.gap) - self.gap, self.columns * (self.width + self.gap) - self.gap
        return tall, wide

    def box(self, place: int) -> Box:
        """The pixels of the map at ``place``, counted from 0 along the rows."""
        row, column = divmod(place, self.columns)
        y, x = row * (self.height + self.gap), column * (self.width + self.gap)
        return y, x, y + self.height, x + self.width

    def at(self, y: float, x: float) -> tuple[int, Unit] | None:
        """The place of the map under an atlas point, and the unit in it; None in a gap, beside, or behind the last map."""
        row, down = divmod(int(y // 1), self.height + self.gap)
        column, right = divmod(int(x // 1), self.width + self.gap)
        place = row * self.columns + column
        inside = row >= 0 and 0 <= column < self.columns and place < self.count
        return (place, (down, right)) if inside and down < self.height and right < self.width else None


@dataclass(frozen=True, eq=False)
class MapStatistics:
    """Numbers of each map of a layer, arrays ``(C,)`` float64 over its finite values; ``order``: indices as they are sorted.

    ``zeros``: the share of values that are exactly 0. ``dead``: every value is 0, or none is finite.
    ``bad``: how many values are NaN or infinite, over the whole layer.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    zeros: NDArray[np.float64]
    dead: NDArray[np.bool_]
    order: NDArray[np.int64]
    bad: int


class Sees(StrEnum):
    """How much of the input a unit sees."""

    PART = "part"
    ALL = "all"
    UNKNOWN = "unknown"  # no rectangle, or not worked out


@dataclass(frozen=True, eq=False)
class Detail:
    """One map looked at closely. Pictures are ``(H, W, 3)`` uint8, contiguous.

    ``picture``: the map alone. ``overlay``: the map over the fitted input, at the input's size. ``counts``: histogram of its
    values over ``span``. ``unit`` and its ``value``; ``sees``: how much that sees of the input; ``patch``: where that is a
    part, its pixels; ``patch_box``: where they lie on the fitted input (may reach beyond it). ``rows`` and ``columns``: which
    row and column of units lies over each row and column of pixels of ``overlay``, -1 where none does.
    ``filter``: the weights ``(inputs, kh, kw)`` behind this map, or None; ``filter_picture``: them as one atlas on
    ``filter_grid``, in colour for the first layer of a network of colours (then one cell).
    """

    map: int
    picture: NDArray[np.uint8]
    overlay: NDArray[np.uint8]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    colours: str  # what the colours of ``picture`` span, for labels: "viridis 0 … 3.41", "symmetric ±0.83"
    counts: NDArray[np.int64]
    span: tuple[float, float]
    unit: Unit
    value: float
    sees: Sees
    patch: NDArray[np.uint8] | None
    patch_box: Box | None
    filter: NDArray[np.float32] | None
    filter_picture: NDArray[np.uint8] | None
    filter_grid: Grid | None


@dataclass(frozen=True, eq=False)
class MapsShown:
    """The maps of a layer ready to be shown: ``atlas`` ``(H, W, 3)`` uint8 on ``grid``, contiguous; ``smaller`` its pyramid.

    ``colours`` says what the colours span in the whole atlas; ``shape`` is that of the tensor (C, H, W).
    """

    view: MapsView
    shape: tuple[int, int, int]
    grid: Grid
    atlas: NDArray[np.uint8]
    smaller: tuple[NDArray[np.uint8], ...]
    colours: str
    statistics: MapStatistics
    detail: Detail
