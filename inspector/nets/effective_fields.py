"""Effective receptive fields of one picture: how strongly each of its pixels moves a unit."""

from collections.abc import Callable, Collection, Sequence
from math import ceil
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inspector.core.receptive_field.effective import EffectiveField, Heat, Lack, Target
from inspector.core.receptive_field.settings import Part
from inspector.nets.gradients import Gradients, Reach
from kernels import Cancelled

Heats = NDArray[np.float64]  # (N, H, W), one a picture
_PARTS: dict[Part, Callable[[Tensor], Tensor]] = {
    Part.ABSOLUTE: torch.abs, Part.SQUARED: torch.square, Part.POSITIVE: torch.relu,
}  # fmt: skip


def effective_fields(gradients: Gradients, values: Tensor, targets: Sequence[Target], part: Part) -> tuple[EffectiveField, ...]:
    """The effective fields of ``targets``, in their order, for one picture ``values`` (1, C, H, W), standardized.

    There is one forward pass, of so many copies of the picture that as many targets of a layer share a backward pass; copies of
    a picture that is large alone cost more than they save. The picture itself is the layer "input".

    Raises:
        Cancelled: the ``cancel`` of ``gradients``, asked behind each layer and before each backward pass, said yes.
        FieldError: a key is unknown, a unit or a map outside the layer, or a layer has no gradient to the picture.
        ValueError: as ``Gradients.taken``.
    """
    if not targets:
        return ()
    start = perf_counter()
    groups = _by_layer(targets)
    copies = _copies(max(map(len, groups.values())), gradients.at_once(groups))

    def heats(reach: Reach) -> dict[Target, Heat]:
        found: dict[Target, Heat] = {}
        for group in groups.values():
            found |= _heats(gradients, reach, group, part)
        return found

    found = gradients.taken(values.expand(copies, -1, -1, -1), groups, heats, len(targets))
    each = (perf_counter() - start) * 1e3 / len(targets)
    return tuple(field_of(target, part, found[target], milliseconds=each) for target in targets)


def depth_sigmas(
    gradients: Gradients, values: Tensor, keys: Collection[str], part: Part, progress: Callable[[int, int | None], None]
) -> dict[str, EffectiveField]:
    """The effective field of the middle unit of each of the layers ``keys``, all maps summed, for one picture (1, C, H, W).

    One forward pass, then a backward pass a layer. Layers that have no gradient to the picture are left out. ``progress`` is
    told how many are done, and of how many. Raises as ``effective_fields``.
    """

    def fields(reach: Reach) -> dict[str, EffectiveField]:
        found = {}
        for done, key in enumerate(keys, 1):
            if reach.reaches(key):
                found[key] = _middle(gradients, reach, key, part)
            progress(done, len(keys))
        return found

    return gradients.taken(values, keys, fields, len(keys)) if keys else {}


def heats_of(gradient: Tensor, part: Part) -> Heats:
    """The ``part`` of gradients (N, C, H, W) float64, summed over the channels."""
    heats: Heats = _PARTS[part](gradient).sum(1).numpy()
    return heats


def field_of(
    target: Target, part: Part, heat: Heat, *, pictures: int = 1, dead: int | None = None, milliseconds: float,
    sigma_error: tuple[float, float] | None = None,
) -> EffectiveField:  # fmt: skip
    """With what is lacking, the heat read-only. ``dead`` None: of one picture."""
    heat.flags.writeable = False
    alive = bool(heat.any())
    lack = Lack.NAN if not np.isfinite(heat).all() else None if alive else Lack.DEAD
    return EffectiveField(target, part, heat, pictures, int(not alive) if dead is None else dead, lack, sigma_error, milliseconds)


def _by_layer(targets: Sequence[Target]) -> dict[str, list[Target]]:
    """Each target once."""
    groups: dict[str, list[Target]] = {}
    for target in dict.fromkeys(targets):
        groups.setdefault(target.key, []).append(target)
    return groups


def _copies(targets: int, most: int) -> int:
    """So many that the backward passes are few, and equally full."""
    return ceil(targets / ceil(targets / most))


def _heats(gradients: Gradients, reach: Reach, targets: Sequence[Target], part: Part) -> dict[Target, Heat]:
    found: dict[Target, Heat] = {}
    for first in range(0, len(targets), reach.pictures):
        if gradients.cancel():
            raise Cancelled
        together = targets[first : first + reach.pictures]
        heats = heats_of(reach.gradient(together)[: len(together)], part)
        found.update(zip(together, heats, strict=True))
    return found


def _middle(gradients: Gradients, reach: Reach, key: str, part: Part) -> EffectiveField:
    start = perf_counter()
    _, height, width = reach.shape(key)
    target = Target(key, (height // 2, width // 2))
    heat = _heats(gradients, reach, (target,), part)[target]
    return field_of(target, part, heat, milliseconds=(perf_counter() - start) * 1e3)
