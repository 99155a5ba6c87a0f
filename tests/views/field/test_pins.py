"""Pinned units, chosen and removed as by a hand."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.core.receptive_field.effective import EffectiveNumbers
from inspector.core.receptive_field.settings import Pin
from inspector.core.receptive_field.shown import PinShown, pin_words
from inspector.views.field.pins_panel import EMPTY, NO_UNIT, PINNED, PinsPanel

PINS = tuple(Pin(f"conv{number}", (number, 2 * number), number) for number in range(1, 4))
NEW = Pin("conv5", (7, 10))
NUMBERS = EffectiveNumbers((0.0, 0.0), (7.5, 7.5), 0.0, 0.9, {}, 1.0)


def shown(pins: tuple[Pin, ...]) -> tuple[PinShown, ...]:
    return tuple(PinShown(pin, number, (0, 0, 8, 8), NUMBERS) for number, pin in enumerate(pins, 1))


class Bench:
    """The panel with what the controller would do: the present unit is the one that was chosen last."""

    def __init__(self, panel: PinsPanel, loop) -> None:
        self.panel, self.loop = panel, loop
        self.present: Pin | None = NEW
        self.chosen: list[Pin] = []
        panel.chosen.connect(self.choose)
        panel.updated.connect(loop.take)
        loop.show = lambda _state: self.show()
        self.show()

    def choose(self, pin: Pin) -> None:
        self.chosen.append(pin)
        self.present = pin
        self.show()

    def show(self) -> None:
        self.panel.show_pins(shown(self.pins), self.present)

    @property
    def pins(self) -> tuple[Pin, ...]:
        return self.loop.state.field.pins

    def click(self, row: int) -> None:
        table = self.panel.table
        where = table.visualRect(table.model().index(row, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)

    def pin(self, *pins: Pin) -> None:
        for pin in pins:
            self.present = pin
            self.show()
            QTest.mouseClick(self.panel.pin, Qt.MouseButton.LeftButton)


@pytest.fixture
def bench(qtbot: QtBot, loop) -> Bench:
    panel = PinsPanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(288)
    panel.show()
    panel.activateWindow()
    return Bench(panel, loop)


def test_without_pins_it_says_what_to_do(bench):
    assert bench.panel.table.empty == EMPTY
    assert bench.panel.pin.isEnabled()
    assert not bench.panel.remove.isEnabled()
    assert not bench.panel.clear.isEnabled()


def test_pinning_the_present_unit(bench):
    bench.pin(*PINS)
    assert bench.pins == PINS
    assert next(line.cells for line in bench.panel.table.lines) == ("1 · conv1 (1, 1, 2)", "8", "15")
    assert bench.panel.section.aside.text() == "3"


def test_a_unit_is_pinned_once(bench):
    bench.pin(NEW)
    assert not bench.panel.pin.isEnabled()
    assert bench.panel.pin.toolTip() == PINNED
    bench.pin(NEW)
    assert bench.pins == (NEW,)


def test_without_a_unit_there_is_nothing_to_pin(bench):
    bench.present = None
    bench.show()
    assert not bench.panel.pin.isEnabled()
    assert bench.panel.pin.toolTip() == NO_UNIT


def test_a_click_chooses_and_marks(bench):
    bench.pin(*PINS)
    bench.click(0)
    assert bench.chosen == [PINS[0]]
    bench.click(0)
    assert len(bench.chosen) == 1
    QTest.keyClick(bench.panel.table, Qt.Key.Key_Down)
    assert bench.chosen == [PINS[0], PINS[1]]


def test_the_present_unit_is_marked_and_nothing_is_emitted(bench):
    bench.pin(*PINS)
    bench.present = PINS[1]
    bench.show()
    assert [index.row() for index in bench.panel.table.selectionModel().selectedRows()] == [1]
    bench.present = NEW
    bench.show()
    assert not bench.panel.table.selectionModel().hasSelection()
    assert bench.chosen == []


@pytest.mark.parametrize("way", ["button", "key"])
def test_removing_the_marked_one(bench, way):
    bench.pin(*PINS)
    bench.click(1)
    if way == "button":
        QTest.mouseClick(bench.panel.remove, Qt.MouseButton.LeftButton)
    else:
        QTest.keyClick(bench.panel.table, Qt.Key.Key_Delete)
    assert bench.pins == (PINS[0], PINS[2])
    assert not bench.panel.remove.isEnabled()
    bench.loop.undo()
    assert bench.pins == PINS


def test_delete_removes_nothing_where_nothing_is_marked(bench):
    bench.pin(*PINS)
    bench.present = NEW
    bench.show()
    QTest.keyClick(bench.panel.table, Qt.Key.Key_Delete)
    assert bench.pins == PINS


def test_removing_all(bench):
    bench.pin(*PINS)
    QTest.mouseClick(bench.panel.clear, Qt.MouseButton.LeftButton)
    assert bench.pins == ()
    assert bench.panel.section.aside.text() == ""


def test_the_same_place_in_another_map_is_another_pin(bench):
    one, other = PINS[0], replace(PINS[0], map=None)
    bench.pin(one, other)
    bench.click(1)
    bench.click(0)
    assert bench.chosen[-1] == one
    assert bench.pins == (one, other)


def test_rows_say_all_in_words(bench):
    bench.pin(*PINS)
    index = bench.panel.table.model().index(0, 0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == pin_words(shown(PINS)[0])
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "unit 1 · conv1 (1, 1, 2)"


def test_every_button_has_a_tooltip(bench):
    assert all(button.toolTip() for button in (bench.panel.pin, bench.panel.remove, bench.panel.clear))
