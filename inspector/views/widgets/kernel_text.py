"""A kernel as text, edited in place."""

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from inspector.core import updates
from inspector.views.widgets.section import Elided, row
from kernels import Kernel, format_weights, parse_kernel


class KernelText(QWidget):
    """A text editor with Apply; a text that is no kernel stays, with the sentence that says why.

    ``updated`` carries an ``Update``; ``closed`` says that the editor is not wanted any more.
    """

    updated = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kernel = Kernel([[0.0]])
        self.field = _TextField()
        self.field.setAccessibleName("Kernel as text")
        self.field.setToolTip("Rows on lines or after a semicolon; weights such as -1, 0.5 or 1/9 (Ctrl+Enter applies)")
        self.problem = Elided("warning", lines=2)
        self.apply_button, self.cancel_button = QPushButton("Apply"), QPushButton("Cancel")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        column.addWidget(self.problem)
        column.addLayout(row(self.apply_button, self.cancel_button))
        self.apply_button.clicked.connect(self._apply)
        self.cancel_button.clicked.connect(self.closed)
        self.field.applied.connect(self._apply)
        self.field.cancelled.connect(self.closed)

    def open(self, kernel: Kernel) -> None:
        """Begin to edit ``kernel``."""
        self._kernel = kernel
        self.field.setPlainText(text_of(kernel))
        self._show_problem("")
        self.field.setFocus()

    def _apply(self) -> None:
        try:
            kernel = parse_kernel(self.field.toPlainText())
        except ValueError as error:
            self._show_problem(str(error))
            return
        self._show_problem("")
        if not np.array_equal(kernel.weights, self._kernel.weights) or not _is_plain(kernel):
            self.updated.emit(_update(kernel))
        self.closed.emit()

    def _show_problem(self, sentence: str) -> None:
        self.problem.show_text(sentence)


def text_of(kernel: Kernel) -> str:
    """The weights alone, a row a line."""
    return format_weights(kernel.weights).replace("; ", "\n")


def _is_plain(kernel: Kernel) -> bool:
    """Whether the text said nothing but the weights: no title, bias or anchor."""
    return kernel == Kernel(kernel.weights)


def _update(kernel: Kernel) -> updates.Update:
    """Weights alone leave the bias as it is; a text that says more is taken as a whole."""
    title = "Edit kernel as text"
    return updates.set_weights(kernel.weights, title) if _is_plain(kernel) else updates.edit_kernel(title, lambda _: kernel)


class _TextField(QPlainTextEdit):
    applied = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setFixedHeight(160)

    def event(self, event: QEvent) -> bool:
        """Escape belongs to the editor, not to the window's shortcut."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter applies, Escape cancels."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.applied.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)
