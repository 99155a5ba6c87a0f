"""The whole program, in memory: window, controller, workers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from inspector import app
from inspector.controller import Controller
from inspector.core.session import SessionFile
from inspector.core.settings import Settings
from inspector.core.state import Theme
from inspector.views.main_window import MainWindow


@dataclass
class Bench:
    """The running program and how to wait for it."""

    window: MainWindow
    controller: Controller
    qtbot: QtBot

    def rest(self) -> None:
        """Until all work is done and shown."""
        self.qtbot.waitUntil(self.controller.at_rest, timeout=20_000)

    def open(self, *paths: Path) -> None:
        self.controller.arrivals.open_paths(tuple(map(str, paths)))
        self.rest()

    @property
    def message(self) -> str:
        return self.window.message.text

    @property
    def values(self) -> np.ndarray:
        """The exact result that is shown."""
        assert self.controller.result is not None
        return self.controller.result.filtered.values


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    window, controller = app.build(app.first_state(Theme.LIGHT), Settings(), SessionFile(tmp_path / "state"))
    app.start(controller)
    window.show()
    qtbot.waitExposed(window)
    bench = Bench(window, controller, qtbot)
    controller.wake()
    bench.rest()
    yield bench
    window.close()
    window.deleteLater()
    controller.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def picture_file(tmp_path: Path) -> Callable[..., Path]:
    """Makes small picture files."""

    def make(name: str = "picture.png", shape: tuple[int, ...] = (12, 16, 3), seed: int = 0) -> Path:
        path = tmp_path / name
        Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, np.uint8)).save(path)
        return path

    return make
