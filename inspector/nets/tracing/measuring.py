"""What depends on what, found by gradients, and where there are none by trying."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from time import monotonic
from typing import Any, TypeVar, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inspector.core.receptive_field.looks import Listed, Look, Looks, Whole, recurring
from inspector.nets.borrowing import FORWARD_FAULTS, reason
from inspector.nets.tracing.limits import CallLimit, TooManyCalls
from inspector.nets.tracing.values import Call, Seen, Source, exchanged, in_plain_order, plain_axes, plain_grid, tensors_in

DRAWS = 3  # of random numbers: what vanishes for one of them hardly does for all
SMALL = 1024  # numbers; of fewer, the slopes of a whole row may vanish by chance more often
MANY_DRAWS = 12
MOST = 48  # units along an axis that are all measured
SOME = 12  # of more, those in the middle and at each end
SECONDS = 10.0  # that all measuring of one network may take
Bools = NDArray[np.bool_]
Run = Callable[..., Any]
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


Trial = TypeVar("Trial", "_Slopes", "_Tried")


class UnmeasuredError(ValueError):
    """It could not be found out what a tensor depends on; the text says why, in the middle of a sentence."""


class AnotherWayError(UnmeasuredError):
    """This picture takes another way through the network than the one that is asked about."""


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Within it, all measuring together takes so long at most, and raises UnmeasuredError then."""
    before = _deadline.set(monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(before)


def measured_call(call: Call) -> Seen | None:
    """How the result of a function looks at maps (1, C, H, W); None where it is no such maps, or cannot be found out.

    Parts of one picture behind each other, such as windows, need not have their rows at the same places.
    """
    shape = tuple(call.made.shape)
    if len(shape) != 4 or shape[0] != 1 or not all(_can_be_drawn(source) for source in call.sources):
        return None
    double = {id(each): each.double() for each in tensors_in([call.args, call.kwargs]) if each.is_floating_point()}

    def run(*given: Tensor) -> Any:
        others = double | {id(source.tensor): each for source, each in zip(call.sources, given, strict=True)}
        made = call.function(*exchanged(call.args, others), **exchanged(call.kwargs, others))
        return made if isinstance(made, Tensor) else made[call.place]

    given = [torch.empty(source.shape, dtype=torch.float64, device=call.made.device) for source in call.sources]
    try:
        looks = influences(run, given, shape)
    except UnmeasuredError:
        return None
    grid = plain_grid(shape)
    everything = all(isinstance(look, Whole) for each in looks if each is not None for look in each)
    if None in looks or (everything and grid != (1, 1)):
        return None  # perhaps only turned: the next layer is measured
    return Seen(plain_axes(shape), grid, tuple(cast(list[Looks], looks)))


def _can_be_drawn(source: Source) -> bool:
    tensor = source.tensor
    return in_plain_order(source.origin, source.shape) and tensor.is_floating_point() and not tensor.is_meta


def influences(
    run: Run, like: Sequence[Tensor], shape: tuple[int, ...], *, gradients: bool = True, calls: float = float("inf")
) -> list[Looks | None]:
    """How the tensor that ``run`` makes looks at each tensor that it is given; None for those that it does not depend on.

    Random numbers are drawn for tensors ``like`` those; all are (N, C, …) with rows and columns behind. ``shape``: of what is
    made; where it is another, it does not count. ``gradients``: whether they can be trusted to show everything; else all is
    found by trying. ``calls``: of torch's functions that one run may take; one that takes more goes another way.

    Raises UnmeasuredError where nothing has an influence, ``run`` raises or makes no such tensor, or it takes too long.
    """
    once = partial(_made, run, shape, calls)
    try:
        trials: Sequence[_Slopes | _Tried] = _draws(_Slopes, once, like) if gradients else []
        if not any(trial.any() for trial in trials):
            trials = _draws(_Tried, once, like)
        return _looks(lambda axis, unit: _union([trial.row(axis, unit) for trial in trials]), len(like), shape)
    except UnmeasuredError:
        raise
    except FORWARD_FAULTS as error:
        raise UnmeasuredError(f"trying it ends with {reason(error)}") from error


def _draws(kind: type[Trial], run: Callable[..., Tensor], like: Sequence[Tensor]) -> list[Trial]:
    """As many trials as are wanted that go the way that is asked about. Raises UnmeasuredError where there are none."""
    chance, trials = torch.Generator().manual_seed(1), list[Trial]()
    wanted = MANY_DRAWS if kind is _Slopes and max(each.numel() for each in like) < SMALL else DRAWS
    for _ in range(2 * wanted):
        try:
            trials.append(kind(run, [_random(each, chance) for each in like]))
        except AnotherWayError:
            continue
        if len(trials) == wanted:
            break
    if not trials:
        raise UnmeasuredError("none of the pictures that were tried passes it as the first did")
    return trials


def _random(like: Tensor, chance: torch.Generator) -> Tensor:
    return torch.randn(like.shape, generator=chance, dtype=torch.float64).to(like)


def _made(run: Run, shape: tuple[int, ...], calls: float, *given: Tensor) -> Tensor:
    """Raises AnotherWayError where it has another shape or takes too many calls, and UnmeasuredError where it is no tensor."""
    _in_time()
    try:
        with CallLimit(calls):
            made = run(*given)
    except TooManyCalls as error:
        raise AnotherWayError("some pictures come to no end") from error
    if not isinstance(made, Tensor):
        raise UnmeasuredError(f"it makes {type(made).__name__} and no tensor")
    if made.shape != shape:
        raise AnotherWayError(f"it makes {tuple(made.shape)} of some pictures")
    return made


class _Slopes:
    """What units depend on by their gradients, for one draw of what is given."""

    def __init__(self, run: Callable[..., Tensor], given: Sequence[Tensor]) -> None:
        self.given = [each.requires_grad_() for each in given]
        with torch.enable_grad():
            self.made = run(*(each.clone() for each in self.given))
            weights = torch.linspace(1.0, 1.5, self.made.numel(), dtype=torch.float64, device="cpu").reshape(self.made.shape)
            self._weighted = self.made * weights.to(self.made) if self.made.is_floating_point() else self.made

    @torch.enable_grad()
    def any(self) -> bool:
        """Whether there are gradients at all."""
        return self._weighted.requires_grad and any(bool(slope.any()) for slope in self._slopes(self._weighted))

    @torch.enable_grad()
    def row(self, axis: int, unit: int) -> list[Bools]:
        """Of the units in a row (``axis`` 0) or column, which rows or columns of each given tensor they depend on."""
        place = plain_axes(tuple(self.made.shape))[axis]
        units = self._weighted if place is None else self._weighted.select(place, unit)
        slopes = self._slopes(units)
        return [_along(slope != 0, plain_axes(tuple(slope.shape))[axis]) for slope in slopes]

    def _slopes(self, units: Tensor) -> list[Tensor]:
        _in_time()
        found = torch.autograd.grad(units.sum(), self.given, retain_graph=True, allow_unused=True)
        return [torch.zeros_like(each) if slope is None else slope for slope, each in zip(found, self.given, strict=True)]


class _Tried:
    """What units depend on by changing rows and columns of what is given, one after the other."""

    def __init__(self, run: Callable[..., Tensor], given: Sequence[Tensor]) -> None:
        self._run, self._given = run, given
        with torch.no_grad():
            self.made = run(*(each.clone() for each in given))
            self._found = [[self._tried(number, axis) for number in range(len(given))] for axis in (0, 1)]

    def any(self) -> bool:
        """Whether anything changes anything."""
        return any(changed.any() for each in self._found for changed in each)

    def row(self, axis: int, unit: int) -> list[Bools]:
        """As that of ``_Slopes``."""
        return [changed[:, unit] for changed in self._found[axis]]

    def _tried(self, number: int, axis: int) -> Bools:
        """(places, units): whether a change in the place changes the unit."""
        shape = tuple(self._given[number].shape)
        place, chance = plain_axes(shape)[axis], torch.Generator().manual_seed(2)
        rows = []
        for index in range(1 if place is None else shape[place]):
            changed = [each.clone() for each in self._given]
            there = changed[number] if place is None else changed[number].select(place, index)
            there += 4 * _random(there, chance)
            rows.append(_along(self._differs(changed), plain_axes(tuple(self.made.shape))[axis]))
        return np.array(rows)

    def _differs(self, changed: Sequence[Tensor]) -> Tensor:
        """Which units are others; all, where the change makes the picture go another way."""
        try:
            return self._run(*changed) != self.made
        except AnotherWayError:
            return torch.ones_like(self.made, dtype=torch.bool)


def _in_time() -> None:
    end = _deadline.get()
    if end is not None and monotonic() > end:
        raise UnmeasuredError(f"trying it out takes longer than {SECONDS:g} seconds")


def _along(mask: Tensor, place: int | None) -> Bools:
    """Whether there is any in each place of a dimension; in the whole tensor, as the only place."""
    lines = mask.reshape(1, -1) if place is None else mask.movedim(place, 0).flatten(1)
    found: Bools = lines.any(1).cpu().numpy()
    return found


def _union(found: Sequence[Sequence[Bools]]) -> list[Bools]:
    return [np.logical_or.reduce(each) for each in zip(*found, strict=True)]


# ---- rows to looks ---------------------------------------------------------------------------------------------


def _looks(row: Callable[[int, int], list[Bools]], count: int, shape: tuple[int, ...]) -> list[Looks | None]:
    """How units of this ``shape`` look at each of ``count`` tensors. Raises UnmeasuredError where they look at none."""
    grid = plain_grid(shape)
    y, x = (_Measured(row, axis, grid[axis]) for axis in (0, 1))
    found = [_pair(y.look(number), x.look(number)) for number in range(count)]
    if not any(found):
        raise UnmeasuredError("it does not change whatever it is given")
    return found


def _pair(y: Look | None, x: Look | None) -> Looks | None:
    return None if y is None or x is None else (y, x)


class _Measured:
    """One axis of ``units``; not more of them are measured than is needed."""

    def __init__(self, row: Callable[[int, int], list[Bools]], axis: int, units: int) -> None:
        self._row, self._axis, self._units = row, axis, units
        self._rows: dict[int, list[Bools]] = {}

    def look(self, number: int) -> Look | None:
        """How the units look at the tensor with this number; None where they do not."""
        if self._units > MOST and (guess := self._regular(number)) is not None:
            return guess
        return as_look([self._one(unit)[number] for unit in range(self._units)])

    def _one(self, unit: int) -> list[Bools]:
        if unit not in self._rows:
            self._rows[unit] = self._row(self._axis, unit)
        return self._rows[unit]

    def _regular(self, number: int) -> Look | None:
        """Windows that recur in the middle, if those at both ends are the same, cut at the edges."""
        middle = range((self._units - SOME) // 2, (self._units + SOME) // 2)
        ends = [*range(SOME), *range(self._units - SOME, self._units)]
        rows = {unit: self._one(unit)[number] for unit in (*middle, *ends)}
        if not all(rows[unit].any() for unit in middle):
            return None
        places = len(rows[0])
        found = recurring(Listed(tuple(_places(rows[unit]) for unit in middle)), places)
        if found is None:
            return None
        first = middle[0]
        every = [_cut(found.row(unit - first), places) for unit in range(self._units)]
        if not all(np.array_equal(every[unit], row) for unit, row in rows.items()):
            return None
        return as_look(every)


def _cut(row: tuple[int, ...], places: int) -> Bools:
    return np.isin(np.arange(places), row)


def _places(mask: Bools) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())


def as_look(rows: Sequence[Bools]) -> Look | None:
    """Units that see the places that are True in their rows; None where no unit sees any.

    What sees nothing is said to look beside the grid at the ends, and between others at what the one before it sees.
    """
    seeing = [unit for unit, row in enumerate(rows) if row.any()]
    if not seeing:
        return None
    if all(row.all() for row in rows):
        return Whole(len(rows[0]))
    listed: list[tuple[int, ...]] = []
    for unit, row in enumerate(rows):
        beside = (-1,) if unit < seeing[0] else (len(row),) if unit > seeing[-1] else ()
        listed.append(_places(row) or beside or listed[-1])
    return Listed(tuple(listed))
