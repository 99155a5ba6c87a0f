"""One picture on a canvas: averaged when shrunk, crisp when enlarged, and never copied whole."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from inspector.core.placement import Placement
from inspector.views.viewport import Frame

COARSE = 4  # samples along each axis that are averaged into one screen pixel, at most
CRISP = 3  # screen pixels for each picture pixel from which its square is shown at any scale
Pyramid = tuple[NDArray[np.uint8], ...]
CROP_STEP = 256  # a shrunk copy is reused while panning inside a grid of this many pixels


class Resampling(StrEnum):
    """How pixels of a picture become pixels of the screen."""

    AVERAGED = "averaged"
    EXACT = "exact"  # one or more whole screen pixels for each, or nearly so
    INTERPOLATED = "interpolated"


def resampling(scale: float) -> Resampling:
    """What is done at ``scale`` screen pixels for each picture pixel."""
    if scale < 1:
        return Resampling.AVERAGED
    return Resampling.EXACT if scale >= CRISP or scale == round(scale) else Resampling.INTERPOLATED


class ImageLayer:
    """Paints ``rgb`` uint8 ``(H, W, 3)``, contiguous, at ``placement`` (input pixels).

    ``smaller`` are the same picture averaged over 2 x 2, 4 x 4 … pixels, each half as large as the one
    before: from these a shrunk picture is made faster. The arrays are shared with Qt, not copied: keep
    them unchanged.
    """

    def __init__(self, rgb: NDArray[np.uint8], placement: Placement, smaller: Pyramid = ()) -> None:
        self.shape = check_rgb(rgb)
        self.placement = placement
        self._rgb = rgb, *smaller  # the QImages only point into them
        self._images = tuple(map(_image, self._rgb))
        self._small: tuple[QRect, QSize, QImage] | None = None

    def shows(self, rgb: NDArray[np.uint8]) -> bool:
        """Whether this very array is painted."""
        return self._rgb[0] is rgb

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Draw the visible part; ``painter`` works in the screen units of ``frame``."""
        ratio = painter.device().devicePixelRatioF()
        method = resampling(frame.viewport.scale * ratio * self.placement.width / self.shape[1])
        box = frame.visible(self.placement, self.shape, CROP_STEP if method is Resampling.AVERAGED else 1)
        if box is None:
            return
        source = QRect(box[1], box[0], box[3] - box[1], box[2] - box[0])
        target = self._target(box, frame)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, method is Resampling.INTERPOLATED)
        if method is not Resampling.AVERAGED:
            painter.drawImage(target, self._images[0], source.toRectF())
            return
        size = QSize(max(round(target.width() * ratio), 1), max(round(target.height() * ratio), 1))
        painter.drawImage(target, self._shrunk(source, size))

    def _target(self, box: tuple[int, int, int, int], frame: Frame) -> QRectF:
        y0, x0, y1, x1 = self.placement.box(box, self.shape)
        left, top = frame.screen_x(x0), frame.screen_y(y0)
        return QRectF(left, top, frame.screen_x(x1) - left, frame.screen_y(y1) - top)

    def _shrunk(self, source: QRect, size: QSize) -> QImage:
        if self._small is None or self._small[:2] != (source, size):
            self._small = source, size, self._averaged(source, size)
        return self._small[2]

    def _averaged(self, source: QRect, size: QSize) -> QImage:
        """From the smallest picture that is no smaller than what is wanted; parts and odd rests from the whole one."""
        if source.size() != self._images[0].size():
            return shrink(self._images[0], source, size)
        fitting = [image for image in self._images if image.width() >= size.width() and image.height() >= size.height()]
        image = fitting[-1] if fitting else self._images[0]
        return shrink(image, image.rect(), size)


def _image(rgb: NDArray[np.uint8]) -> QImage:
    height, width = check_rgb(rgb)
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)


def shrink(image: QImage, source: QRect, size: QSize) -> QImage:
    """The part ``source`` of ``image`` at ``size``, each pixel the average of those that it covers.

    Beyond ``COARSE`` source pixels to one, that many samples are averaged, which bounds time and memory
    for pictures of any size.
    """
    coarse = size * COARSE
    middle = QImage(source.size().boundedTo(coarse), QImage.Format.Format_RGB32)
    painter = QPainter(middle)
    painter.drawImage(middle.rect(), image, source)
    painter.end()
    return middle.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


def check_rgb(rgb: NDArray[np.uint8]) -> tuple[int, int]:
    """Rows and columns of a picture that Qt can share; ValueError says what is wrong with it."""
    right = rgb.dtype == np.uint8 and rgb.ndim == 3 and rgb.shape[2] == 3 and rgb.size and rgb.flags.c_contiguous
    if not right:
        raise ValueError(f"a picture to show must be contiguous uint8 (H, W, 3), got {rgb.dtype} {rgb.shape}")
    return rgb.shape[0], rgb.shape[1]
