"""The numbers of the chosen layer under the present transform, and what became of the judgement."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.core.numbers_text import significant
from inspector.core.shift.shown import EXPLANATIONS, MEASURES, LayerNow, compared_line, jump_text, measure_texts
from inspector.views.field.number_rows import NumberRows
from inspector.views.network.class_bars import EMPTY, BarRows, Guess, best
from inspector.views.widgets.section import Elided, Section, set_role

HINT = "Choose a layer on the left."
LINE = "A thin line marks each probability before the move."


class MeasuresPanel(QWidget):
    """Shows a ``LayerNow``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.numbers = NumberRows(MEASURES, EXPLANATIONS)
        self.compared = Elided("muted", lines=4)
        self.section = Section("Measures")
        self.section.column.addWidget(self.numbers)
        self.section.column.addWidget(self.compared)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.section)
        self.show_layer(None)

    def show_layer(self, now: LayerNow | None) -> None:
        """Show the numbers of a layer, or what to do."""
        self.section.aside.setText("" if now is None else f"{now.key} · jump {jump_text(now.jump)}")
        self.numbers.show_texts(measure_texts(now))
        self.compared.show_text(HINT if now is None else compared_line(now))
        set_role(self.compared, "warning" if now is not None and now.lack is not None else "muted")

    def show_busy(self, busy: bool) -> None:
        """Grey the numbers while newer ones are on their way."""
        self.numbers.setEnabled(not busy)


class OutputPanel(QWidget):
    """What the network takes the moved picture for, against what it took it for as it was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line, self.change = Elided(), Elided()
        self.hint = Elided("muted")
        self.bars = BarRows()
        section = Section("Judgement")
        for part in (self.line, self.change, self.bars, self.hint):
            section.column.addWidget(part)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(section)

    def show_output(
        self, labels: tuple[str, ...], after: NDArray[np.float64], before: NDArray[np.float64] | None, line: str
    ) -> None:
        """Show the likeliest classes of the moved picture, and ``line``; probabilities (classes,), empty for none."""
        guesses = best(labels, after, before)
        self.bars.show_empty(EMPTY if before is None else "")
        self.bars.show_guesses(tuple(Moved(guess.name, guess.probability, guess.before) for guess in guesses))
        top, _, change = line.partition(" · ")
        self.line.show_text(top)
        self.change.show_text(change)
        self.hint.show_text(LINE if before is not None and len(after) else "")


class Moved(Guess):
    """A class with its probability before the picture was moved."""

    @property
    def words(self) -> str:
        """All of it, with four significant digits."""
        before = "" if self.before is None else f", {significant(self.before, 4)} before the move"
        return f"{self.name}: {significant(self.probability, 4)}{before}"
