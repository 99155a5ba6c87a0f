"""Marks over a picture: the patch under the kernel, and the one output pixel that it makes."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from inspector.core.placement import Box
from inspector.views.viewport import Frame

PATCH, PIXEL = QColor("#ffd400"), QColor("#ffffff")
HALO = QColor(0, 0, 0, 160)
PATCH_LEAST, PIXEL_LEAST = 15.0, 7.0  # a mark is drawn at least this large, screen units


@dataclass(frozen=True)
class Marks:
    """Boxes (y0, x0, y1, x1) in input pixels, or None: ``patch`` is looked at, ``pixel`` is the result."""

    patch: Box | None = None
    pixel: Box | None = None


def paint_marks(painter: QPainter, frame: Frame, marks: Marks) -> None:
    """Draw the patch with a broken and the pixel with a whole line, both with a dark halo to be seen over anything."""
    if marks.patch is not None:
        _paint_box(painter, _screen_box(frame, marks.patch, PATCH_LEAST), PATCH, [4.0, 3.0])
    if marks.pixel is not None:
        _paint_box(painter, _screen_box(frame, marks.pixel, PIXEL_LEAST), PIXEL, [])


def _screen_box(frame: Frame, box: Box, least: float) -> QRectF:
    y0, x0, y1, x1 = box
    left, top = frame.screen_x(x0), frame.screen_y(y0)
    rect = QRectF(left, top, frame.screen_x(x1) - left, frame.screen_y(y1) - top)
    grow_x, grow_y = (max(least - size, 0.0) / 2 for size in (rect.width(), rect.height()))
    return rect.adjusted(-grow_x, -grow_y, grow_x, grow_y)


def _paint_box(painter: QPainter, rect: QRectF, colour: QColor, dashes: list[float]) -> None:
    painter.setPen(QPen(HALO, 3))
    painter.drawRect(rect)
    pen = QPen(colour, 1)
    if dashes:
        pen.setDashPattern(dashes)
    painter.setPen(pen)
    painter.drawRect(rect)
