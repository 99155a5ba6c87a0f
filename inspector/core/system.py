"""Can this machine show a window? Asked before Qt is loaded, since Qt ends the process where it cannot."""

import ctypes
import os
import sys

# what Qt needs from the system: the file it asks for -> the Debian package that holds it
BASE_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgthread-2.0.so.0": "libglib2.0-0",
}
X_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
INSTEAD = "render to files instead: cnn-inspector screenshot DIR, or cnn-inspector filter IMAGE -k KERNEL -o OUT.png"


def display_problem(*, offscreen: bool = False) -> str:
    """One sentence why no window can be opened, with what to do; '' where one can."""
    if not sys.platform.startswith("linux"):
        return ""
    platform = "offscreen" if offscreen else os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not platform and not screen:
        return f"There is no display to open a window on; {INSTEAD}"
    on_x = platform == "xcb" or (not platform and not os.environ.get("WAYLAND_DISPLAY"))
    missing = missing_packages(BASE_LIBRARIES | (X_LIBRARIES if on_x else {}))
    if missing:
        return f"Qt needs system libraries that are missing; install them: apt-get install {' '.join(missing)}"
    if on_x and not _x_answers():
        return f"The display {os.environ.get('DISPLAY', '')!r} does not answer; {INSTEAD}"
    return ""


def missing_packages(libraries: dict[str, str]) -> tuple[str, ...]:
    """The packages of those libraries that the loader does not find."""
    return tuple(package for file, package in libraries.items() if not _loads(file))


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def _x_answers() -> bool:
    """Whether a connection to the X server of ``DISPLAY`` can be made."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    answers = int(xcb.xcb_connection_has_error(connection)) == 0
    xcb.xcb_disconnect(connection)
    return answers
