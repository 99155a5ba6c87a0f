"""An equivariance error taken apart into its causes: what the padding makes, and what stays without it.

Padding is what vanishes where the picture and all maps are round. What stays has a name of its own, for it is sub-sampling only
where units lie farther apart than pixels and the picture has moved by whole pixels.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from inspector.core.shift.measures import Numbers
from inspector.core.shift.transforms import Places, Transform, Translation


class Unsplit(StrEnum):
    """Why no part of an error can be told to be due to padding, as a sentence."""

    TURNED = "only a moved picture goes round, not one that is turned, scaled or mirrored"
    UNSHARED = "weights differ from place to place"
    CROP = "a window over a larger picture is brought other pixels than one that goes round"
    SEAM = "maps that do not cover the picture have a seam when they go round"


class Rest(StrEnum):
    """Where the part of an error comes from that is not due to padding."""

    SUBSAMPLING = "sub-sampling"
    INTERPOLATION = "interpolation"
    BOTH = "sub-sampling and interpolation"
    TURNING = "turning, scaling or mirroring"
    UNSHARED = "no weight sharing"
    OTHER = "rest"


@dataclass(frozen=True)
class Split:
    """Shares of an error, in [0, 1]: ``padding`` and the ``rest``, whose ``name`` says where it comes from.

    Both NaN where they cannot be told apart, for the ``reason``, or where there is no error.
    """

    padding: float
    rest: float
    name: Rest
    reason: Unsplit | None = None


def padding_share(error: Numbers, circular: Numbers) -> Numbers:
    """The share of each ``error`` that vanishes where padding and shift are ``circular``, in [0, 1].

    NaN where one is not defined, or where there is no error to share out. An error that even grows has no padding part.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(1 - circular / error, 0, 1)
    return np.where(error > 0, share, np.nan)


def unsplit(transform: Transform, layer: Unsplit | None) -> Unsplit | None:
    """Why an error under a ``transform`` cannot be split; ``layer``: why none of the layer can."""
    return layer if isinstance(transform, Translation) else layer or Unsplit.TURNED


def rest(transform: Transform, jump: Places, reason: Unsplit | None) -> Rest:
    """What the part of an error is called that stays, in a layer with this ``jump``."""
    match reason:
        case Unsplit.TURNED:
            return Rest.TURNING
        case Unsplit.UNSHARED:
            return Rest.UNSHARED
    sampled = max(jump) > 1
    if isinstance(transform, Translation) and not transform.whole:
        return Rest.BOTH if sampled else Rest.INTERPOLATION
    return Rest.SUBSAMPLING if sampled else Rest.OTHER
