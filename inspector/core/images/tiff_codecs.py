"""One strip or tile of a TIFF: from the bytes in the file to samples.

Pillow's libtiff knows the compressions, but cuts 16-bit colours to 8. So a strip of any kind is handed to it as if it
were an 8-bit grey picture, as wide as a row has bytes: what comes back are the exact bytes, and never more than expected.
"""

import struct
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from inspector.core.images.errors import CUT_SHORT, DAMAGED, BadPicture, decoding
from inspector.core.images.pillow import open_image
from inspector.core.images.raster import Array
from inspector.core.images.tiff_file import Tag

_Bytes = NDArray[np.uint8]
NONE, LZW, JPEG, DEFLATE, PACKBITS, OLD_DEFLATE, LZMA, ZSTD = 1, 5, 7, 8, 32773, 32946, 34925, 50000
FAX = (2, 3, 4)
BYTE_CODECS = frozenset((NONE, LZW, DEFLATE, PACKBITS, OLD_DEFLATE, LZMA, ZSTD))
_SHORT, _LONG, _UNDEFINED = 3, 4, 7
Value = int | tuple[int, ...] | bytes  # of a tag: a LONG, SHORTs, or bytes


def unpacked(data: bytes, compression: int, shape: tuple[int, int], *, reversed_bits: bool = False) -> _Bytes:
    """Exactly ``shape`` = (rows, bytes a row) bytes of a strip or tile with one of ``BYTE_CODECS``."""
    if reversed_bits:
        data = np.packbits(np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")).tobytes()
    if compression == NONE:
        plain = data
    elif compression in (DEFLATE, OLD_DEFLATE):
        with decoding():
            plain = zlib.decompressobj().decompress(data, shape[0] * shape[1])
    else:
        grey: dict[int, Value] = {
            Tag.WIDTH: shape[1],
            Tag.HEIGHT: shape[0],
            Tag.BITS: (8,),
            Tag.COMPRESSION: compression,
            Tag.PHOTOMETRIC: 1,
        }
        plain = libtiff(grey, data).tobytes()
    if len(plain) < shape[0] * shape[1]:
        raise BadPicture(CUT_SHORT, f"a strip or tile of {len(plain)} bytes, {shape[0] * shape[1]} expected")
    return np.frombuffer(plain, np.uint8, shape[0] * shape[1]).reshape(shape)


def libtiff(tags: Mapping[int, Value], data: bytes) -> Array:
    """What Pillow makes of a TIFF of one strip with these tags."""
    image = open_image("Tiff", _one_strip(tags, data))
    with decoding():
        image.load()
        return np.asarray(image)


def _one_strip(tags: Mapping[int, Value], data: bytes) -> bytes:
    """A little-endian TIFF: header, strip, tag contents, tags."""
    content, entries = bytearray(data + b"\0" * (len(data) % 2)), []
    height = tags[Tag.HEIGHT]
    place: dict[int, Value] = {
        Tag.STRIP_OFFSETS: 8,
        Tag.STRIP_BYTES: len(data),
        Tag.ROWS_PER_STRIP: height,
    }
    for tag, value in sorted({**tags, **place}.items()):
        kind, count, raw = _packed(value)
        if len(raw) > 4:
            content += raw + b"\0" * (len(raw) % 2)
            raw = struct.pack("<I", 8 + len(content) - len(raw) - len(raw) % 2)
        entries.append(struct.pack("<HHI4s", tag, kind, count, raw))
    start = 8 + len(content)
    return (
        struct.pack("<2sHI", b"II", 42, start) + bytes(content) + struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    )


def _packed(value: Value) -> tuple[int, int, bytes]:
    """Type, count and content of a tag."""
    if isinstance(value, bytes):
        return _UNDEFINED, len(value), value
    if isinstance(value, int):
        return _LONG, 1, struct.pack("<I", value)
    return _SHORT, len(value), struct.pack(f"<{len(value)}H", *value)


def samples(rows: _Bytes, dtype: np.dtype[np.generic], bits: int) -> Array:
    """Rows of bytes as rows of samples ``(rows, samples)``: whole bytes as ``dtype``, fewer or odd bits as uint8 or uint16."""
    if bits == 8 * dtype.itemsize:
        return np.ascontiguousarray(rows).view(dtype)
    if bits == 1:
        return np.unpackbits(rows, axis=1)
    weights = 1 << np.arange(bits - 1, -1, -1, dtype=np.uint32)
    count = rows.shape[1] * 8 // bits
    out = np.empty((rows.shape[0], count), dtype.newbyteorder("="))
    for y, row in enumerate(rows):  # row by row, since each bit takes a byte on the way
        out[y] = np.unpackbits(row)[: count * bits].reshape(count, bits) @ weights
    return out


def undo_differences(block: Array) -> Array:
    """Predictor 2 (TIFF 6.0, section 14): ``(h, w, samples)`` differences to the left become values, modulo 2^bits."""
    if block.dtype.kind == "f":  # differences of the bits, not of the numbers
        whole = block.view(f"{block.dtype.byteorder}u{block.dtype.itemsize}".replace("|", ""))
        return undo_differences(whole).view(block.dtype.newbyteorder("="))
    native = block.astype(block.dtype.newbyteorder("="))
    return np.cumsum(native, axis=1, dtype=native.dtype)


def undo_float_differences(rows: _Bytes, samples_per_pixel: int, itemsize: int) -> _Bytes:
    """Predictor 3 (Adobe Photoshop TIFF Technical Note 3): byte planes of differences become big-endian floats."""
    height, length = rows.shape
    if length % (samples_per_pixel * itemsize):
        raise BadPicture(DAMAGED, "floating-point predictor on odd rows")
    summed = np.cumsum(rows.reshape(height, -1, samples_per_pixel), axis=1, dtype=np.uint8)
    planes = summed.reshape(height, itemsize, length // itemsize)
    return np.ascontiguousarray(planes.transpose(0, 2, 1)).reshape(height, length)
