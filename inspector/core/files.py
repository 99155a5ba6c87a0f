"""Writing files so that a reader finds the old content or the new, never half of one."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from inspector.core.names import printable

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or save elsewhere",
    errno.EDQUOT: "your disk quota is used up; free some space or save elsewhere",
    errno.EFBIG: "the file would be larger than this system allows; save elsewhere",
    errno.EACCES: "you may not write there; save elsewhere",
    errno.EPERM: "you may not write there; save elsewhere",
    errno.EROFS: "that place is read-only; save elsewhere",
    errno.ENOENT: "there is no such folder; save elsewhere",
    errno.ENOTDIR: "there is no such folder; save elsewhere",
    errno.EISDIR: "there is a folder of that name; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ELOOP: "its symbolic links go round in a circle; save elsewhere",
}


class SaveError(OSError):
    """A file that could not be written: ``str`` is one sentence for the user; what was there before is unchanged."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


def save_refusal(path: str | os.PathLike[str], reason: str, detail: str = "") -> SaveError:
    """The error that names the file."""
    return SaveError(f"Cannot save {printable(path)}: {reason}.", detail)


def atomic_write(path: str | os.PathLike[str], writer: Callable[[BinaryIO], object]) -> None:
    """Let ``writer`` fill a new file, and put it in the place of ``path`` only when all of it is on the disk.

    The new file lies in the same folder, so that the last step is one rename. Symbolic links are
    followed, permissions kept. If ``writer`` raises something other than OSError, that passes through.

    Raises:
        SaveError: the place cannot be written to, or the disk is full; the old file is intact.
    """
    try:
        target = Path(os.path.realpath(path))
        _check_target(target)
        _write(target, writer)
    except SaveError:
        raise
    except OSError as error:
        raise save_refusal(path, _reason(error), str(error)) from error
    except UnicodeEncodeError as error:
        raise save_refusal(path, "no file can have such a name; choose another one", str(error)) from error


def make_folder(path: str | os.PathLike[str]) -> None:
    """Make a folder, and those above it, if it is not there. Raises SaveError."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise save_refusal(path, "it is to be a folder, and there is a file of that name; choose another name") from error
    except OSError as error:
        raise save_refusal(path, _reason(error), str(error)) from error


def _reason(error: OSError) -> str:
    if error.errno is None:  # numpy's tofile, which tifffile uses, says only how much it wrote
        return "not all of it could be written, probably because the disk is full; free some space or save elsewhere"
    return _REASONS.get(error.errno, f"the system could not write it ({error.strerror}); save elsewhere")


def _check_target(target: Path) -> None:
    """Refuse what a rename would silently destroy: folders, devices, files that are protected."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if not stat.S_ISREG(mode):
        raise save_refusal(target, "it is not a regular file; choose another name")
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "is write-protected")


def _write(target: Path, writer: Callable[[BinaryIO], object]) -> None:
    part = target.with_name(f".{target.name[:40]}.{os.urandom(6).hex()}.part")
    try:
        with part.open("xb") as file:
            writer(file)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Put the rename itself on the disk, where the system lets a folder be opened (not on Windows)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
