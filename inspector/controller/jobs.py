"""The operations of the window: functions of frozen values that run on the workers."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import kernels
from inspector.core.display import picture_shown, pyramid
from inspector.core.drawing import drawing_picture
from inspector.core.files import atomic_write
from inspector.core.filtering import BINS, Filtered, apply_filter
from inspector.core.images import PictureError, list_pictures, read_picture, sniff, write_shown, write_values
from inspector.core.kernel_file import read_kernel
from inspector.core.names import listed
from inspector.core.picture import Picture
from inspector.core.resolve import FilterRequest
from inspector.core.resources import sample, samples
from inspector.core.session import SessionFile
from inspector.core.state import AppState, Source, SourceKind
from inspector.work.runner import Operation
from kernels import Kernel, format_kernel
from kernels.levels import histogram

THUMBNAIL = 184
KERNEL_SUFFIXES = {".txt", ".csv", ".tsv", ".kernel"}
WEIGHT_SUFFIXES = {".safetensors", ".pt", ".pth", ".ckpt", ".pkl", ".pt2", ".bin"}

Cancel = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Loaded:
    """A picture ready to be shown: ``rgb`` ``(H, W, 3)`` uint8, ``smaller`` its pyramid, ``thumbnail`` ``(h, w, 3)``."""

    source: Source
    picture: Picture
    rgb: NDArray[np.uint8]
    smaller: tuple[NDArray[np.uint8], ...]
    thumbnail: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Shown:
    """A filter result and the request that it answers."""

    request: FilterRequest
    filtered: Filtered


@dataclass(frozen=True, eq=False)
class Counted:
    """A result with the histogram ``(C, 256)`` of all its values; the live one may leave out rows."""

    shown: Shown
    counts: NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """What opened paths turned out to be: pictures to step through from ``first`` on, a kernel, or a file of weights.

    ``skipped`` are the names of those among several that could not be opened. ``exact``: only ``first``
    was asked for, the others lie beside it.
    """

    pictures: tuple[str, ...] = ()
    first: str = ""
    kernel: Kernel | None = None
    weights: str = ""
    skipped: tuple[str, ...] = ()
    exact: bool = False

    def without_first(self) -> "Found | None":
        """What is left to try when ``first`` cannot be opened, or None."""
        rest = tuple(path for path in self.pictures if path != self.first)
        if self.exact or not rest:
            return None
        return Found(rest, rest[0], skipped=(*self.skipped, Path(self.first).name))


def load(source: Source, memory: Picture | None) -> Operation:
    """Read the picture; ``memory`` is a picture that was pasted or dropped."""
    return Operation("load", f"Reading {Path(source.name).name}", partial(_load, source, memory), resource="files")


def filter_picture(request: FilterRequest, *, wait: bool) -> Operation:
    """Filter, and prepare what is shown."""
    return Operation("filter", "Filtering", partial(_filter, request, wait))


def count_all(shown: Shown) -> Operation:
    """Count every value of a result."""
    filtered = shown.filtered
    return Operation("count", "Counting values", lambda _: Counted(shown, histogram(filtered.values, *filtered.span, BINS)))


def warm_up() -> Operation:
    """Compile the fast engine behind the window's back."""
    return Operation("warm", "Compiling the fast engine", lambda _: kernels.warm_up(), resource="engine")


def find(paths: tuple[str, ...]) -> Operation:
    """Look at what was opened or dropped: pictures, folders, kernel texts."""
    return Operation("find", "Looking at the files", partial(_find, paths), resource="files")


def keep_session(session: SessionFile, state: AppState) -> Operation:
    """Write what a crash must not lose."""
    return Operation("session", "Noting the state", lambda _: session.write(state), resource="files")


def thumbnails() -> Operation:
    """Small pictures of the samples."""
    return Operation("samples", "Reading the samples", lambda _: _sample_thumbnails(), resource="files")


def save_values(path: str, filtered: Filtered, description: dict[str, str]) -> Operation:
    """Write the exact values."""
    return saving(path, lambda _: write_values(Path(path), filtered.values, description))


def save_shown(path: str, rgb: NDArray[np.uint8]) -> Operation:
    """Write the displayed picture."""
    return saving(path, lambda _: write_shown(Path(path), rgb))


def save_kernel(path: str, kernel: Kernel) -> Operation:
    """Write the kernel as text."""
    text = format_kernel(kernel).encode()
    return saving(path, lambda _: atomic_write(Path(path), lambda file: file.write(text)))


def thumbnail(rgb: NDArray[np.uint8], side: int = THUMBNAIL) -> NDArray[np.uint8]:
    """At most ``side`` pixels high and wide: means over whole blocks, so that nothing flickers into view."""
    step = max(-(-rgb.shape[0] // side), -(-rgb.shape[1] // side), 1)
    height, width = max(rgb.shape[0] // step, 1), max(rgb.shape[1] // step, 1)
    blocks = rgb[: height * step, : width * step]
    if blocks.shape[0] < height * step or blocks.shape[1] < width * step:  # thinner than one block
        return np.ascontiguousarray(rgb[::step, ::step])
    sums = np.zeros((height, width, 3), np.uint32)
    for y, x in product(range(step), repeat=2):  # many times as fast as a mean over two axes
        sums += blocks[y::step, x::step]
    rounded: NDArray[np.uint8] = np.rint(sums / step**2).astype(np.uint8)
    return rounded


def saving(path: str, write: Callable[[Cancel], object]) -> Operation:
    """Write a file, to the end whatever is cancelled meanwhile; its outcome is ``path``."""

    def run(cancel: Cancel) -> str:
        write(cancel)
        return path

    return Operation("save", f"Saving {Path(path).name}", run, resource="files", latest_only=False)


def _load(source: Source, memory: Picture | None, _: Cancel) -> Loaded:
    picture = memory if source.kind is SourceKind.MEMORY else _read(source)
    if picture is None:
        raise PictureError("The pasted picture is no longer there; paste it again.")
    rgb = picture_shown(picture)
    smaller = pyramid(rgb)
    return Loaded(source, picture, rgb, smaller, thumbnail((rgb, *smaller)[-1]))


def _read(source: Source) -> Picture:
    if source.kind is SourceKind.DRAWING:
        return drawing_picture(source.strokes)
    path = sample(source.name).path if source.kind is SourceKind.SAMPLE else Path(source.name)
    return read_picture(path, frame=source.frame)


def _filter(request: FilterRequest, wait: bool, cancel: Cancel) -> Shown:
    return Shown(request, apply_filter(request.picture, request.settings, cancel=cancel, wait=wait))


def _find(paths: tuple[str, ...], cancel: Cancel) -> Found:
    if len(paths) == 1:
        return _find_one(Path(paths[0]).absolute())
    pictures: list[str] = []
    skipped: list[str] = []
    for path in (Path(path).absolute() for path in paths):
        if cancel():
            break
        found = list_pictures(path) if _is_folder(path) else (path,) if sniff(path) else ()
        pictures += map(str, found)
        skipped += [] if found else [path.name]
    if not pictures:
        raise PictureError(f"None of these is a picture: {listed(skipped)}.")
    return Found(tuple(dict.fromkeys(pictures)), pictures[0], skipped=tuple(skipped))


def _find_one(path: Path) -> Found:
    if _is_folder(path):
        pictures = tuple(map(str, list_pictures(path)))
        if not pictures:
            raise PictureError(f"There is no picture in the folder {path.name}.")
        return Found(pictures, pictures[0])
    if _holds_weights(path):
        return Found(weights=str(path))
    if kernel := _kernel_in(path):
        return Found(kernel=kernel)
    beside = tuple(map(str, list_pictures(path.parent))) if _is_folder(path.parent) else ()
    return Found(beside if str(path) in beside else (str(path),), str(path), exact=True)


def _holds_weights(path: Path) -> bool:
    """Told by its first bytes: a ZIP archive, a pickle or safetensors; an unreadable one by its name."""
    if sniff(path) is not None:
        return False
    try:
        with path.open("rb") as file:
            head = file.read(9)
    except OSError:
        return path.suffix.lower() in WEIGHT_SUFFIXES
    return head.startswith((b"PK\x03\x04", b"\x80")) or head[8:] == b"{" or path.suffix.lower() in WEIGHT_SUFFIXES


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - unlike Path.is_dir, False for a name that no file can have


def _kernel_in(path: Path) -> Kernel | None:
    """The kernel of a text file; None for what is none. Raises ValueError for a .txt or .csv that is no kernel."""
    if sniff(path) is not None:
        return None
    try:
        return read_kernel(path)
    except ValueError:
        if path.suffix.lower() not in KERNEL_SUFFIXES:
            return None
        raise


def _sample_thumbnails() -> tuple[tuple[str, str, NDArray[np.uint8]], ...]:
    return tuple((s.id, s.title, thumbnail(picture_shown(read_picture(s.path)), 96)) for s in samples())
