"""How far maps moved along with the picture, or stayed: errors relative to the maps themselves. What is undefined says why.

With f(x) the maps of a picture, f(Tx) those of the transformed one and T'f(x) what they ought to be (``grid.Course``):
equivariance error ‖f(Tx) − T'f(x)‖ / ‖f(x)‖, invariance error ‖f(Tx) − f(x)‖ / ‖f(x)‖. Where only some units can be compared,
norms are means over units: the root of the mean square of the difference over those, to that of f(x) over all units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from inspector.core.shift.grid import Course, Mask
from inspector.core.shift.sampling import Values

Numbers = NDArray[np.float64]


class Lack(StrEnum):
    """Why an error is not defined, as a sentence."""

    ZERO = "the maps are all zero, and there is no error relative to nothing"
    NAN = "some values of the maps are not finite"
    EMPTY = "no unit of the layer can be compared: what it ought to be lies beyond the edge of its maps"
    ONE_UNIT = "maps of one unit cannot move along; the invariance error alone is defined"
    NO_GRID = "the units of the layer have no places on the picture, so that it is not known how its maps ought to move"


@dataclass(frozen=True)
class Error:
    """A relative error or a similarity; NaN exactly where ``lack`` says why there is none."""

    value: float
    lack: Lack | None = None


@dataclass(frozen=True, eq=False)
class Parts:
    """An error taken apart; each NaN where it is not defined.

    ``by_map`` (C,): of each map, relative to that map. ``by_place`` (h, w): of each unit over all maps, relative to the mean
    norm of a place in the layer, so that the root of its mean square is the error of the layer.
    """

    error: Error
    by_map: Numbers
    by_place: Numbers


def equivariance(before: Values, after: Values, course: Course, *, interior: bool = False) -> Parts:
    """‖f(Tx) − T'f(x)‖ / ‖f(x)‖ of the maps (C, h, w) ``before`` and ``after``, over the valid or the interior units."""
    return _parts(before, after, course.moved(before), course.interior if interior else course.valid)


def invariance(before: Values, after: Values) -> Parts:
    """‖f(Tx) − f(x)‖ / ‖f(x)‖ of the maps (C, h, w)."""
    return _parts(before, after, before, np.ones(before.shape[1:], np.bool_))


def cosine(before: Values, after: Values, course: Course) -> Error:
    """The cosine of the angle between f(Tx) and T'f(x) over the valid units, in [-1, 1]."""
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        return _lacking(Lack.NAN)
    if not course.valid.any():
        return _lacking(Lack.EMPTY)
    found, expected = (maps[:, course.valid].astype(np.float64) for maps in (after, course.moved(before)))
    length = float(np.linalg.norm(found) * np.linalg.norm(expected))
    return Error(float((found * expected).sum()) / length) if length else _lacking(Lack.ZERO)


@dataclass(frozen=True, eq=False)
class OutputChange:
    """What became of the judgement, for each transform of many.

    ``probabilities`` (S, classes) float64, NaN where outputs are not finite. ``change`` (S,): half the sum of the absolute
    changes of all probabilities, the largest share that can have moved from class to class, in [0, 1]. ``top`` (S,): the
    likeliest classes, -1 where outputs are not finite. ``same`` (S,): whether that is the class of the picture as it is.
    Of a network without classes, ``probabilities`` are (S, 0), ``change`` is NaN and ``top`` -1.
    """

    probabilities: Numbers
    change: Numbers
    top: NDArray[np.int64]
    same: Mask

    @property
    def consistency(self) -> float:
        """The share of transforms that leave the likeliest class as it is, in [0, 1]; NaN for none."""
        return float(self.same.mean()) if self.probabilities.size else np.nan


def output_change(before: Numbers, after: Numbers) -> OutputChange:
    """``before`` (classes,) and ``after`` (S, classes) are probabilities."""
    top = top_classes(after)
    first = int(top_classes(before[np.newaxis])[0])
    change = np.abs(after - before).sum(axis=1) / 2 if len(before) else np.full(len(after), np.nan)
    return OutputChange(after, change, top, (top == first) & (first >= 0))


def top_classes(probabilities: Numbers) -> NDArray[np.int64]:
    """The likeliest class of each row (S, classes), the first of equals; -1 where a row is not finite or there are no classes."""
    if not probabilities.shape[1]:
        return np.full(len(probabilities), -1)
    finite = np.isfinite(probabilities).all(axis=1)
    top = np.nan_to_num(probabilities).argmax(axis=1)
    return np.where(finite, top, -1)


def margins(probabilities: Numbers) -> Numbers:
    """By how much the likeliest class of each row (S, classes) leads the next; NaN where a row is not finite."""
    padded = np.concatenate([probabilities, np.zeros((len(probabilities), 1))], axis=1)  # a single class leads nothing
    ordered = np.sort(padded, axis=1)
    finite = np.isfinite(probabilities).all(axis=1)
    return np.where(finite, ordered[:, -1] - ordered[:, -2], np.nan)


def consistency(first: Sequence[int], second: Sequence[int]) -> float:
    """The share of pictures that are judged alike in two versions, in [0, 1].

    Source: Zhang, Making Convolutional Networks Shift-Invariant Again, 2019, section 4.

    Raises ValueError for no pictures, or where the numbers of judgements differ.
    """
    if len(first) != len(second) or not first:
        raise ValueError(f"{len(first)} judgements and {len(second)} cannot be compared one by one")
    return sum(one == other for one, other in zip(first, second, strict=True)) / len(first)


def _parts(before: Values, after: Values, expected: Values, where: Mask) -> Parts:
    count, shape = len(before), before.shape[1:]
    nothing = np.full(count, np.nan), np.full(shape, np.nan)
    if lack := _lack(before, after, where):
        return Parts(_lacking(lack), *nothing)
    squares = np.square(after.astype(np.float64) - expected) * where
    norms = np.square(before.astype(np.float64)).sum(axis=(1, 2))
    total, places, compared = norms.sum(), where.size, int(where.sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        by_map = np.where(norms > 0, np.sqrt(squares.sum(axis=(1, 2)) / compared / (norms / places)), np.nan)
    by_place = np.where(where, np.sqrt(squares.sum(axis=0) / (total / places)), np.nan)
    return Parts(Error(float(np.sqrt(squares.sum() / compared / (total / places)))), by_map, by_place)


def _lack(before: Values, after: Values, where: Mask) -> Lack | None:
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        return Lack.NAN
    if not before.any():
        return Lack.ZERO
    return None if where.any() else Lack.EMPTY


def _lacking(lack: Lack) -> Error:
    return Error(np.nan, lack)
