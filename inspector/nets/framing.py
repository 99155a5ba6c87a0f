"""One transform before a network, in one pass: every layer measured, some kept to be looked at."""

from collections.abc import Collection

import numpy as np
from torch import Tensor

from inspector.core.shift.frames import Frame
from inspector.core.shift.measures import output_change
from inspector.core.shift.results import ShiftErrors
from inspector.core.shift.taps import Starts
from inspector.core.shift.transforms import Transform
from inspector.nets.cases import Maps, case_of, kept
from inspector.nets.shifting import Shifting
from kernels import Cancel


def framed(shifting: Shifting, transform: Transform, closely: Collection[str], cancel: Cancel, *, parts: bool) -> Frame:
    """What one transform makes of all layers, and of the layers ``closely``, with their errors taken apart if ``parts``.

    Layers of ``closely`` that make no tensor of this input are left out. Raises as ``Shifting``.
    """
    scene, shown = shifting.scene, shifting.scene.seen(transform)
    tallies = {key: shifting.tally(key) for key in shifting.keys}
    maps: dict[str, Maps] = {}

    def watch(key: str, still: Tensor, moved: Tensor, starts: Starts | None) -> None:
        if key in tallies:
            tallies[key].add(still, moved, shifting.taps(key, [transform], starts))
        if key in closely:
            maps[key] = kept(still, moved, starts)

    before, after = shifting.pairs.judged([transform], shown[np.newaxis], cancel, {*tallies, *closely}, watch)
    cases = {key: case_of(scene, shifting.grids.get(key), transform, key, found, shown=shown, parts=parts)
             for key, found in maps.items()}  # fmt: skip
    errors = {key: tally.errors() for key, tally in tallies.items()}
    found = ShiftErrors((transform,), scene.incoming, errors, output_change(before, after))
    return Frame(found, before, shown, cases)
