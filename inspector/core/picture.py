"""A picture as the program holds it: exact values, and what black and white mean."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inspector.core.tally import Tally, tally

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow's "L" and OpenCV's grey


@dataclass(frozen=True, eq=False)
class Picture:
    """One decoded picture (one frame of a file). Two pictures are equal only if they are the same object.

    ``values``: ``(H, W)`` grey or ``(H, W, 3)`` RGB; uint8, uint16, float16, float32 or float64,
    native byte order, C-contiguous, read-only; exactly the values of the file.
    ``alpha``: ``(H, W)`` of the same dtype, or None. ``low`` and ``high``: the values that mean
    black and white (0 and 255 for uint8, 0 and 65535 for uint16, for floats see ``float_range``).
    ``form``: what the file was, e.g. "PNG, 16-bit RGB". ``notes``: sentences that a user should read.
    """

    values: NDArray[np.generic]
    low: float
    high: float
    name: str
    form: str = ""
    alpha: NDArray[np.generic] | None = None
    frame: int = 0
    frames: int = 1
    notes: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.values.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.values.shape[1])

    @property
    def channels(self) -> int:
        """1 for grey, 3 for RGB (alpha is not counted)."""
        return 1 if self.values.ndim == 2 else int(self.values.shape[2])

    @cached_property
    def tally(self) -> Tally:
        """How often each value occurs; counted when it is first asked for."""
        return tally(self.values)

    @cached_property
    def luminance(self) -> NDArray[np.floating]:
        """``luminance`` of the values, read-only; computed when it is first asked for."""
        values = luminance(self.values)
        values.flags.writeable = False
        return values


def float_range(values: NDArray[np.generic]) -> tuple[float, float]:
    """Black and white of a floating-point picture: (0, 1) if its finite values fit, else their range.

    Values that are all equal, or none finite, give a range of width 1 so that a scale always exists.
    """
    finite = values[np.isfinite(values)].astype(np.float64)
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if low >= 0.0 and high <= 1.0:
        return 0.0, 1.0
    return (low, high) if high > low else (low, low + 1.0)


def luminance(values: NDArray[np.generic]) -> NDArray[np.floating]:
    """Luma ``(H, W)`` of RGB ``(H, W, 3)``: float32, or float64 for float64; grey passes through unchanged in value."""
    dtype = np.float64 if values.dtype == np.float64 else np.float32
    if values.ndim == 2:
        return values.astype(dtype, copy=False)
    luma: NDArray[np.floating] = values.astype(dtype, copy=False) @ np.asarray(LUMA, dtype)
    return luma
