"""One layer under one transform, looked at closely."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from inspector.core.shift.grid import Grid
from inspector.core.shift.measures import cosine, equivariance, invariance
from inspector.core.shift.results import Case
from inspector.core.shift.sampling import Values
from inspector.core.shift.scene import Scene
from inspector.core.shift.taps import Starts, course
from inspector.core.shift.transforms import Transform

Maps = tuple[Values, Values, Starts | None]  # before and after, and where they begin


def kept(still: Tensor, moved: Tensor, starts: Starts | None) -> Maps:
    """Copies of what a layer made of the picture (C, h, w) and of its one transform (1, C, h, w): it may be changed in place."""
    return _read_only(still), _read_only(moved[0]), starts


def case_of(
    scene: Scene, grid: Grid | None, transform: Transform, key: str, maps: Maps, *, shown: Values, parts: bool = True
) -> Case:  # fmt: skip
    """The maps of the layer ``key`` with what they ought to be; ``shown``: the transformed input.

    Their errors are taken apart unless not ``parts``: that takes longer than a pass of a large network.
    """
    before, after, starts = maps
    found = Case(transform, key, grid, shown, before, after, invariance(before, after) if parts else None)
    if grid is None:
        return found
    way = course(scene, grid, transform, starts)
    found = replace(found, grid=way.grid, then=way.then, expected=_sealed(way.moved(before)), whole=way.whole, valid=way.valid)
    if not parts:
        return found
    return replace(
        found, equivariance=equivariance(before, after, way), interior=equivariance(before, after, way, interior=True),
        cosine=cosine(before, after, way),
    )  # fmt: skip


def _read_only(maps: Tensor) -> Values:
    return _sealed(maps.float().cpu().numpy().copy())


def _sealed(values: NDArray[np.float32]) -> Values:
    values.flags.writeable = False
    return values
