"""One transform before a network, in one pass: every layer measured, some kept to be looked at."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from inspector.core.shift.frames import Frame
from inspector.core.shift.grid import Course
from inspector.core.shift.measures import cosine, equivariance, invariance, output_change
from inspector.core.shift.results import Case, ShiftErrors
from inspector.core.shift.sampling import Values
from inspector.core.shift.transforms import Transform
from inspector.nets.shifting import Shifting
from inspector.nets.tallies import LayerTally
from kernels import Cancel


def framed(shifting: Shifting, transform: Transform, closely: Collection[str], cancel: Cancel, *, parts: bool) -> Frame:
    """What one transform makes of all layers, and of the layers ``closely``, with their errors taken apart if ``parts``.

    Layers of ``closely`` that make no tensor of this input are left out. Raises as ``Shifting``.
    """
    shown = shifting.scene.seen(transform)
    tallies = {key: LayerTally(key, shifting.grids.get(key)) for key in shifting.keys}
    taps = {key: shifting._tapping[key].taps([transform]) for key in tallies if key in shifting._tapping}
    kept: dict[str, tuple[Values, Values]] = {}

    def watch(key: str, still: Tensor, moved: Tensor) -> None:
        if key in tallies:
            tallies[key].add(still, moved, taps.get(key))
        if key in closely:
            kept[key] = _read_only(still), _read_only(moved[0])

    before, after = shifting._pairs.judged(shown[np.newaxis], cancel, {*tallies, *closely}, watch)
    errors = {key: tally.errors() for key, tally in tallies.items()}
    cases = {key: _case(shifting, transform, key, shown, maps, parts=parts) for key, maps in kept.items()}
    found = ShiftErrors((transform,), shifting.scene.incoming, errors, output_change(before, after))
    return Frame(found, before, shown, cases)


def _case(
    shifting: Shifting, transform: Transform, key: str, shown: Values, maps: tuple[Values, Values], *, parts: bool
) -> Case:  # fmt: skip
    """One layer closely; its errors place by place take as long as a pass, and are left out unless asked for."""
    (before, after), grid = maps, shifting.grids.get(key)
    found = Case(transform, key, grid, shown, before, after, invariance(before, after) if parts else None)
    if grid is None:
        return found
    course = Course(shifting.scene, grid, transform)
    found = replace(found, expected=_sealed(course.moved(before)), whole=course.whole, valid=course.valid)
    if not parts:
        return found
    return replace(
        found, equivariance=equivariance(before, after, course), interior=equivariance(before, after, course, interior=True),
        cosine=cosine(before, after, course),
    )  # fmt: skip


def _read_only(maps: Tensor) -> Values:
    """A copy: what comes later in the network may change maps in place."""
    return _sealed(maps.float().cpu().numpy().copy())


def _sealed(values: NDArray[np.float32]) -> Values:
    values.flags.writeable = False
    return values
