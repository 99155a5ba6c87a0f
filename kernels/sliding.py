"""Sums over a sliding window, block by block: the plain path, and the words that the compiled one shares with it.

A block of the result needs a block of the padded picture. That is gathered into scratch memory
that fits the processor's cache, as ``(rows, stride, columns / stride, channels)``: columns with the
same remainder by the stride lie side by side. So for every tap the products of a row of the block
are one contiguous run of the scratch, for any stride, dilation and number of channels.
"""

from collections.abc import Callable
from math import gcd, prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.bands import Cancel, share
from kernels.layout import Block, Floats, Layout
from kernels.plan import Algorithm, Plan

GATHERING = 4  # multiplications that take as long as gathering one pixel
WORTH_SHARING = 12_000_000  # of these; fewer are done before another thread is awake, which takes 0.3 ms


class Taps(NamedTuple):
    """Offsets into the rows and columns of a source, and weights, of equal length.

    Rows of results lie ``step`` rows of the source apart; every sum begins with ``start``.
    A named tuple, since compiled code takes those as they are.
    """

    step: int
    start: float
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    weights: Floats


class Box(NamedTuple):
    """Equal weights ``weight`` over ``height`` rows of a source that lie ``down`` apart; ``step`` and ``start`` as in ``Taps``.

    Across, the taps repeat: ``times`` times those at columns ``fold``, ``unit`` values apart, and those at columns ``rest``.
    """

    step: int
    start: Any
    weight: Any
    height: int
    down: int
    times: int
    unit: int
    fold: NDArray[np.intp]
    rest: NDArray[np.intp]


Positions = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]
"""Row and column in the kernel, and weight, of some taps."""

Window = tuple[int, int, int, int]
"""Top, left, height and width in a two-dimensional array."""

Accumulate = Callable[[Floats, Taps, Floats, Window], None]
"""``accumulate(source, taps, out, window)``: for every row i and column x of the window
``out[top + i, left + x] = start + sum of weights[t] * source[i * step + rows[t], columns[t] + x]``."""

AddBox = Callable[[Floats, Box, Floats, Window], None]
"""The same for equal weights; what ``source`` holds is lost."""


class Loops(NamedTuple):
    """The inner loops of one path. ``exceeds(values, limit)``: whether any is NaN, or larger than the limit in size."""

    accumulate: Accumulate
    add_box: AddBox
    exceeds: Callable[[NDArray[Any], float], bool]


Fill = Callable[[Floats, Floats, Window], None]
"""``fill(source, out, window)``: all sums of one block."""


class Sums(NamedTuple):
    """How the sums of a block are formed from its gathered pixels.

    ``steps``: multiplications for one result; ``buffers``: blocks of memory for each thread, the gathered one included;
    ``start`` makes one thread's function.
    """

    steps: int
    buffers: int
    start: Callable[[Layout], Fill]


class WildError(ArithmeticError):
    """The picture has values that an algorithm would spread beyond their footprint; the direct one does not."""


def run(plan: Plan, image: NDArray[Any], algorithm: Algorithm, loops: Loops, cancel: Cancel | None) -> Floats:
    """The result ``plan.out_shape`` of ``image`` ``plan.image_shape`` by any algorithm but FFT.

    Raises Cancelled, and WildError unless directly.
    """
    sums = SUMS[algorithm](plan, loops)
    layout = Layout(plan, sums.steps, sums.buffers)
    channels = plan.out_shape[2]
    out = np.empty((plan.out_shape[0], plan.out_shape[1] * channels), plan.dtype)
    limit = plan.limit if algorithm is not Algorithm.DIRECT and image.dtype.kind == "f" else np.inf

    def start() -> Callable[[Block], None]:
        scratch = np.empty(layout.scratch_shape, plan.dtype)
        fill = sums.start(layout)

        def do(block: Block) -> None:
            with np.errstate(over="ignore", invalid="ignore"):  # infinities are results here, not accidents
                if limit < np.inf and any(loops.exceeds(source, limit) for _, source in layout.sources(image, block)):
                    raise WildError
                window = block.top, block.left * channels, block.bottom - block.top, (block.right - block.left) * channels
                fill(layout.gather(image, block, scratch), out, window)

        return do

    share(layout.blocks(), start, cancel, alone=prod(plan.out_shape) * (sums.steps + GATHERING) < WORTH_SHARING)
    return out.reshape(plan.out_shape)


def _direct(plan: Plan, loops: Loops) -> Sums:
    """One pass over all taps."""

    def start(layout: Layout) -> Fill:
        taps = _place(layout, plan.taps, plan.stride, plan.bias)
        return lambda source, out, window: loops.accumulate(source, taps, out, window)

    return Sums(len(plan.taps[0]), 1, start)


def _in_pairs(plan: Plan, loops: Loops) -> Sums:
    """A pass across for each pair, into blocks one below the other; then one pass down through all of them."""
    if plan.pairs is None:
        return _direct(plan, loops)
    columns, rows = plan.pairs

    def start(layout: Layout) -> Fill:
        high, wide = layout.scratch_shape[0], layout.columns * plan.out_shape[2]
        between = np.empty((len(rows) * high, wide), plan.dtype)
        across = [_place(layout, _positions(row[np.newaxis]), 1, 0.0) for row in rows]
        down = [_place(layout, _positions(column[:, np.newaxis]), plan.stride, plan.bias) for column in columns]
        below = np.concatenate([taps.rows + term * high for term, taps in enumerate(down)])
        last = down[0]._replace(rows=below, columns=np.zeros_like(below), weights=np.concatenate([taps.weights for taps in down]))

        def fill(source: Floats, out: Floats, window: Window) -> None:
            for term, taps in enumerate(across):
                loops.accumulate(source, taps, between, (term * high, 0, len(source), window[3]))
            loops.accumulate(between, last, out, window)

        return fill

    return Sums(int(np.count_nonzero(columns) + np.count_nonzero(rows)), 1 + len(rows), start)


def _running(plan: Plan, loops: Loops) -> Sums:
    """Sums of equal weights, carried on from row to row and doubled across."""
    if not plan.constant:
        return _direct(plan, loops)

    def start(layout: Layout) -> Fill:
        box = _box(layout, plan)
        return lambda source, out, window: loops.add_box(source, box, out, window)

    return Sums(RUNNING_STEPS, 1, start)


RUNNING_STEPS = 20  # of equal weights: about as long as so many multiplications
SUMS: dict[Algorithm, Callable[[Plan, Loops], Sums]] = {
    Algorithm.DIRECT: _direct,
    Algorithm.SEPARABLE: _in_pairs,
    Algorithm.LOW_RANK: _in_pairs,
    Algorithm.RUNNING: _running,
}


def _positions(weights: NDArray[np.float64]) -> Positions:
    y, x = np.nonzero(weights)
    return y, x, weights[y, x]


def _place(layout: Layout, positions: Positions, step: int, start: float) -> Taps:
    y, x, weights = positions
    return Taps(step, start, *layout.offsets(y, x), weights.astype(layout.plan.dtype))


def _box(layout: Layout, plan: Plan) -> Box:
    """After ``period`` taps the remainder by the stride is the same again, so all of them move on by one distance."""
    height, width = plan.kernel_shape
    period = plan.stride // gcd(plan.stride, plan.dilation)
    columns = layout.offsets(np.zeros(width + period, np.intp), np.arange(width + period))[1]
    count, rest = divmod(width, period)
    unit = int(columns[period] - columns[0])
    number = np.dtype(plan.dtype).type
    fold, rest_columns = columns[:period], columns[count * period : count * period + rest]
    return Box(plan.stride, number(plan.bias), number(plan.weights[0, 0]), height, plan.dilation, count, unit, fold, rest_columns)
