"""The pictures of a folder."""

import os
import re
from pathlib import Path

from inspector.core.images.errors import PictureError
from inspector.core.images.opening import sniff
from inspector.core.names import printable

SUFFIXES = frozenset(
    ".png .apng .jpg .jpeg .jpe .jfif .tif .tiff .bmp .dib .gif .webp .pbm .pgm .ppm .pnm .pfm .npy".split()  # noqa: SIM905
)


def list_pictures(folder: str | os.PathLike[str]) -> tuple[Path, ...]:
    """The pictures that lie directly in ``folder``, in natural order ("img2" before "img10").

    A picture has one of ``SUFFIXES`` or, whatever its name, a picture's first bytes. Hidden files, entries
    that cannot be read and links in a circle are passed over.

    Raises:
        PictureError: the folder itself cannot be read.
    """
    folder = Path(folder)
    try:
        entries = [folder / name for name in os.listdir(folder)]  # noqa: PTH208 - iterdir is lazy: errors would come later
    except (OSError, ValueError) as error:
        raise PictureError(
            f"Cannot list {printable(folder)}: it is missing, no folder, or you may not read it; choose another folder.",
            str(error),
        ) from error
    return tuple(sorted(filter(_is_picture, entries), key=natural_key))


def _is_picture(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    if path.suffix.lower() in SUFFIXES:
        return os.path.isfile(path)  # noqa: PTH113 - unlike Path.is_file, False for every entry that cannot be reached
    return sniff(path) is not None


def natural_key(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    """Sorts numbers in names by value and letters without regard to case; the name itself settles ties."""
    parts = re.split(r"([0-9]+)", path.name)
    return [(1, int(part), "") if part[:1].isdigit() else (0, 0, part.casefold()) for part in parts if part], path.name
