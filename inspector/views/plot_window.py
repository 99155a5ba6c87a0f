"""The histogram as a plot of its own: zoom, logarithm, and export as PNG, SVG or CSV through its context menu."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from inspector.views.theme import colours_of

CHANNELS = {1: ("",), 3: (" R", " G", " B")}
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)  # channels differ in more than colour
Counts = NDArray[np.integer]


class HistogramPlot(QDialog):
    """Shares of input and result, from counts ``(C, bins)`` each, over the values of ``span``; a line for each channel."""

    def __init__(self, before: Counts, after: Counts, span: tuple[float, float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(800, 480)
        colours = colours_of(self)
        self.plot = pg.PlotWidget(background=colours.field)
        self.plot.setAccessibleName("Histogram plot")
        item = self.plot.getPlotItem()
        item.setLabels(bottom="value", left="share of the values, %")
        item.addLegend(labelTextColor=colours.text)
        for name, counts, colour in (("input", before, colours.muted), ("result", after, colours.accent)):
            self._draw(name, counts, span, colour)
        for side in ("left", "bottom"):
            item.getAxis(side).setPen(colours.text)
            item.getAxis(side).setTextPen(colours.text)
        QVBoxLayout(self).addWidget(self.plot)

    def _draw(self, name: str, counts: Counts, span: tuple[float, float], colour: str) -> None:
        edges = np.linspace(*span, counts.shape[1] + 1)
        for number, (channel, row) in enumerate(zip(CHANNELS[len(counts)], counts, strict=True)):
            pen = pg.mkPen(QColor(colour), width=1, style=DASHES[number])
            self.plot.plot(edges, 100 * row / max(int(row.sum()), 1), stepMode="center", pen=pen, name=name + channel)
