"""The network's input, large, with what units see of it."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from inspector.core.placement import Placement
from inspector.views.field.climbing import KEYS, Climb
from inspector.views.field.marks import Kind, Mark, paint_cross, paint_fields, painted, screen_box
from inspector.views.image_layer import Pyramid
from inspector.views.network.maps_canvas import CLICK
from inspector.views.network.zoom_canvas import ZoomCanvas
from inspector.views.picture_pane import ARROWS, BY_KEYBOARD
from inspector.views.viewport import Viewport

Pixel = tuple[int, int]  # (y, x) of the picture
TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ALIKE = 1.25  # how many times as long the sides of one box may be as those of another
FAR = 10  # pixels that an arrow key goes with Shift


class FieldCanvas(ZoomCanvas):
    """Shows what it is given by ``show_…`` and signals only what the user's hand does.

    Mouse and arrow keys point at a pixel, a click or Enter chooses it, Ctrl+wheel and the page keys climb through the layers.
    """

    pixel_pointed = Signal(object)  # (y, x) of the picture, or None; whenever it is another one
    pixel_clicked = Signal(int, int)
    climbed = Signal(int)  # layers to go: 1 is one on, -1 one back

    slack = CLICK

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Input of the network")
        self._fields: tuple[Mark, ...] = ()
        self._pixel: Pixel | None = None
        self._pointed: Pixel | None = None
        self._revealing = False
        self._reach: Placement | None = None  # around all present boxes that are alike
        self._first = Placement(0, 0, 0, 0)  # the first of these
        self._climb = Climb()
        self.pointed.connect(self._hover)
        self.clicked.connect(self._click)
        self.fit_wished.connect(self.fit)

    # what is shown

    def show_picture(
        self, rgb: NDArray[np.uint8] | None, smaller: Pyramid = (), *, keep: bool = True, least: float = 0.0
    ) -> None:
        """See ``ZoomCanvas``; of a picture of another size no pixel has been pointed at."""
        if rgb is not None and keep and self._layer is not None and self._layer.shows(rgb):
            return  # as for most moves of the mouse
        before = self.shape
        super().show_picture(rgb, smaller, keep=keep, least=least)
        if self.shape != before:
            self._pointed = self._reach = None
            self._follow()
            self._refit()

    def show_marks(self, marks: tuple[Mark, ...]) -> None:  # type: ignore[override]  # not those of the filter
        """Draw these fields over the picture."""
        if marks != self._fields:
            changed = set(marks) ^ set(self._fields)
            self._fields = marks
            self.setAccessibleDescription("; ".join(mark.words for mark in marks))
            self._follow()
            self._repaint(changed)

    def show_pixel(self, pixel: Pixel | None) -> None:
        """Mark the pixel (y, x) with a cross, or none."""
        if pixel != self._pixel:
            self._pixel = pixel
            self.update()

    def reveal_box(self, reveal: bool) -> None:
        """Whether to fit not the picture alone but also all of the present box that lies beside it."""
        self._revealing, self._reach = reveal, None
        self._follow()
        self._refit()

    def _repaint(self, marks: Iterable[Mark]) -> None:
        """What lies under these; everything where labels give way to each other."""
        if any(mark.label for mark in marks):
            self.update()
            return
        for mark in marks:
            self.update(painted(self.frame, mark))

    # how it is fitted

    def _follow(self) -> None:
        """Make room for the present box; none is given up while boxes are alike, lest the picture jumps about."""
        box = next((mark.box for mark in self._fields if mark.kind is Kind.PRESENT), None)
        if not self._revealing or box is None:
            return
        place = Placement(box[1], box[0], box[3] - box[1], box[2] - box[0])
        before = self._reach
        if before is not None and _alike(place, self._first):
            self._reach = before.united(place)
        else:
            self._reach = self._first = place
        if self._reach != before:
            self._refit()

    def _refit(self) -> None:
        if self._fitted and self._layer is not None and self._reach is not None:
            content = self._layer.placement.united(self._reach)
            self.show_viewport(Viewport.fitted(content, self.width(), self.height()))
            self.viewed.emit()
        else:
            super()._refit()

    # how it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, and what is seen of it."""
        super().paintEvent(event)
        if self._layer is not None:
            with QPainter(self) as painter:
                self._paint_fields(painter, self._layer.placement)

    def _paint_fields(self, painter: QPainter, place: Placement) -> None:
        picture = (place.y, place.x, place.y + place.height, place.x + place.width)
        paint_fields(painter, self.frame, screen_box(self.frame, picture), self._fields)
        if self._pixel is not None:
            y, x = self._pixel
            paint_cross(painter, QPointF(self.frame.screen_x(x + 0.5), self.frame.screen_y(y + 0.5)))

    # what the hand does

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, or with Ctrl climb."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        steps = self._climb.steps(event)
        if steps:
            self.climbed.emit(steps)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys point at the next pixel, with Shift at one further away; Enter chooses it, the page keys climb."""
        key = Qt.Key(event.key())
        if key in KEYS:
            self.climbed.emit(KEYS[key])
        elif key in ARROWS and self.shape is not None:
            far = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._step(self.shape, ARROWS[key], far)
        elif key in TAKES and self._pointed is not None:
            self.pixel_clicked.emit(*self._pointed)
        else:
            super().keyPressEvent(event)

    def _step(self, shape: tuple[int, int], way: tuple[int, int], far: int) -> None:
        """From the pixel that is pointed at or marked, else from the middle, as far as the picture goes."""
        start = self._pointed or self._pixel or (shape[0] // 2, shape[1] // 2)
        y, x = (min(max(at + step * far, 0), length - 1) for at, step, length in zip(start, way, shape, strict=True))
        self._look_at((y, x))

    def _hover(self, point: tuple[float, float] | None) -> None:
        self._look_at(self._at(*point) if point is not None else None)

    def _click(self, y: float, x: float) -> None:
        pixel = self._at(y, x)
        if pixel is not None:
            self.pixel_clicked.emit(*pixel)

    def _look_at(self, pixel: Pixel | None) -> None:
        if pixel != self._pointed:
            self._pointed = pixel
            self.pixel_pointed.emit(pixel)

    def _at(self, y: float, x: float) -> Pixel | None:
        """The pixel that covers a point of the picture."""
        return self._layer.placement.pixel_at(y, x, self._layer.shape) if self._layer is not None else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard goes, to those who came by the keyboard."""
        self.show_focus(event.reason() in BY_KEYBOARD)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard goes elsewhere, which points at nothing any more."""
        self.show_focus(False)
        self._look_at(None)


def _alike(one: Placement, other: Placement) -> bool:
    """Whether two boxes may be those of units of one layer, which differ a little where windows do."""
    sides = (one.width, other.width), (one.height, other.height)
    return all(max(pair) <= ALIKE * min(pair) for pair in sides)
