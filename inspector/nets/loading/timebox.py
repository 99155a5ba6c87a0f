"""Running what may never end: somebody else's ``forward``, a server that has stopped talking."""

import ctypes
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from kernels import Cancel, Cancelled

Result = TypeVar("Result")
_POLL = 0.05  # seconds between two looks at the clock and at ``cancel``
_GRACE = 0.3  # seconds that a run which is to stop gets for it


class NeverEnded(RuntimeError):  # noqa: N818 - says what happened, as the other ends do
    """The run took longer than it was given."""


class _Stop(BaseException):
    """Raised inside the run by another thread; no error of its own, so that ``except Exception`` lets it pass."""


def bounded(run: Callable[[], Result], *, cancel: Cancel, seconds: float) -> Result:
    """What ``run`` returns or raises, computed in a thread of its own.

    torch's switches, such as ``inference_mode``, hold for one thread: ``run`` sets its own. A run that is to stop is
    interrupted at its next Python instruction; one that hangs outside Python, or catches everything, is left behind.

    Raises:
        NeverEnded: it took longer than ``seconds``.
        Cancelled: ``cancel`` said yes.
    """
    job = _Job(run)
    end = time.monotonic() + seconds
    try:
        while not job.ended(_POLL):
            if cancel():
                raise Cancelled
            if time.monotonic() > end:
                raise NeverEnded(f"it did not end within {seconds:g} seconds")
    finally:
        job.stop()
    return job.result()


class _Job(Generic[Result]):
    def __init__(self, run: Callable[[], Result]) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._over = False  # from here on no exception is sent into the thread
        self._values: list[Result] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="timebox", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            self._attempt()
            with self._lock:
                self._over = True
        except _Stop:
            return

    def _attempt(self) -> None:
        try:
            self._values.append(self._run())
        except _Stop:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised again where the caller waits
            self._error = error

    def ended(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """End it if it still runs: the only way that Python has to interrupt a thread."""
        with self._lock:
            if not self._over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread.ident or 0), ctypes.py_object(_Stop))
        self._thread.join(_GRACE)

    def result(self) -> Result:
        if self._error is not None:
            raise self._error
        return self._values[0]
