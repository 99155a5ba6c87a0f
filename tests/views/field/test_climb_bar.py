"""Climbing as by a hand, and what the bar says."""

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.views.field.climb_bar import EMPTY, GROW, STOP, ClimbBar

STEPS = tuple((f"conv{number}", f"conv{number} · r {3 + 2 * number}") for number in range(8))
FEW = (("input", "input"), ("fc", "fc · r all"))


@pytest.fixture
def bar(qtbot: QtBot) -> ClimbBar:
    bar = ClimbBar()
    qtbot.addWidget(bar)
    bar.resize(600, 40)
    bar.show_steps(STEPS)
    bar.show_step("conv5")
    bar.show()
    bar.activateWindow()
    return bar


@pytest.fixture
def keys(bar: ClimbBar) -> list[str]:
    told: list[str] = []
    bar.climbed_to.connect(told.append)
    return told


def test_buttons_go_one_layer(bar, keys):
    QTest.mouseClick(bar.on, Qt.MouseButton.LeftButton)
    QTest.mouseClick(bar.back, Qt.MouseButton.LeftButton)
    QTest.mouseClick(bar.back, Qt.MouseButton.LeftButton)
    assert keys == ["conv6", "conv5", "conv4"]
    assert bar.label.full == "conv4 · r 11"


def test_keys_and_wheel_go_one_layer(bar, keys, mouse):
    bar.slider.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(bar.slider, key)
    assert keys == ["conv6", "conv7", "conv6", "conv0", "conv7"]
    mouse.wheel(bar.slider, -1)
    mouse.wheel(bar.slider, -0.5)
    mouse.wheel(bar.slider, -0.5)
    assert keys[5:] == ["conv6", "conv5"]


def test_there_is_nothing_beyond_the_ends(bar, keys, mouse):
    bar.show_step("conv7")
    assert not bar.on.isEnabled()
    mouse.wheel(bar.slider, 1)
    bar.show_step("conv0")
    assert not bar.back.isEnabled()
    mouse.wheel(bar.slider, -1)
    assert keys == []


def test_showing_emits_nothing(bar, keys):
    for key in ("conv0", "conv7", "unknown", "conv3"):
        bar.show_step(key)
    for steps in (FEW, STEPS, (), STEPS):  # shorter than where one was, none, longer
        bar.show_steps(steps)
    assert keys == []


def test_another_network_keeps_the_layer_where_it_has_it(bar):
    bar.show_steps(STEPS[4:])
    assert bar.label.full == "conv5 · r 13"
    bar.show_steps(FEW)
    assert bar.label.full == "input"
    assert bar.slider.maximum() == 1


def test_without_a_network(bar):
    bar.show_steps(())
    assert bar.label.full == EMPTY
    assert not any(part.isEnabled() for part in (bar.back, bar.slider, bar.on, bar.grow))


def test_from_the_input_nothing_grows(bar):
    for place, (key, _) in enumerate(STEPS):
        bar.show_step(key)
        assert bar.grow.isEnabled() == (place > 0)


def test_growing(bar):
    asked: list[None] = []
    bar.grow_requested.connect(lambda: asked.append(None))
    QTest.mouseClick(bar.grow, Qt.MouseButton.LeftButton)
    assert len(asked) == 1
    bar.show_growing(True)
    assert bar.grow.text() == STOP
    QTest.mouseClick(bar.grow, Qt.MouseButton.LeftButton)
    bar.show_growing(False)
    assert (bar.grow.text(), len(asked)) == (GROW, 2)


def test_the_layer_in_words(bar):
    assert bar.slider.accessibleDescription() == "conv5 · r 13"
    for part in (bar.back, bar.slider, bar.on, bar.grow):
        assert part.toolTip()
    assert all(part.accessibleName() for part in (bar.back, bar.slider, bar.on))


def test_parts_lie_beside_each_other(bar):
    parts = (bar.label, bar.back, bar.slider, bar.on, bar.grow)
    for before, after in itertools.pairwise(parts):
        assert before.geometry().right() < after.geometry().left()
    assert bar.label.text() == bar.label.full
