"""The layers of a network with their measures under the present transform, as a heat map with numbers."""

from math import isnan

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from inspector.core.display import sequential
from inspector.core.shift.shown import NOTHING, LayerNow, compared_line, jump_text, number
from inspector.views.field.plain_table import Column, Line, PlainTable
from inspector.views.network.layer_model import PADDING, RIGHT, STRIPE, Index, LayerDelegate, printed
from inspector.views.theme import colours_of

EMPTY = "Choose a network above, and open a picture or draw a digit."
SCALE = "Colours from 0, dark violet, to 1 and more, yellow."
COLUMNS = (
    Column("layer", "The layer's name in the network"),
    Column("jump", "How far apart the fields of neighbouring units are, pixels of the picture", 4),
    Column("equiv", f"Equivariance error ‖f(Tx) − T′f(x)‖ / ‖f(x)‖. {SCALE}"),
    Column("inner", f"Equivariance error of the units whose field never meets an edge. {SCALE}", 2),
    Column("invar", f"Invariance error ‖f(Tx) − f(x)‖ / ‖f(x)‖. {SCALE}", 1),
    Column("cos", f"Cosine of the angle between f(Tx) and T′f(x). {SCALE}", 5),
    Column("pad", f"Share of the equivariance error that vanishes with circular padding and shift. {SCALE}", 3),
)
WIDEST = ("0.888", "88×88")  # of the columns of numbers, which keep their width while numbers change
LIGHT = 0.6  # of the way to yellow, from which on dark text reads better
INKS = QColor("#f2f2f4"), QColor("#0c0d0f")  # on dark and on light cells


class ShiftTable(PlainTable):
    """Shows ``LayerNow``s; ``chosen`` carries the key of the row that the hand picks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._rows: tuple[LayerNow, ...] = ()
        super().__init__("Layers and their errors", COLUMNS, EMPTY, parent)
        self.setItemDelegate(HeatDelegate(self))

    def show_layers(self, rows: tuple[LayerNow, ...]) -> None:
        """Show these; where only their numbers are new, nothing moves."""
        same = [row.key for row in rows] == [row.key for row in self._rows]
        self._rows = rows
        lines = tuple(map(_line, rows))
        if same and lines:
            self._model.lines = lines
            self._model.dataChanged.emit(self._model.index(0, 0), self._model.index(len(lines) - 1, len(COLUMNS) - 1))
        else:
            self.show_lines(lines)

    def heat(self, row: int, column: int) -> float | None:
        """What the colour of a cell tells, in [0, 1]; None for cells without a colour."""
        if column < 2 or not row < len(self._rows):
            return None
        value = _numbers(self._rows[row])[column - 2]
        return None if isnan(value) else min(max(value, 0.0), 1.0)

    def _needed(self, column: int) -> int:
        """The same for all numbers, so that no column jumps."""
        if column == 0:
            return super()._needed(column)
        sample = WIDEST[1] if column == 1 else WIDEST[0]
        return max(map(self.fontMetrics().horizontalAdvance, (COLUMNS[column].name, sample))) + 2 * PADDING + 3


class HeatDelegate(LayerDelegate):
    """Paints numbers on the colours of what they are."""

    def __init__(self, table: ShiftTable) -> None:
        super().__init__(table)
        self._heat = table.heat

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        heat = self._heat(index.row(), index.column())
        if heat is None:
            super().paint(painter, option, index)
            return
        painter.setFont(self._table.font())
        area = option.rect.adjusted(0, 0, -1, -1)  # a line of the ground between the cells
        painter.fillRect(area, heat_colour(heat))
        if option.state & QStyle.StateFlag.State_Selected:
            accent = QColor(colours_of(self._table).accent)
            painter.fillRect(area.adjusted(0, area.height() - STRIPE + 1, 0, 0), accent)
        painter.setPen(INKS[heat >= LIGHT])
        painter.drawText(area.adjusted(PADDING, 0, -PADDING, 0), RIGHT, printed(index.data()))


def heat_colour(heat: float) -> QColor:
    """The colour of a number in [0, 1]."""
    return QColor(*map(int, sequential()[round(255 * heat)]))


def _numbers(now: LayerNow) -> tuple[float, ...]:
    """What the coloured columns show."""
    return now.equivariance, now.interior, now.invariance, now.cosine, now.padding


def _line(now: LayerNow) -> Line:
    cells = (now.key, jump_text(now.jump), *map(number, _numbers(now)))
    words = (f"{column.name} {cell}" for column, cell in zip(COLUMNS[1:], cells[1:], strict=True) if cell != NOTHING)
    return Line(now.key, cells, f"{now.key}: {', '.join(words)}\n{compared_line(now)}")
