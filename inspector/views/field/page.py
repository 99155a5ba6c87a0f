"""What the Receptive field workspace puts into the three columns of the window."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inspector.views.columns import scrolled, stacked
from inspector.views.field.climb_bar import ClimbBar
from inspector.views.field.depth_plot import DepthPlot
from inspector.views.field.depth_table import DepthTable
from inspector.views.field.effective_panel import EffectivePanel
from inspector.views.field.field_pane import FieldPane
from inspector.views.field.padding_panel import PaddingPanel
from inspector.views.field.pins_panel import PinsPanel
from inspector.views.field.unit_panel import UnitPanel
from inspector.views.field.units_canvas import UnitsCanvas
from inspector.views.network.model_bar import ModelBar
from inspector.views.theme import GRID
from inspector.views.widgets.section import Elided

STRIP = 200  # height of units and plot below the picture, pixels
UNITS_SHARE, PLOT_SHARE = 2, 3  # of the strip's width


class FieldPage:
    """Makes the panels; ``left``, ``middle`` and ``right`` hold them."""

    def __init__(self) -> None:
        self.model = ModelBar()
        self.layers = DepthTable()
        self.field = FieldPane()
        self.climb = ClimbBar()
        self.caption = Elided("muted")  # says what the units below it show
        self.units = UnitsCanvas()
        self.plot = DepthPlot()
        self.unit = UnitPanel()
        self.effective = EffectivePanel()
        self.padding = PaddingPanel()
        self.pins = PinsPanel()
        self.left = self._make_left()
        self.middle = stacked(self.field, self.climb, self._make_strip(), stretch=self.field)
        self.right = scrolled(self.unit, self.effective, self.padding, self.pins)

    def _make_left(self) -> QWidget:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(12, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.model)
        layout.addWidget(self.layers, 1)
        return holder

    def _make_strip(self) -> QWidget:
        """Units of the layer, and beside them the fields of all layers."""
        units = QVBoxLayout()
        units.setSpacing(GRID // 2)
        units.addWidget(self.caption)
        self.caption.setMinimumHeight(self.plot.measure.sizeHint().height())  # so that what is below both begins at one height
        units.addWidget(self.units, 1)
        holder = QWidget()
        holder.setFixedHeight(STRIP)
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(12, 0, 12, GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(units, UNITS_SHARE)
        layout.addWidget(self.plot, PLOT_SHARE)
        return holder
