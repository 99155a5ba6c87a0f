"""Functions that look at windows: convolutions, poolings, enlargement; and products with matrices."""

from collections.abc import Callable
from typing import Any, cast

import torch
from torch.nn import functional

from inspector.core.receptive_field.looks import Listed, Look, Looks, Repeated, Spread, Whole, Windowed
from inspector.nets.tracing.pointwise import pointwise
from inspector.nets.tracing.values import Call, Seen, Source

Rule = Callable[[Call], Seen | None]


def convolved(call: Call) -> Seen | None:
    """A convolution along as many of the last dimensions as its weights have."""
    weight, strides, dilations = call.given(1, "weight"), call.given(3, "stride", 1), call.given(5, "dilation", 1)
    padding, count = call.given(4, "padding", 0), call.given(1, "weight").ndim - 2

    def along(place: int, side: int, made: int) -> Look:
        size, dilation = weight.shape[2 + place], _of(dilations, place)
        return Windowed(size, _of(strides, place), _before(padding, place, dilation * (size - 1)), dilation)

    return _sliding(call, count, along)


def spread(call: Call) -> Seen | None:
    """A transposed convolution."""
    weight, strides = call.given(1, "weight"), call.given(3, "stride", 1)
    padding, dilations = call.given(4, "padding", 0), call.given(7, "dilation", 1)

    def along(place: int, side: int, made: int) -> Look:
        return Spread(weight.shape[2 + place], _of(strides, place), _of(padding, place), _of(dilations, place))

    return _sliding(call, weight.ndim - 2, along)


def pooled(count: int, first: int = 1, dilated: int | None = None) -> Rule:
    """A pooling of so many dimensions, whose arguments begin with the window at place ``first``."""

    def rule(call: Call) -> Seen | None:
        kernels = call.given(first, "kernel_size")
        strides = call.given(first + 1, "stride") or kernels
        padding = call.given(first + 2, "padding", 0) if first == 1 else 0
        dilations = call.given(dilated, "dilation", 1) if dilated else 1

        def along(place: int, side: int, made: int) -> Look:
            return Windowed(_of(kernels, place), _of(strides, place), _of(padding, place), _of(dilations, place))

        return _sliding(call, count, along)

    return rule


def adaptive(count: int) -> Rule:
    """A pooling to a given size: unit i sees the places from floor(i in / out) to ceil((i + 1) in / out)."""
    return lambda call: _sliding(call, count, shared_out)


def shared_out(place: int, side: int, made: int) -> Look:
    """Windows of one size where the output divides the input; elsewhere they differ from unit to unit."""
    if side % made == 0:
        return Windowed(side // made, side // made)
    return Listed(tuple(tuple(range(unit * side // made, -(-(unit + 1) * side // made))) for unit in range(made)))


def enlarged(call: Call) -> Seen | None:
    """Interpolation: by a whole number to the nearest, else the places that have a weight in truth."""
    (source,) = call.sources

    def along(place: int, side: int, made: int) -> Look:
        nearest = call.given(3, "mode", "nearest") == "nearest"
        return Repeated(made // side) if nearest and made % side == 0 else _taps(call, place, side, made)

    return _sliding(call, len(source.shape) - 2, along)


def _taps(call: Call, place: int, side: int, made: int) -> Look:
    """Found by interpolating one picture for each place, which is 1 there and 0 elsewhere."""
    (source,) = call.sources
    count = len(source.shape) - 2
    ones = torch.eye(side, dtype=torch.float64, device="cpu")
    ones = ones.reshape(1, side, *(side if dim == place else 1 for dim in range(count)))
    factor, named = call.given(2, "scale_factor"), ("mode", "align_corners", "recompute_scale_factor", "antialias")
    size = None if factor is not None else [made if dim == place else 1 for dim in range(count)]
    scale = None if factor is None else [_of(factor, place) if dim == place else 1 for dim in range(count)]
    options = {name: value for number, name in enumerate(named, 3) if (value := call.given(number, name)) is not None}
    weights = functional.interpolate(ones, size, scale, **options).reshape(side, made)
    return Listed(tuple(tuple(column.nonzero().flatten().tolist()) for column in weights.T))


def shuffled(call: Call) -> Seen | None:
    """Channels laid out as pixels: (C r², H, W) -> (C, r H, r W)."""
    return _sliding(call, 2, lambda place, side, made: Repeated(made // side))


def unshuffled(call: Call) -> Seen | None:
    """Pixels laid out as channels: (C, r H, r W) -> (C r², H, W)."""
    return _sliding(call, 2, lambda place, side, made: Windowed(side // made, side // made))


def linear(call: Call) -> Seen | None:
    """Along the last dimension from all to all."""
    return _product(call, -1)


def product(call: Call) -> Seen | None:
    """A product of matrices with a constant, along the dimension that is summed over."""
    (source,) = call.sources
    return _product(call, -1 if call.given(0, "input") is source.tensor else -2)


def _product(call: Call, dim: int) -> Seen | None:
    if len(call.sources) > 1 or call.made.ndim != len(call.sources[0].shape):
        return None
    (source,) = call.sources
    summed, axes = len(source.shape) + dim, source.origin.axes
    looks = tuple(Whole(side) if axis == summed else Windowed() for axis, side in zip(axes, source.origin.grid, strict=True))
    if axes[0] is not None and axes[0] == axes[1]:  # row by row: mixed, or left as they are
        return Seen((None, None), (1, 1), (cast(Looks, looks),)) if axes[0] == summed else pointwise(call)
    height, width = (1 if axis is None else call.made.shape[axis] for axis in axes)
    return Seen(axes, (height, width), (cast(Looks, looks),))


def _sliding(call: Call, count: int, along: Callable[[int, int, int], Look]) -> Seen | None:
    """Along the last ``count`` dimensions; ``along`` gets which of these it is, and the sides before and after.

    Traced tensors but the first are such as weights, of which all is seen.
    """
    first, *others = call.sources
    if first.tensor is not call.given(0, "input"):
        return None
    before, after = len(first.shape) - count, call.made.ndim - count
    axes, grid, looks = [], [], []
    for axis, side in zip(first.origin.axes, first.origin.grid, strict=True):
        if axis is not None and (axis < before or side != first.shape[axis]):
            return None
        axes.append(None if axis is None else after + axis - before)
        made = 1 if axis is None else call.made.shape[after + axis - before]
        grid.append(made)
        looks.append(Windowed() if axis is None else along(axis - before, side, made))
    every = [cast(Looks, tuple(looks)), *map(_all_of, others)]
    return Seen((axes[0], axes[1]), (grid[0], grid[1]), tuple(every))


def _all_of(source: Source) -> Looks:
    return Whole(source.origin.grid[0]), Whole(source.origin.grid[1])


def _of(setting: Any, place: int) -> Any:
    """A setting for one dimension, which torch takes as one number for all also."""
    return setting[min(place, len(setting) - 1)] if isinstance(setting, (list, tuple)) else setting


def _before(padding: Any, place: int, reach: int) -> int:
    """What is added before the first place; "same" puts the odd one behind the last."""
    if isinstance(padding, str):
        return reach // 2 if padding == "same" else 0
    return int(_of(padding, place))
