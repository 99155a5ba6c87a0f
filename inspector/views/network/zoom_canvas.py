"""A canvas for one picture that zooms, pans and fits by itself."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from inspector.core.placement import Placement
from inspector.views.image_layer import ImageLayer, Pyramid, check_rgb
from inspector.views.picture_canvas import PictureCanvas
from inspector.views.picture_pane import ZOOM_STEP
from inspector.views.viewport import Viewport


class ZoomCanvas(PictureCanvas):
    """Follows the hand that zooms and pans; while ``fitted`` the picture stays whole at every size of the canvas."""

    viewed = Signal()  # another part of the picture, or at another size

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer: ImageLayer | None = None
        self._least = 0.0
        self._fitted = True
        self.panned.connect(self._pan)
        self.zoomed.connect(self._zoom_about)
        self.resized.connect(self._refit)

    def show_picture(
        self, rgb: NDArray[np.uint8] | None, smaller: Pyramid = (), *, keep: bool = True, least: float = 0.0
    ) -> None:
        """Show a picture, uint8 (H, W, 3) and contiguous, or nothing; ``smaller`` as ``ImageLayer`` takes them.

        One of the same size as before is seen as that was, without ``keep`` it is fitted: as large as the canvas allows, but
        at no less than ``least`` screen units for each of its pixels.
        """
        before, self._least = self.shape, least
        if rgb is None:
            self._layer = None
        elif self._layer is None or not self._layer.shows(rgb):
            height, width = check_rgb(rgb)
            self._layer = ImageLayer(rgb, Placement(0, 0, width, height), smaller)
        self._fitted = self._fitted or not keep or self.shape != before
        self.show_layers(self._layer, None)
        self._refit()

    @property
    def shape(self) -> tuple[int, int] | None:
        """Height and width of the picture, or None."""
        return self._layer.shape if self._layer is not None else None

    @property
    def viewport(self) -> Viewport:
        """The part of the picture that is seen."""
        return self.frame.viewport

    def fit(self) -> None:
        """Show the whole picture, and keep it whole."""
        self._fitted = True
        self._refit()

    def zoom_in(self) -> None:
        """Enlarge about the middle."""
        self._zoom_about(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Shrink about the middle."""
        self._zoom_about(1 / ZOOM_STEP)

    def actual_size(self) -> None:
        """One pixel of the picture on one pixel of the screen."""
        self._zoom_about(1 / (self.viewport.scale * self.devicePixelRatioF()))

    def reveal(self, box: tuple[float, float, float, float]) -> None:
        """Pan just so far that the picture's pixels in ``box`` (y0, x0, y1, x1), half open, are in sight."""
        frame, (y0, x0, y1, x1) = self.frame, box
        dx = _way(frame.screen_x(x0), frame.screen_x(x1), frame.width)
        dy = _way(frame.screen_y(y0), frame.screen_y(y1), frame.height)
        if dx or dy:
            self._pan(dx, dy)

    def _refit(self) -> None:
        if self._fitted and self._layer is not None:
            viewport = Viewport.fitted(self._layer.placement, self.width(), self.height())
            self.show_viewport(viewport.zoomed(max(self._least / viewport.scale, 1.0)))
        self.viewed.emit()

    def _pan(self, dx: float, dy: float) -> None:
        self._go(self.viewport.panned(dx, dy))

    def _zoom_about(self, factor: float, dx: float = 0.0, dy: float = 0.0) -> None:
        self._go(self.viewport.zoomed(factor, dx, dy))

    def _go(self, viewport: Viewport) -> None:
        if self._layer is not None:
            self._fitted = False
            self.show_viewport(viewport.held_within(self._layer.placement))
            self.viewed.emit()


def _way(start: float, end: float, length: float) -> float:
    """How far what reaches from ``start`` to ``end`` has to go to lie within 0 … ``length``; its start counts more."""
    return -start if start < 0 or end - start > length else min(length - end, 0.0)
