"""A mouse over one widget."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

NO_KEY, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
NO_BUTTON = Qt.MouseButton.NoButton


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
