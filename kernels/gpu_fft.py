"""Large kernels on a GPU by multiplying spectra: the whole band at once, each channel for itself, in the plan's arithmetic.

Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 8.7.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from kernels.border import OUTSIDE
from kernels.fft import fast_length
from kernels.launch import Band
from kernels.plan import Plan, extent

Array = Any  # of CuPy


def prepared(arrays: Any, band: Band, image: Array, out_dtype: str) -> Callable[[], tuple[Array, Array]]:
    """A function that makes the result ``band.out_shape`` of ``image``, which lies there, and whether it is worth nothing.

    ``arrays``: the module cupy. The second array has one value, not 0 where the picture has values beyond ``plan.limit``.
    """
    plan = band.plan
    sides = fast_length(len(band.rows)), fast_length(len(band.columns))
    kernel = arrays.asarray(_spread(plan))
    rows, columns = arrays.asarray(band.rows), arrays.asarray(band.columns)

    def compute() -> tuple[Array, Array]:
        padded = _gathered(arrays, band, image, rows, columns)
        spectrum = arrays.conj(arrays.fft.rfft2(kernel, sides))
        out = arrays.empty(band.out_shape, out_dtype)
        for channel in range(band.out_shape[2]):
            product = arrays.fft.rfft2(padded[:, :, channel], sides)
            product *= spectrum
            part = _valid(arrays.fft.irfft2(product, sides), plan, band.out_shape)
            out[:, :, channel] = _narrowed(arrays, part + plan.bias, out_dtype)
        tame = arrays.abs(padded).max() <= plan.limit  # false for NaN too
        return out, arrays.logical_not(tame).reshape(1)

    return compute


def _spread(plan: Plan) -> np.ndarray[Any, Any]:
    """The weights as far apart as the dilation says."""
    height, width = (extent(size, plan.dilation) for size in plan.kernel_shape)
    spread = np.zeros((height, width), plan.dtype)
    spread[:: plan.dilation, :: plan.dilation] = plan.weights
    return spread


def _gathered(arrays: Any, band: Band, image: Array, rows: Array, columns: Array) -> Array:
    """The padded picture (rows, columns, channels) in the plan's arithmetic."""
    if not band.image.size:  # the band sees the constant only
        return arrays.full((len(band.rows), len(band.columns), band.out_shape[2]), band.plan.cval, band.plan.dtype)
    padded = image[rows[:, np.newaxis], columns].astype(band.plan.dtype)
    for axis, places in enumerate((band.rows, band.columns)):
        outside = np.flatnonzero(places == OUTSIDE)
        if outside.size:
            where = arrays.asarray(outside)
            padded[(where,) if axis == 0 else (slice(None), where)] = band.plan.cval
    return padded


def _valid(whole: Array, plan: Plan, shape: tuple[int, int, int]) -> Array:
    """The results whose windows lie in the padded picture, at every stride."""
    height, width, _ = shape
    return whole[: (height - 1) * plan.stride + 1 : plan.stride, : (width - 1) * plan.stride + 1 : plan.stride]


def _narrowed(arrays: Any, part: Array, out_dtype: str) -> Array:
    """Rounded half to even and saturated for unsigned integers."""
    if np.dtype(out_dtype).kind == "f":
        return part
    return arrays.clip(arrays.rint(part), 0, np.iinfo(out_dtype).max)
