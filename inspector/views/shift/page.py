"""What the Shift workspace puts into the three columns of the window."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.views.columns import scrolled, stacked
from inspector.views.network.model_bar import ModelBar
from inspector.views.shift.case_pane import CasePane
from inspector.views.shift.compare_panel import ComparePanel
from inspector.views.shift.measures_panel import MeasuresPanel, OutputPanel
from inspector.views.shift.shift_table import ShiftTable
from inspector.views.shift.strip import StripPane
from inspector.views.shift.surgery_panel import SurgeryPanel
from inspector.views.shift.transform_panel import TransformPanel
from inspector.views.theme import GRID


class ShiftPage:
    """Makes the panels; ``left``, ``middle`` and ``right`` hold them."""

    def __init__(self) -> None:
        self.model = ModelBar()
        self.layers = ShiftTable()
        self.case = CasePane()
        self.strip = StripPane()
        self.transform = TransformPanel()
        self.measures = MeasuresPanel()
        self.output = OutputPanel()
        self.surgery = SurgeryPanel()
        self.compare = ComparePanel()
        self.left = self._make_left()
        self.middle = stacked(self.case, self.strip, stretch=self.case)
        self.right = scrolled(self.transform, self.measures, self.output, self.surgery, self.compare)

    def _make_left(self) -> QWidget:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(12, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.model)
        layout.addWidget(self.layers, 1)
        return holder
