"""A small dark label that floats over a picture and shortens itself where there is little room."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

GROUND, INK, FAINT_INK = QColor(12, 13, 15, 208), QColor("#f2f2f4"), QColor("#b9bcc4")  # alike over any picture and theme
PADDING = 8


class Chip(QWidget):
    """One line of text; the mouse goes through it to the picture below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = ""
        self._size: QSize | None = None  # of the whole text, once it has been measured
        self._faint = False
        self._ink = INK
        self.hide()

    @property
    def text(self) -> str:
        """The whole text, also where it is shown shortened."""
        return self._text

    @property
    def shown_text(self) -> str:
        """The text as it fits."""
        room = self.width() - 2 * PADDING
        return self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room)

    def show_text(self, text: str) -> None:
        """Show ``text``; '' hides the chip."""
        if text != self._text:
            self._text, self._size = text, None
            self.setAccessibleName(text)
            self.update()

    def show_faint(self, faint: bool) -> None:
        """Grey the text, for what is about to be replaced."""
        if faint != self._faint:
            self._faint = faint
            self.update()

    def set_ink(self, ink: QColor) -> None:
        """Write in another colour, one that reads on the dark ground."""
        self._ink = ink
        self.update()

    def place(self, x: float, y: float, room: int, *, from_right: bool = False) -> None:
        """Put the top left (or with ``from_right`` the top right) corner at (x, y), at most ``room`` wide."""
        size = self.sizeHint()
        width = min(size.width(), room)
        self.setVisible(bool(self._text) and room > 3 * PADDING)
        self.setGeometry(round(x - width if from_right else x), round(y), width, size.height())

    def sizeHint(self) -> QSize:
        """Room for the whole text."""
        if self._size is None:
            metrics = self.fontMetrics()
            self._size = QSize(metrics.horizontalAdvance(self._text) + 2 * PADDING + 1, metrics.height() + PADDING)
        return self._size

    def changeEvent(self, event: QEvent) -> None:
        """Measure the text again when it becomes wider."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._size = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the text."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setPen(FAINT_INK if self._faint else self._ink)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.shown_text)
