"""Values between pixels, and beyond the edge: what every transform of a picture or of a map is made of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspector.core.shift.transforms import Affine, Size
from kernels.border import OUTSIDE, Border, index_map

Values = NDArray[np.float32]  # (C, H, W)
Positions = NDArray[np.float64]  # of any shape, in places along one axis; pixel centres are whole
Indices = NDArray[np.intp]

_DIGITS = 9  # positions closer to a whole number than float64 can tell after some sums are whole


def positions(sources: Affine, size: Size) -> tuple[Positions, Positions]:
    """Where the pixels of a picture of ``size`` come from: ``y`` (H, 1) and ``x`` (1, W), or both (H, W) for turns."""
    y, x = np.arange(size[0], dtype=np.float64)[:, np.newaxis], np.arange(size[1], dtype=np.float64)[np.newaxis]
    return origins(sources, y, x)


def origins(sources: Affine, y: Positions, x: Positions) -> tuple[Positions, Positions]:
    """Where the places ``y`` (H, 1) and ``x`` (1, W) come from, as ``positions`` has them."""
    yy, yx, xy, xx = sources.matrix
    if sources.straight:
        return snapped(yy * y + sources.offset[0]), snapped(xx * x + sources.offset[1])
    return snapped(yy * y + yx * x + sources.offset[0]), snapped(xy * y + xx * x + sources.offset[1])


def snapped(places: Positions) -> Positions:
    """Without the rounding errors that would turn a whole step into a fraction."""
    rounded: Positions = np.round(places, _DIGITS)
    return rounded


def inside(places: Positions, length: int) -> NDArray[np.bool_]:
    """Which positions lie on ``length`` pixels or between two of them."""
    return (places >= 0) & (places <= length - 1)


def sampled(values: Values, y: Positions, x: Positions, border: Border = Border.ZERO, constant: float = 0.0) -> Values:
    """``values`` at the positions, bilinear between pixels: (C, *the shape of both together), float32.

    A whole position takes its pixel as it is, bit by bit, also beside others that are not finite.
    """
    if y.shape[1:] == (1,) and x.shape[:1] == (1,):
        rows = _along(values, y[:, 0], 1, border, constant)
        return _along(rows, x[0], 2, border, constant)
    y, x = np.broadcast_arrays(y, x)
    return _scattered(values, y, x, border, constant)


def source_index(places: NDArray[np.floating[Any] | np.integer[Any]], length: int, border: Border) -> Indices:
    """The pixel that stands at each whole place, ``OUTSIDE`` where that is the constant."""
    whole = places.astype(np.intp)
    before, after = max(-int(whole.min(initial=0)), 0), max(int(whole.max(initial=0)) + 1 - length, 0)
    found: Indices = index_map(length, before, after, border)[whole + before]
    return found


def fourier_shifted(values: Values, dy: float, dx: float, *, mirrored: bool = False) -> Values:
    """The picture moved round by ``dy`` and ``dx`` pixels, its waves kept: (C, H, W) float32.

    ``mirrored``: beyond each edge comes its mirror image, so that no wave stands for a step from one edge to the other.
    The finest wave of an even side, which has no phase of its own, is scaled by cos π d and so stays real.
    """
    moved = values.astype(np.float64)
    for axis, amount in ((1, dy), (2, dx)):
        around = np.concatenate([moved, np.flip(moved, axis)], axis) if mirrored else moved
        turned = _turned(around, amount, axis) if amount % 1 else np.roll(around, int(amount), axis)
        moved = turned.take(range(moved.shape[axis]), axis)
    return moved.astype(np.float32)


def _turned(values: NDArray[np.float64], amount: float, axis: int) -> NDArray[np.float64]:
    """Each wave along one axis turned by what it moves."""
    length = values.shape[axis]
    turns = np.exp(-2j * np.pi * amount * np.fft.rfftfreq(length))
    waves = np.fft.rfft(values, axis=axis) * (turns[:, np.newaxis] if axis == 1 else turns)
    found: NDArray[np.float64] = np.fft.irfft(waves, length, axis=axis)
    return found


def _along(values: Values, places: Positions, axis: int, border: Border, constant: float) -> Values:
    """Sampled along one axis."""
    below = np.floor(places)
    share = (places - below).astype(np.float32)
    first = _taken(values, below, axis, border, constant)
    if not share.any():
        return first
    second = _taken(values, below + 1, axis, border, constant)
    share = share if axis == 2 else share[:, np.newaxis]
    return np.where(share == 0, first, first * (1 - share) + second * share)


def _taken(values: Values, places: Positions, axis: int, border: Border, constant: float) -> Values:
    index = source_index(places, values.shape[axis], border)
    found: Values = values.take(index, axis=axis)
    if (index == OUTSIDE).any():
        found[(slice(None),) * axis + (index == OUTSIDE,)] = constant
    return found


def _scattered(values: Values, y: Positions, x: Positions, border: Border, constant: float) -> Values:
    """Sampled at places that are no product of rows and columns: the four pixels around each, by their shares."""
    total: Values = np.zeros((len(values), *y.shape), np.float32)
    for rows, row_shares in _neighbours(y):
        for columns, column_shares in _neighbours(x):
            shares = (row_shares * column_shares).astype(np.float32)
            row, column = source_index(rows, values.shape[1], border), source_index(columns, values.shape[2], border)
            found = np.where((row == OUTSIDE) | (column == OUTSIDE), np.float32(constant), values[:, row, column])
            total += np.where(shares == 0, np.float32(0), found * shares)
    return total


def _neighbours(places: Positions) -> tuple[tuple[Positions, Positions], tuple[Positions, Positions]]:
    below = np.floor(places)
    return (below, 1 - (places - below)), (below + 1, places - below)
