"""A session in the Shift workspace, as a user has it: the shipped LeNet-5, a drawn digit that is dragged, surgery, comparison."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView

from inspector.controller.shift_jobs import FrameShown
from inspector.core import updates
from inspector.core.drawing import Stroke
from inspector.core.network import updates as network
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import ShiftSettings, Strip
from inspector.core.shift.shown import NOTHING, number
from inspector.core.shift.surgery import Pooling, Repad, Repool
from inspector.core.shift.transforms import Translation
from inspector.core.shift.updates import move_to, operate, set_shift
from inspector.core.state import Source, SourceKind, Workspace
from inspector.views import dialogs
from inspector.views.shift.page import ShiftPage
from inspector.work.runner import Operation
from kernels import Border

from .conftest import Bench

LENET, MLP = ModelChoice(ModelKind.SHIPPED, "lenet5"), ModelChoice(ModelKind.SHIPPED, "mlp1")
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
    assert cells(page.compare.table, 0) == ["LeNet-5, modern form, altered", "LeNet-5, modern form, as trained"]
    trained = shift.controller.network.opened
    assert trained is not None
    assert shown(shift).request.passed.scene.opened is not trained
    shift.controller.undo()
    shift.rest()
    assert equivariance(shift) == pytest.approx(plain, nan_ok=True)
    assert page.case.altered.full == ""
    assert cells(page.compare.table, 0) == []


def test_surgery_that_does_not_fit_says_why_and_is_undone(shift: Bench, page: ShiftPage) -> None:
    shift.controller.dispatch(network.set_model(MLP))
    shift.rest()
    shift.controller.dispatch(operate(Repool(Pooling.BLUR3)))
    shift.rest()
    assert "pooling" in shift.message
    assert page.surgery.problem.text()
    shift.controller.undo()
    do(shift, dx=2.0)
    assert shown(shift).request.passed.transform == Translation(0, 2)


def test_a_second_network_is_judged_on_the_same_picture(shift: Bench, page: ShiftPage) -> None:
    do(shift, second=MLP, dx=2.0)
    shift.rest()
    first, second = cells(page.compare.table, 0)
    assert (first, "altered" in second) == ("LeNet-5, modern form", False)
    assert first != second
    assert all(NOTHING not in cells(page.compare.table, column) for column in (1, 2, 3))
    do(shift, second=None)
    assert cells(page.compare.table, 0) == []


def test_a_window_that_slides_too_far_is_refused(shift: Bench) -> None:
    shift.controller.dispatch(updates.set_source(Source(SourceKind.SAMPLE, "scene"), "Open"))
    do(shift, incoming=Incoming.CROP, dx=5.0)
    assert shift.message == ""
    do(shift, dx=40.0)
    assert "beyond the picture" in shift.message
    do(shift, dx=6.0)
    assert shown(shift).request.passed.transform == Translation(0, 6)


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
