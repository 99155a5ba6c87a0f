"""Names with numbers below each other, whose places never change."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from inspector.views.widgets.section import label

NOTHING = "–"


class NumberRows(QWidget):
    """A line for each name; numbers stand on the right, one above the other."""

    def __init__(self, names: Sequence[str], explanations: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._values = tuple(self._add(*pair) for pair in zip(names, explanations, strict=True))

    @property
    def texts(self) -> tuple[str, ...]:
        """The numbers as they are read."""
        return tuple(value.text() for value in self._values)

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show a number for each name."""
        for value, text in zip(self._values, texts, strict=True):
            value.setText(text)
            value.setAccessibleDescription(text)

    def _add(self, name: str, explanation: str) -> QLabel:
        caption, value = QLabel(name), number_label(name, explanation)
        caption.setToolTip(explanation)
        line = self._grid.rowCount()
        self._grid.addWidget(caption, line, 0)
        self._grid.addWidget(value, line, 1)
        return value


def number_label(name: str, explanation: str) -> QLabel:
    """The label of a number that screen readers call ``name``."""
    value = label(NOTHING)
    value.setAccessibleName(name)
    value.setToolTip(explanation)
    value.setAlignment(Qt.AlignmentFlag.AlignRight)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return value
