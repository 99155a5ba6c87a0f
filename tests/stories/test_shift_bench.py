"""A session in the Shift workspace, as a user has it: the shipped LeNet-5, a drawn digit that is dragged, surgery, comparison."""

import csv
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView

from inspector.controller.shift_jobs import FrameShown
from inspector.core import places, updates
from inspector.core.drawing import Stroke
from inspector.core.network import updates as network
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import ShiftSettings, Strip
from inspector.core.shift.shown import NOTHING, Measure, number
from inspector.core.shift.surgery import Densify, Pooling, Repad, Repool, Surgery
from inspector.core.shift.transforms import Translation
from inspector.core.shift.updates import compare_with, move_to, operate, set_shift
from inspector.core.state import Source, SourceKind, Workspace
from inspector.nets.passes import Passes
from inspector.views import dialogs
from inspector.views.shift.case_pane import BESIDE
from inspector.views.shift.page import ShiftPage
from inspector.views.widgets.icon_button import IconButton
from inspector.work.runner import Operation
from kernels import Border

from .conftest import Bench

LENET, MLP, SIMPLE, LOCAL = (
    ModelChoice(ModelKind.SHIPPED, name) for name in ("lenet5", "mlp1", "simple-cnn", "locally-connected")
)
SEVEN = (Stroke(((70.0, 80.0), (70.0, 190.0), (220.0, 110.0))),)
BEHIND = {"split", "curve", "decisions", "orbit", "prepare", "beside"}


@pytest.fixture
def shift(bench: Bench) -> Bench:
    """The workspace with LeNet-5 and a drawn "7"."""
    bench.controller.dispatch(updates.set_source(Source(SourceKind.DRAWING, "drawing", strokes=SEVEN), "Draw"))
    bench.controller.dispatch(network.set_model(LENET))
    bench.window.actions_.by_id["workspace-shift"].trigger()
    bench.rest()
    return bench


@pytest.fixture
def page(shift: Bench) -> ShiftPage:
    return shift.window.shift


def shown(bench: Bench) -> FrameShown:
    found = bench.controller.shift.shown
    assert found is not None
    return found


def do(bench: Bench, **fields: object) -> None:
    bench.controller.dispatch(set_shift("Choose", **fields))
    bench.rest()


def drag(bench: Bench, page: ShiftPage, dy: int, dx: int) -> None:
    """Pull the picture by so many of its pixels, in several movements of the mouse."""
    canvas = page.case.input
    scale = canvas.viewport.scale
    start = QPointF(canvas.rect().center())
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start.toPoint())
    for part in (0.3, 0.7, 1.0):
        where = start + QPointF(dx * scale * part, dy * scale * part)
        QTest.mouseMove(canvas, where.toPoint())
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint())
    bench.rest()


def cells(table: QTableView, column: int) -> list[str]:
    """What a column of a table says."""
    model = table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def equivariance(bench: Bench) -> dict[str, float]:
    return {key: float(layer.equivariance[0]) for key, layer in shown(bench).frame.errors.layers.items()}


def test_nothing_is_built_or_measured_before_the_workspace_is_looked_at(bench: Bench) -> None:
    assert not bench.window.has_page(Workspace.SHIFT)
    assert bench.controller.shift.shown is None


def test_the_first_layer_with_teeth_is_looked_at_until_one_is_chosen(shift: Bench, page: ShiftPage) -> None:
    saw_tooth = page.strip.saw_tooth
    assert page.layers.chosen_key == "s2"
    assert saw_tooth.names.texts[0] == "s2"
    assert saw_tooth.teeth == [float(place) for place in range(-16, 17, 2)]
    shift.controller.dispatch(network.set_layer("c1"))
    shift.rest()
    assert (page.layers.chosen_key, saw_tooth.teeth) == ("c1", [])


def test_a_drag_is_measured_and_is_one_step_of_undo(shift: Bench, page: ShiftPage) -> None:
    assert shown(shift).request.passed.transform == Translation()
    past = len(shift.controller.history.past)
    drag(shift, page, 2, 5)
    settings = shift.controller.state.shift
    assert (settings.dy, settings.dx) == (2, 5)
    assert shown(shift).request.passed.transform == Translation(2, 5)
    assert len(shift.controller.history.past) == past + 1
    assert "right 5 px, down 2 px" in page.case.line.full
    QTest.mouseDClick(page.case.input, Qt.MouseButton.LeftButton)
    shift.rest()
    assert shift.controller.state.shift == ShiftSettings()
    shift.controller.undo()
    shift.controller.undo()
    shift.rest()
    assert len(shift.controller.history.past) == past
    assert shown(shift).request.passed.transform == Translation()


def test_what_is_shown_is_what_the_engine_measures(shift: Bench, page: ShiftPage) -> None:
    shift.controller.dispatch(move_to(1, -3))
    shift.rest()
    shifting = shown(shift).prepared.shifting
    errors = shifting.errors([Translation(1, -3)])
    keys = {step.key: step.after for step in shifting.network.facts.steps}
    measured = [number(float(errors.layers[keys[name]].equivariance[0])) for name in cells(page.layers, 0)]
    assert cells(page.layers, 2) == measured
    shares = errors.padding_shares(shifting.round.errors([Translation(1, -3)]))
    assert cells(page.layers, 6) == [number(float(shares[keys[name]][0])) for name in cells(page.layers, 0)]
    assert NOTHING not in cells(page.layers, 6)[:4]


def test_round_maps_move_along_exactly(shift: Bench) -> None:
    """The law: circular padding and circular shift by a multiple of a layer's jump leave no error at all."""
    shift.controller.dispatch(operate(Repad(Border.WRAP)))
    do(shift, incoming=Incoming.CIRCULAR, dx=4.0)
    assert (equivariance(shift)["tanh1"], equivariance(shift)["s2"]) == (0, 0)
    do(shift, dx=3.0)
    assert equivariance(shift)["tanh1"] == 0
    assert equivariance(shift)["s2"] > 0


def test_the_hand_goes_first(shift: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that can wait is submitted before the frame is there, and one thing at a time then."""
    submit, asked = shift.controller.submit, list[str]()

    def note(operation: Operation) -> int:
        if operation.kind in BEHIND | {"frame"}:
            asked.append(operation.kind)
        return submit(operation)

    monkeypatch.setattr(shift.controller, "submit", note)
    for amount in (1, 2, 3):
        shift.controller.dispatch(move_to(0, amount))
    assert asked == ["frame"] * 3
    shift.rest()
    assert asked[3:] == ["split"]  # the curve does not hang on where the picture is
    do(shift, strip=Strip.DECISIONS)
    assert set(asked[4:]) == {"decisions"}


def test_what_stays_is_not_drawn_again_while_the_picture_moves(
    shift: Bench, page: ShiftPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = list[object]()
    monkeypatch.setattr(page.strip.saw_tooth, "show_curves", lambda *curves: drawn.append(curves))
    for amount in (1, 2, 3):
        shift.controller.dispatch(move_to(0, amount))
        shift.rest()
    assert drawn == []


def test_a_cell_of_the_decision_map_opens_its_case(shift: Bench, page: ShiftPage) -> None:
    do(shift, strip=Strip.DECISIONS)
    decisions = page.strip.decisions
    decisions.shift_chosen.emit(-7.0, 9.0)
    shift.rest()
    assert shown(shift).request.passed.transform == Translation(-7, 9)
    top = int(shown(shift).frame.errors.output.top[0])
    known = shift.controller.shift.decisions
    assert known is not None
    assert known.complete
    assert known.classes[-7 + 16, 9 + 16] == top


def test_surgery_is_seen_compared_and_taken_back(shift: Bench, page: ShiftPage) -> None:
    before = equivariance(shift)
    do(shift, dx=1.0)
    plain = equivariance(shift)
    assert plain != before
    shift.controller.dispatch(operate(Repool(Pooling.BLUR3)))
    shift.rest()
    assert equivariance(shift) != plain
    assert "altered" in page.case.altered.full
    titles = ["LeNet-5, modern form, altered", "LeNet-5, modern form, as trained"]
    assert cells(page.compare.table, 0) == titles
    QTest.mouseClick(page.case.networks.button(BESIDE), Qt.MouseButton.LeftButton)
    shift.rest()
    assert [column.title.full for column in page.case.sides.columns if column.isVisible()] == titles
    shift.controller.undo()
    trained = shift.controller.network.opened
    assert trained is not None
    assert shown(shift).request.passed.scene.opened is not trained
    shift.controller.undo()
    shift.rest()
    assert equivariance(shift) == pytest.approx(plain, nan_ok=True)
    assert page.case.altered.full == ""
    assert cells(page.compare.table, 0) == []


@pytest.mark.parametrize(("model", "refused"), [(SIMPLE, Densify()), (LENET, Repad(Border.WRAP, (), True))])
def test_surgery_that_does_not_fit_says_why_and_is_not_kept(
    shift: Bench, page: ShiftPage, model: ModelChoice, refused: Surgery
) -> None:
    shift.controller.dispatch(network.set_model(model))
    shift.rest()
    past, before = len(shift.controller.history.past), equivariance(shift)
    shift.controller.dispatch(operate(Repool(Pooling.BLUR3)))
    shift.rest()
    altered = equivariance(shift)
    shift.controller.dispatch(operate(refused))
    shift.rest()
    assert "mean of each map" in shift.message
    assert "mean of each map" in page.surgery.problem.text()
    assert shift.controller.state.shift.surgeries == (Repool(Pooling.BLUR3),)
    assert not page.surgery.dense.isChecked()
    assert page.case.altered.full == "altered by 1 surgery"
    assert equivariance(shift) == pytest.approx(altered, nan_ok=True)
    shift.controller.undo()
    shift.rest()
    assert (len(shift.controller.history.past), page.surgery.problem.text()) == (past, "")
    assert equivariance(shift) == pytest.approx(before, nan_ok=True)


def test_surgery_is_refused_also_where_the_hand_has_gone_on(shift: Bench, page: ShiftPage) -> None:
    shift.controller.dispatch(network.set_model(MLP))
    shift.rest()
    shift.controller.dispatch(operate(Repool(Pooling.BLUR3)))
    shift.controller.dispatch(move_to(0, 2))
    shift.rest()
    assert "pooling" in page.surgery.problem.text()
    assert shift.controller.state.shift == ShiftSettings(dx=2)
    assert shown(shift).request.passed.transform == Translation(0, 2)
    assert cells(page.layers, 0)[-1] == "linear1"
    assert shown(shift).request.passed.scene.opened is shift.controller.network.opened


def test_three_networks_stand_side_by_side_on_the_same_picture(shift: Bench, page: ShiftPage) -> None:
    shift.controller.dispatch(network.set_layer("s2"))
    for other in (MLP, LOCAL):
        shift.controller.dispatch(compare_with(other, other.name))
        shift.rest()
    drag(shift, page, 0, 2)
    titles = cells(page.compare.table, 0)
    assert titles == ["LeNet-5, modern form", "One linear layer", "Simple CNN without weight sharing"]
    assert all(NOTHING not in cells(page.compare.table, column) for column in (1, 2, 4, 5))
    assert [cell == NOTHING for cell in cells(page.compare.table, 3)] == [False, True, False]  # a linear layer has no places
    columns = [column for column in page.case.sides.columns if column.isVisible()]
    assert [column.title.full for column in columns] == titles
    assert [column.layer.full.partition(" ")[0] for column in columns] == ["s2", "linear1", "pool_1"]
    assert all(column.after.picture is not None for column in columns)
    assert [column.words.full for column in columns] == ["f(Tx) − T′f(x)", "f(Tx) − f(x)", "f(Tx) − T′f(x)"]
    seen = shown(shift).case
    assert seen is not None
    assert columns[0].after.picture is seen.after.rgb
    curves = page.strip.saw_tooth.plot.curves
    assert page.strip.saw_tooth.measure.currentText() == Measure.INVARIANCE  # which is defined of all
    assert len(curves) == 3
    for title in titles[::-1]:
        if title != titles[0]:
            QTest.mouseClick(page.compare.list.findChildren(IconButton)[-1], Qt.MouseButton.LeftButton)
            shift.rest()
    assert cells(page.compare.table, 0) == []
    assert page.case.after.isVisible()
    assert page.strip.saw_tooth.measure.currentText() == Measure.EQUIVARIANCE


def test_another_checkpoint_is_compared(shift: Bench, page: ShiftPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = shift.controller.network.opened
    assert trained is not None
    tensors = {name: tensor * 0.5 for name, tensor in trained.network.trained.network.state_dict().items()}
    torch.save(tensors, tmp_path / "half.pt")
    monkeypatch.setattr(dialogs, "ask_open", lambda *_: str(tmp_path / "half.pt"))
    page.compare.open.click()
    shift.rest()
    assert shift.message == ""
    assert len(cells(page.compare.table, 0)) == 2
    assert "half.pt" in cells(page.compare.table, 0)[1]
    (tmp_path / "none.pt").write_bytes(b"no weights")
    monkeypatch.setattr(dialogs, "ask_open", lambda *_: str(tmp_path / "none.pt"))
    page.compare.open.click()
    shift.rest()
    assert "none.pt" in shift.message
    assert [choice.name for choice in shift.controller.state.shift.others] == [str(tmp_path / "half.pt")]


def test_of_a_network_without_a_grid_invariance_is_drawn(shift: Bench, page: ShiftPage) -> None:
    shift.controller.dispatch(network.set_model(MLP))
    do(shift, dx=2.0)
    tooth = page.strip.saw_tooth
    assert tooth.measure.currentText() == Measure.INVARIANCE
    assert tooth.plot.curves
    do(shift, strip=Strip.ORBITS)
    assert "error of linear1, invariance 0" in page.strip.orbits.reading.full
    do(shift, strip=Strip.SAWTOOTH)
    tooth.measure.setCurrentText(Measure.OUTPUT)
    tooth.measure.textActivated.emit(Measure.OUTPUT)
    do(shift, dx=3.0)
    assert tooth.measure.currentText() == Measure.OUTPUT  # the hand has chosen


def nothing_is_shown(page: ShiftPage) -> bool:
    maps = (page.case.input, page.case.expected, page.case.after, page.case.difference)
    return not (any(canvas.shape for canvas in maps) or page.layers.lines or page.output.bars.guesses)


def test_a_window_that_slides_too_far_is_refused(shift: Bench, page: ShiftPage) -> None:
    shift.controller.dispatch(updates.set_source(Source(SourceKind.SAMPLE, "scene"), "Open"))
    do(shift, incoming=Incoming.CROP, dx=5.0)
    assert shift.message == ""
    assert "middle of the picture at 60 × 60" in page.case.labels[0].full
    do(shift, dx=40.0)
    assert "beyond the picture" in shift.message
    assert nothing_is_shown(page)
    assert shift.controller.shift.shown is None
    do(shift, dx=6.0)
    assert not nothing_is_shown(page)
    assert shown(shift).request.passed.transform == Translation(0, 6)
    drag(shift, page, 0, 60)
    assert shift.controller.state.shift.dx == 16  # the hand goes no farther than the window slides


def test_a_picture_that_cannot_be_judged_leaves_nothing_of_the_one_before(shift: Bench, page: ShiftPage, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "nan.tif", np.full((30, 30), np.nan, np.float32))
    shift.open(tmp_path / "nan.tif")
    assert "finite" in shift.message
    assert nothing_is_shown(page)
    assert page.strip.saw_tooth.plot.curves == {}
    shift.controller.dispatch(updates.set_source(Source(SourceKind.SAMPLE, "scene"), "Open"))
    shift.rest()
    assert not nothing_is_shown(page)


def test_a_picture_too_small_for_the_window_is_refused(shift: Bench, page: ShiftPage, tmp_path: Path) -> None:
    Image.fromarray(np.zeros((1, 1), np.uint8)).save(tmp_path / "small.png")
    do(shift, incoming=Incoming.CROP)
    shift.open(tmp_path / "small.png")
    assert "60 × 60" in shift.message
    assert nothing_is_shown(page)
    crop = page.transform.incoming.model().index(page.transform.incoming.findText(Incoming.CROP), 0)
    assert not crop.flags() & Qt.ItemFlag.ItemIsEnabled
    shift.controller.dispatch(updates.set_source(Source(SourceKind.SAMPLE, "scene"), "Open"))
    shift.rest()
    assert crop.flags() & Qt.ItemFlag.ItemIsEnabled


def test_views_of_another_picture_than_the_one_above_say_so(shift: Bench, page: ShiftPage) -> None:
    do(shift, dx=3.0)
    assert page.case.reading.full == ""
    do(shift, dy=2.0)
    assert page.case.reading.full == "Below: dy = 0"
    do(shift, angle=90.0, strip=Strip.DECISIONS)
    assert page.case.reading.full == "Below: the picture neither turned, scaled nor mirrored"
    do(shift, strip=Strip.ORBITS)
    assert page.case.reading.full == "Below: the picture turned or scaled alone"
    do(shift, strip=Strip.POSITIONS)
    assert page.case.reading.full == ""


def test_a_network_without_max_pooling_is_said_to_have_none(shift: Bench, page: ShiftPage) -> None:
    do(shift, strip=Strip.POOLING)
    assert "No max pooling" in page.strip.pooling.words.full
    shift.controller.dispatch(network.set_model(SIMPLE))
    shift.rest()
    assert "winners new" in page.strip.pooling.words.full


def test_consistency_is_measured_broken_off_and_gone_on_with(
    shift: Bench, page: ShiftPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    for place in range(40):
        Image.fromarray(rng.integers(0, 256, (28, 28), np.uint8)).save(tmp_path / f"{place}.png")
    monkeypatch.setattr(places, "downloads", lambda: tmp_path / "cache")
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(tmp_path))
    starts, controller = list[int](), shift.controller

    def note(kind: str, done: int, _: object) -> None:
        if kind == "consistency":
            starts.append(done)
            if len(starts) == 1:
                controller.cancel()

    monkeypatch.setattr(Passes, "at_once", 30)  # ten pictures in three versions
    controller.progressed.connect(note)
    page.surgery.consistency.click()
    shift.rest()
    assert "Broken off after" in page.surgery.study.text()
    assert list((tmp_path / "cache" / "consistency").iterdir())
    assert not page.surgery.save.isEnabled()
    assert starts[-1] < 40
    page.surgery.consistency.click()
    shift.rest()
    assert "over 40 pictures, shifted by up to 3 px" in page.surgery.study.text()
    assert starts == sorted(starts)  # it has not begun again
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(tmp_path / "saved"))
    page.surgery.save.click()
    shift.rest()
    assert {"shift.csv", "layers.csv", "shift.json", "sawtooth.png"} <= {path.name for path in (tmp_path / "saved").iterdir()}
    assert not list((tmp_path / "cache" / "consistency").iterdir())


def test_the_picture_wanders_and_stops(shift: Bench, page: ShiftPage) -> None:
    past = len(shift.controller.history.past)
    page.transform.play.click()
    shift.qtbot.waitUntil(lambda: shift.controller.state.shift.dx >= 3, timeout=20_000)
    page.transform.play.click()
    shift.rest()
    assert len(shift.controller.history.past) == past + 1
    assert page.transform.play.text() == "Play"


@pytest.mark.parametrize("strip", Strip)
def test_every_view_below_is_filled(shift: Bench, strip: Strip) -> None:
    shift.controller.dispatch(network.set_layer("s2"))
    do(shift, strip=strip, dx=1.0)
    assert shift.message == ""
    found = shown(shift)
    assert (found.positions is not None) is (strip is Strip.POSITIONS)


def test_saving_and_copying(shift: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(id: str, name: str) -> Path:
        monkeypatch.setattr(dialogs, "ask_save", lambda *_: str(tmp_path / name))
        shift.controller.commands.run(id)
        shift.rest()
        return tmp_path / name

    do(shift, dx=2.0)
    with np.load(save("save-values", "maps.npz")) as maps:
        assert set(maps) == {"input", "before", "after", "expected"}
        assert np.array_equal(maps["after"], shown(shift).frame.cases[shown(shift).request.key].after)
    save("export-shown", "maps.png")
    rows = list(csv.DictReader(save("export-errors", "errors.csv").read_text().splitlines()))
    assert {float(row["dx"]) for row in rows} == set(range(-16, 17))
    assert shift.message == "Saved errors.csv."


def test_the_script_measures_what_is_shown(shift: Bench, page: ShiftPage) -> None:
    shift.controller.dispatch(updates.set_source(Source(SourceKind.SAMPLE, "text"), "Open"))
    do(shift, dx=2.0, dy=-1.0, surgeries=(Repool(Pooling.AVERAGE, ("s2",)),), flip=True)
    shift.controller.commands.run("copy-python")
    space: dict[str, object] = {}
    exec(QGuiApplication.clipboard().text(), space)
    found = space["errors"]
    for key, layer in shown(shift).frame.errors.layers.items():
        assert found.layers[key].invariance == pytest.approx(layer.invariance)
