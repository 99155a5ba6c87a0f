"""The units of a vector as bars from a zero line."""

from math import isnan

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from inspector.core.numbers_text import four_digits
from inspector.views.theme import Palette, colours_of

MOST = 256  # units; more have no room for a bar each
LEFT, RIGHT, ABOVE, BELOW = 64, 16, 48, 64  # margins of the plot, pixels; labels stand there
WIDEST = 72.0  # room of a bar, pixels
NAMED = 24.0  # room of a bar from which the names of the units stand below, pixels
GAP = 0.15  # of the room of a bar, left free beside it, where bars are not too narrow
STRIPE = 7.0  # least width of the mark below the chosen unit, pixels
Values = NDArray[np.float32]  # (C,)


class UnitBars(QWidget):
    """Shows one number for each unit, positive ones upwards; ``chosen`` and ``pointed`` carry the unit's index."""

    chosen = Signal(int)
    pointed = Signal(object)  # the index of the unit under the mouse, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAccessibleName("Units")
        self._values: Values = np.zeros(0, np.float32)
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)
        self._names: tuple[str, ...] = ()
        self._chosen = 0
        self._span = (0.0, 1.0)
        self._hovered: int | None = None  # a place
        self._focused = False

    @property
    def hovered(self) -> int | None:
        """The unit under the mouse, or None."""
        return None if self._hovered is None else int(self._order[self._hovered])

    def show_values(
        self, values: Values, chosen: int, names: tuple[str, ...] = (), order: NDArray[np.int64] | None = None
    ) -> None:
        """Show ``values`` (C,) with the unit ``chosen`` marked, called by ``names`` where there are C of them.

        ``order``: the indices of the units from left to right. Raises ValueError for more than ``MOST`` units.
        """
        if values.ndim != 1 or values.size > MOST:
            raise ValueError(f"bars show one number for each of at most {MOST} units, not an array of shape {values.shape}")
        self._values, self._chosen = values, chosen
        self._hovered = self._hovered if self._hovered is not None and self._hovered < values.size else None
        self._span = span(values)
        self._names = names if len(names) == values.size else ()
        self._order = np.arange(values.size) if order is None else order
        self.setAccessibleDescription(self._in_words())
        self.update()

    def show_focus(self, focused: bool) -> None:
        """Draw the frame that tells where the keyboard goes."""
        if focused != self._focused:
            self._focused = focused
            self.update()

    def reading(self, unit: int) -> str:
        """'unit 12 = 0.83', with the unit's name if it has one."""
        name = f" ({self._names[unit]})" if self._names else ""
        return f"unit {unit}{name} = {four_digits(float(self._values[unit]))}"

    def bar(self, place: int) -> QRectF:
        """Where the bar at a place, counted from the left, is drawn; NaN has none, infinities fill their side."""
        value, slot = float(self._values[self._order[place]]), self._slot(place)
        gap = max(GAP * slot.width(), 1.0) if slot.width() >= 4 else 0.0
        ends = sorted((self._height(0.0), self._height(0.0 if isnan(value) else value)))
        return QRectF(slot.left() + gap / 2, ends[0], slot.width() - gap, ends[1] - ends[0])

    # what the hand does

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which unit is under the mouse."""
        self._point(self._place_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        """No unit is under the mouse any more."""
        self._point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the unit under the mouse."""
        place = self._place_at(event.position().x())
        if place is not None and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(int(self._order[place]))

    def _point(self, place: int | None) -> None:
        if place != self._hovered:
            self._hovered = place
            self.pointed.emit(self.hovered)
            self.update()

    # how it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars, axis and names."""
        with QPainter(self) as painter:
            self._paint(painter, colours_of(self))

    def _paint(self, painter: QPainter, colours: Palette) -> None:
        painter.fillRect(self.rect(), QColor(colours.picture))
        if self._values.size:
            self._paint_marked(painter, colours)
            self._paint_bars(painter, colours)
            self._paint_axis(painter, colours)
            self._paint_names(painter, colours)
        if self._focused:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_marked(self, painter: QPainter, colours: Palette) -> None:
        """A ground behind the chosen unit, with a stripe below it, and a fainter one behind the unit under the mouse."""
        plot, chosen = self._plot(), int(np.argmax(self._order == self._chosen))
        for place, strength in ((self._hovered, 40), (chosen, 80)):
            if place is not None:
                ground = QColor(colours.accent)
                ground.setAlpha(strength)
                painter.fillRect(self._slot(place), ground)
        slot, below = self._slot(chosen), plot.bottom() + 2
        half = max(slot.width(), STRIPE) / 2
        painter.fillRect(QRectF(slot.center().x() - half, below, 2 * half, 3), QColor(colours.accent))

    def _paint_bars(self, painter: QPainter, colours: Palette) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        signs = np.sign(self._values[self._order])
        for sign, colour in ((1, colours.positive), (-1, colours.negative)):
            painter.setBrush(QColor(colour))
            painter.drawRects([self.bar(int(place)) for place in np.flatnonzero(signs == sign)])

    def _paint_axis(self, painter: QPainter, colours: Palette) -> None:
        """The zero line, and the numbers at the ends where they have room."""
        plot, (low, high), line = self._plot(), self._span, self.fontMetrics().height()
        zero = self._height(0.0)
        painter.setPen(QColor(colours.muted))
        painter.drawLine(QPointF(plot.left(), zero), QPointF(self._slot(self._values.size - 1).right(), zero))
        for value in (low, 0.0, high):
            y = self._height(value)
            if value == 0 or abs(y - zero) >= line:
                where = QRectF(0, y - line / 2, plot.left() - 8, line)
                painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, four_digits(value))

    def _paint_names(self, painter: QPainter, colours: Palette) -> None:
        """Below each bar its name or index; where bars are narrow, indices at regular distances."""
        metrics, room = QFontMetricsF(self.font()), self._slot(0).width()
        named = bool(self._names) and room >= NAMED
        every = 1 if named else max(round(1 + metrics.horizontalAdvance("0000") / room), 1)
        painter.setPen(QColor(colours.text if named else colours.muted))
        for place in range(0, self._values.size, every):
            unit = int(self._order[place])
            text = metrics.elidedText(self._names[unit], Qt.TextElideMode.ElideRight, room) if named else str(unit)
            slot = self._slot(place)
            where = QRectF(slot.center().x() - 40, self._plot().bottom() + 8, 80, metrics.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, text)

    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(LEFT, ABOVE, -RIGHT, -BELOW)

    def _slot(self, place: int) -> QRectF:
        """The room of a bar over the whole height."""
        plot = self._plot()
        width = min(plot.width() / max(self._values.size, 1), WIDEST)
        return QRectF(plot.left() + place * width, plot.top(), width, plot.height())

    def _place_at(self, x: float) -> int | None:
        slot = self._slot(0)
        place = int((x - slot.left()) // slot.width()) if slot.width() > 0 else -1
        return place if 0 <= place < self._values.size else None

    def _height(self, value: float) -> float:
        """How far down a value is; beyond the ends it is at the ends."""
        plot, (low, high) = self._plot(), self._span
        return plot.bottom() - (min(max(value, low), high) - low) / (high - low) * plot.height()

    def _in_words(self) -> str:
        if not self._values.size:
            return ""
        low, high = self._span
        spans = f"{self._values.size} units, {four_digits(low)} to {four_digits(high)}"
        return f"{spans}; {self.reading(self._chosen)}" if 0 <= self._chosen < self._values.size else spans


def span(values: Values) -> tuple[float, float]:
    """The lowest and highest finite value and zero; (0, 1) where all are zero."""
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
    return (low, high) if low < high else (0.0, 1.0)
