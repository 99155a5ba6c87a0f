"""The one field of EXIF that changes what is seen."""

import struct

_ORIENTATION = 0x0112
_SHORT = 3


def orientation(data: bytes) -> int:
    """The orientation, 1 to 8, in an EXIF block (with or without its "Exif" mark); 1 where it is missing or damaged."""
    data = data.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return 1
    try:
        value = _find(data, order)
    except struct.error:  # cut short: the picture itself may still be whole
        return 1
    return value if 1 <= value <= 8 else 1


def _find(data: bytes, order: str) -> int:
    (start,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, start)
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", data, entry)
        if tag == _ORIENTATION and kind == _SHORT:
            return int(value)
    return 1
