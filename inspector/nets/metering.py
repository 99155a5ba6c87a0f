"""How far the maps of a layer moved along, for a batch of transforms at once, while they pass."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from inspector.core.shift.measures import Numbers
from inspector.core.shift.sampling import Values, fourier_shifted
from inspector.core.shift.taps import Taps
from kernels import Moves, moved_sums

_EXACT = (torch.float32, torch.float64)


class Sums(NamedTuple):
    """Sums of squares over the maps of one layer for n transforms, each (n,) float64.

    ``still``: of f(x), over all units. ``changed``: of f(Tx) - f(x). Over the valid units: ``wrong`` of f(Tx) - T'f(x),
    ``found`` and ``expected`` of both. ``inner``: as ``wrong``, over the interior units.
    """

    still: Numbers
    changed: Numbers
    wrong: Numbers
    inner: Numbers
    found: Numbers
    expected: Numbers

    @property
    def dot(self) -> Numbers:
        """Of the products of f(Tx) and T'f(x), over the valid units: 2 a b = a² + b² - (a - b)²."""
        return (self.found + self.expected - self.wrong) / 2


def sums(still: Tensor, moved: Tensor, taps: Taps | None) -> Sums:
    """Of the maps f(x) (C, h, w) and f(Tx) (n, C, h, w); without ``taps``, only what needs none, and 0 for the rest."""
    before, after = _flat(still), _flat(moved)
    found = moved_sums(before, after, _moves(taps, len(moved)))
    for place, units in (taps.waves if taps is not None else {}).items():
        expected = fourier_shifted(before.reshape(still.shape), *units).reshape(before.shape)
        found[2:, place] = moved_sums(expected.astype(before.dtype), after[place : place + 1], _unmoved(before.shape[1]))[2:, 0]
    return Sums(*found)


def _flat(maps: Tensor) -> Values:
    """Rows one behind the other."""
    exact = maps if maps.dtype in _EXACT else maps.float()
    found: Values = exact.flatten(-2).cpu().numpy()
    return found


def _unmoved(places: int) -> Moves:
    """Of one transform that leaves everything where it is; no place is interior."""
    sources, weight = np.arange(places, dtype=np.intp)[np.newaxis, np.newaxis], np.ones((1, 1, places), np.float32)
    everywhere = np.ones((1, places), np.bool_)
    return Moves(sources, weight, everywhere, ~everywhere)


def _moves(taps: Taps | None, transforms: int) -> Moves:
    if taps is None:
        return Moves.unknown(transforms)
    shape = len(taps.index), transforms, -1
    return Moves(
        taps.index.reshape(shape),
        taps.weight.reshape(shape),
        taps.valid.reshape(transforms, -1),
        taps.interior.reshape(transforms, -1),
    )
