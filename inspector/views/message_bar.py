"""Errors and notices inside the window: one sentence, the details folded away."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from inspector.views.icons import icon
from inspector.views.theme import GRID, colours_of
from inspector.views.widgets.icon_button import IconButton

NOTICE_MS = 6000  # a notice goes by itself, an error waits to be read
WIDEST = 640
BELOW = 5 * GRID  # under the labels of the pictures
MARK = QSize(20, 20)


class MessageBar(QFrame):
    """A bar that floats over the top of its parent, so that nothing moves when it comes and goes.

    An error has a mark and stays until it is closed or replaced; a notice leaves after ``NOTICE_MS``.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._mark = QLabel()
        self._text = QLabel(wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._more = _details_button()
        self._close = IconButton("close", "Close this message")
        self._details = QPlainTextEdit(readOnly=True)
        self._details.setAccessibleName("Technical details")
        self._details.setFixedHeight(120)
        self._details.hide()
        self._timer = QTimer(self, singleShot=True)
        self._head: QWidget | None = None
        self._lay_out()
        self._more.toggled.connect(self._show_details)
        self._close.clicked.connect(self.clear)
        self._timer.timeout.connect(self.clear)
        self.hide()
        if parent is not None:
            parent.installEventFilter(self)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self._mark)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, GRID, GRID, GRID)
        column.addLayout(row)
        column.addWidget(self._details)

    @property
    def text(self) -> str:
        """The sentence that is shown, or ''."""
        return self._text.text() if not self.isHidden() else ""

    def show_message(self, text: str, *, details: str = "", severity: str = "error") -> None:
        """Show one sentence; ``severity`` is "error" or "notice" and is said to screen readers, too."""
        self.setProperty("severity", severity)
        self.style().unpolish(self)
        self.style().polish(self)
        self._show_mark()
        self._text.setText(text)
        self._text.setAccessibleName(f"{severity.capitalize()}: {text}")
        self._details.setPlainText(details)
        self._more.setVisible(bool(details))
        self._more.setChecked(False)
        self._timer.stop()
        if severity == "notice":
            self._timer.start(NOTICE_MS)
        self.show()
        self.raise_()
        self._place()

    def keep_below(self, head: QWidget | None) -> None:
        """Cover nothing of ``head``, a widget at the top of the parent, whose controls may be what the message asks for."""
        self._head = head
        if head is not None:
            head.installEventFilter(self)
        self._place()

    def clear(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the parent, below what is not to be covered."""
        if isinstance(event, QResizeEvent):
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the mark anew when light turns to dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_mark()

    def _show_mark(self) -> None:
        self._mark.setVisible(self.property("severity") == "error")
        self._mark.setPixmap(icon("warning", colours_of(self).warning).pixmap(MARK, self.devicePixelRatioF()))

    def _show_details(self, shown: bool) -> None:
        self._details.setVisible(shown)
        self._place()

    def _place(self) -> None:
        parent, layout = self.parentWidget(), self.layout()
        if parent is None or layout is None:
            return
        width = min(parent.width() - 2 * GRID, WIDEST)
        head = self._head.mapTo(parent, self._head.rect().bottomLeft()).y() + 1 if self._head is not None else 0
        self.setGeometry((parent.width() - width) // 2, head + BELOW, width, layout.totalHeightForWidth(width))


def _details_button() -> QToolButton:
    button = QToolButton()
    button.setText("Details")
    button.setToolTip("Show the technical details")
    button.setCheckable(True)
    return button
