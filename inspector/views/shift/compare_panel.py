"""A second network on the same picture, and both in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inspector.core.network.offers import ModelOffer
from inspector.core.network.settings import ModelChoice
from inspector.core.receptive_field.shown import share
from inspector.core.shift.shown import NOTHING, number
from inspector.core.shift.updates import set_shift
from inspector.views.field.plain_table import Column, Line, PlainTable
from inspector.views.network.model_bar import KINDS
from inspector.views.network.model_combo import ModelCombo
from inspector.views.widgets.icon_button import IconButton
from inspector.views.widgets.section import Section, label

HEIGHT = 96  # of the table, pixels
TIP = "A second network that is given the same picture; its lines in the plots are broken"
EMPTY = "Choose a second network to see both side by side."
COLUMNS = (
    Column("network", "Which network"),
    Column("top-1", "What it takes the moved picture for", 2),
    Column("change", "Half the sum of the changes of all probabilities, 0 to 1"),
    Column("alike", "How many of the shifts of the saw-tooth leave its top-1 as it is", 1),
)


@dataclass(frozen=True)
class Compared:
    """One network on the moved picture: its ``top`` class, the ``change`` of its probabilities, and its ``consistency``.

    Numbers are NaN where they are not known.
    """

    title: str
    top: str
    change: float
    consistency: float


class ComparePanel(QWidget):
    """Chooses a second network: ``updated`` carries an ``Update``, ``download_requested`` the id of one that is not here yet."""

    updated = Signal(object)
    download_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._second: ModelChoice | None = None
        self.combo = SecondCombo()
        self.clear = IconButton("close", "No second network")
        self.problem = label("", "warning", wrap=True)
        self.problem.hide()
        self.table = PlainTable("Networks side by side", COLUMNS, EMPTY)
        self.table.setFixedHeight(HEIGHT)
        self._lay_out()
        self.combo.chosen.connect(self._choose)
        self.clear.clicked.connect(self._clear)
        self.show_second(None, "")

    def show_offers(self, offers: Sequence[ModelOffer]) -> None:
        """The networks that can be chosen."""
        self.combo.show_offers(offers)

    def show_second(self, second: ModelChoice | None, title: str) -> None:
        """Which network is the second, or none."""
        self._second = second
        if second is None:
            self.combo.show_none()
        else:
            self.combo.show_present(second, title)
        self.clear.setEnabled(second is not None)

    def show_problem(self, problem: str) -> None:
        """What is under way or why the second network cannot be used; "" says nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def show_rows(self, rows: tuple[Compared, ...]) -> None:
        """The networks in numbers, a row each."""
        self.table.show_lines(tuple(_line(f"{place}", row) for place, row in enumerate(rows)))

    def _lay_out(self) -> None:
        section = Section("Compare with")
        line = QHBoxLayout()
        line.addWidget(self.combo, 1)
        line.addWidget(self.clear)
        section.column.addLayout(line)
        section.column.addWidget(self.problem)
        section.column.addWidget(self.table)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(section)

    def _choose(self, offer: ModelOffer) -> None:
        kind = KINDS.get(offer.state)
        if kind is None:
            self.combo.show_again()  # it is not here yet
            self.download_requested.emit(offer.id)
        elif (choice := ModelChoice(kind, offer.id)) != self._second:
            self.updated.emit(set_shift(f"Compare with {offer.title}", second=choice))

    def _clear(self) -> None:
        self.updated.emit(set_shift("Compare with no other network", second=None))


class SecondCombo(ModelCombo):
    """A combo box of networks in which none may be chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Second network")
        self.setPlaceholderText("No second network")
        self.setToolTip(TIP)

    def show_none(self) -> None:
        """No network."""
        if self._choice is not None:
            self._choice, self._title = None, ""
            self._fill()


def _line(key: str, row: Compared) -> Line:
    alike = NOTHING if isnan(row.consistency) else share(row.consistency)
    cells = (row.title, row.top, number(row.change), alike)
    return Line(key, cells, f"{row.title}: top-1 {row.top}, change {number(row.change)}, {alike} of the shifts judged alike")
