"""PNG: the chunks are checked here; 8 bits go to Pillow, 16 bits are decoded here because Pillow cuts colours to 8."""

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from inspector.core.images.errors import CUT_SHORT, DAMAGED, BadPicture
from inspector.core.images.exif import orientation
from inspector.core.images.limits import check_frame, check_size
from inspector.core.images.opening import read_exactly, remaining
from inspector.core.images.pillow import frames_of, open_image, samples
from inspector.core.images.png16 import decode_16
from inspector.core.images.raster import Raster

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STILL = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_MOVING = (b"acTL", b"fcTL", b"fdAT")
# all else (text, profiles, times) is skipped unread, so that it can hide no bomb
_READ = (*_STILL, *_MOVING, b"eXIf")
_COLOURS = {0: ("grey", 1), 2: ("RGB", 3), 3: ("palette", 1), 4: ("grey with alpha", 2), 6: ("RGBA", 4)}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


@dataclass(frozen=True)
class Header:
    """The fields of IHDR that matter, sizes in pixels."""

    width: int
    height: int
    bits: int
    colour: int
    interlaced: bool

    @property
    def channels(self) -> int:
        """Samples a pixel."""
        return _COLOURS[self.colour][1]

    @property
    def form(self) -> str:
        """In words."""
        return f"PNG, {self.bits}-bit {_COLOURS[self.colour][0]}"


Chunk = tuple[bytes, bytes]


def decode(file: BinaryIO, frame: int) -> Raster:
    """One frame of a PNG or an animated PNG."""
    file.seek(len(_SIGNATURE))
    header = _read_header(file)
    chunks = _read_chunks(file)
    turned = next((orientation(data) for kind, data in chunks if kind == b"eXIf"), 1)
    if header.bits == 16:
        check_frame(frame, 1)
        values, alpha = decode_16(header, [data for kind, data in chunks if kind == b"IDAT"], _first(chunks, b"tRNS"))
        still = ("It is animated; only its still picture is shown.",) if _first(chunks, b"acTL") else ()
        return Raster(values, header.form, alpha, orientation=turned, notes=still)
    image = open_image("Png", _stream(header, chunks))
    values, alpha, notes = samples(image, frame)
    return Raster(values, header.form, alpha, frames=frames_of(image), orientation=turned, notes=notes)


def _first(chunks: list[Chunk], wanted: bytes) -> bytes | None:
    return next((data for kind, data in chunks if kind == wanted), None)


def _read_header(file: BinaryIO) -> Header:
    kind, data = _read_chunk(file)
    if kind != b"IHDR" or len(data) != 13:
        raise BadPicture(DAMAGED, "IHDR is not the first chunk")
    width, height, bits, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", data)
    if bits not in _DEPTHS.get(colour, ()) or compression or filtering or interlace > 1:
        raise BadPicture(DAMAGED, f"IHDR says depth {bits}, colour {colour}, {compression}, {filtering}, {interlace}")
    header = Header(width, height, bits, colour, bool(interlace))
    check_size(width, height, header.channels * max(bits, 8) / 8)
    return header


def _read_chunks(file: BinaryIO) -> list[Chunk]:
    """The chunks after IHDR that matter, up to IEND."""
    chunks: list[Chunk] = []
    while not chunks or chunks[-1][0] != b"IEND":
        kind, data = _read_chunk(file)
        if kind in _READ:
            chunks.append((kind, data))
        elif kind[:1].isupper():
            raise BadPicture(DAMAGED, f"unknown critical chunk {kind!r}")
    return chunks


def _read_chunk(file: BinaryIO) -> Chunk:
    """Type and content of the next chunk; the content of chunks that do not matter is skipped."""
    length, kind = struct.unpack(">I4s", read_exactly(file, 8))
    if kind not in _READ:
        if remaining(file) < length + 4:
            raise BadPicture(CUT_SHORT)
        file.seek(length + 4, 1)
        return kind, b""
    data = read_exactly(file, length)
    (checksum,) = struct.unpack(">I", read_exactly(file, 4))
    if zlib.crc32(data, zlib.crc32(kind)) != checksum:
        raise BadPicture(DAMAGED, f"the checksum of chunk {kind!r} is wrong")
    return kind, data


def _stream(header: Header, chunks: list[Chunk]) -> bytes:
    """A PNG with only what Pillow needs; frames are left out where their number is not what the file says."""
    kinds = [kind for kind, _ in chunks]
    announced = _first(chunks, b"acTL") or b""
    moving = kinds.count(b"acTL") == 1 and len(announced) == 8 and announced[:4] == struct.pack(">I", kinds.count(b"fcTL"))
    wanted = _STILL + _MOVING if moving else _STILL
    first = struct.pack(">IIBBBBB", header.width, header.height, header.bits, header.colour, 0, 0, header.interlaced)
    kept = [(b"IHDR", first), *((kind, data) for kind, data in chunks if kind in wanted)]
    return _SIGNATURE + b"".join(_packed(kind, data) for kind, data in kept)


def _packed(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))
