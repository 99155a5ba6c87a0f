"""The weights of a kernel as a Qt table."""

from functools import lru_cache
from math import ceil, log2
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from inspector.core.numbers_text import MINUS
from kernels import format_weight

Index = QModelIndex | QPersistentModelIndex
WEIGHT_ROLE, SHARE_ROLE, PROBLEM_ROLE = (Qt.ItemDataRole.UserRole + i for i in range(3))
HOW_TO = "Click to type, drag or turn the wheel to change"


class WeightModel(QAbstractTableModel):
    """Shows weights ``(kh, kw)``; a text that is no number stays in its cell until the weight changes."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: NDArray[np.float32] = np.zeros((1, 1), np.float32)
        self._reach = 1.0
        self._texts: dict[tuple[int, int], tuple[str, str]] = {}

    def show_weights(self, weights: NDArray[np.float32]) -> None:
        """Take other weights; only what differs is told to the views."""
        before = self.weights
        if before.shape != weights.shape:
            self.beginResetModel()
            self._take(weights)
            self._texts.clear()
            self.endResetModel()
            return
        differ, reach = np.argwhere(before != weights), self._reach
        if not len(differ):
            return
        self._take(weights)
        for cell in differ.tolist():
            self._texts.pop((cell[0], cell[1]), None)
        first, last = differ.min(axis=0).tolist(), differ.max(axis=0).tolist()
        if reach != self._reach:  # all tints change
            first, last = [0, 0], [weights.shape[0] - 1, weights.shape[1] - 1]
        self.dataChanged.emit(self.index(*first), self.index(*last))

    def _take(self, weights: NDArray[np.float32]) -> None:
        self.weights = weights
        largest = float(np.abs(weights).max())
        self._reach = 2.0 ** (ceil(2 * log2(largest)) / 2) if largest else 1.0  # in steps: tints hold still during a drag

    def keep_text(self, row: int, column: int, text: str, problem: str) -> None:
        """Keep what was typed although it is no number; an empty ``problem`` forgets it."""
        if problem:
            self._texts[row, column] = text, problem
        else:
            self._texts.pop((row, column), None)
        self.dataChanged.emit(self.index(row, column), self.index(row, column))

    @property
    def problem(self) -> str:
        """What is wrong with the first kept text, with its cell named; "" if all are numbers."""
        for (row, column), (_, problem) in sorted(self._texts.items()):
            return f"Row {row + 1}, column {column + 1}: {problem}"
        return ""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        """Rows of the kernel."""
        return 0 if parent.isValid() else self.weights.shape[0]

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        """Columns of the kernel."""
        return 0 if parent.isValid() else self.weights.shape[1]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every cell can be edited."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text to show, text to edit, weight, weight / largest weight, or problem of a cell."""
        row, column = index.row(), index.column()
        weight = float(self.weights[row, column])
        if role == WEIGHT_ROLE:
            return weight
        if role == SHARE_ROLE:
            return weight / self._reach
        text, problem = self._texts.get((row, column), ("", ""))
        if role == PROBLEM_ROLE:
            return problem
        return self._said(row, column, text if problem else format_weight(weight), problem, role)

    @staticmethod
    def _said(row: int, column: int, text: str, problem: str, role: int) -> str | None:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text if problem else text.replace("-", MINUS)
            case Qt.ItemDataRole.EditRole:
                return text
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"row {row + 1}, column {column + 1}: {text}"
            case Qt.ItemDataRole.ToolTipRole:
                return problem or f"Row {row + 1}, column {column + 1}: {text}\n{HOW_TO}"
            case _:
                return None


@lru_cache(maxsize=2048)
def shorter(weight: float) -> tuple[str, ...]:
    """The weight for ever narrower cells: as it is written, then rounded, at last without the 0 before the point."""
    rounded = [f"{weight:.{digits}g}".replace("e-0", "e-").replace("e+0", "e") for digits in (4, 3, 2, 1)]
    bare = [text.replace("0.", ".", 1) for text in rounded[2:] if abs(weight) < 1]
    return tuple(text.replace("-", MINUS) for text in (format_weight(weight), *rounded[:3], *bare))
