"""What each place of an output sees of its input, as the columns of a matrix (im2col), and the way back (col2im).

Source: Chellapilla, Puri and Simard, High Performance Convolutional Neural Networks for Document Processing, 2006.
"""

from functools import partial
from typing import Any

from numpy.typing import ArrayLike, NDArray

from kernels.layer_checks import maps_of, real
from kernels.place import Floats, Place, computed
from kernels.windows import Block, Pair, Window, pair, whole


def im2col(
    x: ArrayLike,
    size: int | Pair,
    *,
    stride: int | Pair = 1,
    padding: int | Pair = 0,
    dilation: int | Pair = 1,
    device: str = "cpu",
) -> NDArray[Any]:
    """The patches of maps (N, C, H, W) under a window of ``size``, zero outside: (N, C * kh * kw, H' * W').

    Rows are channels, then rows and columns of the window; columns are the places of the output, row by row, as torch's
    ``unfold`` has them. float32 or float64, as ``x``. Raises TypeError and ValueError for what does not fit.
    """
    maps = maps_of(x, "x")
    window = Window(pair(size, "size", 1), pair(stride, "stride", 1), pair(padding, "padding", 0), pair(dilation, "dilation", 1))
    units = window.units((maps.shape[2], maps.shape[3]))
    (columns,) = computed(partial(_unfolded, window, units), device, 0, maps)
    return columns


def col2im(
    columns: ArrayLike,
    sides: Pair,
    size: int | Pair,
    *,
    stride: int | Pair = 1,
    padding: int | Pair = 0,
    dilation: int | Pair = 1,
    device: str = "cpu",
) -> NDArray[Any]:
    """The adjoint of ``im2col``: columns (N, C * kh * kw, H' * W') summed where they lie in maps (N, C, *sides).

    ``(im2col(x) * columns).sum() == (x * col2im(columns)).sum()`` for all x. As torch's ``fold``.
    Raises TypeError and ValueError for what does not fit.
    """
    values, sides = real(columns, "columns"), pair(sides, "sides", 1)
    window = Window(pair(size, "size", 1), pair(stride, "stride", 1), pair(padding, "padding", 0), pair(dilation, "dilation", 1))
    units = window.units(sides)
    places = units[0] * units[1]
    if values.ndim != 3 or values.shape[1] % window.taps or values.shape[2] != places or not values.size:
        raise ValueError(
            f"columns must have shape (N, C * {window.taps}, {places}) for maps of {sides[0]} x {sides[1]}, got {values.shape}"
        )
    (maps,) = computed(partial(_folded, window, units, sides), device, 0, values)
    return maps


def gather(place: Place, maps: Floats, window: Window, block: Block, columns: Floats) -> None:
    """Into ``columns`` (C, kh, kw, *block.shape), what every tap meets of ``maps`` (C, H, W), zero outside."""

    def do(first: int, last: int) -> None:
        for u, v in window.places():
            target, source = window.meets((u, v), maps.shape[1:], block)
            part = columns[first:last, u, v]
            part[:, target[0], target[1]] = maps[first:last, source[0], source[1]]
            _clear_around(part, target)

    place.share(len(maps), columns[0].size, do)


def scatter(place: Place, columns: Floats, window: Window, block: Block, maps: Floats) -> None:
    """Add ``columns`` (C, kh, kw, *block.shape) to ``maps`` (C, H, W) where ``gather`` took them from."""

    def do(first: int, last: int) -> None:
        for u, v in window.places():
            target, source = window.meets((u, v), maps.shape[1:], block)
            maps[first:last, source[0], source[1]] += columns[first:last, u, v, target[0], target[1]]

    place.share(len(maps), columns[0].size, do)


def _clear_around(part: Floats, target: tuple[slice, slice]) -> None:
    """Zero in the margin of ``part`` (C, h, w) around ``target``."""
    rows, columns = target
    part[:, : rows.start] = 0
    part[:, rows.stop :] = 0
    part[:, :, : columns.start] = 0
    part[:, :, columns.stop :] = 0


def _unfolded(window: Window, units: Pair, place: Place, maps: Floats) -> tuple[Floats]:
    count, channels = maps.shape[:2]
    columns = place.arrays.empty((count, channels, *window.kernel, *units), maps.dtype)
    for number in range(count):
        gather(place, maps[number], window, whole(units), columns[number])
    return (columns.reshape(count, channels * window.taps, units[0] * units[1]),)


def _folded(window: Window, units: Pair, sides: Pair, place: Place, columns: Floats) -> tuple[Floats]:
    spread = columns.reshape(len(columns), -1, *window.kernel, *units)
    maps = place.arrays.zeros((*spread.shape[:2], *sides), columns.dtype)
    for number in range(len(spread)):
        scatter(place, spread[number], window, whole(units), maps[number])
    return (maps,)
