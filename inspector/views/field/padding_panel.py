"""What is shown of all units of the layer: their values, or how much of what they see is padding."""

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from inspector.core.receptive_field.settings import MapShown
from inspector.core.receptive_field.shown import shares_rgb
from inspector.core.receptive_field.updates import set_field
from inspector.views.network.segments import Segments
from inspector.views.theme import colours_of
from inspector.views.widgets.pictures import image_of
from inspector.views.widgets.section import Elided, Section

BAR = 10  # thickness of the scale, pixels
ENDS = (0.0, 0.5, 1.0)
SHOWN: dict[str, str] = {
    MapShown.ACTIVATION.capitalize(): "The values of the chosen map",
    MapShown.PADDING.capitalize(): "For each unit the share of its box that lies outside of the picture",
    MapShown.ENERGY.capitalize(): "For each unit the share of its energy outside, were it spread as about the unit in the middle",
}


class PaddingPanel(QWidget):
    """Shows a ``MapShown`` with what its colours mean; ``updated`` carries an ``Update`` when the hand picks another."""

    updated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = Segments("Units show", SHOWN)
        self.scale = ColourScale()
        self.words = Elided("muted", lines=2)
        section = Section("Units of the layer")
        for part in (self.shown, self.scale, self.words):
            section.column.addWidget(part)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(section)
        self.shown.chosen.connect(self._choose)
        self.show_shown(MapShown.ACTIVATION, "")

    def show_shown(self, shown: MapShown, colours: str) -> None:
        """Show what is chosen; ``colours`` says what those of an activation span, shares have a scale from 0 to 100 %."""
        self.shown.show_choice(shown.capitalize())
        self.scale.show_words(colours if shown is MapShown.ACTIVATION else None)

    def show_words(self, words: str) -> None:
        """Say the number of the unit under the mouse, or why there is none."""
        self.words.show_text(words)

    def _choose(self, word: str) -> None:
        self.updated.emit(set_field(f"Units show {word.lower()}", shown=MapShown(word.lower())))


class ColourScale(QWidget):
    """The colours of shares from 0 to 100 per cent, or in their place a few words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(BAR + 4 + self.fontMetrics().height())
        self.setAccessibleName("Colours of the units")
        self._words: str | None = None
        self._image = image_of(shares_rgb(np.linspace(0, 1, 256)[np.newaxis]))
        self.show_words(None)

    @property
    def words(self) -> str | None:
        """The words in the place of the scale."""
        return self._words

    def show_words(self, words: str | None) -> None:
        """Say what other colours mean; None shows the scale."""
        self._words = words
        self.setAccessibleDescription("0 % dark violet to 100 % yellow" if words is None else words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the scale with its ends and middle, or the words."""
        with QPainter(self) as painter:
            painter.setPen(QColor(colours_of(self).muted))
            if self._words is not None:
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self._words)
            else:
                self._paint_scale(painter)

    def _paint_scale(self, painter: QPainter) -> None:
        painter.drawImage(QRectF(0, 0, self.width(), BAR), self._image)
        below = QRectF(0, BAR + 2, self.width(), self.height() - BAR - 2)
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for part, side in zip(ENDS, sides, strict=True):
            painter.drawText(below, side, f"{100 * part:.0f} %")
