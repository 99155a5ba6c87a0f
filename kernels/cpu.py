"""The compiled path: inner loops in numba, without the interpreter lock, for bands of rows.

Only this module may import numba. The loops run inside the threads of ``kernels.bands``; numba's
own parallel loops must not be entered from two threads at once. Compiled code is kept on disk
where there is a folder for it.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from kernels import fft, sliding
from kernels.bands import Cancel
from kernels.plan import Algorithm, Plan

BLOCK = 1024  # output values summed at a time: with eight source runs they fit the first-level cache

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")


def _compiled(function: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """Compile at the first call of each type; "contract" allows fused multiply-add, and no more."""
    options = {"nogil": True, "fastmath": {"contract"}, "error_model": "numpy"}
    try:
        result = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder on this machine can keep compiled code
        result = numba.njit(**options)(function)
    return cast("Callable[Parameters, Returned]", result)


def run(plan: Plan, image: NDArray[Any], algorithm: Algorithm, cancel: Cancel | None = None) -> sliding.Floats:
    """The result ``plan.out_shape`` in ``plan.dtype`` of ``image`` ``(H, W, C)``. Raises Cancelled."""
    if algorithm is Algorithm.FFT:
        return fft.run(plan, image, cancel)
    return sliding.run(plan, image, algorithm, accumulate, cancel)


def accumulate(
    source: sliding.Floats, step: int, taps: sliding.Taps, start: float, out: sliding.Floats, window: sliding.Window
) -> None:
    """See ``sliding.Accumulate``."""
    _accumulate(source, step, taps.rows, taps.columns, taps.weights, out.dtype.type(start), out, window)


@_compiled
def _accumulate(
    source: sliding.Floats,
    step: int,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    weights: sliding.Floats,
    start: Any,
    out: sliding.Floats,
    window: sliding.Window,
) -> None:
    top, left, height, width = window
    eights = len(weights) // 8 * 8
    for i in range(height):
        y = i * step
        for x in range(0, width, BLOCK):
            target = out[top + i, left + x : left + min(x + BLOCK, width)]
            target[:] = start
            for t in range(0, eights, 8):
                _add_eight(source, y, x, rows[t : t + 8], columns[t : t + 8], weights[t : t + 8], target)
            for t in range(eights, len(weights)):
                _add_one(source[y + rows[t], x + columns[t] :], weights[t], target)


@_compiled
def _add_one(a: sliding.Floats, weight: Any, target: sliding.Floats) -> None:
    for x in range(len(target)):
        target[x] += weight * a[x]


@_compiled
def _add_eight(
    source: sliding.Floats,
    y: int,
    x: int,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    weights: sliding.Floats,
    target: sliding.Floats,
) -> None:
    """Eight taps in one pass: one load and store of the sum instead of eight."""
    a, b = source[y + rows[0], x + columns[0] :], source[y + rows[1], x + columns[1] :]
    c, d = source[y + rows[2], x + columns[2] :], source[y + rows[3], x + columns[3] :]
    e, f = source[y + rows[4], x + columns[4] :], source[y + rows[5], x + columns[5] :]
    g, h = source[y + rows[6], x + columns[6] :], source[y + rows[7], x + columns[7] :]
    p, q, r, s = weights[0], weights[1], weights[2], weights[3]
    t, u, v, w = weights[4], weights[5], weights[6], weights[7]
    for x in range(len(target)):
        target[x] += (p * a[x] + q * b[x] + r * c[x] + s * d[x]) + (t * e[x] + u * f[x] + v * g[x] + w * h[x])


def prepare() -> None:
    """Compile, or load from disk, what pictures of up to 16 bits need."""
    image = np.zeros((2, 2, 1), np.float32)
    taps = sliding.Taps(np.zeros(1, np.intp), np.zeros(1, np.intp), np.ones(1, np.float32))
    accumulate(image[:, :, 0], 1, taps, 0.0, np.empty((2, 2), np.float32), (0, 0, 2, 2))
