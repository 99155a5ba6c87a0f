"""Latest wins, what runs finishes, failures are values, closing is quick."""

import os
import sys
import threading
import weakref
from collections.abc import Iterator
from queue import Queue

import pytest

from inspector.work.runner import Operation, Outcome, Runner


class Desk:
    """A runner and what it delivered."""

    def __init__(self) -> None:
        self.outcomes: Queue[Outcome] = Queue()
        self.runner = Runner(self.outcomes.put, ("compute", "files"))

    def next(self) -> Outcome:
        return self.outcomes.get(timeout=10)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    assert desk.runner.close()


def blocked(
    gate: threading.Event, value: object = None, kind: str = "filter", started: threading.Event | None = None
) -> Operation:
    def run(_: object) -> object:
        if started:
            started.set()
        assert gate.wait(10)
        return value

    return Operation(kind, kind, run)


def instant(value: object, kind: str = "filter", *, latest_only: bool = True) -> Operation:
    return Operation(kind, kind, lambda _: value, latest_only=latest_only)


def test_a_value_comes_back_with_its_serial(desk: Desk) -> None:
    first, second = desk.runner.submit(instant(7)), desk.runner.submit(instant(8, "other"))
    outcomes = [desk.next(), desk.next()]
    assert [(o.value, o.serial, o.error, o.cancelled) for o in outcomes] == [(7, first, None, False), (8, second, None, False)]
    assert second > first


def test_what_waits_is_replaced_and_what_runs_finishes(desk: Desk) -> None:
    gate, started = threading.Event(), threading.Event()
    desk.runner.submit(blocked(gate, "first", started=started))
    assert started.wait(10)
    for number in range(50):
        desk.runner.submit(instant(number))
    gate.set()
    assert [desk.next().value, desk.next().value] == ["first", 49]
    assert desk.outcomes.empty()


def test_other_kinds_and_saves_are_never_dropped(desk: Desk) -> None:
    gate, started = threading.Event(), threading.Event()
    desk.runner.submit(blocked(gate, started=started))
    assert started.wait(10)
    desk.runner.submit(instant("other", "other"))
    for number in range(3):
        desk.runner.submit(instant(number, "save", latest_only=False))
    gate.set()
    assert [desk.next().value for _ in range(5)] == [None, "other", 0, 1, 2]


def test_a_failure_is_a_value_with_its_trace(desk: Desk) -> None:
    def fail(_: object) -> None:
        raise ValueError("too wide")

    desk.runner.submit(Operation("filter", "Filtering", fail))
    outcome = desk.next()
    assert str(outcome.error) == "too wide"
    assert "fail" in outcome.trace
    desk.runner.submit(instant("still works"))
    assert desk.next().value == "still works"


def test_cancel_stops_what_runs_and_drops_what_waits(desk: Desk) -> None:
    started = threading.Event()

    def until_stopped(stopped: object) -> None:
        started.set()
        while not stopped():  # type: ignore[operator]
            threading.Event().wait(0.001)
        raise RuntimeError("stopped")

    desk.runner.submit(Operation("filter", "Filtering", until_stopped))
    assert started.wait(10)
    desk.runner.submit(instant("waiting", "other"))
    desk.runner.cancel("compute")
    assert desk.next().cancelled
    desk.runner.submit(instant("next"))
    outcome = desk.next()
    assert (outcome.value, outcome.cancelled) == ("next", False)


def test_what_was_cancelled_says_so_even_if_it_came_to_its_end(desk: Desk) -> None:
    gate, started = threading.Event(), threading.Event()
    desk.runner.submit(blocked(gate, "done all the same", started=started))
    assert started.wait(10)
    desk.runner.cancel("compute")
    gate.set()
    assert desk.next().cancelled


def saving(gate: threading.Event, started: threading.Event, saved: list[object]) -> Operation:
    def run(stopped: object) -> None:
        started.set()
        assert gate.wait(10)
        saved.append("stopped" if stopped() else "whole")  # type: ignore[operator]

    return Operation("save", "Saving", run, latest_only=False)


def test_cancel_leaves_saves_alone(desk: Desk) -> None:
    gate, started, saved = threading.Event(), threading.Event(), []
    for _ in range(2):
        desk.runner.submit(saving(gate, started, saved))
    assert started.wait(10)
    desk.runner.cancel("compute")
    gate.set()
    assert not desk.next().cancelled
    assert not desk.next().cancelled
    assert saved == ["whole", "whole"]


def test_close_waits_for_saves_and_for_nothing_else() -> None:
    desk, gate, started, saved = Desk(), threading.Event(), threading.Event(), []
    for _ in range(2):
        desk.runner.submit(saving(gate, started, saved))
    desk.runner.submit(Operation("filter", "Filtering", lambda _: saved.append("filtered")))
    assert started.wait(10)
    threading.Timer(0.05, gate.set).start()
    assert desk.runner.close(seconds=0.0)
    assert saved == ["whole", "whole"]
    assert desk.outcomes.empty()


def test_a_save_that_fails_while_the_window_closes_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    desk, gate, started = Desk(), threading.Event(), threading.Event()

    def fail(_: object) -> None:
        started.set()
        assert gate.wait(10)
        raise OSError("the disk is full")

    desk.runner.submit(Operation("save", "Saving a.png", fail, latest_only=False))
    assert started.wait(10)
    threading.Timer(0.05, gate.set).start()
    assert desk.runner.close()
    assert "Saving a.png" in caplog.text
    assert "the disk is full" in caplog.text


def test_nothing_is_delivered_after_close() -> None:
    desk, gate, started = Desk(), threading.Event(), threading.Event()
    desk.runner.submit(blocked(gate, started=started))
    assert started.wait(10)
    threading.Timer(0.05, gate.set).start()
    assert desk.runner.close()
    assert desk.outcomes.empty()


def test_idle_and_running_tell_the_truth(desk: Desk) -> None:
    gate, started = threading.Event(), threading.Event()
    assert desk.runner.idle()
    desk.runner.submit(blocked(gate, started=started))
    assert started.wait(10)
    assert not desk.runner.idle()
    assert [r.operation.kind for r in desk.runner.running()] == ["filter"]
    gate.set()
    desk.next()
    assert desk.runner.delivered == 1


class Large:
    """Something whose end can be watched."""


def test_nothing_that_is_done_is_held(desk: Desk) -> None:
    given, made = Large(), Large()
    left = [weakref.ref(given), weakref.ref(made)]
    desk.runner.submit(Operation("filter", "Filtering", lambda _, given=given, made=made: (given, made)))
    del given, made
    assert len(desk.next().value) == 2
    while not desk.runner.idle():
        threading.Event().wait(0.001)
    assert [one() for one in left] == [None, None]


def test_a_paced_worker_begins_nothing_before_its_last_outcome_is_taken() -> None:
    outcomes: Queue[Outcome] = Queue()
    runner = Runner(outcomes.put, ("compute", "files"), paced=("compute",))
    taken: list[int] = []
    for number in range(20):
        runner.submit(Operation(f"filter {number}", "Filtering", lambda _: len(taken)))
    for number in range(20):
        outcome = outcomes.get(timeout=10)
        assert outcome.value == number
        taken.append(outcome.serial)
        runner.taken(outcome)
    assert runner.close()


def test_what_must_be_done_to_its_end_is_done_though_nothing_is_taken_any_more() -> None:
    outcomes: Queue[Outcome] = Queue()
    runner = Runner(outcomes.put, ("compute",), paced=("compute",))
    runner.submit(instant(1))
    outcomes.get(timeout=10)
    saved: list[int] = []
    for number in range(2):
        runner.submit(Operation("save", "Saving", lambda _, number=number: saved.append(number), latest_only=False))
    assert runner.close()
    assert saved == [0, 1]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no priority of threads")
def test_a_yielding_worker_and_what_it_starts_give_way_to_all_others() -> None:
    def niceness(_: object = None) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def of_a_thread(_: object) -> int:
        found: list[int] = []
        started = threading.Thread(target=lambda: found.append(niceness()))
        started.start()
        started.join()
        return found[0]

    outcomes: Queue[Outcome] = Queue()
    runner = Runner(outcomes.put, ("compute", "network"), yielding=("network",))
    found = {}
    for resource, run in (("compute", niceness), ("network", niceness), ("network", of_a_thread)):
        runner.submit(Operation("ask", "Ask", run, resource))
        found[resource, run] = outcomes.get(timeout=10).value
    assert runner.close()
    own = niceness()
    nicer = min(own + 10, 19)
    assert found == {("compute", niceness): own, ("network", niceness): nicer, ("network", of_a_thread): nicer}
