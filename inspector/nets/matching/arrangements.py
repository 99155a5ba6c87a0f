"""What may lie between the layers of a plain sequence: activation functions, poolings, the padding, and the input size.

Assumed is what most such networks are: stride 1, poolings over 2 × 2 pixels, convolutions all padded by half their size or
none, a batch norm right behind its convolution, an activation function behind each layer but the last, then the pooling.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import isqrt

from inspector.core.network.facts import Shape
from inspector.nets.matching.sequence import CONV, LINEAR, NORM, Layer, UndeterminedError

USUAL_SIDES = (28, 32, 64, 96, 224)
MOST = 12  # places that may have a pooling or not; more are never told apart

# poolings that may lie in a gap of so many layers without weights, the first being an activation function
_GAPS = {1: (0,), 2: (0, 1), 3: (1,)}  # the second a dropout or pooling, the third the other


@dataclass(frozen=True)
class Unit:
    """A convolution or linear layer with the norm behind it, and the numbers of poolings that may follow."""

    layer: Layer
    norm: Layer | None
    poolings: tuple[int, ...]


@dataclass(frozen=True)
class Arrangement:
    """One possibility: the ``input`` (C, H, W), whether convolutions are padded, and for each of them, whether it is pooled."""

    input: Shape
    padded: bool
    pooled: tuple[int, ...]


def units_of(layers: tuple[Layer, ...]) -> tuple[Unit, ...]:
    """The layers with their norms and what may follow. Raises UndeterminedError that names the gap which says too little."""
    if (
        layers[0].kind == CONV
        and layers[0].path.rpartition(".")[2] not in ("", "0")
        and layers[0].path.rpartition(".")[2].isdecimal()
    ):
        raise UndeterminedError(f"what lies before {layers[0].path} is not determined")
    units = []
    for place, layer in enumerate(layers):
        if layer.kind == NORM:
            continue
        norm = next((after for after in layers[place + 1 : place + 2] if after.kind == NORM), None)
        if norm is not None and layer.before(norm):
            raise UndeterminedError(f"what lies between {layer.path} and {norm.path} is not determined")
        following = next((after for after in layers[place + 1 :] if after.kind != NORM), None)
        units.append(Unit(layer, norm, _poolings(layer, norm or layer, following)))
    return tuple(units)


def arrangements(units: tuple[Unit, ...], given: tuple[int, ...] = ()) -> tuple[Arrangement, ...]:
    """All that lead from an input to the first linear layer; of the usual inputs, or of the ``given`` one (C, H, W).

    Raises UndeterminedError where there are too many places to try.
    """
    convolutions = tuple(unit for unit in units if unit.layer.kind == CONV)
    wanted = next(unit.layer.shape[1] for unit in units if unit.layer.kind == LINEAR)
    if not convolutions:
        return tuple(Arrangement(shape, padded=False, pooled=()) for shape in _flat_inputs(wanted, given))
    if sum(len(unit.poolings) > 1 for unit in convolutions) > MOST:
        raise UndeterminedError(f"more than {MOST} places may have a pooling or not")
    return tuple(
        Arrangement(shape, padded, pooled)
        for shape in _inputs(convolutions[0].layer.shape[1], given)
        for padded in _paddings(convolutions)
        for pooled in product(*(unit.poolings for unit in convolutions))
        if _made(shape, padded, convolutions, pooled) == wanted
    )


def _poolings(layer: Layer, last: Layer, following: Layer | None) -> tuple[int, ...]:
    gap = last.before(following) if following is not None else None
    if following is None or gap is None:
        return (0, 1) if layer.kind == CONV else (0,)
    if layer.kind == CONV and following.kind == LINEAR:
        gap -= 1  # one of them turns maps into a row of numbers
    known = _GAPS.get(gap, ()) if layer.kind == CONV else (0,) * (gap in (1, 2))
    if not known:
        what = f"{gap} layers without weights lie" if gap > 0 else "no activation function lies"
        raise UndeterminedError(f"{what} between {last.path} and {following.path}, which may be anything")
    return known


def _inputs(channels: int, given: tuple[int, ...]) -> tuple[Shape, ...]:
    if not given:
        return tuple((channels, side, side) for side in USUAL_SIDES)
    if given[0] != channels:
        raise UndeterminedError(f"the first layer takes {channels} channels, and the input was given with {given[0]}")
    return ((given[0], given[1], given[2]),)


def _flat_inputs(numbers: int, given: tuple[int, ...]) -> Iterator[Shape]:
    """Pictures of so many numbers: the given one, or grey and coloured squares of a usual size."""
    if given:
        channels, height, width = given
        if channels * height * width == numbers:
            yield channels, height, width
        return
    for channels in (1, 3):
        side = isqrt(numbers // channels)
        if side in USUAL_SIDES and channels * side**2 == numbers:
            yield channels, side, side


def _paddings(convolutions: tuple[Unit, ...]) -> tuple[bool, ...]:
    """Where all kernels are of one pixel, padding by half of it is none."""
    return (False, True) if any(max(unit.layer.shape[2:]) > 1 for unit in convolutions) else (False,)


def _made(shape: Shape, padded: bool, convolutions: tuple[Unit, ...], pooled: tuple[int, ...]) -> int:
    """How many numbers come out of the last convolution; 0 where a map is too small for the next layer."""
    height, width = shape[1:]
    for unit, halved in zip(convolutions, pooled, strict=True):
        height, width = (
            (side + 2 * (size // 2) * padded - size + 1) // (1 + halved)
            for side, size in zip((height, width), unit.layer.shape[2:], strict=True)
        )
        if min(height, width) < 1:
            return 0
    return convolutions[-1].layer.shape[0] * height * width
