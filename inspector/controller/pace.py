"""How many results were shown in the last second."""

from collections import deque
from time import monotonic


class Pace:
    """Counts frames by the clock; 0 once nothing has moved for a second."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def shown(self) -> None:
        """A new result is on the screen."""
        self._times.append(monotonic())

    def frames(self) -> int:
        """Frames shown within the last second."""
        while self._times and self._times[0] < monotonic() - 1.0:
            self._times.popleft()
        return len(self._times)
