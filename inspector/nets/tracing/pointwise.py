"""Functions whose results look at the same place of what they are given, or at all places of an axis."""

from collections.abc import Iterable
from math import prod
from typing import cast

from inspector.core.receptive_field.field import Pair
from inspector.core.receptive_field.looks import SAME, Look, Looks, Whole, Windowed
from inspector.nets.tracing.values import Axes, Call, Seen, Source


def pointwise(call: Call) -> Seen | None:
    """Number by number, of any number of tensors; one of a single place is spread over the others."""
    ends = [{place - len(source.shape) for source in call.sources if (place := source.origin.axes[axis]) is not None}
            for axis in (0, 1)]  # fmt: skip
    if any(len(places) > 1 for places in ends):
        return None  # y of one meets x of another
    y, x = (call.made.ndim + places.pop() if places else None for places in ends)
    grid = _grid(call, (y, x))
    looks = [_spread(source.origin.grid, grid) for source in call.sources]
    return None if None in looks else Seen((y, x), grid, tuple(cast(list[Looks], looks)))


def reduced(call: Call, names: str = "dim", place: int = 1) -> Seen | None:
    """A sum, mean or maximum over dimensions; of all where none are named. With a second tensor, number by number."""
    dims = call.given(place, names)
    if len(call.sources) > 1 or hasattr(dims, "shape"):
        return pointwise(call)
    (source,) = call.sources
    gone = _dims(dims, len(source.shape))
    kept = call.made.ndim == len(source.shape)
    axes = tuple(_left(axis, gone, kept=kept) for axis in source.origin.axes)
    looks = _whole_along(source, gone)
    grid = tuple(1 if isinstance(look, Whole) else side for look, side in zip(looks, source.origin.grid, strict=True))
    return Seen(cast(Axes, axes), cast(Pair, grid), (looks,))


def norm(call: Call) -> Seen | None:
    """As ``reduced``, with the kind of the norm before the dimensions."""
    return reduced(call, place=2)


def mixed(call: Call, dims: object = None) -> Seen | None:
    """Each number from all along some dimensions, as softmax does it; the dimensions are those of the call."""
    (source,) = call.sources
    over = _dims(call.given(1, "dim") if dims is None else dims, len(source.shape))
    return Seen(source.origin.axes, source.origin.grid, (_whole_along(source, over),))


def normalized(call: Call) -> Seen | None:
    """Divided by its norm along one dimension, the channels if none is named."""
    return mixed(call, call.given(2, "dim", 1))


def layer_norm(call: Call) -> Seen | None:
    """Over as many of the last dimensions as the argument has sizes."""
    return mixed(call, tuple(range(-len(call.given(1, "normalized_shape")), 0)))


def group_norm(call: Call) -> Seen | None:
    """Over all places, whatever the groups of channels."""
    (source,) = call.sources
    return mixed(call, tuple(range(2, len(source.shape))))


def batch_norm(call: Call) -> Seen | None:
    """With fixed statistics number by number, else over all places."""
    return group_norm(call) if call.given(5, "training", usual=False) else pointwise(call)


def instance_norm(call: Call) -> Seen | None:
    """As ``batch_norm``; by default with the statistics of the picture itself."""
    return group_norm(call) if call.given(5, "use_input_stats", usual=True) else pointwise(call)


def _grid(call: Call, axes: Axes) -> Pair:
    if axes[0] is not None and axes[0] == axes[1]:
        return max((source.origin.grid for source in call.sources), key=prod)
    y, x = (1 if axis is None else call.made.shape[axis] for axis in axes)
    return y, x


def _spread(given: Pair, made: Pair) -> Looks | None:
    if any(here not in (1, there) for here, there in zip(given, made, strict=True)):
        return None
    y, x = (_along(here, there) for here, there in zip(given, made, strict=True))
    return y, x


def _along(given: int, made: int) -> Look:
    return Windowed() if given == made else Whole(1)


def _dims(named: object, rank: int) -> set[int]:
    if named is None or isinstance(named, bool):
        return set(range(rank))
    each: Iterable[int] = (named,) if isinstance(named, int) else cast(Iterable[int], named)
    return {dim % rank for dim in each} or set(range(rank))


def _whole_along(source: Source, dims: set[int]) -> Looks:
    if not dims & set(source.origin.axes):
        return SAME
    y, x = (Whole(side) if axis in dims else Windowed()
            for axis, side in zip(source.origin.axes, source.origin.grid, strict=True))  # fmt: skip
    return y, x


def _left(axis: int | None, gone: set[int], *, kept: bool) -> int | None:
    """Where an axis lies after others are gone."""
    if axis is None or kept:
        return axis
    return None if axis in gone else axis - sum(dim < axis for dim in gone)
