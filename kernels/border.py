"""What lies outside the picture: the one definition that every engine follows."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

OUTSIDE = -1


class Border(StrEnum):
    """How a picture continues beyond its edge, shown for a row ``a b c d``.

    The names in brackets are SciPy's modes.
    """

    ZERO = "zero"  # 0 0 | a b c d | 0 0   (constant, cval=0)
    CONSTANT = "constant"  # v v | a b c d | v v   (constant)
    REFLECT = "reflect"  # b a | a b c d | d c   (reflect)
    MIRROR = "mirror"  # c b | a b c d | c b   (mirror)
    REPLICATE = "replicate"  # a a | a b c d | d d   (nearest)
    WRAP = "wrap"  # c d | a b c d | a b   (wrap)


def index_map(length: int, before: int, after: int, border: Border) -> NDArray[np.intp]:
    """Source index of each position from ``-before`` to ``length + after - 1``.

    Shape ``(before + length + after,)``; ``OUTSIDE`` (-1) where the border's constant is taken.
    Any reach is allowed, also many times the picture. Raises ValueError for ``length < 1``.
    """
    if length < 1:
        raise ValueError(f"a picture side must be at least 1 pixel long, got {length}")
    position = np.arange(-before, length + after, dtype=np.intp)
    match border:
        case Border.ZERO | Border.CONSTANT:
            return np.where((position < 0) | (position >= length), OUTSIDE, position)
        case Border.REPLICATE:
            return np.clip(position, 0, length - 1)
        case Border.WRAP:
            return position % length
        case Border.REFLECT:
            folded = position % (2 * length)
            return np.minimum(folded, 2 * length - 1 - folded)
        case Border.MIRROR:
            period = max(2 * (length - 1), 1)
            folded = position % period
            return np.minimum(folded, period - folded) if length > 1 else np.zeros_like(position)
