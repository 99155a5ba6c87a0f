"""One view of the pictures: draws them, and says what the mouse does over them."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from inspector.views.image_layer import ImageLayer
from inspector.views.overlays import Marks, paint_marks
from inspector.views.theme import colours_of
from inspector.views.viewport import Frame, Viewport

NOTCH = 480  # eighths of a degree of the wheel that double the size: four notches
DRAGGING = Qt.MouseButton.LeftButton | Qt.MouseButton.MiddleButton


class PictureCanvas(QWidget):
    """Input, output or both, divided by a vertical line; positions are input pixels with y downwards."""

    panned = Signal(float, float)  # screen units to the right and down
    zoomed = Signal(float, float, float)  # factor, and the point to hold, screen units from the middle
    fit_wished = Signal()
    pointed = Signal(object)  # (y, x) floats under the mouse, or None when it leaves
    clicked = Signal(float, float)  # y, x where the left button was pressed and let go without a pan
    double_clicked = Signal(float, float)  # y, x
    resized = Signal()

    slack = 0.0  # screen units that the mouse may move during a click; beyond them it pans

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 120)
        self._input: ImageLayer | None = None
        self._output: ImageLayer | None = None
        self._split: float | None = None
        self._viewport = Viewport()
        self._marks = Marks()
        self._text = ""
        self._focused = False
        self._drag: QPointF | None = None
        self._press: QPointF | None = None  # what may still become a click

    @property
    def frame(self) -> Frame:
        """From picture points to positions in this widget and back."""
        return Frame(self._viewport, self.width(), self.height())

    def show_layers(self, below: ImageLayer | None, above: ImageLayer | None) -> None:
        """The input, and the output over it; either may be absent."""
        if (below, above) != (self._input, self._output):
            self._input, self._output = below, above
            self.update()

    def show_split(self, x: float | None) -> None:
        """Show the input left and the output right of column ``x`` of the input; None to show all of both."""
        if x != self._split:
            self._split = x
            self.update()

    def show_viewport(self, viewport: Viewport) -> None:
        """Show this part of the pictures."""
        if viewport != self._viewport:
            self._viewport = viewport
            self.update()

    def show_marks(self, marks: Marks) -> None:
        """Draw these marks over the pictures."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def show_text(self, text: str) -> None:
        """What to say in the middle while there is no picture."""
        if text != self._text:
            self._text = text
            self.update()

    def show_focus(self, focused: bool) -> None:
        """Draw the frame that tells where the keyboard goes."""
        if focused != self._focused:
            self._focused = focused
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, pictures, marks and focus."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        colours, frame = colours_of(self), self.frame
        painter.fillRect(self.rect(), QColor(colours.picture))
        left, right = self._halves(frame)
        for layer, area in ((self._input, left), (self._output, right)):
            if layer is not None and not area.isEmpty():
                painter.setClipRect(area)
                layer.paint(painter, frame)
        painter.setClipping(False)
        paint_marks(painter, frame, self._marks)
        painter.setPen(QColor(colours.muted))
        area = self.rect().adjusted(24, 24, -24, -24)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._text)
        if self._focused:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _halves(self, frame: Frame) -> tuple[QRect, QRect]:
        if self._split is None:
            return self.rect(), self.rect()
        x = min(max(round(frame.screen_x(self._split)), 0), self.width())
        return QRect(0, 0, x, self.height()), QRect(x, 0, self.width() - x, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        if event.button() & DRAGGING:
            self._drag = event.position()
            self._press = self._drag if event.button() is Qt.MouseButton.LeftButton else None
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the picture; one that was not moved is clicked."""
        press, self._drag, self._press = self._press, None, None
        self.unsetCursor()
        if press is not None:
            self.clicked.emit(*self._point(press))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the whole picture."""
        self.fit_wished.emit()
        self.double_clicked.emit(*self._point(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while holding the picture, and say what is under the mouse."""
        position = event.position()
        if self._drag is None:
            self.pointed.emit(self._point(position))
        elif self._press is None or (position - self._press).manhattanLength() > self.slack:
            moved, self._drag, self._press = position - self._drag, position, None
            self.panned.emit(moved.x(), moved.y())

    def _point(self, position: QPointF) -> tuple[float, float]:
        """The picture point (y, x) at a position in this widget."""
        return self.frame.picture_y(position.y()), self.frame.picture_x(position.x())

    def leaveEvent(self, event: object) -> None:
        """The mouse is over no pixel any more."""
        self.pointed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse."""
        offset = event.position() - QPointF(self.width() / 2, self.height() / 2)
        self.zoomed.emit(2 ** (event.angleDelta().y() / NOTCH), offset.x(), offset.y())
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the pane, which decides what to show."""
        self.resized.emit()
