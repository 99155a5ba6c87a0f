"""Opening files without ever waiting on a pipe or reading a device, and telling formats apart by content."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from inspector.core.images.errors import CUT_SHORT, BadPicture
from inspector.core.images.limits import MAX_FILE

_KINDS = (
    (stat.S_ISDIR, "it is a folder; choose a file in it"),
    (stat.S_ISFIFO, "it is a pipe, not a file; save its content to a file first"),
    (stat.S_ISSOCK, "it is a socket, not a file"),
    (stat.S_ISCHR, "it is a device, not a file"),
    (stat.S_ISBLK, "it is a device, not a file"),
)
_REASONS = {
    errno.ENOENT: "there is no such file; it may have been moved or deleted",
    errno.ENOTDIR: "there is no such file; part of its path is not a folder",
    errno.EACCES: "you may not read it; change its permissions or copy it",
    errno.EPERM: "you may not read it; change its permissions or copy it",
    errno.ELOOP: "its symbolic links go round in a circle; open the real file",
    errno.ENAMETOOLONG: "its name is too long for this system; rename it",
}
# not blocking, so that a pipe put there after the check cannot hold us; binary on Windows
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


@contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """A regular, non-empty file, open for reading; ``BadPicture`` says why anything else is refused."""
    try:
        _check_kind(os.stat(path))  # noqa: PTH116 - Path.stat would not accept every name that os does
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        raise BadPicture(_why(error), str(error)) from error
    except ValueError as error:  # a NUL or an unencodable character in the name
        raise BadPicture("no file can have such a name; check how it is written", str(error)) from error
    with os.fdopen(descriptor, "rb") as file:
        before = os.fstat(descriptor)
        _check_kind(before)
        yield file
        after = os.fstat(descriptor)
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise BadPicture("it was changed while it was being read; open it again")


def _why(error: OSError) -> str:
    return _REASONS.get(error.errno or 0, f"the system could not read it ({error.strerror or error})")


def _check_kind(status: os.stat_result) -> None:
    for is_kind, reason in _KINDS:
        if is_kind(status.st_mode):
            raise BadPicture(reason)
    if not stat.S_ISREG(status.st_mode):
        raise BadPicture("it is not a regular file")
    if status.st_size == 0:
        raise BadPicture("it is empty; copy or download it again")
    if status.st_size > MAX_FILE:
        raise BadPicture(f"it is larger than {MAX_FILE // 2**30} GiB; shrink it with another program")


def read_exactly(file: BinaryIO, count: int) -> bytes:
    """``count`` bytes, or ``BadPicture`` if the file ends before; never takes memory for bytes that are not there."""
    if count > remaining(file):
        raise BadPicture(CUT_SHORT)
    data = file.read(count)
    if len(data) != count:
        raise BadPicture(CUT_SHORT)
    return data


def remaining(file: BinaryIO) -> int:
    """Bytes from the current position to the end."""
    here = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(here)
    return max(end - here, 0)


_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\x93NUMPY", "NPY"),
    (b"BM", "BMP"),
)


def format_of(prefix: bytes) -> str | None:
    """The format that a file's first 16 bytes show: PNG, JPEG, TIFF, GIF, NPY, BMP, WebP, PNM, or None."""
    for signature, name in _SIGNATURES:
        if prefix.startswith(signature):
            return name
    if prefix[:4] == b"RIFF" and prefix[8:12] == b"WEBP":
        return "WebP"
    return "PNM" if _is_pnm(prefix) else None


def _is_pnm(prefix: bytes) -> bool:
    return prefix[:1] == b"P" and prefix[1:2] in (b"1", b"2", b"3", b"4", b"5", b"6", b"F", b"f") and prefix[2:3].isspace()


def sniff(path: str | os.PathLike[str]) -> str | None:
    """The picture format that the first bytes show, or None for other, unreadable and special files."""
    try:
        with open_regular(Path(path)) as file:
            return format_of(file.read(16))
    except BadPicture:
        return None
