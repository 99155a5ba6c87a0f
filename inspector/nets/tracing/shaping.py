"""Functions that only put numbers elsewhere: reshaped, turned, cut, put together, surrounded."""

from math import prod
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional

from inspector.core.receptive_field.field import Pair
from inspector.core.receptive_field.looks import SAME, Listed, Look, Looks, Repeated, Whole, Windowed
from inspector.nets.tracing.pointwise import pointwise
from inspector.nets.tracing.values import Axes, Call, Seen, Source, exchanged

PRIMES = (2, 3, 5, 7, 11, 13)  # sizes that tell dimensions apart
MOST_NUMBERS = 2**25  # of a tensor whose numbers are followed


def reshaped(call: Call) -> Seen | None:
    """The same numbers in the same order. An axis that is merged with others or cut is lost: then all of it is seen."""
    (source,) = call.sources
    shape, made, grid = source.shape, tuple(call.made.shape), source.origin.grid
    y, x = source.origin.axes
    if (
        y is not None and x in (y, y + 1) and min(grid) > 1 and len(made) > 2
    ):  # side by side: they can be merged, and parted again
        behind = prod(shape[x + 1 :])
        if (whole := _found(made, grid, behind)) is not None:
            return Seen(whole, grid, (SAME,))
    if y is not None and y == x:
        places: Axes = None, None
    else:
        places = _place(shape, y, made), _place(shape, x, made)
    lost = [here is None and side > 1 for here, side in zip(places, grid, strict=True)]
    if any(lost) and len(made) > 3:
        return None
    looks = tuple(Whole(side) if gone else Windowed() for gone, side in zip(lost, grid, strict=True))
    left = tuple(1 if gone else side for gone, side in zip(lost, grid, strict=True))
    return Seen(places, cast(Pair, left), (cast(Looks, looks),))


def _found(made: tuple[int, ...], grid: Pair, behind: int) -> Axes | None:
    """Where rows and columns lie together, one beside the other or both in one dimension."""
    for place in range(len(made)):
        if made[place] == prod(grid) and prod(made[place + 1 :]) == behind:
            return place, place
        if made[place : place + 2] == grid and prod(made[place + 2 :]) == behind:
            return place, place + 1
    return None


def _place(shape: tuple[int, ...], axis: int | None, made: tuple[int, ...]) -> int | None:
    """The dimension of the same size with as many numbers behind it."""
    if axis is None or shape[axis] == 1:
        return None
    behind = prod(shape[axis + 1 :])
    same = (place for place, side in enumerate(made) if side == shape[axis] and prod(made[place + 1 :]) == behind)
    return next(same, None)


def turned(call: Call) -> Seen:
    """Dimensions in another order, found by turning a small tensor whose sizes all differ."""
    (source,) = call.sources
    sizes = PRIMES[: len(source.shape)]
    args = exchanged(call.args, {id(source.tensor): torch.empty(sizes, device="cpu")})
    order = tuple(call.function(*args, **call.kwargs).shape)
    y, x = (None if axis is None else order.index(sizes[axis]) for axis in source.origin.axes)
    return Seen((y, x), source.origin.grid, (SAME,))


def moved(call: Call) -> Seen | None:
    """Any function that copies numbers, as slices, flips and rolls do: followed with the number of the row in each place."""
    (source,) = call.sources
    if prod(source.shape) > MOST_NUMBERS:
        return None
    found = [_followed(call, source, axis) for axis in (0, 1)]
    if None in found:
        return None
    (y, rows), (x, columns) = cast(list[tuple[int | None, list[int]]], found)
    if y == x and y is not None:
        return None
    looks = tuple(look(places, side) for places, side in zip((rows, columns), source.origin.grid, strict=True))
    return Seen((y, x), (len(rows), len(columns)), (cast(Looks, looks),))


def _followed(call: Call, source: Source, axis: int) -> tuple[int | None, list[int]] | None:
    """In which dimension an axis lies now, and the row that each place there comes from; None where rows are mixed."""
    dim = source.origin.axes[axis]
    if dim is None:
        return None, [0]
    ramp = torch.arange(source.shape[dim], dtype=torch.int32, device="cpu")
    ramp = ramp.reshape([-1 if place == dim else 1 for place in range(len(source.shape))]).expand(source.shape)
    made = call.function(*exchanged(call.args, {id(source.tensor): ramp}), **call.kwargs)
    result = made if isinstance(made, Tensor) else made[call.place]
    if not result.numel():
        return None
    along = [place for place in range(result.ndim) if result.shape[place] > 1 and _varies(result, place)]
    if len(along) > 1:
        return None
    corner = result[tuple(slice(None) if place in along else 0 for place in range(result.ndim))]
    return (along[0] if along else None), corner.reshape(-1).tolist()


def _varies(result: Tensor, dim: int) -> bool:
    return bool((result != result.narrow(dim, 0, 1)).any())


def look(places: list[int], side: int) -> Look:
    """Units that each see the one place that is named."""
    step = places[1] - places[0] if len(places) > 1 else 1
    if step > 0 and places == list(range(places[0], places[0] + step * len(places), step)):
        return Windowed(stride=step, padding=-places[0])
    factor = len(places) // side
    if factor > 1 and places == [unit // factor for unit in range(len(places))]:
        return Repeated(factor)
    return Listed(tuple((place,) for place in places))


def joined(call: Call) -> Seen | None:
    """Tensors one behind the other in a dimension that is no axis."""
    dim, rank = call.given(1, "dim", 0), call.made.ndim
    lies = pointwise(call)
    return None if lies is None or dim % rank in lies.axes else lies


def stacked(call: Call) -> Seen | None:
    """Tensors of one shape in a new dimension."""
    dim = call.given(1, "dim", 0) % call.made.ndim
    axes = {source.origin.axes for source in call.sources}
    grids = {source.origin.grid for source in call.sources}
    if len(axes) > 1 or len(grids) > 1:
        return None
    y, x = (None if axis is None else axis + (axis >= dim) for axis in axes.pop())
    return Seen((y, x), grids.pop(), (SAME,) * len(call.sources))


def padded(call: Call) -> Seen | None:
    """Rows and columns added around, or cut off where the number is negative; not constant ones repeat some that are there."""
    (source,) = call.sources
    mode, amounts = call.given(2, "mode", "constant"), tuple(call.given(1, "pad"))
    y, x = source.origin.axes
    if y is not None and y == x:
        return None
    looks = tuple(_padded_along(axis, len(source.shape), side, amounts, mode)
                  for axis, side in zip((y, x), source.origin.grid, strict=True))  # fmt: skip
    height, width = (1 if axis is None else call.made.shape[axis] for axis in (y, x))
    return Seen((y, x), (height, width), (cast(Looks, looks),))


def _padded_along(axis: int | None, rank: int, side: int, amounts: tuple[int, ...], mode: str) -> Look:
    here = slice(0) if axis is None else slice(2 * (rank - 1 - axis), 2 * (rank - axis))
    before, after = amounts[here] or (0, 0)
    if mode == "constant" or (before, after) == (0, 0):
        return Windowed(padding=before)
    ramp = torch.arange(side, dtype=torch.float64, device="cpu").reshape(1, 1, side, 1)
    return look([int(place) for place in functional.pad(ramp, (0, 0, before, after), mode=mode).flatten()], side)
