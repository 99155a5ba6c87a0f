"""Draws a digit with MOVES of the pen in the real window with the network MODEL; prints how long one takes to the screen."""

import json
import os
import sys
from collections.abc import Callable
from math import cos, pi, sin
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import torch
from clock import Paints
from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from settled import rest

from inspector import app
from inspector.controller import Controller, jobs
from inspector.core import updates
from inspector.core.network import updates as network
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.settings import Settings
from inspector.core.state import Source, SourceKind, Theme, Workspace
from inspector.views.network.maps_canvas import MapsCanvas

SLOWEST = 30.0  # seconds for one move
PAUSE = 0.04  # seconds between a result and the next move, in which all is painted


def send(canvas: QWidget, x: float, y: float) -> None:
    place = QPointF(x * canvas.width(), y * canvas.height())
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, QPointF(canvas.mapToGlobal(place)), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def work_until(done: Callable[[], bool], deadline: float) -> None:
    """Let the event loop run as it does for a user, without taking time from the workers by asking all the time."""
    loop, poll = QEventLoop(), QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
    poll.timeout.connect(lambda: loop.quit() if done() or perf_counter() > deadline else None)
    poll.start()
    loop.exec()
    poll.stop()
    assert done(), "nothing has come"


def draw(controller: Controller, moves: int) -> list[float]:
    """Seconds from each move to the paint of the maps and of the probabilities that belong to it."""
    canvas, page = controller.window.source.pad.canvas, controller.window.network
    maps, bars = Paints(page.maps.findChild(MapsCanvas)), Paints(page.classes.bars)
    took: list[float] = []
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    for move in range(moves):
        angle = 2 * pi * move / moves
        began = perf_counter()
        last = controller.network.inspected
        send(canvas, 0.5 + 0.25 * sin(angle), 0.5 - 0.35 * cos(angle))
        work_until(lambda last=last: controller.network.inspected is not last, began + SLOWEST)
        shown = perf_counter()
        work_until(lambda shown=shown: perf_counter() > shown + PAUSE, began + SLOWEST)
        took.append(max(maps.last, bars.last, shown) - began)  # what has not changed is not painted again
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    return took


def bare_forward(controller: Controller) -> float:
    """The median time of the network alone, on the same input."""
    found = controller.network.inspected
    assert found is not None
    model = found.request.opened.network.trained.network
    values = torch.from_numpy(found.inspection.maps["input"].copy())[None]
    times = []
    with torch.inference_mode():
        for _ in range(30):
            start = perf_counter()
            model(values)
            times.append(perf_counter() - start)
    return float(np.median(times))


def main() -> None:
    (kind, id), moves = sys.argv[1].split(":"), int(sys.argv[2])
    window, controller = app.build(app.first_state(Theme.LIGHT), Settings(), None)
    app.start(controller)
    window.show()
    controller.submit(jobs.warm_up())
    controller.wake()
    controller.dispatch(network.set_model(ModelChoice(ModelKind(kind), id)))
    controller.dispatch(network.set_workspace(Workspace.NETWORK))
    rest(controller)
    controller.dispatch(updates.set_source(Source(SourceKind.DRAWING, "drawing"), "Draw"))
    rest(controller)
    draw(controller, 10)  # warm
    rest(controller)
    controller.undo()
    rest(controller)
    garbage = app.Garbage(controller)
    took = draw(controller, moves)
    rest(controller)
    print(json.dumps({
        "median_ms": float(np.median(took)) * 1e3, "p95_ms": float(np.percentile(took, 95)) * 1e3,
        "forward_ms": bare_forward(controller) * 1e3,
    }))  # fmt: skip
    garbage.stop()
    controller.leave()


main()
