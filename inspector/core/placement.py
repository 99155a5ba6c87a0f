"""Where a filter's output lies over its input, and which input pixels one output pixel looks at.

All lengths are input pixels, y downwards; the input's first pixel covers 0 to 1, its centre is 0.5.
"""

from dataclasses import dataclass
from math import floor

from kernels.plan import Plan

Box = tuple[float, float, float, float]  # (y0, x0, y1, x1), half open


@dataclass(frozen=True)
class Placement:
    """The rectangle that a picture covers: left edge ``x``, top edge ``y``, ``width`` and ``height``."""

    x: float
    y: float
    width: float
    height: float

    def pixel_at(self, y: float, x: float, shape: tuple[int, int]) -> tuple[int, int] | None:
        """The pixel (y, x) of a picture of ``shape`` (rows, columns) that covers the point, or None beside it."""
        row = floor((y - self.y) * shape[0] / self.height)
        column = floor((x - self.x) * shape[1] / self.width)
        inside = 0 <= row < shape[0] and 0 <= column < shape[1]
        return (row, column) if inside else None

    def box(self, pixels: Box, shape: tuple[int, int]) -> Box:
        """The rectangle that a box in pixels of a picture of ``shape`` (rows, columns) covers."""
        tall, wide = self.height / shape[0], self.width / shape[1]
        y0, x0, y1, x1 = pixels
        return self.y + y0 * tall, self.x + x0 * wide, self.y + y1 * tall, self.x + x1 * wide

    def united(self, other: "Placement") -> "Placement":
        """The smallest rectangle around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.width, other.x + other.width)
        bottom = max(self.y + self.height, other.y + other.height)
        return Placement(x, y, right - x, bottom - y)


def placement(plan: Plan, anchor: tuple[int, int]) -> Placement:
    """Where the output of ``plan`` lies when each output pixel is centred on the input pixel under its ``anchor`` (y, x).

    Output column j has its anchor tap on input column ``j*stride + anchor_x*dilation - pad_left``
    and is ``stride`` wide, so that neighbours touch.
    """
    rows, columns, _ = plan.out_shape
    top, _, left, _ = plan.pad
    half = (1 - plan.stride) / 2
    return Placement(
        x=anchor[1] * plan.dilation - left + half,
        y=anchor[0] * plan.dilation - top + half,
        width=columns * plan.stride,
        height=rows * plan.stride,
    )


def patch_box(plan: Plan, y: int, x: int) -> Box:
    """The input pixels that output pixel (y, x) looks at; it reaches beyond the picture where the border is used."""
    kernel_rows, kernel_columns = plan.kernel_shape
    y0, x0 = y * plan.stride - plan.pad[0], x * plan.stride - plan.pad[2]
    return y0, x0, y0 + (kernel_rows - 1) * plan.dilation + 1, x0 + (kernel_columns - 1) * plan.dilation + 1
