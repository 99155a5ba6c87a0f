"""What is shown of a layer, chosen as by a hand."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from inspector.core.network.settings import Colouring, Feed, Fit, NetworkSettings, Order, Stage
from inspector.views.columns import framed
from inspector.views.network.maps_options import NARROWEST, NO_ACTIVATION, NO_RANGE_TIP, MapsOptions


@pytest.fixture
def panel(qtbot: QtBot, loop) -> MapsOptions:
    panel = MapsOptions()
    qtbot.addWidget(panel)
    panel.resize(290, panel.sizeHint().height())
    panel.updated.connect(loop.take)
    loop.show = lambda state: panel.show_options(state.network, has_activation=True, fit_used="letterbox")
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


def press(panel: MapsOptions, word: str) -> None:
    QTest.mouseClick(panel.stage.button(word), Qt.MouseButton.LeftButton)


def write(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def test_before_and_after_the_activation(panel, loop):
    assert panel.stage.word == "After"
    press(panel, "Before")
    assert loop.state.network.stage is Stage.BEFORE
    press(panel, "Before")
    assert len(loop.updates) == 1
    press(panel, "After")
    assert loop.state.network.stage is Stage.AFTER


def test_the_arrow_keys_choose_the_stage(panel, loop):
    panel.stage.button("After").setFocus()
    QTest.keyClick(panel.stage.button("After"), Qt.Key.Key_Left)
    assert loop.state.network.stage is Stage.BEFORE


def test_without_an_activation_there_is_no_stage_and_the_reason_is_said(panel, loop):
    panel.show_options(NetworkSettings(), has_activation=False, fit_used="")
    assert panel.stage.toolTip() == NO_ACTIVATION
    for word in ("Before", "After"):
        button = panel.stage.button(word)
        assert (button.isEnabled(), button.isChecked(), button.toolTip()) == (False, False, NO_ACTIVATION)
    press(panel, "Before")
    panel.show_options(NetworkSettings(), has_activation=True, fit_used="")
    assert panel.stage.button("After").isChecked()
    assert loop.updates == []


@pytest.mark.parametrize(("name", "values"), [("order", tuple(Order)), ("colouring", tuple(Colouring)), ("fit", tuple(Fit))])
def test_words_become_values(panel, loop, name, values):
    for value in reversed(values):
        pick(getattr(panel, name), value)
        assert getattr(loop.state.network, name) is value
        assert getattr(panel, name).currentText() == value


def test_the_feed(panel, loop):
    pick(panel.feed, "filter result")
    assert loop.state.network.feed is Feed.RESULT
    pick(panel.feed, "source picture")
    assert loop.state.network.feed is Feed.SOURCE


def test_automatic_says_what_it_came_to_and_can_be_chosen_again(panel, loop):
    assert panel.fit.currentText() == "automatic · letterbox"
    pick(panel.fit, "crop")
    assert (loop.state.network.fit, panel.fit.itemText(0)) == (Fit.CROP, "automatic")
    pick(panel.fit, "automatic")
    assert loop.state.network.fit is None
    assert panel.fit.currentText() == "automatic · letterbox"


@pytest.mark.no_qt_log  # the offscreen platform complains of every popup
def test_automatic_can_be_picked_while_it_is_chosen(panel, loop):
    panel.fit.showPopup()
    QTest.keyClick(panel.fit.view(), Qt.Key.Key_Return)
    assert len(loop.updates) == 1
    assert loop.state.network.fit is None
    assert not loop.history.past


def test_the_range_counts_only_for_fixed_colours(panel, loop):
    assert not panel.low.isEnabled()
    assert not panel.high.isEnabled()
    pick(panel.colouring, "fixed")
    assert panel.low.isEnabled()
    write(panel.low, "-0.5")
    write(panel.high, "2")
    assert loop.state.network.fixed == (-0.5, 2.0)


def test_a_range_that_is_none_changes_nothing(panel, loop):
    pick(panel.colouring, "fixed")
    count = len(loop.updates)
    for text in ("1", "3"):
        write(panel.low, text)
    assert loop.state.network.fixed == (0.0, 1.0)
    assert len(loop.updates) == count
    assert panel.low.toolTip() == panel.high.toolTip() == NO_RANGE_TIP
    write(panel.high, "4")
    assert loop.state.network.fixed == (3.0, 4.0)
    assert NO_RANGE_TIP not in (panel.low.toolTip(), panel.high.toolTip())


def test_typing_a_range_is_one_step_of_undo(panel, loop):
    pick(panel.colouring, "fixed")
    steps = len(loop.history.past)
    write(panel.high, "12.5")
    assert loop.state.network.fixed == (0.0, 12.5)
    assert len(loop.history.past) == steps + 1
    loop.undo()
    assert panel.high.value == 1.0


def test_showing_emits_nothing(panel, loop):
    settings = NetworkSettings(
        stage=Stage.BEFORE, order=Order.MAX, colouring=Colouring.FIXED, fixed=(-1.0, 3.0), feed=Feed.RESULT, fit=Fit.PAD
    )
    panel.show_options(settings, has_activation=True, fit_used="pad")
    shown = [combo.currentText() for combo in (panel.order, panel.colouring, panel.feed, panel.fit)]
    assert shown == ["max", "fixed", "filter result", "pad"]
    assert (panel.stage.word, panel.low.value, panel.high.value) == ("Before", -1.0, 3.0)
    panel.show_options(replace(settings, fit=None), has_activation=False, fit_used="crop")
    assert panel.fit.currentText() == "automatic · crop"
    assert loop.updates == []


def test_fields_lie_side_by_side_where_there_is_room(qtbot):
    panel = MapsOptions()
    holder = framed(panel)
    qtbot.addWidget(holder)
    holder.show()
    fields = (panel.stage, panel.order, panel.colouring, panel.low, panel.feed, panel.fit)

    def lines() -> int:
        return len({field.parentWidget().y() for field in fields})  # that of the field with its caption

    for width, count in ((290, 6), (640, 2), (1300, 1), (290, 6)):
        holder.resize(width, 300)
        qtbot.waitUntil(lambda: lines() == count)  # noqa: B023 - waited for within this turn
    assert panel.minimumSizeHint().width() == NARROWEST


def test_every_control_has_a_name_and_a_tooltip(panel):
    buttons = [panel.stage.button(word) for word in ("Before", "After")]
    for control in (*buttons, panel.order, panel.colouring, panel.low, panel.high, panel.feed, panel.fit):
        assert control.accessibleName()
        assert control.toolTip()
