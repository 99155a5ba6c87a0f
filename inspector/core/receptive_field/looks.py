"""How a layer looks at what it is given, along one axis: which places of its input each of its units sees."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]


class Look(Protocol):
    """One axis of a layer. Units and places count from 0; negative ones and those past the end lie in padding."""

    @property
    def rate(self) -> Fraction | None:
        """Places of the input from one unit to the next; None where that is not the same for all units."""

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The first and the last place that the units ``first`` … ``last`` (inclusive) see, also of units in padding."""

    def __hash__(self) -> int:
        """Looks are values."""

    def places(self, units: int) -> Places:
        """``(units, taps)``: every place that each unit sees, which may lie outside; a row may repeat a place."""


@dataclass(frozen=True)
class Windowed:
    """A convolution or pooling; ``padding`` is what is added before the first place."""

    kernel: int = 1
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def rate(self) -> Fraction:
        """See ``Look``."""
        return Fraction(self.stride)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """See ``Look``."""
        return (first * self.stride - self.padding,
                last * self.stride - self.padding + self.dilation * (self.kernel - 1))  # fmt: skip

    def places(self, units: int) -> Places:
        """See ``Look``."""
        starts = np.arange(units)[:, np.newaxis] * self.stride - self.padding
        return starts + self.dilation * np.arange(self.kernel)


@dataclass(frozen=True)
class Repeated:
    """Nearest-neighbour upsampling: each place of the input becomes ``factor`` units."""

    factor: int

    @property
    def rate(self) -> Fraction:
        """See ``Look``."""
        return Fraction(1, self.factor)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """See ``Look``."""
        return first // self.factor, last // self.factor

    def places(self, units: int) -> Places:
        """See ``Look``."""
        return np.arange(units)[:, np.newaxis] // self.factor


@dataclass(frozen=True)
class Whole:
    """Every unit sees all ``count`` places: flatten, a linear layer, a mean; with 1 place, broadcasting."""

    count: int

    @property
    def rate(self) -> None:
        """See ``Look``."""
        return None

    def span(self, first: int, last: int) -> tuple[int, int]:
        """See ``Look``."""
        return 0, self.count - 1

    def places(self, units: int) -> Places:
        """See ``Look``."""
        return np.broadcast_to(np.arange(self.count), (units, self.count))


@dataclass(frozen=True)
class Listed:
    """What each unit sees, unit by unit, each row sorted and not empty: windows of different sizes, or measured ones.

    Units that do not exist see what the nearest that exists sees.
    """

    rows: tuple[tuple[int, ...], ...]

    @property
    def rate(self) -> None:
        """See ``Look``."""
        return None

    def span(self, first: int, last: int) -> tuple[int, int]:
        """See ``Look``."""
        top = len(self.rows) - 1
        seen = self.rows[min(max(first, 0), top) : min(max(last, 0), top) + 1]
        return min(row[0] for row in seen), max(row[-1] for row in seen)

    def places(self, units: int) -> Places:
        """See ``Look``."""
        longest = max(map(len, self.rows))
        return np.array([row + (row[-1],) * (longest - len(row)) for row in self.rows[:units]])


@dataclass(frozen=True)
class Spread:
    """A transposed convolution: place p reaches the units ``p * stride - padding + dilation * tap``, for each tap of the kernel.

    Where the stride is larger than the kernel, some units see nothing.
    """

    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def rate(self) -> Fraction:
        """See ``Look``."""
        return Fraction(1, self.stride)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """See ``Look``; units that see nothing say between which places they lie."""
        units = range(first, last + 1) if last - first < 2 * self._recurs else (
            *range(first, first + self._recurs), *range(last - self._recurs + 1, last + 1))  # fmt: skip
        seen = [place for unit in units for place in self._row(unit)]
        if seen:
            return min(seen), max(seen)
        before = (first + self.padding) // self.stride
        return before, before + 1

    def places(self, units: int) -> Places:
        """See ``Look``; -1 for units that see nothing."""
        rows = [self._row(unit) or (-1,) for unit in range(units)]
        return Listed(tuple(rows)).places(units)

    @property
    def _recurs(self) -> int:
        """So many units apart, the first and the last places of windows only grow."""
        return self.stride * self.dilation

    def _row(self, unit: int) -> tuple[int, ...]:
        reached = (unit + self.padding - self.dilation * tap for tap in reversed(range(self.kernel)))
        return tuple(there // self.stride for there in reached if there % self.stride == 0)


@dataclass(frozen=True)
class Recurring:
    """Windows that come again: unit ``i + len(rows)`` sees what unit i sees, ``advance`` places on; each row sorted."""

    rows: tuple[tuple[int, ...], ...]
    advance: int

    @property
    def rate(self) -> Fraction:
        """See ``Look``."""
        return Fraction(self.advance, len(self.rows))

    def span(self, first: int, last: int) -> tuple[int, int]:
        """See ``Look``."""
        return self.row(first)[0], self.row(last)[-1]

    def places(self, units: int) -> Places:
        """See ``Look``."""
        return Listed(tuple(map(self.row, range(units)))).places(units)

    def row(self, unit: int) -> tuple[int, ...]:
        """The places that a unit sees."""
        turns, phase = divmod(unit, len(self.rows))
        return _moved(self.rows[phase], turns * self.advance)


def recurring(listed: Listed, places: int) -> Recurring | None:
    """The windows whose rows on so many ``places`` are ``listed``, as found by measuring; None if they are not regular.

    Windows that reach over an edge may have become anything there, as they do with reflection; all others, which must be the
    most, are as they recur. They move by whole places from unit to unit, or by one place in several units.
    """
    middle = len(listed.rows) // 2
    for period in range(1, middle + 1):
        here, there = listed.rows[middle - period], listed.rows[middle]
        advance = there[0] - here[0]
        if advance < 1 or (period > 1 and advance > 1):
            continue
        first = middle - period - (middle - period) % period
        rows = tuple(_moved(listed.rows[first + phase], -(first // period) * advance) for phase in range(period))
        found = Recurring(rows, advance)
        if _holds(found, listed, places):
            return found
    return None


def _holds(windows: Recurring, listed: Listed, places: int) -> bool:
    inside = [
        row == window
        for row, window in zip(listed.rows, map(windows.row, range(len(listed.rows))), strict=True)
        if window[0] >= 0 and window[-1] < places
    ]
    return all(inside) and 2 * len(inside) > len(listed.rows)


def _moved(row: tuple[int, ...], by: int) -> tuple[int, ...]:
    return tuple(place + by for place in row)


Looks = tuple[Look, Look]  # along y, along x
SAME: Looks = (Windowed(), Windowed())  # each unit sees its own place
