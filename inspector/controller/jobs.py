"""The operations of the window: functions of frozen values that run on the workers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import kernels
from inspector.core.display import picture_shown, pyramid
from inspector.core.files import atomic_write
from inspector.core.filtering import Filtered, apply_filter
from inspector.core.images import PictureError, list_pictures, read_picture, sniff, write_shown, write_values
from inspector.core.picture import Picture
from inspector.core.resolve import FilterRequest
from inspector.core.resources import sample, samples
from inspector.core.state import Source, SourceKind
from inspector.work.runner import Operation
from kernels import Kernel, format_kernel, parse_kernel

THUMBNAIL = 184
LARGEST_TEXT = 32 << 20  # bytes; a kernel of a million weights fits
KERNEL_SUFFIXES = {".txt", ".csv", ".tsv", ".kernel"}

Cancel = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Loaded:
    """A picture ready to be shown: ``rgb`` ``(H, W, 3)`` uint8, and ``smaller`` its pyramid."""

    source: Source
    picture: Picture
    rgb: NDArray[np.uint8]
    smaller: tuple[NDArray[np.uint8], ...]


@dataclass(frozen=True, eq=False)
class Shown:
    """A filter result and the request that it answers."""

    request: FilterRequest
    filtered: Filtered


@dataclass(frozen=True)
class Found:
    """What opened paths turned out to be: pictures to step through from ``first`` on, or a kernel."""

    pictures: tuple[str, ...] = ()
    first: str = ""
    kernel: Kernel | None = None
    skipped: tuple[str, ...] = ()


def load(source: Source, memory: Picture | None) -> Operation:
    """Read the picture; ``memory`` is a picture that was pasted or dropped."""
    return Operation("load", f"Reading {Path(source.name).name}", partial(_load, source, memory), resource="files")


def filter_picture(request: FilterRequest, *, wait: bool) -> Operation:
    """Filter, and prepare what is shown."""
    return Operation("filter", "Filtering", partial(_filter, request, wait))


def warm_up() -> Operation:
    """Compile the fast engine behind the window's back."""
    return Operation("warm", "Compiling the fast engine", lambda _: kernels.warm_up(), resource="engine")


def find(paths: tuple[str, ...]) -> Operation:
    """Look at what was opened or dropped: pictures, folders, kernel texts."""
    return Operation("find", "Looking at the files", partial(_find, paths), resource="files")


def thumbnails() -> Operation:
    """Small pictures of the samples."""
    return Operation("samples", "Reading the samples", lambda _: _sample_thumbnails(), resource="files")


def save_values(path: str, filtered: Filtered, description: dict[str, str]) -> Operation:
    """Write the exact values."""
    return _save(path, lambda _: write_values(Path(path), filtered.values, description))


def save_shown(path: str, rgb: NDArray[np.uint8]) -> Operation:
    """Write the displayed picture."""
    return _save(path, lambda _: write_shown(Path(path), rgb))


def save_kernel(path: str, kernel: Kernel) -> Operation:
    """Write the kernel as text."""
    text = format_kernel(kernel).encode()
    return _save(path, lambda _: atomic_write(Path(path), lambda file: file.write(text)))


def thumbnail(rgb: NDArray[np.uint8], side: int = THUMBNAIL) -> NDArray[np.uint8]:
    """At most ``side`` pixels high and wide: means over whole blocks, so that nothing flickers into view."""
    step = max(-(-rgb.shape[0] // side), -(-rgb.shape[1] // side), 1)
    height, width = max(rgb.shape[0] // step, 1), max(rgb.shape[1] // step, 1)
    blocks = rgb[: height * step, : width * step]
    if blocks.shape[0] < height * step or blocks.shape[1] < width * step:  # thinner than one block
        return np.ascontiguousarray(rgb[::step, ::step])
    means = blocks.reshape(height, step, width, step, 3).mean(axis=(1, 3), dtype=np.float32)
    rounded: NDArray[np.uint8] = np.rint(means).astype(np.uint8)
    return rounded


def _save(path: str, write: Callable[[Cancel], object]) -> Operation:
    def run(cancel: Cancel) -> str:
        write(cancel)
        return path

    return Operation("save", f"Saving {Path(path).name}", run, resource="files", latest_only=False)


def _load(source: Source, memory: Picture | None, _: Cancel) -> Loaded:
    picture = memory if source.kind is SourceKind.MEMORY else _read(source)
    if picture is None:
        raise PictureError("The pasted picture is no longer there; paste it again.")
    rgb = picture_shown(picture)
    return Loaded(source, picture, rgb, pyramid(rgb))


def _read(source: Source) -> Picture:
    path = sample(source.name).path if source.kind is SourceKind.SAMPLE else Path(source.name)
    return read_picture(path, frame=source.frame)


def _filter(request: FilterRequest, wait: bool, cancel: Cancel) -> Shown:
    return Shown(request, apply_filter(request.picture, request.settings, cancel=cancel, wait=wait))


def _find(paths: tuple[str, ...], _: Cancel) -> Found:
    if len(paths) == 1:
        return _find_one(Path(paths[0]).absolute())
    folders = [Path(path).absolute() for path in paths]
    pictures = [str(p) for path in folders for p in (list_pictures(path) if path.is_dir() else (path,))]
    return Found(tuple(pictures), pictures[0] if pictures else "")


def _find_one(path: Path) -> Found:
    if path.is_dir():
        pictures = tuple(map(str, list_pictures(path)))
        if not pictures:
            raise PictureError(f"There is no picture in the folder {path.name}.")
        return Found(pictures, pictures[0])
    if kernel := _kernel_in(path):
        return Found(kernel=kernel)
    beside = tuple(map(str, list_pictures(path.parent))) if path.parent.is_dir() else ()
    return Found(beside if str(path) in beside else (str(path),), str(path))


def _kernel_in(path: Path) -> Kernel | None:
    """The kernel of a text file; None for what is no text. Raises ValueError for a .txt or .csv that is no kernel."""
    if not path.is_file() or sniff(path) is not None or path.stat().st_size > LARGEST_TEXT:
        return None
    try:
        return parse_kernel(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        return None
    except ValueError as error:
        if path.suffix.lower() not in KERNEL_SUFFIXES:
            return None
        raise ValueError(f"{path.name} is not a kernel: {error}") from error


def _sample_thumbnails() -> tuple[tuple[str, str, NDArray[np.uint8]], ...]:
    return tuple((s.id, s.title, thumbnail(picture_shown(read_picture(s.path)), 96)) for s in samples())
