"""The line between input and output: drag it, or give it the focus and use Left and Right."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from inspector.views.theme import colours_of

REACH = 8  # the mouse may be this far from the line, pixels
LINE, EDGE = QColor("#ffffff"), QColor(0, 0, 0, 112)  # a light line with dark edges is seen over any picture


class SplitLine(QWidget):
    """A child of the view that it divides; ``moved`` says where the hand wants it, nothing moves by itself."""

    moved = Signal(float)  # wished position of the line in the parent, pixels from its left
    stepped = Signal(int)  # wished steps to the right

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Dividing line between input and output")
        self.setToolTip("Drag to show more of the input or of the output (Left and Right when it has the focus)")
        self._grab = 0.0

    def place(self, x: float, room: QSize) -> None:
        """Put the line ``x`` pixels from the left of a parent as large as ``room``, as far as it can be seen there."""
        seen = min(max(x, 0.0), room.width())
        self.setGeometry(round(seen) - REACH, 0, 2 * REACH + 1, room.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the line."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grab = event.position().x() - REACH

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Ask for the line to follow the hand."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.moved.emit(self.mapToParent(event.position()).x() - self._grab)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right, with Shift ten times as far."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.stepped.emit(step * 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else step)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the loss of the focus."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line and its grip."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.fillRect(QRectF(REACH - 2, 0, 4, self.height()), EDGE)
        painter.fillRect(QRectF(REACH - 1, 0, 2, self.height()), LINE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(EDGE)
        painter.setBrush(QColor(colours_of(self).accent) if self.hasFocus() else LINE)
        middle = QPointF(REACH, self.height() / 2)
        painter.drawRoundedRect(QRectF(middle.x() - 6, middle.y() - 16, 12, 32), 4, 4)
        painter.setPen(LINE if self.hasFocus() else QColor("#6b7078"))
        for x in (middle.x() - 2, middle.x() + 2):
            painter.drawLine(QPointF(x, middle.y() - 6), QPointF(x, middle.y() + 6))
