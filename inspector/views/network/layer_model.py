"""The rows of the layer list as a Qt table, and how its cells are painted."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from inspector.core.network.agreement import Agreement, words
from inspector.views.network.check_mark import MARK, paint_mark, said
from inspector.views.network.layer_rows import COLUMNS, EXPLANATIONS, Row
from inspector.views.theme import colours_of

Index = QModelIndex | QPersistentModelIndex
SHARE_ROLE, ALTERED_ROLE, CHECK_ROLE = (Qt.ItemDataRole.UserRole + i for i in range(3))
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
PADDING, GAP = 3, 1  # left and right of texts and of bars, pixels
THIN = "\u2009"  # a space that leaves more room for the figures
BAR, STRIPE = 14, 3  # height of a bar, width of the mark of the chosen row, pixels
QUIET, CHOSEN, CHOSEN_FOCUSED = 88, 56, 104  # of 255: how strong the accent is in bars and in the chosen row
ALTERED = "≠"  # before the name of an altered layer


class LayerModel(QAbstractTableModel):
    """The rows of ``layer_rows`` as a Qt table."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()
        self._altered: frozenset[str] = frozenset()
        self._checks: Mapping[str, Agreement] = {}

    def show_rows(self, shown: tuple[Row, ...]) -> None:
        """Take other rows."""
        self.beginResetModel()
        self.rows = shown
        self.endResetModel()

    def show_altered(self, keys: frozenset[str]) -> None:
        """Mark these layers as altered."""
        if keys != self._altered:
            self._altered = keys
            self._tell_all()

    def show_checks(self, checks: Mapping[str, Agreement]) -> None:
        """How layers agree with the engine, by their keys."""
        if checks != self._checks:
            self._checks = checks
            self._tell_all()

    def _tell_all(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(COLUMNS) - 1))

    def row_of(self, key: str) -> int | None:
        """Which row a layer has, or None."""
        return next((number for number, row in enumerate(self.rows) if row.key == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        """Input and layers."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        """Always the same."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns, and what they mean."""
        if orientation is Qt.Orientation.Vertical:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section]
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return EXPLANATIONS[section]
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if section else LEFT
            case _:
                return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, tooltip, words for screen readers, share in [0, 1], whether the layer is altered, or its ``Agreement``."""
        row = self.rows[index.row()]
        cell = row.cells[index.column()]
        altered, check = row.key in self._altered, self._checks.get(row.key)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell.text
            case Qt.ItemDataRole.ToolTipRole:
                notes = (f"{ALTERED} altered: maps of this layer are changed" if altered else "", words(check) if check else "")
                return "\n".join(filter(None, (row.tip, *notes)))
            case Qt.ItemDataRole.AccessibleTextRole:
                first = index.column() == 0
                notes = "altered" if first and altered else "", said(check) if first and check else ""
                return ", ".join(filter(None, (cell.words, *notes)))
            case _:
                return {SHARE_ROLE: cell.share, ALTERED_ROLE: altered, CHECK_ROLE: check}.get(role)


class LayerDelegate(QStyledItemDelegate):
    """Paints a cell: the ground of the chosen row, the bar, and the text over it."""

    def __init__(self, table: QWidget) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        colours, area = colours_of(self._table), option.rect
        painter.setFont(self._table.font())
        if option.state & QStyle.StateFlag.State_Selected:
            self._paint_ground(painter, area, colours.accent, first=index.column() == 0)
        _paint_bar(painter, area, colours.accent, index.data(SHARE_ROLE))
        inner = area.adjusted(PADDING, 0, -PADDING, 0)
        if index.column() == 0 and index.data(ALTERED_ROLE):
            painter.setPen(QColor(colours.warning))
            painter.drawText(inner, LEFT, ALTERED)
            inner.setLeft(inner.left() + painter.fontMetrics().horizontalAdvance(f"{ALTERED} "))
        if index.column() == 0 and (check := index.data(CHECK_ROLE)) is not None:
            paint_mark(painter, inner, check, colours)
            inner.setRight(inner.right() - MARK)
        painter.setPen(QColor(colours.text))
        text = painter.fontMetrics().elidedText(printed(index.data()), Qt.TextElideMode.ElideMiddle, inner.width())
        painter.drawText(inner, RIGHT if index.column() else LEFT, text)

    def _paint_ground(self, painter: QPainter, area: QRect, accent: str, *, first: bool) -> None:
        ground = QColor(accent)
        ground.setAlpha(CHOSEN_FOCUSED if self._table.hasFocus() else CHOSEN)
        painter.fillRect(area, ground)
        if first:
            painter.fillRect(QRect(area.left(), area.top(), STRIPE, area.height()), QColor(accent))


class LayerHeader(QHeaderView):
    """The names of the columns, quiet, over a line."""

    def __init__(self, table: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table

    def paintSection(self, painter: QPainter, rect: QRect, index: int) -> None:
        """Draw one name."""
        colours = colours_of(self._table)
        painter.setFont(self._table.font())
        painter.fillRect(rect, QColor(colours.field))
        painter.setPen(QColor(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(QColor(colours.muted))
        side = RIGHT if index else LEFT
        painter.drawText(rect.adjusted(PADDING, 0, -PADDING, 0), side, COLUMNS[index])


def printed(text: str) -> str:
    """The text of a cell with narrow spaces."""
    return text.replace(" ", THIN)


def _paint_bar(painter: QPainter, area: QRect, accent: str, share: float) -> None:
    if share <= 0:
        return
    colour = QColor(accent)
    colour.setAlpha(QUIET)
    width = max(share * (area.width() - 2 * GAP), 1.0)
    painter.fillRect(QRectF(area.left() + GAP, area.top() + (area.height() - BAR) / 2, width, BAR), colour)
