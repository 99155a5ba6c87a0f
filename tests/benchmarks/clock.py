"""Where the clocks of the benchmarks are read; ``tests/test_clock.py`` tests these."""

from collections.abc import Callable, Sequence
from math import inf
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, QTimer


class AfterPaint(QObject):
    """Calls ``done`` once, when a paint event of the watched widget has been handled."""

    def __init__(self, widget: QObject, done: Callable[[], None]) -> None:
        super().__init__(widget)
        self._done: Callable[[], None] | None = done
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The filter runs before the paint event, so the call is queued behind it."""
        if event.type() == QEvent.Type.Paint and self._done is not None:
            done, self._done = self._done, None
            QTimer.singleShot(0, done)
        return super().eventFilter(watched, event)


class Paints(QObject):
    """``last``: when the watched widget's last paint event was over, 0 before the first."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self.last = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As in ``AfterPaint``, the clock is read behind the event."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._note)
        return super().eventFilter(watched, event)

    def _note(self) -> None:
        self.last = perf_counter()


class Views(QObject):
    """``seen``: for each paint of the watched widget when it was over, and what ``shown`` told as it began."""

    def __init__(self, widget: QObject, shown: Callable[[], Any]) -> None:
        super().__init__(widget)
        self._shown = shown
        self.seen: list[tuple[float, Any]] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As in ``AfterPaint``, the clock is read behind the event."""
        if event.type() == QEvent.Type.Paint:
            shown = self._shown()
            QTimer.singleShot(0, lambda: self.seen.append((perf_counter(), shown)))
        return super().eventFilter(watched, event)

    def followed(self, moves: Sequence[tuple[float, Any]], same: Callable[[Any, Any], bool]) -> list[float]:
        """For each move, at a time and towards something, when that or what a later move is towards was painted first.

        Infinite where it never was; ``same`` says whether something that was shown is what a move is towards.
        """
        ends = [inf] * len(moves)
        for over, shown in self.seen:
            made = [number for number, (time, wanted) in enumerate(moves) if time <= over and same(shown, wanted)]
            for number in range(max(made, default=-1) + 1):
                ends[number] = min(ends[number], over)
        return ends


class Stalls(QObject):
    """Samples how long the main thread lets a timer of ``tick`` milliseconds wait."""

    def __init__(self, tick: int = 1) -> None:
        super().__init__()
        self._tick = tick
        self._last = 0.0
        self.gaps: list[float] = []
        self._timer = QTimer(self, interval=tick, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)

    def start(self) -> None:
        """Begin to watch."""
        self._last = perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """End."""
        self._timer.stop()

    def percentile(self, share: float) -> float:
        """Milliseconds beyond the tick that ``share`` percent of the waits stay below."""
        return float(np.percentile(self.gaps, share))

    def _note(self) -> None:
        now = perf_counter()
        self.gaps.append(max((now - self._last) * 1e3 - self._tick, 0.0))
        self._last = now


def resident() -> dict[str, float]:
    """Resident memory of this process in megabytes: now, and the most there ever was (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found: dict[str, Any] = dict(line.split(":", 1) for line in lines)
    return {"now": int(found["VmRSS"].split()[0]) / 1024, "peak": int(found["VmHWM"].split()[0]) / 1024}
