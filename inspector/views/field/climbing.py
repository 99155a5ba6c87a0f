"""The ways of a hand from layer to layer: turns of the wheel, and the keys for pages."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent

NOTCH = 120  # eighths of a degree of the wheel: what one click of it turns
KEYS = {int(Qt.Key.Key_PageUp): 1, int(Qt.Key.Key_PageDown): -1}  # up is on, away from the picture


class Climb:
    """Gathers what fine wheels and touchpads turn into whole steps: 1 is one layer on, -1 one back."""

    def __init__(self) -> None:
        self._turned = 0

    def steps(self, event: QWheelEvent) -> int:
        """How many layers to go after this turn of the wheel; another direction begins anew."""
        turn = event.angleDelta().y()
        self._turned = turn if self._turned * turn < 0 else self._turned + turn
        steps = int(self._turned / NOTCH)
        self._turned -= steps * NOTCH
        return steps
