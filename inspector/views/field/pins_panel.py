"""Units that are kept in sight to be compared."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from inspector.core.receptive_field.settings import Pin
from inspector.core.receptive_field.shown import PinShown, pin_texts, pin_words
from inspector.core.receptive_field.updates import add_pin, clear_pins, remove_pin
from inspector.views.commands import tooltip
from inspector.views.field.plain_table import Column, Line, PlainTable
from inspector.views.widgets.section import Section, row

HEIGHT = 112  # of the table: the heads and four rows, pixels
EMPTY = "Pin a unit (P) to keep its box in sight and compare it with others."
COLUMNS = (
    Column("unit", "Number of the pin, layer, and the unit's map, row and column; without a map all of them"),
    Column("r", "Side of what the unit sees, pixels of the picture"),
    Column("2σ", "Two standard deviations of its effective field, pixels of the picture; – until it has been measured"),
)
NO_UNIT, PINNED = "There is no unit to be pinned", "The present unit is pinned already"
REMOVE = "Let go of the unit in the marked row (Del)"


class PinsPanel(QWidget):
    """Shows ``PinShown``s; ``updated`` carries an ``Update`` that pins or removes, ``chosen`` the ``Pin`` that is clicked."""

    updated = Signal(object)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[PinShown, ...] = ()
        self._pins: tuple[Pin, ...] = ()
        self._present: Pin | None = None
        self._make_parts()
        self._lay_out()
        self._connect()
        self.show_pins((), None)

    def show_pins(self, pins: tuple[PinShown, ...], present: Pin | None) -> None:
        """Show these, and mark the one that is the ``present`` unit, which could be pinned; None: there is no unit."""
        if pins != self._shown:
            self._shown, self._pins = pins, tuple(shown.pin for shown in pins)
            self.table.show_lines(tuple(Line(_key(shown.pin), pin_texts(shown), pin_words(shown)) for shown in pins))
        self._present = present
        self.table.show_chosen("" if present is None else _key(present))
        self.section.aside.setText(f"{len(pins)}" if pins else "")
        self._show_enabled()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes the marked pin."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove()
        else:
            super().keyPressEvent(event)

    def _make_parts(self) -> None:
        self.table = PlainTable("Pinned units", COLUMNS, EMPTY)
        self.table.setFixedHeight(HEIGHT)
        self.pin, self.remove, self.clear = (QPushButton(text) for text in ("Pin", "Remove", "Remove all"))
        self.remove.setToolTip(REMOVE)
        self.clear.setToolTip(tooltip("clear-pins"))

    def _lay_out(self) -> None:
        self.section = Section("Pinned units")
        self.section.column.addWidget(self.table)
        self.section.column.addLayout(row(self.pin, self.remove, self.clear, spacing=4))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.section)

    def _connect(self) -> None:
        self.table.chosen.connect(self._choose)
        self.pin.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.clear.clicked.connect(self._clear)

    def _show_enabled(self) -> None:
        reason = NO_UNIT if self._present is None else PINNED if self._present in self._pins else ""
        self.pin.setEnabled(not reason)
        self.pin.setToolTip(reason or tooltip("pin-unit"))
        self.remove.setEnabled(self._marked is not None)
        self.clear.setEnabled(bool(self._pins))

    @property
    def _marked(self) -> Pin | None:
        return next((pin for pin in self._pins if _key(pin) == self.table.chosen_key), None)

    def _choose(self, _key: str) -> None:
        self._show_enabled()
        if self._marked is not None:
            self.chosen.emit(self._marked)

    def _add(self) -> None:
        if self._present is not None:
            self.updated.emit(add_pin(self._present))

    def _remove(self) -> None:
        if self._marked is not None:
            self.updated.emit(remove_pin(self._marked))

    def _clear(self) -> None:
        self.updated.emit(clear_pins())


def _key(pin: Pin) -> str:
    """What tells a pin from all others."""
    return f"{pin.layer} {pin.unit} {pin.map}"
