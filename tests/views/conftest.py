"""A window's worth of state around one panel, without the window."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from inspector.core.filtering import FilterSettings
from inspector.core.history import History
from inspector.core.state import AppState, Source, SourceKind
from inspector.core.updates import Update
from inspector.views.kernel_panel import KernelPanel
from inspector.views.widgets.weight_cell import WeightEditor
from kernels import Kernel, presets

NO_KEY, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
NO_BUTTON = Qt.MouseButton.NoButton


class Loop:
    """Takes a panel's updates into a history and shows the new state, as the controller does."""

    def __init__(self) -> None:
        settings = FilterSettings(Kernel([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], id="sobel-x", title="Sobel x"))
        self.history = History(AppState(Source(SourceKind.SAMPLE, "scene"), settings))
        self.updates: list[Update] = []
        self.show: Callable[[AppState], None] = lambda state: None

    @property
    def state(self) -> AppState:
        return self.history.now

    @property
    def settings(self) -> FilterSettings:
        return self.history.now.filter

    def take(self, update: Update) -> None:
        """The slot for a panel's ``updated``."""
        self.updates.append(update)
        self.history = self.history.after(update)
        self.show(self.state)

    def undo(self) -> None:
        self.history = self.history.undone()
        self.show(self.state)


@pytest.fixture
def loop() -> Loop:
    return Loop()


class Hand:
    """Moves the mouse over a kernel panel's grid and types into it."""

    def __init__(self, panel: KernelPanel) -> None:
        self.grid = panel.grid

    def centre(self, row: int, column: int) -> QPoint:
        return self.grid.visualRect(self.grid.model().index(row, column)).center()

    def go(self, row: int, column: int) -> None:
        self.grid.setCurrentIndex(self.grid.model().index(row, column))

    def open(self, row: int, column: int) -> WeightEditor:
        """Click on a cell, which opens it."""
        QTest.mouseClick(self.grid.viewport(), Qt.MouseButton.LeftButton, pos=self.centre(row, column))
        editor = self.editor
        assert editor is not None
        return editor

    @property
    def editor(self) -> WeightEditor | None:
        editor = self.grid.indexWidget(self.grid.currentIndex())
        return editor if isinstance(editor, WeightEditor) else None

    def drag(self, row: int, column: int, way: tuple[int, int], *, release: bool = True) -> None:
        viewport, start = self.grid.viewport(), self.centre(row, column)
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        for part in (2, 1):
            QTest.mouseMove(viewport, start + QPoint(way[0] // part, way[1] // part))
        if release:
            QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(*way))

    def turn_wheel(self, row: int, column: int, clicks: int) -> None:
        widget, place = self.grid.viewport(), self.centre(row, column)
        event = QWheelEvent(
            QPointF(place), QPointF(widget.mapToGlobal(place)), QPoint(), QPoint(0, 120 * clicks),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    @staticmethod
    def write(field: QLineEdit, text: str) -> None:
        """Replace the text key by key; QTest itself knows no keys beyond Latin 1."""
        field.selectAll()
        for letter in text:
            QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))


@pytest.fixture
def kernel_panel(qtbot: QtBot, loop: Loop) -> KernelPanel:
    """A kernel editor that shows what its own updates lead to; Sobel x at first."""
    panel = KernelPanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(264)
    panel.show_presets(presets())
    panel.updated.connect(loop.take)
    loop.show = lambda state: panel.show_kernel(
        state.filter.kernel, normalize=state.filter.normalize, scale=state.filter.scale, note="A note."
    )
    loop.show(loop.state)
    panel.show()
    panel.activateWindow()
    panel.grid.setFocus()
    return panel


@pytest.fixture
def hand(kernel_panel: KernelPanel) -> Hand:
    return Hand(kernel_panel)


class Mouse:
    """Sends what the mouse does as Qt would."""

    def move(self, widget: QWidget, where: QPointF, *, held: Qt.MouseButton = NO_BUTTON) -> None:
        event = QMouseEvent(QEvent.Type.MouseMove, where, widget.mapToGlobal(where), NO_BUTTON, held, NO_KEY)
        QApplication.sendEvent(widget, event)

    def leave(self, widget: QWidget) -> None:
        QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))

    def wheel(self, widget: QWidget, notches: float, *, ctrl: bool = False) -> None:
        middle, turn = QPointF(widget.rect().center()), QPoint(0, round(120 * notches))
        event = QWheelEvent(
            middle, widget.mapToGlobal(middle), QPoint(), turn, NO_BUTTON, CTRL if ctrl else NO_KEY,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)


@pytest.fixture
def mouse() -> Mouse:
    return Mouse()
