"""The badge of a layer that was recomputed: a tick, a cross, or a dash where it could not be; drawn, as few fonts have them."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from inspector.core.network.agreement import Agreement, words
from inspector.views.theme import Palette

MARK = 14  # pixels that a badge takes at the end of a name
SIDE = 8  # of the mark itself
TICK = (((0.0, 0.55), (0.35, 0.9), (1.0, 0.1)),)
CROSS = (((0.05, 0.05), (0.95, 0.95)), ((0.05, 0.95), (0.95, 0.05)))
DASH = (((0.1, 0.5), (0.9, 0.5)),)
SAID = {True: "agrees with torch", False: "differs from torch", None: "not recomputed"}


def said(check: Agreement) -> str:
    """The badge for screen readers."""
    return f"{SAID[check.agrees]}, {words(check)}"


def paint_mark(painter: QPainter, area: QRect, check: Agreement, colours: Palette) -> None:
    """Draw the badge at the right end of ``area``."""
    square = QRectF(area.right() - SIDE, area.center().y() - SIDE / 2, SIDE, SIDE)
    strokes = {True: TICK, False: CROSS, None: DASH}[check.agrees]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = colours.warning if check.agrees is False else colours.muted
    painter.setPen(QPen(QColor(colour), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    for stroke in strokes:
        painter.drawPolyline(QPolygonF([_at(square, x, y) for x, y in stroke]))
    painter.restore()


def _at(square: QRectF, x: float, y: float) -> QPointF:
    return QPointF(square.left() + x * square.width(), square.top() + y * square.height())
