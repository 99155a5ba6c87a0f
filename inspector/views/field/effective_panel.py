"""Which pixels matter to a unit: how its gradient is taken, over which pictures, and the numbers that came of it."""

from pathlib import PurePath

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inspector.core.receptive_field.effective import SHARES, EffectiveField
from inspector.core.receptive_field.export import heat_text
from inspector.core.receptive_field.settings import FieldSettings, Over, Part
from inspector.core.receptive_field.shown import (
    EXPLANATIONS,
    NUMBERS,
    FieldShown,
    area_texts,
    gradient_line,
    lack_line,
    measured_line,
    number_texts,
    share,
)
from inspector.core.receptive_field.updates import set_field
from inspector.views.commands import tooltip
from inspector.views.field.number_rows import NumberRows, number_label
from inspector.views.network.segments import Segments
from inspector.views.theme import GRID
from inspector.views.widgets.choice import Choice
from inspector.views.widgets.number_field import NumberField
from inspector.views.widgets.section import Elided, Section, row, set_role

MOST_PICTURES = 10_000
PARTS: dict[str, str] = {
    Part.ABSOLUTE.capitalize(): "The size of the gradient, whatever its sign",
    Part.SQUARED.capitalize(): "The square of the gradient: its energy, in which strong pixels count more",
    Part.POSITIVE.capitalize(): "Only where a brighter pixel makes the unit's value larger",
}
ONE_MAP, ALL_MAPS = "This map", "All maps"
MAPS = {ONE_MAP: "The gradient of the unit in the chosen map", ALL_MAPS: "The gradient of the sum over all maps at this place"}
OVERS = {Over.PICTURE: "this picture", Over.RANDOM: "noise", Over.FOLDER: "folder…"}
OVER_TIPS = {
    OVERS[Over.PICTURE]: "What matters in the picture that is looked at, as fast as the gradient allows",
    OVERS[Over.RANDOM]: "The mean over pictures of noise with the mean and deviation that the network expects",
    OVERS[Over.FOLDER]: "The mean over the pictures of a folder, which is asked for",
}
LIVE = "One picture is measured by itself; choose noise or a folder to average over many"
HINT = "Not measured yet."


class EffectivePanel(QWidget):
    """Shows part of ``FieldSettings`` and a ``FieldShown``; ``updated`` carries an ``Update`` for each choice by hand.

    ``measure_requested``: the average is to be taken now. ``folder_requested``: the pictures of a folder are to be averaged.
    """

    updated = Signal(object)
    measure_requested = Signal()
    folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._over = OVERS[Over.PICTURE]
        self._make_parts()
        self._lay_out()
        self._connect()
        self.show_settings(FieldSettings())
        self.show_field(None)

    def show_settings(self, settings: FieldSettings) -> None:
        """Show what is chosen."""
        self.part.show_choice(settings.part.capitalize())
        self.maps.show_choice(ALL_MAPS if settings.all_maps else ONE_MAP)
        self.heat.setChecked(settings.heat)
        self.ellipse.setChecked(settings.ellipse)
        self._over = OVERS[settings.over]
        self.over.show_choice(self._over)
        self.count.show_value(float(settings.count))
        alone = settings.over is Over.PICTURE
        self.count.setEnabled(not alone)
        self.measure.setEnabled(not alone)
        self.measure.setToolTip(LIVE if alone else tooltip("measure-field"))
        self.section.aside.setText(PurePath(settings.folder).name if settings.over is Over.FOLDER else "")

    def show_field(self, shown: FieldShown | None) -> None:
        """Show the numbers of a measured field, or why there are none; None: nothing has been measured."""
        lack = lack_line(shown.effective) if shown is not None else ""
        self.measured.show_text(lack or (how_measured(shown.effective) if shown is not None else HINT))
        set_role(self.measured, "warning" if lack else "muted")
        self.numbers.show_texts(number_texts(shown))
        self.areas.show_texts(area_texts(shown))

    def show_stale(self, stale: bool) -> None:
        """Grey the numbers while newer ones are on their way."""
        for part in (self.numbers, self.areas, self.measured):
            part.setEnabled(not stale)

    def _make_parts(self) -> None:
        self.part = Segments("Part of the gradient", PARTS)
        self.maps = Segments("Maps", MAPS)
        self.heat = _check("&Heat", "Lay the effective field over the picture: the brighter, the more a pixel matters")
        self.ellipse = _check("&Ellipse", "Draw the ellipse of two standard deviations about the centre of the energy")
        self.over = Choice("Pictures to average over", "Over which pictures the effective field is taken", OVER_TIPS)
        self.count = NumberField(low=1, high=MOST_PICTURES, whole=True)
        self.count.describe("Number of pictures", f"How many pictures are averaged at most, 1 to {MOST_PICTURES:,}")
        self.measure = QPushButton("Measure")
        self.measured = Elided("muted", lines=3)
        self.numbers = NumberRows(NUMBERS, EXPLANATIONS)
        self.areas = AreaRow()

    def _lay_out(self) -> None:
        self.section = Section("Effective field")
        column = self.section.column
        column.addWidget(self.part)
        column.addWidget(self.maps)
        column.addLayout(row(self.heat, self.ellipse, spacing=2 * GRID))
        column.addLayout(self._make_over())
        column.addWidget(self.measured)
        column.addWidget(self.numbers)
        column.addWidget(self.areas)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.section)

    def _make_over(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(1, 1)
        for line, (text, field, columns) in enumerate((("&Over", self.over, 2), ("&Count", self.count, 1))):
            caption = QLabel(text)
            caption.setBuddy(field)
            grid.addWidget(caption, line, 0)
            grid.addWidget(field, line, 1, 1, columns)
        grid.addWidget(self.measure, 1, 2)
        return grid

    def _connect(self) -> None:
        self.part.chosen.connect(self._choose_part)
        self.maps.chosen.connect(self._choose_maps)
        self.heat.clicked.connect(self._choose_heat)
        self.ellipse.clicked.connect(self._choose_ellipse)
        self.over.chosen.connect(self._choose_over)
        self.count.edited.connect(self._choose_count)
        self.measure.clicked.connect(self.measure_requested)

    def _choose_part(self, word: str) -> None:
        self.updated.emit(set_field(f"{word} gradient", part=Part(word.lower())))

    def _choose_maps(self, word: str) -> None:
        self.updated.emit(set_field(f"Gradient of {word.lower()}", all_maps=word == ALL_MAPS))

    def _choose_heat(self, shown: bool) -> None:
        self.updated.emit(set_field("Show the heat" if shown else "Hide the heat", heat=shown))

    def _choose_ellipse(self, shown: bool) -> None:
        self.updated.emit(set_field("Show the ellipse" if shown else "Hide the ellipse", ellipse=shown))

    def _choose_over(self, word: str) -> None:
        """A folder is asked for first, and until it is there the choice stays."""
        over = next(over for over, text in OVERS.items() if text == word)
        if over is Over.FOLDER:
            self.over.show_choice(self._over)
            self.folder_requested.emit()
        elif word != self._over:
            self.updated.emit(set_field(f"Effective field over {word}", over=over))

    def _choose_count(self, count: float) -> None:
        merges = f"count of pictures {self.count.session}"
        self.updated.emit(set_field(f"Average over {int(count):,} pictures", merges=merges, count=int(count)))


def how_measured(effective: EffectiveField) -> str:
    """Of what it is the gradient, over which pictures, how long it took, and what the colours span."""
    return " · ".join((gradient_line(effective), measured_line(effective), heat_text(effective.heat)))


class AreaRow(QWidget):
    """How much of the picture holds 20, 30, 50 and 99 per cent of the energy, side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2)  # "0.0977 %" is seen whole four times
        grid.setVerticalSpacing(2)
        for line, text in enumerate(("energy", "area")):
            grid.addWidget(QLabel(text), line, 0)
        self._values = []
        for place, part in enumerate(SHARES, start=1):
            tip = f"Share of the picture's area in the smallest square about the box's middle with {share(part)} of the energy"
            head, value = number_label("Energy", tip), number_label(f"Area with {share(part)} of the energy", tip)
            head.setText(share(part))
            grid.addWidget(head, 0, place)
            grid.addWidget(value, 1, place)
            grid.setColumnStretch(place, 1)
            self._values.append(value)

    @property
    def texts(self) -> tuple[str, ...]:
        """The areas as they are read."""
        return tuple(value.text() for value in self._values)

    def show_texts(self, texts: tuple[str, ...]) -> None:
        """Show an area for each share of the energy."""
        for value, text in zip(self._values, texts, strict=True):
            value.setText(text)
            value.setAccessibleDescription(text)


def _check(text: str, tip: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setAccessibleName(text.replace("&", ""))
    box.setToolTip(tip)
    return box
