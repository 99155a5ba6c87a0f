"""What is shown below the pictures: one of several plots and maps."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from inspector.core.shift.settings import Strip
from inspector.core.shift.updates import set_shift
from inspector.views.network.segments import Segments
from inspector.views.shift.decision_view import DecisionView
from inspector.views.shift.orbits import Orbits
from inspector.views.shift.pooling_view import PoolingView
from inspector.views.shift.positions import Positions
from inspector.views.shift.saw_tooth import SawTooth
from inspector.views.theme import GRID

HEIGHT = 252  # pixels
WORDS = {
    "Errors": "The error of every layer against the shift, a saw-tooth whose period is the jump",
    "Decisions": "The judgement for every shift",
    "Orbits": "The judgement of the picture turned all round, and scaled",
    "Places": "The error of each place and of each map of the layer",
    "Pooling": "Which values win the windows of a max pooling, and how they jump",
}
BY_STRIP = dict(zip(Strip, WORDS, strict=True))


class StripPane(QWidget):
    """Holds the views and shows one of them; ``updated`` carries an ``Update`` when the hand picks another."""

    updated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = Segments("Below the pictures", WORDS)
        self.saw_tooth, self.decisions, self.orbits = SawTooth(), DecisionView(), Orbits()
        self.positions, self.pooling = Positions(), PoolingView()
        self._stack = QStackedWidget()
        for view in (self.saw_tooth, self.decisions, self.orbits, self.positions, self.pooling):
            self._stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, GRID)
        column.setSpacing(GRID // 2)
        column.addWidget(self.choice)
        column.addWidget(self._stack, 1)
        self.setFixedHeight(HEIGHT)
        self.choice.chosen.connect(self._choose)

    def show_strip(self, strip: Strip) -> None:
        """Which view is in sight."""
        self.choice.show_choice(BY_STRIP[strip])
        self._stack.setCurrentIndex(list(Strip).index(strip))

    def _choose(self, word: str) -> None:
        strip = next(strip for strip, text in BY_STRIP.items() if text == word)
        self.updated.emit(set_shift(f"Show {word.lower()}", strip=strip))
