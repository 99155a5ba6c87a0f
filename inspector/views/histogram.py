"""How often each value occurs: input and output over one axis, with the displayed range marked."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from inspector.core.numbers_text import four_digits
from inspector.views.theme import colours_of

Counts = NDArray[np.integer]
EDGE = 8  # free around the plot, pixels
EMPTY = "no values yet"


class HistogramView(QWidget):
    """Grey outline: input. Filled with the accent: output. Heights are square roots, so that rare values are seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._input: Counts | None = None
        self._output: Counts | None = None
        self._low, self._high = 0.0, 1.0
        self._shown: tuple[float, float] | None = None
        self._label = ""
        self.setAccessibleName("Histogram")
        self.setAccessibleDescription(EMPTY)

    def show_counts(
        self,
        input_counts: Counts | None,
        output_counts: Counts | None,
        low: float,
        high: float,
        label: str = "",
        *,
        displayed: tuple[float, float] | None = None,
    ) -> None:
        """Show counts ``(C, bins)`` over ``low`` to ``high``; channels are added up.

        ``displayed`` are the values drawn as the first and the last colour, marked when they lie inside.
        """
        self._input, self._output = _total(input_counts), _total(output_counts)
        self._low, self._high, self._shown, self._label = low, high, displayed, label
        self.setAccessibleDescription(self._in_words())
        self.update()

    def sizeHint(self) -> QSize:
        """Small, and as wide as there is room."""
        return QSize(240, 96)

    def range_at(self, x: float) -> tuple[int, float, float] | None:
        """Number of the bin under ``x`` (pixels) and the values it counts, or None beside the plot."""
        counts = self._output if self._output is not None else self._input
        plot = self._plot()
        if counts is None or not plot.left() <= x < plot.right():
            return None
        number = int((x - plot.left()) / plot.width() * counts.size)
        width = (self._high - self._low) / counts.size
        return number, self._low + number * width, self._low + (number + 1) * width

    def event(self, event: QEvent) -> bool:
        """Say in a tooltip what is counted under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(event.pos().x()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw counts, axis, marks and the label."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        colours, plot = colours_of(self), self._plot()
        painter.fillRect(self.rect(), QColor(colours.field))
        size = (plot.size() * self.devicePixelRatioF()).toSize()
        if self._output is not None:
            painter.drawImage(plot, _drawing(self._output, size, colours.accent, filled=True))
        if self._input is not None:
            painter.drawImage(plot, _drawing(self._input, size, colours.muted, filled=False))
        painter.setPen(QColor(colours.line))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        self._paint_marks(painter, plot)
        self._paint_texts(painter, plot)

    def _plot(self) -> QRectF:
        line = self.fontMetrics().height()
        return QRectF(self.rect()).adjusted(EDGE, line + 4, -EDGE, -line - 4)

    def _paint_marks(self, painter: QPainter, plot: QRectF) -> None:
        painter.setPen(QPen(QColor(colours_of(self).text), 1, Qt.PenStyle.DashLine))
        for value in self._shown or ():
            share = (value - self._low) / (self._high - self._low)
            if 0 <= share <= 1:
                x = plot.left() + share * plot.width()
                painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _paint_texts(self, painter: QPainter, plot: QRectF) -> None:
        painter.setPen(QColor(colours_of(self).muted))
        below = QRectF(plot.left(), plot.bottom() + 2, plot.width(), self.fontMetrics().height())
        above = below.translated(0, 2 - below.top())
        nothing = self._input is None and self._output is None
        label = self.fontMetrics().elidedText(EMPTY if nothing else self._label, Qt.TextElideMode.ElideRight, int(plot.width()))
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft, label)
        if not nothing:
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, four_digits(self._low))
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, four_digits(self._high))

    def _tip(self, x: float) -> str:
        found = self.range_at(x)
        if found is None:
            return ""
        number, low, high = found
        lines = [f"{four_digits(low)} to {four_digits(high)}"]
        for name, counts in (("input", self._input), ("output", self._output)):
            if counts is not None and number < counts.size:
                lines.append(f"{name}: {counts[number]:,} values")
        return "\n".join(lines)

    def _in_words(self) -> str:
        parts = [self._label] if self._label else []
        for name, counts in (("input", self._input), ("output", self._output)):
            if counts is not None and counts.sum():
                number, width = int(counts.argmax()), (self._high - self._low) / counts.size
                low = self._low + number * width
                parts.append(f"{name}: most often {four_digits(low)} to {four_digits(low + width)}")
        return "; ".join(parts) or EMPTY


def _total(counts: Counts | None) -> Counts | None:
    return None if counts is None else counts.reshape(-1, counts.shape[-1]).sum(axis=0)


def _heights(counts: Counts, columns: int) -> NDArray[np.float64]:
    """Share of the height, 0 to 1, in each of so many columns: the largest of the bins that it covers."""
    first = np.arange(columns) * counts.size // columns
    most = np.maximum.reduceat(counts, first) if columns <= counts.size else counts[first]
    return np.sqrt(most / max(int(counts.max()), 1))


def _drawing(counts: Counts, size: QSize, colour: str, *, filled: bool) -> QImage:
    """The steps of the bins, filled or as an outline, in device pixels; drawn as pixels since that is fastest."""
    tops = size.height() - np.rint(_heights(counts, size.width()) * size.height()).astype(int)
    rows = np.arange(size.height())[:, np.newaxis]
    if filled:
        inked = rows >= tops
    else:  # from the height of the column on the left to its own, so that steps are joined
        left = np.concatenate(([size.height()], tops[:-1]))
        upper, lower = np.minimum(tops, left), np.maximum(tops, left)
        inked = (rows >= upper) & (rows < np.maximum(lower, upper + 1))
    pixels = np.where(inked, np.uint32(QColor(colour).rgba()), np.uint32(0))
    return QImage(pixels.tobytes(), size.width(), size.height(), QImage.Format.Format_ARGB32).copy()
