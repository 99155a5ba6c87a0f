"""What every test gets: a screen in memory, folders of its own, and nothing left behind."""

import gc
import os
import threading
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_ENABLE_HIGHDPI_SCALING", "0")

OURS = "inspector-"  # the prefix of the names of the program's worker threads
OPTIONS = {
    "pytest-qt": ("qt_api", "qt_log_level_fail", "qt_log_ignore", "qt_default_raising"),
    "timeout": ("timeout",),
}


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """The options in pyproject.toml of plugins that are not installed: tests of arrays alone run without them."""
    for plugin, options in OPTIONS.items():
        if not pluginmanager.hasplugin(plugin):
            for option in options:
                parser.addini(option, f"of the plugin {plugin}, which is not installed")


@pytest.fixture(autouse=True, scope="module")
def loaded_modules_are_not_searched_again() -> None:
    """The collector looks at what came since the last file of tests began; else it takes a second for each test of a window."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings, logs and sessions of a test stay in a folder of that test."""
    home = tmp_path_factory.mktemp("home")
    for name in ("CONFIG", "STATE", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """No worker thread of the program outlives the test that started it; in Qt tests no window does either."""
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith(OURS)]
    assert not left, f"threads left behind: {left}"
    if "qtbot" in request.fixturenames:
        _no_windows()


def _no_windows() -> None:
    from PySide6.QtWidgets import QApplication

    gc.collect()
    visible = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert not visible, f"windows left open: {visible}"
