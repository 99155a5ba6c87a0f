"""Drags the picture for SECONDS in the Shift workspace of the real window with the network MODEL; prints the new frames a second.

A frame is new when the maps and measures of another shift have been painted. The picture goes to and fro by whole pixels, one
every INPUT_EVERY milliseconds.
"""

import json
import os
import sys
from statistics import median
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from clock import Views
from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from settled import rest

from inspector import app
from inspector.controller import Controller, jobs
from inspector.core import updates
from inspector.core.network import updates as network
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.settings import Settings
from inspector.core.state import Source, SourceKind, Theme, Workspace

SECONDS = 3.0
INPUT_EVERY = 8  # milliseconds, as a mouse of 125 Hz
REACH = 8  # pixels of the network's input


def drag(controller: Controller) -> tuple[float, float]:
    """Press on the picture and move; when the first and the last move was made."""
    canvas = controller.window.shift.case.input
    start, scale, began = QPointF(canvas.rect().center()), canvas.viewport.scale, perf_counter()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start.toPoint())
    loop, moves = QEventLoop(), 0

    def move() -> None:
        nonlocal moves
        if perf_counter() - began >= SECONDS:
            timer.stop()
            loop.quit()
            return
        moves += 1
        way = moves % (4 * REACH)
        dx = way if way <= REACH else 2 * REACH - way if way <= 3 * REACH else way - 4 * REACH
        place = start + QPointF(dx * scale, 0)
        event = QMouseEvent(
            QEvent.Type.MouseMove, place, QPointF(canvas.mapToGlobal(place)), Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)

    timer = QTimer(interval=INPUT_EVERY, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(move)
    timer.start()
    loop.exec()
    last = perf_counter()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start.toPoint())
    return began, last


def main() -> None:
    kind, model = sys.argv[1].split(":")
    window, controller = app.build(app.first_state(Theme.LIGHT), Settings(), None)
    app.start(controller)
    window.show()
    controller.submit(jobs.warm_up())
    controller.wake()
    controller.dispatch(updates.set_source(Source(SourceKind.SAMPLE, "scene"), "Sample"))
    controller.dispatch(network.set_model(ModelChoice(ModelKind(kind), model)))
    controller.dispatch(network.set_workspace(Workspace.SHIFT))
    rest(controller)
    drag(controller)  # warm
    rest(controller)
    garbage = app.Garbage(controller)
    views = Views(window.shift.layers.viewport(), lambda: controller.shift.shown)
    began, last = drag(controller)
    during = {id(shown): shown.milliseconds for when, shown in views.seen if began <= when <= last}
    rest(controller)
    print(json.dumps({"frames": len(during) / SECONDS, "pass_ms": median(during.values())}))
    garbage.stop()
    controller.leave()


main()
