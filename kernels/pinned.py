"""Memory of the host that a GPU reads and writes by itself, kept for the next picture."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.bands import share, split

Bytes = NDArray[np.uint8]

KEPT = 2  # buffers: a picture on its way there, a result on its way back
COPIED_AT_ONCE = 4 << 20  # bytes that one thread copies


class Buffers:
    """Lends buffers to one user at a time. Safe to use from several threads.

    ``allocate(bytes)`` makes an object with the buffer protocol; ``release()`` is called when one is no longer kept.
    """

    def __init__(self, allocate: Callable[[int], Any], release: Callable[[], None]) -> None:
        self._allocate = allocate
        self._release = release
        self._lock = Lock()
        self._kept: list[Bytes] = []  # the most recently used ones last

    @contextmanager
    def lend(self, size: int) -> Iterator[Bytes]:
        """``size`` bytes, of whatever content."""
        buffer = self._take(size)
        if buffer is None:
            buffer = np.frombuffer(self._allocate(max(size, 1)), np.uint8)
        try:
            yield buffer[:size]
        finally:
            self._keep(buffer)

    def forget(self) -> None:
        """Keep none of those that are not lent."""
        with self._lock:
            self._kept.clear()
        self._release()

    def _take(self, size: int) -> Bytes | None:
        """The smallest that is large enough."""
        with self._lock:
            fitting = [place for place, buffer in enumerate(self._kept) if buffer.size >= size]
            return self._kept.pop(min(fitting, key=lambda place: self._kept[place].size)) if fitting else None

    def _keep(self, buffer: Bytes) -> None:
        with self._lock:
            self._kept.append(buffer)
            if len(self._kept) <= KEPT:
                return
            del self._kept[0]
        self._release()


def copy(source: NDArray[Any], target: NDArray[Any]) -> None:
    """Between C-contiguous arrays of one shape and type, on all threads: one alone does not fill the way to memory."""
    given, taken = source.reshape(-1), target.reshape(-1)

    def do(part: tuple[int, int]) -> None:
        taken[slice(*part)] = given[slice(*part)]

    share(split(given.size, COPIED_AT_ONCE // given.itemsize), lambda: do)
