"""The command that fetches published weights. torch is imported when it runs, not before."""

import argparse
import hashlib
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from inspector.core.console import show

if TYPE_CHECKING:
    from inspector.nets.loading.fetching import Published

REDRAWN = 0.2  # seconds between two states of the progress line
MEGABYTE = 1_000_000


def _add_download(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="NAME", help="the id of a network for ImageNet, such as vgg16")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _download(asked: argparse.Namespace) -> None:
    one = _published(asked.model)
    from inspector.nets.loading.downloads import download  # noqa: PLC0415 - torch takes seconds to import

    line = _ProgressLine(asked.model)
    try:
        path = download(one, progress=line.show)
    finally:
        line.end()
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    facts = {"model": asked.model, "path": str(path), "bytes": path.stat().st_size, "sha256": sha256}
    text = f"{asked.model}: {path}, {facts['bytes'] / MEGABYTE:.1f} MB, SHA-256 {sha256}"
    show(facts, text, as_json=asked.json)


def _published(id: str) -> "Published":
    from inspector import nets  # noqa: PLC0415
    from inspector.nets.loading.downloads import published, published_ids  # noqa: PLC0415

    one = published(nets.entry(id).id)
    if one is None:
        raise ValueError(f"no weights of {id} are published; there are those of {', '.join(published_ids())}")
    return one


class _ProgressLine:
    """One line on standard error that is redrawn in place on a terminal; elsewhere none."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._drawn = 0.0

    def show(self, done: int, total: int | None) -> None:
        if not self._terminal or (done != total and time.monotonic() - self._drawn < REDRAWN):
            return
        self._drawn = time.monotonic()
        of = f" of {total / MEGABYTE:.1f}" if total else ""
        sys.stderr.write(f"\r\x1b[K{self._name}  {done / MEGABYTE:.1f}{of} MB")
        sys.stderr.flush()

    def end(self) -> None:
        if self._terminal and self._drawn:
            sys.stderr.write("\n")


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    "download": (_add_download, _download, "Fetch the published ImageNet weights of a network."),
}
