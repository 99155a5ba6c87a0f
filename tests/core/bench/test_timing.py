"""Where the clock is read, told by a clock and a device that only count."""

import numpy as np
import pytest

from inspector.core.bench.timing import MOST, Case, Clock, DisagreementError, Way, alike, medians, runs, turns


class Device:
    """Work given to it is done when it is waited for; the time passes then. ``now`` is a clock of whole seconds."""

    def __init__(self) -> None:
        self.time = 0.0
        self.queue: list[float] = []
        self.readings: list[int] = []  # how much was still to be done at each reading

    def now(self) -> float:
        self.readings.append(len(self.queue))
        return self.time

    def wait(self) -> None:
        self.time += sum(self.queue)
        self.queue.clear()

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.wait)

    def way(self, *seconds: float, on_host: float = 0.0) -> Way:
        """Its runs take so long in turn, the last one from then on."""
        left = list(seconds)

        def run() -> np.ndarray:
            self.time += on_host
            self.queue.append(left.pop(0) if len(left) > 1 else left[0])
            return np.ones(3)

        return Way(run)


def test_the_time_is_that_of_the_device_and_not_only_that_of_giving_it_the_work():
    device = Device()
    assert device.clock.seconds(device.way(7.0, on_host=1.0)) == 8.0


def test_what_was_given_to_the_device_before_is_done_before_the_clock_starts():
    device = Device()
    device.queue.append(100.0)
    assert device.clock.seconds(device.way(7.0)) == 7.0
    assert device.readings == [0, 0]


def test_comparing_and_warming_up_are_not_timed():
    device = Device()
    slow_at_first = device.way(100.0, 5.0)
    found = medians(Case("t", "w", lambda: {"a": slow_at_first, "b": device.way(3.0)}), device.clock, seconds=30.0)
    assert found == {"a": 5.0, "b": 3.0}
    assert set(device.readings) == {0}


def test_the_result_is_given_up_after_the_clock_was_read():
    class Result:
        def __del__(self) -> None:
            device.time += 50.0

    device = Device()
    assert device.clock.seconds(Way(Result, None)) == 0.0
    assert device.time == 50.0


def test_the_median_is_that_of_all_runs_but_the_warm_ones():
    device = Device()
    way = device.way(9.0, 1.0, 9.0, 2.0, 9.0, 3.0, 9.0, 4.0, 9.0, 5.0)  # compared, read; then warm and read in turns
    assert medians(Case("t", "w", lambda: {"a": way}), device.clock, seconds=0.0) == {"a": 2.0}


def test_ways_run_in_turn_and_slow_ones_spread_over_the_whole_time():
    assert turns([3, 3]) == [0, 1, 0, 1, 0, 1]
    assert turns([4, 2, 0]) == [0, 0, 1, 0, 0, 1]
    assert turns([0, 0]) == []


@pytest.mark.parametrize("counts", [[5, 3, 1], [1, 1, 31], [7], [20, 4, 0]])
def test_every_way_has_its_number_of_turns(counts):
    found = turns(counts)
    assert [found.count(who) for who in range(len(counts))] == counts


def test_who_is_far_behind_the_best_two_is_read_once():
    assert runs([1e-6, 2e-6, 1.0], 0.3) == [MOST, MOST, 0]
    assert runs([1e-6, 1.0], 0.3)[1] > 0, "the only peer is measured well, however slow"
    assert runs([1.0], 0.3)[0] > 0
    assert runs([1.0, 1e-6, 1e-6], 0.3)[0] > 0, "a first run that happened to be slow does not judge the engine"


def test_different_results_are_never_timed():
    device, ran = Device(), []

    def wrong() -> np.ndarray:
        ran.append(1)
        return np.array([1.0, 1.0, 1.01])

    case = Case("topic", "work", lambda: {"a": device.way(1.0), "b": Way(wrong)})
    with pytest.raises(DisagreementError, match="topic, work: a and b do not give the same result"):
        medians(case, device.clock, 1.0)
    assert (len(ran), device.readings) == (1, [])


@pytest.mark.parametrize(
    ("found", "same"),
    [
        (np.float32([[2, 0], [0, 2]]), True),
        (np.float32([[2, 0], [0, 2.0001]]), True),
        (np.float32([[2, 0], [0, 2.001]]), False),
        (np.float32([[2, 0], [0, np.nan]]), False),
        (np.float32([2, 0, 0, 2]), False),
        (np.float64([[2, 0], [0, 2]]), False),
    ],
)
def test_results_are_alike_up_to_rounding(found, same):
    assert alike(np.float32([[2, 0], [0, 2]]), found) is same


@pytest.mark.parametrize(("found", "same"), [([0, 255], True), ([1, 254], True), ([255, 255], False), ([2, 255], False)])
def test_levels_may_differ_by_one_and_do_not_wrap_round(found, same):
    assert alike(np.uint8([0, 255]), np.uint8(found)) is same
