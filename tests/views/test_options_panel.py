"""The options, driven as by a hand."""

from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from inspector.core.display import Display
from inspector.core.filtering import Channels
from inspector.views.options_panel import BORDERS, OptionsPanel
from kernels import Border, Padding
from kernels.border import index_map


@dataclass(frozen=True)
class Device:
    id: str
    name: str
    available: bool = True
    reason: str | None = None


DEVICES = (Device("cpu", "CPU, 2 threads"), Device("gpu", "GPU", False, "There is no driver."))


@pytest.fixture
def panel(qtbot, loop):
    panel = OptionsPanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(264)
    panel.updated.connect(loop.take)
    loop.show = lambda state: panel.show_settings(
        state.filter, constant_enabled=state.filter.border is Border.CONSTANT, devices=DEVICES
    )
    loop.show(loop.state)
    panel.show()
    panel.activateWindow()
    return panel


def pick(combo: QComboBox, word: str) -> None:
    """Choose with the keyboard, as the popup does."""
    combo.setFocus()
    steps = combo.findText(word) - combo.currentIndex()
    for _ in range(abs(steps)):
        QTest.keyClick(combo, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


@pytest.mark.parametrize("border", Border)
def test_the_line_under_the_border_is_what_the_engine_does(border):
    outside = "0" if border is Border.ZERO else "v"
    letters = [letter for letter in BORDERS[border] if letter.isalnum()]
    assert letters == ["abcd"[i] if i >= 0 else outside for i in index_map(4, 3, 3, border)]


@pytest.mark.parametrize("border", Border)
def test_borders(panel, loop, border):
    pick(panel.border, border)
    assert loop.settings.border is border
    assert panel.border_line.full == BORDERS[border]
    assert panel.cval.isEnabled() == (border is Border.CONSTANT)
    assert BORDERS[border] in panel.border.toolTip()


@pytest.mark.parametrize(
    ("name", "values"), [("channels", tuple(Channels)), ("display", tuple(Display)), ("device", ("auto", "cpu"))]
)
def test_words_become_values(panel, loop, name, values):
    for value in reversed(values):
        pick(getattr(panel, name), value)
        assert getattr(loop.settings, name) == value
        assert type(getattr(loop.settings, name)) is type(value)


def test_the_operation(panel, loop):
    pick(panel.operation, "convolve")
    assert loop.settings.convolve
    pick(panel.operation, "correlate")
    assert not loop.settings.convolve


def test_padding_by_name_and_by_number(panel, loop):
    assert not panel.pad_pixels.isEnabled()
    for padding in (Padding.VALID, Padding.FULL):
        pick(panel.padding, padding)
        assert loop.settings.padding is padding
    pick(panel.padding, "pixels")
    assert loop.settings.padding == 0
    assert panel.pad_pixels.isEnabled()
    panel.pad_pixels.selectAll()
    QTest.keyClicks(panel.pad_pixels, "12")
    assert loop.settings.padding == 12
    pick(panel.padding, "same")
    pick(panel.padding, "pixels")
    assert loop.settings.padding == 12


@pytest.mark.parametrize("name", ["stride", "dilation"])
def test_whole_numbers_from_one(panel, loop, name):
    field = getattr(panel, name)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert getattr(loop.settings, name) == 2
    QTest.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert getattr(loop.settings, name) == 1
    field.selectAll()
    QTest.keyClicks(field, "0")
    assert getattr(loop.settings, name) == 1
    assert field.property("invalid")
    field.selectAll()
    QTest.keyClicks(field, "10")
    assert getattr(loop.settings, name) == 10
    assert isinstance(getattr(loop.settings, name), int)


def test_the_constant_takes_fractions_and_one_visit_is_one_step_of_undo(panel, loop):
    pick(panel.border, "constant")
    steps = len(loop.history.past)
    panel.cval.setFocus()
    panel.cval.selectAll()
    QTest.keyClicks(panel.cval, "1/4")
    assert loop.settings.cval == 0.25
    assert len(loop.history.past) == steps + 1


def test_a_device_that_is_missing_cannot_be_chosen_and_says_why(panel, loop):
    place = panel.device.findText("gpu")
    assert not panel.device.model().flags(panel.device.model().index(place, 0)) & Qt.ItemFlag.ItemIsEnabled
    assert panel.device.itemData(place, Qt.ItemDataRole.ToolTipRole) == "There is no driver."
    pick(panel.device, "gpu")
    assert loop.settings.device == "cpu"


def test_showing_emits_nothing(panel, loop):
    settings = replace(
        loop.settings, border=Border.WRAP, padding=3, stride=2, dilation=4, convolve=True, cval=0.5,
        channels=Channels.LUMINANCE, display=Display.ABS, device="cpu",
    )  # fmt: skip
    panel.show_settings(settings, constant_enabled=False, devices=DEVICES)
    assert loop.updates == []
    shown = [combo.currentText() for combo in (panel.border, panel.padding, panel.operation, panel.channels, panel.display)]
    assert shown == ["wrap", "pixels", "convolve", "luminance", "abs"]
    assert [field.value for field in (panel.pad_pixels, panel.stride, panel.dilation, panel.cval)] == [3, 2, 4, 0.5]


def test_a_device_that_the_state_names_stays_shown_when_the_devices_change(panel, loop):
    pick(panel.device, "cpu")
    panel.show_settings(loop.settings, constant_enabled=False, devices=(*DEVICES, Device("other", "Other")))
    assert panel.device.currentText() == "cpu"


def test_a_device_is_shown_before_the_devices_are_known(qtbot, loop):
    panel = OptionsPanel()
    qtbot.addWidget(panel)
    panel.show_settings(replace(loop.settings, device="cpu"), constant_enabled=False)
    assert panel.device.currentText() == "cpu"


def test_every_control_has_a_name_a_tooltip_and_a_label(panel):
    fields = (panel.cval, panel.pad_pixels, panel.stride, panel.dilation)
    for control in (*fields, panel.border, panel.padding, panel.operation, panel.channels, panel.display, panel.device):
        assert control.accessibleName()
        assert control.toolTip()
