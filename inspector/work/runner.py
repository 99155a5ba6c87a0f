"""One worker thread per resource: what waits is replaced, what runs finishes, failures are values."""

import logging
import os
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import count
from time import monotonic, perf_counter
from typing import Any

log = logging.getLogger("inspector")
YIELDING, NICEST = 10, 19  # how much nicer workers are that give way, and the most there is


@dataclass(frozen=True)
class Operation:
    """A piece of work as a value.

    ``run`` gets a function that says whether it should stop; it carries all that it needs and
    touches neither Qt nor shared state. With ``latest_only`` a waiting operation of the same
    ``kind`` is replaced by this one (live filtering); without, each is done in turn and to its
    end, whatever is cancelled or closed meanwhile (saving).
    """

    kind: str
    title: str
    run: Callable[[Callable[[], bool]], Any]
    resource: str = "compute"
    latest_only: bool = True


@dataclass(frozen=True)
class Outcome:
    """How an operation ended: ``value``, or the ``error`` with its ``trace``; ``cancelled`` if it was to stop.

    ``serial`` is what ``Runner.submit`` answered, ``milliseconds`` the time that ``run`` took.
    """

    operation: Operation
    serial: int
    milliseconds: float
    value: Any = None
    error: Exception | None = None
    trace: str = ""
    cancelled: bool = False


@dataclass(frozen=True)
class Running:
    """What a worker is doing now, since when (``time.monotonic``)."""

    operation: Operation
    since: float


class _Worker:
    def __init__(self, name: str, deliver: Callable[[Outcome], None], *, yields: bool, paced: bool) -> None:
        self._deliver = deliver
        self._yields, self._paced = yields, paced
        self._untaken = False
        self._waiting: deque[tuple[int, Operation]] = deque()
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._closed = False
        self.running: Running | None = None
        self._thread = threading.Thread(target=self._loop, name=f"inspector-{name}", daemon=True)
        self._thread.start()

    def submit(self, serial: int, operation: Operation) -> None:
        with self._changed:
            if operation.latest_only:
                self._waiting = deque(w for w in self._waiting if w[1].kind != operation.kind)
            self._waiting.append((serial, operation))
            self._changed.notify()

    def cancel(self) -> None:
        with self._changed:
            self._drop()

    def taken(self) -> None:
        with self._changed:
            self._untaken = False
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._drop()
            self._changed.notify()

    def _drop(self) -> None:
        self._waiting = deque(w for w in self._waiting if not w[1].latest_only)
        if self.running is not None and self.running.operation.latest_only:
            self._stop.set()

    def join(self, seconds: float, finishing: float) -> bool:
        self._thread.join(finishing if self._must_finish() else max(seconds, 0.0))
        return not self._thread.is_alive()

    def _must_finish(self) -> bool:
        with self._changed:
            running = self.running is not None and not self.running.operation.latest_only
            return running or bool(self._waiting)

    def idle(self) -> bool:
        with self._changed:
            return self.running is None and not self._waiting

    def _next(self) -> tuple[int, Operation] | None:
        with self._changed:
            self.running = None
            self._changed.wait_for(lambda: self._closed or (self._waiting and not self._untaken))
            if not self._waiting:
                return None
            serial, operation = self._waiting.popleft()
            self._stop.clear()
            self.running = Running(operation, monotonic())
            return serial, operation

    def _loop(self) -> None:
        if self._yields:
            _give_way()
        while (task := self._next()) is not None:
            self._hand_over(_perform(*task, self._stop.is_set))
            del task  # while nothing is to do, neither pictures nor results are held here

    def _hand_over(self, outcome: Outcome) -> None:
        with self._changed:
            closed = self._closed
            self._untaken = self._paced
        if not closed:
            self._deliver(outcome)
        elif outcome.error is not None and not outcome.cancelled:
            log.error("%s failed while the window was closed: %s", outcome.operation.title, outcome.trace)


class Runner:
    """Hands operations to their resource's worker and the outcomes to ``deliver``.

    ``deliver`` is called on the worker threads and must pass the outcome on (a queued signal).
    Serials grow with every submission, so a receiver can tell its outcome from an older one.
    Nothing is delivered after ``close``. The workers of ``yielding`` resources, which may take all cores for seconds, and the
    threads that they start give way to the main thread where the system can do that for threads. Those of ``paced`` resources
    begin nothing before ``taken`` is called for what they delivered last: of large results there are never more than the one
    that is shown and the one that is made.
    """

    def __init__(
        self,
        deliver: Callable[[Outcome], None],
        resources: tuple[str, ...],
        yielding: Collection[str] = (),
        paced: Collection[str] = (),
    ) -> None:
        self._pass_on = deliver
        self._lock = threading.Lock()
        self._delivered = 0
        self._serial = count(1)
        self._workers = {name: _Worker(name, self._deliver, yields=name in yielding, paced=name in paced) for name in resources}

    def submit(self, operation: Operation) -> int:
        """Queue the operation; its serial."""
        serial = next(self._serial)
        self._workers[operation.resource].submit(serial, operation)
        return serial

    def taken(self, outcome: Outcome) -> None:
        """What it replaces has been let go."""
        self._workers[outcome.operation.resource].taken()

    def cancel(self, resource: str) -> None:
        """Drop what waits and ask what runs to stop, except for what must be done to its end."""
        self._workers[resource].cancel()

    def running(self) -> tuple[Running, ...]:
        """What is being done at this moment."""
        return tuple(r for w in self._workers.values() if (r := w.running) is not None)

    def idle(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return all(worker.idle() for worker in self._workers.values())

    @property
    def delivered(self) -> int:
        """How many outcomes were handed to ``deliver``; once idle, a receiver that has seen as many has seen all."""
        return self._delivered

    def close(self, seconds: float = 1.0, finishing: float = 60.0) -> bool:
        """Stop everything; whether all workers ended.

        Waits ``seconds`` in all for what can be dropped, and ``finishing`` for what must be done to its end.
        """
        deadline = monotonic() + seconds
        for worker in self._workers.values():
            worker.close()
        ended = [worker.join(deadline - monotonic(), finishing) for worker in self._workers.values()]
        return all(ended)

    def _deliver(self, outcome: Outcome) -> None:
        with self._lock:
            self._delivered += 1
        self._pass_on(outcome)


def _give_way() -> None:
    """Let other threads go first; Linux alone has a priority for each thread that anybody may lower."""
    if sys.platform == "linux":
        thread = os.PRIO_PROCESS, threading.get_native_id()
        os.setpriority(*thread, min(os.getpriority(*thread) + YIELDING, NICEST))


def _perform(serial: int, operation: Operation, stopped: Callable[[], bool]) -> Outcome:
    start = perf_counter()
    value: Any = None
    failure: Exception | None = None
    trace = ""
    try:
        value = operation.run(stopped)
    except Exception as error:  # noqa: BLE001 - the one place where a failure becomes a value
        trace = "".join(traceback.format_exception(error))
        failure = error.with_traceback(None)
    return Outcome(operation, serial, (perf_counter() - start) * 1e3, value, failure, trace, stopped())
