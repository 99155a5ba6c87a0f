"""JPEG: the markers are walked here, the coded data goes to Pillow."""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from inspector.core.images.errors import DAMAGED, BadPicture
from inspector.core.images.exif import orientation
from inspector.core.images.limits import check_frame, check_size
from inspector.core.images.opening import read_exactly
from inspector.core.images.pillow import open_image, samples
from inspector.core.images.raster import Raster

# ITU-T T.81, table B.1
_START_OF_SCAN = 0xDA
_END = 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LONE = frozenset([0x01, *range(0xD0, 0xD8)])
_EXIF = 0xE1
_KEPT_APPLICATION = (0xE0, 0xEE)  # JFIF and Adobe say how colours are coded
_MOST_JUNK = 2**16  # bytes between two segments
_NAMES = {1: "grey", 3: "RGB", 4: "CMYK"}


@dataclass(frozen=True)
class _Head:
    """What comes before the coded data: without EXIF, profiles and comments, which the decoder does not need."""

    data: bytes
    components: int
    orientation: int


def decode(file: BinaryIO, frame: int) -> Raster:
    """The picture of a JPEG file (the first of a multi-picture one)."""
    check_frame(frame, 1)
    head = _read_head(file)
    image = open_image("Jpeg", head.data + file.read())
    values, alpha, notes = samples(image)
    form = f"JPEG, 8-bit {_NAMES.get(head.components, 'colour')}"
    return Raster(values, form, alpha, orientation=head.orientation, notes=notes)


def _read_head(file: BinaryIO) -> _Head:
    """Read up to and with the start of the first scan, checking the size on the way."""
    kept, components, turned = [read_exactly(file, 2)], 0, 1
    while True:
        marker = _next_marker(file)
        if marker == _END:
            raise BadPicture(DAMAGED, "end of image before the first scan")
        if marker in _LONE:
            continue
        body = _segment(file)
        if marker in _FRAMES:
            components = _check_frame_header(body)
        if marker == _EXIF and body.startswith(b"Exif\0\0"):
            turned = orientation(body)
        if marker < 0xE0 or marker in _KEPT_APPLICATION:
            kept.append(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body)
        if marker == _START_OF_SCAN:
            return _Head(b"".join(kept), components, turned)


def _next_marker(file: BinaryIO) -> int:
    """The code after the next 0xFF; as other readers do, a few bytes between segments are passed over."""
    marked = False
    for _ in range(_MOST_JUNK):
        code = read_exactly(file, 1)[0]
        if marked and code != 0xFF:
            return code
        marked = code == 0xFF
    raise BadPicture(DAMAGED, f"no marker in {_MOST_JUNK} bytes")


def _segment(file: BinaryIO) -> bytes:
    (length,) = struct.unpack(">H", read_exactly(file, 2))
    if length < 2:
        raise BadPicture(DAMAGED, f"a segment of length {length}")
    return read_exactly(file, length - 2)


def _check_frame_header(body: bytes) -> int:
    """Check the size; returns the number of components."""
    if len(body) < 6:
        raise BadPicture(DAMAGED, "frame header too short")
    precision, height, width, components = struct.unpack_from(">BHHB", body)
    if precision != 8:
        raise BadPicture(f"it is a JPEG of {precision} bits, and only 8 bits can be read; convert it to TIFF or PNG")
    check_size(width, height, components)
    return int(components)
