"""The gallery of preset kernels, each with a picture of its weights."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.core import updates
from inspector.views.widgets.pictures import kernel_image
from inspector.views.widgets.section import Elided
from inspector.views.widgets.tiles import Tile, Tiles
from kernels import Kernel

COLUMNS, ROWS = 4, 2


class PresetGallery(QWidget):
    """All presets as tiles; under them the title of the kernel in use and what it shows."""

    updated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presets: dict[str, Kernel] = {}
        self.tiles = Tiles("Preset kernels", COLUMNS, ROWS)
        self.title = Elided("title")
        self.shows = Elided("muted", lines=2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.tiles, self.title, self.shows):
            column.addWidget(part)
        self.tiles.chosen.connect(self._choose)

    def show_presets(self, presets: tuple[Kernel, ...]) -> None:
        """Offer these kernels in this order."""
        self._presets = {kernel.id: kernel for kernel in presets}
        self.tiles.show_tiles([_tile(kernel) for kernel in presets])

    def show_kernel(self, kernel: Kernel) -> None:
        """Mark the preset that ``kernel`` is, if it is one."""
        self.title.show_text(kernel.title)
        self.shows.show_text(kernel.shows or "Weights of your own.")
        self.tiles.show_chosen(kernel.id)

    def _choose(self, id: str) -> None:
        kernel = self._presets[id]
        self.updated.emit(updates.set_kernel(kernel, f"Kernel {kernel.title}"))


def _tile(kernel: Kernel) -> Tile:
    tip = "\n".join(line for line in (kernel.title, kernel.shows, kernel.source) if line)
    return Tile(kernel.id, kernel.title, tip, kernel_image(kernel.weights), smooth=False)
