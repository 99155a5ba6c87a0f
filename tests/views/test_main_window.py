"""The columns of the window keep a width that shows what is in them."""

import pytest
from PySide6.QtWidgets import QApplication, QToolBar
from pytestqt.qtbot import QtBot

from inspector.core.state import Workspace
from inspector.views.main_window import NARROWEST_LEFT, NARROWEST_RIGHT, MainWindow


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow()
    qtbot.addWidget(window)
    return window


@pytest.mark.parametrize("panel", ["panel-source", "panel-kernel"])
def test_a_panel_that_was_hidden_at_the_last_end_comes_back_whole(window: MainWindow, panel: str) -> None:
    sizes = (0, 976, 304) if panel == "panel-source" else (232, 1048, 0)
    window.show_panel(panel, False)
    window.show_sizes(sizes, "")
    window.show()
    window.show_panel(panel, True)
    QApplication.processEvents()
    left, _, right = window.sizes
    assert left >= NARROWEST_LEFT
    assert right >= NARROWEST_RIGHT


def test_the_tool_bar_has_no_line_where_nothing_stands_before_it(window: MainWindow) -> None:
    lines = [action for action in window.findChild(QToolBar).actions() if action.isSeparator()]
    assert [line.isVisible() for line in lines] == [True, True]
    window.show_workspace(Workspace.NETWORK)
    assert [line.isVisible() for line in lines] == [False, True]


def test_it_fits_a_small_screen(window: MainWindow) -> None:
    hint = window.minimumSizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 700
