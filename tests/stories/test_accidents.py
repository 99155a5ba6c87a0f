"""What goes wrong around the program does not go wrong inside it (the faults of files, devices and users)."""

import errno
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from inspector import app
from inspector.core import updates
from inspector.core.session import SessionFile
from inspector.core.settings import Settings
from inspector.core.state import AppState, Source, SourceKind, Theme
from inspector.views import dialogs
from inspector.views.transfer import Incoming
from inspector.work.runner import Operation
from kernels import hardware, preset

from .conftest import Bench

Make = Callable[..., Path]


def test_a_file_that_is_no_picture_leaves_everything_as_it_was(bench: Bench, tmp_path: Path) -> None:
    before, source = bench.values, bench.controller.state.source
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + b"nonsense" * 5)
    bench.open(bad)
    assert "bad.png" in bench.message
    assert bench.controller.state.source == source
    assert bench.values is before
    assert not bench.controller.history.past


@pytest.mark.parametrize("name", ["empty.png", "missing.png", "folder"])
def test_what_cannot_be_opened_is_named(bench: Bench, tmp_path: Path, name: str) -> None:
    if name == "empty.png":
        (tmp_path / name).touch()
    if name == "folder":
        (tmp_path / name).mkdir()
    bench.open(tmp_path / name)
    assert name in bench.message


def test_a_text_that_is_no_kernel_is_named_with_the_bad_cell(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "kernel.txt").write_text("1 2 3\n4 five 6")
    before = bench.controller.state
    bench.open(tmp_path / "kernel.txt")
    assert "kernel.txt" in bench.message
    assert "row 2, column 2" in bench.message
    assert bench.controller.state == before


def test_a_picture_deleted_since_it_was_opened_can_still_be_returned_to_or_says_so(bench: Bench, picture_file: Make) -> None:
    path = picture_file()
    bench.open(path)
    bench.controller.dispatch(updates.set_source(app.first_state(Theme.LIGHT).source))
    bench.rest()
    path.unlink()
    bench.controller.shelf.loaded.clear()
    bench.controller.commands.run("undo")
    bench.rest()
    assert path.name in bench.message
    assert bench.controller.state.source == app.first_state(Theme.LIGHT).source


def test_slider_abuse_ends_with_the_last_value_and_does_not_grow(bench: Bench) -> None:
    for value in range(400):
        bench.controller.dispatch(updates.set_weight(1, 1, value / 10, merges="drag"))
    bench.rest()
    assert bench.controller.result is not None
    assert bench.controller.result.request.settings.kernel.weights[1, 1] == np.float32(39.9)
    assert len(bench.controller.history.past) == 1


def test_results_are_shown_during_abuse_and_never_go_back(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    show = bench.controller._show_result
    monkeypatch.setattr(
        bench.controller, "_show_result", lambda s: (seen.append(float(s.request.settings.kernel.weights[1, 1])), show(s))
    )
    values = iter(range(1, 200))

    def turn() -> None:
        value = next(values, None)
        if value is not None:
            bench.controller.dispatch(updates.set_weight(1, 1, value, merges="drag"))

    timer = QTimer(interval=2)
    timer.timeout.connect(turn)
    timer.start()
    bench.qtbot.waitUntil(lambda: bool(seen) and seen[-1] == 199, timeout=20_000)
    timer.stop()
    assert seen == sorted(seen)
    assert len(seen) > 5


def test_closing_stops_the_work(bench: Bench) -> None:
    ended = threading.Event()

    def forever(cancelled: Callable[[], bool]) -> None:
        while not cancelled():
            pass
        ended.set()

    bench.controller.submit(Operation("filter", "Working forever", forever))
    bench.qtbot.waitUntil(lambda: bool(bench.controller.runner.running()), timeout=5000)
    bench.window.close()
    assert not bench.window.isVisible()
    assert ended.is_set()


def test_closing_waits_for_what_is_being_saved(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "values.npy"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: str(target))
    bench.controller.commands.run("save-values")
    bench.window.close()
    assert np.load(target).shape == bench.values.shape


def test_cancel_stops_what_runs_and_the_status_line_names_it(bench: Bench) -> None:
    def forever(cancelled: Callable[[], bool]) -> None:
        while not cancelled():
            pass
        raise RuntimeError("cancelled")

    bench.controller.submit(Operation("filter", "Working forever", forever))
    bench.qtbot.waitUntil(lambda: "Working forever" in bench.window.status.running_text, timeout=5000)
    bench.window.status.cancelled.emit()
    bench.rest()
    assert bench.message == ""


def test_a_failure_inside_a_worker_is_shown_and_the_program_goes_on(bench: Bench) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    bench.controller.submit(Operation("filter", "Filtering", broken))
    bench.rest()
    assert "ZeroDivisionError" in bench.message
    bench.controller.dispatch(updates.set_kernel(preset("box3")))
    bench.rest()
    assert bench.controller.result.request.settings.kernel.id == "box3"  # type: ignore[union-attr]


@pytest.mark.qt_no_exception_capture
def test_an_exception_in_a_slot_reaches_the_message_bar(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", None)
    with app.accidents_reported(bench.window):
        QTimer.singleShot(0, lambda: 1 // 0)
        bench.qtbot.waitUntil(lambda: "ZeroDivisionError" in bench.message, timeout=5000)


def test_a_lost_gpu_is_told_and_the_cpu_goes_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> object:
        raise RuntimeError("no NVIDIA driver was found")

    monkeypatch.setattr(hardware, "gpu", hardware.Lazy(none))  # type: ignore[arg-type]
    bench.controller.dispatch(updates.set_filter("Device", device="gpu"))
    bench.rest()
    assert "no NVIDIA driver was found" in bench.message
    bench.controller.commands.run("undo")
    bench.rest()
    assert bench.controller.state.filter.device == "auto"


def test_a_disk_that_is_full_keeps_the_old_file(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    target = tmp_path / "values.npy"
    target.write_bytes(b"the old file")
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: str(target))
    monkeypatch.setattr("inspector.core.files.os.fsync", full)
    bench.controller.commands.run("save-values")
    bench.rest()
    assert "values.npy" in bench.message
    assert "disk is full" in bench.message
    assert target.read_bytes() == b"the old file"


def crashed(bench: Bench) -> AppState:
    """The state that the next start finds when this program is gone without a word."""
    session = bench.controller.session
    assert session is not None
    bench.qtbot.waitUntil(session.path.exists, timeout=5000)
    bench.rest()
    session.path.rename(session.path.with_name(f"session-{2**22 + 5}.json"))
    recovered = SessionFile(session.path.parent).recover()
    assert recovered is not None
    return recovered


def test_work_is_recovered_after_a_crash(bench: Bench) -> None:
    bench.controller.dispatch(updates.set_kernel(preset("emboss-se")))
    bench.rest()
    assert crashed(bench).filter == bench.controller.state.filter


def test_the_session_is_kept_while_the_mouse_does_not_rest(bench: Bench) -> None:
    """Every move of the mouse is a change; none may put the writing off."""
    column = iter(range(10_000))
    timer = QTimer(interval=20)
    timer.timeout.connect(lambda: bench.window.picture.pixel_hovered.emit((1, next(column))))
    timer.start()
    bench.controller.dispatch(updates.set_kernel(preset("box3")))
    assert bench.controller.session is not None
    bench.qtbot.waitUntil(bench.controller.session.path.exists, timeout=5000)
    timer.stop()
    bench.rest()


@pytest.mark.parametrize(
    ("kind", "name", "said"), [(SourceKind.MEMORY, "pasted 3", "paste it again"), (SourceKind.FILE, "/gone/cat.png", "cat.png")]
)
def test_a_recovered_state_whose_picture_is_gone_says_so_and_keeps_the_rest(kind: SourceKind, name: str, said: str) -> None:
    state = replace(app.first_state(Theme.LIGHT), source=Source(kind, name))
    state = replace(state, filter=replace(state.filter, kernel=preset("box3")))
    window, controller = app.build(state, Settings(), None)
    try:
        assert said in app.start(controller)
        assert controller.state.source.kind is SourceKind.SAMPLE
        assert controller.state.filter.kernel.id == "box3"
        assert controller.result is not None
    finally:
        controller.leave()
        window.deleteLater()


def test_a_recovered_state_for_a_gpu_that_is_gone_opens_and_says_so(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> object:
        raise RuntimeError("no NVIDIA driver was found")

    monkeypatch.setattr(hardware, "gpu", hardware.Lazy(none))  # type: ignore[arg-type]
    state = app.first_state(Theme.LIGHT)
    window, controller = app.build(replace(state, filter=replace(state.filter, device="gpu")), Settings(), None)
    try:
        assert app.start(controller) == ""
        qtbot.waitUntil(lambda: "no NVIDIA driver was found" in window.message.text, timeout=5000)
    finally:
        controller.leave()
        window.deleteLater()


@pytest.mark.qt_no_exception_capture
def test_an_exception_in_a_paint_event_reaches_the_message_bar(bench: Bench) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with app.accidents_reported(bench.window), pytest.MonkeyPatch.context() as patch:
        patch.setattr("inspector.views.histogram.HistogramView._paint", broken)
        bench.window.histogram.update()
        bench.qtbot.waitUntil(lambda: "ZeroDivisionError" in bench.message, timeout=5000)
    bench.window.histogram.update()
    bench.rest()


def test_a_result_that_overflows_is_counted(bench: Bench) -> None:
    bench.controller.dispatch(updates.set_weight(1, 0, 3e38))
    bench.rest()
    assert "infinite" in bench.window.status.texts[2]


def test_a_damaged_picture_among_several_does_not_hide_the_others(bench: Bench, picture_file: Make, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"nonsense" * 5)
    good = [picture_file(name) for name in ("b.png", "c.png")]
    bench.open(tmp_path)
    assert bench.controller.state.source.name == str(good[0])
    assert bench.controller.shelf.position(bench.controller.state.source) == (1, 2)
    assert "a.png" in bench.message


def test_a_text_that_is_too_long_to_paste_is_refused_at_once(bench: Bench) -> None:
    before = bench.controller.state
    bench.controller.arrivals.take(Incoming(text="1 " * 150_000))
    assert "too long" in bench.message
    assert bench.controller.state == before


def test_the_status_line_keeps_its_height_and_offers_cancel_only_where_it_helps(bench: Bench) -> None:
    status = bench.window.status
    height = status.sizeHint().height()
    for title, cancellable in (("Filtering …", True), ("Compiling …", False), ("", True)):
        status.show_running(title, cancellable=cancellable)
        assert status.sizeHint().height() == height
        assert status.findChild(QPushButton).isVisible() is (bool(title) and cancellable)
