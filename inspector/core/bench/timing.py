"""Where the clock is read: ways to do one work are taken in turn, warm, and a device is waited for before each reading."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
TOLERANCE = 1e-4  # of the largest value of the result; pictures of whole numbers may differ by one level
FEWEST, MOST = 2, 15  # further runs that a median is of
FAR_BEHIND = 4  # times as slow as the second best: once is enough


class DisagreementError(ValueError):
    """Two ways to do one work do not give the same result, so that their times mean nothing."""


@dataclass(frozen=True, eq=False)
class Way:
    """``run`` does the work and returns the result, which may lie on a device.

    ``result`` makes of that what is compared: an array in main memory. None where another work is done, such as a copy.
    """

    run: Callable[[], Any]
    result: Callable[[Any], Array] | None = np.asarray


@dataclass(frozen=True, eq=False)
class Case:
    """One work, done in several ways by name, the first of which is judged; ``note`` tells how that one does it.

    ``make`` brings the input into being, so that it is there only while the case is measured.
    """

    topic: str
    work: str
    make: Callable[[], Mapping[str, Way]]
    note: str = ""


@dataclass(frozen=True)
class Clock:
    """``now`` in seconds; ``wait`` until the device has done all that it was given; nothing on a CPU."""

    now: Callable[[], float] = perf_counter
    wait: Callable[[], None] = lambda: None

    def seconds(self, way: Way) -> float:
        """What one run takes. The result is given up after the clock has been read."""
        self.wait()
        start = self.now()
        made = way.run()
        self.wait()
        end = self.now()
        del made
        return end - start


def medians(case: Case, clock: Clock, seconds: float) -> dict[str, float]:
    """The median time of each way, in seconds; each is given about ``seconds``, if it is not far behind.

    Every way has run before, for the comparison of the results, and runs once more right before each reading of the clock, so
    that whatever ran in between has left the caches and threads. Raises DisagreementError.
    """
    ways = case.make()
    check(case, ways)
    times = [[clock.seconds(way)] for way in ways.values()]
    for turn in turns(runs([time for (time,) in times], seconds)):
        way = list(ways.values())[turn]
        way.run()
        times[turn].append(clock.seconds(way))
    return {name: median(taken) for name, taken in zip(ways, times, strict=True)}


def check(case: Case, ways: Mapping[str, Way]) -> None:
    """Run every way; whatever the first one makes, the others must make too."""
    first, *others = ways.items()
    wanted = _result(first[1])
    for name, way in others:
        found = _result(way)
        if wanted is not None and found is not None and not alike(wanted, found):
            raise DisagreementError(f"{case.topic}, {case.work}: {first[0]} and {name} do not give the same result")


def _result(way: Way) -> Array | None:
    made = way.run()
    return None if way.result is None else way.result(made)


def alike(wanted: Array, found: Array) -> bool:
    """Equal up to rounding everywhere, at the borders too."""
    if wanted.shape != found.shape or wanted.dtype != found.dtype:
        return False
    if wanted.dtype.kind in "ui":
        return bool((np.maximum(wanted, found) - np.minimum(wanted, found)).max() <= 1)
    return float(np.abs(wanted - found).max()) <= TOLERANCE * float(np.abs(wanted).max())  # false for NaN


def runs(once: Sequence[float], seconds: float) -> list[int]:
    """How often ways that take ``once`` are run again in ``seconds``; those far behind the best two are not.

    The first one, which is judged, always is: a single run may have met cold caches.
    """
    second = sorted(once)[min(1, len(once) - 1)]
    return [_runs(time, seconds) if who == 0 or time <= FAR_BEHIND * second else 0 for who, time in enumerate(once)]


def _runs(once: float, seconds: float) -> int:
    return int(min(max(seconds / max(2 * once, 1e-9), FEWEST), MOST))


def turns(counts: Sequence[int]) -> list[int]:
    """Who runs when: each so often as it should, side by side and spread over the whole time."""
    rounds = max(counts)
    return [who for turn in range(rounds) for who, n in enumerate(counts) if (turn + 1) * n // rounds > turn * n // rounds]
