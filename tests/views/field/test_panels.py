"""The panels on the right: what they show, and what the hand makes them say."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from inspector.core.display import sequential
from inspector.core.receptive_field.effective import EffectiveField, EffectiveNumbers, Lack, Target
from inspector.core.receptive_field.export import heat_text
from inspector.core.receptive_field.settings import FieldSettings, MapShown, Over, Part
from inspector.core.receptive_field.shown import (
    FieldShown,
    UnitSeen,
    box_texts,
    gradient_line,
    lack_line,
    measured_line,
    number_texts,
)
from inspector.views.field import effective_panel
from inspector.views.field.effective_panel import ALL_MAPS, LIVE, ONE_MAP, OVERS, EffectivePanel
from inspector.views.field.padding_panel import PaddingPanel
from inspector.views.field.unit_panel import HINT, UnitPanel

CROP = np.zeros((9, 9, 3), np.uint8)
SEEN = UnitSeen("conv5_3", "conv5_3 · after ReLU", 17, (7, 10), 2.171, (-4, 52, 192, 248), CROP, 0.114, whole=False)
RATIOS = {0.2: 0.0082, 0.3: 0.0161, 0.5: 0.0321, 0.99: 0.45}
NUMBERS = EffectiveNumbers((112.3, 150.1), (34.1, 33.2), 0.031, 0.872, RATIOS, 0.999)
EFFECTIVE = EffectiveField(Target("conv5_3", (7, 10), 17), Part.ABSOLUTE, np.ones((8, 8)), milliseconds=128.0)
FIELD = FieldShown(EFFECTIVE, NUMBERS, None)


def lacking(lack: Lack) -> FieldShown:
    return FieldShown(replace(EFFECTIVE, lack=lack), None, None)


def press(segments, word: str) -> None:
    QTest.mouseClick(segments.button(word), Qt.MouseButton.LeftButton)


def pick(choice, word: str) -> None:
    """As the list does: the item is activated, also where it was chosen before."""
    choice.setCurrentIndex(choice.findText(word))
    choice.textActivated.emit(word)


def heights(panel: QWidget) -> tuple[int, ...]:
    return panel.sizeHint().height(), *(label.sizeHint().height() for label in panel.findChildren(QLabel))


# one unit


@pytest.fixture
def unit(qtbot: QtBot) -> UnitPanel:
    panel = UnitPanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(288)
    panel.show()
    return panel


def test_a_unit_with_what_it_sees(unit):
    unit.show_unit(replace(SEEN, note="Found from gradients."))
    assert unit.section.heading.text() == "UNIT (17, 7, 10) = 2.171"
    assert unit.label.full == SEEN.label
    assert unit.crop.picture is CROP
    assert unit.crop.accessibleDescription() == "box 196 × 196, 11.4 % outside the picture"
    assert unit.numbers.texts == box_texts(SEEN)
    assert unit.note.full == "Found from gradients."


def test_why_nothing_is_known_of_a_unit_takes_the_place_of_what_to_do(unit):
    unit.show_unit(None, "layer 'x' sees nothing of the picture.")
    assert (unit.label.full, unit.note.full) == ("", "layer 'x' sees nothing of the picture.")
    unit.show_unit(SEEN)
    assert unit.note.full == SEEN.note


def test_before_a_picture_has_passed_no_value_is_told(unit):
    unit.show_unit(replace(SEEN, value=None, crop=None))
    assert "=" not in unit.section.heading.text()
    assert "NAN" not in unit.section.heading.text()
    assert unit.numbers.texts == box_texts(SEEN)


def test_without_a_unit_it_says_what_to_do(unit):
    unit.show_unit(SEEN)
    unit.show_unit(None)
    assert (unit.section.heading.text(), unit.label.full, unit.crop.picture) == ("UNIT", HINT, None)
    assert unit.numbers.texts == box_texts(None)


def test_a_unit_without_a_crop(unit):
    unit.show_unit(SEEN)
    unit.show_unit(replace(SEEN, crop=None))
    assert unit.crop.picture is None


def test_nothing_moves_from_unit_to_unit(unit):
    before = heights(unit)
    unit.show_unit(replace(SEEN, note="A note that is long enough to need more than one line of the narrow column " * 3))
    assert heights(unit) == before


# effective fields


class Shown:
    """The effective panel, and what the window is asked for."""

    def __init__(self, panel: EffectivePanel) -> None:
        self.asked: list[str] = []
        panel.measure_requested.connect(lambda: self.asked.append("measure"))
        panel.folder_requested.connect(lambda: self.asked.append("folder"))


@pytest.fixture
def effective(qtbot: QtBot, loop) -> EffectivePanel:
    panel = EffectivePanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(288)
    panel.updated.connect(loop.take)
    loop.show = lambda state: panel.show_settings(state.field)
    loop.show(loop.state)
    panel.show()
    panel.activateWindow()
    return panel


@pytest.fixture
def asked(effective: EffectivePanel) -> list[str]:
    return Shown(effective).asked


@pytest.mark.parametrize("part", [Part.SQUARED, Part.POSITIVE])
def test_the_part_of_the_gradient(effective, loop, part):
    press(effective.part, part.capitalize())
    assert loop.state.field.part is part
    press(effective.part, part.capitalize())
    assert len(loop.updates) == 1
    loop.undo()
    assert effective.part.word == "Absolute"


def test_one_map_or_all(effective, loop):
    press(effective.maps, ALL_MAPS)
    assert loop.state.field.all_maps
    press(effective.maps, ONE_MAP)
    assert not loop.state.field.all_maps


@pytest.mark.parametrize("name", ["heat", "ellipse"])
def test_what_is_drawn(effective, loop, name):
    box = getattr(effective, name)
    assert box.isChecked()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert getattr(loop.state.field, name) is False
    loop.undo()
    assert box.isChecked()


def test_one_picture_is_measured_by_itself(effective, loop, asked):
    assert not effective.count.isEnabled()
    assert not effective.measure.isEnabled()
    assert effective.measure.toolTip() == LIVE
    pick(effective.over, OVERS[Over.RANDOM])
    assert loop.state.field.over is Over.RANDOM
    assert effective.count.isEnabled()
    assert effective.measure.toolTip() != LIVE
    QTest.mouseClick(effective.measure, Qt.MouseButton.LeftButton)
    assert asked == ["measure"]


def test_a_folder_is_asked_for_and_until_then_the_choice_stays(effective, loop, asked):
    pick(effective.over, OVERS[Over.FOLDER])
    assert asked == ["folder"]
    assert loop.updates == []
    assert effective.over.currentText() == OVERS[Over.PICTURE]


def test_another_folder_can_be_asked_for(effective, asked):
    effective.show_settings(FieldSettings(over=Over.FOLDER, folder="/pictures/cats"))
    assert effective.over.currentText() == OVERS[Over.FOLDER]
    assert effective.section.aside.text() == "cats"
    pick(effective.over, OVERS[Over.FOLDER])
    assert asked == ["folder"]


def test_the_count_is_one_step_of_undo_for_one_visit(effective, loop):
    pick(effective.over, OVERS[Over.RANDOM])
    steps = len(loop.history.past)
    effective.count.setFocus()
    effective.count.selectAll()
    QTest.keyClicks(effective.count, "128")
    assert loop.state.field.count == 128
    assert len(loop.history.past) == steps + 1


@pytest.mark.parametrize("text", ["0", "10001", "1.5"])
def test_counts_that_are_none(effective, loop, text):
    pick(effective.over, OVERS[Over.RANDOM])
    effective.count.setFocus()
    effective.count.selectAll()
    QTest.keyClicks(effective.count, text)
    assert effective.count.problem
    assert loop.state.field.count in (64, 1000, 1)  # what was valid on the way


def test_showing_settings_emits_nothing(effective, loop, asked):
    settings = FieldSettings(Part.POSITIVE, True, False, False, over=Over.FOLDER, folder="/a/b", count=7)
    effective.show_settings(settings)
    assert (effective.part.word, effective.maps.word, effective.over.currentText()) == ("Positive", ALL_MAPS, "folder…")
    assert (effective.heat.isChecked(), effective.ellipse.isChecked(), effective.count.value) == (False, False, 7.0)
    assert loop.updates == asked == []


def test_the_numbers(effective):
    effective.show_field(FIELD)
    assert effective.numbers.texts == number_texts(FIELD)
    assert effective.areas.texts == ("0.82 %", "1.61 %", "3.21 %", "45 %")
    said = gradient_line(EFFECTIVE), measured_line(EFFECTIVE), heat_text(EFFECTIVE.heat)
    assert effective.measured.full == " · ".join(said)


@pytest.mark.parametrize("lack", list(Lack))
def test_why_there_are_no_numbers(effective, lack):
    effective.show_field(FIELD)
    shown = lacking(lack)
    effective.show_field(shown)
    assert effective.measured.full == lack_line(shown.effective)
    assert effective.measured.property("role") == "warning"
    assert {*effective.numbers.texts, *effective.areas.texts} == {"–"}
    assert effective.measured.text() == effective.measured.full  # nothing is cut
    effective.show_field(None)
    assert (effective.measured.full, effective.measured.property("role")) == (effective_panel.HINT, "muted")


def test_stale_numbers_are_grey_and_stay(effective):
    effective.show_field(FIELD)
    effective.show_stale(True)
    assert effective.numbers.texts == number_texts(FIELD)
    assert not effective.numbers.isEnabled()
    effective.show_stale(False)
    assert effective.numbers.isEnabled()


def test_nothing_moves_from_field_to_field(effective):
    effective.show_field(None)
    before = heights(effective)
    for shown in (FIELD, lacking(Lack.NAN), FieldShown(replace(EFFECTIVE, sigma_error=(1.0, 2.0)), NUMBERS, None)):
        effective.show_field(shown)
        assert heights(effective) == before


# all units of the layer


@pytest.fixture
def padding(qtbot: QtBot, loop) -> PaddingPanel:
    panel = PaddingPanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(288)
    panel.updated.connect(loop.take)
    loop.show = lambda state: panel.show_shown(state.field.shown, "viridis 0 … 3.41")
    loop.show(loop.state)
    panel.show()
    return panel


@pytest.mark.parametrize("shown", [MapShown.PADDING, MapShown.ENERGY])
def test_what_the_units_show(padding, loop, shown):
    assert padding.scale.words == "viridis 0 … 3.41"
    press(padding.shown, shown.capitalize())
    assert loop.state.field.shown is shown
    assert padding.scale.words is None
    loop.undo()
    assert padding.scale.words == "viridis 0 … 3.41"


def test_the_scale_has_the_colours_of_the_shares(padding):
    padding.show_shown(MapShown.PADDING, "")
    scale = padding.scale
    picture = scale.grab().toImage()
    for share in (0.0, 0.5, 1.0):
        x = min(round(share * scale.width()), scale.width() - 1)
        drawn, meant = QColor(picture.pixel(x, 4)), sequential()[round(255 * share)]
        assert np.abs(np.array(drawn.getRgb()[:3]) - meant).max() <= 4


def test_the_share_of_a_unit_in_words(padding, loop):
    padding.show_words("unit (7, 10): 11 % of its box is padding")
    assert padding.words.full.endswith("padding")
    assert loop.updates == []


def test_every_control_has_a_name_and_a_tooltip(effective, padding, unit):
    segments = (effective.part, effective.maps, padding.shown)
    buttons = [button for one in segments for button in one._group.buttons()]
    for control in (*buttons, effective.heat, effective.ellipse, effective.over, effective.count):
        assert control.accessibleName()
        assert control.toolTip()
    assert effective.measure.toolTip()
    assert all(label.toolTip() for label in (*effective.numbers.findChildren(QLabel), *unit.numbers.findChildren(QLabel)))
