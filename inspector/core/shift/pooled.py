"""Which values win their max-pool windows, and which of the winners move along when the picture does."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inspector.core.network.atlas import colours_of, compose
from inspector.core.network.settings import Colouring, Order
from inspector.core.network.statistics import statistics
from inspector.core.network.view import Grid
from inspector.core.numbers_text import four_digits
from inspector.core.receptive_field.graph import Graph
from inspector.core.receptive_field.looks import Looks, Windowed
from inspector.core.shift.pictures import Rgb
from inspector.core.shift.results import Case
from inspector.core.shift.transforms import Places, Translation

MAX_POOL = "MaxPool2d"
Pixels = NDArray[np.int64]  # (n, 2): y, x


@dataclass(frozen=True)
class Pool:
    """A max pooling by its ``key``: the tensor it ``takes``, and how it looks at it to make a map of ``size`` (h, w)."""

    key: str
    takes: str
    looks: Looks
    size: tuple[int, int]


def pool_at(graph: Graph, key: str) -> Pool | None:
    """The max pooling with this key; else the first one that takes what the layer ``key`` makes; None if there is neither."""
    pools = [node for node in graph.nodes if node.kind == MAX_POOL and len(node.edges) == 1]
    found = next((node for node in pools if key == node.key), None) or next((n for n in pools if key == n.edges[0].key), None)
    if found is None or not all(isinstance(look, Windowed) for look in found.edges[0].looks):
        return None
    return Pool(found.key, found.edges[0].key, found.edges[0].looks, found.grid)


def has_max_pool(graph: Graph) -> bool:
    """Whether there is a layer before which winners can be seen."""
    return any(pool_at(graph, node.key) is not None for node in graph.nodes if node.kind == MAX_POOL)


def winners(values: NDArray[np.floating], looks: Looks, size: tuple[int, int]) -> Pixels:
    """The places in ``values`` (H, W) of the largest value of each window, each once, by rows; of equals the first.

    A window whose values are all equal, as those of a map that is off, has no winner.
    """
    (rows, columns), (height, width) = (look.places(units) for look, units in zip(looks, size, strict=True)), values.shape
    y, x = np.broadcast_arrays(rows[:, np.newaxis, :, np.newaxis], columns[np.newaxis, :, np.newaxis, :])
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    seen = values[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
    flat = (*size, -1)
    lowest, taken = np.where(inside, seen, np.inf).reshape(flat).min(2), np.where(inside, seen, -np.inf).reshape(flat)
    best = taken.argmax(2)[..., np.newaxis]
    found = np.concatenate([np.take_along_axis(part.reshape(flat), best, 2) for part in (y, x)], 2)
    places: Pixels = np.unique(found[lowest < taken.max(2)], axis=0)
    return places


@dataclass(frozen=True, eq=False)
class PoolShown:
    """One map that a max pooling takes, before and after the transform, and the pixels (n, 2) that win their windows.

    ``first``: before. After, ``kept`` have moved along, ``new`` have not won before, ``lost`` would have to win and do not.
    ``step`` (y, x): how far the map moves, in its own pixels; None where it is not known, then all winners are ``new``.
    """

    before: Rgb
    after: Rgb
    first: Pixels
    kept: Pixels
    new: Pixels
    lost: Pixels
    step: Places | None
    label: str

    @property
    def words(self) -> str:
        """How many winners jump."""
        if self.step is None:
            return "How the map moves is not known, so that winners cannot be told from their likes."
        if not len(self.first):
            return "No window has a winner: the map is the same everywhere."
        total = len(self.kept) + len(self.new)
        dy, dx = (four_digits(part) for part in self.step)
        exact = "" if all(part % 1 == 0 for part in self.step) else ", taken to the nearest pixel"
        return f"{len(self.new)} of {total} winners new, {len(self.lost)} lost · the map moves by dy {dy}, dx {dx}{exact}"


class Jumps(NamedTuple):
    """How many winners of all maps have moved along, have not won before, and would have to win and do not."""

    kept: int
    new: int
    lost: int


def jumps(case: Case, pool: Pool) -> Jumps:
    """What becomes of all winners of ``pool``; ``case`` is one of the tensor that it takes."""
    step, size = _step(case), case.before.shape[1:]
    pairs = ((winners(before, pool.looks, pool.size), winners(after, pool.looks, pool.size))
             for before, after in zip(case.before, case.after, strict=True))  # fmt: skip
    counts = np.array([[len(part) for part in _compared(first, then, step, size)] for first, then in pairs])
    return Jumps(*counts.sum(axis=0).tolist())


def pool_shown(case: Case, pool: Pool, map: int, label: str) -> PoolShown:
    """What becomes of the winners of ``pool`` on one map; ``case`` is one of the tensor that it takes."""
    chosen = min(max(map, 0), len(case.before) - 1)
    maps = np.stack([case.before[chosen], case.after[chosen]])
    first, then = (winners(values, pool.looks, pool.size) for values in maps)
    step = _step(case)
    kept, new, lost = _compared(first, then, step, maps.shape[1:])
    _, height, width = maps.shape
    colours, grid = colours_of(statistics(maps, Order.INDEX), Colouring.LAYER), Grid(1, height, width, columns=1)
    before, after = (compose(maps, np.array([place]), colours, grid) for place in (0, 1))
    words = f"{label} · map {chosen} · before {pool.key} · {colours.text(0)}"
    return PoolShown(before, after, first, kept, new, lost, step, words)


def _step(case: Case) -> Places | None:
    if case.grid is None or not isinstance(case.transform, Translation):
        return None
    later = [after - before for after, before in zip((case.then or case.grid).start, case.grid.start, strict=True)]
    return (case.transform.dy - later[0]) / case.grid.jump[0], (case.transform.dx - later[1]) / case.grid.jump[1]


def _compared(first: Pixels, then: Pixels, step: Places | None, size: tuple[int, ...]) -> tuple[Pixels, Pixels, Pixels]:
    """The winners after that were winners before, those that were not, and those that are none any more."""
    none = np.empty((0, 2), np.int64)
    if step is None:
        return none, then, none
    moved = first + np.rint(step).astype(np.int64)
    moved = moved[((moved >= 0) & (moved < size)).all(axis=1)]
    ought, found = set(map(tuple, moved.tolist())), set(map(tuple, then.tolist()))
    kept, new, lost = (np.array(sorted(part), np.int64).reshape(-1, 2) for part in (found & ought, found - ought, ought - found))
    return kept, new, lost
