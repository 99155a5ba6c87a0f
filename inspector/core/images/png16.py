"""PNG with 16 bits a sample: inflate within bounds, undo the filters, undo the interlacing (PNG 1.2, W3C 2003)."""

import zlib
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inspector.core.images.errors import CUT_SHORT, DAMAGED, BadPicture, decoding
from inspector.core.images.raster import Array, split_alpha

if TYPE_CHECKING:
    from inspector.core.images.png import Header

_Bytes = NDArray[np.uint8]
_SUB, _UP, _AVERAGE, _PAETH = 1, 2, 3, 4
_BAND = 256  # rows undone together; more would waste memory on the slanted copy
# Adam7: first row, first column, row step, column step of each pass
_ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def decode_16(header: "Header", data: list[bytes], key: bytes | None) -> tuple[Array, Array | None]:
    """Colours ``(H, W)`` or ``(H, W, 3)`` and alpha, uint16; ``key`` is the content of tRNS, the colour seen through."""
    passes = _ADAM7 if header.interlaced else ((0, 0, 1, 1),)
    out = np.zeros((header.height, header.width, header.channels), np.uint16)
    targets = [part for y, x, dy, dx in passes if (part := out[y::dy, x::dx]).size]
    raw = _inflate(data, sum(part.shape[0] * (1 + 2 * part[0].size) for part in targets))
    for part in targets:
        length = part.shape[0] * (1 + 2 * part[0].size)
        part[...] = _unpack(raw[:length], part.shape)
        raw = raw[length:]
    values, alpha = split_alpha(out)
    return values, _keyed(out, key) if key is not None and alpha is None else alpha


def _inflate(data: list[bytes], size: int) -> _Bytes:
    """Exactly ``size`` bytes; a stream that holds more is damaged, and never inflated further."""
    stream, parts, missing = zlib.decompressobj(), [], size + 1
    with decoding():
        for chunk in data:
            part = stream.decompress(chunk, missing)
            parts.append(part)
            missing -= len(part)
            if missing <= 0:
                raise BadPicture(DAMAGED, "more data than the header says")
    if missing > 1 or not stream.eof:
        raise BadPicture(CUT_SHORT, f"{missing - 1} bytes of the picture are missing")
    return np.frombuffer(b"".join(parts), np.uint8)


def _unpack(raw: _Bytes, shape: tuple[int, ...]) -> NDArray[np.uint16]:
    """Rows that each start with the type of their filter, as ``(h, w, channels)`` uint16."""
    height, width, channels = shape
    rows = raw.reshape(height, 1 + 2 * width * channels)
    kinds = rows[:, 0]
    if kinds.max() > _PAETH:
        raise BadPicture(DAMAGED, f"row filter {kinds.max()}")
    plain = unfilter(kinds, rows[:, 1:].reshape(height, width, 2 * channels))
    return plain.reshape(height, 2 * width * channels).view(">u2").reshape(shape).astype(np.uint16)


def unfilter(kinds: _Bytes, rows: _Bytes) -> _Bytes:
    """Undo the row filters: ``kinds`` ``(H,)`` of 0 to 4, ``rows`` ``(H, W, bytes a pixel)``, all uint8."""
    out = np.empty_like(rows)
    above = np.zeros_like(rows[0])
    for slanted, group in groupby(range(len(rows)), lambda y: (kinds[y] >= _AVERAGE, y // _BAND)):
        band = list(group)
        part = slice(band[0], band[-1] + 1)
        undo = _undo_slanted if slanted[0] else _undo_straight
        out[part] = undo(kinds[part], rows[part], above)
        above = out[part][-1]
    return out


def _undo_straight(kinds: _Bytes, rows: _Bytes, above: _Bytes) -> _Bytes:
    """Filters 0 to 2, which are sums along the row or the column (modulo 256)."""
    out = np.empty_like(rows)
    for y, (kind, row) in enumerate(zip(kinds, rows, strict=True)):
        if kind == _SUB:
            out[y] = np.cumsum(row, axis=0, dtype=np.uint8)
        else:
            out[y] = row + above if kind == _UP else row
        above = out[y]
    return out


def _undo_slanted(kinds: _Bytes, rows: _Bytes, above: _Bytes) -> _Bytes:
    """Filters 3 and 4 need the pixels to the left and above: all pixels of one slanted line are done at once.

    ``done[y + x + 2, y + 1]`` is pixel (y, x), so that the pixel to its left and the one above it lie
    on the line before, and the one above left on the line before that. Column 0 is the row above the band.
    """
    height, width, depth = rows.shape
    done = np.zeros((height + width + 1, height + 1, depth), np.int16)
    done[1 : width + 1, 0] = above
    for y in range(height):
        done[y + 2 : y + 2 + width, y + 1] = rows[y]
    average = (kinds == _AVERAGE)[:, None]
    for line in range(height + width - 1):
        first, last = max(0, line - width + 1), min(height, line + 1)
        left, up = done[line + 1, first + 1 : last + 1], done[line + 1, first:last]
        guess = np.where(average[first:last], (left + up) >> 1, _paeth(left, up, done[line, first:last]))
        done[line + 2, first + 1 : last + 1] += guess
        done[line + 2, first + 1 : last + 1] &= 0xFF
    return np.stack([done[y + 2 : y + 2 + width, y + 1] for y in range(height)]).astype(np.uint8)


def _paeth(left: NDArray[np.int16], up: NDArray[np.int16], corner: NDArray[np.int16]) -> NDArray[np.int16]:
    """Whichever of the three is nearest to left + up - corner, in this order (PNG 1.2, section 6.6)."""
    by_left, by_up = np.abs(up - corner), np.abs(left - corner)
    by_corner = np.abs(left + up - 2 * corner)
    return np.where((by_left <= by_up) & (by_left <= by_corner), left, np.where(by_up <= by_corner, up, corner))


def _keyed(samples: NDArray[np.uint16], key: bytes) -> NDArray[np.uint16]:
    """Alpha ``(H, W)``: 0 where all samples equal the key, else 65535."""
    if len(key) != 2 * samples.shape[2]:
        raise BadPicture(DAMAGED, f"tRNS of {len(key)} bytes")
    return np.where((samples == np.frombuffer(key, ">u2")).all(axis=2), np.uint16(0), np.uint16(65535))
