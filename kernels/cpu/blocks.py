"""A band of rows of a result, block by block: gather, sum, store. Compiled once for each type of sums."""

from typing import NamedTuple

import numpy as np

from kernels.cpu.compiling import compiled
from kernels.cpu.gathering import PLAIN, Region, Side, Source, gather
from kernels.cpu.lanes import BYTES
from kernels.cpu.passes import Pass, Task
from kernels.cpu.storing import Ends, store_block
from kernels.cpu.vectors import ROWS, VECTORS, sums
from kernels.layout import Floats
from kernels.sliding import Window

DONE, WILD = 0, 1
NO_LIMIT = np.inf
NONE: int = np.intp(0)  # type: ignore[assignment] # a 0 written as such would be a type of its own, for which everything is compiled again
WIDE = 800  # values of a row: of shorter ones the ends, which are gathered apart, cost more than gathering all
AT_ONCE = BYTES * VECTORS  # bytes of a row of results

_any = sums(ROWS, VECTORS, wide=True)
_three, _seven = (sums(ROWS, VECTORS, wide=True, side=side) for side in (3, 7))
_five = sums(ROWS, 2, wide=True, side=5)  # its weights take many registers, but not so many that they are read each time anyway
_narrow, _row, _number = sums(ROWS, 1, wide=True), sums(1, 1, wide=True), sums(1, 1, wide=False)


class Memory(NamedTuple):
    """Scratch memory of a thread.

    ``pixels`` (high, pitch); ``between`` (terms * high, between); ``made`` (rows, columns * channels) for sums that are not kept
    as they are, or empty.
    """

    pixels: Floats
    between: Floats
    made: Floats


class Origin(NamedTuple):
    """Pixels in memory: from ``place`` in ``values`` on, rows ``row`` values apart."""

    values: Floats
    place: int
    row: int


class Goal(NamedTuple):
    """Sums in memory: from ``place`` in ``values`` on, ``height`` rows of ``n``, ``row`` apart."""

    values: Floats
    place: int
    row: int
    height: int
    n: int


@compiled
def filter_band(source: Source, task: Task, band: tuple[int, int], memory: Memory, ends: Ends, width: int) -> int:
    """Rows ``band`` of a result of ``width`` columns.

    WILD where a value was met that only the direct algorithm keeps in its place; the result is not complete then.
    """
    copyless = task.copyless and source.kind == PLAIN and width * source.channels >= WIDE
    least = -(-BYTES // (memory.pixels.itemsize * source.channels))
    top = band[0]
    while top < band[1]:
        bottom, inside = min(band[1], top + task.cut.rows), copyless
        if copyless:
            bottom, inside = _stop(top, bottom, source.rows, task.reach_y, 0)
        left = NONE
        while left < width:
            right, within = min(width, left + task.cut.columns), inside
            if inside:
                right, within = _stop(left, right, source.columns, task.reach_x, least)
            if _fill(source, task, within, memory, ends, (top, left, bottom - top, right - left)):
                return WILD
            left = right
        top = bottom
    return DONE


@compiled
def _stop(start: int, end: int, side: Side, reach: int, least: int) -> tuple[int, bool]:
    """Up to where results from ``start`` on see pixels of the picture only, or not only; and which of both.

    Those that do not see them only are ``least`` on each side, if there are any, so that they are worth a vector.
    """
    first = max(side.first, least) if side.first > 0 else 0
    beyond = len(side.sources) - side.first - side.length
    after = side.first + side.length - reach + 1 - (max(least - beyond, 0) if beyond > 0 else 0)
    if start < first:
        return min(end, first), False
    if start < after:
        return min(end, after), True
    return end, False


@compiled
def _fill(source: Source, task: Task, within: bool, memory: Memory, ends: Ends, window: Window) -> bool:
    """One block: rows and columns from (top, left) on. Whether it has to be summed directly."""
    top, left, rows, columns = window
    stride, channels, n = source.stride, source.channels, columns * source.channels
    region = Region(top * stride, (rows - 1) * stride + task.reach_y, left * stride, (columns - 1) * stride + task.reach_x)
    gathered = Origin(memory.pixels, 0, memory.pixels.shape[1])
    out, first, start = (ends.values, top, left * channels) if len(ends.values) else (memory.made, NONE, NONE)
    goal = Goal(out, first * out.shape[1] + start, out.shape[1], rows, n)
    if within:
        pitch = source.plain.shape[1]
        place = (region.top - source.rows.first) * pitch + (region.left - source.columns.first) * channels
        wild = _sum(task, Origin(source.plain, place, pitch), region.height, memory, goal)
    else:
        gather(source, region, memory.pixels, NO_LIMIT)
        wild = _sum(task, gathered, region.height, memory, goal)
    if wild and task.recipe.checked:
        if task.recipe.strict:
            return True
        gather(source, region, memory.pixels, NO_LIMIT)
        sum_rows(gathered, task.recipe.careful, NONE, goal)
    store_block(out, (first, start, rows, n), ends, (top, left * channels))
    return False


@compiled
def _sum(task: Task, origin: Origin, high: int, memory: Memory, goal: Goal) -> bool:
    """From ``high`` rows of pixels to the sums of a block; whether any is NaN or infinite."""
    recipe, between = task.recipe, memory.between
    terms = len(recipe.across.ends) - 1
    for term in range(terms):
        place = len(between) // terms * term * between.shape[1]
        sum_rows(origin, recipe.across, term, Goal(between, place, between.shape[1], high, goal.n))
    return sum_rows(Origin(between, 0, between.shape[1]) if terms else origin, recipe.last, NONE, goal)


@compiled
def sum_rows(origin: Origin, task: Pass, term: int, goal: Goal) -> bool:
    """One term of a pass; whether any result is NaN or infinite."""
    panels, weights, start, step = task.panels[task.ends[term] : task.ends[term + 1]], task.weights, task.start, task.step
    source, out, n, many = origin.values, goal.values, goal.n, goal.n * origin.values.itemsize >= AT_ONCE
    pitch, row, wild = origin.row * task.rows * task.apart, goal.row * task.apart, False
    for first in range(min(task.apart, goal.height)):
        place, target = origin.place + first * origin.row * task.rows, goal.place + first * goal.row
        count = (goal.height - first + task.apart - 1) // task.apart
        if n * source.itemsize < BYTES:
            wild |= _number(source, place, pitch, step, panels, weights, start, out, target, row, count, n)
        elif count < ROWS:
            wild |= _row(source, place, pitch, step, panels, weights, start, out, target, row, count, n)
        elif not many:
            wild |= _narrow(source, place, pitch, step, panels, weights, start, out, target, row, count, n)
        elif task.side == 3:
            wild |= _three(source, place, pitch, step, panels, weights, start, out, target, row, count, n)
        elif task.side == 5:
            wild |= _five(source, place, pitch, step, panels, weights, start, out, target, row, count, n)
        elif task.side == 7:
            wild |= _seven(source, place, pitch, step, panels, weights, start, out, target, row, count, n)
        else:
            wild |= _any(source, place, pitch, step, panels, weights, start, out, target, row, count, n)
    return wild
