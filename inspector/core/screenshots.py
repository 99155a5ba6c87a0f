"""Which pictures of the window are wanted."""

from dataclasses import dataclass
from pathlib import Path

from inspector.core.state import Theme
from kernels import Kernel


@dataclass(frozen=True)
class Screenshots:
    """Every size (width, height) in every theme, written into ``folder``; shows ``files`` under ``kernel``."""

    folder: Path
    sizes: tuple[tuple[int, int], ...]
    themes: tuple[Theme, ...]
    files: tuple[str, ...] = ()
    kernel: Kernel | None = None
