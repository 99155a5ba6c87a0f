"""The atlas of a layer's maps with its signs: which map is chosen, which are dead, and their indices."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from inspector.core.network.view import Grid
from inspector.views.network.zoom_canvas import ZoomCanvas
from inspector.views.style_sheet import SMALL
from inspector.views.theme import colours_of
from inspector.views.viewport import Frame
from inspector.views.widgets.chip import GROUND, INK

SIGNED, NUMBERED = 16.0, 48.0  # sides on the screen from which maps have the sign of the dead, and their index
SIGN = 11  # side of the sign, screen units
CLICK = 4.0  # screen units that a hand trembles


@dataclass(frozen=True, eq=False)
class Signs:
    """What is marked of an atlas: ``order`` has the index of the map at each place, ``dead`` (C,) goes by index.

    ``chosen`` is the place of the map that is looked at closely. ``names`` of the maps by index, where there are as many.
    """

    grid: Grid
    order: NDArray[np.int64]
    dead: NDArray[np.bool_]
    chosen: int
    names: tuple[str, ...] = ()

    def tag(self, index: int) -> str:
        """What stands in the corner of a map: its index, and its name if that says more."""
        name = self.names[index] if len(self.names) == self.grid.count else ""
        return f"{index} {name}" if name not in ("", str(index)) else str(index)


class MapsCanvas(ZoomCanvas):
    """A canvas that paints ``Signs`` over its picture, all in screen units."""

    slack = CLICK

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signs: Signs | None = None
        self._tags: dict[str, QPixmap] = {}  # drawing a text takes ten times as long as a pixmap
        self._tagged: tuple[float, QFont, int] | None = None  # for which scale, font and width they were drawn

    def show_signs(self, signs: Signs | None) -> None:
        """Mark these, or nothing."""
        if signs is not self._signs:
            self._signs = signs
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, and the signs over it."""
        super().paintEvent(event)
        if self._signs is not None:
            with QPainter(self) as painter:
                self._paint_signs(painter, self._signs, event.rect())

    def _paint_signs(self, painter: QPainter, signs: Signs, part: QRect) -> None:
        cells = Cells.of(self.frame, signs.grid)
        seen = list(cells.seen(part))
        if min(cells.wide, cells.tall) >= SIGNED:
            self._paint_dead(painter, cells, [place for place in seen if signs.dead[signs.order[place]]])
        if min(cells.wide, cells.tall) >= NUMBERED:
            self._paint_tags(painter, cells, seen, [signs.tag(index) for index in signs.order[seen].tolist()])
        self._paint_chosen(painter, cells.area(signs.chosen))

    def _paint_dead(self, painter: QPainter, cells: "Cells", places: list[int]) -> None:
        sign, inset = _dead_sign(self.devicePixelRatioF()), QPointF(SIGN + 2, SIGN + 2)
        for place in places:
            painter.drawPixmap((cells.area(place).bottomRight() - inset).toPoint(), sign)

    def _paint_tags(self, painter: QPainter, cells: "Cells", places: list[int], texts: list[str]) -> None:
        look = self.devicePixelRatioF(), self.font(), int(cells.wide)
        if look != self._tagged:
            self._tags, self._tagged = {}, look
        for place, text in zip(places, texts, strict=True):
            if text not in self._tags:
                self._tags[text] = _tag(text, look[1], look[0], look[2])
            painter.drawPixmap(cells.corner(place).toPoint(), self._tags[text])

    def _paint_chosen(self, painter: QPainter, area: QRectF) -> None:
        """The accent with a light line inside, to be seen over anything."""
        painter.setPen(_frame_pen(QColor(colours_of(self).accent), 3))
        painter.drawRect(area.adjusted(-2, -2, 2, 2))
        painter.setPen(_frame_pen(INK, 1))
        painter.drawRect(area)


@dataclass(frozen=True)
class Cells:
    """Where the maps of ``grid`` lie on the screen: the first at (``left``, ``top``), each ``wide`` and ``tall``."""

    grid: Grid
    left: float
    top: float
    wide: float
    tall: float
    step_x: float
    step_y: float

    @classmethod
    def of(cls, frame: Frame, grid: Grid) -> Self:
        """The cells as ``frame`` shows the atlas."""
        scale, gap = frame.viewport.scale, grid.gap
        steps = (grid.width + gap) * scale, (grid.height + gap) * scale
        return cls(grid, frame.screen_x(0), frame.screen_y(0), grid.width * scale, grid.height * scale, *steps)

    def corner(self, place: int) -> QPointF:
        """The top left corner of a map."""
        row, column = divmod(place, self.grid.columns)
        return QPointF(self.left + column * self.step_x, self.top + row * self.step_y)

    def area(self, place: int) -> QRectF:
        """All of a map."""
        return QRectF(self.corner(place), QSizeF(self.wide, self.tall))

    def seen(self, part: QRect) -> Iterator[int]:
        """The places that can be seen, wholly or in part, in this part of the view."""
        first, last = _span(self.left - part.left(), self.step_x, part.width(), self.grid.columns)
        for row in range(*_span(self.top - part.top(), self.step_y, part.height(), self.grid.rows)):
            start = row * self.grid.columns
            yield from range(start + first, min(start + last, self.grid.count))


def _span(start: float, step: float, length: float, count: int) -> tuple[int, int]:
    """Which of ``count`` cells, ``step`` apart from ``start`` on, can be seen from 0 to ``length``; half open."""
    return max(int(-start // step), 0), min(int((length - start) // step) + 1, count)


def _frame_pen(colour: QColor, width: int) -> QPen:
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def _ground(size: QSize, ratio: float) -> QPixmap:
    """A dark ground of so many screen units."""
    pixmap = QPixmap((QSizeF(size) * ratio).toSize())
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(GROUND)
    return pixmap


def _tag(text: str, font: QFont, ratio: float, room: int) -> QPixmap:
    """A small text, cut where it is wider than ``room`` screen units."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * SMALL)
    metrics = QFontMetrics(small)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room - 6)
    pixmap = _ground(QSize(metrics.horizontalAdvance(text) + 6, metrics.height()), ratio)
    with QPainter(pixmap) as painter:
        painter.setFont(small)
        painter.setPen(INK)
        painter.drawText(QPointF(3, metrics.ascent()), text)
    return pixmap


def _dead_sign(ratio: float) -> QPixmap:
    """A struck-out zero."""
    pixmap = _ground(QSize(SIGN, SIGN), ratio)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(INK, 1))
        painter.drawEllipse(QRectF(2.5, 1.5, SIGN - 5, SIGN - 3))
        painter.drawLine(QPointF(1.5, SIGN - 1.5), QPointF(SIGN - 1.5, 1.5))
    return pixmap
