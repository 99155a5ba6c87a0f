"""Pictures of maps before and after, of their difference, and of errors per place, as the Shift workspace shows them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.core.network.atlas import GROUND, Colours, colours_of, compose, grid_of
from inspector.core.network.settings import Colouring, Order
from inspector.core.network.statistics import statistics
from inspector.core.network.view import Grid
from inspector.core.numbers_text import four_digits
from inspector.core.shift.grid import Mask
from inspector.core.shift.measures import Numbers
from inspector.core.shift.results import Case
from inspector.core.shift.sampling import Values

PALEST = 4  # colours of a difference end no nearer to zero than at this part of the reach of the maps
Rgb = NDArray[np.uint8]  # (H, W, 3), contiguous


@dataclass(frozen=True, eq=False)
class MapsPicture:
    """Maps as one picture; ``label`` says which tensor that is, and what its colours span."""

    rgb: Rgb
    label: str


@dataclass(frozen=True, eq=False)
class CaseShown:
    """The maps of a ``Case`` ready to be shown: all on ``grid``, ``maps`` (n,) being their indices, ``chosen`` among them.

    ``count``: how many maps the layer has. What could not be compared has the colour of the ground in ``expected`` and
    ``difference``. ``ought`` and ``found`` (n, h, w): the numbers behind ``expected`` and ``after``. ``valid`` (h, w): which
    units can be compared, None for all. ``known``: whether it is known what the maps ought to be.
    """

    grid: Grid
    maps: NDArray[np.int64]
    chosen: int
    count: int
    expected: MapsPicture
    after: MapsPicture
    difference: MapsPicture
    ought: Values
    found: Values
    valid: Mask | None = None
    known: bool = True

    @property
    def place(self) -> int:
        """Where the chosen map lies."""
        return int(np.argmax(self.maps == self.chosen))


def case_shown(case: Case, label: str, map: int, *, all_maps: bool, unmoved: bool = False) -> CaseShown | None:
    """Pictures of all maps of a case or of the one ``map``; None for a layer without any values.

    ``label`` says which tensor it is. ``unmoved``: f(x) is shown in the place of what is expected. Before and after have the
    same colours, which stay while the picture moves as long as its values do; those of the difference reach as far as it does,
    but never make much of what is small beside the maps.
    """
    if not case.before.size:
        return None
    count = len(case.before)
    chosen = min(max(map, 0), count - 1)
    maps = np.arange(count) if all_maps else np.array([chosen])
    known = case.expected is not None
    expected = case.before if case.expected is None else case.expected
    before, after, expected = (part[maps] for part in (case.before, case.after, expected))
    grid = grid_of((len(maps), *before.shape[1:]))
    colours = _colours(before, after)
    first, valid = (before, None) if unmoved else (expected, case.valid)
    return CaseShown(
        grid, maps, chosen, count,
        MapsPicture(_picture(first, colours, grid, valid), _ought(case, unmoved)),
        MapsPicture(_picture(after, colours, grid), f"after, f(Tx) · {colours.text(0)} · {label}"),
        _difference(expected, after, colours, grid, case.valid), expected, after, case.valid, known,
    )  # fmt: skip


def _ought(case: Case, unmoved: bool) -> str:
    """What the maps after the move stand beside."""
    if case.expected is None:
        return "before, f(x), not moved: no grid"
    if unmoved:
        return "before, f(x)"
    return "expected, T′f(x)" if case.whole else "expected, T′f(x), interpolated"


def _colours(before: Values, after: Values) -> Colours:
    return colours_of(statistics(np.concatenate([before, after], axis=1), Order.INDEX), Colouring.LAYER)


def _difference(expected: Values, after: Values, colours: Colours, grid: Grid, valid: Mask | None) -> MapsPicture:
    """After minus expected, in colours symmetric about zero."""
    with np.errstate(invalid="ignore", over="ignore"):
        difference = after - expected
    seen = np.abs(difference if valid is None else difference[:, valid])
    most = float(seen[np.isfinite(seen)].max(initial=0.0))
    reach = max(most, float(np.abs(colours.ranges).max()) / PALEST)
    symmetric = Colours(np.tile([-reach, reach], (len(difference), 1)), signed=True)
    largest = f"largest {four_digits(most)}" if most else "exactly 0"
    if not seen.size:
        largest = "nothing to compare"
    return MapsPicture(_picture(difference, symmetric, grid, valid), f"difference · {largest} · {symmetric.text(0)}")


def _picture(maps: Values, colours: Colours, grid: Grid, valid: Mask | None = None) -> Rgb:
    rgb = compose(maps, np.arange(len(maps)), colours, grid)
    if valid is not None and not valid.all():
        rgb[~_tiled(valid, grid)] = GROUND
    return rgb


def _tiled(mask: Mask, grid: Grid) -> Mask:
    """A mask of one map at the place of every map."""
    cell = np.pad(mask, ((0, grid.gap), (0, grid.gap)), constant_values=True)
    rows, columns = (np.arange(length) % side for length, side in zip(grid.shape, cell.shape, strict=True))
    tiled: Mask = cell[rows[:, np.newaxis], columns]
    return tiled


def unit_line(shown: CaseShown, place: int, unit: tuple[int, int]) -> str:
    """Such as "map 3 · unit (y 4, x 7): expected 1.2, after 1.1, difference −0.1"."""
    found, ought = (float(part[place, unit[0], unit[1]]) for part in (shown.found, shown.ought))
    where = f"map {shown.maps[place]} · unit (y {unit[0]}, x {unit[1]})"
    if shown.valid is not None and not shown.valid[unit]:
        return f"{where}: after {four_digits(found)}, what it ought to be lies beyond the edge"
    return f"{where}: expected {four_digits(ought)}, after {four_digits(found)}, difference {four_digits(found - ought)}"


@dataclass(frozen=True, eq=False)
class PositionsShown:
    """Where in a layer the error lies: ``places`` (h, w) and ``maps`` (C,) of ``Parts``, NaN where it is not defined.

    ``label`` says which error of which tensor; ``picture`` (h, w, 3) are the places in colours from 0 to ``highest``.
    """

    places: Numbers
    maps: Numbers
    picture: Rgb
    highest: float
    label: str


def positions_shown(places: Numbers, maps: Numbers, label: str) -> PositionsShown:
    """The places in viridis from 0 to the largest of them; undefined ones have the colour of the ground."""
    finite = np.isfinite(places)
    highest = float(places[finite].max()) if finite.any() else 0.0
    height, width = places.shape
    grid = Grid(1, height, width, columns=1)
    colours = Colours(np.array([[0.0, highest or 1.0]]), signed=False)
    rgb = compose(np.nan_to_num(places).astype(np.float32)[np.newaxis], np.arange(1), colours, grid)
    rgb[~finite] = GROUND
    return PositionsShown(places, maps, rgb, highest, label)
