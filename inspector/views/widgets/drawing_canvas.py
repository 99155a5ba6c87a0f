"""A sheet to draw on by hand, whose ink is on the screen before anything has been computed from it."""

from collections import deque
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from inspector.core.drawing import SIDE, Stroke
from inspector.views.theme import DARK, colours_of

LARGEST = 232  # pixels along each side on the screen
SMALLEST = 112
USUAL_WIDTH = 22  # of the pen, pixels of the drawing
HINT = "Draw a digit"
TIP = "Draw with the left button, erase with the right one (Delete clears)"
REMEMBERED = 256  # drawings that were told and have not come back
INK, PAPER = QColor("white"), QColor("black")

Strokes = tuple[Stroke, ...]


class DrawingCanvas(QWidget):
    """White ink on black, square. ``pen_width`` and ``erasing`` hold for the next pull.

    ``stroke_drawn`` carries all strokes and the serial number of the present pull, at most once in each turn of the event
    loop, while the hand moves. To clear is a pull of its own.
    """

    stroke_drawn = Signal(object, int)  # Strokes, serial

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pen_width: float = USUAL_WIDTH
        self.erasing = False
        self._finished: Strokes = ()
        self._growing: Stroke | None = None
        self._button = Qt.MouseButton.NoButton
        self._serial = 0
        self._told: deque[Strokes] = deque(maxlen=REMEMBERED)
        self._image = QImage()
        self._teller = QTimer(self, singleShot=True, interval=0)
        self._teller.timeout.connect(self._tell)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip(TIP)
        self._describe()

    @property
    def strokes(self) -> Strokes:
        """All strokes, with the one that is being drawn."""
        return self._finished if self._growing is None else (*self._finished, self._growing)

    def show_strokes(self, strokes: Strokes) -> None:
        """Show another drawing, which ends the present pull. What was told and comes back late leaves the hand alone."""
        if strokes in self._told:
            while self._told.popleft() != strokes:
                pass
            return
        self._told.clear()
        if strokes != self.strokes:
            self._teller.stop()
            self._growing, self._finished = None, strokes
            self._redraw()

    def clear(self) -> None:
        """Wipe the sheet, as by hand."""
        self._finish()
        if self._finished:
            self._finished = ()
            self._serial += 1
            self._redraw()
            self._tell()

    def sizeHint(self) -> QSize:
        """As large as it gets."""
        return QSize(LARGEST, LARGEST)

    def minimumSizeHint(self) -> QSize:
        """Large enough to draw on."""
        return QSize(SMALLEST, SMALLEST)

    # ---- the hand ----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen down: the right button erases."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            super().mousePressEvent(event)
            return
        if self._growing is not None and event.button() != self._button:
            return
        self._finish()  # a release that never came
        self._serial += 1
        self._button = event.button()
        erases = self.erasing or self._button == Qt.MouseButton.RightButton
        self._grow(Stroke((self._point(event),), float(self.pen_width), erases))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on, also beyond the edge."""
        self._extend(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the pen."""
        if event.button() == self._button:
            self._extend(event)
            self._finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete clears."""
        if event.key() == Qt.Key.Key_Delete:
            self.clear()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody can lift the pen any more."""
        self._finish()
        super().hideEvent(event)

    def _extend(self, event: QMouseEvent) -> None:
        point = self._point(event)
        if self._growing is not None and point != self._growing.points[-1]:
            self._grow(replace(self._growing, points=(*self._growing.points, point)))

    def _grow(self, stroke: Stroke) -> None:
        begun, self._growing = self._growing, stroke
        self._ink(stroke, len(begun.points) if begun is not None else 0)
        self._describe()
        self.update()
        if not self._teller.isActive():
            self._teller.start()

    def _finish(self) -> None:
        """The last of a pull is told at once, so that what comes next finds it done."""
        self._finished, self._growing = self.strokes, None
        self._button = Qt.MouseButton.NoButton
        if self._teller.isActive():
            self._teller.stop()
            self._tell()

    def _tell(self) -> None:
        strokes = self.strokes
        self._told.append(strokes)
        self.stroke_drawn.emit(strokes, self._serial)

    def _point(self, event: QMouseEvent) -> tuple[float, float]:
        """The place of the mouse in the drawing, (y, x)."""
        scale, place = SIDE / max(self._side, 1), event.position() - self._corner
        return round(place.y() * scale, 1), round(place.x() * scale, 1)

    # ---- the picture -------------------------------------------------------------------------------------

    @property
    def _side(self) -> int:
        return min(self.width(), self.height())

    @property
    def _corner(self) -> QPointF:
        return QPointF((self.width() - self._side) // 2, (self.height() - self._side) // 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ink, or what to do, in a frame that shows the keyboard's focus."""
        colours, area = colours_of(self), QRectF(self._corner, QSizeF(self._side, self._side))
        with QPainter(self) as painter:
            painter.drawImage(area, self._sharp())
            if not self.strokes:
                painter.setPen(QColor(DARK.muted))  # the sheet is black in both themes
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, HINT)
            painter.setPen(QColor(colours.accent if self.hasFocus() else colours.line))
            painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _redraw(self) -> None:
        self._image = QImage()
        self._describe()
        self.update()

    def _sharp(self) -> QImage:
        """The ink in the screen's own pixels."""
        side = max(round(self._side * self.devicePixelRatioF()), 1)
        if self._image.width() != side:
            self._image = QImage(side, side, QImage.Format.Format_RGB32)
            self._image.fill(PAPER)
            for stroke in self.strokes:
                self._ink(stroke, 0)
        return self._image

    def _ink(self, stroke: Stroke, first: int) -> None:
        """Lay the lines to point number ``first`` and all behind it; without an image the next painting lays all."""
        if self._image.isNull():
            return
        with QPainter(self._image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(self._image.width() / SIDE, self._image.width() / SIDE)
            painter.setPen(_pen(stroke))
            for point in stroke.points[first:1]:
                painter.drawPoint(_place(point))
            for start, end in pairwise(stroke.points[max(first - 1, 0) :]):
                painter.drawLine(_place(start), _place(end))

    def _describe(self) -> None:
        count = len(self.strokes)
        self.setAccessibleName("Drawing")
        self.setAccessibleDescription(HINT if not count else "1 stroke" if count == 1 else f"{count} strokes")


def _pen(stroke: Stroke) -> QPen:
    """Round; that of the eraser is as much wider as in ``core.drawing.render``."""
    width = stroke.width + 2 if stroke.erases else stroke.width
    return QPen(PAPER if stroke.erases else INK, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


def _place(point: tuple[float, float]) -> QPointF:
    return QPointF(point[1], point[0])
