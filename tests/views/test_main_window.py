"""The columns of the window keep a width that shows what is in them; pages are built when they are first looked at."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSplitter, QToolBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from inspector.core.state import Workspace
from inspector.views.commands import COMMANDS
from inspector.views.main_window import NARROWEST_LEFT, NARROWEST_RIGHT, MainWindow

BEHIND = [Workspace.NETWORK, Workspace.FIELD]


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def shown(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    return window


def widths(window: MainWindow) -> list[int]:
    return window.findChild(QSplitter).sizes()


def menus(window: MainWindow) -> list[str]:
    return [action.text() for action in window.menuBar().actions() if action.isVisible()]


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
    for workspace in BEHIND:
        window.show_workspace(workspace)
        assert [line.isVisible() for line in lines] == [False, True]


@pytest.mark.parametrize("workspace", Workspace)
def test_it_fits_a_small_screen(window: MainWindow, workspace: Workspace) -> None:
    window.show_workspace(workspace)
    hint = window.minimumSizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 700


# ---- pages ------------------------------------------------------------------------------------------------------


def test_only_the_first_page_is_there_at_the_start(window: MainWindow) -> None:
    assert [workspace for workspace in Workspace if window.has_page(workspace)] == [Workspace.FILTER]


@pytest.mark.parametrize("workspace", BEHIND)
@pytest.mark.parametrize("looked_at", [True, False])
def test_a_page_is_built_once_when_it_is_looked_at_or_asked_for(
    window: MainWindow, workspace: Workspace, looked_at: bool
) -> None:
    told: list[Workspace] = []
    window.page_built.connect(told.append)
    if looked_at:
        window.show_workspace(workspace)
    page = getattr(window, workspace)
    window.show_workspace(Workspace.FILTER)
    window.show_workspace(workspace)
    assert getattr(window, workspace) is page
    assert told == [workspace]
    assert [other for other in BEHIND if window.has_page(other)] == [workspace]
    assert page.left.isVisibleTo(window)
    assert page.middle.isVisibleTo(window)
    assert page.right.isVisibleTo(window)


@pytest.mark.parametrize("workspace", BEHIND)
def test_who_hears_of_a_page_finds_it(window: MainWindow, workspace: Workspace) -> None:
    found: list[QWidget] = []
    window.page_built.connect(lambda built: found.append(getattr(window, built).middle))
    window.show_workspace(workspace)
    assert found == [getattr(window, workspace).middle]


def test_the_start_loads_neither_plots_nor_the_pages_behind() -> None:
    code = """
import sys
from PySide6.QtWidgets import QApplication
from inspector import app
from inspector.core.settings import Settings
from inspector.core.state import Theme
application = QApplication([])
window, controller = app.build(app.first_state(Theme.LIGHT), Settings(), None)
app.start(controller)
print(*sys.modules)
controller.leave()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "inspector.views.kernel_panel" in loaded
    assert not [name for name in loaded if name.startswith(("inspector.views.network.", "inspector.views.field."))]
    assert not loaded & {"pyqtgraph", "torch"}


# ---- one workspace and another ----------------------------------------------------------------------------------


def test_each_workspace_keeps_its_widths(shown: MainWindow) -> None:
    splitter = shown.findChild(QSplitter)
    chosen = {Workspace.FILTER: [240, 720, 320], Workspace.NETWORK: [380, 580, 320], Workspace.FIELD: [400, 560, 320]}
    first = {}
    for workspace, sizes in chosen.items():
        shown.show_workspace(workspace)
        first[workspace] = widths(shown)
        splitter.setSizes(sizes)
        chosen[workspace] = widths(shown)
    assert len({first[workspace][0] for workspace in BEHIND}) == 1
    assert first[Workspace.FIELD] != chosen[Workspace.FIELD]
    for workspace, sizes in chosen.items():
        shown.show_workspace(workspace)
        assert widths(shown) == sizes
    assert list(shown.sizes) == chosen[Workspace.FILTER]


@pytest.mark.parametrize("workspace", BEHIND)
def test_a_message_stays_on_top_when_the_page_turns(shown: MainWindow, workspace: Workspace) -> None:
    bar = shown.message
    for seen in (workspace, Workspace.FILTER, workspace):
        bar.show_message("Cannot open it.")
        shown.show_workspace(seen)
        QApplication.processEvents()
        found = shown.childAt(bar.mapTo(shown, bar.rect().center()))
        assert found is bar or bar.isAncestorOf(found)


@pytest.mark.parametrize("workspace", BEHIND)
def test_the_keys_go_to_the_pictures_of_the_workspace(shown: MainWindow, workspace: Workspace) -> None:
    for seen in (workspace, Workspace.FILTER, workspace):
        shown.show_workspace(seen)
        assert shown.centre.isVisible()
        assert shown.centre.hasFocus()
    assert getattr(shown, workspace).middle.isAncestorOf(shown.centre)


@pytest.mark.parametrize("workspace", Workspace)
@pytest.mark.parametrize("panel", ["panel-source", "panel-kernel"])
def test_the_outer_columns_can_be_put_away_in_every_workspace(shown: MainWindow, workspace: Workspace, panel: str) -> None:
    shown.show_workspace(workspace)
    column = 0 if panel == "panel-source" else 2
    shown.show_panel(panel, False)
    QApplication.processEvents()
    assert widths(shown)[column] == 0
    shown.show_panel(panel, True)
    QApplication.processEvents()
    assert widths(shown)[column] > 0


def test_a_menu_without_commands_is_not_offered(window: MainWindow) -> None:
    own = {Workspace.NETWORK: "Network", Workspace.FIELD: "Receptive Field", Workspace.SHIFT: "Shift"}
    assert not set(own.values()) & set(menus(window))
    for workspace in Workspace:
        window.actions_.show_workspace(workspace)
        assert set(own.values()) & set(menus(window)) == ({own[workspace]} if workspace in own else set())
        assert {"File", "Edit", "View", "Source", "Help"} <= set(menus(window))


def test_tabs_lead_to_the_workspaces_by_mouse_and_by_key(shown: MainWindow) -> None:
    bar = shown.findChild(QToolBar)
    tabs = [
        button for button in bar.findChildren(QToolButton) if button.isCheckable() and button.text() and button.defaultAction()
    ]
    assert [tab.text() for tab in tabs[: len(Workspace)]] == [workspace.label for workspace in Workspace]
    told: list[str] = []
    shown.actions_.triggered.connect(told.append)
    for number, tab in enumerate(tabs[: len(Workspace)]):
        QTest.mouseClick(tab, Qt.MouseButton.LeftButton)
        QTest.keyClick(shown, Qt.Key(Qt.Key.Key_1 + number), Qt.KeyboardModifier.ControlModifier)
    assert told == [id for workspace in Workspace for id in (f"workspace-{workspace}",) * 2]


def test_the_keys_of_a_workspace_are_dead_in_the_others(shown: MainWindow) -> None:
    told: list[str] = []
    shown.actions_.triggered.connect(told.append)
    shown.show_workspace(Workspace.FIELD)
    for key in (Qt.Key.Key_P, Qt.Key.Key_G, Qt.Key.Key_M):
        QTest.keyClick(shown, key)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
        QTest.keyClick(shown, key, Qt.KeyboardModifier.AltModifier)
    assert told == ["pin-unit", "grow-field", "climb-up", "climb-down"]
    shown.show_workspace(Workspace.NETWORK)
    QTest.keyClick(shown, Qt.Key.Key_P)
    assert len(told) == 4
    assert len([command for command in COMMANDS if command.workspace == "field"]) == 9
