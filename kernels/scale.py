"""How values become the levels of a screen."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Scale(NamedTuple):
    """Level = (value, or its absolute, - ``low``) * ``factor``, clipped to 0 … 255; then colours.

    ``lut`` ``(256, 3)`` holds the colours of grey pictures, ``nan`` ``(3,)`` the one of pixels with
    NaN. A named tuple, since compiled code takes those as they are.
    """

    low: float
    factor: float
    absolute: bool
    lut: NDArray[np.uint8]
    nan: NDArray[np.uint8]
