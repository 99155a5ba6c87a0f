"""The picture area: input and output, linked in zoom and pan, side by side or divided by a line."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inspector.core.placement import Box, Placement
from inspector.core.state import Layout
from inspector.views.image_layer import ImageLayer, Pyramid, check_rgb
from inspector.views.overlays import Marks
from inspector.views.picture_canvas import PictureCanvas
from inspector.views.picture_labels import PictureLabels
from inspector.views.viewport import Viewport
from inspector.views.widgets.split_line import SplitLine

ZOOM_STEP = 1.5
OUTPUT_FIRST = (Layout.SPLIT, Layout.OUTPUT)  # the output is in the first view, not beside it
EMPTY = "Drop a picture here, open one from the File menu, or paste one."
BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class PicturePane(QWidget):
    """Shows what it is given by ``show_…`` and signals only what the user's hand does.

    The output lies over the input at its placement, so that every layout shows a pixel at the same place.
    """

    split_moved = Signal(float)  # wished share of the input's width that shows the input, 0 to 1
    pixel_hovered = Signal(object)  # (y, x) of the output under the mouse, or None
    pixel_stepped = Signal(int, int)  # rows and columns to go, by the arrow keys

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Picture")
        self._input: ImageLayer | None = None
        self._output: ImageLayer | None = None
        self._layout, self._split = Layout.SPLIT, 0.5
        self._viewport, self._fitted = Viewport(), True
        self._patch: Box | None = None
        self._pixel: Box | None = None
        self._hovered: tuple[int, int] | None = None
        self._first, self._second = PictureCanvas(self), PictureCanvas(self)
        self._line = SplitLine(self._first)
        self._labels = PictureLabels(self)
        self.setTabOrder(self, self._line)
        self._arrange()
        self._connect()
        self.show_empty(EMPTY)
        self._show_all()

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._first, 1)
        row.addWidget(self._second, 1)

    def _connect(self) -> None:
        for canvas in (self._first, self._second):
            canvas.panned.connect(self._pan)
            canvas.zoomed.connect(self._zoom_about)
            canvas.fit_wished.connect(self.fit)
            canvas.pointed.connect(self._hover)
        self._first.resized.connect(self._refit)
        self._line.moved.connect(self._wish_split)
        self._line.stepped.connect(self._step_split)

    # what is shown

    def show_input(self, rgb: NDArray[np.uint8] | None, label: str, smaller: Pyramid = ()) -> None:
        """Show the input, uint8 ``(H, W, 3)`` and contiguous; a picture of another size is fitted into the view.

        ``smaller``: the picture at half its size, at a quarter …, as ``ImageLayer`` takes them.
        """
        before = self._input.shape if self._input else None
        if rgb is None:
            self._input = None
        elif self._input is None or not self._input.shows(rgb):
            height, width = check_rgb(rgb)
            self._input = ImageLayer(rgb, Placement(0, 0, width, height), smaller)
        self._labels.input.show_text(label)
        self._fitted = self._fitted or before != (self._input and self._input.shape)
        self._show_all()

    def show_output(self, rgb: NDArray[np.uint8] | None, placement: Placement | None, label: str, smaller: Pyramid = ()) -> None:
        """Show the output, uint8 ``(H, W, 3)`` and contiguous, where it lies over the input (input pixels)."""
        if rgb is None or placement is None:
            self._output = None
        elif self._output is None or not self._output.shows(rgb) or self._output.placement != placement:
            self._output = ImageLayer(rgb, placement, smaller)
        self._labels.output.show_text(label)
        self._show_all()

    def show_layout(self, layout: Layout) -> None:
        """Arrange input and output."""
        if layout is not self._layout:
            self._layout = layout
            self._show_all()

    def show_split(self, fraction: float) -> None:
        """Put the dividing line at this share of the input's width."""
        if fraction != self._split:
            self._split = fraction
            self._show_split()

    def show_patch(self, box: Box | None, output_box: Box | None) -> None:
        """Mark ``box`` in input pixels and ``output_box`` in output pixels, each (y0, x0, y1, x1), half open."""
        self._patch, self._pixel = box, output_box
        self._show_marks()

    def show_reading(self, text: str) -> None:
        """The value at the inspected pixel in words, on the picture and for screen readers."""
        self._labels.reading.show_text(text)
        self._place_labels()

    def show_busy(self, busy: bool) -> None:
        """Grey the output's label while a newer output is on its way."""
        self._labels.output.show_faint(busy)

    def show_empty(self, text: str) -> None:
        """What to do, said in the middle while there is no picture."""
        self._empty = text
        self._show_layers()

    # what the user sees of it

    def fit(self) -> None:
        """Show the whole picture, and keep it whole when the window changes size."""
        self._fitted = True
        self._refit()

    def zoom_in(self) -> None:
        """Enlarge about the middle."""
        self._zoom_about(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Shrink about the middle."""
        self._zoom_about(1 / ZOOM_STEP)

    def actual_size(self) -> None:
        """One pixel of the input on one pixel of the screen."""
        self._zoom_about(1 / (self._viewport.scale * self.devicePixelRatioF()))

    @property
    def viewport(self) -> Viewport:
        """The part of the pictures that is seen, the same in both views."""
        return self._viewport

    def _content(self) -> Placement | None:
        layers = [layer.placement for layer in (self._input, self._output) if layer is not None]
        return layers[0].united(layers[-1]) if layers else None

    def _refit(self) -> None:
        content = self._content()
        if self._fitted and content is not None:
            self._show_viewport(Viewport.fitted(content, self._first.width(), self._first.height()))
        self._place()

    def _pan(self, dx: float, dy: float) -> None:
        self._go(self._viewport.panned(dx, dy))

    def _zoom_about(self, factor: float, dx: float = 0.0, dy: float = 0.0) -> None:
        self._go(self._viewport.zoomed(factor, dx, dy))

    def _go(self, viewport: Viewport) -> None:
        content = self._content()
        if content is not None:
            self._fitted = False
            self._show_viewport(viewport.held_within(content))

    # passing it on

    def _show_all(self) -> None:
        self._second.setVisible(self._layout is Layout.SIDE)
        self._show_layers()
        self._show_marks()
        self._refit()

    def _show_layers(self) -> None:
        with_input, with_output = self._layout is not Layout.OUTPUT, self._layout in OUTPUT_FIRST
        self._first.show_layers(self._input if with_input else None, self._output if with_output else None)
        self._second.show_layers(None, self._output)
        nothing = self._input is None and self._output is None
        self._first.show_text(self._empty if nothing else "")

    def _show_viewport(self, viewport: Viewport) -> None:
        self._viewport = viewport
        for canvas in (self._first, self._second):
            canvas.show_viewport(viewport)
        self._labels.show_zoom(viewport.scale * self.devicePixelRatioF())
        self._place()

    def _show_marks(self) -> None:
        pixel = None
        if self._pixel is not None and self._output is not None:
            pixel = self._output.placement.box(self._pixel, self._output.shape)
        with_input, with_output = self._layout is not Layout.OUTPUT, self._layout in OUTPUT_FIRST
        self._first.show_marks(Marks(self._patch if with_input else None, pixel if with_output else None))
        self._second.show_marks(Marks(None, pixel))

    def _show_split(self) -> None:
        both = self._layout is Layout.SPLIT and self._input is not None and self._output is not None
        x = self._split * self._input.shape[1] if both and self._input else None
        self._first.show_split(x)
        self._line.setVisible(x is not None)
        if x is not None:
            self._line.place(self._first.frame.screen_x(x), self._first.size())

    def _place(self) -> None:
        self._show_split()
        self._place_labels()

    def _place_labels(self) -> None:
        right = self._second if self._layout is Layout.SIDE else self._first
        self._labels.place(self._layout, self._first.geometry(), right.geometry())
        self.setAccessibleDescription(self._labels.plain)

    # what the hand does

    def _hover(self, point: tuple[float, float] | None) -> None:
        pixel = None
        if point is not None and self._output is not None:
            pixel = self._output.placement.pixel_at(*point, self._output.shape)
        if pixel != self._hovered:
            self._hovered = pixel
            self.pixel_hovered.emit(pixel)

    def _wish_split(self, x: float) -> None:
        if self._input is not None:
            self._ask_split(self._first.frame.picture_x(x) / self._input.shape[1])

    def _step_split(self, steps: int) -> None:
        self._ask_split(self._split + steps / 100)

    def _ask_split(self, fraction: float) -> None:
        fraction = min(max(fraction, 0.0), 1.0)
        if fraction != self._split:
            self.split_moved.emit(fraction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys step the inspected pixel, with Shift by ten."""
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self.pixel_stepped.emit(step[0] * far, step[1] * far)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard goes, to those who came by the keyboard."""
        self._show_focus(event.reason() in BY_KEYBOARD)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard goes elsewhere."""
        self._show_focus(False)

    def _show_focus(self, focused: bool) -> None:
        for canvas in (self._first, self._second):
            canvas.show_focus(focused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep labels and line in place."""
        super().resizeEvent(event)
        self._place()
