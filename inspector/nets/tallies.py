"""The measures of one layer, collected from pass to pass."""

from math import isfinite

import numpy as np
from torch import Tensor

from inspector.core.shift.grid import Grid, Mask
from inspector.core.shift.measures import Lack, Numbers
from inspector.core.shift.results import MEASURES, LayerErrors
from inspector.core.shift.taps import Taps
from inspector.nets.metering import Sums, sums


class LayerTally:
    """Of the layer ``key``; ``grid`` None where its maps cannot move along, for the reason ``lack``."""

    def __init__(self, key: str, grid: Grid | None, lack: Lack = Lack.NO_GRID) -> None:
        self._key, self._grid, self._lack = key, grid, lack
        self._measures: dict[str, list[Numbers]] = {name: [] for name in MEASURES}
        self._whole: list[Mask] = []
        self._lacks: list[Lack | None] = []
        self._round = False

    def add(self, still: Tensor, moved: Tensor, taps: Taps | None) -> None:
        """What the layer made of the picture (C, h, w) and of n transforms of it (n, C, h, w)."""
        found = sums(still, moved, taps)
        self._round = taps is not None and taps.round
        valid, interior = _counts(taps, len(moved))
        for name, values in zip(MEASURES, _measures(found, still[0].numel(), valid, interior), strict=True):
            self._measures[name].append(values)
        self._whole.append(np.zeros(len(moved), np.bool_) if taps is None else taps.whole)
        lacks = [_lack(*numbers) for numbers in zip(found.still.tolist(), found.changed.tolist(), valid.tolist(), strict=True)]
        self._lacks += lacks if taps else [self._lack] * len(moved)

    def errors(self) -> LayerErrors:
        """The measures of all transforms so far, in the order in which they came. Raises ValueError if there are none."""
        if not self._lacks:
            raise ValueError(f"no layer {self._key!r} has made a tensor of this input")
        each = {name: np.concatenate(values) for name, values in self._measures.items()}
        whole, lacks = np.concatenate(self._whole), tuple(self._lacks)
        return LayerErrors(self._key, self._grid, **each, whole=whole, lacks=lacks, round=self._round)


def _measures(found: Sums, places: int, valid: Numbers, interior: Numbers) -> tuple[Numbers, ...]:
    """In the order of ``MEASURES``; NaN where not defined."""
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = [part * places / count / found.still for part, count in ((found.wrong, valid), (found.inner, interior))]
        similarity = found.dot / np.sqrt(found.found * found.expected)
        measures = [*(np.sqrt(square) for square in squares), np.sqrt(found.changed / found.still), similarity]
    return *(np.where(np.isfinite(one), one, np.nan) for one in measures), valid / places


def _counts(taps: Taps | None, transforms: int) -> tuple[Numbers, Numbers]:
    """How many units of a map are valid, and how many are interior."""
    if taps is None:
        return np.zeros(transforms), np.zeros(transforms)
    return taps.valid.sum((1, 2), dtype=np.float64), taps.interior.sum((1, 2), dtype=np.float64)


def _lack(still: float, changed: float, valid: float) -> Lack | None:
    """Why the equivariance error is not defined, from the sums of squares and the number of valid units."""
    if not (isfinite(still) and isfinite(changed)):
        return Lack.NAN
    if not still:
        return Lack.ZERO
    return None if valid else Lack.EMPTY
