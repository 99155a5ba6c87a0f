"""What goes wrong with picture files, in words for the user."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inspector.core.names import printable

# What Pillow, tifffile and the standard decoders raise on damaged data, as seen in their sources and by
# cutting and flipping bytes; a decoder is the one place where a TypeError says nothing about our own code.
_DECODER_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)

CUT_SHORT = "the file is cut short; copy or download it again"
NO_MEMORY = "there is not enough memory for it; close other programs or shrink the picture"
DAMAGED = "the file is damaged; copy or download it again"


class PictureError(ValueError):
    """A picture file that cannot be read: ``str`` is one sentence for the user, ``detail`` the technical reason."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class BadPicture(Exception):  # noqa: N818 - not an error yet: the file's name is added by ``read_picture``
    """Why a file is refused, in words that follow "Cannot open NAME: "; ``detail`` is the technical reason."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@contextmanager
def decoding() -> Iterator[None]:
    """Turn whatever a foreign decoder raises into ``BadPicture``; our own code stays outside the block."""
    try:
        yield
    except _DECODER_FAULTS as error:
        detail = f"{type(error).__name__}: {error}"
        raise BadPicture(_reason(error), detail) from error


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return NO_MEMORY
    cut = isinstance(error, EOFError) or "truncated" in str(error).lower()
    return CUT_SHORT if cut else DAMAGED


def refusal(path: Path, reason: str, detail: str = "") -> PictureError:
    """The error that names the file."""
    return PictureError(f"Cannot open {printable(path)}: {reason}.", detail)
