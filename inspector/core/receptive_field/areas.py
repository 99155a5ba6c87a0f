"""Exactly which pixels a unit sees, with the holes that dilation and strides leave, and which units see a pixel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from inspector.core.receptive_field.graph import INPUT, Edge, FieldError, Graph, Node
from inspector.core.receptive_field.looks import Look, Places, Windowed

Mask = NDArray[np.bool_]
Part = tuple[Mask, Mask]  # rows (H,), columns (W,)

MOST_PARTS = 16  # more are put together anew


@dataclass(frozen=True, eq=False)
class Area:
    """A set of places of a grid as a union of products of rows and columns: ``(rows (H,) bool, columns (W,) bool)`` each.

    There is one part at least; that of the empty set has no rows and no columns.
    """

    parts: tuple[Part, ...]

    def mask(self) -> Mask:
        """``(H, W)``, True for the places of the set."""
        mask: Mask = np.logical_or.reduce([np.outer(rows, columns) for rows, columns in self.parts])
        return mask


def seen(graph: Graph, key: str, unit: tuple[int, int]) -> Area:
    """The pixels of the picture that the unit (y, x) sees; nothing outside. Raises FieldError as ``compose.box`` does."""
    graph.check_unit(key, unit)
    found = {key: [_one(graph.grid(key), unit)]}
    for node in reversed(graph.nodes):
        parts = found.pop(node.key, None)
        if parts is None:
            continue
        if node.problem:
            raise FieldError(f"what layer {key!r} sees is not known: {node.problem}")
        whole = _united(parts)
        for edge in node.edges:
            found.setdefault(edge.key, []).extend(_through(graph, node, edge, _back, whole))
    if INPUT not in found:
        raise FieldError(f"layer {key!r} sees nothing of the picture")
    return _area(graph.size, found[INPUT])


def seers(graph: Graph, pixel: tuple[int, int]) -> Mapping[str, Area]:
    """The projective field of the pixel (y, x): for each node by its key, which of its units see it.

    Nodes of which it is not known what they take are left out. Raises FieldError for a pixel outside the picture.
    """
    graph.check_unit(INPUT, pixel)
    found = {INPUT: [_one(graph.size, pixel)]}
    for node in graph.nodes:
        if node.problem or any(edge.key not in found for edge in node.edges):
            continue
        parts: list[Part] = []
        for edge in node.edges:
            parts += _through(graph, node, edge, _forth, found[edge.key])
        found[node.key] = _united(parts)
    return {node.key: _area(node.grid, found[node.key]) for node in graph.nodes if node.key in found}


# ---- from one layer to another ---------------------------------------------------------------------------------

Step = Callable[[Mask, Places, int], Mask]


def _through(graph: Graph, node: Node, edge: Edge, step: Step, parts: Sequence[Part]) -> list[Part]:
    """The parts on the other side of an edge."""
    grid = graph.grid(edge.key)
    rows, columns = (
        [_along(edge.looks[axis], node.grid[axis], grid[axis], part[axis], step) for part in parts] for axis in (0, 1)
    )
    return list(zip(rows, columns, strict=True))


def _along(look: Look, units: int, places: int, mask: Mask, step: Step) -> Mask:
    if look == Windowed() and units == places:
        return mask
    return step(mask, _inside(look, units, places), places)


@lru_cache(maxsize=512)
def _inside(look: Look, units: int, places: int) -> Places:
    """The places that each unit sees, those that do not exist all as ``places``."""
    taps = look.places(units)
    return np.where((taps >= 0) & (taps < places), taps, places)


def _back(units: Mask, taps: Places, places: int) -> Mask:
    """The places that any of the units sees."""
    mask = np.zeros(places + 1, np.bool_)
    mask[taps[units]] = True
    return mask[:places]


def _forth(mask: Mask, taps: Places, places: int) -> Mask:
    """The units that see any of the places."""
    units: Mask = np.logical_or.reduce(np.append(mask, False)[taps], axis=1)
    return units


# ---- sets ------------------------------------------------------------------------------------------------------


def _one(grid: tuple[int, int], place: tuple[int, int]) -> Part:
    return np.arange(grid[0]) == place[0], np.arange(grid[1]) == place[1]


def _area(grid: tuple[int, int], parts: Sequence[Part]) -> Area:
    return Area(tuple(_united(parts)) or ((np.zeros(grid[0], np.bool_), np.zeros(grid[1], np.bool_)),))


def _united(parts: Sequence[Part]) -> list[Part]:
    """The same set in fewer parts: none empty, none inside of another, and not many."""
    largest = sorted(parts, key=lambda part: -np.count_nonzero(part[0]) * np.count_nonzero(part[1]))
    kept: list[Part] = []
    for part in largest:
        if part[0].any() and part[1].any() and not any(_within(part, other) for other in kept):
            kept.append(part)
    return kept if len(kept) <= MOST_PARTS else _by_rows(Area(tuple(kept)).mask())


def _within(part: Part, other: Part) -> bool:
    return not ((part[0] & ~other[0]).any() or (part[1] & ~other[1]).any())


def _by_rows(mask: Mask) -> list[Part]:
    """A part for each kind of row."""
    kinds, kind = np.unique(mask, axis=0, return_inverse=True)
    return [(kind == number, columns) for number, columns in enumerate(kinds) if columns.any()]
