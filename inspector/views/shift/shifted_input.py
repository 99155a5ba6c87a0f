"""The network's input as it is moved: the hand takes hold of the picture itself."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from inspector.core.shift.shown import shift_line
from inspector.core.shift.transforms import Places
from inspector.views.image_layer import Pyramid
from inspector.views.overlays import Marks
from inspector.views.picture_pane import ARROWS
from inspector.views.shift.snug_canvas import SnugCanvas

TICK = 16  # milliseconds from one move to the next: a mouse tells more than any screen shows
FAR = 8  # pixels that an arrow key goes with Shift
BACK = (Qt.Key.Key_Home, Qt.Key.Key_0)
TIP = "Drag the picture, or move it by the arrow keys, with Shift by 8 px; a double click puts it back; the middle button pans"


class ShiftedInput(SnugCanvas):
    """Shows the picture as it has been moved; ``dragged`` carries where the hand moves it to.

    Whole pixels (dy, dx) from where the picture itself lies. ``put_back``: everything that is done to the picture is to be
    undone. ``session`` changes with each drag and each time that the keys are taken up, so that one can be one step of undo.
    """

    dragged = Signal(float, float)
    put_back = Signal()

    def __init__(self) -> None:
        super().__init__("Input of the network, to be moved")
        self.session = 0
        self._shift: Places = (0.0, 0.0)
        self._held: tuple[QPointF, Places] | None = None
        self._wanted: Places | None = None
        self._keyed, self._framed, self._limit = False, True, float("inf")
        self._tick = QTimer(self, singleShot=True, interval=TICK)
        self._tick.timeout.connect(self._follow)
        self.setToolTip(TIP)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def show_shift(self, dy: float, dx: float, *, framed: bool = True, limit: float | None = None) -> None:
        """Where the picture is now, in its own pixels; ``framed``: show where its edge has gone, which only shifts can.

        ``limit``: how far the hand can move it; None: until nothing is left of it.
        """
        self._shift, self._framed = (dy, dx), framed
        self._limit = float("inf") if limit is None else limit
        self.setAccessibleDescription(shift_line(dy, dx))
        self._show_frame()

    def show_picture(
        self, rgb: NDArray[np.uint8] | None, smaller: Pyramid = (), *, keep: bool = True, least: float = 0.0
    ) -> None:
        """See ``ZoomCanvas``."""
        super().show_picture(rgb, smaller, keep=keep, least=least)
        self._show_frame()

    def _show_frame(self) -> None:
        (dy, dx), shape = self._shift, self.shape
        if shape is None or not self._framed or not (dy or dx):
            self.show_marks(Marks())
        else:
            self.show_marks(Marks(patch=(dy, dx, dy + shape[0], dx + shape[1])))

    # what the hand does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture; the middle button pans."""
        if event.button() is Qt.MouseButton.LeftButton and self.shape is not None:
            self._begin(keyed=False)
            self._held = event.position(), self._shift
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move it by whole pixels from where it was taken hold of."""
        if self._held is None:
            super().mouseMoveEvent(event)
            return
        start, (dy, dx) = self._held
        way, scale = event.position() - start, self.viewport.scale
        self._wanted = round(dy + way.y() / scale), round(dx + way.x() / scale)
        if not self._tick.isActive():
            self._follow()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._held is None:
            super().mouseReleaseEvent(event)
        self._follow()
        self._held = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Put the picture back."""
        self._held = None
        self.put_back.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys move it, Home puts it back."""
        key = Qt.Key(event.key())
        if key in ARROWS and self.shape is not None:
            if not self._keyed:
                self._begin(keyed=True)
            far = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            (dy, dx), (down, right) = self._shift, ARROWS[key]
            self._move_to(dy + far * down, dx + far * right)
        elif key in BACK:
            self.put_back.emit()
        else:
            super().keyPressEvent(event)

    def _begin(self, *, keyed: bool) -> None:
        self.session += 1
        self._keyed = keyed

    def _follow(self) -> None:
        """Go where the hand has gone since the last time."""
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self._tick.start()
            self._move_to(*wanted)

    def _move_to(self, dy: float, dx: float) -> None:
        """At once, and not only when the new picture has come: the next step starts from here."""
        dy, dx = (_within(way, min(side, self._limit)) for way, side in zip((dy, dx), self.shape or (0, 0), strict=True))
        if (dy, dx) != self._shift:
            self._shift = (float(dy), float(dx))
            self.dragged.emit(*self._shift)


def _within(way: float, most: float) -> float:
    return min(max(way, -most), most)
