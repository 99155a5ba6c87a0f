"""A decision map as it is read: which classes there are, and which letter and share each has."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.core.receptive_field.shown import share
from inspector.core.shift.results import UNKNOWN, DecisionMap
from inspector.core.shift.shown import named, number, shift_line

MOST = 8  # classes with a letter and a colour of their own
LETTERS = "ABCDEFGH"
OTHERS = MOST  # the number of all other classes together
OTHER_LETTER = "·"


@dataclass(frozen=True)
class Decided:
    """A class of the map by its ``letter``, or all ``OTHERS`` together; ``part``: its share of the known shifts."""

    number: int
    letter: str
    name: str
    part: float

    @property
    def words(self) -> str:
        """Such as "A 7, 61.2 %"."""
        return f"{self.letter} {self.name}, {share(self.part)}"


def legend(decisions: DecisionMap, names: tuple[str, ...]) -> tuple[Decided, ...]:
    """The class of the picture as it is first, then the most frequent others by their index, then all the rest together."""
    entries = [Decided(number, LETTERS[number], named(names, index), _part(decisions, index))
               for number, index in enumerate(_ranked(decisions))]  # fmt: skip
    rest = 1 - sum(entry.part for entry in entries)
    if entries and rest > 1e-9:
        entries.append(Decided(OTHERS, OTHER_LETTER, "others", rest))
    return tuple(entries)


def numbered(decisions: DecisionMap) -> NDArray[np.int64]:
    """The number in the ``legend`` of the class of each shift; ``UNKNOWN`` where that is not known."""
    found = np.where(decisions.classes == UNKNOWN, UNKNOWN, OTHERS)
    for place, index in enumerate(_ranked(decisions)):
        found[decisions.classes == index] = place
    return found


def case_line(decisions: DecisionMap, names: tuple[str, ...], place: tuple[int, int]) -> str:
    """The judgement at a row and column: "right 3 px: 7, probability 0.91, margin 0.85"."""
    where = shift_line(*(index - decisions.reach for index in place))
    if not decisions.known[place]:
        return f"{where}: not judged yet"
    if decisions.classes[place] == UNKNOWN:
        return f"{where}: the outputs are not finite"
    values = (number(float(part[place])) for part in (decisions.probability, decisions.margin))
    return "{}: {}, probability {}, margin {}".format(where, named(names, int(decisions.classes[place])), *values)


def consistency_line(decisions: DecisionMap) -> str:
    """How many shifts leave the class as it is: "93.1 % of 1,089 shifts judged alike", and how many are known so far."""
    known, side = int(decisions.known.sum()), decisions.known.size
    if np.isnan(decisions.consistency):
        return "the picture itself has not been judged" if not decisions.complete else "the outputs are not finite"
    so_far = "" if decisions.complete else f" of {side:,} so far"
    return f"{share(decisions.consistency)} of {known:,} shifts{so_far} judged alike"


def _ranked(decisions: DecisionMap) -> list[int]:
    """The classes that have a letter."""
    found, counts = np.unique(decisions.classes[decisions.classes != UNKNOWN], return_counts=True)
    middle = int(decisions.classes[decisions.reach, decisions.reach])
    others = [int(index) for index in found[np.argsort(-counts, kind="stable")] if index != middle]
    first = [middle] if middle != UNKNOWN else []
    return first + sorted(others[: MOST - len(first)])


def _part(decisions: DecisionMap, index: int) -> float:
    return float((decisions.classes == index).sum() / max((decisions.classes != UNKNOWN).sum(), 1))
