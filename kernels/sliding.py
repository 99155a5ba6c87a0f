"""Sums over a sliding window, block by block: what the compiled and the plain path share.

A block of the result needs a block of the padded picture. That is gathered into scratch memory
that fits the processor's cache, as ``(rows, stride, columns / stride, channels)``: columns with the
same remainder by the stride lie side by side. So for every tap the products of a row of the block
are one contiguous run of the scratch, for any stride, dilation and number of channels.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.bands import Cancel, share
from kernels.layout import Block, Floats, Layout
from kernels.plan import Algorithm, Plan


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


Positions = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]
"""Row and column in the kernel, and weight, of some taps."""

Window = tuple[int, int, int, int]
"""Top, left, height and width in a two-dimensional array."""

Accumulate = Callable[[Floats, Taps, Floats, Window], None]
"""``accumulate(source, taps, out, window)``: for every row i and column x of the window
``out[top + i, left + x] = start + sum of weights[t] * source[i * step + rows[t], columns[t] + x]``."""


def run(plan: Plan, image: NDArray[Any], algorithm: Algorithm, accumulate: Accumulate, cancel: Cancel | None) -> Floats:
    """The result ``plan.out_shape`` of ``image`` ``plan.image_shape``, directly or separably.

    Raises Cancelled.
    """
    passes = _passes(plan, algorithm)
    layout = Layout(plan, sum(len(weights) for _, _, weights in passes))
    channels = plan.out_shape[2]
    out = np.empty((plan.out_shape[0], plan.out_shape[1] * channels), plan.dtype)
    *first, last = (_place(layout, positions) for positions in passes)
    last = last._replace(step=plan.stride, start=plan.bias)

    def start() -> Callable[[Block], None]:
        scratch = np.empty(layout.scratch_shape, plan.dtype)
        between = np.empty((len(scratch), layout.columns * channels) if first else (0, 0), plan.dtype)

        def do(block: Block) -> None:
            width = (block.right - block.left) * channels
            with np.errstate(over="ignore", invalid="ignore"):  # infinities are results here, not accidents
                source = layout.gather(image, block, scratch)
                for taps in first:
                    accumulate(source, taps, between, (0, 0, len(source), width))
                    source = between
                window = block.top, block.left * channels, block.bottom - block.top, width
                accumulate(source, last, out, window)

        return do

    share(layout.blocks(), start, cancel)
    return out.reshape(plan.out_shape)


def _passes(plan: Plan, algorithm: Algorithm) -> tuple[Positions, ...]:
    """Kernel rows, columns and weights of one pass over all taps, or of one across and one down."""
    factors = plan.factors if algorithm is Algorithm.SEPARABLE else None
    if factors is None:
        return (plan.taps,)
    column, row = factors
    (y,), (x,) = np.nonzero(column), np.nonzero(row)
    return (np.zeros_like(x), x, row[x]), (y, np.zeros_like(y), column[y])


def _place(layout: Layout, positions: Positions) -> Taps:
    y, x, weights = positions
    return Taps(1, 0.0, *layout.offsets(y, x), weights.astype(layout.plan.dtype))
