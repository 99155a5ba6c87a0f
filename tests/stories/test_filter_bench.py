"""A session at the filter bench, as a user has it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest

from inspector.core import updates
from inspector.core.images import read_picture
from inspector.core.resources import samples
from inspector.core.state import Layout, Source, SourceKind
from inspector.views import dialogs
from kernels import Border, Padding, correlate, preset

from .conftest import Bench

Make = Callable[..., Path]


def drop(bench: Bench, mime: QMimeData) -> None:
    event = QDropEvent(
        QPointF(100, 100), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    bench.window.dropEvent(event)
    bench.rest()


def mime_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_the_first_frame_shows_a_sample_already_filtered(bench: Bench) -> None:
    picture = read_picture(samples()[0].path)
    assert np.allclose(bench.values, correlate(picture.values, preset("sobel-x")), atol=1e-3)
    device, work, _, _ = bench.window.status.texts
    assert "CPU" in device
    assert "3×3" in work


def test_a_dropped_picture_is_filtered_with_the_present_kernel(bench: Bench, picture_file: Make) -> None:
    path = picture_file()
    drop(bench, mime_of(path))
    assert np.allclose(bench.values, correlate(read_picture(path).values, preset("sobel-x")), atol=1e-3)
    assert bench.message == ""


def test_a_folder_is_stepped_through(bench: Bench, picture_file: Make, tmp_path: Path) -> None:
    for number in range(3):
        picture_file(f"p{number}.png", seed=number)
    bench.open(tmp_path)
    assert bench.controller.state.source.name.endswith("p0.png")
    bench.controller.commands.run("next")
    bench.rest()
    bench.controller.commands.run("next")
    bench.rest()
    assert bench.controller.state.source.name.endswith("p2.png")
    assert bench.controller.shelf.position(bench.controller.state.source) == (3, 3)
    bench.controller.commands.run("undo")
    bench.rest()
    assert bench.controller.state.source.name.endswith("p1.png")


def test_editing_the_kernel_changes_the_result_and_undo_brings_it_back(bench: Bench) -> None:
    before = bench.values
    bench.window.kernel.turns["negate"].click()
    bench.rest()
    assert np.array_equal(bench.values, -before)
    bench.controller.commands.run("undo")
    bench.rest()
    assert np.array_equal(bench.values, before)
    bench.controller.commands.run("redo")
    bench.rest()
    assert np.array_equal(bench.values, -before)


@pytest.mark.parametrize(
    "fields",
    [
        {"border": Border.WRAP}, {"stride": 3}, {"dilation": 2}, {"padding": Padding.FULL}, {"padding": 5},
        {"convolve": True}, {"channels": "luminance"}, {"border": Border.CONSTANT, "cval": 90.0},
    ],
)  # fmt: skip
def test_every_option_reaches_the_result_and_the_pixel_inspector_agrees(bench: Bench, fields: dict[str, object]) -> None:
    bench.controller.dispatch(updates.set_filter("Option", **fields))
    bench.controller.dispatch(updates.set_pixel((1, 1)))
    bench.rest()
    text = bench.window.pixel.plain
    assert "row 1, column 1" in text
    assert "agrees" in text


def test_the_arrow_keys_move_the_pixel(bench: Bench) -> None:
    bench.controller.dispatch(updates.set_pixel((10, 10)))
    bench.window.picture.setFocus()
    target = QGuiApplication.focusObject() or bench.window.picture
    QTest.keyClick(target, Qt.Key.Key_Right)  # type: ignore[call-overload]
    QTest.keyClick(target, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)  # type: ignore[call-overload]
    assert bench.controller.state.pixel == (20, 11)


def test_pasted_pictures_and_kernels_are_told_apart(bench: Bench) -> None:
    clipboard = QGuiApplication.clipboard()
    image = QImage(7, 5, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.red)
    clipboard.setImage(image)
    bench.controller.commands.run("paste")
    bench.rest()
    assert bench.values.shape == (5, 7, 3)
    clipboard.setText("1 2\n3 4")
    bench.controller.commands.run("paste")
    assert bench.controller.state.filter.kernel.weights.tolist() == [[1, 2], [3, 4]]
    clipboard.setText("good morning")
    bench.controller.commands.run("paste")
    assert "neither" in bench.message
    bench.controller.commands.run("undo")
    bench.controller.commands.run("undo")
    bench.rest()
    assert bench.controller.state.source.kind is SourceKind.SAMPLE


def test_saving_what_is_shown_and_the_exact_values(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    targets = {"save-values": tmp_path / "v.npy", "export-shown": tmp_path / "s.png", "save-kernel": tmp_path / "k.txt"}
    for id, path in targets.items():
        monkeypatch.setattr(dialogs, "ask_save", lambda *_, path=path: str(path))
        bench.controller.commands.run(id)
        bench.rest()
        assert path.name in bench.message
    assert np.array_equal(np.load(targets["save-values"]), bench.values)
    assert np.array_equal(read_picture(targets["export-shown"]).values, bench.controller.result.filtered.rgb)  # type: ignore[union-attr]
    bench.controller.dispatch(updates.set_kernel(preset("box3")))
    bench.open(targets["save-kernel"])
    assert np.array_equal(bench.controller.state.filter.kernel.weights, preset("sobel-x").weights)


def test_copies_are_on_the_clipboard(bench: Bench) -> None:
    clipboard = QGuiApplication.clipboard()
    bench.controller.commands.run("copy-command")
    assert clipboard.text().startswith("cnn-inspector filter sample:scene -k sobel-x")
    bench.controller.commands.run("copy-python")
    assert "kernels.correlate" in clipboard.text()
    bench.controller.commands.run("copy-shown")
    assert clipboard.image().width() == bench.values.shape[1]


def test_the_view_follows_its_commands(bench: Bench) -> None:
    bench.controller.commands.run("layout-side")
    assert bench.controller.state.layout is Layout.SIDE
    bench.controller.commands.run("flip")
    bench.controller.commands.run("flip")
    assert bench.controller.state.layout is Layout.INPUT
    bench.controller.commands.run("panel-source")
    assert not bench.window.source.isVisible()
    bench.controller.commands.run("panel-source")
    assert bench.window.source.isVisible()


def test_a_kernel_that_does_not_fit_is_explained_and_nothing_is_lost(bench: Bench, picture_file: Make) -> None:
    bench.open(picture_file(shape=(4, 4, 3)))
    bench.controller.dispatch(updates.set_filter("Padding", padding=Padding.VALID))
    bench.controller.dispatch(updates.set_kernel(preset("gaussian5")))
    bench.rest()
    assert "5" in bench.message
    bench.controller.commands.run("undo")
    bench.rest()
    assert bench.message == ""
    assert bench.values.shape == (2, 2, 3)


def test_drop_of_everything_at_once(bench: Bench, picture_file: Make, tmp_path: Path) -> None:
    paths = [picture_file(f"{n}.png", seed=n) for n in range(4)]
    drop(bench, mime_of(*paths))
    assert bench.controller.shelf.position(bench.controller.state.source) == (1, 4)
    assert bench.controller.state.source == Source(SourceKind.FILE, str(paths[0]))
