"""One layer under one transform, looked at closely."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from inspector.core.shift.grid import Course, Grid
from inspector.core.shift.measures import cosine, equivariance, invariance
from inspector.core.shift.results import Case
from inspector.core.shift.sampling import Values
from inspector.core.shift.scene import Scene
from inspector.core.shift.transforms import Transform

Maps = tuple[Values, Values]  # before and after


def kept(still: Tensor, moved: Tensor) -> Maps:
    """Copies of what a layer made of the picture (C, h, w) and of its one transform (1, C, h, w): it may be changed in place."""
    return _read_only(still), _read_only(moved[0])


def case_of(
    scene: Scene, grid: Grid | None, transform: Transform, key: str, maps: Maps, *, shown: Values, parts: bool = True
) -> Case:  # fmt: skip
    """The maps of the layer ``key`` with what they ought to be; ``shown``: the transformed input.

    Their errors are taken apart unless not ``parts``: that takes longer than a pass of a large network.
    """
    before, after = maps
    found = Case(transform, key, grid, shown, before, after, invariance(before, after) if parts else None)
    if grid is None:
        return found
    course = Course(scene, grid, transform)
    found = replace(found, expected=_sealed(course.moved(before)), whole=course.whole, valid=course.valid)
    if not parts:
        return found
    return replace(
        found, equivariance=equivariance(before, after, course), interior=equivariance(before, after, course, interior=True),
        cosine=cosine(before, after, course),
    )  # fmt: skip


def _read_only(maps: Tensor) -> Values:
    return _sealed(maps.float().cpu().numpy().copy())


def _sealed(values: NDArray[np.float32]) -> Values:
    values.flags.writeable = False
    return values
