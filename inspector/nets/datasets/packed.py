"""Files packed with gzip or xz, unpacked within limits of size and memory."""

import lzma
import zlib
from pathlib import Path
from typing import Protocol

from inspector.nets.datasets.dataset import refusal

LARGEST = 64 << 20  # bytes of one file, packed or unpacked: the largest published one has 47 million
_MEMORY = 256 << 20  # for xz, whose header says how much unpacking needs; the strongest preset asks for 65 MiB


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool:
        """Whether the end of the packed stream was seen, its checksum included."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most ``max_length`` bytes."""


def find(folder: Path, name: str, suffix: str) -> Path:
    """The file ``name`` or ``name + suffix`` in the folder. Raises DatasetError where neither is there."""
    for path in (folder / f"{name}{suffix}", folder / name):
        if path.is_file():
            return path
    raise refusal(folder / name, f"there is no such file, nor one that ends in {suffix}; --data must name the data set's folder")


def content(path: Path) -> bytes:
    """All bytes of a file, unpacked if its name ends in .gz or .xz. Raises DatasetError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise refusal(path, error.strerror or str(error)) from error
    unpacker = _unpacker(path.suffix)
    return _limited(path, data if unpacker is None else _unpacked(path, data, unpacker))


def _unpacker(suffix: str) -> _Unpacker | None:
    if suffix == ".gz":
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY) if suffix == ".xz" else None


def _unpacked(path: Path, data: bytes, unpacker: _Unpacker) -> bytes:
    try:
        unpacked = unpacker.decompress(data, LARGEST + 1)
    except (zlib.error, lzma.LZMAError) as error:
        raise refusal(path, f"it is damaged ({error}); download it again") from error
    if not unpacker.eof and len(unpacked) <= LARGEST:
        raise refusal(path, "it is cut short; download it again")
    return unpacked


def _limited(path: Path, data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise refusal(path, f"it holds more than {LARGEST >> 20} MiB, which no file of the data set does")
    return data
