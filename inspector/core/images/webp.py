"""WebP: the container is checked here (RFC 9649), the pictures are decoded by Pillow."""

import struct
from typing import BinaryIO

from inspector.core.images.errors import CUT_SHORT, DAMAGED, BadPicture
from inspector.core.images.exif import orientation
from inspector.core.images.limits import check_size
from inspector.core.images.opening import read_exactly, remaining
from inspector.core.images.pillow import frames_of, open_image, samples
from inspector.core.images.raster import Raster


def decode(file: BinaryIO, frame: int) -> Raster:
    """One frame of a still or animated WebP."""
    head = read_exactly(file, 30)
    if remaining(file) + len(head) < 8 + int.from_bytes(head[4:8], "little"):
        raise BadPicture(CUT_SHORT)
    check_size(*_size(head), 4)
    image = open_image("WebP", head + file.read())
    values, alpha, notes = samples(image, frame)
    turned = orientation(image.info.get("exif", b""))
    form = f"WebP, 8-bit {'RGB' if alpha is None else 'RGBA'}"
    return Raster(values, form, alpha, frames=frames_of(image), orientation=turned, notes=notes)


def _size(head: bytes) -> tuple[int, int]:
    """Width and height that the first chunk says."""
    kind = head[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    raise BadPicture(DAMAGED, f"unknown first chunk {kind!r}")
