"""What is measured and kept in the Receptive field workspace, and what can be taken along, as a user does it."""

import csv
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication

from inspector import __main__ as program
from inspector.core import updates
from inspector.core.network import updates as network
from inspector.core.network.settings import Stage
from inspector.core.receptive_field.compose import box
from inspector.core.receptive_field.contamination import box_shares
from inspector.core.receptive_field.crop import crop
from inspector.core.receptive_field.settings import MapShown, Over, Part, Pin
from inspector.core.receptive_field.shown import padding_line
from inspector.core.receptive_field.updates import MOST_PINS, add_pin, set_field
from inspector.core.session import from_json, to_json
from inspector.core.state import Source, SourceKind, Workspace
from inspector.views import dialogs
from inspector.views.network.maps_canvas import MapsCanvas

from .conftest import Bench
from .field_hand import LENET, VGG, Hand, lenet_with_one, vgg_with_scene

SCENE = Source(SourceKind.SAMPLE, "scene")


@pytest.fixture
def lenet(bench: Bench) -> Hand:
    """LeNet-5 with a drawn "1", at its second convolution."""
    return lenet_with_one(bench)


@pytest.fixture
def vgg(bench: Bench) -> Hand:
    """The compact VGG with a photograph that is no square."""
    return vgg_with_scene(bench)


# ---- many pictures, many units ---------------------------------------------------------------------------------


def test_the_average_over_one_picture_is_that_picture_and_another_picture_leaves_it(
    vgg: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "birds"
    folder.mkdir()
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8)).save(folder / "one.png")
    vgg.bench.open(folder / "one.png")
    vgg.click((8, 8))
    alone = vgg.shown.effective.heat
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(folder))
    vgg.page.effective.over.chosen.emit("folder…")
    vgg.bench.rest()
    assert "not measured yet over 64 pictures of birds" in vgg.words
    assert set(vgg.page.effective.numbers.texts) == {"–"}  # and not those of the one picture
    vgg.bench.qtbot.mouseClick(vgg.page.effective.measure, Qt.MouseButton.LeftButton)
    vgg.bench.rest()
    np.testing.assert_allclose(vgg.shown.effective.heat, alone, rtol=1e-4, atol=1e-6 * alone.max())
    assert "absolute gradient, 1 picture of birds" in vgg.words
    measured = vgg.shown.effective
    vgg.do(updates.set_source(SCENE, "Sample"))
    assert vgg.shown.effective is measured
    outside = measured.heat == 0
    assert np.array_equal(vgg.shown.heat[outside], vgg.input[outside])  # drawn over the new picture


def test_noise_is_averaged_for_the_unit_under_the_mouse(lenet: Hand) -> None:
    lenet.do(set_field("Over noise", over=Over.RANDOM, count=5))
    lenet.hover((7, 2))
    lenet.run("measure-field")
    lenet.leave(lenet.page.units)
    lenet.bench.rest()
    assert lenet.shown.effective.pictures == 5
    assert lenet.shown.effective.target.unit == (7, 2)
    assert "absolute gradient, 5 pictures of noise" in lenet.words


def test_pins_are_measured_kept_and_looked_at_again(lenet: Hand) -> None:
    lenet.do(set_field("One map", all_maps=False))
    lenet.do(network.set_network("Stage", stage=Stage.BEFORE))
    lenet.hover((1, 2))
    lenet.run("pin-unit")
    pin = Pin("c3", (1, 2), 0)
    lenet.do(network.set_network("Stage", stage=Stage.AFTER))
    lenet.do(network.set_layer("s4"))
    lenet.do(set_field("All maps", all_maps=True))
    lenet.run("pin-unit")
    assert lenet.controller.state.field.pins == (pin, Pin("s4", (2, 2)))
    assert "not measured" not in lenet.page.pins.table.accessibleDescription()
    lenet.page.pins.chosen.emit(pin)
    lenet.bench.rest()
    assert lenet.desk.looked is not None
    assert lenet.desk.looked.pin == pin
    assert from_json(to_json(lenet.controller.state)).field.pins == lenet.controller.state.field.pins
    lenet.do(updates.set_source(SCENE, "Sample"))
    assert len(lenet.controller.state.field.pins) == 2
    lenet.do(network.set_model(VGG))
    assert lenet.controller.state.field.pins == ()
    lenet.controller.undo()
    lenet.bench.rest()
    assert lenet.controller.state.field.pins[0] == pin


def test_the_ninth_pin_takes_the_place_of_the_first(lenet: Hand) -> None:
    for column in range(MOST_PINS + 1):
        lenet.do(add_pin(Pin("c3", (0, column))))
    assert [pin.unit[1] for pin in lenet.controller.state.field.pins] == list(range(1, MOST_PINS + 1))
    assert lenet.drawn.count("rows") == MOST_PINS + 1  # and the unit in sight


def test_padding_is_told_of_every_unit(lenet: Hand) -> None:
    lenet.do(network.set_layer("c1"))
    lenet.do(set_field("Units show padding", shown=MapShown.PADDING))
    shares = box_shares(lenet.graph, "tanh1")
    for unit in ((0, 0), (27, 13), (14, 14)):
        lenet.hover(unit)
        assert lenet.page.padding.words.full == padding_line(unit, float(shares[unit]), energy=False)
    lenet.do(set_field("Units show energy", shown=MapShown.ENERGY))
    assert "energy is padding" in lenet.page.padding.words.full
    lenet.run("climb-down")
    assert lenet.page.padding.words.full == ""


def test_every_choice_is_undone_and_done_again(lenet: Hand) -> None:
    choices = ({"part": Part.SQUARED}, {"heat": False}, {"ellipse": False}, {"shown": MapShown.PADDING}, {"all_maps": False})
    states = [lenet.controller.state]
    for choice in choices:
        lenet.do(set_field("A choice", **choice))
        states.append(lenet.controller.state)
    for state in states[-2::-1]:
        lenet.controller.undo()
        lenet.bench.rest()
        assert lenet.controller.state.field == state.field
    for _ in choices:
        lenet.controller.redo()
    lenet.bench.rest()
    assert lenet.controller.state.field == states[-1].field
    assert lenet.shown.effective.part is Part.SQUARED


# ---- the depth, and taking it along ----------------------------------------------------------------------------


def test_the_depth_is_measured_for_this_picture_alone(lenet: Hand) -> None:
    lenet.run("measure-depth")
    said = lenet.page.plot.plot.accessibleDescription()
    assert said.count("2σ") == 8
    lenet.do(updates.set_source(SCENE, "Sample"))
    assert "2σ" not in lenet.page.plot.plot.accessibleDescription()


def test_what_is_copied_computes_what_is_shown(lenet: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lenet.do(updates.set_source(Source(SourceKind.SAMPLE, "digits"), "Sample"))
    lenet.do(set_field("One map", all_maps=False, part=Part.POSITIVE))
    lenet.do(network.set_network("Map", map=99))  # more than the layer has
    lenet.run("copy-python")
    names: dict[str, object] = {}
    exec(compile(QGuiApplication.clipboard().text(), "copied", "exec"), names)
    assert names["seen"] == lenet.box
    assert np.array_equal(names["field"].heat, lenet.shown.effective.heat)  # type: ignore[attr-defined]
    assert names["measured"] == lenet.shown.numbers
    lenet.run("copy-command")
    monkeypatch.chdir(tmp_path)
    assert program.main(shlex.split(QGuiApplication.clipboard().text())[1:]) == 0


def test_pictures_tables_and_values_are_exported(lenet: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for command, name in (
        ("export-field-picture", "field.png"), ("export-field-picture", "field.svg"), ("export-fields", "fields.csv"),
        ("save-values", "heat.npy"),
    ):  # fmt: skip
        monkeypatch.setattr(dialogs, "ask_save", lambda *_, path=str(tmp_path / name): path)
        lenet.run(command)
        assert lenet.bench.message == f"Saved {name}."
    assert np.allclose(np.load(tmp_path / "heat.npy"), lenet.shown.effective.heat)
    assert "absolute gradient of units (5, 5) of all maps" in (tmp_path / "field.svg").read_text()
    rows = list(csv.DictReader((tmp_path / "fields.csv").read_text().splitlines()))
    assert [row["layer"] for row in rows] == [row.step.key for row in lenet.desk.rows]


# ---- in the Network workspace ----------------------------------------------------------------------------------


def test_the_network_workspace_shows_fields_and_builds_no_other_page(bench: Bench) -> None:
    hand = Hand(bench)
    hand.enter(LENET, workspace=Workspace.NETWORK)
    hand.do(network.set_layer("c3"))
    panel = bench.window.network.map
    bench.qtbot.mouseClick(panel.mode.button("Field"), Qt.MouseButton.LeftButton)
    bench.rest()
    canvas = bench.window.network.maps.findChild(MapsCanvas)
    top, left, _, _ = hand.desk.inspected.shown.grid.box(2)
    hand.move(canvas, QPointF(canvas.frame.screen_x(left + 8.5), canvas.frame.screen_y(top + 1.5)))
    seen = box(hand.graph, "tanh3", (1, 8))
    assert panel.field.fields[0].box == seen
    assert np.array_equal(panel.unit.patch.picture, crop(hand.input, seen))
    bench.rest()
    assert "absolute gradient, this picture" in panel.colours.full
    assert panel.unit.heading.text().startswith("UNIT (2, 1, 8)")
    hand.leave(canvas)
    bench.rest()
    assert panel.unit.heading.text().startswith("UNIT (0, ")
    assert not bench.window.has_page(Workspace.FIELD)
