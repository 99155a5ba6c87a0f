"""Numbers of an effective receptive field: how far the gradient spreads, and how much of it lies where."""

from dataclasses import dataclass
from enum import StrEnum
from math import atan2
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inspector.core.receptive_field.compose import Box
from inspector.core.receptive_field.settings import Part

Heat = NDArray[np.float64]  # (H, W), not negative
Pair = tuple[float, float]  # along y, along x
SHARES = (0.2, 0.3, 0.5, 0.99)  # of the energy, whose area ratios are told
_ROUNDING = 1e-12  # of a share, which errors of summing may take away
_POINT = 1e-6  # square pixels, added to variances: a Gaussian without width would have no value anywhere


class Lack(StrEnum):
    """Why there is no effective field."""

    DEAD = "dead"  # every gradient is 0, as behind a ReLU that is off
    NAN = "nan"  # some gradient is NaN or infinite


@dataclass(frozen=True)
class Target:
    """Of what the gradient is taken: the unit (y, x) of ``map`` of the tensor ``key``, of all its maps summed where None."""

    key: str
    unit: tuple[int, int]
    map: int | None = None


@dataclass(frozen=True, eq=False)
class EffectiveField:
    """The gradient of a target to the picture: ``heat`` (H, W) float64, mean over ``pictures``; ``lack``: why it is of no use.

    ``sigma_error``: the standard error of sigma along y and x over the pictures, None for fewer than 3.
    ``dead``: for how many of the pictures the gradient was all zero. ``skipped``: files that were to be averaged over, too, and
    cannot be read. ``milliseconds``: of the passes forward and backward, of several targets together its part of them.
    """

    target: Target
    part: Part
    heat: Heat
    pictures: int = 1
    dead: int = 0
    lack: Lack | None = None
    sigma_error: Pair | None = None
    milliseconds: float = 0.0
    skipped: int = 0


@dataclass(frozen=True)
class EffectiveNumbers:
    """Of one effective field; lengths in pixels of the picture.

    ``centre``: centre of mass (y, x), pixel centres at whole numbers. ``sigma``: standard deviations along y and x, and
    ``correlation`` between them: the Gaussian with these moments, which is the one that fits best in the sense of maximum
    likelihood. ``fit``: share of the heat's variance inside the box that this Gaussian, with the heat's energy, explains, at
    most 1, may be negative; 0 where the heat does not vary there.
    ``area_ratio``: for each of ``SHARES``, the area of the smallest square about the middle of the box that holds this share
    of the energy, as a share of the picture's area; sides grow by 2 pixels, and what lies outside the picture is not
    counted (Ding et al., Scaling Up Your Kernels to 31x31 (RepLKNet), 2022). ``inside``: share of the energy inside the
    box that was asked about.
    """

    centre: Pair
    sigma: Pair
    correlation: float
    fit: float
    area_ratio: dict[float, float]
    inside: float


def numbers(heat: Heat, box: Box, inside: Box | None = None) -> EffectiveNumbers:
    """Measure a heat map that is finite and not all zero. ``box``: of the target; ``inside``: asked about, None for ``box``.

    Raises ValueError for a heat map without energy.
    """
    most = heat.max(initial=0)
    if not most > 0:
        raise ValueError("the heat map has no energy: every gradient is 0")
    shares = heat / most  # sums of what is very small or large stay in range
    shares /= shares.sum()
    spread = _spread(shares)
    sigma = float(np.sqrt(spread.variance[0])), float(np.sqrt(spread.variance[1]))
    return EffectiveNumbers(
        centre=spread.centre, sigma=sigma,
        correlation=min(max(spread.covariance / (sigma[0] * sigma[1]), -1.0), 1.0) if all(sigma) else 0.0,
        fit=_fit(shares, spread, box), area_ratio=_area_ratios(shares, box),
        inside=_inside(shares, inside or box),
    )  # fmt: skip


# ---- the Gaussian ----------------------------------------------------------------------------------------------


class _Spread(NamedTuple):
    """The first two moments of shares that sum to 1."""

    centre: Pair
    variance: Pair
    covariance: float


class Ellipse(NamedTuple):
    """Lengths in pixels of the picture: ``centre`` (y, x), pixel centres at whole numbers, and half the diameters, longer first.

    The longer axis lies at ``angle``, radians from the direction of growing x towards that of growing y.
    """

    centre: Pair
    axes: Pair
    angle: float


def ellipse(found: EffectiveNumbers, sigmas: float = 2.0) -> Ellipse:
    """The line along which the Gaussian's exponent is that of ``sigmas`` standard deviations; 2 hold 86 % of its energy."""
    (y, x), mixed = found.sigma, found.correlation * found.sigma[0] * found.sigma[1]
    middle, half = (x * x + y * y) / 2, float(np.hypot((x * x - y * y) / 2, mixed))
    axes = sigmas * float(np.sqrt(middle + half)), sigmas * float(np.sqrt(max(middle - half, 0.0)))
    return Ellipse(found.centre, axes, atan2(2 * mixed, x * x - y * y) / 2)


def _spread(shares: Heat) -> _Spread:
    rows, columns = np.arange(shares.shape[0]), np.arange(shares.shape[1])
    over_y, over_x = shares.sum(1), shares.sum(0)
    centre = float(over_y @ rows), float(over_x @ columns)
    y, x = rows - centre[0], columns - centre[1]
    return _Spread(centre, (float(over_y @ (y * y)), float(over_x @ (x * x))), float(y @ shares @ x))


def _gaussian(spread: _Spread, shape: tuple[int, ...]) -> Heat:
    """The Gaussian of these moments on the pixels of a picture (H, W), its values summing to 1."""
    y, x = (np.arange(side) - place for side, place in zip(shape, spread.centre, strict=True))
    var_y, var_x, mixed = spread.variance[0] + _POINT, spread.variance[1] + _POINT, spread.covariance
    powers = (var_x * y * y)[:, np.newaxis] - 2 * mixed * np.outer(y, x) + var_y * x * x
    powers /= -2 * (var_y * var_x - mixed * mixed)
    values = np.exp(powers - powers.max())
    gaussian: Heat = values / values.sum()
    return gaussian


def _fit(shares: Heat, spread: _Spread, box: Box) -> float:
    inside = _within(box, shares.shape)
    seen = shares[inside]
    if not seen.size or np.ptp(seen) <= _ROUNDING * seen.max():
        return 0.0
    missed = seen - _gaussian(spread, shares.shape)[inside]
    return float(1 - np.square(missed).sum() / np.square(seen - seen.mean()).sum())


# ---- energy inside boxes ---------------------------------------------------------------------------------------


def _within(box: Box, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """The part of a box that lies in the picture."""
    y0, x0, y1, x1 = (min(max(place, 0), side) for place, side in zip(box, (*shape, *shape), strict=True))
    return slice(y0, y1), slice(x0, x1)


def _inside(shares: Heat, box: Box) -> float:
    """The share of the energy in a box; exactly 1 where there is none outside, however the sum is rounded."""
    held = shares[_within(box, shares.shape)]
    return 1.0 if np.count_nonzero(held) == np.count_nonzero(shares) else min(float(held.sum()), 1.0)


def _area_ratios(shares: Heat, box: Box) -> dict[float, float]:
    """Sides are odd, but even about the middle of a box whose sides are both even."""
    (height, width), (y0, x0, y1, x1) = shares.shape, box
    y, x, even = (y0 + y1) // 2, (x0 + x1) // 2, int((y1 - y0) % 2 == 0 and (x1 - x0) % 2 == 0)
    reach = np.arange(max(abs(y), abs(height - y), abs(x), abs(width - x)) + 1)
    top, bottom = (np.clip(place, 0, height) for place in (y - reach - even, y + reach + 1))
    left, right = (np.clip(place, 0, width) for place in (x - reach - even, x + reach + 1))
    table = np.pad(shares.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    held = table[bottom, right] - table[top, right] - table[bottom, left] + table[top, left]
    areas = (bottom - top) * (right - left) / (height * width)
    first = {share: int((held >= share - _ROUNDING).argmax()) for share in SHARES}  # the largest square holds all
    return {share: float(areas[index]) for share, index in first.items()}


# ---- averages --------------------------------------------------------------------------------------------------


def sums(heats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each heat map (N, H, W), (N, 5): the energy, and it times y, x, y² and x², counted from the middle of the picture."""
    y, x = (np.arange(side) - (side - 1) / 2 for side in heats.shape[1:])
    over_y, over_x = heats.sum(2), heats.sum(1)
    return np.stack([over_y.sum(1), over_y @ y, over_x @ x, over_y @ (y * y), over_x @ (x * x)], 1)


def sigma_error(each: NDArray[np.float64]) -> Pair | None:
    """The standard error of sigma along y and x of the mean of heat maps, from the ``sums`` of each, (N, 5).

    The jackknife: sigma without one picture, for each in turn. None for fewer than 3, and where one alone has energy. Source:
    Efron, The Jackknife, the Bootstrap and Other Resampling Plans, 1982.
    """
    count = len(each)
    others = each.sum(0) - each
    if count < 3 or not (others[:, 0] > _ROUNDING * each[:, 0].sum()).all():
        return None
    means = others[:, 1:] / others[:, :1]
    sigmas = np.sqrt(np.maximum(means[:, 2:] - np.square(means[:, :2]), 0))
    y, x = np.sqrt((count - 1) * sigmas.var(0)).tolist()
    return y, x
