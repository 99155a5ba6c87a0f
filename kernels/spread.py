"""What multiplying spectra spreads over a whole tile, and when that is too much.

A value that is not finite becomes all of a tile, and the rounding of the largest values lies on the smallest ones, too.
"""

import numpy as np
from numpy.typing import DTypeLike

from kernels.plan import Plan
from kernels.sliding import WildError

LOST = 1e-3  # of the smallest results that count may be lost, at most


class RangeError(WildError):
    """Rounding of the largest values of a tile would drown the smallest."""


def limit(plan: Plan, dtype: DTypeLike, size: int) -> float:
    """Up to this size of values nothing overflows in tiles of ``size`` values.

    A frequency may be the sum of a whole tile, and what is transformed back that of all frequencies, divided by their number.
    """
    most = size * max(1.0, float(np.abs(plan.weights).sum()))
    return min(plan.limit, float(np.finfo(dtype).max) / 4 / most)


def block(reach: tuple[int, int]) -> tuple[int, int]:
    """Sides of the blocks whose maxima are compared: any footprint of a kernel within a tile holds a whole block."""
    return (reach[0] + 1) // 2, (reach[1] + 1) // 2


def check(least: float, most: float, dtype: DTypeLike) -> None:
    """Raise RangeError where the least maximum of a whole block that is not all 0 is too small beside the largest one.

    Rounding is some ``eps`` times the largest value, so what is left of a result is right by ``LOST`` of the largest value
    in its own footprint, wherever that is not all 0.
    """
    if most * float(np.finfo(dtype).eps) > LOST * least:
        raise RangeError
