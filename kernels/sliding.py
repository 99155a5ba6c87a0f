"""Sums over a sliding window, block by block: what the compiled and the plain path share.

A block of the result needs a block of the padded picture. That is gathered into scratch memory
that fits the processor's cache, as ``(rows, stride, columns / stride, channels)``: columns with the
same remainder by the stride lie side by side. So for every tap the products of a row of the block
are one contiguous run of the scratch, for any stride, dilation and number of channels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.bands import Cancel, share
from kernels.layout import Block, Floats, Layout
from kernels.plan import Algorithm, Plan


@dataclass(frozen=True)
class Taps:
    """Offsets into the rows and columns of a source, and weights, of equal length."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    weights: Floats


Window = tuple[int, int, int, int]
"""Top, left, height and width in a two-dimensional array."""

Accumulate = Callable[[Floats, int, Taps, float, Floats, Window], None]
"""``accumulate(source, step, taps, start, out, window)``: for every row i and column x of the window
``out[top + i, left + x] = start + sum of weights[t] * source[i * step + rows[t], columns[t] + x]``."""


def run(plan: Plan, image: NDArray[Any], algorithm: Algorithm, accumulate: Accumulate, cancel: Cancel | None) -> Floats:
    """The result ``plan.out_shape`` of ``image`` ``plan.image_shape``, directly or separably.

    Raises Cancelled.
    """
    layout = Layout(plan)
    channels = plan.out_shape[2]
    out = np.empty((plan.out_shape[0], plan.out_shape[1] * channels), plan.dtype)
    *first, last = _passes(plan, layout, algorithm)

    def start() -> Callable[[Block], None]:
        scratch = np.empty(layout.scratch_shape, plan.dtype)
        between = np.empty((len(scratch), layout.columns * channels) if first else (0, 0), plan.dtype)

        def do(block: Block) -> None:
            width = (block.right - block.left) * channels
            with np.errstate(over="ignore", invalid="ignore"):  # infinities are results here, not accidents
                source = layout.gather(image, block, scratch)
                for taps in first:
                    accumulate(source, 1, taps, 0.0, between, (0, 0, len(source), width))
                    source = between
                window = block.top, block.left * channels, block.bottom - block.top, width
                accumulate(source, plan.stride, last, plan.bias, out, window)

        return do

    share(layout.blocks(), start, cancel)
    return out.reshape(plan.out_shape)


def _passes(plan: Plan, layout: Layout, algorithm: Algorithm) -> tuple[Taps, ...]:
    """One pass over all taps, or one across and one down."""
    factors = plan.factors if algorithm is Algorithm.SEPARABLE else None
    if factors is None:
        return (_taps(layout, *plan.taps),)
    column, row = factors
    (y,), (x,) = np.nonzero(column), np.nonzero(row)
    return _taps(layout, np.zeros_like(x), x, row[x]), _taps(layout, y, np.zeros_like(y), column[y])


def _taps(layout: Layout, y: NDArray[np.intp], x: NDArray[np.intp], weights: NDArray[np.float64]) -> Taps:
    rows, columns = layout.offsets(y, x)
    return Taps(rows, columns, weights.astype(layout.plan.dtype))
