"""What all plots of the workspace have in common."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent

from inspector.core.numbers_text import significant
from inspector.core.shift.measures import Numbers
from inspector.views.style_sheet import SMALL
from inspector.views.theme import Palette, colours_of

SOLID, DASHED, DOTTED = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
BROKEN = (DASHED, DOTTED, Qt.PenStyle.DashDotLine)
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
EXPORT_TIP = "the right button exports the plot as PNG, SVG or CSV"


class Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A plot that is not zoomed by hand. ``picked`` carries where (x, y) it is clicked, ``pointed`` where the mouse is or None.

    ``stepped``: the arrow keys go left (-1) or right (1). ``recoloured``: it has to be drawn anew, in other colours.
    """

    picked = Signal(float, float)
    pointed = Signal(object)
    stepped = Signal(int)
    recoloured = Signal()

    def __init__(self, name: str, tip: str, *, bare: bool = False) -> None:
        """``bare``: without axes, and as wide as high."""
        super().__init__()
        self._bare = bare
        self._written: list[tuple[str, QPointF, str]] = []
        self.setAspectLocked(bare)
        self.setAccessibleName(name)
        self.setToolTip(f"{tip}; {EXPORT_TIP}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseEnabled(x=False, y=False)
        self.setMinimumSize(80, 60)
        self.hideButtons()
        self.scene().sigMouseClicked.connect(self._click)
        self.scene().sigMouseMoved.connect(self._hover)

    @property
    def curves(self) -> dict[str, Any]:
        """The lines that have names."""
        return {item.name(): item for item in self.getPlotItem().listDataItems() if item.name()}

    @property
    def highest(self) -> float:
        """The largest finite value of all lines; 0 for none."""
        lines = (item for item in self.getPlotItem().listDataItems() if isinstance(item, pg.PlotDataItem))
        return max((float(np.nanmax(item.getOriginalDataset()[1])) for item in lines), default=0.0)

    def begin(self, left: str, bottom: str) -> Palette:
        """Clear it and colour it; the colours to draw with."""
        colours, item = colours_of(self), self.getPlotItem()
        item.clear()
        self._written.clear()
        self.setBackground(colours.field)
        for side, words in (("left", left), ("bottom", bottom)):
            if self._bare:
                item.hideAxis(side)
            else:
                self._colour_axis(side, words, colours, self._small)
        return colours

    @property
    def _small(self) -> QFont:
        """Of what is written at axes."""
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * SMALL)
        return font

    def _colour_axis(self, side: str, words: str, colours: Palette, font: QFont) -> None:
        axis = self.getPlotItem().getAxis(side)
        axis.setPen(colours.line)
        axis.setTextPen(colours.muted)
        axis.setTickFont(font)
        axis.setLabel(words, **{"font-size": f"{font.pointSizeF():.1f}pt", "color": colours.muted})

    def show_ticks(self, places: Sequence[float] | None) -> None:
        """Numbers below at these places and nowhere else; None: wherever round numbers are."""
        ticks = None if places is None else [[(place, significant(place, 4)) for place in places]]
        self.getPlotItem().getAxis("bottom").setTicks(ticks)

    def draw(self, x: Numbers, y: Numbers, pen: Any, name: str | None = None) -> Any:
        """A line through the finite values, which may be drawn otherwise afterwards; None where there are none."""
        if not np.isfinite(y).any():
            return None
        return self.plot(np.array(x), np.array(y), pen=pen, name=name, connect="finite", antialias=True)

    def ring(self, x: Numbers, y: Numbers, pen: Any, fill: str, size: int) -> None:
        """Small circles at these places, which catch no click."""
        item = pg.ScatterPlotItem(x=np.array(x), y=np.array(y), pen=pen, brush=pg.mkBrush(fill), size=size)
        item.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.getPlotItem().addItem(item)

    def write(self, text: str, at: tuple[float, float], colour: str) -> None:
        """A few small letters whose middle is at a point (x, y).

        They are painted over the scene: items with texts own timers, and must not be collected in another thread.
        """
        self._written.append((text, QPointF(*at), colour))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write over what is drawn."""
        super().paintEvent(event)
        if not self._written:
            return
        view = self.getPlotItem().getViewBox()
        with QPainter(self.viewport()) as painter:
            painter.setFont(self._small)
            for text, at, colour in self._written:
                middle = self.mapFromScene(view.mapViewToScene(at))
                painter.setPen(QColor(colour))
                painter.drawText(QRectF(middle.x() - 40, middle.y() - 10, 80, 20), Qt.AlignmentFlag.AlignCenter, text)

    def mark(self, place: float, pen: Any, *, angle: int = 90) -> Any:
        """A line across, which may be moved afterwards."""
        line = pg.InfiniteLine(place, angle=angle, pen=pen)
        self.getPlotItem().addItem(line)
        return line

    def span(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """What is seen."""
        self.getPlotItem().setRange(xRange=x, yRange=y, padding=0.02)

    def changeEvent(self, event: QEvent) -> None:
        """Ask to be drawn anew when light turns to dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.recoloured.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys step."""
        if Qt.Key(event.key()) in STEPS:
            self.stepped.emit(STEPS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at."""
        super().leaveEvent(event)
        self.pointed.emit(None)

    def _click(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (point := self._at(event.scenePos())) is not None:
            self.picked.emit(*point)

    def _hover(self, where: QPointF) -> None:
        self.pointed.emit(self._at(where))

    def _at(self, where: QPointF) -> tuple[float, float] | None:
        view = self.getPlotItem().getViewBox()
        if not view.sceneBoundingRect().contains(where):
            return None
        point = view.mapSceneToView(where)
        return point.x(), point.y()


def pen(colour: str, width: float = 1.5, style: Qt.PenStyle = SOLID, strength: int = 255) -> Any:
    """``strength`` of 255: how much of the colour is seen."""
    return pg.mkPen(_clear(colour, strength), width=width, style=style)


def broken(number: int) -> Qt.PenStyle:
    """How the line of another network is broken, by its number."""
    return BROKEN[number % len(BROKEN)]


def _clear(colour: str, strength: int) -> QColor:
    clear = QColor(colour)
    clear.setAlpha(strength)
    return clear
