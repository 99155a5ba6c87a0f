"""Small pictures as Qt draws them: of kernels and of photographs."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from inspector.core.display import diverging


def image_of(rgb: NDArray[np.uint8]) -> QImage:
    """A QImage that owns a copy of ``(h, w, 3)`` uint8 RGB."""
    rgb = np.ascontiguousarray(rgb)
    height, width = rgb.shape[:2]
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def kernel_rgb(weights: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Weights ``(kh, kw)`` as ``(kh, kw, 3)`` uint8, one pixel a weight.

    Signed kernels go from blue (negative) over white (zero) to red, symmetric about zero; kernels
    without negative weights go from black (zero) to white (the largest).
    """
    reach = float(np.abs(weights).max()) or 1.0
    relative = weights.astype(np.float64) / reach
    if relative.min() < 0:
        return diverging()[128 + np.rint(relative * 127).astype(np.intp)]  # entry 128 is white
    grey = np.rint(relative * 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def kernel_image(weights: NDArray[np.floating]) -> QImage:
    """``kernel_rgb`` as a QImage; draw it without smoothing."""
    return image_of(kernel_rgb(weights))
