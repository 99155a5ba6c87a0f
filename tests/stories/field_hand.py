"""A hand in the Receptive field workspace, and what it must find there."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from inspector.core import updates
from inspector.core.drawing import Stroke
from inspector.core.history import History
from inspector.core.network import updates as network
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.receptive_field.compose import Box, box
from inspector.core.receptive_field.graph import Graph
from inspector.core.receptive_field.shown import FieldShown
from inspector.core.state import Source, SourceKind, Workspace
from inspector.nets.opened import OpenNetwork
from inspector.views.field.page import FieldPage

from .conftest import Bench

LENET, VGG = ModelChoice(ModelKind.SHIPPED, "lenet5"), ModelChoice(ModelKind.SHIPPED, "vgg-compact")
ONE = Source(SourceKind.DRAWING, "drawing", strokes=(Stroke(((50.0, 140.0), (230.0, 140.0))),))
NO_KEY, NO_BUTTON = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
Unit = tuple[int, int]


class Hand:
    """Moves over the units and the input, and reads the page."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.controller, self.desk = bench, bench.controller, bench.controller.field

    @property
    def page(self) -> FieldPage:
        return self.bench.window.field

    def enter(self, model: ModelChoice, layer: str = "", workspace: Workspace = Workspace.FIELD) -> None:
        """A workspace with this network, and a layer of it; no other network is opened before."""
        state = self.controller.state
        self.controller.history = History(replace(state, network=replace(state.network, model=model)))
        self.do(network.set_workspace(workspace))
        if layer:
            self.do(network.set_layer(layer))

    def do(self, update: updates.Update) -> None:
        self.controller.dispatch(update)
        self.bench.rest()

    def run(self, command: str) -> None:
        self.controller.commands.run(command)
        self.bench.rest()

    # what the hand does

    def point(self, unit: Unit) -> None:
        """Move over a unit, and wait for nothing."""
        self.move(self.page.units, self._middle(unit))

    def hover(self, unit: Unit) -> None:
        self.point(unit)
        self.bench.rest()

    def leave(self, widget: QWidget) -> None:
        QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))

    def click(self, unit: Unit) -> None:
        QTest.mouseClick(self.page.units, Qt.MouseButton.LeftButton, pos=self._middle(unit).toPoint())
        self.bench.rest()

    def hover_pixel(self, y: int, x: int) -> None:
        canvas = self.page.field.canvas
        self.move(canvas, QPointF(canvas.frame.screen_x(x + 0.5), canvas.frame.screen_y(y + 0.5)))

    def move(self, widget: QWidget, where: QPointF) -> None:
        event = QMouseEvent(QEvent.Type.MouseMove, where, widget.mapToGlobal(where), NO_BUTTON, NO_BUTTON, NO_KEY)
        QApplication.sendEvent(widget, event)

    def wheel(self, widget: QWidget, notches: int, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        middle = QPointF(widget.rect().center())
        turn = QPoint(0, 120 * notches)
        event = QWheelEvent(
            middle, widget.mapToGlobal(middle), QPoint(), turn, NO_BUTTON, keys, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(widget, event)
        self.bench.rest()

    def key(self, widget: QWidget, key: Qt.Key) -> None:
        widget.setFocus()
        QTest.keyClick(widget, key)
        self.bench.rest()

    def _middle(self, unit: Unit) -> QPointF:
        y, x = unit
        return self.page.units.area((y, x, y + 1, x + 1)).center()

    # what is there

    @property
    def graph(self) -> Graph:
        assert self.desk.facts is not None
        return self.desk.facts.description.graph

    @property
    def input(self) -> np.ndarray:
        assert self.desk.ground is not None
        return self.desk.ground

    @property
    def box(self) -> Box:
        """Of the unit that is looked at, by the graph."""
        looked = self.desk.looked
        assert looked is not None
        return box(self.graph, looked.key, looked.unit)

    @property
    def shown(self) -> FieldShown:
        assert self.desk.sight is not None
        assert self.desk.sight.shown is not None
        return self.desk.sight.shown

    @property
    def layer(self) -> str:
        return self.controller.state.network.layer

    @property
    def words(self) -> str:
        return self.page.field.words

    @property
    def drawn(self) -> str:
        """The boxes on the picture in words."""
        return self.page.field.canvas.accessibleDescription()


class Gate:
    """Holds gradients back until it is opened; ``asked`` are the units, in their order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[Unit] = []
        self.error: Exception | None = None
        self._open = Event()
        effective: Callable[..., Any] = OpenNetwork.effective
        gate = self

        def held(network: OpenNetwork, picture: Any, targets: Any, *parts: Any, cancel: Any, **rest: Any) -> Any:
            gate.asked += [target.unit for target in targets]
            while not gate._open.wait(0.001) and not cancel():
                pass
            if gate.error is not None:
                raise gate.error
            return effective(network, picture, targets, *parts, cancel=cancel, **rest)

        monkeypatch.setattr(OpenNetwork, "effective", held)

    def open(self) -> None:
        self._open.set()


def words_of(box: Box) -> str:
    """How the present box is told to screen readers."""
    y0, x0, y1, x1 = box
    return f"Field: rows {y0} to {y1 - 1}, columns {x0} to {x1 - 1}"


def lenet_with_one(bench: Bench) -> Hand:
    """LeNet-5 with a drawn "1", at its second convolution."""
    hand = Hand(bench)
    hand.enter(LENET, "c3")
    hand.do(updates.set_source(ONE, "Draw"))
    return hand


def vgg_with_scene(bench: Bench) -> Hand:
    """The compact VGG with a photograph that is no square."""
    hand = Hand(bench)
    hand.enter(VGG, "features.7")
    return hand
