"""Fetching one published file: resumed, checked, and put in its place only when it is whole and right."""

import errno
import hashlib
import http.client
import math
import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from inspector.core.files import make_folder
from inspector.core.names import printable
from inspector.nets.loading.timebox import bounded
from kernels import Cancel

Progress = Callable[[int, int | None], None]
_CHUNK = 1 << 18  # bytes read at most at once
_SPARE = 16 << 20  # bytes of the disk that are left free
_AGAIN = "download again, and it goes on from there"


class DownloadError(OSError):
    """A file that could not be fetched: ``str`` is one sentence that names the server and says what to do."""


@dataclass(frozen=True)
class Published:
    """A file on a server, and how its SHA-256 begins in hexadecimal digits ("" where that is not known)."""

    url: str
    sha256: str = ""

    @property
    def host(self) -> str:
        """The server."""
        return urlsplit(self.url).netloc

    @property
    def file(self) -> str:
        """What the file is called."""
        return urlsplit(self.url).path.rpartition("/")[2]


def fetch(one: Published, folder: Path, *, progress: Progress, cancel: Cancel, timeout: float) -> Path:
    """Where the file lies in ``folder``, fetched if it is not there. Raises DownloadError, Cancelled, SaveError."""
    make_folder(folder)
    target, part = folder / one.file, folder / f"{one.file}.part"
    if target.is_file() and _is_right(one, target):
        return target
    # in a thread of its own, so that a server which has gone silent cannot hold up who cancels
    bounded(partial(_transfer, one, part, progress, timeout), cancel=cancel, seconds=math.inf)
    if not _is_right(one, part):
        part.unlink()
        raise DownloadError(
            f"What {one.host} has sent is not {one.file} as it was published: its SHA-256 differs; it has been removed, "
            "try again later or from another network."
        )
    part.replace(target)
    return target


def _is_right(one: Published, path: Path) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().startswith(one.sha256)


def _transfer(one: Published, part: Path, progress: Progress, timeout: float) -> None:
    """Fetch what is missing of ``part``. Raises DownloadError."""
    there = part.stat().st_size if part.is_file() else 0
    try:
        with _opened(one, there, timeout) as response:
            start = there if response.status == http.client.PARTIAL_CONTENT else 0
            total = _total(response, start)
            _check_room(part.parent, (total or 0) - start)
            done = _copy(response, part, start, lambda done: progress(done, total))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and there:
            return  # all of it is there; its checksum decides
        raise DownloadError(_answer(one, error)) from error
    except (OSError, http.client.HTTPException) as error:
        raise error if isinstance(error, DownloadError) else DownloadError(_why(one, error, timeout)) from error
    if total is not None and done != total:
        raise DownloadError(f"{one.host} ended the connection after {done:,} of {total:,} bytes of {one.file}; {_AGAIN}.")


def _opened(one: Published, there: int, timeout: float) -> Any:
    request = urllib.request.Request(one.url, headers={"User-Agent": "cnn-inspector"})  # noqa: S310 - a URL of our own tables
    if there:
        request.add_header("Range", f"bytes={there}-")
    response = urllib.request.build_opener(_SameScheme).open(request, timeout=timeout)
    starts = f"bytes {there}-"
    if response.status == http.client.PARTIAL_CONTENT and not response.headers.get("Content-Range", "").startswith(starts):
        response.close()
        raise DownloadError(f"{one.host} has sent another part of {one.file} than it was asked for; try again later.")
    return response


class _SameScheme(urllib.request.HTTPRedirectHandler):
    """Follows the server to other places, but never from https to a connection that others can change."""

    def redirect_request(  # noqa: PLR0917 - as the standard library calls it
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme != urlsplit(req.full_url).scheme:
            fp.close()
            raise DownloadError(f"{req.host} points to {urlsplit(newurl).netloc} without encryption, which is refused.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _total(response: Any, start: int) -> int | None:
    """Bytes of the whole file, as far as the server says."""
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdecimal() else None


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed + _SPARE > free:
        raise DownloadError(
            f"Cannot save the download in {printable(folder)}: it needs {needed:,} bytes and {free:,} are free; free some space."
        )


def _copy(response: Any, part: Path, start: int, progress: Callable[[int], None]) -> int:
    """Append what comes to the first ``start`` bytes of the file; how long it is then."""
    done = start
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        progress(done)
        while data := response.read1(_CHUNK):  # what has come, instead of waiting for all that was asked for
            file.write(data)
            done += len(data)
            progress(done)
    return done


def _answer(one: Published, error: urllib.error.HTTPError) -> str:
    if error.code == http.client.NOT_FOUND:
        return f"{one.host} has no {one.file} (404); get the weights elsewhere and open them as a file."
    return f"{one.host} has answered {error.code} {printable(str(error.reason))[:60]}; try again later."


def _why(one: Published, error: Exception, timeout: float) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception) else error
    if isinstance(cause, TimeoutError):
        return f"{one.host} has sent nothing for {timeout:g} seconds; {_AGAIN}."
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"{one.host} cannot prove that it is that server ({cause.verify_message}); check the clock and the network."
    if isinstance(cause, OSError) and (cause.filename is not None or cause.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)):
        return f"Cannot save {one.file}: {cause.strerror}; free some space or check the folder of downloads."
    said = (cause.strerror if isinstance(cause, OSError) else None) or type(cause).__name__
    return f"{one.host} cannot be reached, or has broken off ({said}); check the network connection, and download again."
