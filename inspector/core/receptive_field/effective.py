"""Numbers of an effective receptive field: how far the gradient spreads, and how much of it lies where."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from inspector.core.receptive_field.compose import Box

Heat = NDArray[np.float64]  # (H, W), not negative
SHARES = (0.2, 0.3, 0.5, 0.99)  # of the energy, whose area ratios are told


class Part(StrEnum):
    """What is kept of a gradient before it is summed over channels and averaged over pictures."""

    ABSOLUTE = "absolute"
    SQUARED = "squared"
    POSITIVE = "positive"


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
    ``dead``: for how many of the pictures the gradient was all zero.
    """

    target: Target
    part: Part
    heat: Heat
    pictures: int = 1
    dead: int = 0
    lack: Lack | None = None
    sigma_error: tuple[float, float] | None = None
    milliseconds: float = 0.0


@dataclass(frozen=True)
class EffectiveNumbers:
    """Of one effective field; lengths in pixels of the picture.

    ``centre``: centre of mass (y, x), pixel centres at whole numbers. ``sigma``: standard deviations along y and x, and
    ``correlation`` between them: the Gaussian with these moments, which is the one that fits best in the sense of maximum
    likelihood. ``fit``: share of the heat's variance inside the box that this Gaussian explains, at most 1, may be negative.
    ``area_ratio``: for each of ``SHARES``, the area of the smallest square about the middle of the box that holds this share
    of the energy, as a share of the picture's area; sides grow by 2 pixels, and what lies outside the picture is not
    counted (Ding et al., Scaling Up Your Kernels to 31x31 (RepLKNet), 2022). ``inside``: share of the energy inside the
    box that was asked about.
    """

    centre: tuple[float, float]
    sigma: tuple[float, float]
    correlation: float
    fit: float
    area_ratio: dict[float, float]
    inside: float


def numbers(heat: Heat, box: Box, inside: Box | None = None) -> EffectiveNumbers:
    """Measure a heat map that is finite and not all zero. ``box``: of the target; ``inside``: asked about, None for ``box``.

    Raises ValueError for a heat map without energy.
    """
    raise NotImplementedError
