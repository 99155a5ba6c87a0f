"""What is said of an effective field is true of what is drawn."""

from dataclasses import replace

import numpy as np
import pytest

from inspector.controller import field_texts as texts
from inspector.controller.field_sight import Sight
from inspector.core.network.depth import DepthRow
from inspector.core.network.facts import LayerFacts
from inspector.core.network.looking import Looked
from inspector.core.network.steps import Step
from inspector.core.receptive_field.effective import EffectiveField, Lack, Target, numbers
from inspector.core.receptive_field.field import LayerField
from inspector.core.receptive_field.settings import FieldSettings, Over, Part
from inspector.core.receptive_field.shown import FieldShown, UnitSeen

BOX = (2, 2, 8, 8)
LOOKED = Looked("conv", "conv", "conv · 4 maps of 9 × 9", (4, 9, 9), None, (4, 4))
SEEN = UnitSeen("conv", LOOKED.label, None, (4, 4), 1.0, BOX, None, 0.0, whole=False)
SETTINGS = FieldSettings()


def field(unit: tuple[int, int] = (4, 4), **fields: object) -> FieldShown:
    heat = np.zeros((10, 10))
    heat[3:7, 3:7] = 1
    found = EffectiveField(Target("conv", unit), Part.ABSOLUTE, heat, milliseconds=12.0)
    return FieldShown(replace(found, **fields), numbers(heat, BOX), None)


def lacking(lack: Lack) -> FieldShown:
    return FieldShown(replace(field().effective, lack=lack), None, None)


@pytest.mark.parametrize(
    ("settings", "count", "words"),
    [
        (SETTINGS, 1, "this picture"),
        (replace(SETTINGS, over=Over.RANDOM), 64, "64 pictures of noise"),
        (replace(SETTINGS, over=Over.RANDOM), 1, "1 picture of noise"),
        (replace(SETTINGS, over=Over.FOLDER, folder="/somewhere/birds"), 1200, "1,200 pictures of birds"),
    ],
)
def test_part_pictures_and_spread_are_said(settings: FieldSettings, count: int, words: str) -> None:
    shown = field(pictures=count, part=Part.SQUARED)
    said = texts.reading(Sight(LOOKED, SEEN, shown), settings)
    assert said.startswith(f"squared gradient, {words} · σ ")


def test_until_it_comes_the_last_one_is_named_as_what_it_is() -> None:
    said = texts.reading(Sight(LOOKED, SEEN, None, last=field((7, 1))), SETTINGS)
    assert said.startswith("still unit (7, 1): σ ")
    assert texts.reading(Sight(LOOKED, SEEN, None), SETTINGS) == ""
    known = Sight(LOOKED, SEEN, field(), last=field((7, 1)))
    assert known.drawn is known.shown
    assert "still" not in texts.reading(known, SETTINGS)


def test_what_is_not_measured_by_itself_is_said_to_be_missing() -> None:
    said = texts.reading(Sight(LOOKED, SEEN, None), replace(SETTINGS, over=Over.RANDOM, count=32))
    assert said == "effective field not measured yet over 32 pictures of noise"


@pytest.mark.parametrize("lack", list(Lack))
def test_a_lack_is_no_spread(lack: Lack) -> None:
    said = texts.reading(Sight(LOOKED, SEEN, lacking(lack)), SETTINGS)
    assert said == texts.LACKS[lack]


def test_times_are_those_of_what_is_shown() -> None:
    assert texts.work(None) == ""
    assert texts.work(field()) == "gradient 12 ms"
    assert texts.work(field(pictures=64, milliseconds=2034.0)) == "average 2.03 s"


def test_of_a_layer_the_worst_is_said() -> None:
    facts = LayerFacts("conv", "Conv2d", (4, 9, 9), 0, 0, 0, None)
    row = DepthRow(Step(facts, "conv", "conv"), LayerField(None), exceeds=False, unproductive=False)
    assert texts.warning(None) == texts.warning(row) == ""
    assert texts.warning(replace(row, exceeds=True)) == texts.EXCEEDS
    assert texts.warning(replace(row, exceeds=True, unproductive=True)) == texts.IDLE
    assert texts.warning(replace(row, exceeds=True, field=LayerField(None, problem="two paths"))) == texts.MISALIGNED
