"""The judgement for every shift as a map: top-1 by colour and letter, its probability, or its margin."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inspector.core.network.atlas import GROUND
from inspector.core.receptive_field.shown import shares_rgb
from inspector.core.shift.deciding import case_line, consistency_line, legend, numbered
from inspector.core.shift.results import UNKNOWN, DecisionMap
from inspector.views.field.padding_panel import ColourScale
from inspector.views.shift.decision_cells import EMPTY, DecisionCells
from inspector.views.shift.decision_legend import COLOURS, Legend
from inspector.views.theme import GRID
from inspector.views.widgets.choice import Choice
from inspector.views.widgets.section import Elided

TOP, PROBABILITY, MARGIN = "Top-1", "Probability", "Margin"
VIEWS = {
    TOP: "Which class is judged likeliest, by colour and letter",
    PROBABILITY: "How likely that class is",
    MARGIN: "By how much it leads the next class",
}
WIDTH, NARROW, WIDE = 208, 144, 460  # of what stands beside the map, in a view that is at least WIDE and in others; pixels


class DecisionView(QWidget):
    """Shows a ``DecisionMap`` while it fills; ``shift_chosen`` (dy, dx): what the hand picks in it."""

    shift_chosen = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decisions: DecisionMap | None = None
        self._names: tuple[str, ...] = ()
        self._empty = EMPTY
        self.view = Choice("Show of the judgement", "What the colours say", VIEWS)
        self.view.show_choice(TOP)
        self.reading, self.line = Elided(lines=2), Elided("muted")
        self.cells, self.legend, self.scale = DecisionCells(), Legend(), ColourScale()
        self._lay_out()
        self.view.chosen.connect(self._draw)
        self.cells.picked.connect(self._pick)
        self.cells.pointed.connect(self._point)
        self.show_decisions(None, ())

    def show_decisions(self, decisions: DecisionMap | None, names: tuple[str, ...], empty: str = EMPTY) -> None:
        """Show the judgements that are known; ``names`` of the classes. ``empty`` says why there are none."""
        self._decisions, self._names, self._empty = decisions, names, empty
        self.cells.show_empty(empty)
        self._draw()

    def show_shift(self, dy: float, dx: float) -> None:
        """Frame the shift that is looked at, and say how it is judged."""
        self.cells.show_present(dy, dx)
        self._point(None)

    def _draw(self, *_: object) -> None:
        found = self._decisions
        if found is None:
            self.cells.show_cells(None, None)
            self.legend.show_entries(())
        else:
            values = {PROBABILITY: found.probability, MARGIN: found.margin}.get(self.view.currentText())
            numbers = numbered(found)
            rgb = classes_rgb(numbers) if values is None else _values_rgb(values)
            self.cells.show_cells(rgb, found.known, numbers if values is None else None)
            self.legend.show_entries(legend(found, self._names))
        self.legend.setVisible(self.view.currentText() == TOP)
        self.scale.setVisible(self.view.currentText() != TOP)
        self.line.show_text("" if found is None else consistency_line(found))
        self._point(None)
        self.cells.setAccessibleDescription(self.line.full)

    def _point(self, place: tuple[int, int] | None) -> None:
        place = place or self.cells.present
        if self._decisions is None:
            self.reading.show_text(self._empty)
        elif place is None:
            self.reading.show_text("the picture lies beyond the map, or between its cells")
        else:
            self.reading.show_text(case_line(self._decisions, self._names, place))

    def _pick(self, y: int, x: int) -> None:
        if self._decisions is not None:
            self.shift_chosen.emit(float(y - self._decisions.reach), float(x - self._decisions.reach))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the map where there is little."""
        super().resizeEvent(event)
        for part in (self.view, self.legend, self.scale, self.line, self.reading):
            part.setFixedWidth(WIDTH if self.width() >= WIDE else NARROW)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(2)
        side.addWidget(self.view)
        side.addWidget(self.legend, 1)
        side.addWidget(self.scale)
        side.addStretch()
        side.addWidget(self.line)
        side.addWidget(self.reading)
        body = QHBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(GRID)
        body.addWidget(self.cells, 1)
        body.addLayout(side)


def classes_rgb(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The colours (side, side, 3) of classes by their numbers; the ground where they are not known."""
    table = np.array([*((c.red(), c.green(), c.blue()) for c in map(QColor, COLOURS)), GROUND], np.uint8)
    return np.ascontiguousarray(table[np.where(numbers == UNKNOWN, len(COLOURS), numbers)])


def _values_rgb(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    rgb = shares_rgb(np.nan_to_num(values))
    rgb[~np.isfinite(values)] = GROUND
    return rgb
