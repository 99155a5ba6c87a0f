"""The labels over the pictures: what input and output are, the value under the mouse, and the zoom."""

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from inspector.core.state import Layout
from inspector.views.image_layer import Resampling, resampling
from inspector.views.widgets.chip import Chip

GAP = 8  # between a label and the edge, pixels


class PictureLabels:
    """Chips in the four corners of a picture area: input, output, reading and zoom."""

    def __init__(self, parent: QWidget) -> None:
        self.input, self.output, self.reading, self.zoom = (Chip(parent) for _ in range(4))

    @property
    def plain(self) -> str:
        """All but the zoom in one sentence, for screen readers."""
        return "; ".join(chip.text for chip in (self.input, self.output, self.reading) if chip.text)

    def show_zoom(self, scale: float) -> None:
        """Screen pixels for each input pixel as a percentage, and what that does to the pixels."""
        percent, method = 100 * scale, resampling(scale)
        text = f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %"
        self.zoom.show_text(text if method is Resampling.EXACT else f"{text} · {method}")

    def place(self, layout: Layout, left: QRect, right: QRect) -> None:
        """Put the labels into the corners of the views ``left`` and ``right``, which may be the same.

        Where two share a line, the one on the right has what the other leaves.
        """
        room = left.width() - 2 * GAP
        west, east = left.left() + GAP, right.left() + right.width() - GAP
        top, bottom = left.top() + GAP, left.top() + left.height() - GAP - self.zoom.sizeHint().height()
        first, second = _shared(room, self.input, self.output) if layout is Layout.SPLIT else (room, room)
        self.input.place(west, top, 0 if layout is Layout.OUTPUT else first)
        self.output.place(east, top, 0 if layout is Layout.INPUT else second, from_right=True)
        zoom, reading = (room, room) if layout is Layout.SIDE else _shared(room, self.zoom, self.reading)
        self.reading.place(west, bottom, reading)
        self.zoom.place(east, bottom, zoom, from_right=True)


def _shared(room: int, chip: Chip, other: Chip) -> tuple[int, int]:
    """Room for a label, at most a half or what the ``other`` one does not need, and what it leaves for that."""
    taken = min(chip.sizeHint().width(), max((room - GAP) // 2, room - GAP - other.sizeHint().width()))
    return taken, room - GAP - taken
