"""BMP, through Pillow after a look at the header."""

import struct
from typing import BinaryIO

from inspector.core.images.errors import DAMAGED, BadPicture
from inspector.core.images.limits import check_frame, check_size
from inspector.core.images.opening import read_exactly
from inspector.core.images.pillow import open_image, samples
from inspector.core.images.raster import Raster

_CORE_HEADER = 12  # OS/2 1.x, with 16-bit sizes


def decode(file: BinaryIO, frame: int) -> Raster:
    """The picture of a BMP file."""
    check_frame(frame, 1)
    head = read_exactly(file, 30)
    width, height, bits = _size(head)
    check_size(width, height, max(bits, 8) / 8)
    values, alpha, notes = samples(open_image("Bmp", head + file.read()))
    if alpha is not None and not alpha.any():  # many programs leave the fourth byte 0 and mean a picture that is seen
        alpha = None
    return Raster(values, f"BMP, {bits} bits a pixel", alpha, notes=notes)


def _size(head: bytes) -> tuple[int, int, int]:
    """Width, height and bits a pixel; a negative height means that the rows run downwards."""
    (kind,) = struct.unpack_from("<I", head, 14)
    if kind < _CORE_HEADER:
        raise BadPicture(DAMAGED, f"header of {kind} bytes")
    if kind == _CORE_HEADER:
        width, height, _, bits = struct.unpack_from("<HHHH", head, 18)
    else:
        width, height, _, bits = struct.unpack_from("<iiHH", head, 18)
    return width, abs(height), bits
