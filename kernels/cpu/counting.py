"""Statistics and histograms of values."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.cpu.compiling import compiled
from kernels.layout import Floats

BLOCK = 1024  # values that are given their bins at a time
LANES = 256  # sums, minima and maxima side by side: so many that it costs little to see that they do not overlap


@compiled
def measure(values: Floats, low: Floats, high: Floats, total: NDArray[np.float64]) -> None:
    """Lower ``low``, raise ``high`` and add to ``total``, each ``(LANES,)``, by ``values`` ``(n,)``.

    A value that is not finite makes ``total`` so, too. Lanes do not depend on each other, so they are vectors.
    """
    for start in range(0, len(values), LANES):
        part = values[start : start + LANES]
        for lane in range(len(part)):
            value = part[lane]
            low[lane] = value if value < low[lane] else low[lane]
            high[lane] = value if value > high[lane] else high[lane]
        for lane in range(len(part)):
            total[lane] += part[lane]


@compiled
def beyond(values: Floats, low: float, high: float) -> tuple[int, int]:
    """How many of ``values`` ``(n,)`` lie below ``low`` and above ``high``."""
    below, above = 0, 0
    for i in range(len(values)):
        below += values[i] < low
        above += values[i] > high
    return below, above


@compiled
def count(values: Floats, edges: NDArray[np.float64], counts: NDArray[np.int64]) -> None:
    """Add to ``counts`` ``(C, bins)`` how many of ``values`` ``(n, C)`` lie between ``edges``, the last one included."""
    channels, bins = values.shape[1], len(edges) - 1
    table = np.zeros((channels, bins + 2), np.int64)  # with a place for what lies below, or is NaN, and one for above
    places = np.empty(BLOCK * channels, np.int32)
    flat = values.reshape(-1)
    for start in range(0, len(flat), len(places)):
        block = flat[start : start + len(places)]
        if _place(block, edges, places):
            _correct(block, edges, places)
        for i in range(0, len(block), channels):
            for channel in range(channels):
                table[channel, places[i + channel]] += 1
    counts += table[:, 1 : bins + 1]


@compiled
def _place(block: Floats, edges: NDArray[np.float64], places: NDArray[np.int32]) -> Any:
    """Bin of each value, counted from 1, up to rounding; how many are so near to an edge that rounding matters."""
    bins, low = len(edges) - 1, edges[0]
    scale = bins / (edges[bins] - low)
    near = 0
    for i in range(len(block)):
        place = (np.float64(block[i]) - low) * scale + 1.0
        place = place if place > 0.0 else 0.0
        place = place if place < bins + 1.0 else bins + 1.0
        places[i] = np.int32(place)
        near += abs(place - places[i] - 0.5) > 0.499999
    return near


@compiled
def _correct(block: Floats, edges: NDArray[np.float64], places: NDArray[np.int32]) -> None:
    """Move each value to the bin whose edges are around it."""
    bins = len(edges) - 1
    for i in range(len(block)):
        value, place = np.float64(block[i]), places[i]
        while place <= bins and value >= edges[place]:
            place += 1
        while place > 0 and not value >= edges[place - 1]:
            place -= 1
        places[i] = bins if value == edges[bins] else place
