"""Large kernels by multiplying spectra, tile by tile (overlap-save).

Everything is float64, whatever the picture: a float32 transform of a large tile would lose the
last digits of small results beside large ones.
Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 8.7.3.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.bands import Cancel, share, split
from kernels.border import OUTSIDE
from kernels.plan import Plan, extent
from kernels.sliding import WildError
from kernels.spread import block, check, limit

SMALLEST_TILE, USUAL_TILE = 256, 1024  # 1024 x 1024 takes some 30 ms there and back
Tile = tuple[tuple[int, int], tuple[int, int], int]


def run(plan: Plan, image: NDArray[Any], cancel: Cancel | None = None) -> NDArray[np.floating[Any]]:
    """The result ``plan.out_shape`` in ``plan.dtype`` of ``image`` ``(H, W, C)``. Raises Cancelled and WildError."""
    reach = extent(plan.kernel_shape[0], plan.dilation), extent(plan.kernel_shape[1], plan.dilation)
    sides = _tile_side(reach[0], len(plan.rows)), _tile_side(reach[1], len(plan.columns))
    spectrum = _kernel_spectrum(plan, sides)
    out = np.empty(plan.out_shape, plan.dtype)
    most = limit(plan, np.float64, sides[0] * sides[1])

    def do(tile: Tile) -> None:
        (top, bottom), (left, right), channel = tile
        s = plan.stride
        rows = plan.rows[top * s : (bottom - 1) * s + reach[0]]
        columns = plan.columns[left * s : (right - 1) * s + reach[1]]
        pixels = _gather(plan, image[:, :, channel], rows, columns)
        if image.dtype.kind == "f":
            _judge(np.abs(pixels), most, block(reach))
        whole = np.fft.irfft2(np.fft.rfft2(pixels, sides) * spectrum, sides)
        part = whole[: (bottom - top - 1) * s + 1 : s, : (right - left - 1) * s + 1 : s]
        with np.errstate(over="ignore"):
            out[top:bottom, left:right, channel] = part + plan.bias

    share(_tiles(plan, reach, sides), lambda: do, cancel)
    return out


def _judge(sizes: NDArray[np.float64], most: float, sides: tuple[int, int]) -> None:
    """Raise WildError where a transform would spread values of these sizes too much."""
    if not sizes.max() <= most:  # true for NaN too
        raise WildError
    high, wide = (length // side * side for length, side in zip(sizes.shape, sides, strict=True))
    peaks = sizes[:high, :wide].reshape(high // sides[0], sides[0], -1, sides[1]).max(axis=(1, 3))
    check(float(peaks.min(where=peaks > 0, initial=np.inf)), float(sizes.max()), np.float64)


def _tiles(plan: Plan, reach: tuple[int, ...], sides: tuple[int, int]) -> list[Tile]:
    """Output ranges of rows and columns, and channel, whose padded source fits a tile."""
    high, wide = ((side - need) // plan.stride + 1 for side, need in zip(sides, reach, strict=True))
    rows, columns = split(plan.out_shape[0], high), split(plan.out_shape[1], wide)
    return [(row, column, channel) for row in rows for column in columns for channel in range(plan.out_shape[2])]


def _tile_side(reach: int, length: int) -> int:
    """A side that is quick to transform: a few times the kernel, for little overlap, but no longer than needed."""
    useful = max(SMALLEST_TILE, min(4 * reach, USUAL_TILE), 2 * reach)
    return fast_length(max(reach, min(useful, length)))


def fast_length(least: int) -> int:
    """The smallest even number from ``least`` on with no prime factor above 5."""
    length = least + least % 2
    while _rest(length) > 1:
        length += 2
    return length


def _rest(number: int) -> int:
    """What is left of ``number`` after all factors 2, 3 and 5."""
    for prime in (2, 3, 5):
        while number % prime == 0:
            number //= prime
    return number


def _kernel_spectrum(plan: Plan, sides: tuple[int, int]) -> NDArray[np.complex128]:
    """The conjugate spectrum of the dilated kernel: a product with it correlates."""
    spread = np.zeros(sides)
    height, width = (extent(size, plan.dilation) for size in plan.kernel_shape)
    spread[: height : plan.dilation, : width : plan.dilation] = plan.weights
    return np.conj(np.fft.rfft2(spread))


def _gather(plan: Plan, image: NDArray[Any], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.float64]:
    """The padded pixels of one tile of one channel."""
    tile = image[rows[:, np.newaxis], columns].astype(np.float64)
    tile[rows == OUTSIDE] = plan.cval
    tile[:, columns == OUTSIDE] = plan.cval
    return tile
