"""A combo box of networks in sections."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from inspector.core.network.offers import ModelOffer, OfferState
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.views.theme import colours_of

PRESENT = "Open now"
SECTIONS = {
    OfferState.SHIPPED: "With weights",
    OfferState.DOWNLOADABLE: "Published weights to download",
    OfferState.UNTRAINED: "Without weights (random)",
}
STATES = {ModelKind.SHIPPED: OfferState.SHIPPED, ModelKind.UNTRAINED: OfferState.UNTRAINED}
TIP = "The network that is looked at"
MOST_ROWS = 24
OFFER = Qt.ItemDataRole.UserRole
OPENING_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)


class ModelCombo(QComboBox):
    """``chosen`` carries the ``ModelOffer`` that the hand picks. A network that is not on offer has a section of its own.

    Keys open the list and choose nothing before Enter, since opening a network may take seconds.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers: tuple[ModelOffer, ...] = ()
        self._choice: ModelChoice | None = None
        self._title = ""
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setAccessibleName("Network")
        self.setPlaceholderText("No network yet")
        self.setToolTip(TIP)
        self.setMaxVisibleItems(MOST_ROWS)
        self.setMinimumHeight(26)  # as high as the buttons below
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._choose)
        self._fill()

    def show_offers(self, offers: Sequence[ModelOffer]) -> None:
        """Offer these networks, each in the section of its state."""
        if tuple(offers) != self._offers:
            self._offers = tuple(offers)
            self._fill()

    def show_present(self, choice: ModelChoice, title: str) -> None:
        """The network that is open."""
        if (choice, title) != (self._choice, self._title):
            self._choice, self._title = choice, title
            self._fill()
        self.show_again()

    def show_again(self) -> None:
        """Show what is open, whatever was picked."""
        self.setCurrentIndex(self._place())

    def showPopup(self) -> None:
        """Open the list, its headings in the colour of headings."""
        for place in range(self._rows.rowCount()):
            if not (item := self._rows.item(place)).isEnabled():
                item.setForeground(QColor(colours_of(self).muted))
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list."""
        if event.key() in OPENING_KEYS or event.text().strip():
            self.showPopup()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the column."""
        event.ignore()

    def _fill(self) -> None:
        self._rows.clear()
        if self._choice is not None and self._on_offer() is None:
            self._rows.appendRow(_heading(PRESENT))
            self._rows.appendRow(_item(self._title, self._choice.name, None))
        for state, title in SECTIONS.items():
            offers = [offer for offer in self._offers if offer.state is state]
            if offers:
                self._rows.appendRow(_heading(title))
            for offer in offers:
                self._rows.appendRow(_item(offer.title, offer.line, offer))
        self.show_again()

    def _on_offer(self) -> ModelOffer | None:
        """The offer that is open now."""
        if self._choice is None:
            return None
        wanted = self._choice.name, STATES.get(self._choice.kind)
        return next((offer for offer in self._offers if (offer.id, offer.state) == wanted), None)

    def _place(self) -> int:
        if self._choice is None:
            return -1
        offer = self._on_offer()
        return 1 if offer is None else next(i for i in range(self.count()) if self.itemData(i, OFFER) == offer)

    def _choose(self, place: int) -> None:
        offer = self.itemData(place, OFFER)
        if offer is not None:
            self.chosen.emit(offer)


def _heading(title: str) -> QStandardItem:
    """A row that cannot be chosen."""
    item = QStandardItem(title)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    font = item.font()
    font.setBold(True)
    item.setFont(font)
    return item


def _item(title: str, line: str, offer: ModelOffer | None) -> QStandardItem:
    item = QStandardItem(title)
    item.setToolTip(line)
    item.setData(line, Qt.ItemDataRole.AccessibleDescriptionRole)
    item.setData(offer, OFFER)
    return item
