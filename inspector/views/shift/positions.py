"""Where in a layer the error lies: a heat map over its places, and a bar for each of its maps."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from inspector.core.numbers_text import four_digits
from inspector.core.shift.measures import Numbers
from inspector.core.shift.pictures import PositionsShown
from inspector.core.shift.shown import number
from inspector.views.network.picture_box import STEPS, PictureBox
from inspector.views.theme import GRID, colours_of
from inspector.views.widgets.section import Elided

EMPTY = "The errors of places and maps appear here once the picture has been moved."
PLACES_TIP = "Error of each unit over all maps, from 0, dark violet, to the largest, yellow; grey: not compared"
LEAST = 80  # height, pixels
NONE: Numbers = np.empty(0)


class Positions(QWidget):
    """Shows a ``PositionsShown``; ``map_chosen`` carries the index of the map whose bar is clicked or stepped to."""

    map_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: PositionsShown | None = None
        self.reading = Elided("muted")
        self.places = PictureBox("Error of each place of the layer", QSize(0, LEAST), active=True)
        self.places.setMaximumHeight(self.maximumHeight())
        self.places.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.places.setToolTip(PLACES_TIP)
        self.maps = MapErrors()
        self._lay_out()
        self.places.pointed.connect(self._point)
        self.maps.pointed.connect(self._point_map)
        self.maps.chosen.connect(self.map_chosen)
        self.show_positions(None)

    def show_positions(self, shown: PositionsShown | None, map: int = 0) -> None:
        """Show these errors; ``map`` is the one that is looked at."""
        self._shown = shown
        self.places.show_picture(shown.picture if shown is not None else None)
        self.maps.show_errors(shown.maps if shown is not None else NONE, map)
        self._point(None)

    def _point(self, place: tuple[int, int] | None) -> None:
        shown = self._shown
        if shown is None:
            self.reading.show_text(EMPTY)
        elif place is None or not all(at < side for at, side in zip(place, shown.places.shape, strict=True)):
            self.reading.show_text(f"{shown.label} · places 0 … {four_digits(shown.highest)}")
        else:
            error = float(shown.places[place])
            words = "not compared" if np.isnan(error) else f"error {number(error)}"
            self.reading.show_text(f"place (y {place[0]}, x {place[1]}): {words} · {shown.label}")
        self.places.setAccessibleDescription(self.reading.full)

    def _point_map(self, index: int | None) -> None:
        if self._shown is None or index is None:
            self._point(None)
        else:
            self.reading.show_text(f"map {index}: error {number(float(self._shown.maps[index]))} · {self._shown.label}")

    def _lay_out(self) -> None:
        body = QHBoxLayout()
        body.setSpacing(GRID)
        body.addWidget(self.places, 1)
        body.addWidget(self.maps, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.reading)
        column.addLayout(body, 1)


class MapErrors(QWidget):
    """A bar for each map, by its index from the left, as high as its error against the largest.

    ``pointed`` carries the index of the map under the mouse or None, ``chosen`` the one that the hand picks.
    """

    pointed = Signal(object)
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Error of each map")
        self.setToolTip("Error of each map relative to the map itself, by index; a click or the arrow keys choose one")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._errors, self._map = NONE, 0

    def show_errors(self, errors: Numbers, map: int) -> None:
        """Show the errors (C,) of maps, NaN where not defined, and mark one of them."""
        self._errors, self._map = errors, map
        words = (f"map {index}: {number(float(error))}" for index, error in enumerate(errors))
        self.setAccessibleDescription("; ".join(words))
        self.update()

    def bar(self, index: int) -> QRectF:
        """Where the bar of a map lies."""
        step, top = self.width() / max(len(self._errors), 1), self.fontMetrics().height() + 2
        error = float(self._errors[index])
        height = 0.0 if np.isnan(error) else (self.height() - top) * error / (self._highest or 1.0)
        gap = 1.0 if step > 3 else 0.0
        return QRectF(index * step, self.height() - height, step - gap, height)

    def at(self, position: QPoint) -> int | None:
        """The map at a position."""
        index = int(position.x() * len(self._errors) / max(self.width(), 1))
        return index if 0 <= index < len(self._errors) else None

    @property
    def _highest(self) -> float:
        finite = self._errors[np.isfinite(self._errors)]
        return float(finite.max()) if len(finite) else 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars under the largest error, the chosen one in the accent."""
        colours = colours_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(colours.field))
            for index in range(len(self._errors)):
                painter.fillRect(self.bar(index), QColor(colours.accent if index == self._map else colours.muted))
            if len(self._errors):
                painter.setPen(QColor(colours.text))
                words = f"highest {number(self._highest)}, of {len(self._errors)} maps"
                text = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, self.width() - 8)
                painter.drawText(self.rect().adjusted(4, 0, -4, 0), Qt.AlignmentFlag.AlignTop, text)
            if self.hasFocus():
                painter.setPen(QColor(colours.accent))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which map is looked at."""
        self.pointed.emit(self.at(event.position().toPoint()))

    def leaveEvent(self, event: object) -> None:
        """None is looked at."""
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the map under the mouse."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose(self.at(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go to the next map."""
        if event.key() in STEPS and STEPS[event.key()][1]:
            index = self._map + STEPS[event.key()][1]
            self._choose(index if 0 <= index < len(self._errors) else None)
        else:
            super().keyPressEvent(event)

    def _choose(self, index: int | None) -> None:
        if index is not None and index != self._map:
            self.chosen.emit(index)
