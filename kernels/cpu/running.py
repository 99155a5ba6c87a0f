"""Equal weights by running sums, block by block: down the columns first, then across in two passes."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.bands import Cancel, share, split
from kernels.cpu.blocks import Goal, Origin, sum_rows
from kernels.cpu.boxes import sum_down
from kernels.cpu.cuts import Cut, cut_for, needed
from kernels.cpu.filtering import sources
from kernels.cpu.gathering import Region, gather
from kernels.cpu.passes import Pass
from kernels.cpu.scratch import scratch
from kernels.cpu.storing import Ends, store_block
from kernels.cpu.vectors import PANEL
from kernels.layout import Floats
from kernels.plan import Plan
from kernels.sliding import WildError

BLOCK_BYTES = 2_500_000  # of scratch memory: larger blocks overlap less, and are worth the calls
AHEAD = 65_536  # values that are summed across at a time: few calls, and what the first pass makes is still near
SINGLE = 2  # weights of a row that cost as much as one that is summed by itself
Block = tuple[tuple[int, int], tuple[int, int]]  # rows and columns of the result, half open


def run(plan: Plan, image: NDArray[Any], cancel: Cancel | None, ends: Ends) -> None:
    """Make the result of ``image`` (H, W, C) with equal weights. Raises Cancelled and WildError."""
    (height, width, channels), cut = plan.out_shape, cut_for(plan, 0, BLOCK_BYTES)
    pixels_of, across, exact = sources(plan, image, cut), Across(plan, cut), len(ends.values) > 0
    ahead = _ahead(cut)
    limit = np.dtype(plan.dtype).type(plan.limit if image.dtype.kind == "f" else np.inf)

    def start() -> Callable[[Block], None]:
        memory = _memory(plan, cut)
        made = ends.values if exact else np.empty((cut.rows, cut.columns * channels), plan.dtype)

        def do(block: Block) -> None:
            (top, bottom), (left, right) = block
            stride, rows, n = plan.stride, bottom - top, (right - left) * channels
            region = Region(top * stride, needed(plan, rows, 0), left * stride, needed(plan, right - left, 1))
            if gather(pixels_of((top, bottom)), region, memory[ahead:], limit):
                raise WildError
            sum_down(memory[ahead:], rows, stride, plan.kernel_shape[0], plan.dilation)
            first, place = (top, left * channels) if exact else (0, 0)
            goal = Goal(made, first * made.shape[1] + place, made.shape[1], rows, n)
            across.sum(memory, goal)
            store_block(made, (first, place, rows, n), ends, (top, left * channels))

        return do

    share([(rows, columns) for rows in split(height, cut.rows) for columns in split(width, cut.columns)], start, cancel)


def _memory(plan: Plan, cut: Cut) -> Floats:
    """Of the thread that asks: ``_ahead`` rows, and the gathered pixels. Columns that are not gathered hold what they held."""
    size = (_ahead(cut) + cut.high) * cut.pitch * np.dtype(plan.dtype).itemsize
    return scratch(size)[:size].view(plan.dtype).reshape(-1, cut.pitch)


def _ahead(cut: Cut) -> int:
    """Rows that are summed across at a time."""
    return max(1, AHEAD // cut.pitch)


class Across:
    """The sums along rows that hold sums of columns.

    Without a stride, sums of some neighbours come first, ``_ahead`` rows above where they are made of; the result is the sum
    of some of those, and of the columns that are left over: about twice the square root of the weights of a row.
    """

    def __init__(self, plan: Plan, cut: Cut) -> None:
        self._pitch, self._stride, self._ahead = cut.pitch, plan.stride, _ahead(cut)
        self._part, self._last = _passes(plan, cut)

    def sum(self, memory: Floats, goal: Goal) -> None:
        """Into ``goal``, of memory that holds sums of columns from row ``_ahead`` on."""
        pitch, ahead = self._pitch, self._ahead
        for first in range(0, goal.height, ahead):
            rows = min(ahead, goal.height - first)
            here = goal._replace(place=goal.place + first * goal.row, height=rows)
            below = Origin(memory, (ahead + first * self._stride) * pitch, pitch)
            if self._part is None:
                sum_rows(below, self._last, 0, here)
            else:
                part, more = self._part
                above = Goal(memory, first * pitch, pitch, rows, goal.n + more)
                sum_rows(below, part, 0, above)
                sum_rows(Origin(memory, first * pitch, pitch), self._last, 0, here)


@lru_cache(maxsize=16)
def _passes(plan: Plan, cut: Cut) -> tuple[tuple[Pass, int] | None, Pass]:
    """The pass that makes sums of neighbours, and how many of these are needed beyond the results; and the last pass."""
    count, unit = plan.kernel_shape[1], plan.dilation * plan.image_shape[2]
    part = min(range(1, count + 1), key=lambda part: part + count // part + SINGLE * (count % part))
    if plan.stride > 1 or part == 1:
        turn, remainder = np.divmod(np.arange(count) * plan.dilation, plan.stride)
        return None, _pass(plan, [], (remainder * cut.run + turn) * plan.image_shape[2], 1)
    parts, rest = divmod(count, part)
    left_over = _ahead(cut) * cut.pitch + (parts * part + np.arange(rest)) * unit
    last = _pass(plan, [[0, 1, parts, 0]], left_over, part * unit)
    return (_pass(plan, [[0, 1, part, 0]], np.arange(0), unit, first=True), (parts - 1) * part * unit), last


def _pass(plan: Plan, panels: list[list[int]], singles: NDArray[np.intp], step: int, *, first: bool = False) -> Pass:
    """Of panels whose columns are ``step`` apart, and weights one by one; all are equal, 1 in the ``first`` pass."""
    each, number = np.ones((len(singles), PANEL), np.intp), np.dtype(plan.dtype).type
    each[:, 0], each[:, 3] = singles, 0
    table = np.concatenate([np.array(panels, np.intp).reshape(-1, PANEL), each])
    weights = np.full(max(1, int(table[:, 2].max())), 1.0 if first else plan.weights[0, 0], plan.dtype)
    ends = np.array([0, table.size], np.intp)
    return Pass(table.reshape(-1), weights, ends, 1 if panels else plan.stride, 1, step, 0, number(0.0 if first else plan.bias))
