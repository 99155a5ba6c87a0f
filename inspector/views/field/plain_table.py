"""A quiet table of texts with one chosen row; columns give way where there is no room."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from inspector.views.network.layer_model import LEFT, PADDING, RIGHT, SHARE_ROLE, Index, LayerDelegate, printed
from inspector.views.style_sheet import SMALL
from inspector.views.theme import colours_of, tabular

ROW = 22  # height, pixels
NARROWEST = 72  # width of the first column; others give way


@dataclass(frozen=True)
class Column:
    """``gives_way``: of the columns for which there is no room, the one with the largest number goes first; 0 never goes."""

    name: str
    explanation: str
    gives_way: int = 0


@dataclass(frozen=True)
class Line:
    """A row by its key, with a text for each column; ``tip`` says all of it in words."""

    key: str
    cells: tuple[str, ...]
    tip: str


class PlainModel(QAbstractTableModel):
    """The lines as a Qt table."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        super().__init__()
        self.columns = columns
        self.lines: tuple[Line, ...] = ()

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Take other lines."""
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def row_of(self, key: str) -> int | None:
        """Which row has a key, or None."""
        return next((number for number, line in enumerate(self.lines) if line.key == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        """Without the heads."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        """Always the same."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns, and what they mean."""
        if orientation is Qt.Orientation.Vertical:
            return None
        column = self.columns[section]
        roles = Qt.ItemDataRole
        return {roles.DisplayRole: column.name, roles.ToolTipRole: column.explanation}.get(roles(role))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, tooltip, words for screen readers; no bars."""
        line, text = self.lines[index.row()], self.lines[index.row()].cells[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.ToolTipRole:
                return line.tip
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.columns[index.column()].name} {text}" if text else ""
            case _:
                return 0.0 if role == SHARE_ROLE else None


class PlainTable(QTableView):
    """Shows ``Line``s; ``chosen`` carries the key of the one that the hand picks."""

    chosen = Signal(str)

    def __init__(self, name: str, columns: tuple[Column, ...], empty: str, parent: QWidget | None = None) -> None:
        """``empty`` is said while there are no lines."""
        super().__init__(parent)
        self._model = PlainModel(columns)
        self._chosen, self._empty = "", empty
        self.setAccessibleName(name)
        self.setModel(self._model)
        self.setItemDelegate(LayerDelegate(self))
        self.setHorizontalHeader(QuietHeader(self))
        self._configure()
        self._configure_headers()
        self._fit_columns()

    # what is shown

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._model.lines

    @property
    def chosen_key(self) -> str:
        """The key of the chosen row, "" where none is."""
        return self._chosen if self._model.row_of(self._chosen) is not None else ""

    @property
    def empty(self) -> str:
        """What is said while there are no lines."""
        return self._empty

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show these from the top; the chosen one stays chosen where it can."""
        if lines == self._model.lines:
            return
        self._model.show_lines(lines)
        self._fit_columns()
        self.show_chosen(self._chosen)

    def show_empty(self, text: str) -> None:
        """What is said while there are no lines."""
        self._empty = text
        self.viewport().update()

    def show_chosen(self, key: str) -> None:
        """Mark a row; a key that is in no row marks none."""
        self._chosen = key
        row = self._model.row_of(key)
        if row is None:
            self.selectionModel().clear()
        elif not self.selectionModel().isRowSelected(row, self.rootIndex()):
            self.setCurrentIndex(self._model.index(row, 0))

    # what the hand does

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Say which row the hand has picked; what ``show_chosen`` marks is known already."""
        super().selectionChanged(selected, deselected)
        marked = self.selectionModel().selectedRows()
        if marked and (key := self._model.lines[marked[0].row()].key) != self._chosen:
            self._chosen = key
            self.chosen.emit(key)

    def selectionCommand(self, index: Index, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        """A whole row, always; Ctrl and a click do not take the choice away."""
        flag = QItemSelectionModel.SelectionFlag
        return flag.ClearAndSelect | flag.Rows if index.isValid() else flag.NoUpdate

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first and last row."""
        ends = {QAbstractItemView.CursorAction.MoveHome: 0, QAbstractItemView.CursorAction.MoveEnd: len(self.lines) - 1}
        if action in ends:
            return self._model.index(ends[action], 0)
        return super().moveCursor(action, modifiers)

    # how it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or what to do while there are none."""
        super().paintEvent(event)
        if not self.lines:
            with QPainter(self.viewport()) as painter:
                painter.setPen(QColor(colours_of(self).muted))
                area = self.viewport().rect().adjusted(8, 4, -8, -4)
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        """Share the width again when texts become wider."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_columns()

    def _configure(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)  # the delegate paints the chosen row
        self.setPalette(palette)
        font = tabular(self.font())
        font.setPointSizeF(font.pointSizeF() * SMALL)
        self.setFont(font)

    def _configure_headers(self) -> None:
        across, down = self.horizontalHeader(), self.verticalHeader()
        down.hide()
        for header in (across, down):
            header.setMinimumSectionSize(8)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(ROW)
        across.setFixedHeight(ROW)
        across.setHighlightSections(False)

    def _fit_columns(self) -> None:
        """Each column as wide as its texts; the first has the rest, and what does not fit beside it is left out."""
        columns = self._model.columns
        widths = [self._needed(column) for column in range(len(columns))]
        room, kept = self.viewport().width(), set(range(1, len(columns)))
        for column in sorted(kept, key=lambda number: -columns[number].gives_way):
            too_wide = sum(widths[other] for other in kept) + min(NARROWEST, widths[0]) > room
            if columns[column].gives_way and too_wide:
                kept.discard(column)
        widths[0] = max(room - sum(widths[column] for column in kept), 8)
        for column, width in enumerate(widths):
            self.setColumnHidden(column, column != 0 and column not in kept)
            self.setColumnWidth(column, width)

    def _needed(self, column: int) -> int:
        texts = {self._model.columns[column].name, *(printed(line.cells[column]) for line in self.lines)}
        return max(map(self.fontMetrics().horizontalAdvance, texts)) + 2 * PADDING + 3


class QuietHeader(QHeaderView):
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
        name = self.model().headerData(index, Qt.Orientation.Horizontal)
        painter.drawText(rect.adjusted(PADDING, 0, -PADDING, 0), RIGHT if index else LEFT, name)
