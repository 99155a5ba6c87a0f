"""Which tensor of a file goes where in a network, as a table."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from inspector.core.network.matching import Pair
from inspector.views.transfer import copy_text

Index = QModelIndex | QPersistentModelIndex

COLUMNS = ("expected", "shape", "found", "shape")
RESHAPED = "The same numbers in another shape: {found} becomes {expected}"
ROW = 22  # height, pixels
ROOM = 16  # pixels between columns


class PairsTable(QTableWidget):
    """Shows ``Pair``s; Ctrl+C copies the selected rows, or all where none is selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        self.setAccessibleName("Tensors of the network and of the file")
        self.setHorizontalHeaderLabels(COLUMNS)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setItemDelegate(_Roomy(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        for column in range(len(COLUMNS)):
            stretch = column in (0, 2)
            header.setSectionResizeMode(column, header.ResizeMode.Stretch if stretch else header.ResizeMode.ResizeToContents)

    def show_pairs(self, pairs: tuple[Pair, ...]) -> None:
        """A row for each tensor of the network, in its order."""
        self.clearSelection()
        self.setRowCount(len(pairs))
        for row, pair in enumerate(pairs):
            for column, item in enumerate(_row(pair)):
                self.setItem(row, column, item)
        self.scrollToTop()

    @property
    def plain(self) -> str:
        """The selected rows or all, with the heads, as text with tabs."""
        rows = sorted({index.row() for index in self.selectedIndexes()}) or range(self.rowCount())
        lines = [COLUMNS, *(self._texts(row) for row in rows)]
        return "\n".join("\t".join(line) for line in lines)

    def copy(self) -> None:
        """Put ``plain`` on the clipboard."""
        copy_text(self.plain)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy whole rows."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def _texts(self, row: int) -> tuple[str, ...]:
        items = (self.item(row, column) for column in range(len(COLUMNS)))
        return tuple(item.text() if item is not None else "" for item in items)


class _Roomy(QStyledItemDelegate):
    """Keeps neighbouring columns apart."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + ROOM, hint.height())


def _row(pair: Pair) -> list[QTableWidgetItem]:
    expected, found = _shape(pair.expected_shape), _shape(pair.found_shape)
    items = [QTableWidgetItem(text) for text in (pair.expected, expected, pair.found, found)]
    for item in items:
        item.setToolTip(item.text() if expected == found else RESHAPED.format(expected=expected, found=found))
    return items


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "one number"
