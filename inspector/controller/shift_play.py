"""The animation of the Shift workspace: the picture wanders along the axis of the saw-tooth, and back."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from inspector.core.shift.settings import ShiftSettings
from inspector.core.shift.shown import amount_of, shift_at
from inspector.core.shift.transforms import Places

BEAT = 33  # milliseconds between two steps at least


class Wandering(QObject):
    """Calls ``step`` with the number of the animation as long as it runs."""

    def __init__(self, step: Callable[[int], None]) -> None:
        super().__init__()
        self._step = step
        self._session = 0
        self._way = 1.0
        self._timer = QTimer(self, interval=BEAT)
        self._timer.timeout.connect(self._beat)

    @property
    def running(self) -> bool:
        """Whether the picture is on its way."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Start, or stop."""
        if self.running:
            self.stop()
        else:
            self._session += 1
            self._timer.start()

    def stop(self) -> None:
        """Let the picture rest where it is."""
        self._timer.stop()

    def next(self, settings: ShiftSettings) -> Places:
        """The next shift (dy, dx): a pixel further along the axis, and back from its end."""
        amount = amount_of(settings.axis, (settings.dy, settings.dx))
        if abs(amount + self._way) > settings.reach:
            self._way = -1.0 if amount > 0 else 1.0
        return shift_at(settings.axis, float(round(amount + self._way)))

    def _beat(self) -> None:
        self._step(self._session)
