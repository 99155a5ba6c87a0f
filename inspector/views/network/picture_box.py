"""A small picture in a box of constant size, with a marked part, for the mouse and for the keyboard."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.core.network.view import Box, Unit
from inspector.views.image_layer import Resampling, check_rgb, resampling, shrink
from inspector.views.theme import colours_of
from inspector.views.widgets.pictures import image_of

STEPS = {
    int(Qt.Key.Key_Up): (-1, 0),
    int(Qt.Key.Key_Down): (1, 0),
    int(Qt.Key.Key_Left): (0, -1),
    int(Qt.Key.Key_Right): (0, 1),
}
EDGE = 2  # screen pixels left free around the picture, where a mark is seen whole
SMALLEST_MARK = 5  # screen pixels, so that a mark can be seen
RIM = 8  # screen pixels that a mark may reach beyond its part


class PictureBox(QWidget):
    """As large as the box allows, in its middle, the proportions kept; pixels stay crisp when enlarged.

    ``clicked`` carries the picture's pixel (y, x) under the pressed mouse, ``pointed`` the one under the mouse or None,
    ``stepped`` the way (dy, dx) of an arrow key. Without ``active`` the box is only looked at.
    """

    clicked = Signal(int, int)
    pointed = Signal(object)
    stepped = Signal(int, int)

    def __init__(self, name: str, size: QSize, *, active: bool = False, parent: QWidget | None = None) -> None:
        """Of ``size``; a width of 0 takes what the column has."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFixedHeight(size.height())
        if size.width():
            self.setFixedWidth(size.width())
        else:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._rgb: NDArray[np.uint8] | None = None
        self._image, self._small = QImage(), QImage()  # as it is, and shrunk to the box
        self._mark: Box | None = None
        self._active = False
        self.set_active(active)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing behind it is drawn in vain

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """What is shown."""
        return self._rgb

    @property
    def mark(self) -> Box | None:
        """The part that is framed."""
        return self._mark

    def set_active(self, active: bool) -> None:
        """Whether mouse and keyboard can choose a pixel."""
        self._active = active
        self.setMouseTracking(active)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if active else Qt.FocusPolicy.NoFocus)

    def show_picture(self, rgb: NDArray[np.uint8] | None, words: str = "") -> None:
        """Show ``(H, W, 3)`` uint8, contiguous, or nothing; ``words`` say it to screen readers."""
        self.setAccessibleDescription(words)
        if rgb is self._rgb:
            return
        if rgb is not None:
            check_rgb(rgb)
        self._rgb = rgb
        self._image, self._small = QImage() if rgb is None else image_of(rgb), QImage()
        self.update()

    def show_mark(self, box: Box | None) -> None:
        """Frame the picture's pixels in ``box``, or none."""
        if box != self._mark:
            for changed in (self._mark, box):
                if changed is not None:
                    self.update(self.area(changed).adjusted(-RIM, -RIM, RIM, RIM).toAlignedRect())
            self._mark = box

    def area(self, box: Box) -> QRectF:
        """Where the picture's pixels in ``box`` lie in this widget."""
        target, scale = self._target(), self._scale()
        y0, x0, y1, x1 = box
        return QRectF(target.left() + x0 * scale, target.top() + y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale)

    def pixel_at(self, position: QPointF) -> Unit | None:
        """The picture's pixel (y, x) at a position in this widget, or None beside the picture."""
        target = self._target()
        if target.isEmpty() or not target.contains(position):
            return None
        y, x = (position.y() - target.top()) / self._scale(), (position.x() - target.left()) / self._scale()
        return min(int(y), self._image.height() - 1), min(int(x), self._image.width() - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the pixel under the mouse."""
        self._choose(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which pixel is looked at; with the button held it is chosen."""
        self.pointed.emit(self.pixel_at(event.position()))
        self._choose(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No pixel is looked at."""
        if self._active:
            self.pointed.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys step."""
        if self._active and event.key() in STEPS:
            self.stepped.emit(*STEPS[event.key()])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Frame the box."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, picture, mark and focus."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(colours_of(self).picture))
            if not self._image.isNull():
                self._paint_picture(painter)
            if self._mark is not None:
                self._paint_mark(painter, self.area(self._mark))
            if self.hasFocus():
                painter.setPen(QColor(colours_of(self).accent))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _choose(self, event: QMouseEvent) -> None:
        pixel = self.pixel_at(event.position())
        if self._active and pixel is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.clicked.emit(*pixel)

    def _scale(self) -> float:
        """Screen pixels for each pixel of the picture."""
        width, height = max(self._image.width(), 1), max(self._image.height(), 1)
        return max(min((self.width() - 2 * EDGE) / width, (self.height() - 2 * EDGE) / height), 0.0)

    def _target(self) -> QRectF:
        width, height = self._image.width() * self._scale(), self._image.height() * self._scale()
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def _paint_picture(self, painter: QPainter) -> None:
        target, ratio = self._target(), self.devicePixelRatioF()
        method = resampling(self._scale() * ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, method is Resampling.INTERPOLATED)
        if method is Resampling.AVERAGED:
            size = (target.size() * ratio).toSize().expandedTo(QSize(1, 1))
            painter.drawImage(target, self._shrunk(size))
        else:
            painter.drawImage(target, self._image)

    def _shrunk(self, size: QSize) -> QImage:
        """Made once for each picture, since marks move over it."""
        if self._small.size() != size:
            self._small = shrink(self._image, self._image.rect(), size)
        return self._small

    def _paint_mark(self, painter: QPainter, area: QRectF) -> None:
        """Light within dark, which is seen on every picture."""
        short = max(SMALLEST_MARK - min(area.width(), area.height()), 0.0) / 2
        area = area.adjusted(-short, -short, short, short)
        for colour, grown in ((Qt.GlobalColor.black, 1), (Qt.GlobalColor.white, 0)):
            painter.setPen(QColor(colour))
            painter.drawRect(area.adjusted(-grown, -grown, grown - 1, grown - 1))
