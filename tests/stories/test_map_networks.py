"""A network of the user's own that makes maps and no classes, in all workspaces for networks."""

from pathlib import Path

import numpy as np
import pytest

from inspector.core.network.inspection import NO_CLASSES
from inspector.core.network.settings import Answers, ModelChoice, ModelKind
from inspector.core.shift.settings import Strip
from inspector.core.shift.updates import set_shift
from inspector.core.state import Workspace

from .conftest import Bench
from .field_hand import Hand, words_of

OWN = """
import torch
from torch import nn

class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.down = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 2, stride=2)
        self.up, self.last = nn.Upsample(scale_factor=2), nn.Conv2d(8, 2, 3, padding=1)
    def forward(self, x):
        maps = self.conv(x)
        return {"maps": self.last(torch.cat([self.up(self.down(maps)), maps], 1)), "more": [maps]}
"""


@pytest.fixture
def hand(bench: Bench, tmp_path: Path) -> Hand:
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    hand = Hand(bench)
    hand.enter(ModelChoice(ModelKind.CODE, f"{tmp_path / 'own.py'}:Decoder", Answers(input=(3, 24, 24))), "last")
    return hand


def test_the_field_of_a_unit_of_the_maps_follows_the_mouse(hand: Hand) -> None:
    hand.hover((11, 8))
    assert hand.box == (9, 5, 15, 11)
    assert hand.drawn == words_of(hand.box)
    y0, x0, y1, x1 = hand.box
    heat = hand.shown.effective.heat
    assert heat[y0:y1, x0:x1].sum() == heat.sum() > 0
    assert hand.bench.message == ""


def test_maps_are_shown_and_the_panel_says_that_there_are_no_classes(hand: Hand) -> None:
    hand.bench.window.actions_.by_id["workspace-network"].trigger()
    hand.bench.rest()
    page = hand.bench.window.network
    inspected = hand.bench.controller.network.inspected
    assert inspected is not None
    assert inspected.shown.shape == (2, 24, 24)
    assert page.classes.bars.guesses == ()
    assert page.classes.bars.accessibleDescription() == NO_CLASSES
    assert hand.bench.message == ""


@pytest.mark.parametrize("strip", Strip)
def test_layers_are_measured_under_shifts_and_decisions_are_refused_in_words(hand: Hand, strip: Strip) -> None:
    hand.bench.window.actions_.by_id["workspace-shift"].trigger()
    hand.do(set_shift("Choose", strip=strip, dx=2.0, reach=2))
    page, shown = hand.bench.window.shift, hand.bench.controller.shift.shown
    assert shown is not None
    assert np.isfinite(shown.frame.errors.layers["down"].equivariance).all()
    assert page.output.line.full == NO_CLASSES
    assert page.output.bars.accessibleDescription() == ""
    if strip is Strip.DECISIONS:
        assert page.strip.decisions.reading.full == NO_CLASSES
    if strip is Strip.ORBITS:
        assert "probability" not in page.strip.orbits.reading.full
    hand.bench.window.grab()
    assert hand.bench.message == ""


def test_another_network_judges_as_before(hand: Hand) -> None:
    hand.enter(ModelChoice(ModelKind.SHIPPED, "lenet5"), workspace=Workspace.NETWORK)
    assert len(hand.bench.window.network.classes.bars.guesses) == 5
