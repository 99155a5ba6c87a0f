"""The largest value and the mean under a window that slides over maps, as layers of networks take them."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kernels.layer_checks import check_pooling, maps_of
from kernels.place import Floats, Place, computed
from kernels.windows import Pair, Window, pair, whole

Index = NDArray[np.int64]


def max_pool2d(
    x: ArrayLike,
    size: int | Pair,
    *,
    stride: int | Pair | None = None,
    padding: int | Pair = 0,
    dilation: int | Pair = 1,
    ceil_mode: bool = False,
    device: str = "auto",
) -> tuple[NDArray[Any], Index]:
    """The largest values of maps ``x`` (N, C, H, W) under each window, and where they are.

    ``size`` of the window, which moves by ``stride`` (None: its size) and ignores its padding. With ``ceil_mode``, a last
    window that goes beyond the edge counts too. Returns values (N, C, H', W') and their indices (int64) ``row * W + column``
    in the plane: of several largest the first, and of NaN, which is larger than everything, the last, as torch does it.

    float32 or float64. Raises TypeError and ValueError for what does not fit, also where a window would see padding alone.
    """
    maps = maps_of(x, "x")
    window = _window(size, stride, padding, dilation)
    units = window.units((maps.shape[2], maps.shape[3]), ceil=ceil_mode)
    _check_seen(window, units, maps.shape)
    values, winners = computed(partial(_largest, window, units), device, 0, maps)
    return values, winners


def avg_pool2d(
    x: ArrayLike,
    size: int | Pair,
    *,
    stride: int | Pair | None = None,
    padding: int | Pair = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    device: str = "auto",
) -> NDArray[Any]:
    """The means of maps ``x`` (N, C, H, W) under each window: (N, C, H', W').

    Arguments as of ``max_pool2d``. With ``count_include_pad`` the zeros of the padding count, but never what lies beyond it.
    """
    maps = maps_of(x, "x")
    window = _window(size, stride, padding, 1)
    sides = maps.shape[2], maps.shape[3]
    units = window.units(sides, ceil=ceil_mode)
    beyond = window.padding if count_include_pad else (0, 0)
    counts = np.outer(*(_counts(window, axis, units[axis], sides[axis], beyond[axis]) for axis in (0, 1))).astype(maps.dtype)
    (means,) = computed(partial(_means, window, units), device, 0, maps, counts)
    return means


def _window(size: int | Pair, stride: int | Pair | None, padding: int | Pair, dilation: int | Pair) -> Window:
    kernel = pair(size, "size", 1)
    step = kernel if stride is None else pair(stride, "stride", 1)
    window = Window(kernel, step, pair(padding, "padding", 0), pair(dilation, "dilation", 1))
    check_pooling(window)
    return window


def _largest(window: Window, units: Pair, place: Place, maps: Floats) -> tuple[Floats, Index]:
    arrays, (height, width) = place.arrays, maps.shape[2:]
    planes = maps.reshape(-1, height, width)
    values = arrays.full((len(planes), *units), -np.inf, maps.dtype)
    winners = arrays.empty(values.shape, np.int64)
    winners[...] = arrays.asarray(_firsts(window, units, (height, width)))

    def do(first: int, last: int) -> None:
        for tap in window.places():
            (down, along), source = window.meets(tap, (height, width), whole(units))
            part = planes[first:last, source[0], source[1]]
            best, index = values[first:last, down, along], winners[first:last, down, along]
            better = (part > best) | (part != part)  # noqa: PLR0124 - NaN
            best[...] = arrays.where(better, part, best)
            rows, columns = (arrays.arange(side)[seen] for side, seen in zip((height, width), source, strict=True))
            index[...] = arrays.where(better, rows[:, np.newaxis] * width + columns, index)

    place.share(len(planes), values[0].size, do)
    return values.reshape(*maps.shape[:2], *units), winners.reshape(*maps.shape[:2], *units)


def _means(window: Window, units: Pair, place: Place, maps: Floats, counts: Floats) -> tuple[Floats]:
    height, width = maps.shape[2:]
    planes = maps.reshape(-1, height, width)
    sums = place.arrays.zeros((len(planes), *units), maps.dtype)

    def do(first: int, last: int) -> None:
        for tap in window.places():
            (down, along), source = window.meets(tap, (height, width), whole(units))
            sums[first:last, down, along] += planes[first:last, source[0], source[1]]
        sums[first:last] /= counts

    place.share(len(planes), sums[0].size, do)
    return (sums.reshape(*maps.shape[:2], *units),)


def _starts(window: Window, axis: int, units: int) -> Index:
    return np.arange(units) * window.stride[axis] - window.padding[axis]


def _first_seen(window: Window, axis: int, units: int) -> Index:
    """The first row or column of the input that each window sees."""
    starts, dilation = _starts(window, axis, units), window.dilation[axis]
    found: Index = np.where(starts < 0, starts % dilation, starts)
    return found


def _firsts(window: Window, units: Pair, sides: Pair) -> Index:
    rows, columns = (_first_seen(window, axis, units[axis]) for axis in (0, 1))
    found: Index = rows[:, np.newaxis] * sides[1] + columns
    return found


def _check_seen(window: Window, units: Pair, shape: tuple[int, ...]) -> None:
    """Raises ValueError where a window sees nothing of the input."""
    for axis in (0, 1):
        starts = _starts(window, axis, units[axis])
        first = _first_seen(window, axis, units[axis])
        if (first >= np.minimum(starts + window.reach[axis], shape[2 + axis])).any():
            raise ValueError(f"a window of {window.reach[0]} x {window.reach[1]} (dilation included) would see padding alone")


def _counts(window: Window, axis: int, units: int, side: int, padding: int) -> Index:
    """How many rows or columns count for each window, of the input and ``padding`` before and behind it."""
    starts = _starts(window, axis, units)
    ends = np.minimum(starts + window.kernel[axis], side + padding)
    found: Index = ends - np.maximum(starts, -padding)
    return found
