"""What all plots of the workspace have in common."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent

from inspector.core.shift.measures import Numbers
from inspector.views.style_sheet import SMALL
from inspector.views.theme import Palette, colours_of

SOLID, DASHED, DOTTED = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
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

    def begin(self, left: str, bottom: str) -> Palette:
        """Clear it and colour it; the colours to draw with."""
        colours, item = colours_of(self), self.getPlotItem()
        item.clear()
        self.setBackground(colours.field)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * SMALL)
        for side, words in (("left", left), ("bottom", bottom)):
            if self._bare:
                item.hideAxis(side)
            else:
                self._colour_axis(side, words, colours, font)
        return colours

    def _colour_axis(self, side: str, words: str, colours: Palette, font: QFont) -> None:
        axis = self.getPlotItem().getAxis(side)
        axis.setPen(colours.line)
        axis.setTextPen(colours.muted)
        axis.setTickFont(font)
        axis.setLabel(words, **{"font-size": f"{font.pointSizeF():.1f}pt", "color": colours.muted})

    def show_legend(self, shown: bool) -> None:
        """Name the lines that have names, drawn from now on, or none."""
        item, colours = self.getPlotItem(), colours_of(self)
        if item.legend is None:
            item.addLegend(offset=(-4, 2), labelTextSize=f"{self.font().pointSizeF() * SMALL:.1f}pt")
        item.legend.setVisible(shown)
        item.legend.setLabelTextColor(colours.text)
        item.legend.setBrush(pg.mkBrush(_clear(colours.field, 200)))

    def draw(self, x: Numbers, y: Numbers, pen: Any, name: str | None = None) -> None:
        """A line through the finite values; none where there are none."""
        if np.isfinite(y).any():
            self.plot(np.array(x), np.array(y), pen=pen, name=name, connect="finite")

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


def _clear(colour: str, strength: int) -> QColor:
    clear = QColor(colour)
    clear.setAlpha(strength)
    return clear
