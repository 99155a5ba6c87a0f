"""How the maps of a layer ought to move under many transforms at once: which units each unit gets its value from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspector.core.shift.grid import Course, Grid, Mask
from inspector.core.shift.sampling import Indices, Positions
from inspector.core.shift.scene import Scene
from inspector.core.shift.transforms import Method, Places, Transform, Translation

Starts = NDArray[np.float64]  # (1 + S, 2): how many pixels later than its grid says f(x) and S times f(Tx) begin, y and x


@dataclass(frozen=True, eq=False)
class Taps:
    """What ``grid.Course`` says of S transforms, as T'f(x) = Σ ``weight[k]`` * f(x) at ``index[k]``.

    ``index`` (K, S, h, w): places in maps whose rows lie one behind the other; ``weight`` (K, S, h, w) float32, K from 1 for
    whole steps to 4. ``valid`` and ``interior`` (S, h, w). ``whole`` (S,): nothing is interpolated. ``round``: the maps are.
    ``waves``: by how many units T' moves the maps by their waves, for the transforms, by place, where that is so; the taps of
    these are bilinear all the same.
    """

    index: Indices
    weight: NDArray[np.float32]
    valid: Mask
    interior: Mask
    whole: Mask
    round: bool = False
    waves: Mapping[int, Places] = field(default_factory=dict)


Stretch = tuple[int, int, int]  # steps of units, and a half-open range of units


@dataclass(frozen=True)
class Kept:
    """The part of maps that is what it was before the picture moved, some whole steps of units farther down and right.

    Its units, the half-open ranges ``rows`` and ``columns`` of f(Tx), see the same pixels as those of f(x) from where they come.
    """

    rows: Stretch
    columns: Stretch


_Along = tuple[Positions, Mask, Mask]  # places, valid and interior units of one transform, along one axis


@dataclass(frozen=True, eq=False)
class _Axis:
    """Along one axis, for S transforms: ``places`` that values come from, valid and interior units; (S, h, 1) and the like."""

    places: Positions
    valid: Mask
    interior: Mask

    @property
    def whole(self) -> Mask:
        """(S,): whether all places are those of units."""
        found: Mask = (self.places % 1 == 0).all(axis=(1, 2))
        return found

    def ends(self, length: int) -> tuple[tuple[NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[Any]]]:
        """The units on both sides of each place, with their weights. Round maps go on at the other end."""
        below = np.floor(self.places)
        share = self.places - below
        first, second = (np.clip(np.where(end == length, 0, end), 0, length - 1).astype(np.intp) for end in (below, below + 1))
        return (first, 1 - share), (second, share)


class Tapping:
    """The taps of one layer in one scene; rows and columns of shifts are worked out by themselves, and each amount once."""

    def __init__(self, scene: Scene, grid: Grid) -> None:
        self._scene, self._grid = scene, grid
        self._shifts: dict[tuple[int, float, float, float], _Along] = {}  # by axis, amount and both starts

    def taps(self, transforms: Sequence[Transform], starts: Starts | None = None) -> Taps:
        """For each of the ``transforms``, at least one; ``starts`` None: all maps begin where the grid says."""
        shifts = [one for one in transforms if isinstance(one, Translation)]
        begun = np.zeros((len(transforms) + 1, 2)) if starts is None else starts
        y, x = self._of_shifts(shifts, begun) if len(shifts) == len(transforms) else self._of_each(transforms, begun)
        indices: list[Indices] = []
        weights: list[NDArray[np.float32]] = []
        for row, row_weight in y.ends(self._grid.size[0]):
            for column, column_weight in x.ends(self._grid.size[1]):
                weight = row_weight * column_weight
                if weight.any() or not indices:
                    indices.append(row * self._grid.size[1] + column)
                    weights.append(weight.astype(np.float32))
        waves, interior = self._waves(transforms, begun), y.interior & x.interior
        interior[list(waves)] = False
        valid, round_ = y.valid & x.valid, Course(self._scene, self._grid, Translation()).round
        return Taps(np.stack(indices), np.stack(weights), valid, interior, y.whole & x.whole, round_, waves)

    def kept(self, shift: Translation) -> Kept | None:
        """What of the maps needs no computing once f(x) is known; None where that is nothing."""
        (y, _, rows_inside), (x, _, columns_inside) = self._shifted(0, shift.dy), self._shifted(1, shift.dx)
        rows, columns = _stretch(y[:, 0], rows_inside[:, 0], shift.dy), _stretch(x[0], columns_inside[0], shift.dx)
        return Kept(rows, columns) if rows and columns else None

    def _waves(self, transforms: Sequence[Transform], starts: Starts) -> dict[int, Places]:
        fourier = [place for place, one in enumerate(transforms) if isinstance(one, Translation) and one.method is Method.FOURIER]
        found = {place: course(self._scene, self._grid, transforms[place], starts[[0, place + 1]]).waves for place in fourier}
        return {place: waves for place, waves in found.items() if waves is not None}

    def _of_shifts(self, shifts: Sequence[Translation], starts: Starts) -> tuple[_Axis, _Axis]:
        down, right = starts.T.tolist()
        rows = [self._shifted(0, one.dy, down[0], later) for one, later in zip(shifts, down[1:], strict=True)]
        columns = [self._shifted(1, one.dx, right[0], later) for one, later in zip(shifts, right[1:], strict=True)]
        return _stacked(rows), _stacked(columns)

    def _shifted(self, axis: int, amount: float, before: float = 0.0, after: float = 0.0) -> _Along:
        """One shift along one axis; ``before`` and ``after``: how much later the maps begin."""
        key = axis, amount, before, after
        if key not in self._shifts:
            shift, (still, then) = Translation(*_on(axis, amount)), (self._grid.begun(_on(axis, by)) for by in (before, after))
            self._shifts[key] = _along(Course(self._scene, still, shift, then), axis)
        return self._shifts[key]

    def _of_each(self, transforms: Sequence[Transform], starts: Starts) -> tuple[_Axis, _Axis]:
        courses = [course(self._scene, self._grid, one, starts[[0, place]]) for place, one in enumerate(transforms, 1)]
        y, x = (_stacked([_both(course, axis) for course in courses]) for axis in (0, 1))
        return y, x


def course(scene: Scene, grid: Grid, transform: Transform, starts: Starts | None) -> Course:
    """How maps ought to move under one transform; ``starts`` (2, 2), None: both begin where the ``grid`` says."""
    if starts is None:
        return Course(scene, grid, transform)
    still, then = (grid.begun((down, right)) for down, right in starts.tolist())
    return Course(scene, still, transform, then)


def _on(axis: int, amount: float) -> Places:
    return (0.0, amount) if axis else (amount, 0.0)


def _along(course: Course, axis: int) -> _Along:
    """What a course says along one axis if it stands still along the other."""
    valid, interior = (np.any(mask, axis=1 - axis, keepdims=True) for mask in (course.valid, course.interior))
    return course.sources[axis], valid, interior


def _stretch(places: Positions, interior: Mask, amount: float) -> Stretch | None:
    """The units along one axis that see the same pixels as before, if they have moved by whole steps.

    Along an axis without a shift nothing changes, also where padding is seen.
    """
    units = np.arange(len(places))
    if not amount:
        return 0, 0, len(units)
    steps = units - places
    same = np.flatnonzero(interior & (steps == steps[-1 if amount > 0 else 0]))  # where maps are round, the rest goes round
    return (int(steps[same[0]]), int(same[0]), int(same[-1]) + 1) if len(same) and not steps[same[0]] % 1 else None


def _both(course: Course, axis: int) -> _Along:
    """Of a course that may turn: its places along one axis, and what it says of units."""
    return np.broadcast_to(course.sources[axis], course.grid.size), course.valid, course.interior


def _stacked(found: Sequence[_Along]) -> _Axis:
    places, valid, interior = zip(*found, strict=True)
    return _Axis(np.stack(places), np.stack(valid), np.stack(interior))
