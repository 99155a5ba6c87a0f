"""Drags one weight of a 5x5 kernel for a second over a picture of WIDTHxHEIGHT in the real window; prints figures."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from clock import Stalls, resident
from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from settled import rest

from inspector import app
from inspector.controller import Controller, jobs
from inspector.core import updates
from inspector.core.picture import Picture
from inspector.core.settings import Settings
from inspector.core.state import Theme
from inspector.views.transfer import Incoming
from inspector.work.runner import Operation
from kernels import preset

SECONDS = 1.0
INPUT_EVERY = 8  # milliseconds, as a mouse of 125 Hz


class Frames:
    """Times at which results were shown and how long their jobs took on the worker."""

    def __init__(self, controller: Controller) -> None:
        self.times: list[float] = []
        self.jobs: list[float] = []
        self._show, self._submit = controller._show_result, controller.runner.submit
        controller._show_result = self._shown
        controller.runner.submit = self._submitted

    def _submitted(self, operation: Operation) -> int:
        def timed(cancel: Callable[[], bool]) -> object:
            start = perf_counter()
            try:
                return operation.run(cancel)
            finally:
                self.jobs.append(perf_counter() - start)

        return self._submit(replace(operation, run=timed) if operation.kind == "filter" else operation)

    def _shown(self, shown: jobs.Shown) -> None:
        self._show(shown)
        self.times.append(perf_counter())


def drag(controller: Controller) -> float:
    """Press on the middle cell and move for a second; the time of the last input."""
    grid = controller.window.kernel.grid
    start = grid.visualRect(grid.model().index(2, 2)).center()
    QTest.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=start)
    began, moves, last = perf_counter(), 0, [0.0]
    loop = QEventLoop()

    def move() -> None:
        nonlocal moves
        if perf_counter() - began >= SECONDS:
            timer.stop()
            loop.quit()
            return
        moves += 1
        place = start + QPoint(4 * moves, 0)
        event = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(place), QPointF(grid.viewport().mapToGlobal(place)), Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        last[0] = perf_counter()
        QApplication.sendEvent(grid.viewport(), event)

    timer = QTimer(interval=INPUT_EVERY, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(move)
    timer.start()
    loop.exec()
    QTest.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=start)
    return last[0]


def main() -> None:
    width, height = map(int, sys.argv[1].split("x"))
    values = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    values.flags.writeable = False
    window, controller = app.build(app.first_state(Theme.LIGHT), Settings(), None)
    app.start(controller)
    window.show()
    controller.submit(jobs.warm_up())
    controller.arrivals.take(Incoming(picture=Picture(values, 0.0, 255.0, "noise")))
    controller.dispatch(updates.set_kernel(preset("gaussian5")))
    rest(controller)
    controller.dispatch(updates.set_weight(0, 0, 0.01))  # warm, and no longer a preset
    rest(controller)
    before = len(controller.history.past)
    garbage = app.Garbage(controller)
    frames, stalls = Frames(controller), Stalls()
    stalls.start()
    began = perf_counter()
    last = drag(controller)
    during = sum(began <= t <= last for t in frames.times)
    rest(controller)
    stalls.stop()
    assert len(controller.history.past) == before + 1, "the drag is one step of undo"
    job = median(frames.jobs)
    filtered, memory = controller.result.filtered, resident()
    print(json.dumps({
        "frames": during, "job_ms": job * 1e3, "last_frame_jobs": (frames.times[-1] - last) / job,
        "stall_99_ms": stalls.percentile(99), "stall_max_ms": stalls.percentile(100),
        "resident_mb": memory["now"], "peak_mb": memory["peak"], "device": filtered.device_name, "algorithm": filtered.algorithm,
    }))  # fmt: skip
    garbage.stop()
    controller.leave()


main()
