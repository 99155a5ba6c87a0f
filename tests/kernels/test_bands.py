"""Sharing work among threads."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels.bands import Cancelled, share, split, threads


@given(st.integers(0, 200), st.integers(1, 50))
def test_bands_cover_everything_once(length, band) -> None:
    rows = [row for start, stop in split(length, band) for row in range(start, stop)]
    assert rows == list(range(length))
    assert all(stop - start <= band for start, stop in split(length, band))


def test_every_job_is_done_once() -> None:
    done: list[int] = []
    share(range(100), lambda: done.append)
    assert sorted(done) == list(range(100))


def test_no_jobs_are_no_work() -> None:
    share([], lambda: pytest.fail)


def test_scratch_memory_belongs_to_one_thread() -> None:
    owners: list[tuple[int, int]] = []

    def start():
        me = threading.get_ident()
        return lambda _: owners.append((me, threading.get_ident()))

    share(range(50), start)
    assert all(maker == user for maker, user in owners)
    assert len({maker for maker, _ in owners}) <= threads()


def test_the_first_error_stops_the_rest_and_is_raised() -> None:
    done: list[int] = []

    def work(job: int) -> None:
        if job == 3:
            raise ZeroDivisionError(job)
        done.append(job)

    with pytest.raises(ZeroDivisionError):
        share(range(10_000), lambda: work)
    assert len(done) < 9_999


def test_cancel_is_asked_before_every_job() -> None:
    done: list[int] = []
    with pytest.raises(Cancelled):
        share(range(100), lambda: done.append, lambda: len(done) >= 5)
    assert 5 <= len(done) < 5 + threads()


def test_after_an_error_the_threads_work_again() -> None:
    test_the_first_error_stops_the_rest_and_is_raised()
    test_every_job_is_done_once()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_gets_threads_of_its_own() -> None:
    test_every_job_is_done_once()
    child = os.fork()
    if child == 0:
        done: list[int] = []
        share(range(100), lambda: done.append)
        os._exit(0 if len(done) == 100 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_alone_the_calling_thread_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernels.bands.threads", lambda: 3)
    members: list[int] = []
    done: list[int] = []

    def start():
        members.append(threading.get_ident())
        return done.append

    share(range(20), start, alone=True)
    assert (members, done) == ([threading.get_ident()], list(range(20)))


def test_a_thread_that_has_not_begun_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, end = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: (busy.set(), end.wait()))
        busy.wait()
        monkeypatch.setattr("kernels.bands._pool", lambda: pool)
        monkeypatch.setattr("kernels.bands.threads", lambda: 2)
        done: list[int] = []
        caller = threading.Thread(target=share, args=(range(20), lambda: done.append))
        caller.start()
        caller.join(10)
        waits = caller.is_alive()
        end.set()
        caller.join()
    assert not waits
    assert done == list(range(20))
