"""The zip archives of torch.save, checked by their directory before anything in them is read.

torch stores its records as they are, under one folder: NAME/data.pkl, NAME/data/0, NAME/version and a few more. An archive
that packs, repeats, hides or adds anything was not written by it.
"""

import re
import struct
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from typing import BinaryIO

from inspector.nets.loading.formats import ASK_FOR, DAMAGED, Refused

LARGEST_PICKLE = 64 << 20  # bytes; that of a network of a million tensors is smaller
_MOST_ENTRIES = 200_000
_SHOWN = 60  # characters of an odd name
_RECORD = re.compile(
    r"[^/]+/(data\.pkl|data/[^/]+|version|byteorder|\.format_version|\.storage_alignment|\.data/serialization_id)"
)
_ZIP_FAULTS = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, OverflowError, ValueError, struct.error)


def pickle_in(file: BinaryIO, size: int) -> bytes:
    """The pickle in an archive of ``size`` bytes, once it is certain that torch may read the archive. Raises Refused."""
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.read(_checked(archive.infolist(), size))
    except _ZIP_FAULTS as error:
        raise Refused(DAMAGED) from error


def _checked(entries: list[zipfile.ZipInfo], size: int) -> zipfile.ZipInfo:
    names = [entry.filename for entry in entries]
    _check_names(names)
    _check_layout(names)
    _check_sizes(entries, size)
    return next(entry for entry in entries if entry.filename.endswith("/data.pkl"))


def _check_names(names: list[str]) -> None:
    if len(names) > _MOST_ENTRIES:
        raise Refused(f"it holds {len(names):,} entries, more than any network; {ASK_FOR}")
    if odd := _first(names, lambda name: name.startswith("/") or ".." in name.split("/") or "\\" in name or name[1:2] == ":"):
        raise Refused(f"it holds {odd}, which points outside the archive; {ASK_FOR}")
    times = Counter(name.casefold() for name in names)  # as some readers look them up
    if twice := _first(names, lambda name: times[name.casefold()] > 1):
        raise Refused(f"it holds {twice} twice, so that what is checked need not be what is read; {ASK_FOR}")


def _check_sizes(entries: list[zipfile.ZipInfo], size: int) -> None:
    for entry in entries:
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 or entry.file_size != entry.compress_size:
            raise Refused(f"its entry {_short(entry.filename)} is packed, which torch.save never does; {ASK_FOR}")
        if entry.filename.endswith("/data.pkl") and entry.file_size > LARGEST_PICKLE:
            raise Refused(f"its directory of tensors takes {entry.file_size:,} bytes, more than that of any network; {ASK_FOR}")
    declared = sum(entry.file_size for entry in entries)
    if declared > size:
        raise Refused(f"its entries claim {declared:,} bytes, but the file has {size:,}; {ASK_FOR}")


def _check_layout(names: list[str]) -> None:
    inside = [name.partition("/")[2] for name in names]
    if any(name.startswith("code/") or name == "constants.pkl" for name in inside):
        raise Refused("it is a TorchScript program, not weights; save them with torch.save(model.state_dict(), FILE)")
    if any(name in {"archive_format", "archive_version"} or name.startswith("models/") for name in inside + names):
        raise Refused("it is an exported program (.pt2), not weights; save them with torch.save(model.state_dict(), FILE)")
    if names and all(name.endswith(".npy") for name in names):
        raise Refused("it is an archive of NumPy arrays; choose a file of safetensors or torch.save")
    if "data.pkl" not in inside or len({name.partition("/")[0] for name in names}) > 1:
        raise Refused("it is a zip archive, but none of torch.save; unpack it and choose the file of weights in it")
    if odd := _first(names, lambda name: not _RECORD.fullmatch(name)):
        raise Refused(f"it holds {odd} beside the tensors, which torch.save never writes; {ASK_FOR}")


def _first(names: Iterable[str], wrong: Callable[[str], bool]) -> str:
    return next((_short(name) for name in names if wrong(name)), "")


def _short(name: str) -> str:
    return repr(name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…")
