"""Changes of the network: maps are silenced, scaled, exchanged or dropped, and what that does to the probabilities is seen."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inspector.core.network.settings import Alteration, Change
from inspector.core.network.updates import alter, restore, take_back
from inspector.core.numbers_text import four_digits
from inspector.views.theme import GRID
from inspector.views.widgets.icon_button import IconButton
from inspector.views.widgets.number_field import NumberField
from inspector.views.widgets.section import Elided, Section, row

LARGEST_SHARE = 0.99  # the maps that are left are scaled by 1 / (1 - share)
NO_MAPS = "Choose a layer of the network first; the input has no maps that can be changed"
UNALTERED = "The network is as it was opened."
TIPS = {
    "Silence": "The map becomes 0; once more gives it back",
    "Swap": "This map and the other one change places",
    "Drop": "Maps drawn at random become 0, the others are scaled up (Dropout2d)",
    "Draw again": "Drop other maps at random, as many as before",
    "Restore": "Take back every change of the network",
}


class AblationPanel(QWidget):
    """Alters the layer and the map that are looked at; ``updated`` carries an ``Update`` for each change by hand."""

    updated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alterations: tuple[Alteration, ...] = ()
        self._layer, self._map, self._count = "", 0, 0
        self._make_parts()
        self._lay_out()
        self._connect()
        self.show_alterations((), "", 0, 0)

    def show_alterations(self, alterations: tuple[Alteration, ...], layer: str, map: int, count: int) -> None:
        """Show what is changed, and offer changes of ``map`` among the ``count`` maps of ``layer``.

        ``layer`` is the key of the tensor behind the activation function; "" (or no maps): there is nothing to change.
        """
        moved = (layer, map) != (self._layer, self._map)
        self._alterations, self._layer, self._map, self._count = alterations, layer, map, count
        self.section.aside.setText(f"map {map}" if self._usable else "")
        self._show_values(moved)
        self._show_enabled()
        self.restore.setEnabled(bool(alterations))
        self.list.show_alterations(alterations)

    @property
    def _usable(self) -> bool:
        return bool(self._layer) and self._count > 0

    def _make_parts(self) -> None:
        self.silence, self.swap, self.drop, self.again, self.restore = map(_button, TIPS)
        self.silence.setCheckable(True)
        self.factor = NumberField(step=0.1)
        self.partner = NumberField(low=0, whole=True)
        self.share = NumberField(low=0, high=LARGEST_SHARE, step=0.1)
        self.share.show_value(0.5)
        self.list = AlterationList()

    def _lay_out(self) -> None:
        self.section = Section("Change the network")
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        for column in (1, 2):
            grid.setColumnStretch(column, 1)
        _place(grid, 0, "Sca&le by", self.factor, self.silence)
        _place(grid, 1, "S&wap with", self.partner, self.swap)
        _place(grid, 2, "Drop s&hare", self.share, self.drop)
        grid.addWidget(self.again, 3, 1)
        grid.addWidget(self.restore, 3, 2)
        self.section.column.addLayout(grid)
        self.section.column.addWidget(self.list)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.section)

    def _connect(self) -> None:
        self.silence.clicked.connect(self._silence)
        self.factor.edited.connect(self._scale)
        self.partner.edited.connect(self._show_swap)
        self.partner.problem_changed.connect(self._show_swap)
        self.partner.returnPressed.connect(self._swap)
        self.swap.clicked.connect(self._swap)
        self.share.edited.connect(self._share)
        self.drop.clicked.connect(self._drop)
        self.again.clicked.connect(self._again)
        self.restore.clicked.connect(self._restore)
        self.list.removed.connect(self._remove)

    def _show_values(self, moved: bool) -> None:
        scaled, dropped = self._present(Change.SCALE), self._present(Change.DROP)
        self.silence.setChecked(self._present(Change.SILENCE) is not None)
        self.factor.show_value(scaled.amount if scaled else 1.0)
        if dropped:
            self.share.show_value(dropped.amount)
        self.partner.high = float(max(self._count - 1, 0))
        if moved or self.partner.value > self.partner.high:
            self.partner.show_value(float(self._map + 1 if self._map + 1 < self._count else max(self._map - 1, 0)))

    def _show_enabled(self) -> None:
        usable = self._usable
        for part in (self.silence, self.factor, self.share, self.drop):
            part.setEnabled(usable)
        self.partner.setEnabled(usable and self._count > 1)
        self._show_swap()
        self.again.setEnabled(usable and self._present(Change.DROP) is not None)
        self._describe("" if usable else NO_MAPS)

    def _show_swap(self, *_: object) -> None:
        self.swap.setEnabled(self.partner.isEnabled() and self._other() is not None)

    def _describe(self, reason: str) -> None:
        """Say what the controls are for, or why they cannot be used."""
        for button in (self.silence, self.swap, self.drop, self.again):
            button.setToolTip(reason or TIPS[button.text()])
        self.factor.describe("Factor", reason or f"Every value of map {self._map} is multiplied by this; 1 changes nothing")
        self.partner.describe("The other map", reason or f"The map that map {self._map} changes places with")
        self.share.describe("Share of maps to drop", reason or "Share of the layer's maps that is dropped at random, 0 to 0.99")

    def _present(self, change: Change) -> Alteration | None:
        """What is done to the map (to the layer for DROP) already."""
        maps = () if change is Change.DROP else (self._map,)
        return next((a for a in self._alterations if (a.change, a.layer, a.maps) == (change, self._layer, maps)), None)

    def _other(self) -> int | None:
        """The map that the field names, if it is another one."""
        named = int(self.partner.value)
        return named if not self.partner.problem and named < self._count and named != self._map else None

    def _alter(self, change: Change, maps: tuple[int, ...], amount: float = 0.0, seed: int = 0) -> None:
        self.updated.emit(alter(Alteration(self._layer, change, maps, amount, seed)))

    def _silence(self, checked: bool) -> None:
        present = self._present(Change.SILENCE)
        if checked:
            self._alter(Change.SILENCE, (self._map,))
        elif present is not None:
            self._remove(present)

    def _scale(self, factor: float) -> None:
        present = self._present(Change.SCALE)
        if factor == 1.0 and present is not None:
            self._remove(present)
        elif factor != 1.0:
            self._alter(Change.SCALE, (self._map,), factor)

    def _swap(self) -> None:
        other = self._other()
        if other is not None:
            self._alter(Change.SWAP, (self._map, other))

    def _share(self, share: float) -> None:
        """While maps are dropped the share acts at once."""
        present = self._present(Change.DROP)
        if present is not None:
            self._alter(Change.DROP, (), share, present.seed)

    def _drop(self) -> None:
        present = self._present(Change.DROP)
        self._alter(Change.DROP, (), self.share.value, present.seed if present else 0)

    def _again(self) -> None:
        present = self._present(Change.DROP)
        if present is not None:
            self.updated.emit(alter(replace(present, seed=present.seed + 1)))

    def _remove(self, alteration: Alteration) -> None:
        self.updated.emit(take_back(alteration))

    def _restore(self) -> None:
        self.updated.emit(restore())


class AlterationList(QWidget):
    """A line for each change, with a button that takes it back; ``removed`` carries the ``Alteration``."""

    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Changes of the network")
        self._shown: tuple[Alteration, ...] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2)
        self._lines: tuple[QWidget, ...] = ()
        self.show_alterations(())

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines as they are read."""
        return tuple(map(described, self._shown or ())) or (UNALTERED,)

    def show_alterations(self, alterations: tuple[Alteration, ...]) -> None:
        """Show these in their order, or that there are none."""
        if alterations == self._shown:
            return
        self._shown = alterations
        for line in self._lines:
            line.hide()
            line.deleteLater()  # not at once: its own button may be what asked for this
        self._lines = tuple(map(self._line, alterations)) or (_text(UNALTERED, "muted"),)
        for line in self._lines:
            self._column.addWidget(line)
            line.show()
        self.setAccessibleDescription("\n".join(self.texts))

    def _line(self, alteration: Alteration) -> QWidget:
        words = described(alteration)
        remove = IconButton("close", f"Take back: {words}")
        remove.clicked.connect(partial(self._remove, alteration))
        line = QWidget()
        layout = row(_text(words), remove, stretch=False)
        layout.setContentsMargins(0, 0, 0, 0)
        line.setLayout(layout)
        return line

    def _remove(self, alteration: Alteration, _checked: bool = False) -> None:
        self.removed.emit(alteration)


def described(alteration: Alteration) -> str:
    """A change in words, such as "map 17 × 0.5 in conv1"."""
    maps = " and ".join(map(str, alteration.maps))
    noun = "map" if len(alteration.maps) == 1 else "maps"
    words = {
        Change.SILENCE: f"{noun} {maps} silenced",
        Change.SCALE: f"{noun} {maps} × {four_digits(alteration.amount)}",
        Change.SWAP: f"{noun} {maps} swapped",
        Change.DROP: f"{four_digits(100 * alteration.amount)} % of maps (draw {alteration.seed + 1}) dropped",
    }
    return f"{words[alteration.change]} in {alteration.layer}"


def _text(words: str, role: str = "") -> Elided:
    line = Elided(role)
    line.show_text(words)
    return line


def _button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(TIPS[text])
    return button


def _place(grid: QGridLayout, number: int, text: str, field: NumberField, button: QPushButton) -> None:
    """A line of label, field and button."""
    caption = QLabel(text)
    caption.setBuddy(field)
    grid.addWidget(caption, number, 0)
    grid.addWidget(field, number, 1)
    grid.addWidget(button, number, 2)
