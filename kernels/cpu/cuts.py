"""How a result is cut into blocks whose padded pixels stay in the second-level cache, and where those lie in scratch memory."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from kernels.plan import Plan, extent

BLOCK_BYTES = 400_000  # of the scratch memory of a thread: caches of the second level have 512 kB and more
LARGEST_BYTES = 3_500_000  # where a kernel is so tall that otherwise most rows would be gathered again and again
LINE = 16  # values; rows begin at multiples of it, odd ones, so that rows do not share places in the first-level cache
FEWEST_ROWS, FEWEST_COLUMNS = 32, 64  # of a block: with less, too much is gathered twice


class Cut(NamedTuple):
    """``rows`` and ``columns`` of results in a block, the last ones less.

    ``high``: padded rows that a block needs. Gathered rows are ``pitch`` values apart, columns with the same remainder by the
    stride lie side by side, the first of each remainder ``run`` columns apart. Rows of sums across are ``between`` values apart.
    """

    rows: int
    columns: int
    high: int
    run: int
    pitch: int
    between: int


@lru_cache(maxsize=16)
def cut_for(plan: Plan, terms: int, room: int = BLOCK_BYTES) -> Cut:
    """Of a plan with sums across for so many ``terms``, which share ``room`` bytes of scratch memory if that is enough.

    A block has at least a quarter of the columns of its kernel, and half of its rows, in more memory if need be; where that is
    more than ``LARGEST_BYTES``, a sixth.
    """
    height, width, _ = plan.out_shape
    tall, wide = (extent(side, plan.dilation) // plan.stride for side in plan.kernel_shape)
    fewest, narrowest = min(height, max(FEWEST_ROWS, tall)), min(width, max(FEWEST_COLUMNS, wide // 4))
    columns = width
    while _rows(plan, columns, terms, room) < fewest and columns > narrowest:
        columns = max(columns * 3 // 4, narrowest)
    least = max(-(-fewest // 6), min(-(-fewest // 2), _rows(plan, columns, terms, LARGEST_BYTES)))
    rows = max(1, min(height, max(least, _rows(plan, columns, terms, room))))
    run, pitch, between = _across(plan, columns)
    return Cut(rows, columns, needed(plan, rows, 0), run, pitch, between)


def needed(plan: Plan, results: int, axis: int) -> int:
    """Padded pixels along an axis that so many results need."""
    return (results - 1) * plan.stride + extent(plan.kernel_shape[axis], plan.dilation)


def _across(plan: Plan, columns: int) -> tuple[int, int, int]:
    run = -(-needed(plan, columns, 1) // plan.stride)
    run = -(-run // LINE) * LINE if plan.stride > 1 else run
    channels = plan.image_shape[2]
    return run, _odd_lines(plan.stride * run * channels), _odd_lines(columns * channels)


def _odd_lines(values: int) -> int:
    lines = -(-values // LINE)
    return (lines + 1 - lines % 2) * LINE


def _rows(plan: Plan, columns: int, terms: int, room: int) -> int:
    """Rows of results for which the memory suffices; may be less than 1."""
    _, pitch, between = _across(plan, columns)
    high = room // np.dtype(plan.dtype).itemsize // (pitch + terms * between)
    return (high - extent(plan.kernel_shape[0], plan.dilation)) // plan.stride + 1
