"""The grid of kernel weights: typed, dragged, stepped, pasted."""

from dataclasses import dataclass
from math import floor, log10

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QLineEdit, QTableView, QWidget

from inspector.core import updates
from inspector.core.kernel_edits import LARGEST_GRID
from inspector.views.widgets.kernel_text import text_of
from inspector.views.widgets.number_field import step_factor, stepped
from inspector.views.widgets.weight_cell import WeightDelegate, WeightEditor, pasted_matrix
from inspector.views.widgets.weight_model import WEIGHT_ROLE, Index, WeightModel
from kernels import Kernel

LARGEST_UNSCROLLED = 7  # rows and columns in sight at once
COLUMNS_SCROLLED = 6  # that are in sight of a kernel with more columns
CELL_HEIGHT, WIDEST_CELL = 30, 48
PIXELS_PER_STEP = 4  # of a drag, for a tenth of a wheel step


class WeightGrid(QTableView):
    """Shows the weights of a kernel; ``updated`` carries an ``Update`` for each change by hand.

    Click or type to edit a cell, press and drag (right and up is more) or turn the wheel to change
    it; arrows, Tab and Enter go from cell to cell. ``problem_changed`` carries a sentence or "".
    """

    updated = Signal(object)
    problem_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kernel = Kernel([[0.0]])
        self._model = WeightModel()
        self._cells = WeightDelegate(self)
        self._drag: _Drag | None = None
        self._session = 0
        self.setModel(self._model)
        self.setItemDelegate(self._cells)
        self._configure()
        self._cells.typed.connect(self._typed)
        self._cells.matrix_pasted.connect(self._paste_matrix)
        self._cells.problem_changed.connect(self._tell_problem)

    def _configure(self) -> None:
        self.setAccessibleName("Kernel weights")
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(8)
        self.verticalHeader().setMinimumSectionSize(8)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.AnyKeyPressed | trigger.EditKeyPressed)

    def show_kernel(self, kernel: Kernel) -> None:
        """Show other weights. An editor that is open keeps its text if it means the same number."""
        if kernel == self._kernel:
            return
        reshaped = kernel.shape != self._kernel.shape
        self._kernel = kernel
        self._cells.step = weight_step(kernel)
        self._model.show_weights(kernel.weights)
        if reshaped:
            self._lay_out()
            self.scrollTo(self._model.index(*kernel.anchor), QAbstractItemView.ScrollHint.PositionAtCenter)
            self._drag = None
        self._tell_problem()

    def _typed(self, row: int, column: int, value: float, session: int) -> None:
        self._set_weight(row, column, value, f"type {session}")

    def _set_weight(self, row: int, column: int, value: float, gesture: str) -> None:
        self.updated.emit(updates.set_weight(row, column, value, merges=f"weight {row} {column} {gesture}"))

    @property
    def problem(self) -> str:
        """What is wrong with a cell, or ""."""
        editor = self.indexWidget(self.currentIndex())
        return (editor.problem if isinstance(editor, WeightEditor) else "") or self._model.problem

    def _tell_problem(self, editing: str = "") -> None:
        self.problem_changed.emit(editing or self._model.problem)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Escape takes back what was typed, Enter goes on to the cell below."""
        if hint is QAbstractItemDelegate.EndEditHint.RevertModelCache and isinstance(editor, WeightEditor):
            editor.revert()
        super().closeEditor(editor, hint)
        if hint is QAbstractItemDelegate.EndEditHint.SubmitModelCache:
            below = self.currentIndex().siblingAtRow(self.currentIndex().row() + 1)
            if below.isValid():
                self.setCurrentIndex(below)
        self._tell_problem()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy and paste whole kernels; Page Up and Page Down step; everything else as in any table."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(text_of(self._kernel))
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and self.currentIndex().isValid():
            self._step(self.currentIndex(), (1 if event.key() == Qt.Key.Key_PageUp else -1) * step_factor(event.modifiers()))
        else:
            super().keyPressEvent(event)

    def _paste(self) -> None:
        matrix = pasted_matrix()
        if matrix is not None:
            self._paste_matrix(matrix)
        elif self.currentIndex().isValid():
            self.edit(self.currentIndex())
            editor = self.indexWidget(self.currentIndex())
            if isinstance(editor, QLineEdit):
                editor.selectAll()
                editor.paste()

    def _paste_matrix(self, matrix: Kernel) -> None:
        self.updated.emit(updates.set_weights(matrix.weights, "Paste kernel"))

    def _step(self, index: QModelIndex, steps: float) -> None:
        value = stepped(index.data(WEIGHT_ROLE), steps, weight_step(self._kernel))
        self._set_weight(index.row(), index.column(), value, f"step {self._session}")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step the current cell while the grid has the focus; otherwise scroll."""
        index = self.indexAt(event.position().toPoint())
        if self.hasFocus() and index.isValid() and index == self.currentIndex() and event.angleDelta().y():
            self._step(index, (1 if event.angleDelta().y() > 0 else -1) * step_factor(event.modifiers()))
            event.accept()
        else:
            super().wheelEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Another cell is another step of undo."""
        super().currentChanged(current, previous)
        self._session += 1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make the cell current; a drag may follow."""
        index = self.indexAt(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
            return
        self.setCurrentIndex(index)
        self._session += 1
        step = weight_step(self._kernel) / 10
        self._drag = _Drag(QPersistentModelIndex(index), event.position().toPoint(), index.data(WEIGHT_ROLE), step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Change the weight by the way that the mouse has gone."""
        if self._drag is None:
            super().mouseMoveEvent(event)
            return
        way = event.position().toPoint() - self._drag.origin
        if not self._drag.moved and way.manhattanLength() < QGuiApplication.styleHints().startDragDistance():
            return
        self._drag.moved = True
        self.viewport().setCursor(Qt.CursorShape.SizeAllCursor)
        steps = (way.x() - way.y()) // PIXELS_PER_STEP * step_factor(event.modifiers())
        index = self._drag.index
        value = stepped(self._drag.start, steps, self._drag.step)
        self._set_weight(index.row(), index.column(), value, f"drag {self._session}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press without a drag edits the cell."""
        drag, self._drag = self._drag, None
        self.viewport().unsetCursor()
        if drag is None:
            super().mouseReleaseEvent(event)
        elif not drag.moved and drag.index.isValid():
            self.edit(self.model().index(drag.index.row(), drag.index.column()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cells in proportion to the width."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        rows, columns = self._kernel.shape
        if max(rows, columns) > LARGEST_GRID:
            return
        bar = self.horizontalScrollBar().sizeHint().height()
        room = self.width() - (bar if rows > LARGEST_UNSCROLLED else 0)
        visible = columns if columns <= LARGEST_UNSCROLLED else COLUMNS_SCROLLED
        self.horizontalHeader().setDefaultSectionSize(min(room // visible, WIDEST_CELL))
        self.verticalHeader().setDefaultSectionSize(CELL_HEIGHT)
        below = bar if columns > LARGEST_UNSCROLLED else 0
        self.setFixedHeight(min(rows, LARGEST_UNSCROLLED) * CELL_HEIGHT + below)


@dataclass
class _Drag:
    """A press on a cell that may become a drag."""

    index: QPersistentModelIndex
    origin: QPoint
    start: float
    step: float
    moved: bool = False


def weight_step(kernel: Kernel) -> float:
    """A step that suits the weights: the power of ten at or below the largest; 1 where all are zero."""
    reach = float(np.abs(kernel.weights).max())
    return 10.0 ** floor(log10(reach) + 1e-6) if reach else 1.0
