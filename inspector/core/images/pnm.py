"""PBM, PGM, PPM (netpbm's pbm(5), pgm(5), ppm(5)) and PFM, text and binary, up to 16 bits or float32."""

import math
import re
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from inspector.core.images.errors import CUT_SHORT, DAMAGED, BadPicture
from inspector.core.images.limits import check_frame, check_size
from inspector.core.images.opening import read_exactly
from inspector.core.images.raster import Array, Raster

_COLOURED = b"36F"
_TEXT = b"123"
_BITS = b"14"
_FLOATS = b"Ff"
_LONGEST_NUMBER = 20  # characters


@dataclass(frozen=True)
class _Header:
    """``kind``: the letter after P; ``scale``: the value of white, or PFM's scale (negative: little-endian)."""

    kind: bytes
    width: int
    height: int
    scale: float

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the values."""
        return (self.height, self.width, 3) if self.kind in _COLOURED else (self.height, self.width)

    @property
    def count(self) -> int:
        """Of the values."""
        return math.prod(self.shape)


def decode(file: BinaryIO, frame: int) -> Raster:
    """The first picture of the file, its values as written; ``high`` is what the file says white is."""
    check_frame(frame, 1)
    header = _read_header(file)
    check_size(header.width, header.height, 4 * len(header.shape))
    if header.kind in _FLOATS:
        values = _floats(file, header)
        return Raster(values, f"PFM, float32 {_colour(header)}")
    if header.kind in _BITS:
        return Raster(np.where(_bits(file, header), np.uint8(0), np.uint8(255)), "PBM, 1-bit")
    numbers, notes = _text_values(file, header) if header.kind in _TEXT else (_binary_values(file, header), ())
    if numbers.max() > header.scale:
        raise BadPicture(DAMAGED, f"a value of {numbers.max()} where {header.scale:g} is white")
    values = numbers.astype(np.uint8 if header.scale < 256 else np.uint16)
    form = f"{'PPM' if header.kind in _COLOURED else 'PGM'}, {8 * values.dtype.itemsize}-bit {_colour(header)}"
    return Raster(values, form, high=header.scale, notes=notes)


def _colour(header: _Header) -> str:
    return "RGB" if header.kind in _COLOURED else "grey"


def _read_header(file: BinaryIO) -> _Header:
    kind = read_exactly(file, 2)[1:]
    width, height = (int(_number(file)) for _ in range(2))
    if kind in _BITS:
        return _Header(kind, width, height, 1)
    scale = _number(file)
    if kind not in _FLOATS and not (scale == int(scale) and 1 <= scale <= 65535):
        raise BadPicture(DAMAGED, f"{scale} as the value of white")
    return _Header(kind, width, height, scale)


def _number(file: BinaryIO) -> float:
    """The next number of the header, and the one white space after it; comments run from # to the end of the line."""
    text = b""
    while True:
        character = read_exactly(file, 1)
        if character == b"#":
            file.readline()
        elif not character.isspace():
            text += character
        elif text:
            break
        if len(text) > _LONGEST_NUMBER:
            raise BadPicture(DAMAGED, "no number in the header")
    if not re.fullmatch(rb"[+-]?[0-9]*\.?[0-9]+", text):
        raise BadPicture(DAMAGED, f"{text!r} in the header")
    return float(text)


def _binary_values(file: BinaryIO, header: _Header) -> NDArray[np.uint8] | NDArray[np.uint16]:
    if header.scale < 256:
        return np.frombuffer(read_exactly(file, header.count), np.uint8).reshape(header.shape)
    return np.frombuffer(read_exactly(file, 2 * header.count), ">u2").reshape(header.shape).astype(np.uint16)


def _floats(file: BinaryIO, header: _Header) -> Array:
    """Rows from the bottom up; the sign of the scale is the byte order."""
    dtype = np.dtype("<f4" if header.scale < 0 else ">f4")
    data = read_exactly(file, dtype.itemsize * header.count)
    return np.frombuffer(data, dtype).reshape(header.shape)[::-1]


def _bits(file: BinaryIO, header: _Header) -> NDArray[np.uint8]:
    """Ones are black."""
    if header.kind in _TEXT:
        digits = np.frombuffer(_without_comments(file), np.uint8)
        bits: NDArray[np.uint8] = digits[(digits == ord("0")) | (digits == ord("1"))] & np.uint8(1)
        _check_enough(bits.size, header)
        return bits[: header.count].reshape(header.shape)
    row = (header.width + 7) // 8
    packed = np.frombuffer(read_exactly(file, row * header.height), np.uint8).reshape(header.height, row)
    return np.unpackbits(packed, axis=1, count=header.width)


def _text_values(file: BinaryIO, header: _Header) -> tuple[NDArray[np.uint32], tuple[str, ...]]:
    """Values that may still be too large, and a note if nothing shows that the last one is whole."""
    text = _without_comments(file)
    words = text.split()
    if not all(word.isdigit() and len(word) <= 5 for word in words):
        raise BadPicture(DAMAGED, "something else than a number among the values")
    _check_enough(len(words), header)
    values = np.array(words[: header.count], dtype="S5").astype(np.uint32).reshape(header.shape)
    ended = len(words) > header.count or text[-1:].isspace()
    return values, () if ended else ("The file ends right after its last value, which may be cut short.",)


def _without_comments(file: BinaryIO) -> bytes:
    return re.sub(rb"#[^\n]*", b"", file.read())


def _check_enough(found: int, header: _Header) -> None:
    if found < header.count:
        raise BadPicture(CUT_SHORT, f"{found} of {header.count} values")
