"""One map looked at closely, and one unit of it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QVBoxLayout, QWidget

from inspector.core.network.view import Box, Detail, MapsShown, MapStatistics, Sees
from inspector.core.numbers_text import four_digits
from inspector.core.receptive_field.shown import UnitSeen, box_line
from inspector.core.receptive_field.shown import unit_line as unit_line_of
from inspector.views.field.field_box import FieldBox
from inspector.views.field.marks import Mark
from inspector.views.histogram import HistogramView
from inspector.views.network.picture_box import PictureBox
from inspector.views.network.segments import Segments
from inspector.views.theme import GRID
from inspector.views.widgets.section import Elided, Section, label, row

MAP_SIDE = 144  # of the map's picture, pixels
HISTOGRAM = 80  # height, pixels
SIDE = 80  # of the patch and the filter, pixels
ALONE, OVER, FIELD = "Map", "Over input", "Field"
MODES = {
    ALONE: "The map alone", OVER: "The map over the picture that the network gets, at the opacity below",
    FIELD: "What the unit under the mouse sees of the input, and which of these pixels matter to it",
}  # fmt: skip
HINT = "Choose a layer to see its maps."
NOTHING = "–"
NUMBERS = ("min", "max", "mean", "sd", "zeros")
WHOLE = "sees the whole input"
UNKNOWN = "what it sees of the input is not known, or no rectangle"
MAP_TIP = "A click or the arrow keys choose a unit, whose value is below"
OVER_TIP = "The map over the input; the frame is what the chosen unit sees"


class MapPanel(QWidget):
    """Shows the ``detail`` of ``MapsShown``.

    ``unit_chosen`` carries (y, x) of the unit that the hand picks in the map, ``opacity_changed`` the opacity in [0, 1]
    of the map over the input while the slider moves, ``field_wished`` whether the effective field is to be seen.
    """

    unit_chosen = Signal(int, int)
    opacity_changed = Signal(float)
    field_wished = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: MapsShown | None = None
        self._percent = 60
        self._make_parts()
        self._lay_out()
        self._connect()
        self.show_detail(None, "")

    def show_detail(self, shown: MapsShown | None, title: str) -> None:
        """Show the map that ``shown`` looks at closely; ``title`` says which tensor it is part of.

        Of None and of a tensor without values there is nothing to show.
        """
        self._shown = shown = shown if shown is not None and 0 not in shown.shape else None
        self.title.show_text(title or HINT)
        self.section.heading.setText(f"MAP {shown.detail.map}" if shown else "MAP")
        self.section.aside.setText(place_line(shown) if shown else "")
        self.numbers.show_numbers(shown)
        self.unit.show_unit(shown)
        self._show_picture()
        self._show_histogram()

    @property
    def wishes_field(self) -> bool:
        """Whether the effective field is to be seen."""
        return self.mode.word == FIELD

    def show_seen(self, seen: UnitSeen | None, rgb: NDArray[np.uint8] | None, marks: tuple[Mark, ...], spread: str) -> None:
        """The unit under the mouse, else the chosen one: what it sees, and the input ``rgb`` with its fields as ``marks``.

        ``spread`` says how its effective field spreads.
        """
        if seen is not None:
            self.unit.show_seen(seen)
        self.field.show_picture(rgb, spread)
        self.field.setToolTip(spread)
        self.field.show_fields(marks)
        if self.wishes_field:
            self.colours.show_text(spread)

    def show_opacity(self, opacity: float) -> None:
        """Put the slider where the state says; nothing is emitted."""
        self._percent = round(100 * opacity)
        self.opacity.setValue(self._percent)

    def _make_parts(self) -> None:
        self.title = Elided("muted")
        self.picture = PictureBox("Map", QSize(MAP_SIDE, MAP_SIDE), active=True)
        self.field = FieldBox("Field of the unit", QSize(MAP_SIDE, MAP_SIDE))
        self.field.hide()
        self.colours = Elided("muted")
        self.mode = Segments("Picture", MODES)
        self.opacity = OpacitySlider()
        self.opacity.setValue(self._percent)
        self.numbers = MapNumbers()
        self.histogram = HistogramView()
        self.histogram.setFixedHeight(HISTOGRAM)
        self.histogram.setAccessibleName("Histogram of the map")
        self.unit = UnitView()

    def _lay_out(self) -> None:
        self.section = Section("Map")
        column = self.section.column
        column.addWidget(self.title)
        column.addLayout(row(self.picture, self.field, self.numbers, stretch=False))
        column.addWidget(self.colours)
        column.addWidget(self.mode)
        column.addWidget(self.opacity)
        column.addWidget(self.histogram)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GRID)
        outer.addWidget(self.section)
        outer.addWidget(self.unit)

    def _connect(self) -> None:
        self.mode.chosen.connect(self._choose_mode)
        self.opacity.valueChanged.connect(self._slide)
        self.picture.clicked.connect(self._click)
        self.picture.stepped.connect(self._step)

    def _choose_mode(self, word: str) -> None:
        self._show_picture()
        self.field_wished.emit(word == FIELD)

    def _slide(self, percent: int) -> None:
        """Who moves the slider wants to see the map over the input."""
        if percent != self._percent:
            self._percent = percent
            self.mode.show_choice(OVER)
            self._choose_mode(OVER)
            self.opacity_changed.emit(percent / 100)

    def _click(self, y: int, x: int) -> None:
        if self._shown is not None and (y, x) != self._shown.detail.unit:
            self.unit_chosen.emit(y, x)

    def _step(self, dy: int, dx: int) -> None:
        if self._shown is None:
            return
        (_, height, width), (y, x) = self._shown.shape, self._shown.detail.unit
        self._click(max(min(y + dy, height - 1), 0), max(min(x + dx, width - 1), 0))

    def _show_picture(self) -> None:
        over, shown = self.mode.word == OVER, self._shown
        self.picture.setVisible(not self.wishes_field)
        self.field.setVisible(self.wishes_field)
        self.picture.set_active(shown is not None and not over)
        self.picture.setToolTip(OVER_TIP if over else MAP_TIP)
        self.picture.show_mark(mark(shown, over) if shown else None)
        self.colours.show_text(shown.detail.colours if shown else "")
        if shown is None:
            self.picture.show_picture(None)
        else:
            words = f"map {shown.detail.map}{' over the input' if over else ''}, {shown.detail.colours}"
            self.picture.show_picture(shown.detail.overlay if over else shown.detail.picture, words)

    def _show_histogram(self) -> None:
        if self._shown is None:
            self.histogram.show_counts(None, None, 0.0, 1.0)
        else:
            detail = self._shown.detail
            self.histogram.show_counts(None, detail.counts, *detail.span, label=f"values of map {detail.map}")


class MapNumbers(QWidget):
    """The numbers of a map below each other, and under them what is wrong with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values = {name: _number(name) for name in NUMBERS}
        self.warning = Elided("warning", lines=2)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for number, (name, value) in enumerate(self.values.items()):
            grid.addWidget(QLabel(name), number, 0)
            grid.addWidget(value, number, 1)
        grid.addWidget(self.warning, len(NUMBERS), 0, 1, 2)
        grid.setRowStretch(len(NUMBERS) + 1, 1)

    def show_numbers(self, shown: MapsShown | None) -> None:
        """Show those of the map that is looked at closely."""
        of = (shown.statistics, shown.detail.map) if shown is not None else None
        texts = number_texts(*of) if of else (NOTHING,) * len(NUMBERS)
        for value, text in zip(self.values.values(), texts, strict=True):
            value.setText(text)
            value.setAccessibleDescription(text)
        vector = shown is not None and shown.shape[1:] == (1, 1)
        self.warning.show_text(fault(*of, vector=vector) if of else "")


class UnitView(Section):
    """One unit: its value, what it sees of the input, and its weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Unit", parent)
        self.aside.hide()  # the heading needs the whole line
        self.patch = PictureBox("What the unit sees", QSize(SIDE, SIDE))
        self.filter = PictureBox("The unit's filter", QSize(SIDE, SIDE))
        self.filter.setToolTip("The weights behind the unit, larger below")
        self.sees = label("", "muted", wrap=True)
        self.sees.setMinimumHeight(SIDE)  # also where there are no pictures, so that nothing below moves
        self.column.addLayout(row(self.patch, self.filter, self.sees, stretch=False))

    def show_seen(self, seen: UnitSeen) -> None:
        """Show a unit by what it sees alone, as fast as the mouse moves; its filter is that of the chosen map."""
        self.heading.setText(unit_line_of(seen).upper())
        self.patch.show_picture(seen.crop, box_line(seen))
        self.patch.setToolTip(box_line(seen))
        self.patch.setVisible(seen.crop is not None)
        self.sees.setText(box_line(seen))

    def show_unit(self, shown: MapsShown | None) -> None:
        """Show the unit that is looked at."""
        detail = shown.detail if shown else None
        words = sees(shown) if shown else ""
        self.heading.setText(unit_line(shown).upper() if shown else "UNIT")
        self.patch.show_picture(detail.patch if detail else None, words)
        self.patch.setVisible(detail is None or detail.patch is not None)
        self.filter.setVisible(detail is None or detail.filter_picture is not None)
        self.patch.setToolTip(words)
        self.filter.show_picture(detail.filter_picture if detail else None)
        self.sees.setText(words)


class OpacitySlider(QSlider):
    """From 0 to 100 per cent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, 100)
        self.setPageStep(10)
        self.setAccessibleName("Opacity of the map over the input, per cent")
        self.setToolTip("Opacity of the map over the input: left shows the input, right the map")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the column; it moves the slider only where the keyboard is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def mark(shown: MapsShown, over: bool) -> Box | None:
    """The frame in the picture: the unit in the map, what it sees over the input; the only unit of a map needs none."""
    if over:
        return shown.detail.patch_box
    y, x = shown.detail.unit
    return None if shown.shape[1:] == (1, 1) else (y, x, y + 1, x + 1)


def place_line(shown: MapsShown) -> str:
    """Where the map stands as they are sorted, such as "3 of 64"."""
    order = shown.statistics.order
    return f"{int(np.flatnonzero(order == shown.detail.map)[0]) + 1} of {order.size}"


def number_texts(statistics: MapStatistics, index: int) -> tuple[str, ...]:
    """The ``NUMBERS`` of a map; dashes where no value is finite."""
    if _nothing_finite(statistics, index):
        return (NOTHING,) * len(NUMBERS)
    numbers = (statistics.low, statistics.high, statistics.mean, statistics.std)
    return *(four_digits(float(of[index])) for of in numbers), f"{100 * float(statistics.zeros[index]):.1f} %"


def fault(statistics: MapStatistics, index: int, *, vector: bool) -> str:
    """What is wrong with the map or its layer, or ""; a unit that is 0 for one picture is nothing special."""
    dead = "dead: no value is finite" if _nothing_finite(statistics, index) else "dead: every value is 0"
    is_dead = bool(statistics.dead[index]) and not (vector and statistics.zeros[index] > 0)
    bad = f"{statistics.bad:,} values of the layer are NaN or infinite"
    return " · ".join(text for text, holds in ((dead, is_dead), (bad, statistics.bad > 0)) if holds)


def _nothing_finite(statistics: MapStatistics, index: int) -> bool:
    """Whether a dead map has no numbers at all, which counts as no zeros either."""
    return bool(statistics.dead[index]) and statistics.zeros[index] == 0


def unit_line(shown: MapsShown) -> str:
    """Such as "Unit (17, 12, 18) = 2.17", map before y before x; the index alone where a layer has no image plane."""
    detail: Detail = shown.detail
    place = f"{detail.map}" if shown.shape[1:] == (1, 1) else f"({detail.map}, {detail.unit[0]}, {detail.unit[1]})"
    return f"Unit {place} = {four_digits(detail.value)}"


def sees(shown: MapsShown) -> str:
    """What the unit sees of the input, in words."""
    detail = shown.detail
    if detail.patch is not None:
        height, width = detail.patch.shape[:2]
        return f"sees {height} × {width} px of the input"
    return WHOLE if detail.sees is Sees.ALL else UNKNOWN


def _number(name: str) -> QLabel:
    """The label of a number that screen readers call ``name``."""
    value = label(NOTHING)
    value.setAccessibleName(name)
    value.setAlignment(Qt.AlignmentFlag.AlignRight)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return value
