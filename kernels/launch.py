"""What a launch of the CUDA code needs, made with numpy alone so that it can be tested without a GPU."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.border import OUTSIDE
from kernels.plan import Plan

BLOCK = (32, 8)  # threads along a row of values, and rows
MAX_GRID_ROWS = 65_535  # a limit of CUDA on the second dimension of a grid
MAX_MULTIPLICATIONS = 2**34  # in one launch: under 100 ms on a small GPU, so that cancelling is quick

INPUTS = {
    "uint8": "unsigned char",
    "uint16": "unsigned short",
    "float16": "Half",
    "float32": "float",
    "float64": "double",
    "int8": "signed char",
    "int16": "short",
    "int32": "int",
    "uint32": "unsigned int",
    "int64": "long long",
    "uint64": "unsigned long long",
}
SUMS = {"float32": "float", "float64": "double"}


@dataclass(frozen=True, eq=False)
class Taps:
    """The weights that take part: those that are not 0, in C order.

    ``steps`` ``(n, 2)`` int32: (dy, dx) from the first padded pixel of a window, dilation included;
    ``weights`` ``(n,)`` of the plan's dtype.
    """

    steps: NDArray[np.int32]
    weights: NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Launch:
    """Output rows ``start`` to ``stop`` of a plan, as the arguments of the device function.

    ``image`` ``(rows needed, W, C)`` holds only the source rows that these output rows see;
    ``rows`` and ``columns`` int32 give for every padded row and column its place in ``image``,
    negative where the border's constant is taken.
    """

    plan: Plan
    taps: Taps
    image: NDArray[np.generic]
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    start: int
    stop: int

    @property
    def function(self) -> str:
        """The template instance that computes it, such as ``correlate<float, float>``."""
        return function_name(self.image.dtype.name, self.plan.dtype)

    @property
    def out_shape(self) -> tuple[int, int, int]:
        """Shape of the rows that it computes."""
        return (self.stop - self.start, *self.plan.out_shape[1:])

    @property
    def arrays(self) -> tuple[NDArray[np.generic], ...]:
        """The arrays after ``out``, in the order of the device function's parameters."""
        return self.image, self.rows, self.columns, self.taps.steps, self.taps.weights

    @property
    def numbers(self) -> tuple[np.generic, ...]:
        """The numbers after the arrays, each of the device function's type."""
        height, width, channels = self.out_shape
        whole = (len(self.taps.weights), self.plan.stride, self.image.shape[1], channels, height, width, *self.inner)
        scalar = np.dtype(self.plan.dtype).type
        return (*map(np.int32, whole), scalar(self.plan.cval), scalar(self.plan.bias))

    @property
    def inner(self) -> tuple[int, int, int, int]:
        """Top, bottom, left and right (half open, counted from ``start``) of the windows without border."""
        (height, width, _), (above, _, left, _) = self.plan.image_shape, self.plan.pad
        reach_y, reach_x = (self.plan.dilation * (size - 1) for size in self.plan.kernel_shape)
        top, bottom = _inner_range(height, above, reach_y, self.plan.stride)
        return top - self.start, bottom - self.start, *_inner_range(width, left, reach_x, self.plan.stride)

    @property
    def grid(self) -> tuple[int, int]:
        """Blocks along a row of values, and along the rows."""
        return grid_for(self.out_shape)


def grid_for(shape: tuple[int, int, int]) -> tuple[int, int]:
    """Blocks that cover a result ``(H, W, C)``; each walks on to further rows where CUDA allows no more blocks."""
    height, width, channels = shape
    return -(-width * channels // BLOCK[0]), min(-(-height // BLOCK[1]), MAX_GRID_ROWS)


def function_name(image_dtype: str, dtype: str) -> str:
    """The template instance for one type of picture and one of arithmetic; TypeError for others."""
    if image_dtype not in INPUTS or dtype not in SUMS:
        raise TypeError(
            f"the GPU takes pictures of {', '.join(INPUTS)} and sums in {', '.join(SUMS)}, not {image_dtype} in {dtype}"
        )
    return f"correlate<{INPUTS[image_dtype]}, {SUMS[dtype]}>"


def compact(plan: Plan) -> Taps:
    """The plan's weights without the zeros, which take no part even under a NaN."""
    y, x, weights = plan.taps
    return Taps(np.stack([y, x], axis=1).astype(np.int32) * np.int32(plan.dilation), weights.astype(plan.dtype))


def rows_at_once(plan: Plan, taps: Taps) -> int:
    """How many output rows one launch may compute without holding up the screen or a cancel."""
    _, width, channels = plan.out_shape
    return max(1, MAX_MULTIPLICATIONS // max(1, len(taps.weights) * width * channels))


def prepare(plan: Plan, taps: Taps, image: NDArray[np.generic], start: int, stop: int) -> Launch:
    """The launch for output rows ``start`` to ``stop`` of the picture ``(H, W, C)``."""
    reach = plan.dilation * (plan.kernel_shape[0] - 1)
    wanted = plan.rows[start * plan.stride : (stop - 1) * plan.stride + reach + 1]
    sources = np.unique(wanted[wanted != OUTSIDE])
    places = np.where(wanted == OUTSIDE, OUTSIDE, np.searchsorted(sources, wanted))
    return Launch(plan, taps, _take(image, sources), places.astype(np.int32), plan.columns.astype(np.int32), start, stop)


def _take(image: NDArray[np.generic], rows: NDArray[np.intp]) -> NDArray[np.generic]:
    """Some rows of a picture in rising order, without a copy where they follow one another."""
    if rows.size and rows[-1] - rows[0] + 1 == rows.size:
        return image[rows[0] : rows[-1] + 1]
    return image[rows]


def _inner_range(length: int, before: int, reach: int, stride: int) -> tuple[int, int]:
    """Which outputs (half open) have windows of ``reach + 1`` pixels wholly inside a side of ``length``."""
    return -(-before // stride), (before + length - 1 - reach) // stride + 1
