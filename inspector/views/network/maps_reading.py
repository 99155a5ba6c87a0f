"""Which map and unit lies where, and what is said of it."""

from collections.abc import Sequence

import numpy as np

from inspector.core.network.inspection import Maps
from inspector.core.network.view import Box, MapsShown, Unit
from inspector.core.numbers_text import four_digits

Point = tuple[float, float]  # (y, x)
Found = tuple[int, Unit]  # a map by its own index, and a unit of it
DEAD = "dead: no finite value but 0"


def is_vector(shown: MapsShown) -> bool:
    """Whether the layer has no image plane, so that each map is one unit."""
    return shown.shape[1:] == (1, 1)


def place_of(shown: MapsShown) -> int:
    """The place in the atlas of the map that is looked at closely."""
    return int(np.argmax(shown.statistics.order == shown.detail.map))


def unit_box(shown: MapsShown) -> Box:
    """The atlas pixel (y0, x0, y1, x1) of the chosen unit."""
    top, left, _, _ = shown.grid.box(place_of(shown))
    y, x = top + shown.detail.unit[0], left + shown.detail.unit[1]
    return y, x, y + 1, x + 1


def under(shown: MapsShown, point: Point) -> Found | None:
    """What a point of the atlas shows; None beside the maps."""
    found = shown.grid.at(*point)
    return (int(shown.statistics.order[found[0]]), found[1]) if found is not None else None


def under_large(shown: MapsShown, point: Point) -> Found | None:
    """What a point of the one map over the input shows; None where no unit lies."""
    lines = shown.detail.rows, shown.detail.columns
    y, x = (int(line[int(at)]) if 0 <= at < len(line) else -1 for line, at in zip(lines, point, strict=True))
    return (shown.detail.map, (y, x)) if y >= 0 and x >= 0 else None


def words(shown: MapsShown, values: Maps | None, names: Sequence[str], found: Found) -> str:
    """'map 17 · unit (y 12, x 18) = 2.17', or of a vector 'unit 3 (cat) = 0.83'; without ``values`` no number."""
    index, (y, x) = found
    value = f" = {four_digits(float(values[index, y, x]))}" if values is not None else ""
    if is_vector(shown):
        name = names[index] if len(names) == shown.shape[0] else ""
        return f"unit {index}{f' ({name})' if name not in ('', str(index)) else ''}{value}"
    dead = f" · {DEAD}" if shown.statistics.dead[index] else ""
    return f"map {index} · unit (y {y}, x {x}){value}{dead}"
