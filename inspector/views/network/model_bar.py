"""Which network is looked at, and where others come from."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from inspector.core.network.offers import ModelOffer, OfferState
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.views.commands import tooltip
from inspector.views.network.model_combo import ModelCombo
from inspector.views.widgets.section import Elided, Section, label, row

EMPTY = "Choose a network, or open weights"
KINDS = {OfferState.SHIPPED: ModelKind.SHIPPED, OfferState.UNTRAINED: ModelKind.UNTRAINED}
DOWNLOADS = "Download published weights"


class ModelBar(QWidget):
    """Shows the network that is open. ``model_chosen`` carries a ``ModelChoice``, ``download_requested`` an offer's id.

    ``weights_requested`` and ``code_requested`` ask for a file of weights or a Python file.
    """

    model_chosen = Signal(object)
    download_requested = Signal(str)
    weights_requested = Signal()
    code_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice: ModelChoice | None = None
        self._line, self._busy = EMPTY, ""
        self._make_parts()
        self._lay_out()
        self.combo.chosen.connect(self._choose)
        self.open.clicked.connect(self.weights_requested)
        self.code.triggered.connect(self.code_requested)
        self._show_line()

    def _make_parts(self) -> None:
        self.combo = ModelCombo()
        self.line = Elided("muted")
        self.notes = label("", "warning", wrap=True)
        self.notes.hide()
        self.open = QPushButton("Open weights…")
        self.open.setToolTip(tooltip("open-weights"))
        self.more = QPushButton("More")
        self.more.setToolTip("Networks made by your own code, and published weights")
        menu = QMenu(self.more)
        menu.setToolTipsVisible(True)
        self.code = menu.addAction("Run a Python file…")
        self.code.setToolTip(tooltip("run-code"))
        self.downloads = menu.addMenu(DOWNLOADS)
        self.downloads.setToolTipsVisible(True)
        self.downloads.setEnabled(False)
        self.more.setMenu(menu)

    def _lay_out(self) -> None:
        section = Section("Network")
        for part in (self.combo, self.line, self.notes):
            section.column.addWidget(part)
        section.column.addLayout(row(self.open, self.more))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(section)

    def show_offers(self, offers: Sequence[ModelOffer]) -> None:
        """The networks that can be chosen, in the order of each section."""
        self.combo.show_offers(offers)
        self.downloads.clear()
        for offer in offers:
            if offer.state is OfferState.DOWNLOADABLE:
                action = self.downloads.addAction(offer.title)
                action.setToolTip(offer.line)
                action.triggered.connect(lambda _checked, id=offer.id: self.download_requested.emit(id))
        self.downloads.setEnabled(not self.downloads.isEmpty())

    def show_model(self, choice: ModelChoice, title: str, line: str, notes: Sequence[str] = ()) -> None:
        """The network that is open: its ``title``, whose weights in one ``line``, and what the user must know of it."""
        self._choice, self._line = choice, line
        self.combo.show_present(choice, title)
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        self._show_line()

    def show_busy(self, text: str) -> None:
        """What is under way ("Opening LeNet-5 …") in the place of the line; with "" what is open is shown again."""
        self._busy = text
        if not text:
            self.combo.show_again()
        self._show_line()

    def _show_line(self) -> None:
        self.line.show_text(self._busy or self._line)

    def _choose(self, offer: ModelOffer) -> None:
        kind = KINDS.get(offer.state)
        if kind is None:
            self.combo.show_again()  # it is not here yet
            self.download_requested.emit(offer.id)
        elif (choice := ModelChoice(kind, offer.id)) != self._choice:
            self.model_chosen.emit(choice)
