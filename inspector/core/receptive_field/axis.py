"""One axis of the fields of a layer: what each of its units sees of the picture, from the first pixel to the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm

from inspector.core.receptive_field.looks import Listed, Look, Whole, Windowed, recurring

Span = tuple[int, int]  # first and last pixel, both counted


@dataclass(frozen=True)
class Even:
    """Spans that recur, also those of units in padding: unit ``i + len(spans)`` sees what unit i sees, ``advance`` pixels on.

    Without advance, all units see the same. The default are the pixels themselves.
    """

    spans: tuple[Span, ...] = ((0, 0),)
    advance: int = 1

    @cached_property
    def jump(self) -> Fraction:
        """Pixels from one unit to the next, on average."""
        return Fraction(self.advance, len(self.spans))

    @property
    def size(self) -> int:
        """Pixels of the longest span."""
        return max(last - first for first, last in self.spans) + 1

    def span(self, first: int, last: int) -> Span:
        """What the units from ``first`` to ``last`` see together."""
        return self._at(first)[0], self._at(last)[1]

    def covers(self, pixels: int) -> bool:
        """Whether a span is as long as the picture."""
        return self.size >= pixels

    def through(self, look: Look, rate: Fraction) -> "Even":
        """What the next layer sees, whose ``look`` has this ``rate``."""
        turns = rate.denominator * len(self.spans)
        period = turns // gcd(rate.numerator, turns)
        spans = tuple(self.span(*look.span(unit, unit)) for unit in range(period))
        return Even(spans, int(period * rate * self.jump))

    def _at(self, unit: int) -> Span:
        turns, phase = divmod(unit, len(self.spans))
        first, last = self.spans[phase]
        return first + turns * self.advance, last + turns * self.advance


@dataclass(frozen=True)
class Uneven:
    """A span for each unit there is; those in padding see what the nearest that exists sees."""

    spans: tuple[Span, ...]

    @property
    def jump(self) -> None:
        """There is none."""
        return

    @property
    def size(self) -> int:
        """Pixels of the longest span."""
        return max(last - first for first, last in self.spans) + 1

    def span(self, first: int, last: int) -> Span:
        """What the units from ``first`` to ``last`` see together."""
        top = len(self.spans) - 1
        return _hull(self.spans[min(max(first, 0), top) : min(max(last, 0), top) + 1])

    def covers(self, pixels: int) -> bool:
        """Whether every unit sees the picture from end to end."""
        return all(first <= 0 and last >= pixels - 1 for first, last in self.spans)


Axis = Even | Uneven


def through(given: Axis, look: Look, places: int, units: int) -> Axis:
    """What a layer of ``units`` sees that looks so at what it is given, of which there are ``places``."""
    if look == Windowed() and isinstance(given, Even):
        return given  # most operations look at one place
    if isinstance(look, Whole):
        return Even((given.span(0, look.count - 1),), 0)
    regular = (recurring(look, places) or look) if isinstance(look, Listed) else look
    rate = regular.rate
    if isinstance(given, Even) and rate is not None:
        return given.through(regular, rate)
    return Uneven(tuple(given.span(*look.span(unit, unit)) for unit in range(units)))


def union(parts: Sequence[Axis], units: int) -> Axis:
    """What ``units`` see that each see all of the ``parts``: even, where all these go on by the same jump."""
    jump = parts[0].jump
    if len(parts) == 1:
        return parts[0]
    if jump is None or any(part.jump != jump for part in parts):
        return Uneven(_hulls(parts, units))
    period = lcm(*(len(part.spans) for part in parts))
    return Even(_hulls(parts, period), int(period * jump))


def _hulls(parts: Sequence[Axis], units: int) -> tuple[Span, ...]:
    return tuple(_hull([part.span(unit, unit) for part in parts]) for unit in range(units))


def _hull(spans: Sequence[Span]) -> Span:
    return min(first for first, _ in spans), max(last for _, last in spans)
