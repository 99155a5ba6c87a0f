"""The plain path: the sums in numpy, for the first picture while numba is still being loaded."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels import fft, sliding
from kernels.bands import Cancel
from kernels.layout import Floats
from kernels.plan import Algorithm, Plan
from kernels.sliding import Taps, Window


def run(plan: Plan, image: NDArray[Any], algorithm: Algorithm, cancel: Cancel | None = None) -> Floats:
    """The result ``plan.out_shape`` in ``plan.dtype`` of ``image`` ``(H, W, C)``. Raises Cancelled."""
    if algorithm is Algorithm.FFT:
        return fft.run(plan, image, cancel)
    return sliding.run(plan, image, algorithm, accumulate, cancel)


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
