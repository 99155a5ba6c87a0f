"""All that one transform makes of a network, in one value; and the errors of many transforms, measured a few at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inspector.core.shift.measures import Numbers, OutputChange
from inspector.core.shift.results import Case, LayerErrors, ShiftErrors
from inspector.core.shift.sampling import Values
from inspector.core.shift.settings import Axis
from inspector.core.shift.shown import amount_of, shift_at
from inspector.core.shift.transforms import Rotation, Scale, Transform, Translation

TURNS = tuple(sorted({*range(-180, 181, 15), -1, 1}))  # degrees; those next to 0 give the slope there
Order = slice | NDArray[np.intp]
WHOLE = slice(None)
FACTORS = tuple(sorted({*(2 ** (step / 8) for step in range(-8, 9)), 0.99, 1.01}))  # those next to 1 give the slope there


@dataclass(frozen=True, eq=False)
class Frame:
    """What one transform makes of all layers (``errors``), and of some of them map by map (``cases``, by key).

    ``before`` (classes,): the probabilities of the picture as it is. ``shown`` (C, H, W): the transformed input, white being 1.
    """

    errors: ShiftErrors
    before: Numbers
    shown: Values
    cases: Mapping[str, Case]


def line(axis: Axis, reach: int) -> tuple[Translation, ...]:
    """The whole shifts along ``axis``, from the middle outwards, so that a part of them is a whole stretch."""
    amounts = [0, *(amount for step in range(1, reach + 1) for amount in (step, -step))]
    return tuple(Translation(*shift_at(axis, amount)) for amount in amounts)


def turns() -> tuple[Rotation, ...]:
    """All round."""
    return tuple(Rotation(float(degrees)) for degrees in TURNS)


def scales() -> tuple[Scale, ...]:
    """From half as large to twice as large."""
    return tuple(Scale(float(factor)) for factor in FACTORS)


def joined(parts: Sequence[ShiftErrors]) -> ShiftErrors:
    """The errors of several parts of a list of transforms, at least one, as those of the list."""
    layers = {key: _layer([part.layers[key] for part in parts]) for key in parts[0].layers}
    transforms = tuple(transform for part in parts for transform in part.transforms)
    return replace(parts[0], transforms=transforms, layers=layers, output=_output([part.output for part in parts]))


def along(errors: ShiftErrors, axis: Axis) -> ShiftErrors:
    """The errors of translations along ``axis``, from the smallest amount on."""
    shifts = [one for one in errors.transforms if isinstance(one, Translation)]
    order = np.argsort([amount_of(axis, (one.dy, one.dx)) for one in shifts], kind="stable")
    return replace(
        errors, transforms=tuple(shifts[place] for place in order), output=_output([errors.output], order),
        layers={key: _layer([layer], order) for key, layer in errors.layers.items()},
    )  # fmt: skip


def batches(transforms: Sequence[Transform], size: int) -> Iterator[Sequence[Transform]]:
    """``size`` at a time."""
    return (transforms[start : start + size] for start in range(0, len(transforms), size))


def input_rgb(shown: Values) -> NDArray[np.uint8]:
    """What a network is shown (C, H, W), white being 1, as a picture (H, W, 3); other than 3 channels as their mean."""
    levels = shown if len(shown) == 3 else np.repeat(shown.mean(0, keepdims=True), 3, 0)
    return np.ascontiguousarray(np.clip(np.rint(levels * 255), 0, 255).astype(np.uint8).transpose(1, 2, 0))


def _layer(parts: Sequence[LayerErrors], order: Order = WHOLE) -> LayerErrors:
    """The parts behind each other, in this ``order``."""
    lacks = np.array([lack for part in parts for lack in part.lacks], object)
    return LayerErrors(
        parts[0].key, parts[0].grid, np.concatenate([part.equivariance for part in parts])[order],
        np.concatenate([part.interior for part in parts])[order], np.concatenate([part.invariance for part in parts])[order],
        np.concatenate([part.cosine for part in parts])[order], np.concatenate([part.compared for part in parts])[order],
        np.concatenate([part.whole for part in parts])[order], tuple(lacks[order].tolist()), parts[0].round,
    )  # fmt: skip


def _output(parts: Sequence[OutputChange], order: Order = WHOLE) -> OutputChange:
    return OutputChange(
        np.concatenate([part.probabilities for part in parts])[order], np.concatenate([part.change for part in parts])[order],
        np.concatenate([part.top for part in parts])[order], np.concatenate([part.same for part in parts])[order],
    )  # fmt: skip
