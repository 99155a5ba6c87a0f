"""A session in the Receptive field workspace, as a user has it: LeNet-5 with a drawn digit, a compact VGG with a photograph."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from inspector import nets
from inspector.core.network import updates as network
from inspector.core.picture import Picture
from inspector.core.receptive_field.areas import seers
from inspector.core.receptive_field.compose import box, layer_fields
from inspector.core.receptive_field.crop import crop
from inspector.core.receptive_field.effective import Target, numbers
from inspector.core.receptive_field.shown import box_texts, number_texts
from inspector.core.state import Source, SourceKind

from .conftest import Bench
from .field_hand import VGG, Hand, lenet_with_one, vgg_with_scene, words_of

SCENE = Source(SourceKind.SAMPLE, "scene")
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def lenet(bench: Bench) -> Hand:
    """LeNet-5 with a drawn "1", at its second convolution."""
    return lenet_with_one(bench)


@pytest.fixture
def vgg(bench: Bench) -> Hand:
    """The compact VGG with a photograph that is no square."""
    return vgg_with_scene(bench)


def present(hand: Hand) -> Picture:
    assert hand.controller.resolved is not None
    assert hand.controller.resolved.picture is not None
    return hand.controller.resolved.picture


# ---- under the mouse -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [(0, 0), (4, 7), (9, 9)])
def test_box_and_crop_are_there_before_any_gradient(lenet: Hand, unit: tuple[int, int]) -> None:
    lenet.point(unit)
    seen = box(lenet.graph, "tanh3", unit)
    assert lenet.drawn == words_of(seen)
    assert np.array_equal(lenet.page.unit.crop.picture, crop(lenet.input, seen))
    assert lenet.desk.sight is not None
    assert lenet.page.unit.numbers.texts == box_texts(lenet.desk.sight.seen)
    assert f"c3 unit {unit}" in lenet.words


def test_the_effective_field_is_that_of_the_network_and_lies_in_the_box(vgg: Hand) -> None:
    vgg.hover((3, 12))
    heat, seen = vgg.shown.effective.heat, vgg.box
    alone = nets.open_network(VGG).effective(present(vgg), [Target(vgg.shown.effective.target.key, (3, 12))])[0]
    assert np.array_equal(heat, alone.heat)
    outside = np.ones(heat.shape, bool)
    outside[max(seen[0], 0) : seen[2], max(seen[1], 0) : seen[3]] = False
    assert heat.any()
    assert not heat[outside].any()
    assert vgg.shown.numbers == numbers(alone.heat, seen)
    assert vgg.page.effective.numbers.texts == number_texts(vgg.shown)
    assert np.array_equal(vgg.shown.heat[outside], vgg.input[outside])
    assert "absolute gradient, this picture · σ " in vgg.words


def test_who_leaves_sees_the_chosen_unit_again_and_nothing_can_be_undone(lenet: Hand) -> None:
    lenet.click((2, 3))
    past = lenet.controller.history.past
    for unit in ((5, 5), (6, 5), (7, 5)):
        lenet.hover(unit)
    lenet.leave(lenet.page.units)
    lenet.bench.rest()
    assert lenet.controller.history.past == past
    assert lenet.drawn == words_of(box(lenet.graph, "tanh3", (2, 3)))
    lenet.controller.undo()
    lenet.bench.rest()
    assert lenet.drawn == words_of(box(lenet.graph, "tanh3", (5, 5)))  # the one in the middle


def test_the_input_under_the_mouse_marks_exactly_the_units_that_see_it(lenet: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    masks: list[np.ndarray | None] = []
    show = lenet.page.units.show_seers
    monkeypatch.setattr(lenet.page.units, "show_seers", lambda mask: (masks.append(mask), show(mask)))
    for pixel in ((0, 0), (13, 14), (27, 5)):
        lenet.hover_pixel(*pixel)
        expected = seers(lenet.graph, pixel)["tanh3"].mask()
        assert np.array_equal(masks[-1], expected)
        assert lenet.words == f"pixel {pixel}: seen by {expected.sum()} of the 100 units of a map"
        assert f"{expected.sum()} of 100 units see the pixel" in lenet.page.units.accessibleDescription()
    lenet.leave(lenet.page.field.canvas)
    assert masks[-1] is None
    assert "c3 unit" in lenet.words


# ---- through the layers ----------------------------------------------------------------------------------------


def middles(seen: tuple[int, int, int, int]) -> tuple[float, float]:
    return (seen[0] + seen[2]) / 2, (seen[1] + seen[3]) / 2


def test_every_way_climbs_and_keeps_the_place_within_half_a_jump(vgg: Hand) -> None:
    vgg.click((6, 9))
    page, slider = vgg.page, vgg.page.climb.slider
    ways = {
        "features.10": lambda: vgg.wheel(page.units, 1),
        "features.13": lambda: vgg.wheel(page.field.canvas, 1, CTRL),
        "features.14": lambda: vgg.key(page.units, Qt.Key.Key_PageUp),
        "features.17": lambda: vgg.key(slider, Qt.Key.Key_Right),
        "features.20": lambda: vgg.key(page.plot.plot, Qt.Key.Key_Right),
        "features.17 ": lambda: vgg.key(page.layers, Qt.Key.Key_Up),
        "features.14 ": lambda: vgg.run("climb-down"),
    }
    for layer, way in ways.items():
        before = middles(vgg.box)
        way()
        assert vgg.layer == layer.strip()
        assert vgg.desk.looked is not None
        field = layer_fields(vgg.graph)[vgg.desk.looked.key].field
        assert field is not None
        for here, there, jump in zip(before, middles(vgg.box), field.jump, strict=True):
            assert abs(here - there) <= jump / 2
        assert vgg.drawn == words_of(vgg.box)
    vgg.controller.undo()
    assert vgg.layer == "features.7"  # one climb is one step


def test_who_climbs_down_to_the_input_and_up_again_is_where_he_was(lenet: Hand) -> None:
    lenet.do(network.set_layer("c1"))
    lenet.click((20, 4))
    lenet.run("climb-down")
    assert (lenet.layer, lenet.desk.sight) == ("input", None)
    assert lenet.words == "input · standardized · 1 channel of 28 × 28"
    assert "Each pixel" in lenet.page.units.accessibleDescription()
    assert not lenet.page.climb.grow.isEnabled()
    lenet.run("climb-down")
    lenet.run("climb-up")
    assert lenet.controller.state.network.unit == (20, 4)


def test_the_box_grows_from_the_first_layer_and_arrives(lenet: Hand) -> None:
    lenet.click((2, 3))
    steps: list[str] = []
    lenet.desk.screen.growth.stepped.connect(steps.append)
    lenet.run("grow-field")
    assert steps == ["c1", "s2", "c3"]
    assert lenet.drawn == words_of(lenet.box)
    assert lenet.page.climb.label.full.startswith("c3")
    lenet.controller.commands.run("grow-field")
    lenet.controller.commands.run("grow-field")  # which stops it
    assert not lenet.desk.moving
    assert lenet.drawn == words_of(lenet.box)
