"""One output value as the sum that it is: patch times kernel, product by product."""

from dataclasses import dataclass
from math import isnan

import numpy as np
from numpy.typing import NDArray

from kernels.border import OUTSIDE, Border
from kernels.kernel import Kernel
from kernels.plan import Plan


@dataclass(frozen=True, eq=False)
class PixelSum:
    """Why output pixel (``y``, ``x``) of ``channel`` has its value: ``total = products.sum() + bias``.

    ``patch``, ``weights`` and ``products`` are float64 ``(kh, kw)``; ``outside`` is bool ``(kh, kw)``,
    True where the tap lies beyond the picture and the ``border`` supplies the value.
    ``rows`` ``(kh,)`` and ``columns`` ``(kw,)`` are the source pixels, ``OUTSIDE`` (-1) where the
    border's constant is taken. ``anchor`` (y, x) is the tap on the output pixel. A weight of 0 takes
    no part: its product is 0 also over NaN. All arrays are read-only.
    """

    y: int
    x: int
    channel: int
    patch: NDArray[np.float64]
    outside: NDArray[np.bool_]
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    weights: NDArray[np.float64]
    products: NDArray[np.float64]
    bias: float
    total: float
    anchor: tuple[int, int]
    border: Border

    def difference(self, value: float) -> float:
        """How far an engine's ``value`` is from ``total``; 0 for the same infinity, and for NaN in both."""
        same = value == self.total or (isnan(value) and isnan(self.total))
        return 0.0 if same else abs(value - self.total)

    def agrees(self, value: float) -> bool:
        """Whether ``value`` differs by no more than rounding may: 1e-4 of the terms, or of 1 where they are small."""
        terms = float(np.abs(self.products).sum()) + abs(self.bias)
        return self.difference(value) <= 1e-4 * max(terms, 1.0)


def explain(  # noqa: PLR0917 - a pixel is its row, column and channel
    values: NDArray[np.generic], kernel: Kernel, plan: Plan, y: int, x: int, channel: int = 0
) -> PixelSum:
    """The sum behind output pixel (y, x) of ``plan`` over a picture ``(H, W)`` or ``(H, W, 3)`` of real numbers.

    ``kernel`` is the one correlated with (already flipped for a convolution); ``channel`` is ignored
    for grey. Raises ValueError for a picture, kernel, pixel or channel that does not belong to the plan.
    """
    channel = 0 if values.ndim == 2 else channel
    _check(values, kernel, plan, (y, x, channel))
    plane = values if values.ndim == 2 else values[..., channel]
    rows, outside_rows = _taps(plan.rows, y, plan, axis=0)
    columns, outside_columns = _taps(plan.columns, x, plan, axis=1)
    patch = plane[np.ix_(rows, columns)].astype(np.float64)
    constant = (rows == OUTSIDE)[:, None] | (columns == OUTSIDE)
    patch[constant] = plan.cval
    outside = outside_rows[:, None] | outside_columns
    with np.errstate(over="ignore", invalid="ignore"):  # infinity minus infinity is NaN: an answer here, not a mistake
        products = np.multiply(patch, plan.weights, out=np.zeros_like(patch), where=plan.weights != 0)
        total = float(products.sum() + plan.bias)
    for array in (patch, outside, rows, columns, products):
        array.flags.writeable = False
    return PixelSum(
        y, x, channel, patch, outside, rows, columns, plan.weights, products,
        plan.bias, total, kernel.anchor, plan.border,
    )  # fmt: skip


def _taps(source: NDArray[np.intp], start: int, plan: Plan, axis: int) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Source index of each tap along one axis, and whether the tap lies beyond the picture."""
    padded = start * plan.stride + np.arange(plan.kernel_shape[axis]) * plan.dilation
    position = padded - plan.pad[2 * axis]
    return source[padded], (position < 0) | (position >= plan.image_shape[axis])


def _check(values: NDArray[np.generic], kernel: Kernel, plan: Plan, pixel: tuple[int, int, int]) -> None:
    height, width, channels = plan.image_shape
    if values.shape not in {(height, width, channels), (height, width)[: 2 if channels == 1 else 0]}:
        raise ValueError(f"the plan is for a picture of shape {plan.image_shape}, got {values.shape}")
    if kernel.shape != plan.kernel_shape:
        raise ValueError(f"the plan is for a kernel of shape {plan.kernel_shape}, got {kernel.shape}")
    if not all(0 <= index < size for index, size in zip(pixel, plan.out_shape, strict=True)):
        raise ValueError(f"pixel (y, x, channel) = {pixel} lies outside the output of shape {plan.out_shape}")
