"""The Qt bindings do not lose references: in some versions every emit took one from True, every repaint one from None."""

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

TURNS = 1000
NOISE = 50  # other code may hold a few more or less


class Emitter(QObject):
    signal = Signal(object)


class Painted(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def paintEvent(self, _: QPaintEvent) -> None:
        self.times += 1


def test_reference_counts_stay_flat_over_emits_and_repaints(qtbot: QtBot) -> None:
    emitter, widget, received = Emitter(), Painted(), []
    qtbot.addWidget(widget)
    widget.resize(16, 16)
    emitter.signal.connect(lambda value: received.append(1 if value else 0))
    painted = widget.times
    before = sys.getrefcount(True), sys.getrefcount(None)
    for _ in range(TURNS):
        emitter.signal.emit(True)
        widget.grab()
    after = sys.getrefcount(True), sys.getrefcount(None)
    assert (len(received), widget.times - painted) == (TURNS, TURNS)
    assert all(abs(now - then) < NOISE for now, then in zip(after, before, strict=True))
