"""The list of a network's layers: sizes, costs with their shares as bars, and receptive fields."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from inspector.core.network.agreement import Agreement
from inspector.core.network.facts import Description
from inspector.core.network.steps import Step
from inspector.views.network.layer_model import PADDING, Index, LayerDelegate, LayerHeader, LayerModel, printed
from inspector.views.network.layer_rows import COLUMNS, rows
from inspector.views.style_sheet import SMALL
from inspector.views.theme import colours_of, tabular

ROW = 22  # height, pixels
NARROWEST_NAME = 52  # width of the column of the names; other columns give way
GIVE_WAY = (4, 3, 2)  # columns that are left out where there is no room, in this order; the tooltips say all
EMPTY = "Choose a network above, or open a file of weights."


class LayerTable(QTableView):
    """Shows the layers of a network; ``chosen`` carries the key of the layer that the hand picks."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = LayerModel()
        self._chosen, self._empty = "", EMPTY
        self._source: tuple[Description | None, tuple[Step, ...]] = (None, ())
        self.setModel(self._model)
        self.setItemDelegate(LayerDelegate(self))
        self.setHorizontalHeader(LayerHeader(self))
        self._configure()
        self._configure_headers()
        self._fit_columns()

    # what is shown

    def show_steps(self, description: Description | None, steps: tuple[Step, ...]) -> None:
        """Show the input and these layers of a network, or nothing."""
        if (description, steps) == self._source:
            return
        self._source = description, steps
        self._model.show_rows(rows(description, steps))
        self._fit_columns()
        self.show_chosen(self._chosen)

    @property
    def empty(self) -> str:
        """What is said while there are no layers."""
        return self._empty

    def show_empty(self, text: str) -> None:
        """What is said while there are no layers; "" for what to do."""
        self._empty = text or EMPTY
        self.viewport().update()

    def show_chosen(self, key: str) -> None:
        """Mark the row of a layer; a key that is in no row marks none."""
        self._chosen = key
        row = self._model.row_of(key)
        if row is None:
            self.selectionModel().clear()
        elif not self.selectionModel().isRowSelected(row, self.rootIndex()):
            self.setCurrentIndex(self._model.index(row, 0))

    def show_altered(self, keys: frozenset[str]) -> None:
        """Mark the layers whose maps are changed."""
        self._model.show_altered(keys)

    def show_checks(self, checks: Mapping[str, Agreement]) -> None:
        """Badges at the layers that were recomputed by the engine, by their keys."""
        self._model.show_checks(checks)

    # what the hand does

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Say which layer the hand has picked; what ``show_chosen`` marks is known already."""
        super().selectionChanged(selected, deselected)
        marked = self.selectionModel().selectedRows()
        if marked and (key := self._model.rows[marked[0].row()].key) != self._chosen:
            self._chosen = key
            self.chosen.emit(key)

    def selectionCommand(self, index: Index, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        """A whole row, always; Ctrl and a click leave no network without a layer."""
        flag = QItemSelectionModel.SelectionFlag
        return flag.ClearAndSelect | flag.Rows if index.isValid() else flag.NoUpdate

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first and last layer."""
        ends = {QAbstractItemView.CursorAction.MoveHome: 0, QAbstractItemView.CursorAction.MoveEnd: len(self._model.rows) - 1}
        if action in ends:
            return self._model.index(ends[action], 0)
        return super().moveCursor(action, modifiers)

    # how it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or what to do while there are none."""
        super().paintEvent(event)
        if not self._model.rows:
            with QPainter(self.viewport()) as painter:
                painter.setPen(QColor(colours_of(self).muted))
                area = self.viewport().rect().adjusted(16, 16, -16, -16)
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
        self.setAccessibleName("Layers")
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
        """Each column as wide as its texts; the names have the rest, and what does not fit beside them is left out."""
        widths = [self._needed(column) for column in range(len(COLUMNS))]
        room, kept = self.viewport().width(), set(range(1, len(COLUMNS)))
        for column in GIVE_WAY:
            if sum(widths[other] for other in kept) + min(NARROWEST_NAME, widths[0]) > room:
                kept.discard(column)
        widths[0] = max(room - sum(widths[column] for column in kept), 8)
        for column, width in enumerate(widths):
            self.setColumnHidden(column, column != 0 and column not in kept)
            self.setColumnWidth(column, width)

    def _needed(self, column: int) -> int:
        texts = {COLUMNS[column], *(printed(row.cells[column].text) for row in self._model.rows)}
        return max(map(self.fontMetrics().horizontalAdvance, texts)) + 2 * PADDING + 1
