"""Why no window can be opened is said before Qt is asked, since Qt would end the process."""

import ctypes
import os
import subprocess
import sys
from ctypes.util import find_library

import pytest

from inspector.core import system
from inspector.core.system import BASE_LIBRARIES, X_LIBRARIES, display_problem, missing_packages


@pytest.fixture(autouse=True)
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def missing(monkeypatch: pytest.MonkeyPatch, *files: str) -> None:
    """Let the loader not find these files."""

    def load(file: str) -> None:
        if file in files:
            raise OSError(f"{file}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", load)


def test_without_a_display_it_says_how_to_render_to_a_file() -> None:
    assert "cnn-inspector screenshot DIR" in display_problem()


def test_offscreen_needs_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    missing(monkeypatch)
    assert display_problem(offscreen=True) == ""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display_problem() == ""


@pytest.mark.skipif(find_library("xcb") is None, reason="a library of X")
@pytest.mark.parametrize("display", [":65000", "nonsense", ""])
def test_a_display_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch, display: str) -> None:
    monkeypatch.setattr(system, "missing_packages", lambda libraries: ())
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    assert f"The display {display!r} does not answer" in display_problem()


def test_missing_libraries_are_named_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    missing(monkeypatch, "libEGL.so.1", "libxcb-cursor.so.0")
    monkeypatch.setenv("DISPLAY", ":0")
    assert display_problem().endswith("apt-get install libegl1 libxcb-cursor0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert display_problem().endswith("apt-get install libegl1")
    assert display_problem(offscreen=True).endswith("apt-get install libegl1")


def test_all_is_well_where_everything_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    missing(monkeypatch)
    monkeypatch.setattr(system, "_x_answers", lambda: True)
    monkeypatch.setenv("DISPLAY", ":0")
    assert display_problem() == ""


def test_other_systems_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.sys, "platform", "darwin")
    assert display_problem() == ""


def test_a_library_that_does_not_exist_is_missing() -> None:
    assert missing_packages({"libnothing-of-the-kind.so.9": "a-package"}) == ("a-package",)


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="reads /proc of Linux")  # noqa: PTH112 - evaluated at import
def test_every_library_that_qt_loads_by_name_is_asked_for() -> None:
    """The libraries outside the wheel that a window loads; each must be one that is checked, or be of the base system."""
    code = "import PySide6.QtWidgets, PySide6.QtSvg, os; print(open('/proc/self/maps').read())"
    maps = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = {os.path.basename(line.split()[-1]) for line in maps.splitlines() if ".so" in line and "PySide6" not in line}  # noqa: PTH119
    graphics = {name for name in loaded if name.startswith(("libEGL", "libGL.", "libxkbcommon", "libfontconfig", "libdbus"))}
    stems = {file.split(".so")[0] for file in BASE_LIBRARIES | X_LIBRARIES}
    assert graphics
    assert {name.split(".so")[0] for name in graphics} <= stems
