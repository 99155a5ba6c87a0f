"""From shapes, weights and options to a frozen plan: what will be computed, and how."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kernels.border import Border, index_map
from kernels.choice import Algorithm, choose
from kernels.factor import Pairs, constant, pairs

__all__ = ["Algorithm", "Padding", "Plan", "extent", "plan"]

MOST_VALUES = 2**31 - 1  # of the result or of the padded picture


class Padding(StrEnum):
    """The named paddings; a whole number of pixels is the other possibility."""

    SAME = "same"
    VALID = "valid"
    FULL = "full"


@dataclass(frozen=True, eq=False)
class Plan:
    """A correlation of one picture ``(H, W, C)``, channels independent, fully decided.

    A plan is found again by what it is, not by what is in it: whoever keeps something for a plan need not compare weights.
    ``weights_bytes`` are the float64 weights ``kernel_shape`` in C order (already flipped for a
    convolution). ``pad`` is (top, bottom, left, right)
    in pixels; ``dtype`` ("float32" or "float64") is the type of arithmetic and result.
    Output row i, column j of channel c is
    ``bias + sum over taps (u, v) with weight != 0 of weight[u, v] * P[i*stride + u*dilation, j*stride + v*dilation, c]``
    with P the picture padded by ``pad`` according to ``border``.
    A weight of exactly 0 takes no part, so a NaN under it does not spread (SciPy's rule).
    """

    image_shape: tuple[int, int, int]
    out_shape: tuple[int, int, int]
    kernel_shape: tuple[int, int]
    weights_bytes: bytes
    bias: float
    border: Border
    cval: float
    stride: int
    dilation: int
    pad: tuple[int, int, int, int]
    dtype: str
    algorithm: Algorithm
    why: str

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """The weights ``kernel_shape``, float64, read-only."""
        return np.frombuffer(self.weights_bytes).reshape(self.kernel_shape)

    @cached_property
    def rows(self) -> NDArray[np.intp]:
        """Source row of every padded row, ``OUTSIDE`` where the constant is taken."""
        return index_map(self.image_shape[0], self.pad[0], self.pad[1], self.border)

    @cached_property
    def columns(self) -> NDArray[np.intp]:
        """Source column of every padded column, ``OUTSIDE`` where the constant is taken."""
        return index_map(self.image_shape[1], self.pad[2], self.pad[3], self.border)

    @cached_property
    def taps(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        """Row and column (undilated) and weight of every tap that takes part, in C order."""
        y, x = np.nonzero(self.weights)
        return y, x, self.weights[y, x]

    @cached_property
    def pairs(self) -> Pairs | None:
        """Columns and rows whose outer products add up to the weights, or None; see ``factor.pairs``."""
        return pairs(self.weights, self.dtype)

    @cached_property
    def constant(self) -> bool:
        """All weights are equal, and not 0."""
        return constant(self.weights)

    @cached_property
    def limit(self) -> float:
        """Up to this size of values no intermediate sum of any algorithm overflows; -1 where the constant outside does.

        By Cauchy and Schwarz the sums of a pair are at most ``√(kh kw)`` times the norm of the weights, and there are at most
        min(kh, kw) pairs; running sums are of pixels before they are weighted.
        """
        most = max(1.0, float(np.abs(self.weights).max())) * self.weights.size * min(self.kernel_shape)
        limit = float(np.finfo(self.dtype).max) / 4 / most
        return limit if abs(self.cval) <= limit else -1.0

    @property
    def remainder(self) -> tuple[int, int]:
        """Rows and columns left over at the bottom and right by the stride (0 where it divides evenly)."""
        (height, width, _), (kh, kw) = self.image_shape, self.kernel_shape
        top, bottom, left, right = self.pad
        return (
            (height + top + bottom - extent(kh, self.dilation)) % self.stride,
            (width + left + right - extent(kw, self.dilation)) % self.stride,
        )


def extent(size: int, dilation: int) -> int:
    """Pixels from the first to the last of ``size`` taps that lie ``dilation`` apart."""
    return dilation * (size - 1) + 1


def plan(
    image_shape: tuple[int, int, int],
    image_dtype: DTypeLike,
    weights: NDArray[np.float64],
    *,
    anchor: tuple[int, int],
    bias: float = 0.0,
    border: Border = Border.REFLECT,
    cval: float = 0.0,
    stride: int = 1,
    dilation: int = 1,
    padding: Padding | int = Padding.SAME,
) -> Plan:
    """Plan the correlation of a picture ``(H, W, C)`` with ``weights`` ``(kh, kw)``.

    ``anchor`` (y, x) matters for padding "same" only, ``cval`` for the constant border only. The arithmetic is
    float64 for float64 pictures and 32 or 64-bit integers, else float32. Output sides are
    ``floor((n + pads - dilation * (k - 1) - 1) / stride) + 1``
    (Dumoulin and Visin, A guide to convolution arithmetic, 2016). Equal requests return the same plan.
    Raises ValueError where the kernel does not fit or the result would be too large.
    """
    shape = (int(weights.shape[0]), int(weights.shape[1]))
    cval = cval if border is Border.CONSTANT else 0.0
    dtype = _arithmetic(np.dtype(image_dtype))
    return _plan(image_shape, dtype, shape, weights.tobytes(), anchor, bias, border, cval, stride, dilation, padding)


def _arithmetic(dtype: np.dtype[Any]) -> str:
    """Float64 where float32 could not hold the values themselves."""
    wide = dtype.itemsize >= (8 if dtype.kind == "f" else 4)
    return "float64" if wide else "float32"


@lru_cache(maxsize=16)
def _plan(  # noqa: PLR0917 - all by place, so that together they are the key of the cache
    image_shape: tuple[int, int, int], dtype: str, kernel_shape: tuple[int, int], weights_bytes: bytes, anchor: tuple[int, int],
    bias: float, border: Border, cval: float, stride: int, dilation: int, padding: Padding | int,
) -> Plan:  # fmt: skip
    weights = np.frombuffer(weights_bytes).reshape(kernel_shape)
    _check_range(weights, dtype)
    height, width, channels = image_shape
    reach_y, reach_x = (extent(size, dilation) for size in kernel_shape)
    pad = _pads(reach_y, anchor[0] * dilation, padding) + _pads(reach_x, anchor[1] * dilation, padding)
    padded = height + pad[0] + pad[1], width + pad[2] + pad[3]
    _check_fit(kernel_shape, dilation, padded)
    out_shape = (padded[0] - reach_y) // stride + 1, (padded[1] - reach_x) // stride + 1, channels
    _check_size(padded, out_shape)
    algorithm, why = choose(weights, dtype, (reach_y, reach_x), stride, prod(out_shape))
    return Plan(
        image_shape, out_shape, kernel_shape, weights_bytes, bias, border, cval, stride, dilation, pad, dtype, algorithm, why,
    )  # fmt: skip


def _pads(reach: int, anchor: int, padding: Padding | int) -> tuple[int, int]:
    """Pixels added before and after one axis; ``anchor`` already dilated."""
    match padding:
        case Padding.SAME:
            return anchor, reach - 1 - anchor
        case Padding.VALID:
            return 0, 0
        case Padding.FULL:
            return reach - 1, reach - 1
        case _:
            return int(padding), int(padding)


def _check_range(weights: NDArray[np.float64], dtype: str) -> None:
    largest = float(np.abs(weights).max())
    if largest > float(np.finfo(dtype).max):
        raise ValueError(f"kernel weight {largest:.3g} is too large for {dtype} (limit {np.finfo(dtype).max:.2g})")


def _check_fit(kernel_shape: tuple[int, int], dilation: int, padded: tuple[int, int]) -> None:
    (height, width), reach = kernel_shape, tuple(extent(size, dilation) for size in kernel_shape)
    if reach[0] > padded[0] or reach[1] > padded[1]:
        spread = f", spread to {reach[0]} x {reach[1]} by dilation {dilation}," if dilation > 1 else ""
        raise ValueError(
            f"a kernel of {height} x {width}{spread} does not fit into the picture of {padded[0]} x {padded[1]} "
            "(padding included); use a smaller kernel, less dilation or more padding"
        )


def _check_size(padded: tuple[int, int], out_shape: tuple[int, int, int]) -> None:
    height, width, channels = out_shape
    values = max(padded[0] * padded[1], height * width) * channels
    if values > MOST_VALUES:
        raise ValueError(f"the padded picture or its result would have {values:,} values; at most {MOST_VALUES:,} are allowed")
