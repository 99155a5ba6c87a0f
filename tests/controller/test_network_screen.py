"""What is told of a network before the page of its workspace has been built is seen on it once it is."""

import pytest
from pytestqt.qtbot import QtBot

from inspector.controller.network_screen import NetworkScreen
from inspector.controller.screen import Screen
from inspector.core.state import Workspace
from inspector.views.main_window import MainWindow
from inspector.views.network.maps_pane import EMPTY


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def screen(window: MainWindow) -> NetworkScreen:
    return NetworkScreen(window, Screen(window))


def test_what_is_told_builds_no_page(window: MainWindow, screen: NetworkScreen) -> None:
    screen.show_opening("Opening lenet5 …")
    screen.show_stale()
    assert not window.has_page(Workspace.NETWORK)


@pytest.mark.parametrize("late", [True, False])
def test_it_is_there_whether_the_page_was_or_not(window: MainWindow, screen: NetworkScreen, late: bool) -> None:
    if not late:
        window.show_workspace(Workspace.NETWORK)
    screen.show_opening("Opening lenet5 …")
    page = window.network
    assert page.maps.empty == page.layers.empty == "Opening lenet5 …"
    screen.show_opening("")
    assert page.maps.empty == EMPTY


def test_another_page_takes_nothing_of_it(window: MainWindow, screen: NetworkScreen) -> None:
    screen.show_opening("Opening lenet5 …")
    window.show_workspace(Workspace.FIELD)
    assert not window.has_page(Workspace.NETWORK)
