"""The names of the lines of a plot, beside it, so that they cover none of them."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.views.theme import colours_of

ROW, SAMPLE = 17, 20  # height of a name, and length of the line before it, pixels
WIDTH, NARROW = 148, 88  # pixels, beside a wide plot and a narrow one


@dataclass(frozen=True)
class Named:
    """What a line is called, and the ``pen`` that it is drawn with; ``bold``: it is the one that is looked at."""

    text: str
    pen: Any
    bold: bool = False


class CurveNames(QWidget):
    """A name in each row, or all of them ``across`` one row, behind a piece of its line; all are in the tooltip."""

    def __init__(self, name: str, *, across: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._across = across
        self.setAccessibleName(name)
        if across:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self.setFixedHeight(ROW)
        else:
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
            self.setFixedWidth(WIDTH)
        self._names: tuple[Named, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is said, from the top."""
        return tuple(named.text for named in self._names)

    def show_names(self, *names: Named) -> None:
        """Show these from the top."""
        self._names = names
        self.setAccessibleDescription("; ".join(self.texts))
        self.setToolTip("\n".join(self.texts))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as many as there is room for; the last row counts the others."""
        room = len(self._names) if self._across else max(self.height() // ROW, 1)
        seen = self._names if len(self._names) <= room else self._names[: room - 1]
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for place, named in enumerate(seen):
                self._paint_line(painter, self._cell(place), named)
                self._paint_text(painter, self._cell(place), named.text, bold=named.bold)
            if len(seen) < len(self._names):
                self._paint_text(painter, self._cell(len(seen)), f"{len(self._names) - len(seen)} more", bold=False)

    def _cell(self, place: int) -> QRectF:
        if not self._across:
            return QRectF(0, ROW * place, self.width(), ROW)
        width = self.width() / max(len(self._names), 1)
        return QRectF(width * place, 0, width, ROW)

    def _paint_line(self, painter: QPainter, cell: QRectF, named: Named) -> None:
        middle = cell.center().y()
        painter.setPen(named.pen)
        painter.drawLine(QPointF(cell.left() + 2, middle), QPointF(cell.left() + SAMPLE - 2, middle))

    def _paint_text(self, painter: QPainter, cell: QRectF, text: str, *, bold: bool) -> None:
        colours, font = colours_of(self), self.font()
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(QColor(colours.text if bold else colours.muted))
        area = cell.adjusted(SAMPLE + 4, 0, 0, 0)
        words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, words)
