"""How the kernel is applied and how the result is shown."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from inspector.core import updates
from inspector.core.display import Display
from inspector.core.facts import DeviceFacts
from inspector.core.filtering import Channels, FilterSettings
from inspector.views.theme import GRID
from inspector.views.widgets.choice import Choice
from inspector.views.widgets.number_field import LARGEST, NumberField
from inspector.views.widgets.section import Elided, Section, row
from kernels import Border, Padding

LARGEST_COUNT = 9999  # of stride, dilation and padding in pixels
PIXELS = "pixels"  # the padding that is a number

BORDERS: dict[str, str] = {
    Border.ZERO: "0 0 0 | a b c d | 0 0 0",
    Border.CONSTANT: "v v v | a b c d | v v v",
    Border.REFLECT: "c b a | a b c d | d c b",
    Border.MIRROR: "d c b | a b c d | c b a",
    Border.REPLICATE: "a a a | a b c d | d d d",
    Border.WRAP: "b c d | a b c d | a b c",
}
PADDINGS: dict[str, str] = {
    Padding.SAME: "The result is as large as the picture (at stride 1)",
    Padding.VALID: "Only where the kernel lies wholly inside the picture",
    Padding.FULL: "Wherever the kernel touches the picture",
    PIXELS: "A number of pixels on each side",
}
OPERATIONS = {
    "correlate": "The kernel as it is, which is what networks call convolution",
    "convolve": "The kernel turned by 180°, as in signal processing",
}
CHANNELS: dict[str, str] = {
    Channels.RGB: "Each colour channel by itself",
    Channels.LUMINANCE: "The grey picture: 0.299 R + 0.587 G + 0.114 B",
}
DISPLAYS: dict[str, str] = {
    Display.AUTO: "Symmetric for kernels that sum to 0, otherwise clip",
    Display.CLIP: "Black and white as in the input; what lies beyond is cut off",
    Display.ABS: "The size without the sign",
    Display.SYMMETRIC: "Blue is negative, white zero, red positive",
    Display.STRETCH: "The smallest value black, the largest white",
}
DEVICES = {"auto": "The fastest that works", "cpu": "The processor", "gpu": "The graphics card"}


class OptionsPanel(QWidget):
    """Shows ``FilterSettings`` (all but the kernel); ``updated`` carries an ``Update`` for each choice by hand."""

    updated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._devices: tuple[DeviceFacts, ...] = ()
        self._make_parts()
        self._lay_out()
        self._connect()

    def _make_parts(self) -> None:
        self.border = Choice("Border", "What lies outside the picture", BORDERS)
        self.border_line = Elided("muted")
        self.cval = _field("Constant", "The value outside the picture; for the constant border", whole=False)
        self.padding = Choice("Padding", "How far the kernel may reach beyond the picture", PADDINGS)
        self.pad_pixels = _field("Pixels of padding", "Pixels added on each side", low=0)
        self.stride = _field("Stride", "Every how many pixels a result is computed", low=1)
        self.dilation = _field("Dilation", "How many pixels apart the weights lie", low=1)
        self.operation = Choice("Operation", "Whether the kernel is turned by 180°", OPERATIONS)
        self.channels = Choice("Channels", "What is filtered of a colour picture", CHANNELS)
        self.display = Choice("Display", "How results become colours", DISPLAYS)
        self.device = Choice("Device", "What computes", DEVICES)

    def _lay_out(self) -> None:
        section = Section("Options")
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnMinimumWidth(0, 72)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        _place(grid, 0, "&Border", self.border, self.cval)
        grid.addWidget(self.border_line, 1, 1, 1, 2)
        _place(grid, 2, "&Padding", self.padding, self.pad_pixels)
        _place(grid, 3, "St&ride", self.stride, _captioned("D&ilation", self.dilation))
        for number, (text, choice) in enumerate(
            (("&Operation", self.operation), ("C&hannels", self.channels), ("&Display", self.display), ("D&evice", self.device))
        ):
            _place(grid, 4 + number, text, choice)
        section.column.addLayout(grid)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(section)
        outer.addStretch(1)

    def _connect(self) -> None:
        named = {"border": self.border, "channels": self.channels, "display": self.display, "device": self.device}
        for name, choice in named.items():
            choice.chosen.connect(partial(self._choose, name))
        self.operation.chosen.connect(self._choose_operation)
        self.padding.chosen.connect(self._choose_padding)
        self.pad_pixels.edited.connect(partial(self._number, "padding", self.pad_pixels))
        self.stride.edited.connect(partial(self._number, "stride", self.stride))
        self.dilation.edited.connect(partial(self._number, "dilation", self.dilation))
        self.cval.edited.connect(self._choose_constant)

    def show_settings(self, settings: FilterSettings, *, constant_enabled: bool, devices: Sequence[DeviceFacts] = ()) -> None:
        """Show the settings; devices that are not available are disabled and say why.

        Without ``devices`` (not known yet) those that were shown before stay.
        """
        self._show_devices(tuple(devices))
        self.border.show_choice(settings.border)
        self.border_line.show_text(BORDERS[settings.border])
        self.cval.show_value(settings.cval)
        self.cval.setEnabled(constant_enabled)
        named = isinstance(settings.padding, Padding)
        self.padding.show_choice(settings.padding if isinstance(settings.padding, Padding) else PIXELS)
        self.pad_pixels.setEnabled(not named)
        if not isinstance(settings.padding, Padding):
            self.pad_pixels.show_value(settings.padding)
        self.stride.show_value(settings.stride)
        self.dilation.show_value(settings.dilation)
        self.operation.show_choice("convolve" if settings.convolve else "correlate")
        self.channels.show_choice(settings.channels)
        self.display.show_choice(settings.display)
        self.device.show_choice(settings.device)

    def _show_devices(self, devices: tuple[DeviceFacts, ...]) -> None:
        if devices == self._devices or not devices:
            return
        self._devices = devices
        self.device.show_items({"auto": DEVICES["auto"]} | {device.id: device.name for device in devices})
        for device in devices:
            if not device.available:
                self.device.disable(device.id, device.reason or "Not available")

    def _choose(self, name: str, word: str) -> None:
        value = VALUES[name](word)
        self.updated.emit(updates.set_filter(f"{name.capitalize()} {word}", **{name: value}))

    def _choose_operation(self, word: str) -> None:
        self.updated.emit(updates.set_filter(word.capitalize(), convolve=word == "convolve"))

    def _choose_padding(self, word: str) -> None:
        padding = int(self.pad_pixels.value) if word == PIXELS else Padding(word)
        self.updated.emit(updates.set_filter(f"Padding {word}", padding=padding))

    def _choose_constant(self, value: float) -> None:
        self.updated.emit(updates.set_filter("Constant outside", cval=value, merges=f"cval {self.cval.session}"))

    def _number(self, name: str, field: NumberField, value: float) -> None:
        merges = f"{name} {field.session}"
        self.updated.emit(updates.set_filter(f"{name.capitalize()} {int(value)}", merges=merges, **{name: int(value)}))


VALUES = {"border": Border, "channels": Channels, "display": Display, "device": str}


def _field(name: str, tip: str, *, low: float = -LARGEST, whole: bool = True) -> NumberField:
    field = NumberField(low=low, high=LARGEST_COUNT if whole else LARGEST, whole=whole)
    field.describe(name, tip)
    return field


def _place(grid: QGridLayout, number: int, text: str, field: QWidget, beside: QWidget | None = None) -> None:
    """A labelled row: one field over both columns, or one in each."""
    grid.addWidget(_caption(text, field), number, 0)
    grid.addWidget(field, number, 1, 1, 2 if beside is None else 1)
    if beside is not None:
        grid.addWidget(beside, number, 2)


def _captioned(text: str, field: QWidget) -> QWidget:
    """A field with its label beside it, as one widget."""
    result = QWidget()
    layout = row(_caption(text, field), field, stretch=False)
    layout.setContentsMargins(0, 0, 0, 0)
    result.setLayout(layout)
    return result


def _caption(text: str, field: QWidget) -> QLabel:
    result = QLabel(text)
    result.setBuddy(field)
    return result
