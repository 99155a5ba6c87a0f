"""Other networks on the same picture, and all of them in numbers."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from inspector.core.network.offers import ModelOffer
from inspector.core.network.settings import ModelChoice
from inspector.core.receptive_field.shown import share
from inspector.core.shift.shown import NOTHING, number
from inspector.core.shift.updates import compare_no_more, compare_with
from inspector.views.field.plain_table import Column, Line, PlainTable
from inspector.views.network.model_bar import KINDS
from inspector.views.network.model_combo import ModelCombo
from inspector.views.shift.line_list import LineList
from inspector.views.widgets.section import Section, row

HEIGHT = 96  # of the table, pixels
TIP = "Another network that is given the same picture, at most two; their lines in the plots are broken"
OPEN_TIP = "Compare with the weights of a file, such as another checkpoint of the present network"
EMPTY = "Choose another network, or open weights, to see them side by side."
COLUMNS = (
    Column("network", "Which network"),
    Column("top-1", "What it takes the moved picture for", 2),
    Column("change", "Half the sum of the changes of all probabilities, 0 to 1"),
    Column("equiv", "Equivariance error of the layer that is compared", 3),
    Column("invar", "Invariance error of the layer that is compared", 4),
    Column("alike", "How many of the shifts of the saw-tooth leave its top-1 as it is", 1),
)


@dataclass(frozen=True)
class Compared:
    """One network on the moved picture: its ``top`` class, the ``change`` of its probabilities, and its ``consistency``.

    ``equivariance`` and ``invariance``: errors of its layer ``layer``. Numbers are NaN where they are not known.
    """

    title: str
    top: str
    change: float
    consistency: float
    layer: str = ""
    equivariance: float = nan
    invariance: float = nan


class ComparePanel(QWidget):
    """Chooses other networks: ``updated`` carries an ``Update``, ``download_requested`` the id of one that is not here yet.

    ``weights_requested``: a file of weights is to be asked for.
    """

    updated = Signal(object)
    download_requested = Signal(str)
    weights_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo = OtherCombo()
        self.open = QPushButton("Open weights…")
        self.open.setToolTip(OPEN_TIP)
        self.list = LineList("Networks that are compared", "", "Compare no more")
        self.table = PlainTable("Networks side by side", COLUMNS, EMPTY)
        self.table.setFixedHeight(HEIGHT)
        self._lay_out()
        self.combo.chosen.connect(self._choose)
        self.open.clicked.connect(self.weights_requested)
        self.list.removed.connect(self._remove)

    def show_offers(self, offers: Sequence[ModelOffer]) -> None:
        """The networks that can be chosen."""
        self.combo.show_offers(offers)

    def show_others(self, others: Mapping[ModelChoice, str]) -> None:
        """Which networks are compared, each with its title or what is being done to get it."""
        lines: dict[Hashable, str] = dict(others.items())
        self.list.show_lines(lines)

    def show_rows(self, rows: tuple[Compared, ...]) -> None:
        """The networks in numbers, a row each."""
        self.table.show_lines(tuple(_line(f"{place}", row) for place, row in enumerate(rows)))

    def _lay_out(self) -> None:
        section = Section("Compare with")
        section.column.addWidget(self.list)
        section.column.addWidget(self.combo)
        section.column.addLayout(row(self.open))
        section.column.addWidget(self.table)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(section)

    def _choose(self, offer: ModelOffer) -> None:
        kind = KINDS.get(offer.state)
        self.combo.show_again()  # the list above says what is chosen
        if kind is None:  # it is not here yet
            self.download_requested.emit(offer.id)
        else:
            self.updated.emit(compare_with(ModelChoice(kind, offer.id), offer.title))

    def _remove(self, choice: ModelChoice) -> None:
        self.updated.emit(compare_no_more(choice))


class OtherCombo(ModelCombo):
    """A combo box of networks that are added to those that are compared; none of them stays chosen in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Another network")
        self.setPlaceholderText("Add a network …")
        self.setToolTip(TIP)


def _line(key: str, one: Compared) -> Line:
    alike = NOTHING if isnan(one.consistency) else share(one.consistency)
    errors = number(one.equivariance), number(one.invariance)
    of_layer = f", {one.layer}: equivariance {errors[0]}, invariance {errors[1]}" if one.layer else ""
    words = f"{one.title}: top-1 {one.top}, change {number(one.change)}{of_layer}, {alike} of the shifts judged alike"
    return Line(key, (one.title, one.top, number(one.change), *errors, alike), words)
