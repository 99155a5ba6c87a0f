"""Moves the mouse over the units of layers of VGG-19 in the real window; prints how long box and crop take to follow.

A move begins when it is due, 60 a second, also where the main thread takes it later or never. It ends when box and crop of its
unit, or of a later one, have been painted.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from operator import eq
from time import perf_counter
from typing import Any, NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from clock import Views
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from settled import rest

from inspector import app
from inspector.controller import Controller, jobs
from inspector.core.network import updates as network
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.receptive_field.compose import Box, box
from inspector.core.receptive_field.crop import crop
from inspector.core.receptive_field.settings import Over
from inspector.core.receptive_field.updates import set_field
from inspector.core.settings import Settings
from inspector.core.state import Theme, Workspace
from inspector.views.network.map_panel import ALONE, FIELD
from inspector.views.network.maps_canvas import MapsCanvas
from inspector.views.network.maps_reading import under

MODEL = ModelChoice(ModelKind("untrained"), "vgg19")
LAYERS = "features.2", "features.16", "features.34"  # 224 × 224, 56 × 56, 14 × 14 units
PERIOD = 1 / 60
MOVES = 120
PATIENCE = 300  # milliseconds
GRAIN = 3  # screen units between places that are looked at for a path

Unit = tuple[int, int]


class Step(NamedTuple):
    """A place on the screen, and the box of the unit there."""

    place: QPoint
    box: Box


class Scene(NamedTuple):
    """Where the mouse moves, and what is painted because of it."""

    steps: Sequence[Step]
    boxes: Views | None  # None where boxes are not drawn
    crops: Views


def path(canvas: QWidget, unit_at: Callable[[QPoint], Unit | None], box_of: Callable[[Unit], Box]) -> Sequence[Step]:
    """To and fro over the canvas, each time to a unit that has not been seen, from one end of the layer to the other."""
    found: dict[Unit, QPoint] = {}
    for place in serpentine(canvas.width(), canvas.height()):
        if (unit := unit_at(place)) is not None:
            found.setdefault(unit, canvas.mapToGlobal(place))
    steps = [Step(place, box_of(unit)) for unit, place in found.items()]
    return [steps[int(number)] for number in np.linspace(0, len(steps) - 1, min(MOVES, len(steps)))]


def serpentine(width: int, height: int) -> Iterator[QPoint]:
    """Line by line, from left to right and back."""
    for number, y in enumerate(range(0, height, GRAIN)):
        line = range(0, width, GRAIN)
        for x in reversed(line) if number % 2 else line:
            yield QPoint(x, y)


def walk(steps: Sequence[Step]) -> list[float]:
    """Move the mouse along; when each move was due. Of moves that are late, the last one alone comes, as on a real screen."""
    began, loop = perf_counter() + PERIOD, QEventLoop()

    def go() -> None:
        number = min(int((perf_counter() - began) / PERIOD), len(steps) - 1)
        QCursor.setPos(steps[number].place)
        QTimer.singleShot(wait(began + (number + 1) * PERIOD), go if number + 1 < len(steps) else end)

    def end() -> None:
        QTimer.singleShot(PATIENCE, loop.quit)  # the last move is painted

    QTimer.singleShot(wait(began), go)
    loop.exec()
    return [began + number * PERIOD for number in range(len(steps))]


def wait(until: float) -> int:
    """Milliseconds, so many that it is not too early."""
    return max(int(np.ceil((until - perf_counter()) * 1e3)), 0)


def follow(scene: Scene, picture: np.ndarray) -> list[float]:
    """Walk; seconds from each move until all that follows it has been painted."""
    times, boxes = walk(scene.steps), [step.box for step in scene.steps]
    crops = [crop(picture, box) for box in boxes]
    ends = [scene.crops.followed(list(zip(times, crops, strict=True)), same_picture)]
    if scene.boxes is not None:
        ends.append(scene.boxes.followed(list(zip(times, boxes, strict=True)), eq))
    return [max(ended) - began for began, *ended in zip(times, *ends, strict=True)]


def same_picture(one: np.ndarray | None, other: np.ndarray) -> bool:
    return one is not None and one.shape == other.shape and bool((one == other).all())


def field_scene(controller: Controller, key: str) -> Scene:
    """The units of the Receptive field workspace."""
    page = controller.window.field
    boxes = Views(page.field.canvas, lambda: next((mark.box for mark in page.field.canvas._fields), None))
    crops = Views(page.unit.crop, lambda: page.unit.crop.picture)
    steps = path(page.units, lambda place: page.units.pixel_at(place.toPointF()), box_of(controller, key))
    return Scene(steps, boxes, crops)


def maps_scene(controller: Controller, key: str) -> Scene:
    """The maps of the Network workspace; units of different maps that see the same count once."""
    page, inspected = controller.window.network, controller.network.inspected
    canvas = page.maps.findChild(MapsCanvas)
    panel = page.map

    def unit_at(place: QPoint) -> Unit | None:
        point = canvas.frame.picture_y(place.y()), canvas.frame.picture_x(place.x())
        found = under(inspected.shown, point)
        return found[1] if found is not None else None

    boxes = Views(panel.field, lambda: next((mark.box for mark in panel.field.fields), None))
    crops = Views(panel.unit.patch, lambda: panel.unit.patch.picture)
    return Scene(path(canvas, unit_at, box_of(controller, key)), boxes if panel.wishes_field else None, crops)


def box_of(controller: Controller, key: str) -> Callable[[Unit], Box]:
    graph = controller.network.facts.description.graph
    return lambda unit: box(graph, key, unit)


def choose(controller: Controller, workspace: Workspace, *, effective: bool) -> None:
    """In the Receptive field workspace no gradient is asked for where an average is shown."""
    controller.dispatch(network.set_workspace(workspace))
    controller.dispatch(set_field("Over", over=Over.PICTURE if effective else Over.RANDOM))
    rest(controller)
    if workspace is Workspace.NETWORK:
        QTest.mouseClick(controller.window.network.map.mode.button(FIELD if effective else ALONE), Qt.MouseButton.LeftButton)


def measure(
    controller: Controller, gradients: "Gradients", workspace: Workspace, layer: str, *, effective: bool
) -> dict[str, Any]:
    """One layer in one workspace, with or without its effective fields."""
    choose(controller, workspace, effective=effective)
    controller.dispatch(network.set_layer(layer))
    rest(controller)
    key = controller.network.resolved.view.key
    scene = (field_scene if workspace is Workspace.FIELD else maps_scene)(controller, key)
    walk(scene.steps[:10])  # warm
    rest(controller)
    for views in (scene.boxes, scene.crops):
        if views is not None:
            views.seen.clear()
    gradients.count = 0
    took = follow(scene, controller.network.inspected.inspection.fitted)
    count = gradients.count
    rest(controller)
    assert (gradients.count > 0) == effective, "gradients come only where they are wished"
    return {
        "case": f"{workspace}, {layer} {'with' if effective else 'without'} the effective field", "moves": len(took),
        "median_ms": float(np.median(took)) * 1e3, "p95_ms": float(np.percentile(took, 95)) * 1e3, "gradients": count,
    }  # fmt: skip


class Gradients:
    """Counts the gradients that arrive."""

    def __init__(self, controller: Controller) -> None:
        self.count = 0
        self._take = controller.field.takers["gradient"]
        controller.field.takers["gradient"] = self._taken

    def _taken(self, outcome: Any) -> None:
        self.count += 1
        self._take(outcome)


def main() -> None:
    window, controller = app.build(app.first_state(Theme.LIGHT), Settings(), None)
    app.start(controller)
    window.resize(1280, 800)
    window.show()
    controller.submit(jobs.warm_up())
    controller.wake()
    controller.dispatch(network.set_model(MODEL))
    controller.dispatch(network.set_workspace(Workspace.FIELD))
    rest(controller)
    garbage, gradients = app.Garbage(controller), Gradients(controller)
    print(json.dumps([
        measure(controller, gradients, workspace, layer, effective=effective)
        for workspace in (Workspace.FIELD, Workspace.NETWORK)
        for layer in LAYERS
        for effective in (False, True)
    ]))  # fmt: skip
    garbage.stop()
    controller.leave()


main()
