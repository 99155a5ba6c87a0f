"""Changes of the network, made and taken back as by a hand."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from inspector.core.network.settings import Alteration, Change
from inspector.views.network.ablation_panel import NO_MAPS, UNALTERED, AblationPanel, described

LAYER, COUNT = "block1.relu2", 64


@pytest.fixture
def panel(qtbot: QtBot, loop) -> AblationPanel:
    """Looks at map 17 of 64 and shows what its own updates lead to."""
    panel = AblationPanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(290)
    panel.updated.connect(loop.take)
    loop.show = lambda state: panel.show_alterations(state.network.alterations, LAYER, 17, COUNT)
    loop.show(loop.state)
    panel.show()
    panel.activateWindow()
    return panel


def click(button: QPushButton | QToolButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def write(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def changes(loop) -> tuple[Alteration, ...]:
    return loop.state.network.alterations


def removers(panel: AblationPanel) -> list[QToolButton]:
    return [button for button in panel.list.findChildren(QToolButton) if button.isVisible()]


def test_silence_and_give_back(panel, loop):
    click(panel.silence)
    assert changes(loop) == (Alteration(LAYER, Change.SILENCE, (17,)),)
    assert panel.silence.isChecked()
    click(panel.silence)
    assert changes(loop) == ()
    assert not panel.silence.isChecked()


def test_the_factor_acts_while_it_is_typed(panel, loop):
    write(panel.factor, "-0.5")
    assert changes(loop) == (Alteration(LAYER, Change.SCALE, (17,), -0.5),)
    assert panel.factor.text() == "-0.5"
    write(panel.factor, "2")
    assert changes(loop) == (Alteration(LAYER, Change.SCALE, (17,), 2.0),)


def test_the_factor_one_is_no_change(panel, loop):
    panel.factor.setFocus()
    QTest.keyClick(panel.factor, Qt.Key.Key_Up)
    assert changes(loop) == (Alteration(LAYER, Change.SCALE, (17,), 1.1),)
    QTest.keyClick(panel.factor, Qt.Key.Key_Down)
    assert changes(loop) == ()


def test_scaling_takes_the_place_of_silence(panel, loop):
    click(panel.silence)
    write(panel.factor, "3")
    assert changes(loop) == (Alteration(LAYER, Change.SCALE, (17,), 3.0),)
    assert not panel.silence.isChecked()


def test_swap(panel, loop):
    assert panel.partner.value == 18
    write(panel.partner, "3")
    assert changes(loop) == ()
    click(panel.swap)
    QTest.keyClick(panel.partner, Qt.Key.Key_Return)
    assert changes(loop) == (Alteration(LAYER, Change.SWAP, (17, 3)),) * 2


@pytest.mark.parametrize(("text", "possible"), [("0", True), ("63", True), ("17", False), ("64", False), ("1.5", False)])
def test_only_another_map_of_the_layer_can_be_swapped(panel, loop, text, possible):
    write(panel.partner, text)
    assert panel.swap.isEnabled() == possible
    QTest.keyClick(panel.partner, Qt.Key.Key_Return)
    assert bool(changes(loop)) == possible


def test_the_last_map_is_offered_its_neighbour(panel):
    panel.show_alterations((), LAYER, 63, COUNT)
    assert panel.partner.value == 62
    panel.show_alterations((), LAYER, 0, 1)
    assert not panel.partner.isEnabled()
    assert not panel.swap.isEnabled()


def test_what_was_typed_stays_while_the_same_map_is_shown(panel, loop):
    write(panel.partner, "40")
    click(panel.silence)
    assert panel.partner.value == 40


def test_drop_and_draw_again(panel, loop):
    write(panel.share, "0.25")
    assert changes(loop) == ()
    assert not panel.again.isEnabled()
    click(panel.drop)
    assert changes(loop) == (Alteration(LAYER, Change.DROP, (), 0.25, 0),)
    for seed in (1, 2):
        click(panel.again)
        assert changes(loop) == (Alteration(LAYER, Change.DROP, (), 0.25, seed),)
    write(panel.share, "0.5")
    assert changes(loop) == (Alteration(LAYER, Change.DROP, (), 0.5, 2),)


def test_all_maps_cannot_be_dropped(panel, loop):
    click(panel.drop)
    write(panel.share, "1")
    assert changes(loop)[0].amount < 1
    assert panel.share.property("invalid")


def test_restore(panel, loop):
    assert not panel.restore.isEnabled()
    click(panel.silence)
    click(panel.drop)
    assert panel.restore.isEnabled()
    click(panel.restore)
    assert changes(loop) == ()
    loop.undo()
    assert len(changes(loop)) == 2


def test_each_line_takes_its_own_change_back(panel, loop):
    write(panel.factor, "0.5")
    click(panel.swap)
    click(panel.drop)
    all_three = changes(loop)
    assert panel.list.texts == tuple(map(described, all_three))
    click(removers(panel)[1])
    assert changes(loop) == (all_three[0], all_three[2])
    assert panel.list.texts == tuple(map(described, changes(loop)))
    loop.undo()
    assert changes(loop) == all_three
    for _ in all_three:
        click(removers(panel)[0])
    assert changes(loop) == ()
    assert panel.list.texts == (UNALTERED,)


@pytest.mark.parametrize(
    ("alteration", "words"),
    [
        (Alteration("conv1", Change.SILENCE, (17,)), "map 17 silenced in conv1"),
        (Alteration("conv1", Change.SILENCE, (1, 2)), "maps 1 and 2 silenced in conv1"),
        (Alteration("conv1", Change.SCALE, (3,), -0.5), "map 3 × −0.5 in conv1"),
        (Alteration("conv1", Change.SWAP, (3, 5)), "maps 3 and 5 swapped in conv1"),
        (Alteration("conv1", Change.DROP, (), 0.25, 4), "25 % of maps (draw 5) dropped in conv1"),
    ],
)
def test_changes_in_words(alteration, words):
    assert described(alteration) == words


def test_only_what_is_done_to_this_map_of_this_layer_is_shown_as_its_own(panel):
    others = (
        Alteration(LAYER, Change.SILENCE, (16,)), Alteration("other", Change.SCALE, (17,), 3.0),
        Alteration("other", Change.DROP, (), 0.1), Alteration(LAYER, Change.SCALE, (17,), 0.25),
    )  # fmt: skip
    panel.show_alterations(others, LAYER, 17, COUNT)
    assert (panel.silence.isChecked(), panel.factor.value, panel.share.value) == (False, 0.25, 0.5)
    assert not panel.again.isEnabled()
    panel.show_alterations(others, LAYER, 16, COUNT)
    assert (panel.silence.isChecked(), panel.factor.value) == (True, 1.0)


def test_showing_emits_nothing(panel, loop):
    alterations = tuple(Alteration(LAYER, change, (17,), 0.5, 3) for change in (Change.SILENCE, Change.SCALE, Change.SWAP))
    panel.show_alterations((*alterations, Alteration(LAYER, Change.DROP, (), 0.3, 3)), LAYER, 17, COUNT)
    panel.show_alterations((), LAYER, 2, 4)
    panel.show_alterations((), "", 0, 0)
    assert loop.updates == []


@pytest.mark.parametrize(("layer", "count"), [("", 64), (LAYER, 0)])
def test_without_maps_nothing_can_be_changed_and_the_reason_is_said(panel, loop, layer, count):
    panel.show_alterations((), layer, 0, count)
    controls = (panel.silence, panel.factor, panel.partner, panel.swap, panel.share, panel.drop, panel.again, panel.restore)
    assert not any(control.isEnabled() for control in controls)
    for control in (panel.silence, panel.factor, panel.partner, panel.swap, panel.share, panel.drop):
        assert control.toolTip() == NO_MAPS
        click(control)
    assert loop.updates == []


def test_changes_can_be_taken_back_where_nothing_can_be_changed(panel, loop):
    panel.show_alterations((Alteration("conv1", Change.SILENCE, (1,)),), "", 0, 0)
    assert panel.restore.isEnabled()
    click(removers(panel)[0])
    assert len(loop.updates) == 1


def test_every_control_has_a_name_and_a_tooltip(panel, loop):
    click(panel.silence)
    for field in (panel.factor, panel.partner, panel.share, *removers(panel)):
        assert field.accessibleName()
        assert field.toolTip()
    for button in (panel.silence, panel.swap, panel.drop, panel.again, panel.restore):
        assert button.text()
        assert button.toolTip()
