"""How values become the levels of a screen."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

GREY = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)


class Scale(NamedTuple):
    """Level = (value, or its absolute, - ``low``) * ``factor``, clipped to 0 … 255; then colours.

    ``lut`` ``(256, 3)`` holds the colours of grey pictures; they are the levels themselves if ``grey``. ``nan`` ``(3,)`` is the
    one of pixels with NaN. A named tuple, since compiled code takes those as they are.
    """

    low: float
    factor: float
    absolute: bool
    grey: bool
    lut: NDArray[np.uint8]
    nan: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Colours:
    """What values look like.

    ``low`` becomes level 0 and ``high`` 255, linearly, rounded half to even in float64; what lies
    beyond is clipped, infinities included. With ``absolute`` the levels are those of ``|v|``. If
    ``low == high`` everything above it is 255. ``lut`` ``(256, 3)`` colours the levels of a ``(H, W)``
    picture, else it is grey. A pixel with NaN in any channel becomes ``nan``.
    Raises ValueError for a range that is not finite or ``low > high``, and for colours that are none.
    """

    low: float
    high: float
    absolute: bool = False
    lut: NDArray[np.uint8] | None = None
    nan: tuple[int, int, int] = (255, 0, 255)

    def __post_init__(self) -> None:
        check_range(self.low, self.high)
        if self.lut is not None and np.shape(self.lut) != (256, 3):
            raise ValueError(f"a colour map must have shape (256, 3), got {np.shape(self.lut)}")
        if len(self.nan) != 3:
            raise ValueError(f"the colour of NaN must be three levels, got {self.nan}")

    def check(self, shape: tuple[int, ...]) -> None:
        """Raise ValueError for values that are neither ``(H, W)`` nor, without a colour map, ``(H, W, 3)``."""
        if len(shape) not in (2, 3) or shape[2:] not in ((), (3,)) or (self.lut is not None and len(shape) == 3):
            raise ValueError(f"colours need values (H, W), or without a colour map (H, W, 3), got {shape}")

    @cached_property
    def scale(self) -> Scale:
        """The same as numbers; arrays of its own, since compiled code tells those that must not be written from others."""
        low, high = check_range(self.low, self.high)
        with np.errstate(over="ignore"):  # with no width at all every value above is the lightest
            factor = 255.0 / (max(high, np.nextafter(low, np.inf)) - low)
        lut = np.array(GREY if self.lut is None else self.lut, np.uint8, order="C")
        return Scale(low, float(factor), bool(self.absolute), self.lut is None, lut, np.array(self.nan, np.uint8))


def check_range(low: float, high: float) -> tuple[float, float]:
    """Both as float. Raises ValueError where one is not finite or ``low > high``."""
    if not (np.isfinite(low) and np.isfinite(high) and low <= high):
        raise ValueError(f"a range needs finite numbers, the lower one first, got {low} to {high}")
    return float(low), float(high)
