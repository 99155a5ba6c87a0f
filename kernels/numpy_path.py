"""The plain path: the sums in numpy, for the first picture while numba is still being loaded."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels import fft, sliding
from kernels.bands import Cancel
from kernels.plan import Algorithm, Plan


def run(plan: Plan, image: NDArray[Any], algorithm: Algorithm, cancel: Cancel | None = None) -> sliding.Floats:
    """The result ``plan.out_shape`` in ``plan.dtype`` of ``image`` ``(H, W, C)``. Raises Cancelled."""
    if algorithm is Algorithm.FFT:
        return fft.run(plan, image, cancel)
    return sliding.run(plan, image, algorithm, accumulate, cancel)


def accumulate(
    source: sliding.Floats, step: int, taps: sliding.Taps, start: float, out: sliding.Floats, window: sliding.Window
) -> None:
    """See ``sliding.Accumulate``: shift, multiply, add."""
    top, left, height, width = window
    target = out[top : top + height, left : left + width]
    target.fill(start)
    term = np.empty_like(target)
    for y, x, weight in zip(taps.rows.tolist(), taps.columns.tolist(), taps.weights, strict=True):
        np.multiply(source[y : y + (height - 1) * step + 1 : step, x : x + width], weight, out=term)
        target += term
