"""A small table of numbers that keeps its measures while the numbers change."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from inspector.views.theme import Palette, colours_of

ROW = 20  # height, pixels
WIDEST = 72  # column, pixels
SHADES = 24  # steps of a tint, so that small changes of a number repaint no other cell
STRONGEST = 112  # opacity of the strongest tint, of 255

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip

Cell = tuple[int, int]  # (row, column)
Texts = tuple[tuple[str, ...], ...]  # rows of cells


@dataclass(frozen=True, eq=False)
class Table:
    """What a grid shows: ``texts`` and ``tips`` for each cell, and how the cells look.

    ``tints`` float ``(rows, columns)``: -1 (negative) to 1 (positive), 0 for none. ``hatched`` bool
    ``(rows, columns)``: lies outside the picture. ``framed``: the one cell with a frame.
    """

    texts: Texts
    tips: Texts
    tints: NDArray[np.float64]
    hatched: NDArray[np.bool_]
    framed: Cell | None = None

    @classmethod
    def blank(cls, rows: int, columns: int) -> Self:
        """A table without any numbers."""
        nothing = (("",) * columns,) * rows
        return cls(nothing, nothing, np.zeros((rows, columns)), np.zeros((rows, columns), bool))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.texts), len(self.texts[0])

    def look(self, cell: Cell) -> tuple[str, int, bool, bool]:
        """All that is painted of a cell: text, tint in ``SHADES`` steps, hatching, frame."""
        shade = round(SHADES * float(self.tints[cell]))
        return self.texts[cell[0]][cell[1]], shade, bool(self.hatched[cell]), cell == self.framed

    def differing(self, other: "Table") -> list[Cell]:
        """Cells that look unlike those of another table of the same shape."""
        return [cell for cell in np.ndindex(*self.shape) if self.look(cell) != other.look(cell)]

    @property
    def plain(self) -> str:
        """The texts with tabs and new lines, for the clipboard and for screen readers."""
        return "\n".join("\t".join(row) for row in self.texts)


class NumberGrid(QWidget):
    """Paints a ``Table``. A tint tells the sign, and so does the printed minus."""

    pointed = Signal(object)  # the cell under the mouse, or None

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._table = Table.blank(3, 3)
        self._pointed: Cell | None = None

    @property
    def table(self) -> Table:
        """What is shown."""
        return self._table

    def show_table(self, table: Table) -> None:
        """Show this; only another number of rows changes the height, and only cells that change are painted."""
        before, self._table = self._table, table
        self.setAccessibleDescription(table.plain)
        if table.shape != before.shape:
            self.updateGeometry()
            self.update()
            return
        for cell in table.differing(before):
            self.update(self._area(cell).toAlignedRect())

    def show_pointed(self, cell: Cell | None) -> None:
        """Mark the cell that the mouse is over, in this or in a neighbouring grid."""
        if cell != self._pointed:
            self._pointed = cell
            self.update()

    def sizeHint(self) -> QSize:
        """Rows of one height."""
        return QSize(260, ROW * self._table.shape[0] + 1)

    def minimumSizeHint(self) -> QSize:
        """Columns may be narrow, rows keep their height."""
        return QSize(128, self.sizeHint().height())

    def cell_at(self, position: QPoint) -> Cell | None:
        """The cell at a position in this widget, or None."""
        row, column = position.y() // ROW, int(position.x() // self._column_width())
        rows, columns = self._table.shape
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def event(self, event: QEvent) -> bool:
        """Explain the cell under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos())
            QToolTip.showText(event.globalPos(), self._table.tips[cell[0]][cell[1]] if cell else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which cell is looked at."""
        self.pointed.emit(self.cell_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """No cell is looked at."""
        self.pointed.emit(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw grounds, lines, numbers, and last the frames that lie over the lines."""
        with QPainter(self) as painter:
            self._paint(painter, QRectF(event.rect()))

    def _paint(self, painter: QPainter, seen: QRectF) -> None:
        colours, table = colours_of(self), self._table
        rows, columns = table.shape
        cells = [cell for cell in np.ndindex(rows, columns) if self._area(cell).intersects(seen)]
        painter.fillRect(QRectF(0, 0, columns * self._column_width(), rows * ROW), QColor(colours.field))
        for cell in cells:
            self._paint_ground(painter, cell, colours)
        painter.setPen(QColor(colours.line))
        painter.drawLines(self._lines())
        painter.setPen(QColor(colours.text))
        for cell in cells:
            self._paint_text(painter, self._area(cell), table.texts[cell[0]][cell[1]], italic=bool(table.hatched[cell]))
        for framed, colour in ((table.framed, colours.muted), (self._pointed, colours.text)):
            if framed is not None and framed[0] < rows and framed[1] < columns:
                painter.setPen(QColor(colour))
                painter.drawRect(self._area(framed))

    def _column_width(self) -> float:
        return min((self.width() - 1) / self._table.shape[1], WIDEST)

    def _area(self, cell: Cell) -> QRectF:
        width = self._column_width()
        return QRectF(cell[1] * width, cell[0] * ROW, width, ROW)

    def _lines(self) -> list[QLineF]:
        (rows, columns), width = self._table.shape, self._column_width()
        across = [QLineF(0, row * ROW, columns * width, row * ROW) for row in range(rows + 1)]
        return across + [QLineF(column * width, 0, column * width, rows * ROW) for column in range(columns + 1)]

    def _paint_ground(self, painter: QPainter, cell: Cell, colours: Palette) -> None:
        area = self._area(cell)
        _, shade, hatched, _ = self._table.look(cell)
        if shade:
            colour = QColor(colours.positive if shade > 0 else colours.negative)
            colour.setAlpha(STRONGEST * abs(shade) // SHADES)
            painter.fillRect(area, colour)
        if hatched:
            painter.fillRect(area, QBrush(QColor(colours.line), Qt.BrushStyle.BDiagPattern))

    def _paint_text(self, painter: QPainter, area: QRectF, text: str, *, italic: bool) -> None:
        """Right-aligned; a text too wide for its cell is drawn narrower, since a number must not be cut."""
        if painter.font().italic() != italic:
            font = self.font()
            font.setItalic(italic)
            painter.setFont(font)
        inner = area.adjusted(3, 0, -4, 0)
        needed = painter.fontMetrics().horizontalAdvance(text)
        if needed <= inner.width():
            painter.drawText(inner, RIGHT, text)
            return
        painter.save()
        painter.translate(inner.left(), inner.top())
        painter.scale(inner.width() / needed, 1.0)
        painter.drawText(QRectF(0, 0, needed, ROW), RIGHT, text)
        painter.restore()
