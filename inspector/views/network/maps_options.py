"""Which of a layer's pictures are shown, in which order and colours, and what the network is fed with."""

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from inspector.core.network.settings import Colouring, Feed, Fit, NetworkSettings, Order, Stage
from inspector.core.network.updates import set_network
from inspector.core.numbers_text import four_digits
from inspector.views.network.segments import Segments
from inspector.views.theme import GRID
from inspector.views.widgets.choice import Choice
from inspector.views.widgets.number_field import NumberField
from inspector.views.widgets.section import row, set_role

PAIR = 192  # least width of a label with its field, pixels
LABEL = 48
NARROWEST = 264
AUTOMATIC = "automatic"
RANGE, NO_RANGE = "&Range", "low ≥ high"
NO_RANGE_TIP = "Not used: the lowest colour needs a smaller value than the highest"
NO_ACTIVATION = "This layer has no activation function: there is nothing before or after it"

STAGES: dict[str, str] = {
    "Before": "What goes into the activation function, with both signs",
    "After": "What comes out of the activation function, which the next layer gets",
}
ORDERS: dict[str, str] = {
    Order.INDEX: "As the network numbers them",
    Order.MEAN: "The largest mean first",
    Order.MAX: "The largest value first",
    Order.SPARSITY: "The most zeros first",
    Order.VARIANCE: "The largest variance first",
}
COLOURINGS: dict[str, str] = {
    Colouring.MAP: "Each map by its own values: shapes can be seen; units without an image plane share theirs",
    Colouring.LAYER: "All maps of the layer by the same values: maps can be compared",
    Colouring.FIXED: "By the range beside: pictures can be compared",
}
FEEDS = {Feed.SOURCE: "source picture", Feed.RESULT: "filter result"}
FEED_TIPS = {
    FEEDS[Feed.SOURCE]: "The picture of the Source panel",
    FEEDS[Feed.RESULT]: "What the filter bench makes of it, with its exact values",
}
FITS: dict[str, str] = {
    Fit.STRETCH: "Both sides are scaled, each as it needs",
    Fit.CROP: "Scaled until it covers the input; the middle is taken",
    Fit.LETTERBOX: "Scaled until it lies inside the input, black around it",
    Fit.PAD: "Not scaled, black around it",
    Fit.DIGIT: "As MNIST does it: the ink scaled and its centre of mass moved to the middle",
}


class MapsOptions(QWidget):
    """Shows part of ``NetworkSettings``; ``updated`` carries an ``Update`` for each choice by hand.

    In a narrow column the fields lie below each other, in a wide one side by side.
    """

    updated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._columns = 0
        self._automatic = AUTOMATIC
        self._make_parts()
        self._captions: dict[str, QLabel] = {}
        self._pairs = self._make_pairs()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._arrange(1)
        self._connect()
        self.show_options(NetworkSettings(), has_activation=True, fit_used="")

    def show_options(self, settings: NetworkSettings, has_activation: bool, fit_used: str) -> None:
        """Show the settings; ``fit_used`` is the fit that the automatic choice came to, or "" while that is not known."""
        self.stage.explain("" if has_activation else NO_ACTIVATION)
        self.stage.show_choice(settings.stage.capitalize())
        self.order.show_choice(settings.order)
        self.colouring.show_choice(settings.colouring)
        for field, value in zip((self.low, self.high), settings.fixed, strict=True):
            field.show_value(value)
            field.setEnabled(settings.colouring is Colouring.FIXED)
        self._show_range()
        self.feed.show_choice(FEEDS[settings.feed])
        self._show_fit(settings.fit, fit_used)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many fields side by side as there is room for."""
        super().resizeEvent(event)
        self._arrange(max(column for column in (1, 2, 3, 6) if column == 1 or column * PAIR <= self.width()))

    def minimumSizeHint(self) -> QSize:
        """One field must have room, whatever is side by side now."""
        return QSize(NARROWEST, super().minimumSizeHint().height())

    def _make_parts(self) -> None:
        self.stage = Segments("Stage", STAGES)
        self.order = Choice("Order of the maps", "How the maps are sorted", ORDERS)
        self.colouring = Choice("Colours of the maps", "Which values the colours span", COLOURINGS)
        self.low, self.high = NumberField(step=0.1), NumberField(step=0.1)
        for field, name in ((self.low, "lowest"), (self.high, "highest")):
            field.setAccessibleName(f"Value of the {name} colour")
            field.setMinimumWidth(48)
        self.feed = Choice("Feed", "What goes into the network", FEED_TIPS)
        self.fit = Choice("Fit", "How the picture becomes one of the network's size", _fits(AUTOMATIC))

    def _make_pairs(self) -> tuple[QWidget, ...]:
        return (
            self._pair("Stage", self.stage),
            self._pair("S&ort", self.order),
            self._pair("&Colours", self.colouring),
            self._pair(RANGE, self.low, self.high),
            self._pair("Fee&d", self.feed),
            self._pair("Fi&t", self.fit),
        )

    def _pair(self, text: str, *fields: QWidget) -> QWidget:
        """A label with its fields, as one widget."""
        caption = QLabel(text)
        caption.setBuddy(fields[0])
        caption.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._captions[text] = caption
        result = QWidget()
        layout = row(caption, *fields, stretch=False)
        layout.setContentsMargins(0, 0, 0, 0)
        result.setLayout(layout)
        return result

    def _arrange(self, columns: int) -> None:
        """Fill the columns one after the other."""
        if columns == self._columns:
            return
        self._columns = columns
        for caption in self._captions.values():  # in one line there is nothing to align them with
            caption.setMinimumWidth(LABEL if columns < len(self._pairs) else 0)
        rows = len(self._pairs) // columns
        for number, pair in enumerate(self._pairs):
            self._grid.addWidget(pair, number % rows, number // rows)
        for column in range(len(self._pairs)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def _connect(self) -> None:
        self.stage.chosen.connect(self._choose_stage)
        self.order.chosen.connect(self._choose_order)
        self.colouring.chosen.connect(self._choose_colouring)
        self.low.edited.connect(partial(self._choose_range, self.low))
        self.high.edited.connect(partial(self._choose_range, self.high))
        self.feed.chosen.connect(self._choose_feed)
        self.fit.chosen.connect(self._choose_fit)

    def _show_range(self) -> None:
        """Say so while the fields hold no range, since the colours stay as they are then."""
        wrong, caption = self.low.value >= self.high.value, self._captions[RANGE]
        caption.setText(NO_RANGE if wrong else RANGE)
        set_role(caption, "warning" if wrong else "")
        for field, name in ((self.low, "lowest"), (self.high, "highest")):
            tip = f"The value with the {name} colour; for fixed colours"
            field.describe(field.accessibleName(), NO_RANGE_TIP if wrong else tip)

    def _show_fit(self, fit: Fit | None, used: str) -> None:
        automatic = f"{AUTOMATIC} · {used}" if used and fit is None else AUTOMATIC
        if automatic != self._automatic:
            self._automatic = automatic
            self.fit.show_items(_fits(automatic))
        self.fit.show_choice(automatic if fit is None else fit)

    def _choose_stage(self, word: str) -> None:
        self.updated.emit(set_network(f"{word} the activation function", stage=Stage(word.lower())))

    def _choose_order(self, word: str) -> None:
        self.updated.emit(set_network(f"Sort maps by {word}", order=Order(word)))

    def _choose_colouring(self, word: str) -> None:
        self.updated.emit(set_network(f"Colours by {word}", colouring=Colouring(word)))

    def _choose_range(self, field: NumberField, _value: float) -> None:
        low, high = self.low.value, self.high.value
        self._show_range()
        if low < high:
            merges = f"fixed {field.accessibleName()} {field.session}"
            title = f"Colours from {four_digits(low)} to {four_digits(high)}"
            self.updated.emit(set_network(title, merges=merges, fixed=(low, high)))

    def _choose_feed(self, word: str) -> None:
        feed = next(feed for feed, text in FEEDS.items() if text == word)
        self.updated.emit(set_network(f"Feed the {word} to the network", feed=feed))

    def _choose_fit(self, word: str) -> None:
        fit = None if word == self._automatic else Fit(word)
        self.updated.emit(set_network("Fit automatically" if fit is None else f"Fit by {word}", fit=fit))


def _fits(automatic: str) -> dict[str, str]:
    return {automatic: "What is natural for the picture"} | FITS
