"""Where other pictures come from: the samples, and files that were open before."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from inspector.core import updates
from inspector.core.state import Source, SourceKind
from inspector.views.theme import GRID
from inspector.views.widgets.pictures import image_of
from inspector.views.widgets.section import Section
from inspector.views.widgets.tiles import Tile, Tiles

RECENT_ROWS = 5

SampleTile = tuple[str, str, NDArray[np.uint8]]


class GalleryPanel(QWidget):
    """``updated`` carries an ``Update`` when the hand picks a sample, ``recent_chosen`` the path of a file."""

    updated = Signal(object)
    recent_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: dict[str, str] = {}
        self._sample = ""
        self.samples = Tiles("Sample pictures", 3, 3)
        self.recent = QListWidget()
        self.recent.setAccessibleName("Recent files")
        self.recent.setTabKeyNavigation(False)
        self.recent.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_out()
        self.samples.chosen.connect(self._choose_sample)
        self.recent.itemClicked.connect(self._choose_recent)
        self.recent.itemActivated.connect(self._choose_recent)

    def _lay_out(self) -> None:
        samples = Section("Samples")
        samples.column.addWidget(self.samples)
        self.recent_section = Section("Recent")
        self.recent_section.column.addWidget(self.recent)
        self.recent_section.hide()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(2 * GRID)
        outer.addWidget(samples)
        outer.addWidget(self.recent_section)
        outer.addStretch(1)

    def show_samples(self, samples: Sequence[SampleTile]) -> None:
        """Offer sample pictures: (id, title, thumbnail ``(h, w, 3)`` uint8 RGB) each."""
        self._titles = {id: title for id, title, _ in samples}
        self.samples.show_tiles([Tile(id, title, title, image_of(rgb)) for id, title, rgb in samples])
        self.samples.show_chosen(self._sample)

    def show_sample(self, id: str) -> None:
        """Mark the sample that is looked at; "" for another picture."""
        self._sample = id
        self.samples.show_chosen(id)

    def show_recent(self, paths: Sequence[str]) -> None:
        """Offer files that were open before, the latest first."""
        if list(paths) == [self.recent.item(i).data(Qt.ItemDataRole.UserRole) for i in range(self.recent.count())]:
            return
        self.recent.clear()
        for path in paths:
            item = QListWidgetItem(Path(path).name, self.recent)
            item.setData(Qt.ItemDataRole.UserRole, path)
            item.setToolTip(path)
        self.recent.setFixedHeight(min(len(paths), RECENT_ROWS) * max(self.recent.sizeHintForRow(0), 1) + 4)
        self.recent_section.setVisible(bool(paths))

    def _choose_sample(self, id: str) -> None:
        self.updated.emit(updates.set_source(Source(SourceKind.SAMPLE, id), f"Sample {self._titles[id]}"))

    def _choose_recent(self, item: QListWidgetItem) -> None:
        self.recent_chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))
