"""Where in a layer the error lies: a heat map over its places, and a bar for each of its maps."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from inspector.core.numbers_text import four_digits
from inspector.core.receptive_field.shown import shares_rgb
from inspector.core.shift.measures import Numbers
from inspector.core.shift.pictures import PositionsShown
from inspector.core.shift.shown import number
from inspector.views.network.picture_box import STEPS, PictureBox
from inspector.views.theme import GRID, colours_of
from inspector.views.widgets.pictures import image_of
from inspector.views.widgets.section import Elided

EMPTY = "The errors of places and maps appear here once the picture has been moved."
PLACES_TIP = "Error of each unit over all maps, from 0, dark violet, to the largest, yellow; grey: not compared"
LEAST, BESIDE = 80, 40  # height, and room for the numbers of an axis, pixels
BAR = 6  # height of the colours of a scale, pixels
UNDEFINED = "undefined: nothing could be compared"
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
        self.scale, self.maps = PlaceScale(), MapErrors()
        self._lay_out()
        self.places.pointed.connect(self._point)
        self.maps.pointed.connect(self._point_map)
        self.maps.chosen.connect(self.map_chosen)
        self.show_positions(None)

    def show_positions(self, shown: PositionsShown | None, map: int = 0) -> None:
        """Show these errors; ``map`` is the one that is looked at."""
        self._shown = shown
        self.places.show_picture(shown.picture if shown is not None else None)
        self.scale.show_scale(shown)
        self.maps.show_errors(shown.maps if shown is not None else NONE, map)
        self._point(None)

    def _point(self, place: tuple[int, int] | None) -> None:
        shown = self._shown
        if shown is None:
            self.reading.show_text(EMPTY)
        elif place is None or not all(at < side for at, side in zip(place, shown.places.shape, strict=True)):
            self.reading.show_text(f"{shown.label} · {_extent(shown)}")
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
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self.places, 1)
        left.addWidget(self.scale)
        body = QHBoxLayout()
        body.setSpacing(GRID)
        body.addLayout(left, 1)
        body.addWidget(self.maps, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.reading)
        column.addLayout(body, 1)


def _extent(shown: PositionsShown) -> str:
    """From where to where the errors of the places go."""
    return f"places 0 … {four_digits(shown.highest)}" if np.isfinite(shown.places).any() else UNDEFINED


class PlaceScale(QWidget):
    """The colours of the places, with the errors at both ends, and what grey means where some of them are grey."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Colours of the places")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(BAR + 2 + self.fontMetrics().height())
        self._image = image_of(shares_rgb(np.linspace(0, 1, 256)[np.newaxis]))
        self._words: tuple[str, str, str] | None = None

    @property
    def words(self) -> tuple[str, str, str] | None:
        """What stands at the left end, in the middle and at the right end; None where there is no scale."""
        return self._words

    def show_scale(self, shown: PositionsShown | None) -> None:
        """Show the scale of these places, or none."""
        if shown is None or not np.isfinite(shown.places).any():
            self._words = None
        else:
            self._words = "0", "" if np.isfinite(shown.places).all() else "grey: not compared", four_digits(shown.highest)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar over the words."""
        if self._words is None:
            return
        below = QRectF(0, BAR + 2, self.width(), self.height() - BAR - 2)
        with QPainter(self) as painter:
            painter.drawImage(QRectF(0, 0, self.width(), BAR), self._image)
            painter.setPen(QColor(colours_of(self).muted))
            _paint_ends(painter, below, self._words)


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
        step, area = self._area.width() / max(len(self._errors), 1), self._area
        error = float(self._errors[index])
        height = 0.0 if np.isnan(error) else area.height() * error / (self._highest or 1.0)
        gap = 1.0 if step > 3 else 0.0
        return QRectF(area.left() + index * step, area.bottom() - height, step - gap, height)

    def at(self, position: QPoint) -> int | None:
        """The map at a position."""
        index = int((position.x() - self._area.left()) * len(self._errors) // max(self._area.width(), 1))
        return index if 0 <= index < len(self._errors) else None

    @property
    def _area(self) -> QRectF:
        """Where the bars are, with room for the axes."""
        line = self.fontMetrics().height() + 2
        return QRectF(BESIDE, line, max(self.width() - BESIDE, 1), max(self.height() - 2 * line, 1))

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
                painter.setPen(QColor(colours.muted))
                self._paint_axes(painter)
            if self.hasFocus():
                painter.setPen(QColor(colours.accent))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_axes(self, painter: QPainter) -> None:
        """The errors at the left, the indices of the first and the last map below."""
        area, line = self._area, self._area.top()
        if not np.isfinite(self._errors).any():
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, UNDEFINED)
            return
        for part in (0.0, 0.5, 1.0):
            up = area.bottom() - part * area.height()
            beside = QRectF(0, up - line / 2, BESIDE - 4, line)
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number(part * self._highest))
        below = QRectF(area.left(), area.bottom() + 1, area.width(), line)
        _paint_ends(painter, below, ("0", "error of each map", str(len(self._errors) - 1)))

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


def _paint_ends(painter: QPainter, area: QRectF, words: tuple[str, str, str]) -> None:
    """Words at the left, in the middle and at the right; those in the middle as far as there is room."""
    first, middle, last = words
    room = area.width() - 2 * max(map(painter.fontMetrics().horizontalAdvance, (first, last))) - 2 * GRID
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft, first)
    painter.drawText(area, Qt.AlignmentFlag.AlignRight, last)
    short = painter.fontMetrics().elidedText(middle, Qt.TextElideMode.ElideRight, max(int(room), 0))
    painter.drawText(area, Qt.AlignmentFlag.AlignHCenter, short)
