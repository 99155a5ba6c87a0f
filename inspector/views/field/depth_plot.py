"""How fields grow over the depth of a network: the theoretical side, and two standard deviations of the effective field."""

from collections.abc import Mapping
from math import nan
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from inspector.core.network.depth import DepthRow
from inspector.core.numbers_text import significant
from inspector.views.commands import tooltip
from inspector.views.field.depth_table import field_text
from inspector.views.style_sheet import SMALL
from inspector.views.theme import Palette, colours_of
from inspector.views.widgets.section import Elided, row

Pair = tuple[float, float]  # along y, along x
EMPTY = "Choose a network to see its fields grow."
PLOT_TIP = "A click or the arrow keys choose a layer; the right button exports the plot as PNG, SVG or CSV"
THEORETICAL, EFFECTIVE = "theoretical r", "effective 2σ"
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
SOLID, DASHED = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine
TOP = 8  # free above the plot, where half of its highest number stands, pixels
SYMBOL = 5  # size of a point, pixels


class DepthPlot(QWidget):
    """Lines over the layers in the order of the computation; the dashed line across is the side of the picture.

    ``chosen`` carries the key of the layer that the hand picks; ``sigmas_requested``: the effective fields are to be measured.
    """

    chosen = Signal(str)
    sigmas_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[DepthRow, ...] = ()
        self._sigmas: Mapping[str, Pair] = {}
        self._size = (1, 1)
        self._key = ""
        self._hovered: int | None = None
        self._make_parts()
        self._lay_out()
        self._connect()
        self.show_depth((), {}, (1, 1))

    def show_depth(self, rows: tuple[DepthRow, ...], sigmas: Mapping[str, Pair], size: tuple[int, int]) -> None:
        """Show the fields of these rows over a picture of ``size`` (H, W); ``sigmas`` (y, x) by the keys of measured rows."""
        self._rows, self._sigmas, self._size = rows, sigmas, size
        self._hovered = None
        self.measure.setEnabled(bool(rows))
        self._draw()

    def show_layer(self, key: str) -> None:
        """Mark the present layer; a key that is in no row marks none."""
        self._key = key
        self._show_present()

    @property
    def curves(self) -> dict[str, Any]:
        """The lines by their names."""
        return {item.name(): item for item in self.plot.getPlotItem().listDataItems()}

    # drawing

    def _make_parts(self) -> None:
        self.reading = Elided("muted")
        self.measure = QPushButton("Measure 2σ")
        self.measure.setObjectName("compact")
        self.measure.setToolTip(tooltip("measure-depth"))
        self.plot = pg.PlotWidget()
        self.plot.setAccessibleName("Receptive fields over the depth")
        self.plot.setToolTip(PLOT_TIP)
        self.plot.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.hideButtons()
        self.plot.getPlotItem().layout.setContentsMargins(0, TOP, 0, 0)
        self.plot.installEventFilter(self)

    def _lay_out(self) -> None:
        head = row(self.reading, self.measure, stretch=False)
        head.setStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.plot, 1)

    def _connect(self) -> None:
        self.measure.clicked.connect(self.sigmas_requested)
        self.plot.scene().sigMouseClicked.connect(self._click)
        self.plot.scene().sigMouseMoved.connect(self._hover)

    def _draw(self) -> None:
        """Everything anew: the lines change only with the network and when they have been measured."""
        colours, item = colours_of(self), self.plot.getPlotItem()
        item.clear()
        self._colour(colours)
        self._draw_picture(colours)
        apart = any(_apart(found) for found in self._fields())
        for axis, name in enumerate((" y", " x") if apart else ("",)):
            style = DASHED if axis else SOLID
            self._draw_line(THEORETICAL + name, self._sides(axis), colours.accent, style, "o")
            if self._sigmas:
                self._draw_line(EFFECTIVE + name, self._spreads(axis if apart else None), colours.warning, style, "t")
        self._present = pg.InfiniteLine(angle=90, pen=pg.mkPen(colours.muted, width=1))
        item.addItem(self._present)
        item.setXRange(-0.5, max(len(self._rows) - 0.5, 0.5), padding=0)
        item.enableAutoRange(axis="y")
        self.plot.setAccessibleDescription("; ".join(map(self._words, range(len(self._rows)))))
        self._show_present()

    def _draw_line(self, name: str, values: list[float], colour: str, style: Qt.PenStyle, symbol: str) -> None:
        pen = pg.mkPen(QColor(colour), width=1.5, style=style)
        self.plot.plot(
            np.arange(len(values)), np.array(values), pen=pen, name=name, connect="finite",
            symbol=symbol, symbolSize=SYMBOL, symbolBrush=colour, symbolPen=None,
        )  # fmt: skip

    def _draw_picture(self, colours: Palette) -> None:
        if self._rows:
            for side in sorted(set(self._size)):
                self.plot.getPlotItem().addItem(pg.InfiniteLine(side, angle=0, pen=pg.mkPen(colours.muted, style=DASHED)))

    def _colour(self, colours: Palette) -> None:
        item = self.plot.getPlotItem()
        self.plot.setBackground(colours.field)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * SMALL)
        for side in ("left", "bottom"):
            axis = item.getAxis(side)
            axis.setPen(colours.line)
            axis.setTextPen(colours.muted)
            axis.setTickFont(font)
        item.setLabel("left", "pixels", **{"font-size": f"{font.pointSizeF():.1f}pt", "color": colours.muted})
        if item.legend is None:
            item.addLegend(offset=(6, 2), labelTextSize=f"{font.pointSizeF():.1f}pt")
        item.legend.setLabelTextColor(colours.text)

    def changeEvent(self, event: QEvent) -> None:
        """Draw in other colours when light turns to dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    # what is read

    def _fields(self) -> list[Pair | None]:
        return [None if row.field.field is None else row.field.field.size for row in self._rows]

    def _sides(self, axis: int) -> list[float]:
        return [nan if field is None else float(field[axis]) for field in self._fields()]

    def _spreads(self, axis: int | None) -> list[float]:
        """2σ along an axis, or None: of both, whose mean is taken."""
        pairs = [self._sigmas.get(row.step.key) for row in self._rows]
        return [nan if pair is None else 2 * (sum(pair) / 2 if axis is None else pair[axis]) for pair in pairs]

    def _show_present(self) -> None:
        place = self._place(self._key)
        self._present.setVisible(place is not None)
        self._present.setPos(0 if place is None else place)
        self._show_reading()

    def _show_reading(self) -> None:
        place = self._hovered if self._hovered is not None else self._place(self._key)
        self.reading.show_text(self._words(place) if place is not None else "" if self._rows else EMPTY)

    def _words(self, place: int) -> str:
        """Such as "conv5_3: r 196, 2σ 68"."""
        row = self._rows[place]
        spread = self._sigmas.get(row.step.key)
        sigma = "" if spread is None else f", 2σ {' × '.join(significant(2 * part, 3) for part in spread)}"
        return f"{row.step.key}: r {field_text(row.field)}{sigma}"

    def _place(self, key: str) -> int | None:
        return next((place for place, row in enumerate(self._rows) if row.step.key == key), None)

    # what the hand does

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        """The arrow keys go to the layers beside the present one; the reading follows the mouse only over the plot."""
        if event.type() == QEvent.Type.Leave:
            self._hovered = None
            self._show_reading()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and Qt.Key(event.key()) in STEPS:
            self._step(STEPS[Qt.Key(event.key())])
            return True
        return super().eventFilter(watched, event)

    def _step(self, way: int) -> None:
        place = self._place(self._key)
        self._choose((0 if way > 0 else len(self._rows) - 1) if place is None else place + way)

    def _click(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._under(event.scenePos()))

    def _hover(self, where: QPointF) -> None:
        hovered = self._under(where)
        if hovered != self._hovered:
            self._hovered = hovered
            self._show_reading()

    def _under(self, where: QPointF) -> int | None:
        """The layer at a place of the scene, None beside the plot."""
        view = self.plot.getPlotItem().getViewBox()
        if not view.sceneBoundingRect().contains(where):
            return None
        place = round(view.mapSceneToView(where).x())
        return place if 0 <= place < len(self._rows) else None

    def _choose(self, place: int | None) -> None:
        if place is not None and 0 <= place < len(self._rows) and (key := self._rows[place].step.key) != self._key:
            self.show_layer(key)
            self.chosen.emit(key)


def _apart(size: Pair | None) -> bool:
    """Whether a field is no square."""
    return size is not None and size[0] != size[1]
