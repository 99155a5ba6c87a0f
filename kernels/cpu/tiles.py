"""Tiles of two pictures as one complex array: filled, filtered by a spectrum, and read again.

A tile is kept in panels of some columns, see ``transforms``; its spectrum in panels of some rows.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.border import OUTSIDE
from kernels.cpu.butterflies import filtered, move, transpose
from kernels.cpu.compiling import compiled
from kernels.cpu.storing import Ends
from kernels.cpu.storing import store as store_line
from kernels.cpu.transforms import Passes, backward, forward
from kernels.layout import Floats


class Frame(NamedTuple):
    """The sides of a tile, as transforms down its columns and across its rows; where the panels of its columns begin."""

    down: Passes
    across: Passes
    lanes: int
    panels: NDArray[np.intp]


class TileSource(NamedTuple):
    """Padded rows and columns of a picture as they are mapped, and its channel.

    Columns ``first`` to ``after`` lie side by side in the picture, from ``start`` on. Values are judged by ``limit`` in blocks
    of ``high`` x ``wide``, where there is a limit.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    channel: int
    first: int
    after: int
    start: int
    outside: Any
    limit: Any
    high: int
    wide: int


class Target(NamedTuple):
    """Results ``top`` to ``bottom`` and ``left`` to ``right`` (half open) of one of the channels; every ``stride`` of a tile."""

    top: int
    bottom: int
    left: int
    right: int
    channel: int
    channels: int
    stride: int
    bias: Any


@compiled
def fill(image: NDArray[Any], source: TileSource, tile: Floats, frame: Frame, part: int) -> tuple[bool, float, float]:
    """Write padded pixels of ``image`` ``(H, W, C)`` into part 0 (real) or 1 (imaginary) of a tile, and zeros behind them.

    Returns whether any of them is NaN or beyond the limit, the least maximum of a block that is not all 0, and the largest one.
    """
    line, peaks = np.zeros(frame.across.length, tile.dtype), np.zeros(frame.across.length, tile.dtype)
    count, wild, low, high = len(source.rows), 0, np.inf, 0.0
    for y in range(count):
        if source.rows[y] == OUTSIDE:
            line[: len(source.columns)] = source.outside
        else:
            _read(image[source.rows[y]], source, line)
        _deal(line, tile, y, frame, part)
        if source.limit < np.inf:
            wild += _judge(line, source.limit, peaks)
            if (y + 1) % source.high == 0 or y == count - 1:
                least, most = _range(peaks, source)
                low, high = min(low, least) if (y + 1) % source.high == 0 else low, max(high, most)
                peaks[:] = 0
    line[:] = 0
    for y in range(count, frame.down.length):
        _deal(line, tile, y, frame, part)
    return wild > 0, low, high


@compiled
def _read(row: NDArray[Any], source: TileSource, line: Floats) -> None:
    """The padded pixels of one row ``(W, C)``."""
    columns, channel = source.columns, source.channel
    for x in range(source.first):
        line[x] = row[columns[x], channel] if columns[x] != OUTSIDE else source.outside
    inside, target = row[source.start :], line[source.first : source.after]
    for x in range(len(target)):
        target[x] = inside[x, channel]
    for x in range(source.after, len(columns)):
        line[x] = row[columns[x], channel] if columns[x] != OUTSIDE else source.outside


@compiled
def _deal(line: Floats, tile: Floats, y: int, frame: Frame, part: int) -> None:
    """Row ``y`` of a part of a tile, to all its panels."""
    at, x = y * frame.down.size + part * frame.lanes, 0
    for panel in frame.panels:
        move(line, x, tile, panel + at)
        x += frame.lanes


@compiled
def _judge(line: Floats, limit: Any, peaks: Floats) -> Any:
    """Raise ``peaks`` to the sizes of a row; how many of them are beyond the limit, or NaN."""
    wild = 0
    for x in range(len(line)):
        size = abs(line[x])
        wild += not size <= limit
        peaks[x] = peaks[x] if size <= peaks[x] else size
    return wild


@compiled
def _range(peaks: Floats, source: TileSource) -> tuple[float, float]:
    """Of the largest values of blocks side by side: the least one that is not 0, of whole blocks only, and the largest."""
    least, most = np.inf, 0.0
    for begin in range(0, len(source.columns), source.wide):
        peak = 0.0
        for x in range(begin, min(begin + source.wide, len(source.columns))):
            peak = max(peak, peaks[x])
        most = max(most, peak)
        if 0.0 < peak < least and begin + source.wide <= len(source.columns):
            least = peak
    return least, most


@compiled
def clear(tile: Floats, frame: Frame, part: int) -> None:
    """Zeros in a part of a tile."""
    line = np.zeros(frame.across.length, tile.dtype)
    for y in range(frame.down.length):
        _deal(line, tile, y, frame, part)


@compiled
def turn(tile: Floats, spectrum: Floats, frame: Frame) -> None:
    """Write the panels of columns as panels of rows."""
    for row in range(0, frame.down.length, frame.lanes):
        at = row * 2 * frame.across.length
        for panel in frame.panels:
            transpose(tile, panel + row * frame.down.size, spectrum, at)
            at += frame.lanes * frame.across.size


@compiled
def filter_rows(tile: Floats, spectrum: Floats, scratch: Floats, frame: Frame, needed: int) -> None:
    """Multiply the spectrum of the rows of ``tile`` with the other one; only the first ``needed`` panels are written back."""
    across, here, step = frame.across, frame.panels[:1], frame.lanes * frame.across.size
    last = len(across.radices) - 1
    radix = across.radices[last]
    for row in range(0, frame.down.length, frame.lanes):
        for p in range(len(frame.panels)):
            transpose(tile, frame.panels[p] + row * frame.down.size, scratch, p * step)
        forward(scratch, here, across, last)
        other = row * 2 * across.length
        for at in range(0, across.length * across.size, radix * across.size):
            filtered(scratch, at, spectrum, other + at, radix)
        backward(scratch, here, across, last)
        for p in range(needed):
            transpose(scratch, p * step, tile, frame.panels[p] + row * frame.down.size)


@compiled
def store(tile: Floats, frame: Frame, part: int, ends: Ends, target: Target) -> None:
    """Take the results that a part of a tile holds to their ends, in the type of the plan."""
    line, made = np.empty(frame.across.length, tile.dtype), np.empty(target.right - target.left, ends.values.dtype)
    first, step = target.left * target.channels + target.channel, target.channels
    for y in range(target.top, target.bottom):
        _read_back(tile, frame, part, y - target.top, target, line)
        for x in range(len(made)):
            made[x] = line[x * target.stride] + target.bias
        if len(ends.values):
            row = ends.values[y, first:]
            for x in range(len(made)):
                row[x * step] = made[x]
        if len(ends.raw):
            store_line(made, ends, y, first, step)


@compiled
def _read_back(tile: Floats, frame: Frame, part: int, y: int, target: Target, line: Floats) -> None:
    at = y * target.stride * frame.down.size + part * frame.lanes
    for x in range(0, (target.right - target.left - 1) * target.stride + 1, frame.lanes):
        move(tile, frame.panels[x // frame.lanes] + at, line, x)
