"""What a launch of the CUDA code needs, made with numpy alone so that it can be tested without a GPU."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.border import OUTSIDE
from kernels.gpu_ends import End
from kernels.gpu_names import function_name
from kernels.plan import Algorithm, Plan, plan

BLOCK = (32, 8)  # threads along a row of values, and rows
MAX_GRID_ROWS = 65_535  # a limit of CUDA on the second dimension of a grid
MAX_MULTIPLICATIONS = 2**34  # in one launch: under 100 ms on a small GPU, so that cancelling is quick
QUICK_STEPS = 100  # of pairs and spectra: about as long as so many multiplications for each result


@dataclass(frozen=True, eq=False)
class Band:
    """Output rows ``start`` to ``stop`` of a plan, and what of the picture they see.

    ``image`` ``(rows needed, W, C)`` holds only the source rows that these output rows see;
    ``rows`` and ``columns`` int32 give for every padded row and column its place in ``image``,
    negative where the border's constant is taken.
    """

    plan: Plan
    image: NDArray[np.generic]
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    start: int
    stop: int

    @property
    def out_shape(self) -> tuple[int, int, int]:
        """Shape of the rows that are computed."""
        return (self.stop - self.start, *self.plan.out_shape[1:])


@dataclass(frozen=True, eq=False)
class Launch:
    """One call of a device function: ``function`` names the template instance that computes it.

    Its parameters are ``end.arrays(out_shape)``, ``end.look``, the image, the arrays ``tables``, with ``flags`` a bool that it
    sets where its result is worth nothing (see ``WildError``), and the ``numbers``. ``shared``: bytes of memory for a block.
    """

    function: str
    end: End
    out_shape: tuple[int, int, int]
    tables: tuple[NDArray[np.generic], ...]
    numbers: tuple[Any, ...]
    grid: tuple[int, int]
    block: tuple[int, int]
    shared: int = 0
    flags: bool = False


def cut(plan: Plan, image: NDArray[np.generic], start: int, stop: int) -> Band:
    """The band of output rows ``start`` to ``stop`` of the picture ``(H, W, C)``."""
    reach = plan.dilation * (plan.kernel_shape[0] - 1)
    wanted = plan.rows[start * plan.stride : (stop - 1) * plan.stride + reach + 1]
    sources = np.unique(wanted[wanted != OUTSIDE])
    places = np.where(wanted == OUTSIDE, OUTSIDE, np.searchsorted(sources, wanted))
    return Band(plan, _take(image, sources), places.astype(np.int32), plan.columns.astype(np.int32), start, stop)


def any_sums(band: Band, end: End) -> Launch:
    """The launch that forms the sums of any plan, value by value, or for colours pixel by pixel."""
    plan, (height, width, channels) = band.plan, band.out_shape
    y, x, weights = plan.taps  # those of weight 0 take no part even under a NaN
    steps = np.stack([y, x], axis=1).astype(np.int32) * np.int32(plan.dilation)
    whole = (len(weights), plan.stride, plan.image_shape[1], channels, height, width, *_inner(band))
    scalar = np.dtype(plan.dtype).type
    return Launch(
        function_name("correlate", band.image.dtype.name, plan.dtype, end.out(channels)), end, band.out_shape,
        (band.rows, band.columns, steps, weights.astype(plan.dtype)),
        (*map(np.int32, whole), scalar(plan.cval), scalar(plan.bias)),
        grid_for((height, width, channels if end.colours is None else 1)), BLOCK,
    )  # fmt: skip


def painting(out_shape: tuple[int, int, int], end: End) -> Launch:
    """The launch that makes the colours, and nothing else, of values ``out_shape`` of ``end.dtype``: sums of one weight, 1."""
    values = np.broadcast_to(np.zeros((), end.dtype), out_shape)  # only what they are like is looked at
    same = plan(out_shape, end.dtype, np.ones((1, 1)), anchor=(0, 0))
    return any_sums(cut(same, values, 0, out_shape[0]), replace(end, exact=False))


def grid_for(shape: tuple[int, int, int]) -> tuple[int, int]:
    """Blocks that cover rows of W · C values or pixels; each walks on to further rows where CUDA allows no more blocks."""
    height, width, channels = shape
    return -(-width * channels // BLOCK[0]), min(-(-height // BLOCK[1]), MAX_GRID_ROWS)


def rows_at_once(plan: Plan, algorithm: Algorithm) -> int:
    """How many output rows one launch may compute without holding up the screen or a cancel."""
    _, width, channels = plan.out_shape
    steps = len(plan.taps[0]) if algorithm is Algorithm.DIRECT else QUICK_STEPS
    return max(1, MAX_MULTIPLICATIONS // max(1, steps * width * channels))


def _inner(band: Band) -> tuple[int, int, int, int]:
    """Top, bottom, left and right (half open, counted from the band's start) of the windows without border."""
    plan = band.plan
    (height, width, _), (above, _, left, _) = plan.image_shape, plan.pad
    reach_y, reach_x = (plan.dilation * (size - 1) for size in plan.kernel_shape)
    top, bottom = _inner_range(height, above, reach_y, plan.stride)
    return top - band.start, bottom - band.start, *_inner_range(width, left, reach_x, plan.stride)


def _take(image: NDArray[np.generic], rows: NDArray[np.intp]) -> NDArray[np.generic]:
    """Some rows of a picture in rising order, without a copy where they follow one another."""
    if rows.size and rows[-1] - rows[0] + 1 == rows.size:
        return image[rows[0] : rows[-1] + 1]
    return image[rows]


def _inner_range(length: int, before: int, reach: int, stride: int) -> tuple[int, int]:
    """Which outputs (half open) have windows of ``reach + 1`` pixels wholly inside a side of ``length``."""
    return -(-before // stride), (before + length - 1 - reach) // stride + 1
