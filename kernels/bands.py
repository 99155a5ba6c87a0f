"""Sharing work among threads, in bands of rows, with a way to stop early."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from threading import Event, Lock
from typing import Generic, TypeVar

Job = TypeVar("Job")
Cancel = Callable[[], bool]


class Cancelled(Exception):  # noqa: N818 - not an error but the answer to a request
    """The caller's ``cancel`` said yes; there is no result."""


def threads() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads(), thread_name_prefix="kernels")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a forked child has none of the threads


def split(length: int, band: int) -> list[tuple[int, int]]:
    """Half-open ranges of at most ``band`` that cover ``0 .. length``."""
    return [(start, min(start + band, length)) for start in range(0, length, band)]


def share(
    jobs: Iterable[Job], start: Callable[[], Callable[[Job], None]], cancel: Cancel | None = None, *, alone: bool = False
) -> None:
    """Do every job, on all threads; safe to call from several threads at once. ``alone``: on the calling thread only.

    Each thread that takes part calls ``start`` once, for a function with its own scratch memory,
    and applies it to jobs until none is left. ``cancel`` is asked before each job.
    Raises Cancelled, or the first error of a job.
    """
    work = list(jobs)
    if alone or len(work) <= 1 or threads() <= 1:
        _in_turn(work, start(), cancel)
        return
    team = _Team(work, start, cancel)
    others: list[Future[None]] = [_pool().submit(team.member) for _ in range(min(threads(), len(work)) - 1)]
    try:
        team.member()
    finally:  # whoever has not begun by now is not waited for; the others are, so that nobody writes into the result later
        taking_part = [other for other in others if not other.cancel()]
        for other in taking_part:
            other.exception()
    for other in taking_part:
        other.result()


def _in_turn(jobs: list[Job], do: Callable[[Job], None], cancel: Cancel | None) -> None:
    for job in jobs:
        if cancel is not None and cancel():
            raise Cancelled
        do(job)


class _Team(Generic[Job]):
    """The threads of one call of ``share`` and the jobs that are left."""

    def __init__(self, jobs: list[Job], start: Callable[[], Callable[[Job], None]], cancel: Cancel | None) -> None:
        self._jobs = iter(jobs)
        self._start = start
        self._cancel = cancel
        self._lock = Lock()
        self._stop = Event()

    def member(self) -> None:
        """Take jobs until none is left, one fails, or the caller cancels."""
        try:
            do = self._start()
            while (job := self._next()) is not None:
                do(job)
        except BaseException:
            self._stop.set()  # the others need not go on
            raise

    def _next(self) -> Job | None:
        with self._lock:
            if self._stop.is_set():
                return None
            if self._cancel is not None and self._cancel():
                raise Cancelled
            return next(self._jobs, None)
