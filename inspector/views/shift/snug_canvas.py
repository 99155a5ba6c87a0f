"""Canvases for little room: pictures are fitted up to the edge, since labels stand beside them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent

from inspector.views.network.maps_canvas import MapsCanvas
from inspector.views.network.zoom_canvas import ZoomCanvas
from inspector.views.picture_pane import ARROWS, BY_KEYBOARD
from inspector.views.viewport import MARGIN_X, MARGIN_Y, Viewport

ROOM = 6.0  # left free around a fitted picture, screen units
TOGGLES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SnugCanvas(ZoomCanvas):
    """A ``ZoomCanvas`` that takes the focus and shows it to those who came by the keyboard."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(80, 60)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard goes."""
        self.show_focus(event.reason() in BY_KEYBOARD)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard goes elsewhere."""
        self.show_focus(False)

    def _refit(self) -> None:
        """As wide as the widget allows; the view is taken to be larger by what ``fitted`` leaves free for labels."""
        if self._fitted and self._layer is not None:
            wide, high = self.width() + 2 * (MARGIN_X - ROOM), self.height() + 2 * (MARGIN_Y - ROOM)
            viewport = Viewport.fitted(self._layer.placement, wide, high)
            self.show_viewport(viewport.zoomed(max(self._least / viewport.scale, 1.0)))
        self.viewed.emit()


class LinkedMaps(SnugCanvas, MapsCanvas):
    """The maps of a layer; several of them show the same part. ``stepped`` (dy, dx) by arrow keys, ``toggled`` by Enter."""

    stepped = Signal(int, int)
    toggled = Signal()

    def follow(self, other: "LinkedMaps") -> None:
        """Show what the other one shows, which is of the same size."""
        self._fitted = other._fitted
        self.show_viewport(other.viewport)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys go to other maps, Enter enlarges and goes back."""
        key = Qt.Key(event.key())
        if key in ARROWS:
            self.stepped.emit(*ARROWS[key])
        elif key in TOGGLES:
            self.toggled.emit()
        else:
            super().keyPressEvent(event)
