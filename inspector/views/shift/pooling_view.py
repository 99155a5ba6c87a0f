"""The winners of max-pool windows on a map before and after the move, and which of them jump."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from inspector.core.shift.pictures import Rgb
from inspector.core.shift.pooled import Pixels, PoolShown
from inspector.views.network.picture_box import PictureBox
from inspector.views.overlays import HALO
from inspector.views.theme import GRID
from inspector.views.widgets.section import Elided

EMPTY = "Choose a max pooling, or a layer before one, to see which values win its windows."
KEY = "winners: ● moved along   ◆ new   × lost"
KEPT, NEW, LOST = QColor("#f2f2f4"), QColor("#ffd400"), QColor("#ff8a80")
LEAST = 80  # height, pixels
SIZE = 0.3  # radius of a sign, of the side of a pixel
SMALLEST, LARGEST = 1.5, 6.0  # radius, screen units
Draw = Callable[[QPainter, QPointF, float], None]


class PoolingView(QWidget):
    """Shows a ``PoolShown``; each kind of winner has a sign and a colour of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words, self.key, self.label = Elided(), Elided("muted"), Elided("muted")
        self.before, self.after = WinnersBox("Winners before the move"), WinnersBox("Winners after the move")
        body = QHBoxLayout()
        body.setSpacing(GRID)
        for box in (self.before, self.after):
            body.addWidget(box, 1)
        below = QHBoxLayout()
        below.addWidget(self.label, 1)
        below.addWidget(self.key, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addLayout(body, 1)
        column.addLayout(below)
        self.show_winners(None)

    def show_winners(self, shown: PoolShown | None, hint: str = "") -> None:
        """Show the winners on one map, or the ``hint`` what to do, "" for the usual one."""
        self.words.show_text(shown.words if shown is not None else hint or EMPTY)
        self.label.show_text(shown.label if shown is not None else "")
        self.key.show_text(KEY if shown is not None else "")
        self.before.show_winners(shown.before if shown else None, ((shown.first, _dot),) if shown else ())
        signs = ((shown.kept, _dot), (shown.new, _diamond), (shown.lost, _cross)) if shown else ()
        self.after.show_winners(shown.after if shown else None, signs)
        for box in (self.before, self.after):
            box.setAccessibleDescription(self.words.full)


class WinnersBox(PictureBox):
    """A map with signs on some of its pixels."""

    def __init__(self, name: str) -> None:
        super().__init__(name, QSize(0, LEAST))
        self.setMaximumHeight(self.maximumWidth())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setToolTip(f"{name}\n{KEY}")
        self._signs: tuple[tuple[Pixels, Draw], ...] = ()

    def show_winners(self, rgb: Rgb | None, signs: tuple[tuple[Pixels, Draw], ...]) -> None:
        """Show a map, and over it these: pixels (n, 2) and how each is marked."""
        self._signs = signs
        self.show_picture(rgb)
        self.update()

    def _paint_picture(self, painter: QPainter) -> None:
        super()._paint_picture(painter)
        radius = min(max(SIZE * self._scale(), SMALLEST), LARGEST)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pixels, draw in self._signs:
            for y, x in pixels.tolist():
                draw(painter, self.area((y, x, y + 1, x + 1)).center(), radius)
        painter.restore()


def _dot(painter: QPainter, middle: QPointF, radius: float) -> None:
    painter.setPen(QPen(HALO, 1))
    painter.setBrush(KEPT)
    painter.drawEllipse(middle, radius, radius)


def _diamond(painter: QPainter, middle: QPointF, radius: float) -> None:
    """A square on its corner."""
    painter.save()
    painter.translate(middle)
    painter.rotate(45)
    painter.setPen(QPen(HALO, 1))
    painter.setBrush(NEW)
    painter.drawRect(QRectF(-radius, -radius, 2 * radius, 2 * radius))
    painter.restore()


def _cross(painter: QPainter, middle: QPointF, radius: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(HALO, 4), QPen(LOST, 2)):
        painter.setPen(pen)
        painter.drawLine(middle + QPointF(-radius, -radius), middle + QPointF(radius, radius))
        painter.drawLine(middle + QPointF(-radius, radius), middle + QPointF(radius, -radius))
