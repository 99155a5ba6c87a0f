"""What the Network workspace puts into the three columns of the window."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.views.columns import framed, scrolled, stacked
from inspector.views.network.ablation_panel import AblationPanel
from inspector.views.network.check_line import CheckLine
from inspector.views.network.class_bars import ClassBars
from inspector.views.network.filter_view import FilterView
from inspector.views.network.layer_table import LayerTable
from inspector.views.network.map_panel import MapPanel
from inspector.views.network.maps_options import MapsOptions
from inspector.views.network.maps_pane import MapsPane
from inspector.views.network.model_bar import ModelBar
from inspector.views.theme import GRID


class NetworkPage:
    """Makes the panels; ``left``, ``middle`` and ``right`` hold them."""

    def __init__(self) -> None:
        self.model = ModelBar()
        self.layers = LayerTable()
        self.check = CheckLine()
        self.options = MapsOptions()
        self.maps = MapsPane()
        self.classes = ClassBars()
        self.map = MapPanel()
        self.filter = FilterView()
        self.changes = AblationPanel()
        self.left = self._make_left()
        self.middle = stacked(framed(self.options), self.maps, stretch=self.maps)
        self.right = scrolled(self.classes, self.map, self.changes, self.filter)  # the last has as many rows as a kernel

    def _make_left(self) -> QWidget:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(12, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.model)
        layout.addWidget(self.layers, 1)
        layout.addWidget(self.check)
        return holder
