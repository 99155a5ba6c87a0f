"""What is done to the picture: sliders and fields, what comes in at the edge, and an animation."""

from dataclasses import dataclass
from functools import partial
from math import log2
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from inspector.core.numbers_text import significant
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import MOST_SHIFT, SCALES, ShiftSettings
from inspector.core.shift.transforms import Method
from inspector.core.shift.updates import put_back, set_shift
from inspector.views.network.segments import Segments
from inspector.views.theme import GRID
from inspector.views.widgets.choice import Choice
from inspector.views.widgets.number_field import NumberField
from inspector.views.widgets.section import Section, row

PLAY, STOP = "Play", "Stop"
TIPS = {PLAY: "Let the picture wander along the axis of the saw-tooth, and back", STOP: "Stop where it is"}
RESET = "Put the picture back where it was: nothing is moved, turned, scaled or mirrored"
METHODS: dict[str, str] = {
    Method.BILINEAR.capitalize(): "Between pixels, the mean of neighbours weighted by their nearness",
    Method.FOURIER.capitalize(): "Band-limited: as if the picture were the sum of its waves; for shifts alone",
}
INCOMING: dict[str, str] = {
    Incoming.ZERO: "Zeros come in, which are black",
    Incoming.CONSTANT: "One value comes in, which is chosen below",
    Incoming.EDGE: "The outermost pixels are repeated",
    Incoming.CIRCULAR: "What leaves at one side comes in at the other",
    Incoming.CROP: "More of the larger picture comes in, over which the input slides as a window: no pixel is invented",
}
EDGE = "What comes in at the edge that the picture moves away from"
FIELD = 64  # width, pixels


@dataclass(frozen=True)
class Amount:
    """A number of ``ShiftSettings``: its field, its name, and its tooltip; sliders have ``ends`` in steps of ``unit``.

    ``limits``: of what may be typed. ``log``: the slider goes by powers of two.
    """

    field: str
    name: str
    tip: str
    ends: tuple[float, float]
    unit: float
    limits: tuple[float, float]
    title: str
    log: bool = False

    @property
    def places(self) -> tuple[int, int]:
        """The ends of the slider."""
        return round(self.ends[0] / self.unit), round(self.ends[1] / self.unit)

    def place(self, value: float) -> int:
        """Where a value lies on the slider."""
        return round((log2(value) if self.log else value) / self.unit)

    def value(self, place: int) -> float:
        """What a place of the slider means."""
        return 2.0 ** (place * self.unit) if self.log else place * self.unit


SHIFTS = (-MOST_SHIFT, MOST_SHIFT)
AMOUNTS = (
    Amount("dx", "d&x", "Pixels to the right; fractions are interpolated", (-16, 16), 1, SHIFTS, "Move to the side"),
    Amount("dy", "d&y", "Pixels down; fractions are interpolated", (-16, 16), 1, SHIFTS, "Move up or down"),
    Amount("angle", "an&gle", "Degrees counter-clockwise about the middle", (-180, 180), 1, (-360, 360), "Turn"),
    Amount("scale", "s&cale", "Factor about the middle; 1 changes nothing", (-2, 2), 1 / 16, SCALES, "Scale", log=True),
)


class TransformPanel(QWidget):
    """Shows part of ``ShiftSettings``; ``updated`` carries an ``Update`` for each choice by hand.

    ``play_requested``: the animation is to be played, or stopped while it is.
    """

    updated = Signal(object)
    play_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = 0
        self._make_parts()
        self._lay_out()
        self._connect()
        self.show_settings(ShiftSettings())
        self.show_playing(False)

    def show_settings(self, settings: ShiftSettings) -> None:
        """Show what is chosen; the sliders of shifts reach as far as ``reach``."""
        for amount in AMOUNTS:
            value = float(getattr(settings, amount.field))
            ends = (-settings.reach, settings.reach) if amount.limits == SHIFTS else amount.places
            self.sliders[amount.field].show_place(ends, amount.place(value))
            self.fields[amount.field].show_value(value)
        self.flip.setChecked(settings.flip)
        self.method.show_choice(settings.method.capitalize())
        self.incoming.show_choice(settings.incoming)
        self.constant.show_value(settings.constant)
        self.constant.setEnabled(settings.incoming is Incoming.CONSTANT)
        self.reset.setEnabled(not settings.still)

    def show_playing(self, playing: bool) -> None:
        """Whether the animation is being played."""
        self.play.setText(STOP if playing else PLAY)
        self.play.setToolTip(TIPS[self.play.text()])

    def show_crop(self, reason: str) -> None:
        """Why no larger picture can be cropped; "" where it can."""
        if reason:
            self.incoming.disable(Incoming.CROP, reason)
        else:
            self.incoming.show_items(INCOMING)

    def _make_parts(self) -> None:
        self.sliders = {amount.field: AmountSlider(amount) for amount in AMOUNTS}
        self.fields = {amount.field: _field(amount) for amount in AMOUNTS}
        self.flip = QCheckBox("Mi&rror")
        self.flip.setAccessibleName("Mirror")
        self.flip.setToolTip("Left and right change places")
        self.method = Segments("Between pixels", METHODS)
        self.incoming = Choice(
            "What comes in at the edge", "What comes in at the edge that the picture moves away from", INCOMING
        )
        self.constant = NumberField(low=0, high=1, step=0.1)
        self.constant.describe("Value that comes in", "Share of white, 0 to 1, that comes in where it is constant")
        self.play, self.reset = QPushButton(PLAY), QPushButton("Reset")
        self.reset.setToolTip(RESET)

    def _lay_out(self) -> None:
        section = Section("Transform")
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(1, 1)
        for line, amount in enumerate(AMOUNTS):
            grid.addWidget(_caption(amount.name, self.fields[amount.field]), line, 0)
            grid.addWidget(self.sliders[amount.field], line, 1)
            grid.addWidget(self.fields[amount.field], line, 2)
        grid.addWidget(_caption("&Edge", self.incoming), 4, 0)
        grid.addWidget(self.incoming, 4, 1)
        grid.addWidget(self.constant, 4, 2)
        section.column.addLayout(grid)
        section.column.addWidget(self.method)
        section.column.addLayout(row(self.flip, self.play, self.reset))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(section)

    def _connect(self) -> None:
        for amount in AMOUNTS:
            self.sliders[amount.field].sliderPressed.connect(self._begin)
            self.sliders[amount.field].moved_to.connect(partial(self._slide, amount))
            self.fields[amount.field].edited.connect(partial(self._type, amount))
        self.flip.clicked.connect(self._flip)
        self.method.chosen.connect(self._choose_method)
        self.incoming.chosen.connect(self._choose_incoming)
        self.constant.edited.connect(self._choose_constant)
        self.play.clicked.connect(self.play_requested)
        self.reset.clicked.connect(self._reset)

    # what the hand does

    def _begin(self) -> None:
        self._session += 1

    def _slide(self, amount: Amount, place: int) -> None:
        self._set(amount, amount.value(place), f"{amount.field} slider {self._session}")

    def _type(self, amount: Amount, value: float) -> None:
        self._set(amount, value, f"{amount.field} field {self.fields[amount.field].session}")

    def _set(self, amount: Amount, value: float, merges: str) -> None:
        fields: dict[str, Any] = {amount.field: value}
        self.updated.emit(set_shift(f"{amount.title}: {significant(value, 4)}", merges=merges, **fields))

    def _flip(self, flipped: bool) -> None:
        self.updated.emit(set_shift("Mirror the picture" if flipped else "Take the mirroring back", flip=flipped))

    def _choose_method(self, word: str) -> None:
        self.updated.emit(set_shift(f"{word} between pixels", method=Method(word.lower())))

    def _choose_incoming(self, word: str) -> None:
        self.updated.emit(set_shift(f"Edge: {word}", incoming=Incoming(word)))

    def _choose_constant(self, value: float) -> None:
        merges = f"constant {self.constant.session}"
        self.updated.emit(set_shift(f"Edge: {significant(value, 4)}", merges=merges, constant=value))

    def _reset(self) -> None:
        self.updated.emit(put_back())


class AmountSlider(QSlider):
    """``moved_to`` carries the place that the hand moves it to; a double click goes back to where nothing is done."""

    moved_to = Signal(int)

    def __init__(self, amount: Amount, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._shown = 0
        self.setAccessibleName(amount.title)
        self.setToolTip(f"{amount.tip}; a double click takes it back")
        self.valueChanged.connect(self._move)

    def show_place(self, ends: tuple[int, int], place: int) -> None:
        """Show this place as near as the ends allow; nothing is emitted."""
        if (self.minimum(), self.maximum()) != ends:
            self._shown = 0
            self.setValue(0)  # which is in every range, so that the slider does not move by itself
            self.setRange(*ends)
        self._shown = min(max(place, ends[0]), ends[1])
        self.setValue(self._shown)

    def _move(self, place: int) -> None:
        if place != self._shown:
            self._shown = place
            self.moved_to.emit(place)

    def mouseDoubleClickEvent(self, event: object) -> None:
        """Take it back."""
        self.setValue(0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the column; it moves the slider only where the keyboard is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _caption(text: str, field: QWidget) -> QLabel:
    caption = QLabel(text)
    caption.setBuddy(field)
    return caption


def _field(amount: Amount) -> NumberField:
    field = NumberField(low=amount.limits[0], high=amount.limits[1], step=1.0 if not amount.log else 0.1)
    field.describe(amount.title, amount.tip)
    field.setFixedWidth(FIELD)
    return field
