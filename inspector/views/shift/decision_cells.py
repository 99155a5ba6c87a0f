"""The judgement for every shift as cells, with the shifts beside and below them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.core.numbers_text import significant
from inspector.core.shift.results import UNKNOWN
from inspector.views.network.picture_box import EDGE, PictureBox
from inspector.views.shift.decision_legend import ROW, ink, letter_of
from inspector.views.theme import colours_of

EMPTY = "The judgements appear here once a network has seen a picture."
TIP = "A judgement for every shift, right is right and down is down: a click or the arrow keys choose one"
LETTER = 16.0  # screen units from letter to letter, at least
LEAST = 96  # pixels
BESIDE, BELOW = 48, 15  # room for the numbers of rows and columns, pixels


class DecisionCells(PictureBox):
    """A cell for each shift; what is not known yet is hatched. ``picked`` (row, column): what the hand chooses."""

    picked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Judgement for every shift", QSize(0, LEAST), active=True, parent=parent)
        self.setMaximumHeight(self.maximumWidth())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setToolTip(TIP)
        self._known: NDArray[np.bool_] | None = None
        self._numbers: NDArray[np.int64] | None = None
        self._shift = (0.0, 0.0)
        self._empty = EMPTY
        self.clicked.connect(self._pick)
        self.stepped.connect(self._step)

    def show_cells(
        self, rgb: NDArray[np.uint8] | None, known: NDArray[np.bool_] | None, numbers: NDArray[np.int64] | None = None
    ) -> None:
        """Show these colours (side, side, 3) where they are ``known``; ``numbers`` of the classes get letters."""
        self._known, self._numbers = known, numbers
        self.show_picture(rgb)
        self._frame()
        self.update()

    def show_empty(self, text: str) -> None:
        """What is said where there are no cells."""
        self._empty = text
        self.update()

    def show_present(self, dy: float, dx: float) -> None:
        """Frame this shift."""
        self._shift = (dy, dx)
        self._frame()

    @property
    def present(self) -> tuple[int, int] | None:
        """Row and column of the shift that is looked at; None where it lies beyond the map or between cells."""
        if self._known is None or any(part % 1 for part in self._shift):
            return None
        y, x = (int(part) + side // 2 for part, side in zip(self._shift, self._known.shape, strict=True))
        return (y, x) if 0 <= y < self._known.shape[0] and 0 <= x < self._known.shape[1] else None

    def _frame(self) -> None:
        place = self.present
        self.show_mark(None if place is None else (place[0], place[1], place[0] + 1, place[1] + 1))

    def _pick(self, y: int, x: int) -> None:
        if (y, x) != self.present:
            self.picked.emit(y, x)

    def _step(self, dy: int, dx: int) -> None:
        if self._known is None:
            return
        start = self.present or (self._known.shape[0] // 2, self._known.shape[1] // 2)
        y, x = (min(max(at + way, 0), side - 1) for at, way, side in zip(start, (dy, dx), self._known.shape, strict=True))
        self._pick(y, x)

    # how it looks

    def _scale(self) -> float:
        """Screen pixels for each cell, with room for the axes."""
        height, width = (0, 0) if self.picture is None else self.picture.shape[:2]
        across, down = self.width() - BESIDE - 2 * EDGE, self.height() - BELOW - 2 * EDGE
        return float(max(min(across / max(width, 1), down / max(height, 1)), 0.0))

    def _target(self) -> QRectF:
        height, width = (0, 0) if self.picture is None else self.picture.shape[:2]
        wide, high = width * self._scale(), height * self._scale()
        return QRectF((self.width() - wide + BESIDE) / 2, (self.height() - high - BELOW) / 2, wide, high)

    def _paint_axes(self, painter: QPainter) -> None:
        """The first, the middle and the last shift, downwards and to the right."""
        if self.picture is None:
            return
        reach, target = self.picture.shape[0] // 2, self._target()
        painter.setPen(QColor(colours_of(self).muted))
        for place, word in ((0, significant(-reach, 4)), (reach, "0"), (2 * reach, significant(reach, 4))):
            cell = self.area((place, place, place + 1, place + 1))
            up = QRectF(target.left() - BESIDE, cell.center().y() - ROW / 2, BESIDE - 4, ROW)
            across = QRectF(cell.center().x() - BESIDE, target.bottom() + 1, 2 * BESIDE, BELOW)
            painter.drawText(up, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word if place else f"dy {word}")
            painter.drawText(across, Qt.AlignmentFlag.AlignCenter, word if place else f"dx {word}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells, or what there is to say."""
        super().paintEvent(event)
        if self.picture is None:
            with QPainter(self) as painter:
                painter.setPen(QColor(colours_of(self).muted))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)

    def _paint_picture(self, painter: QPainter) -> None:
        super()._paint_picture(painter)
        self._paint_axes(painter)
        self._paint_unknown(painter)
        for area, number in self._lettered():
            painter.setPen(ink(number))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, letter_of(number))
        self._paint_middle(painter)

    def _paint_unknown(self, painter: QPainter) -> None:
        if self._known is None or self._known.all():
            return
        brush = QBrush(QColor(colours_of(self).muted), Qt.BrushStyle.BDiagPattern)
        for y, x in np.argwhere(~self._known).tolist():
            painter.fillRect(self.area((y, x, y + 1, x + 1)), brush)

    def _paint_middle(self, painter: QPainter) -> None:
        """A dot on the picture as it is."""
        if self._known is not None:
            height, width = self._known.shape
            middle = self.area((height // 2, width // 2, height // 2 + 1, width // 2 + 1)).center()
            painter.setBrush(QColor("#ffffff"))
            painter.setPen(QColor("#000000"))
            painter.drawEllipse(middle, 2.0, 2.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _lettered(self) -> Iterator[tuple[QRectF, int]]:
        """Squares of cells that are judged alike and large enough for the letter of their class."""
        if self._numbers is None:
            return
        cell = self.area((0, 0, 1, 1)).width()
        side = max(int(np.ceil(LETTER / max(cell, 0.1))), 1)
        for y in range(0, self._numbers.shape[0] - side + 1, side):
            for x in range(0, self._numbers.shape[1] - side + 1, side):
                block = self._numbers[y : y + side, x : x + side]
                if block[0, 0] != UNKNOWN and (block == block[0, 0]).all():
                    yield self.area((y, x, y + side, x + side)), int(block[0, 0])
