"""The plain path: the sums in numpy, for the first picture while numba is still being loaded."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kernels import fft, sliding
from kernels.bands import Cancel
from kernels.layout import Floats
from kernels.levels import coloured
from kernels.plan import Algorithm, Plan
from kernels.rounding import convert
from kernels.scale import Colours
from kernels.sliding import Box, Loops, Taps, Window


def run(
    plan: Plan, image: NDArray[Any], algorithm: Algorithm, cancel: Cancel | None = None, out_dtype: DTypeLike | None = None
) -> NDArray[Any]:
    """The result ``plan.out_shape`` of ``image`` ``(H, W, C)``. Raises Cancelled and WildError.

    In ``plan.dtype``, or in ``out_dtype`` as ``rounding.convert`` makes it.
    """
    made = fft.run(plan, image, cancel) if algorithm is Algorithm.FFT else sliding.run(plan, image, algorithm, LOOPS, cancel)
    return convert(made, out_dtype)


def show(
    plan: Plan, image: NDArray[Any], algorithm: Algorithm, cancel: Cancel | None, colours: Colours, *, exact: bool
) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """The result as ``run`` makes it, ``exact`` or not, and then its colours (H', W', 3). Raises Cancelled and WildError."""
    made = run(plan, image, algorithm, cancel)
    return made, coloured(made if made.shape[2] == 3 else made[:, :, 0], colours)


def accumulate(source: Floats, taps: Taps, out: Floats, window: Window) -> None:
    """See ``sliding.Accumulate``: shift, multiply, add."""
    top, left, height, width = window
    target = out[top : top + height, left : left + width]
    target.fill(taps.start)
    term = np.empty_like(target)
    last = (height - 1) * taps.step + 1
    for y, x, weight in zip(taps.rows.tolist(), taps.columns.tolist(), taps.weights, strict=True):
        np.multiply(source[y : y + last : taps.step, x : x + width], weight, out=term)
        target += term


def add_box(source: Floats, box: Box, out: Floats, window: Window) -> None:
    """See ``sliding.AddBox``: sums of 1, 2, 4, … rows or columns, put together as the binary digits of the size say."""
    top, left, height, width = window
    down = _doubled(source, (height - 1) * box.step + 1, box.down, box.height)[:: box.step].T
    total = _added(down, box.rest, width)
    if box.times:
        folded = _added(down, box.fold, width + (box.times - 1) * box.unit)
        total += _doubled(folded, width, box.unit, box.times)
    out[top : top + height, left : left + width] = total.T * box.weight + box.start


def _added(source: Floats, rows: NDArray[np.intp], length: int) -> Floats:
    """Sums (length, n) of the rows so far from each row of ``source``."""
    total = np.zeros((length, source.shape[1]), source.dtype)
    for row in rows:
        total += source[row : row + length]
    return total


def _doubled(source: Floats, length: int, apart: int, count: int) -> Floats:
    """Sums (length, n) of ``count`` rows that lie ``apart``, beginning with each row of ``source``."""
    total, done, size = np.zeros((length, source.shape[1]), source.dtype), 0, 1
    while True:
        if count & size:
            total += source[done * apart :][:length]
            done += size
        if done == count:
            return total
        source = source[: len(source) - size * apart] + source[size * apart :]
        size *= 2


def exceeds(values: NDArray[Any], limit: float) -> bool:
    """See ``sliding.Loops``."""
    return not max(values.max(), -values.min()) <= limit


LOOPS = Loops(accumulate, add_box, exceeds)
