"""GIF: the blocks are walked here (GIF89a specification), the frames are drawn by Pillow."""

from dataclasses import dataclass
from typing import BinaryIO

from inspector.core.images.errors import CUT_SHORT, DAMAGED, BadPicture
from inspector.core.images.limits import check_frame, check_size
from inspector.core.images.pillow import open_image, samples
from inspector.core.images.raster import Raster

_MAX_PIXELS = 2**26  # Pillow warns above 89 million
_EXTENSION, _IMAGE, _TRAILER = b"!", b",", b";"


@dataclass
class _Walk:
    """A position in the bytes of the file, and what was seen before it."""

    data: bytes
    position: int = 0

    def take(self, count: int) -> bytes:
        part = self.data[self.position : self.position + count]
        if len(part) < count:
            raise BadPicture(CUT_SHORT)
        self.position += count
        return part

    def number(self) -> int:
        return int.from_bytes(self.take(2), "little")

    def colours(self, flags: int) -> None:
        if flags & 0x80:
            self.take(3 << ((flags & 7) + 1))

    def blocks(self) -> None:
        while size := self.take(1)[0]:
            self.take(size)


def decode(file: BinaryIO, frame: int) -> Raster:
    """One frame of an animation, with what earlier frames left standing."""
    data = file.read(13)
    _screen(_Walk(data))
    data += file.read()
    frames = _count_frames(_Walk(data))
    check_frame(frame, frames)
    values, alpha, notes = samples(open_image("Gif", data), frame)
    return Raster(values, "GIF, 8-bit palette", alpha, frames=frames, notes=notes)


def _screen(walk: _Walk) -> tuple[int, int]:
    """Width and height of the screen, checked."""
    walk.take(6)
    width, height = walk.number(), walk.number()
    check_size(width, height, 4, max_pixels=_MAX_PIXELS)
    return width, height


def _count_frames(walk: _Walk) -> int:
    """Walk to the trailer, so that a file cut anywhere is found out before anything is drawn."""
    width, height = _screen(walk)
    walk.colours(walk.take(3)[0])
    frames = 0
    while (kind := walk.take(1)) != _TRAILER:
        if kind == _EXTENSION:
            walk.take(1)
            walk.blocks()
        elif kind == _IMAGE:
            _image(walk, width, height)
            frames += 1
        else:
            raise BadPicture(DAMAGED, f"unknown block {kind!r}")
    if not frames:
        raise BadPicture("it holds no picture; copy or download it again")
    return frames


def _image(walk: _Walk, width: int, height: int) -> None:
    left, top, across, down = (walk.number() for _ in range(4))
    # Pillow grows the screen to what a frame says
    check_size(max(width, left + across), max(height, top + down), 4, max_pixels=_MAX_PIXELS)
    walk.colours(walk.take(1)[0])
    walk.take(1)
    walk.blocks()
