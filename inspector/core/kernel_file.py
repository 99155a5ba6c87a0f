"""Kernels in text files."""

import os
from pathlib import Path

from inspector.core.images.errors import BadPicture, refusal
from inspector.core.images.opening import open_regular
from inspector.core.names import printable
from kernels import Kernel, parse_kernel

LARGEST = 32 << 20  # bytes; a kernel of a million weights fits


def read_kernel(path: str | os.PathLike[str]) -> Kernel:
    """The kernel that a text file holds, in UTF-8. Never waits on a pipe or reads a device.

    Raises ValueError, a sentence that names the file and, where there is one, the bad cell.
    """
    path = Path(path)
    try:
        with open_regular(path) as file:
            data = file.read(LARGEST + 1)
    except BadPicture as bad:
        raise refusal(path, bad.reason, bad.detail) from bad
    if len(data) > LARGEST:
        raise refusal(path, f"it is larger than {LARGEST >> 20} MiB, which no kernel is")
    try:
        return parse_kernel(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{printable(path)} is not a kernel: it is no text in UTF-8; save it as such") from error
    except ValueError as error:
        raise ValueError(f"{printable(path)} is not a kernel: {error}") from error
