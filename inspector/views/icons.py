"""The project's own icons, drawn in the text colour and sharp on every screen."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from inspector.core import resources

SIZES = (16, 20, 24, 32, 40, 48, 64)  # device pixels: 16, 20 and 24 on screens of scale 1, 1.5, 2


@lru_cache(maxsize=256)
def icon(name: str, colour: str, colour_when_on: str = "") -> QIcon:
    """The icon ``resources/icons/NAME.svg`` with its strokes in ``colour`` (``#rrggbb``).

    ``colour_when_on`` is for a checked button. Raises ValueError for a name that does not exist.
    """
    drawing = resources.icon(name).read_text(encoding="utf-8")
    result = QIcon()
    for state, stroke in ((QIcon.State.Off, colour), (QIcon.State.On, colour_when_on or colour)):
        renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", stroke).encode()))
        for size in SIZES:
            result.addPixmap(_pixmap(renderer, size), QIcon.Mode.Normal, state)
    return result


def _pixmap(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    return pixmap


def app_icon() -> QIcon:
    """The program's own icon, in its own colours."""
    return icon("app", "#000000")
