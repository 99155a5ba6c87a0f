"""Where the benchmarks read their clocks."""

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


@pytest.fixture(scope="module")
def clock() -> ModuleType:
    spec = importlib.util.spec_from_file_location("clock", Path(__file__).parent / "benchmarks" / "clock.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Slow(QWidget):
    """Notes when its paint event ends."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[float] = []

    def paintEvent(self, _: object) -> None:
        time.sleep(0.02)
        self.ended.append(time.perf_counter())


def test_the_first_frame_is_timed_after_it_was_painted_and_once(qtbot: QtBot, clock: ModuleType) -> None:
    widget, called = Slow(), []
    qtbot.addWidget(widget)
    clock.AfterPaint(widget, lambda: called.append(time.perf_counter()))
    widget.show()
    qtbot.waitUntil(lambda: bool(called), timeout=5000)
    assert widget.ended[0] <= called[0]
    widget.repaint()
    qtbot.wait(10)
    assert len(called) == 1


def test_a_stall_of_the_main_thread_is_seen_in_full(qtbot: QtBot, clock: ModuleType) -> None:
    stalls = clock.Stalls()
    stalls.start()
    QTimer.singleShot(20, lambda: time.sleep(0.08))
    qtbot.waitUntil(lambda: bool(stalls.gaps) and max(stalls.gaps) > 50, timeout=5000)
    stalls.stop()
    assert stalls.percentile(100) >= 75
    assert stalls.percentile(0) >= 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_is_that_of_this_process(clock: ModuleType) -> None:
    before = clock.resident()["now"]
    block = bytearray(64 << 20)
    block[::4096] = b"x" * len(block[::4096])
    after = clock.resident()
    assert 60 <= after["now"] - before <= 90
    assert after["peak"] >= after["now"] - 1


def test_each_paint_is_timed_after_it_was_painted(qtbot: QtBot, clock: ModuleType) -> None:
    widget = Slow()
    qtbot.addWidget(widget)
    paints = clock.Paints(widget)
    assert paints.last == 0
    for _ in range(2):
        before, painted = paints.last, len(widget.ended)
        widget.show()
        widget.update()
        qtbot.waitUntil(lambda before=before, painted=painted: paints.last > before and len(widget.ended) > painted)
        qtbot.waitUntil(lambda: paints.last >= widget.ended[-1])


class Told(QWidget):
    """Shows a number once, and notes when each was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.ended: dict[int, float] = {}

    def paintEvent(self, _: object) -> None:
        time.sleep(0.01)
        self.ended[self.number] = time.perf_counter()
        self.number = 0  # what is noted behind a paint must not be what has changed meanwhile

    def show_number(self, number: int) -> None:
        self.number = number
        self.update()


def test_what_a_paint_has_shown_is_told_with_the_time_at_which_it_was_over(qtbot: QtBot, clock: ModuleType) -> None:
    widget = Told()
    qtbot.addWidget(widget)
    views = clock.Views(widget, lambda: widget.number)
    widget.show()
    for number in (1, 2):
        widget.show_number(number)
        qtbot.waitUntil(lambda number=number: bool(views.seen) and views.seen[-1][1] == number, timeout=5000)
    for number in (1, 2):
        first = next(over for over, shown in views.seen if shown == number)
        assert widget.ended[number] <= first


def test_a_move_ends_with_the_first_paint_of_its_own_or_of_what_came_later(clock: ModuleType) -> None:
    views = clock.Views(Told(), lambda: None)
    views.seen = [(0.5, "b"), (1.5, "a"), (2.5, "a"), (4.5, "c"), (5.5, "b")]
    moves = [(1.0, "a"), (2.0, "b"), (3.0, "c"), (6.0, "d")]
    assert views.followed(moves, lambda shown, wanted: shown == wanted) == [1.5, 4.5, 4.5, float("inf")]
