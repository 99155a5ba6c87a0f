"""The passes that form the sums of a plan: arrays of panels (see ``vectors``) that compiled loops take as they are."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.cpu.cuts import Cut, cut_for, needed
from kernels.plan import Algorithm, Plan
from kernels.sliding import Positions

SQUARES = (3, 5, 7)  # sides of kernels with loops of their own; larger ones gain nothing by it
DENSE = 2  # of so many places in a kernel one has to have a weight, else the weights are summed one by one

Matrix = NDArray[np.float64]
Panel = tuple[int, Matrix]  # where in the source it begins, and its weights


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
    across = _pass(plan, [list(_phases(plan, row[np.newaxis], 0, cut.run)) for row in rows], 1, 1, 0.0)
    down = [
        (term * cut.high * cut.between + place, weights)
        for term, column in enumerate(columns)
        for place, weights in _phases(plan, column[:, np.newaxis], cut.between, 0)
    ]
    found = _recipe(plan, cut, across, _last(plan, down), checked=not finite, strict=True)
    return _task(plan, cut, found, copyless=plan.stride == 1)


def _direct(plan: Plan, finite: bool) -> Task:
    """Zeros are summed too where that is faster than going from weight to weight."""
    cut, count = cut_for(plan, 0), len(plan.taps[0])
    square = plan.stride == 1 and plan.kernel_shape in [(side, side) for side in SQUARES]
    if count * DENSE < plan.weights.size and not square:
        return _task(plan, cut, _recipe(plan, cut))
    last = _last(plan, _phases(plan, plan.weights, cut.pitch, cut.run))
    found = _recipe(plan, cut, last=last, checked=count < plan.weights.size and not finite)
    return _task(plan, cut, found, copyless=plan.stride == 1)


def _task(plan: Plan, cut: Cut, recipe: Recipe, *, copyless: bool = False) -> Task:
    return Task(cut, recipe, needed(plan, 1, 0), needed(plan, 1, 1), copyless)


def _recipe(
    plan: Plan, cut: Cut, across: Pass | None = None, last: Pass | None = None, *, checked: bool = False, strict: bool = False
) -> Recipe:
    careful = _last(plan, _singles(plan, plan.taps, cut.pitch, cut.run))
    return Recipe(across or _pass(plan, [], 1, 1, 0.0), last or careful, careful, checked, strict)


def _last(plan: Plan, panels: Iterable[Panel]) -> Pass:
    """With a stride, the rows of a panel that one row of results meets are apart by it; else those that dilation sets apart."""
    return _pass(plan, [list(panels)], plan.stride, plan.dilation if plan.stride == 1 else 1, plan.bias)


def _phases(plan: Plan, weights: Matrix, pitch: int, run: int) -> Iterator[Panel]:
    """Weights that meet rows, and columns, with the same remainder by the stride; these lie side by side, at equal distances."""
    stride, channels = plan.stride, plan.image_shape[2]
    if stride > 1 and plan.dilation > 1:
        y, x = np.nonzero(weights)
        yield from _singles(plan, (y, x, weights[y, x]), pitch, run)
        return
    for a in range(min(stride, weights.shape[0])):
        for b in range(min(stride, weights.shape[1])):
            yield a * pitch + b * run * channels, weights[a::stride, b::stride]


def _singles(plan: Plan, taps: Positions, pitch: int, run: int) -> Iterator[Panel]:
    """Each weight for itself."""
    y, x, weights = taps
    turn, remainder = np.divmod(x * plan.dilation, plan.stride)
    places = y * plan.dilation * pitch + (remainder * run + turn) * plan.image_shape[2]
    return zip(places.tolist(), weights.reshape(-1, 1, 1), strict=True)


def _pass(plan: Plan, terms: Iterable[list[Panel]], rows: int, apart: int, start: float) -> Pass:
    table: list[tuple[int, int, int, int]] = []
    ends, values = [0], [np.empty(0)]
    for panels in terms:
        for place, weights in panels:
            table.append((place, *weights.shape, sum(map(len, values))))
            values.append(weights.ravel())
        ends.append(4 * len(table))
    step = plan.image_shape[2] * (plan.dilation if plan.stride == 1 else 1)
    side = next((side for side in SQUARES if [panel[1:3] for panel in table] == [(side, side)]), 0)
    return Pass(
        np.array(table, np.intp).reshape(-1), np.concatenate(values).astype(plan.dtype), np.array(ends, np.intp), rows, apart,
        step, side, np.dtype(plan.dtype).type(start),
    )  # fmt: skip
