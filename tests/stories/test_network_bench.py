"""A session in the Network workspace, as a user has it: the shipped LeNet-5, drawn digits, changes, the filter bench."""

import csv
import shlex
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStackedWidget

from inspector import __main__ as program
from inspector import nets
from inspector.controller.network_jobs import Inspected
from inspector.controller.network_screen import REFUSED
from inspector.core import updates
from inspector.core.display import Display
from inspector.core.drawing import Stroke, drawing_picture
from inspector.core.history import History
from inspector.core.network import updates as network
from inspector.core.network.settings import Alteration, Change, Feed, Fit, ModelChoice, ModelKind, Stage
from inspector.core.state import Source, SourceKind, Workspace
from inspector.nets.loading import downloads
from inspector.nets.loading.fetching import DownloadError
from inspector.views import dialogs
from inspector.views.network.maps_pane import EMPTY
from inspector.views.network.page import NetworkPage
from inspector.views.network.weights_sheet import WeightsSheet
from inspector.work.runner import Operation
from kernels import Cancelled

from .conftest import Bench

LENET = ModelChoice(ModelKind.SHIPPED, "lenet5")
ONE = (Stroke(((50.0, 140.0), (230.0, 140.0))),)


def inspected(bench: Bench) -> Inspected:
    found = bench.controller.network.inspected
    assert found is not None
    return found


def best(bench: Bench) -> str:
    found = inspected(bench)
    return found.request.opened.facts.class_names[int(found.inspection.probabilities.argmax())]


def draw(bench: Bench, *points: tuple[float, float]) -> None:
    """Pull the pen over the canvas, through points given as shares of its sides (x, y)."""
    canvas = bench.window.source.pad.canvas
    places = [QPoint(round(x * canvas.width()), round(y * canvas.height())) for x, y in points]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[0])
    for place in places[1:]:
        QTest.mouseMove(canvas, place)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[-1])
    bench.qtbot.wait(1)  # what the canvas tells comes once per turn of the event loop
    bench.rest()


@pytest.fixture
def lenet(bench: Bench) -> Bench:
    """The workspace with LeNet-5 and a drawn "1"."""
    bench.controller.dispatch(network.set_workspace(Workspace.NETWORK))
    bench.rest()
    bench.controller.dispatch(network.set_model(LENET))
    bench.rest()
    bench.controller.dispatch(updates.set_source(Source(SourceKind.DRAWING, "drawing", strokes=ONE), "Draw"))
    bench.rest()
    return bench


@pytest.fixture
def page(lenet: Bench) -> NetworkPage:
    return lenet.window.network


def test_nothing_is_opened_before_the_workspace_is_looked_at(bench: Bench) -> None:
    assert bench.controller.network.opened is None
    bench.window.actions_.by_id["workspace-network"].trigger()
    bench.rest()
    assert bench.controller.network.opened is not None
    assert bench.message == ""


def test_a_drawn_digit_is_recognized_while_it_is_drawn(lenet: Bench) -> None:
    lenet.controller.dispatch(updates.set_source(Source(SourceKind.DRAWING, "drawing"), "Draw"))
    lenet.rest()
    draw(lenet, (0.5, 0.15), (0.5, 0.5), (0.5, 0.85))
    assert best(lenet) == "1"
    assert inspected(lenet).inspection.fit is Fit.DIGIT
    lenet.controller.undo()
    lenet.rest()
    assert lenet.window.source.pad.canvas.strokes == ()


def test_every_map_is_that_of_a_plain_forward_pass(lenet: Bench, page: NetworkPage) -> None:
    inspection = inspected(lenet).inspection
    opened = nets.open_network(LENET)
    values = torch.from_numpy(inspection.maps["input"].copy())[None]
    with torch.inference_mode():
        for name, layer in opened.trained.network.named_children():
            values = layer(values)
            assert np.array_equal(values[0].reshape((*values.shape[1:], 1, 1)[:3]).numpy(), inspection.maps[name])


def test_a_layer_a_stage_and_a_map_are_chosen(lenet: Bench, page: NetworkPage) -> None:
    page.layers.setFocus()
    QTest.keyClick(page.layers, Qt.Key.Key_Down)
    QTest.keyClick(page.layers, Qt.Key.Key_Down)
    lenet.rest()
    assert inspected(lenet).shown.view.key == "tanh3"
    lenet.controller.dispatch(network.set_network("Stage", stage=Stage.BEFORE))
    lenet.rest()
    assert inspected(lenet).shown.view.key == "c3"
    QTest.keyClick(page.maps, Qt.Key.Key_Right)
    lenet.rest()
    detail = inspected(lenet).shown.detail
    assert detail.map == 1
    assert detail.value == inspected(lenet).inspection.maps["c3"][1][detail.unit]


def test_silencing_shows_what_changed_and_restoring_takes_it_back(lenet: Bench, page: NetworkPage) -> None:
    before = inspected(lenet).inspection.probabilities
    lenet.qtbot.mouseClick(page.changes.silence, Qt.MouseButton.LeftButton)
    lenet.rest()
    found = inspected(lenet)
    assert not found.inspection.maps["tanh1"][0].any()
    assert found.reference is not None
    assert np.array_equal(found.reference, before)
    assert "altered" in page.maps.accessibleDescription()
    lenet.qtbot.mouseClick(page.classes.restore, Qt.MouseButton.LeftButton)
    lenet.rest()
    assert np.array_equal(inspected(lenet).inspection.probabilities, before)
    assert inspected(lenet).reference is None
    assert "altered" not in page.maps.accessibleDescription()
    assert not page.classes.restore.isVisible()


def test_the_network_looks_at_the_filtered_picture(lenet: Bench) -> None:
    lenet.controller.dispatch(network.set_network("Feed", feed=Feed.RESULT))
    lenet.rest()
    picture = inspected(lenet).request.picture
    assert picture.form == "filter result"
    assert np.array_equal(picture.values, lenet.values)
    lenet.controller.dispatch(updates.set_filter("Bias", scale=0.5))
    lenet.rest()
    assert np.array_equal(inspected(lenet).request.picture.values, lenet.values)


def test_a_learned_filter_goes_onto_the_bench(lenet: Bench, page: NetworkPage) -> None:
    weights = inspected(lenet).request.opened.facts.weights["c1"][0, 0]
    lenet.qtbot.mouseClick(page.filter.open, Qt.MouseButton.LeftButton)
    lenet.rest()
    assert lenet.controller.state.workspace is Workspace.FILTER
    assert np.array_equal(lenet.controller.state.filter.kernel.weights, weights)
    assert (weights < 0).any()
    assert lenet.controller.state.filter.display is Display.SYMMETRIC
    lenet.controller.undo()
    lenet.rest()
    assert lenet.controller.state.workspace is Workspace.NETWORK


def test_without_the_workspace_in_sight_no_network_runs(lenet: Bench) -> None:
    last = inspected(lenet)
    lenet.controller.dispatch(network.set_workspace(Workspace.FILTER))
    lenet.controller.dispatch(updates.set_source(Source(SourceKind.SAMPLE, "digits"), "Sample"))
    lenet.rest()
    assert inspected(lenet) is last


def test_an_impossible_fit_is_said_and_mended(lenet: Bench, page: NetworkPage) -> None:
    lenet.controller.dispatch(network.set_network("Fit", fit=Fit.PAD))
    lenet.rest()
    assert lenet.message.startswith("Pictures of")
    assert "cannot be padded" in lenet.message
    assert page.maps.empty == REFUSED
    bar, fit = lenet.window.message, page.options.fit
    assert bar.mapTo(lenet.window, QPoint()).y() > fit.mapTo(lenet.window, fit.rect().bottomLeft()).y(), "it hides no remedy"
    assert lenet.controller.network.inspected is None
    lenet.controller.undo()
    lenet.rest()
    assert lenet.message == ""
    assert best(lenet) == "1"


def test_a_file_that_is_none_leaves_all_as_it_was(lenet: Bench, tmp_path: Path) -> None:
    path = tmp_path / "broken.safetensors"
    path.write_bytes(b"\xff" * 99)
    last = inspected(lenet)
    lenet.open(path)
    assert "broken.safetensors" in lenet.message
    assert lenet.controller.state.network.model == LENET
    assert inspected(lenet) is last


def test_a_file_that_is_none_leaves_the_filter_bench_in_sight(lenet: Bench, tmp_path: Path) -> None:
    lenet.controller.dispatch(network.set_workspace(Workspace.FILTER))
    path = tmp_path / "broken.safetensors"
    path.write_bytes(b"\xff" * 99)
    lenet.open(path)
    assert "broken.safetensors" in lenet.message
    assert lenet.controller.state.workspace is Workspace.FILTER
    lenet.controller.dispatch(network.set_model(ModelChoice(ModelKind.SHIPPED, "mlp3")))
    lenet.rest()
    assert lenet.controller.state.workspace is Workspace.NETWORK
    lenet.controller.undo()
    lenet.rest()
    assert lenet.controller.state.workspace is Workspace.FILTER


def test_who_cancels_the_first_opening_can_choose_another_network(bench: Bench) -> None:
    bench.controller.dispatch(network.set_workspace(Workspace.NETWORK))
    bench.controller.cancel()
    bench.rest()
    combo = bench.window.network.model.combo
    assert combo.findText("LeNet-5", Qt.MatchFlag.MatchContains) >= 0
    assert bench.window.network.maps.empty == EMPTY


def test_the_first_maps_do_not_wait_for_the_list_of_networks(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds: list[str] = []
    submit = bench.controller.runner.submit

    def noted(operation: Operation) -> int:
        kinds.append(operation.kind)
        return submit(operation)

    monkeypatch.setattr(bench.controller.runner, "submit", noted)
    bench.controller.dispatch(network.set_workspace(Workspace.NETWORK))
    bench.rest()
    asked = [kind for kind in kinds if kind in ("open-network", "inspect", "offers")]
    assert asked == ["open-network", "inspect", "offers"]


def test_a_trained_file_is_dropped_and_undone(lenet: Bench, tmp_path: Path) -> None:
    network_ = nets.open_network(LENET).trained.network
    path = tmp_path / "mine.pt"
    torch.save({"epoch": 3, "state_dict": network_.state_dict()}, path)
    probabilities = inspected(lenet).inspection.probabilities
    lenet.open(path)
    sheet = lenet.window.findChild(dialogs.QWidget, "weightsSheet")
    if sheet is None:
        assert lenet.controller.state.network.model.name == str(path)
        assert np.array_equal(inspected(lenet).inspection.probabilities, probabilities)
    lenet.controller.undo()
    lenet.rest()
    assert lenet.controller.state.network.model == LENET


def test_what_is_copied_computes_what_is_shown(lenet: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lenet.controller.dispatch(updates.set_source(Source(SourceKind.SAMPLE, "digits"), "Sample"))
    lenet.controller.dispatch(network.alter(Alteration("tanh1", Change.SCALE, (2,), 0.5)))
    lenet.rest()
    shown = inspected(lenet).inspection.maps["tanh1"]
    lenet.controller.commands.run("copy-python")
    names: dict[str, object] = {}
    exec(compile(QGuiApplication.clipboard().text(), "copied", "exec"), names)
    assert np.array_equal(names["maps"], shown)  # type: ignore[arg-type]
    lenet.controller.commands.run("copy-command")
    words = shlex.split(QGuiApplication.clipboard().text())
    monkeypatch.chdir(tmp_path)
    assert program.main(words[1:]) == 0
    with np.load(next(tmp_path.glob("maps/*.npz"))) as archive:
        assert np.array_equal(archive["tanh1"], shown)


def test_maps_and_layers_are_saved(lenet: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def save_as(name: str) -> Callable[..., str]:
        return lambda *_: str(tmp_path / name)

    for command, name in (("save-values", "maps.npz"), ("export-shown", "maps.png"), ("export-layers", "layers.csv")):
        monkeypatch.setattr(dialogs, "ask_save", save_as(name))
        lenet.controller.commands.run(command)
        lenet.rest()
    with np.load(tmp_path / "maps.npz") as archive:
        assert np.array_equal(archive["tanh1"], inspected(lenet).inspection.maps["tanh1"])
    rows = list(csv.DictReader((tmp_path / "layers.csv").read_text().splitlines()))
    assert sum(int(row["parameters"]) for row in rows) == 61_706
    assert (tmp_path / "maps.png").stat().st_size > 0


def test_one_map_fills_the_pane_and_goes_again(lenet: Bench, page: NetworkPage) -> None:
    lenet.controller.commands.run("large-map")
    lenet.rest()
    assert lenet.controller.state.network.large
    QTest.keyClick(page.maps, Qt.Key.Key_Escape)
    lenet.rest()
    assert not lenet.controller.state.network.large


def test_a_point_of_the_large_map_is_the_unit_that_is_painted_there(lenet: Bench, page: NetworkPage) -> None:
    lenet.controller.dispatch(network.set_layer("c3"))
    lenet.controller.dispatch(network.set_network("Large", large=True, opacity=1.0))
    lenet.rest()
    shown = inspected(lenet).shown
    found: list[tuple[int, tuple[int, int]]] = []
    page.maps.unit_chosen.connect(lambda index, unit: found.append((index, unit)))
    view, rgb = page.maps.viewport, shown.detail.overlay
    canvas = page.maps.findChild(QStackedWidget).currentWidget()
    for y, x in ((4, 4), (13, 20), (23, 7)):
        place = QPointF(x + 0.5 - view.x, y + 0.5 - view.y) * view.scale + QPointF(canvas.width(), canvas.height()) / 2
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place.toPoint())
        _, unit = found[-1]
        assert np.array_equal(shown.detail.picture[unit], rgb[y, x])
    assert len(found) == 3


def test_choices_faster_than_their_results_do_not_pile_up(lenet: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    lenet.controller.dispatch(network.set_layer("c3"))
    lenet.rest()
    kinds: list[str] = []
    submit = lenet.controller.runner.submit

    def counted(operation: Operation) -> int:
        kinds.append(operation.kind)
        return submit(operation)

    monkeypatch.setattr(lenet.controller.runner, "submit", counted)
    for index in range(1, 9):
        lenet.controller.dispatch(network.set_map(index))
        while not lenet.controller.runner.idle():  # until its result is on its way, and not shown
            pass
    lenet.rest()
    assert kinds.count("look") == 8
    assert inspected(lenet).shown.detail.map == 8


def test_the_opacity_is_changed_by_keys_and_undone_at_once(lenet: Bench, page: NetworkPage) -> None:
    before = lenet.controller.state.network.opacity
    for _ in range(3):
        lenet.controller.commands.run("opacity-down")
    lenet.rest()
    assert page.map.opacity.value() == round(100 * before) - 30
    assert inspected(lenet).shown.view.opacity == pytest.approx(before - 0.3)
    lenet.controller.undo()
    lenet.rest()
    assert page.map.opacity.value() == round(100 * before)


def test_opened_weights_are_among_the_recent_files_and_open_again(lenet: Bench, tmp_path: Path) -> None:
    path = tmp_path / "mine.pt"
    torch.save(nets.open_network(LENET).trained.network.state_dict(), path)
    lenet.controller.network.open_weights(str(path))
    lenet.rest()
    if (sheet := lenet.window.findChild(WeightsSheet)) is not None:
        sheet.accept()
        lenet.rest()
    assert lenet.controller.settings.recent_files == (str(path),)
    lenet.window.gallery.recent_chosen.emit(str(path))
    lenet.rest()
    assert lenet.message == ""
    assert lenet.controller.state.source.kind is SourceKind.DRAWING


def test_a_drawing_is_saved_as_a_picture(lenet: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: str(tmp_path / "one.png"))
    lenet.controller.commands.run("save-source")
    lenet.rest()
    lenet.open(tmp_path / "one.png")
    assert lenet.controller.resolved is not None
    picture = lenet.controller.resolved.picture
    assert picture is not None
    assert np.array_equal(picture.values.reshape(280, 280, -1)[..., 0], drawing_picture(ONE).values)


def test_who_draws_for_a_network_of_colours_is_told_of_others(lenet: Bench) -> None:
    lenet.controller.dispatch(updates.set_source(Source(SourceKind.SAMPLE, "scene"), "Sample"))
    lenet.rest()
    lenet.controller.commands.run("draw")
    assert lenet.message == ""
    lenet.controller.dispatch(network.set_model(ModelChoice(ModelKind.UNTRAINED, "vgg-compact")))
    lenet.rest()
    lenet.controller.commands.run("draw")
    lenet.rest()
    assert "has not learnt digits" in lenet.message


def test_while_a_network_is_opened_the_middle_says_so(bench: Bench) -> None:
    settings = replace(bench.controller.state.network, model=LENET)
    bench.controller.history = History(replace(bench.controller.state, network=settings))
    bench.controller.dispatch(network.set_workspace(Workspace.NETWORK))
    assert bench.window.network.maps.empty == bench.window.network.layers.empty == "Opening lenet5 …"
    bench.rest()
    assert bench.window.network.maps.empty == EMPTY


def test_changes_belong_to_their_network(lenet: Bench) -> None:
    lenet.controller.dispatch(network.alter(Alteration("tanh1", Change.SILENCE, (0,))))
    lenet.rest()
    lenet.controller.dispatch(network.set_model(ModelChoice(ModelKind.SHIPPED, "mlp3")))
    lenet.rest()
    assert lenet.controller.state.network.alterations == ()
    assert lenet.message == ""
    lenet.controller.undo()
    lenet.rest()
    assert lenet.controller.state.network.alterations
    assert not inspected(lenet).inspection.maps["tanh1"][0].any()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
def test_the_drawing_has_its_room_also_beside_a_network_with_notes(lenet: Bench, size: tuple[int, int]) -> None:
    lenet.controller.dispatch(network.set_model(ModelChoice(ModelKind.UNTRAINED, "lenet5")))
    lenet.rest()
    lenet.window.resize(*size)
    lenet.rest()
    pad = lenet.window.source.pad
    assert lenet.window.network.model.notes.text()
    assert pad.canvas.geometry().bottom() < pad.pen.geometry().top()


def test_a_download_tells_how_far_it_is_and_can_be_cancelled(lenet: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(_one: object, *, progress: Callable[[int, int], None], cancel: Callable[[], bool]) -> None:
        progress(120_000_000, 528_000_000)
        while not cancel():
            time.sleep(0.001)
        raise Cancelled

    monkeypatch.setattr(downloads, "download", slow)
    lenet.window.network.model.download_requested.emit("vgg16")
    lenet.qtbot.waitUntil(lambda: "120 of 528 MB" in lenet.window.status.running_text)
    lenet.controller.commands.run("cancel")
    lenet.rest()
    assert lenet.message == ""
    assert lenet.controller.state.network.model == LENET


def test_a_download_that_fails_is_said_and_nothing_is_lost(lenet: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_one: object, **_: object) -> None:
        raise DownloadError("weights.example cannot be reached; try again later.")

    monkeypatch.setattr(downloads, "download", fail)
    last = inspected(lenet)
    lenet.window.network.model.download_requested.emit("vgg16")
    lenet.rest()
    assert "weights.example cannot be reached" in lenet.message
    assert inspected(lenet) is last
