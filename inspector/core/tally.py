"""How often each value occurs in a picture, counted once, for histograms over any range."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FINE = 1 << 16  # steps that the values of floating-point pictures are counted in
CHUNK = 1 << 20  # values at a time, so that nothing as large as the picture is allocated


@dataclass(frozen=True, eq=False)
class Tally:
    """``counts`` ``(n,)`` int64 of the ``values`` ``(n,)`` float64, ascending, of all channels together.

    Exact for uint8 and uint16; floating-point values are rounded to 1/65536 of their range.
    """

    values: NDArray[np.float64]
    counts: NDArray[np.int64]

    def over(self, low: float, high: float, bins: int) -> NDArray[np.int64]:
        """Counts ``(1, bins)`` in equal bins from ``low`` to ``high``, as ``numpy.histogram`` bins them."""
        found = np.histogram(self.values, bins, (low, high), weights=self.counts)[0]
        counts: NDArray[np.int64] = np.rint(found).astype(np.int64)
        return counts[np.newaxis]


def tally(values: NDArray[np.generic]) -> Tally:
    """Count the finite values of an array of any shape; uint8, uint16 or floating point."""
    flat = values.reshape(-1)
    if flat.dtype.kind == "u" and flat.dtype.itemsize <= 2:
        places, low, step = flat, 0.0, 1.0
        size = 1 << (8 * flat.dtype.itemsize)
    else:
        finite = flat[np.isfinite(flat)].astype(np.float64)
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        step, size = (high - low) / (FINE - 1) or 1.0, FINE
        places = np.rint((finite - low) / step).astype(np.uint16)
    counts = np.zeros(size, np.int64)
    for start in range(0, len(places), CHUNK):
        counts += np.bincount(places[start : start + CHUNK], minlength=size)
    occurring = np.flatnonzero(counts)
    return Tally(np.float64(low) + step * occurring.astype(np.float64), counts[occurring])
