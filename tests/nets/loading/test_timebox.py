"""A run that ends is as if it had been called; one that does not is left behind in time."""

import math
import threading
from contextlib import suppress

import pytest

from inspector.nets.loading import timebox
from inspector.nets.loading.timebox import NeverEnded, bounded
from kernels import Cancelled


def never():
    return False


def running():
    return [thread for thread in threading.enumerate() if thread.name == "timebox"]


def spin():
    while True:
        pass


def spin_through_errors():
    while True:
        with suppress(Exception):
            spin()


def test_what_it_returns_is_returned():
    assert bounded(lambda: "value", cancel=never, seconds=math.inf) == "value"
    assert bounded(lambda: None, cancel=never, seconds=0) is None


@pytest.mark.parametrize("error", [ValueError("wrong"), SystemExit(3), KeyboardInterrupt(), StopIteration(1)])
def test_what_it_raises_is_raised(error):
    def fail():
        raise error

    with pytest.raises(type(error)) as caught:
        bounded(fail, cancel=never, seconds=60)
    assert caught.value is error
    assert any(entry.name == "fail" for entry in caught.traceback)


@pytest.mark.parametrize("run", [spin, spin_through_errors])
def test_an_endless_loop_is_ended(run):
    with pytest.raises(NeverEnded, match=r"within 0\.1 seconds"):
        bounded(run, cancel=never, seconds=0.1)
    assert not running()


@pytest.mark.parametrize("run", [spin, spin_through_errors])
def test_cancelled_it_is_ended(run):
    answers = iter([False, True])
    with pytest.raises(Cancelled):
        bounded(run, cancel=lambda: next(answers), seconds=60)
    assert not running()


def test_what_hangs_outside_python_is_left_behind_and_ends_when_it_comes_back():
    release, after = threading.Event(), []

    def hang():
        release.wait()
        after.append("went on")

    with pytest.raises(NeverEnded):
        bounded(hang, cancel=never, seconds=0.05)
    (left,) = running()
    assert left.daemon
    release.set()
    left.join()
    assert after == []


def test_an_error_of_cancel_ends_it_too():
    def fail():
        raise RuntimeError("the window is gone")

    with pytest.raises(RuntimeError, match="the window is gone"):
        bounded(spin, cancel=fail, seconds=60)
    assert not running()


def test_many_that_end_just_when_they_are_stopped_leave_nothing_behind(monkeypatch):
    """No stray exception strikes a thread that has come to its end (pytest fails on one)."""
    monkeypatch.setattr(timebox, "_POLL", 0.001)
    endless = threading.Event()
    for _ in range(300):
        with suppress(Cancelled):
            bounded(lambda: endless.wait(0.001), cancel=lambda: True, seconds=60)
    assert not running()
