"""Receptive fields drawn over a picture: what units see as boxes, and how their gradients spread as ellipses."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import degrees

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion

from inspector.core.placement import Box
from inspector.core.receptive_field.effective import Ellipse
from inspector.views.overlays import HALO, PATCH
from inspector.views.viewport import Frame
from inspector.views.widgets.chip import GROUND, INK

LINE, CURVE, THIN, RIM = 2.0, 1.5, 1.0, 1.0  # of boxes, ellipses, crosses, and the dark rim of each; screen units
LEAST = 5.0  # a box is drawn at least this large, screen units
ARM = 6.0  # of a cross, screen units
OUTSIDE = (2.0, 3.0)  # dashes of what lies beside the picture, in widths of the line
PIN_COLOURS = tuple(map(QColor, ("#7fd4ff", "#ffb37a", "#a5e887", "#f2a6e0")))
PIN_DASHES = (9.0, 3.0), (5.0, 3.0), (9.0, 3.0, 2.0, 3.0), (7.0, 3.0, 2.0, 3.0, 2.0, 3.0)


class Kind(StrEnum):
    """Whose field is marked."""

    PRESENT = "present"  # the unit that is looked at
    PIN = "pin"  # one that is kept to be compared


@dataclass(frozen=True)
class Mark:
    """The field of one unit: its ``box`` in pixels of the picture, which may reach beyond it.

    ``label`` stands at the box; that of a pin is its number.
    """

    box: Box
    ellipse: Ellipse | None = None
    label: str = ""
    kind: Kind = Kind.PRESENT

    @property
    def words(self) -> str:
        """'1: rows -3 to 9, columns 0 to 12', both ends included, for screen readers."""
        y0, x0, y1, x1 = (round(edge) for edge in self.box)
        return f"{self.label or 'Field'}: rows {y0} to {y1 - 1}, columns {x0} to {x1 - 1}"


@dataclass(frozen=True)
class Stroke:
    """The colour of a line and its dashes in widths of the line; none for a whole line."""

    colour: QColor
    dashes: tuple[float, ...] = ()


def pin_stroke(number: int) -> Stroke:
    """How the pin with this number, from 1, is drawn wherever it is seen; those four apart differ by their numbers alone."""
    place = (number - 1) % len(PIN_COLOURS)
    return Stroke(PIN_COLOURS[place], PIN_DASHES[place])


def stroke_of(mark: Mark) -> Stroke:
    """How a mark is drawn: the present one whole, a pin by its number."""
    if mark.kind is Kind.PRESENT:
        return Stroke(PATCH)
    return pin_stroke(int(mark.label) if mark.label.isdecimal() else 1)


def screen_box(frame: Frame, box: Box) -> QRectF:
    """Where pixels of the picture lie on the screen."""
    y0, x0, y1, x1 = box
    return QRectF(QPointF(frame.screen_x(x0), frame.screen_y(y0)), QPointF(frame.screen_x(x1), frame.screen_y(y1)))


def paint_fields(painter: QPainter, frame: Frame, picture: QRectF, marks: tuple[Mark, ...]) -> None:
    """Draw all marks, the present one uppermost; ``picture`` is where that lies on the screen, beside it lines are dotted."""
    for mark in sorted(marks, key=lambda mark: mark.kind is Kind.PRESENT):
        stroke = stroke_of(mark)
        paint_box(painter, screen_box(frame, mark.box), picture, stroke)
        if mark.ellipse is not None:
            _paint_ellipse(painter, frame, mark.ellipse, stroke.colour)
    corners = [(screen_box(frame, mark.box).topLeft(), mark.label, stroke_of(mark).colour) for mark in marks if mark.label]
    paint_tags(painter, QRectF(0, 0, frame.width, frame.height), corners)


def paint_box(painter: QPainter, area: QRectF, picture: QRectF, stroke: Stroke) -> None:
    """Draw a box: its line within the picture, dots beside it."""
    short_x, short_y = (max(LEAST - size, 0.0) / 2 for size in (area.width(), area.height()))
    area = area.adjusted(-short_x, -short_y, short_x, short_y)
    reach = LINE / 2 + RIM  # a line on the picture's very edge counts as within
    within = QRegion(picture.adjusted(-reach, -reach, reach, reach).toAlignedRect())
    everywhere = QRegion(painter.window())
    painter.save()
    for region, line in ((within, stroke), (everywhere - within, Stroke(stroke.colour, OUTSIDE))):
        painter.setClipRegion(region)
        _draw_rect(painter, area, line)
    painter.restore()


def painted(frame: Frame, mark: Mark) -> QRegion:
    """Where a mark is drawn; its label, which gives way to others, apart."""
    area, grown = screen_box(frame, mark.box), LEAST / 2 + LINE + RIM
    region = QRegion(area.adjusted(-grown, -grown, grown, grown).toAlignedRect())
    region -= QRegion(area.adjusted(grown, grown, -grown, -grown).toAlignedRect())
    if mark.ellipse is not None:
        (y, x), reach = mark.ellipse.centre, max(mark.ellipse.axes) * frame.viewport.scale + CURVE + RIM
        middle = QPointF(frame.screen_x(x + 0.5), frame.screen_y(y + 0.5))
        region += QRectF(middle - QPointF(reach, reach), middle + QPointF(reach, reach)).toAlignedRect()
    return region


def paint_cross(painter: QPainter, centre: QPointF) -> None:
    """A small light cross with a dark rim."""
    across, down = QPointF(ARM, 0), QPointF(0, ARM)
    for pen in _pens(INK, THIN, ()):
        painter.setPen(pen)
        painter.drawLine(centre - across, centre + across)
        painter.drawLine(centre - down, centre + down)


def paint_tags(painter: QPainter, view: QRectF, tags: Sequence[tuple[QPointF, str, QColor]]) -> None:
    """Small texts, each with the colour of what it names, at a corner of a box or as near as the view and other tags allow."""
    metrics = painter.fontMetrics()
    sizes = [QSizeF(metrics.horizontalAdvance(text) + 8 + LINE, metrics.height()) for _, text, _ in tags]
    corners = [corner - QPointF(LINE / 2 + RIM, LINE + size.height()) for (corner, _, _), size in zip(tags, sizes, strict=True)]
    wishes = [QRectF(corner, size) for corner, size in zip(corners, sizes, strict=True)]
    for area, (_, text, colour) in zip(apart(view, wishes), tags, strict=True):
        _paint_tag(painter, area, text, colour)


def apart(view: QRectF, wishes: Sequence[QRectF]) -> list[QRectF]:
    """The areas moved into the view, and each sideways to where there is more room until it lies on none before it."""
    taken: list[QRectF] = []
    for wish in wishes:
        left = min(max(wish.left(), view.left()), view.right() - wish.width())
        top = min(max(wish.top(), view.top()), view.bottom() - wish.height())
        step = wish.width() + 1 if left + wish.width() / 2 < view.center().x() else -wish.width() - 1
        area = QRectF(QPointF(left, top), wish.size())
        while any(area.intersects(other) for other in taken):
            area.translate(step, 0)
        taken.append(area)
    return taken


def _draw_rect(painter: QPainter, area: QRectF, stroke: Stroke) -> None:
    for pen in _pens(stroke.colour, LINE, stroke.dashes):
        painter.setPen(pen)
        painter.drawRect(area)


def _paint_ellipse(painter: QPainter, frame: Frame, ellipse: Ellipse, colour: QColor) -> None:
    (y, x), scale = ellipse.centre, frame.viewport.scale
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(frame.screen_x(x + 0.5), frame.screen_y(y + 0.5))
    painter.rotate(degrees(ellipse.angle))
    for pen in _pens(colour, CURVE, ()):
        painter.setPen(pen)
        painter.drawEllipse(QPointF(0, 0), ellipse.axes[0] * scale, ellipse.axes[1] * scale)
    painter.restore()


def _pens(colour: QColor, width: float, dashes: tuple[float, ...]) -> tuple[QPen, QPen]:
    """A dark one and a light one that leaves a rim of it, to be seen over anything."""
    dark, light = QPen(HALO, width + 2 * RIM), QPen(colour, width)
    for pen in (dark, light):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashes:
        light.setDashPattern(dashes)
    return dark, light


def _paint_tag(painter: QPainter, area: QRectF, text: str, colour: QColor) -> None:
    painter.fillRect(area, GROUND)
    painter.fillRect(QRectF(area.left(), area.top(), LINE, area.height()), colour)
    painter.setPen(INK)
    painter.drawText(area.adjusted(LINE, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, text)
