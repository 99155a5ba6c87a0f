"""What is not there, comes late, fails or is cancelled in the Receptive field workspace: nothing old is shown as new."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from inspector.core import updates
from inspector.core.network import updates as network
from inspector.core.network.settings import Alteration, Change, Fit, ModelChoice, ModelKind
from inspector.core.receptive_field.compose import box
from inspector.core.receptive_field.effective import Lack
from inspector.core.receptive_field.settings import MapShown, Over, Pin
from inspector.core.receptive_field.shown import DEAD
from inspector.core.receptive_field.updates import add_pin, set_field
from inspector.core.state import Source, SourceKind, Workspace
from inspector.views.field.effective_panel import HINT

from .conftest import Bench
from .field_hand import LENET, VGG, Gate, Hand, lenet_with_one, words_of

SCENE = Source(SourceKind.SAMPLE, "scene")
TOKEN = """
import torch
from torch import nn

class Token(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.blind, self.last = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 1), nn.Conv2d(4, 10, 30)
        self.token = nn.Parameter(torch.ones(1, 4, 30, 30))

    def forward(self, picture):
        return self.last(self.first(picture) + self.blind(self.token)).flatten(1)
"""


@pytest.fixture
def lenet(bench: Bench) -> Hand:
    """LeNet-5 with a drawn "1", at its second convolution."""
    return lenet_with_one(bench)


# ---- gradients that come late, or never ------------------------------------------------------------------------


def test_the_last_effective_field_stands_under_its_own_name_until_the_next_comes(
    lenet: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    lenet.hover((2, 3))
    before = lenet.page.effective.numbers.texts
    gate = Gate(monkeypatch)
    lenet.point((8, 8))
    assert lenet.drawn == words_of(box(lenet.graph, "tanh3", (8, 8)))
    assert "still unit (2, 3): σ" in lenet.words
    assert lenet.page.effective.numbers.texts == before
    assert not lenet.page.effective.numbers.isEnabled()
    assert "(2, 3)" in lenet.page.effective.measured.full
    gate.open()
    lenet.bench.rest()
    assert lenet.shown.effective.target.unit == (8, 8)
    assert lenet.page.effective.numbers.isEnabled()
    assert "still" not in lenet.words


def test_while_the_mouse_moves_on_what_comes_is_shown_and_what_was_passed_is_not_asked_for(
    lenet: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    lenet.hover((0, 0))
    gate = Gate(monkeypatch)
    for place in range(1, 8):
        lenet.point((place, place))
        lenet.bench.qtbot.waitUntil(lambda: gate.asked != [])
    gate.open()
    lenet.bench.rest()
    assert gate.asked == [(1, 1), (7, 7)]


def test_nothing_of_another_layer_stands_in(lenet: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    lenet.controller.dispatch(network.set_layer("c1"))
    lenet.bench.qtbot.waitUntil(lambda: gate.asked != [])
    assert "still" not in lenet.words
    assert set(lenet.page.effective.numbers.texts) == {"–"}
    gate.open()
    lenet.bench.rest()
    assert lenet.shown.effective.target.key == "tanh1"


def test_after_cancel_nothing_stands_in_and_the_next_move_asks_again(lenet: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    lenet.point((8, 8))
    lenet.bench.qtbot.waitUntil(lambda: gate.asked != [])
    lenet.run("cancel")
    assert "σ" not in lenet.words
    assert lenet.page.effective.measured.full == HINT
    assert lenet.bench.message == ""
    gate.open()
    lenet.hover((8, 7))
    lenet.hover((8, 8))
    assert lenet.shown.effective.target.unit == (8, 8)


def test_what_waited_behind_a_cancelled_average_comes_after_all(lenet: Hand) -> None:
    lenet.do(set_field("Over noise", over=Over.RANDOM, count=10_000))
    lenet.controller.commands.run("measure-field")
    lenet.bench.qtbot.waitUntil(lambda: "of 10000 pictures" in lenet.bench.window.status.running_text)
    lenet.controller.dispatch(add_pin(Pin("c1", (3, 3))))
    lenet.run("cancel")
    assert lenet.bench.window.status.running_text == ""
    assert "not measured yet" not in lenet.page.pins.table.accessibleDescription()
    assert lenet.page.effective.measured.full == HINT
    assert lenet.bench.message == ""


def test_a_failure_is_said_once_and_not_tried_again_and_again(lenet: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    gate.error = ValueError("the weather is bad")
    gate.open()
    lenet.hover((8, 8))
    assert lenet.bench.message == "The weather is bad"
    assert "σ" not in lenet.words
    lenet.controller.screen.pace.shown()
    lenet.do(set_field("Hide the heat", heat=False))
    assert gate.asked == [(8, 8)]
    assert "still" not in lenet.words  # nothing is on its way
    gate.error = None
    lenet.hover((8, 7))
    assert lenet.shown.effective.target.unit == (8, 7)


def test_the_window_closes_while_gradients_are_taken(lenet: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    lenet.point((8, 8))
    lenet.bench.qtbot.waitUntil(lambda: gate.asked != [])
    lenet.bench.window.close()
    assert not lenet.desk.moving


# ---- nothing to see --------------------------------------------------------------------------------------------


def test_a_dead_unit_is_said_to_be_dead(lenet: Hand) -> None:
    silenced = Alteration("tanh1", Change.SILENCE, tuple(range(6)))
    lenet.do(network.alter(silenced))
    lenet.do(set_field("Units show energy", shown=MapShown.ENERGY))
    assert lenet.shown.effective.lack is Lack.DEAD
    assert lenet.shown.heat is None
    assert "dead: every gradient is 0" in lenet.words
    assert DEAD in lenet.page.effective.measured.full
    assert "No padding shares of energy: Dead" in lenet.page.units.accessibleDescription()
    assert lenet.bench.message == ""
    lenet.controller.undo()
    lenet.controller.undo()
    lenet.bench.rest()
    assert lenet.shown.numbers is not None


def test_shares_that_there_are_not_are_explained_in_their_place(bench: Bench) -> None:
    hand = Hand(bench)
    hand.enter(ModelChoice(ModelKind.SHIPPED, "lenet-deck"), "linear1")
    hand.do(set_field("Units show padding", shown=MapShown.PADDING))
    assert hand.page.units.picture is not None
    hand.do(set_field("Units show energy", shown=MapShown.ENERGY))
    assert hand.page.units.picture is None
    assert "No padding shares: the units of layer" in hand.page.units.accessibleDescription()
    assert hand.page.padding.words.full == ""
    assert bench.message == ""


def test_a_picture_that_does_not_pass_leaves_nothing_of_the_last_one(lenet: Hand) -> None:
    lenet.do(updates.set_source(SCENE, "Sample"))
    lenet.do(network.set_network("Fit", fit=Fit.PAD))
    assert "cannot be padded" in lenet.bench.message
    assert lenet.page.field.canvas.shape is None
    assert "did not pass" in lenet.page.field.empty
    assert lenet.page.unit.crop.picture is None
    assert "=" not in lenet.page.unit.section.heading.text()
    assert lenet.page.effective.measured.full == HINT
    lenet.controller.undo()
    lenet.bench.rest()
    assert lenet.bench.message == ""
    assert lenet.page.field.canvas.shape == (28, 28)
    assert lenet.shown.numbers is not None


def test_a_layer_that_sees_nothing_of_the_picture_says_so(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(TOKEN)
    hand = Hand(bench)
    hand.enter(ModelChoice(ModelKind.CODE, f"{tmp_path / 'nets.py'}:Token"), "blind")
    assert "sees nothing of the picture" in hand.words
    assert "sees nothing of the picture" in hand.page.unit.note.full
    assert set(hand.page.unit.numbers.texts) == {"–"}
    hand.do(network.set_layer("last"))
    hand.run("grow-field")
    assert hand.drawn == words_of(hand.box)
    assert bench.message == ""


def test_another_network_under_a_resting_mouse(lenet: Hand) -> None:
    lenet.do(network.set_model(VGG))
    lenet.do(updates.set_source(SCENE, "Sample"))
    lenet.hover_pixel(31, 31)
    assert "pixel (31, 31)" in lenet.words
    lenet.do(network.set_model(LENET))  # which has no such pixel
    assert lenet.words.startswith("c1 unit")
    assert "see the pixel" not in lenet.page.units.accessibleDescription()


# ---- meanwhile -------------------------------------------------------------------------------------------------


def test_who_turns_away_while_it_is_measured_finds_it_measured(lenet: Hand) -> None:
    lenet.do(set_field("Over noise", over=Over.RANDOM, count=300))
    lenet.controller.commands.run("measure-field")
    lenet.controller.dispatch(network.set_workspace(Workspace.FILTER))
    lenet.bench.rest()
    lenet.do(network.set_workspace(Workspace.FIELD))
    assert lenet.shown.effective.pictures == 300


def test_a_network_chosen_while_another_is_opened_is_not_lost(bench: Bench) -> None:
    bench.controller.dispatch(network.set_workspace(Workspace.FIELD))
    bench.controller.dispatch(network.set_model(LENET))
    bench.controller.dispatch(set_field("Hide the heat", heat=False))
    bench.rest()
    assert bench.controller.state.network.model == LENET
    assert Hand(bench).desk.ground is not None


def test_while_the_first_network_is_opened_the_middle_says_so(bench: Bench) -> None:
    bench.controller.dispatch(network.set_workspace(Workspace.FIELD))
    assert bench.window.field.field.empty.startswith("Opening ")
    bench.rest()
    assert not bench.window.field.field.empty.startswith("Opening ")


def test_what_was_measured_goes_with_its_network(lenet: Hand) -> None:
    fields = lenet.desk.measures.fields
    for column in range(10):
        lenet.hover((0, column))
    assert len(fields) >= 10
    lenet.do(network.set_model(VGG))
    assert len(fields) == 1


def test_the_keyboard_alone_is_enough(lenet: Hand) -> None:
    units = lenet.page.units
    lenet.key(units, Qt.Key.Key_Left)
    lenet.key(units, Qt.Key.Key_Up)
    assert lenet.controller.state.network.unit == (4, 4)
    lenet.run("pin-unit")
    lenet.key(units, Qt.Key.Key_PageDown)
    assert lenet.layer == "s2"
    lenet.key(lenet.page.field.canvas, Qt.Key.Key_Right)
    assert "seen by" in lenet.words
    lenet.key(lenet.page.field.canvas, Qt.Key.Key_Return)
    assert np.abs(np.subtract(lenet.controller.state.network.unit or (99, 99), (7, 7))).max() <= 1
