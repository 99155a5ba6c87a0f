"""The passes that form the sums of a plan: arrays of panels (see ``vectors``) that compiled loops take as they are."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.cpu.cuts import Cut, cut_for, needed
from kernels.cpu.vectors import PANEL
from kernels.plan import Algorithm, Plan
from kernels.sliding import Positions

SQUARES = (3, 5, 7)  # sides of kernels with loops of their own; larger ones gain nothing by it
DENSE = 2  # of so many places in a kernel one has to have a weight, else the weights are summed one by one

Matrix = NDArray[np.float64]


class Panels(NamedTuple):
    """``table`` intp ``(n, PANEL)``, see ``vectors``, and the weights ``(m,)`` of all."""

    table: NDArray[np.intp]
    weights: Matrix

    def moved(self, places: int) -> "Panels":
        """The same further on in the source."""
        return Panels(self.table + np.array([places, 0, 0, 0]), self.weights)


class Pass(NamedTuple):
    """Sums of weighted runs of a source.

    ``panels`` intp and ``weights`` as ``vectors`` takes them; the numbers ``ends[t]`` to ``ends[t + 1]`` of ``panels`` belong to
    term t. ``rows``: rows of the source from one row of results to the next, ``apart`` times which is the distance of the rows of
    a panel; rows of results so far apart are summed together. ``step``: values between columns of a panel; ``side``: of the
    only panel where it is a square of ``SQUARES``, else 0. Every sum begins with ``start``.
    """

    panels: NDArray[np.intp]
    weights: NDArray[Any]
    ends: NDArray[np.intp]
    rows: int
    apart: int
    step: int
    side: int
    start: Any


class Recipe(NamedTuple):
    """What is done with the gathered pixels of a block.

    ``across``: sums along rows into memory for each term, one below the other; without terms nothing. ``last``: from there, or
    from the gathered pixels, into the result. Where ``checked``, a result that is NaN or infinite may come from a pixel that a
    weight of 0 has met, or from a sum in between that is too large; then ``careful``, which has no such weights, is taken
    instead, or where ``strict`` another algorithm.
    """

    across: Pass
    last: Pass
    careful: Pass
    checked: bool
    strict: bool


class Task(NamedTuple):
    """All that a band needs to know of a plan but its pixels.

    ``reach_y`` and ``reach_x``: padded pixels that a result sees; ``copyless``: pixels need not be gathered where they lie in
    memory as the sums want them.
    """

    cut: Cut
    recipe: Recipe
    reach_y: int
    reach_x: int
    copyless: bool


@lru_cache(maxsize=32)
def task(plan: Plan, algorithm: Algorithm, *, finite: bool) -> Task:
    """Directly, or in pairs of passes. ``finite``: no value of the picture, or outside of it, is NaN or infinite."""
    if algorithm is Algorithm.DIRECT or plan.pairs is None:
        return _direct(plan, finite)
    columns, rows = plan.pairs
    cut = cut_for(plan, len(rows))
    across = [_phases(plan, row[np.newaxis], 0, cut.run) for row in rows]
    down = [_phases(plan, column[:, np.newaxis], cut.between, 0) for column in columns]
    below = [panels.moved(term * cut.high * cut.between) for term, panels in enumerate(down)]
    last = _last(plan, _joined(below))
    recipe = Recipe(_pass(plan, across, 1, 1, 0.0), last, last, checked=True, strict=True)
    return _task(plan, cut, recipe, copyless=plan.stride == 1)


def _direct(plan: Plan, finite: bool) -> Task:
    """Zeros are summed too where that is faster than going from weight to weight."""
    cut, count = cut_for(plan, 0), len(plan.taps[0])
    square = plan.stride == 1 and plan.kernel_shape in [(side, side) for side in SQUARES]
    dense = square or count * DENSE >= plan.weights.size
    checked = dense and count < plan.weights.size and not finite
    last = _last(plan, _phases(plan, plan.weights, cut.pitch, cut.run)) if dense else None
    careful = _last(plan, _singles(plan, plan.taps, cut.pitch, cut.run)) if checked or last is None else last
    recipe = Recipe(_pass(plan, [], 1, 1, 0.0), last or careful, careful, checked, strict=False)
    return _task(plan, cut, recipe, copyless=dense and plan.stride == 1)


def _task(plan: Plan, cut: Cut, recipe: Recipe, *, copyless: bool) -> Task:
    return Task(cut, recipe, needed(plan, 1, 0), needed(plan, 1, 1), copyless)


def _last(plan: Plan, panels: Panels) -> Pass:
    """With a stride, the rows of a panel that one row of results meets are apart by it; else those that dilation sets apart."""
    return _pass(plan, [panels], plan.stride, plan.dilation if plan.stride == 1 else 1, plan.bias)


def _phases(plan: Plan, weights: Matrix, pitch: int, run: int) -> Panels:
    """Weights that meet rows, and columns, with the same remainder by the stride; these lie side by side, at equal distances."""
    stride, channels = plan.stride, plan.image_shape[2]
    if stride > 1 and plan.dilation > 1:
        y, x = np.nonzero(weights)
        return _singles(plan, (y, x, weights[y, x]), pitch, run)
    remainders = product(range(min(stride, weights.shape[0])), range(min(stride, weights.shape[1])))
    parts = [(a * pitch + b * run * channels, weights[a::stride, b::stride]) for a, b in remainders]
    return _joined([Panels(np.array([[place, *part.shape, 0]], np.intp), part.ravel()) for place, part in parts])


def _singles(plan: Plan, taps: Positions, pitch: int, run: int) -> Panels:
    """Each weight for itself."""
    y, x, weights = taps
    turn, remainder = np.divmod(x * plan.dilation, plan.stride)
    table = np.ones((len(weights), PANEL), np.intp)
    table[:, 0] = y * plan.dilation * pitch + (remainder * run + turn) * plan.image_shape[2]
    table[:, 3] = np.arange(len(weights))
    return Panels(table, weights)


def _joined(parts: Sequence[Panels]) -> Panels:
    """One after the other."""
    tables, first = [np.empty((0, PANEL), np.intp)], 0
    for table, weights in parts:
        tables.append(table + np.array([0, 0, 0, first]))
        first += len(weights)
    return Panels(np.concatenate(tables), np.concatenate([np.empty(0), *(weights for _, weights in parts)]))


def _pass(plan: Plan, terms: Sequence[Panels], rows: int, apart: int, start: float) -> Pass:
    table, weights = _joined(terms)
    ends = PANEL * np.cumsum([0, *(len(panels.table) for panels in terms)])
    step = plan.image_shape[2] * (plan.dilation if plan.stride == 1 else 1)
    side = next((side for side in SQUARES if table[:, 1:3].tolist() == [[side, side]]), 0) if len(table) == 1 else 0
    number: Any = np.dtype(plan.dtype).type
    with np.errstate(over="ignore"):  # a bias beyond the type makes every result infinite, as a weight of a pair makes some
        start, weights = number(start), weights.astype(plan.dtype)
    return Pass(table.reshape(-1), weights, ends.astype(np.intp), rows, apart, step, side, start)
