"""Errors and notices inside the window: one sentence, the details folded away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget


class MessageBar(QFrame):
    """A bar that appears above the pictures, and stays until it is closed or replaced."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._text = QLabel(wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._more = _button("Details", "Show the technical details")
        self._more.setCheckable(True)
        self._close = _button("×", "Close this message")
        self._details = QPlainTextEdit(readOnly=True)
        self._details.setAccessibleName("Technical details")
        self._details.setMaximumHeight(120)
        self._details.hide()
        row = QHBoxLayout()
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 6)
        column.addLayout(row)
        column.addWidget(self._details)
        self._more.toggled.connect(self._details.setVisible)
        self._close.clicked.connect(self.clear)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence that is shown, or ''."""
        return self._text.text() if not self.isHidden() else ""

    def show_message(self, text: str, *, details: str = "", severity: str = "error") -> None:
        """Show one sentence; ``severity`` is "error" or "notice" and is said to screen readers, too."""
        self.setProperty("severity", severity)
        self.style().unpolish(self)
        self.style().polish(self)
        self._text.setText(text)
        self._text.setAccessibleName(f"{severity.capitalize()}: {text}")
        self._details.setPlainText(details)
        self._more.setVisible(bool(details))
        self._more.setChecked(False)
        self.show()

    def clear(self) -> None:
        """Take the message away."""
        self.hide()
        self.closed.emit()


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button
