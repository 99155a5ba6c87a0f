"""The skeleton of a TIFF file (TIFF 6.0; BigTIFF as libtiff defines it): pages and tags, each checked against the file's end."""

import os
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import BinaryIO

from inspector.core.images.errors import CUT_SHORT, DAMAGED, BadPicture
from inspector.core.images.opening import read_exactly

_MAX_PAGES = 2**16
_MAX_TAGS = 4096
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_LETTERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}


class Tag(IntEnum):
    """The tags that are read here."""

    WIDTH = 256
    HEIGHT = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    STRIP_OFFSETS = 273
    ORIENTATION = 274
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_BYTES = 279
    PLANAR = 284
    T4_OPTIONS = 292
    T6_OPTIONS = 293
    PREDICTOR = 317
    COLOUR_MAP = 320
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_OFFSETS = 324
    TILE_BYTES = 325
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339
    JPEG_TABLES = 347
    SUBSAMPLING = 530


_WANTED = frozenset(Tag)


@dataclass(frozen=True)
class Page:
    """One page: its tags as ``(type, raw bytes)`` by number, and the byte order, "<" or ">"."""

    order: str
    tags: dict[int, tuple[int, bytes]]

    def numbers(self, tag: int, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """The whole numbers of a tag, or ``default`` where the page has none."""
        kind, raw = self.tags.get(tag, (0, b""))
        if kind not in _LETTERS:
            return default
        return struct.unpack(f"{self.order}{len(raw) // _SIZES[kind]}{_LETTERS[kind]}", raw) or default

    def number(self, tag: int, default: int | None = None) -> int:
        """The first number of a tag; without a default the tag must be there."""
        found = self.numbers(tag)
        if found:
            return found[0]
        if default is None:
            raise BadPicture(DAMAGED, f"tag {tag} is missing")
        return default


class Pages:
    """The pages of an open TIFF file; tags are read only for the page that is asked for."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = file.seek(0, os.SEEK_END)
        self.order, self._big = self._read_header()
        self._starts = self._walk()

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, index: int) -> Page:
        start = self._starts[index]
        count, entries = self._entries(start)
        size = 20 if self._big else 12
        return Page(self.order, dict(self._tag(entries[i * size : (i + 1) * size]) for i in range(count)))

    def data(self, offset: int, count: int) -> bytes:
        """``count`` bytes at ``offset``, all within the file."""
        if offset + count > self._end:
            raise BadPicture(CUT_SHORT, f"{count} bytes at {offset} in a file of {self._end}")
        self._file.seek(offset)
        return read_exactly(self._file, count)

    def check(self, offset: int, count: int) -> None:
        """Refuse a part of the picture that is missing or lies behind the end of the file."""
        if not offset or not count:
            raise BadPicture("part of its picture was never written; save it again with another program")
        if offset + count > self._end:
            raise BadPicture(CUT_SHORT, f"{count} bytes at {offset} in a file of {self._end}")

    def _read_header(self) -> tuple[str, bool]:
        head = self.data(0, 8)
        order = "<" if head[:2] == b"II" else ">"
        big = struct.unpack(order + "H", head[2:4])[0] == 43
        if big and struct.unpack(order + "HH", head[4:8]) != (8, 0):
            raise BadPicture(DAMAGED, "BigTIFF with offsets of other than 8 bytes")
        return order, big

    def _unpack(self, letter: str, offset: int) -> int:
        (value,) = struct.unpack(self.order + letter, self.data(offset, struct.calcsize("<" + letter)))
        return int(value)

    def _walk(self) -> list[int]:
        """Where each page's list of tags starts; a chain that goes round in a circle is refused."""
        letter, start = ("Q", 8) if self._big else ("I", 4)
        starts: list[int] = []
        seen: set[int] = set()
        while (start := self._unpack(letter, start)) != 0:
            if start in seen or len(starts) == _MAX_PAGES:
                raise BadPicture(DAMAGED, "the list of pages has no end")
            starts.append(start)
            seen.add(start)
            start += (8 if self._big else 2) + len(self._entries(start)[1])
        if not starts:
            raise BadPicture("it holds no picture; copy or download it again")
        return starts

    def _entries(self, start: int) -> tuple[int, bytes]:
        """The number of tags, and their entries as bytes."""
        count = self._unpack("Q" if self._big else "H", start)
        if count > _MAX_TAGS:
            raise BadPicture(DAMAGED, f"{count} tags")
        return count, self.data(start + (8 if self._big else 2), count * (20 if self._big else 12))

    def _tag(self, entry: bytes) -> tuple[int, tuple[int, bytes]]:
        """Number, type and content of one entry; content of a type or size that cannot be is left out."""
        tag, kind, count = struct.unpack_from(self.order + ("HHQ" if self._big else "HHI"), entry)
        field = entry[12:] if self._big else entry[8:]
        size = count * _SIZES.get(kind, 0)
        if tag not in _WANTED:
            return tag, (0, b"")
        if size <= len(field):
            return tag, (kind, field[:size])
        (offset,) = struct.unpack(self.order + ("Q" if self._big else "I"), field)
        return tag, (kind, self.data(offset, size))
