"""One map of a layer with a square for each of its units, for the mouse and for the keyboard."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.core.network.view import Unit
from inspector.views.field.climbing import KEYS, Climb
from inspector.views.field.marks import Stroke, paint_box, paint_tags, pin_stroke
from inspector.views.network.picture_box import PictureBox
from inspector.views.overlays import HALO, PATCH
from inspector.views.theme import GRID, colours_of
from inspector.views.widgets.chip import INK

LEAST_HEIGHT = 96  # screen units
DIM = QColor(12, 13, 15, 168)  # over units that do not see the pixel, alike over any picture and theme
MOST_LINES = 2000  # of an outline
Mask = NDArray[np.bool_]  # (H, W)


class UnitsCanvas(PictureBox):
    """Shows what it is given by ``show_…`` and signals only what the user's hand does.

    ``unit_pointed`` carries the unit (y, x) under the mouse or None, whenever it is another one; ``unit_chosen`` the one that is
    clicked, ``stepped`` the way (dy, dx) of an arrow key, ``climbed`` how many layers the wheel or a page key goes: 1 is one on.
    """

    unit_pointed = Signal(object)
    unit_chosen = Signal(int, int)
    climbed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Units of the layer", QSize(0, LEAST_HEIGHT), active=True, parent=parent)
        self.setMaximumHeight(self.maximumWidth())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._words = ""
        self._pins: Mapping[int, Unit] = {}
        self._seers: Seers | None = None
        self._mouse: QPointF | None = None
        self._told: Unit | None = None
        self._climb = Climb()
        self.clicked.connect(self.unit_chosen)

    # what is shown

    def show_units(self, rgb: NDArray[np.uint8] | None, words: str) -> None:
        """Show a map with one pixel for each unit, uint8 (H, W, 3) and contiguous; without one the words are shown.

        Unit, pins and seers of a map of another size are no more. The mouse may rest meanwhile: see ``hovered``.
        """
        before = self._shape
        self.show_picture(rgb)
        self._words = words
        if self._shape != before:
            self._pins, self._seers = {}, None
            self.show_mark(None)
        self._told = self.hovered
        self._describe()
        self.update()

    def show_unit(self, unit: Unit | None) -> None:
        """Frame this unit, or none."""
        self.show_mark(None if unit is None else _box(unit))
        self._describe()

    def show_pins(self, pins: Mapping[int, Unit]) -> None:
        """Frame the pinned units of this layer, each by the number of its pin, counted from 1."""
        if pins != self._pins:
            self._pins = dict(pins)
            self._describe()
            self.update()

    def show_seers(self, mask: Mask | None) -> None:
        """Outline the units that see a pixel, ``(H, W)``, and dim all others; None dims none.

        Raises ValueError for a mask of another size than the map.
        """
        if mask is not None and mask.shape != self._shape:
            raise ValueError(f"a mask of units must be as large as the map, {self._shape}, not {mask.shape}")
        self._seers = None if mask is None else Seers(mask)
        self._describe()
        self.update()

    @property
    def hovered(self) -> Unit | None:
        """The unit under the mouse, also where that has rested while another map was shown."""
        return self.pixel_at(self._mouse) if self._mouse is not None else None

    @property
    def _shape(self) -> tuple[int, int] | None:
        return self.picture.shape[:2] if self.picture is not None else None

    def _describe(self) -> None:
        """Say to screen readers what is drawn."""
        unit = f"unit (y {self.mark[0]}, x {self.mark[1]})" if self.mark is not None else ""
        pins = [f"pin {number} (y {y}, x {x})" for number, (y, x) in self._pins.items()]
        seers = self._seers.words if self._seers is not None else ""
        self.setAccessibleDescription("; ".join(part for part in (self._words, unit, *pins, seers) if part))

    # how it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the units and their marks, or what there is to say."""
        super().paintEvent(event)
        if self.picture is None:
            with QPainter(self) as painter:
                painter.setPen(QColor(colours_of(self).muted))
                area = self.rect().adjusted(GRID, GRID, -GRID, -GRID)
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)

    def _paint_picture(self, painter: QPainter) -> None:
        super()._paint_picture(painter)
        if self._seers is not None and self._shape is not None:
            self._seers.paint(painter, self.area((0, 0, *self._shape)))
        pins = [(self.area(_box(unit)), str(number), pin_stroke(number).colour) for number, unit in self._pins.items()]
        view = QRectF(self.rect())
        for area, _, colour in pins:
            paint_box(painter, area, view, Stroke(colour))  # too small for dashes
        paint_tags(painter, view, [(area.topLeft(), text, colour) for area, text, colour in pins])

    def _paint_mark(self, painter: QPainter, area: QRectF) -> None:
        """As the box of this unit is drawn on the picture."""
        paint_box(painter, area, QRectF(self.rect()), Stroke(PATCH))

    # what the hand does

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which unit is looked at; with the button held it is chosen."""
        self._mouse = event.position()
        super().mouseMoveEvent(event)
        self._tell()

    def leaveEvent(self, event: QEvent) -> None:
        """No unit is looked at."""
        self._mouse = None
        super().leaveEvent(event)
        self._tell()

    def _tell(self) -> None:
        if self.hovered != self._told:
            self._told = self.hovered
            self.unit_pointed.emit(self._told)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Climb through the layers."""
        steps = self._climb.steps(event)
        if steps:
            self.climbed.emit(steps)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The page keys climb."""
        if event.key() in KEYS:
            self.climbed.emit(KEYS[event.key()])
        else:
            super().keyPressEvent(event)


class Seers:
    """The units that see a pixel, ``mask`` (H, W), as they are drawn over a map."""

    def __init__(self, mask: Mask) -> None:
        height, width = mask.shape
        self.words = f"{np.count_nonzero(mask)} of {mask.size} units see the pixel"
        self._shades = np.where(mask[..., np.newaxis], np.uint8(0), np.array(DIM.getRgb(), np.uint8))
        self._image = QImage(self._shades.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
        self._lines = edges(mask)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Dim those that do not see it and outline those that do; ``area``: of the whole map."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(area, self._image)
        painter.translate(area.topLeft())
        painter.scale(area.width() / self._image.width(), area.height() / self._image.height())
        for colour, width in ((HALO, 3), (INK, 1)):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines(self._lines)
        painter.restore()


def edges(mask: Mask) -> list[QLineF]:
    """The lines around the True places of a mask, a place being 1 wide; none where they are too many to tell anything."""
    padded = np.pad(mask, 1)
    above = _runs(padded[1:, 1:-1] != padded[:-1, 1:-1])
    left = _runs((padded[1:-1, 1:] != padded[1:-1, :-1]).T)
    if len(above) + len(left) > MOST_LINES:
        return []
    return [QLineF(x0, y, x1, y) for y, x0, x1 in above.tolist()] + [QLineF(x, y0, x, y1) for x, y0, y1 in left.tolist()]


def _runs(places: Mask) -> NDArray[np.int64]:
    """``(N, 3)``: of each unbroken run of True along the second axis its row, its start and its end."""
    steps = np.diff(np.pad(places, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    return np.column_stack((np.argwhere(steps > 0), np.argwhere(steps < 0)[:, 1]))


def _box(unit: Unit) -> tuple[int, int, int, int]:
    y, x = unit
    return y, x, y + 1, x + 1
