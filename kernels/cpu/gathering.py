"""The padded pixels of a block, gathered from a picture of any type into scratch memory of the type of the sums."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.cpu.compiling import compiled, inlined
from kernels.cpu.copying import copying
from kernels.cpu.lanes import BYTES
from kernels.cpu.vectors import exceeding
from kernels.layout import Floats

TAKEN = {np.dtype(np.uint8): 0, np.dtype(np.uint16): 1}  # types of pictures that are taken as they are, beside that of the sums
PLAIN = 2
THREE = np.uintp(3)
AT_ONCE = 8  # rows

_wide, _single = exceeding(wide=True), exceeding(wide=False)
_run, _every_second = copying(1), copying(2)


class Side(NamedTuple):
    """One side of a picture: ``sources`` intp, the source of every padded pixel, negative where the constant is taken.

    From the padded pixel ``first`` on, ``length`` pixels are those of the picture in their order.
    """

    sources: NDArray[np.intp]
    first: int
    length: int


class Source(NamedTuple):
    """Pixels and where padded ones lie among them.

    ``plain`` (rows, W * channels) where they are of the type of the sums, else ``raw`` (rows, bytes of a row) uint8 of
    ``TAKEN[kind]``; the other is empty. Gathered columns with the same remainder by ``stride`` lie side by side, the first of
    each remainder ``run`` columns apart.
    """

    raw: NDArray[np.uint8]
    plain: Floats
    kind: int
    rows: Side
    columns: Side
    channels: int
    stride: int
    run: int
    cval: Any


class Region(NamedTuple):
    """Padded rows and columns."""

    top: int
    height: int
    left: int
    width: int


@compiled
def gather(source: Source, region: Region, out: Floats, limit: float) -> bool:
    """A region into the first rows of ``out`` (rows, pitch); whether any of it is NaN, or larger than ``limit`` in size.

    One loop for all types of pictures, so that what sums the pixels is compiled only once.
    """
    if source.kind == PLAIN:
        _gather(source.plain, source, region, out)
    elif source.kind == 0:
        _gather(source.raw, source, region, out)
    else:
        _gather(source.raw.view(np.uint16), source, region, out)
    if not limit < np.inf:
        return False
    wild = False
    for remainder in range(min(source.stride, region.width)):
        count = (region.width - remainder + source.stride - 1) // source.stride
        place = remainder * source.run * source.channels
        wild |= exceeds(out, place, out.shape[1], region.height, count * source.channels, limit)
    return wild


@compiled
def exceeds(values: Floats, place: int, pitch: int, height: int, n: int, limit: float) -> bool:
    """Whether any number of ``height`` rows of ``n``, which are ``pitch`` apart, is NaN, or larger than ``limit`` in size."""
    if n * values.itemsize >= BYTES:
        return bool(_wide(values, place, pitch, height, n, limit))
    return bool(_single(values, place, pitch, height, n, limit))


@compiled
def _gather(values: NDArray[Any], source: Source, region: Region, out: Floats) -> None:
    """Some rows at a time, so that they are still near when the columns of the next remainder are taken from them."""
    for first in range(0, region.height, AT_ONCE):
        last = min(first + AT_ONCE, region.height)
        for remainder in range(min(source.stride, region.width)):
            _gather_columns(values, source, region, (first, last), remainder, out)


@compiled
def _gather_columns(
    values: NDArray[Any], source: Source, region: Region, rows: tuple[int, int], remainder: int, out: Floats
) -> None:
    """Of some rows of a region, the columns with one remainder by the stride."""
    columns, channels, stride, cval = source.columns.sources, source.channels, source.stride, source.cval
    count = (region.width - remainder + stride - 1) // stride
    place, left = remainder * source.run * channels, region.left + remainder
    before = source.columns.first - left
    inner = min(max((before + stride - 1) // stride, 0), count)
    outer = min(max((before + source.columns.length + stride - 1) // stride, inner), count)
    start, target = (inner * stride - before) * channels, place + inner * channels
    for i in range(*rows):
        row = source.rows.sources[region.top + i]
        if row < 0:
            for x in range(place, place + count * channels):
                out[i, x] = cval
            continue
        _copy(values, row, start, stride, channels, outer - inner, out, i, target)
        for x in range(inner):
            _edge(values, row, columns[left + x * stride], channels, cval, out, i, place + x * channels)
        for x in range(outer, count):
            _edge(values, row, columns[left + x * stride], channels, cval, out, i, place + x * channels)


@inlined
def _edge(values: NDArray[Any], row: int, column: int, channels: int, cval: Any, out: Floats, i: int, place: int) -> None:
    """One pixel beyond the sides of the picture; see ``_copy``."""
    y, v, u = np.uintp(row), np.uintp(i), np.uintp(place)
    x = np.uintp(max(column, 0) * channels)
    for c in range(np.uintp(channels)):
        out[v, u + c] = cval if column < 0 else values[y, x + c]


@inlined
def _copy(
    values: NDArray[Any], row: int, start: int, stride: int, channels: int, count: int, out: Floats, i: int, place: int
) -> None:
    """``count`` pixels, ``stride`` columns apart.

    Places that cannot be negative keep the loops free of tests, so that they become vectors; so do steps known to the compiler.
    """
    y, x, v, u = np.uintp(row), np.uintp(start), np.uintp(i), np.uintp(place)
    pixels = np.uintp(count)
    if stride == 1 and count * channels >= BYTES // out.itemsize:
        _run(values, row * values.shape[1] + start, out, i * out.shape[1] + place, count * channels)
    elif stride == 2 and channels == 1 and count >= BYTES // out.itemsize:
        _every_second(values, row * values.shape[1] + start, out, i * out.shape[1] + place, count)
    elif channels == 3:
        step = np.uintp(3 * stride)
        for n in range(pixels):
            for c in range(THREE):
                out[v, u + THREE * n + c] = values[y, x + step * n + c]
    else:
        step, wide = np.uintp(stride * channels), np.uintp(channels)
        for n in range(pixels):
            for c in range(wide):
                out[v, u + wide * n + c] = values[y, x + step * n + c]
