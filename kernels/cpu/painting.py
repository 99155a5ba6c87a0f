"""From exact values to the pixels of the screen."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.cpu.compiling import compiled
from kernels.layout import Floats
from kernels.scale import Scale

BLOCK = 1024  # levels made before they are coloured
ROUNDING = 1.5 * 2**52  # adding and taking it away again rounds a float64 half to even, as vector code
ZERO, FULL = np.float64(0.0), np.float64(255.0)


@compiled
def paint_grey(values: Floats, scale: Scale, out: NDArray[np.uint8]) -> None:
    """Colours ``out`` ``(n, 3)`` of ``values`` ``(n,)``."""
    levels = np.empty(BLOCK, np.uint8)
    for start in range(0, len(values), BLOCK):
        block = values[start : start + BLOCK]
        for i in range(len(block)):
            levels[i] = _level(block[i], scale)
        for i in range(len(block)):
            level = levels[i]
            out[start + i, 0], out[start + i, 1], out[start + i, 2] = (
                scale.lut[level, 0],
                scale.lut[level, 1],
                scale.lut[level, 2],
            )
        for i in range(len(block)):
            if block[i] != block[i]:
                out[start + i, 0], out[start + i, 1], out[start + i, 2] = scale.nan[0], scale.nan[1], scale.nan[2]


@compiled
def paint_rgb(values: Floats, scale: Scale, out: NDArray[np.uint8]) -> None:
    """Colours ``out`` of ``values``, both ``(3 n,)``; a pixel with a NaN in any channel becomes ``scale.nan``."""
    nans = 0
    for i in range(len(values)):
        out[i] = _level(values[i], scale)
        nans += values[i] != values[i]
    for i in range(len(values) if nans else 0):
        if values[i] != values[i]:
            pixel = i // 3 * 3
            for channel in range(3):
                out[pixel + channel] = scale.nan[channel]


@compiled
def _level(value: Any, scale: Scale) -> Any:
    """0 … 255, rounded half to even; 0 for NaN."""
    size = abs(value) if scale.absolute else value
    level = (np.float64(size) - scale.low) * scale.factor
    level = level if level > 0.0 else ZERO
    level = level if level < 255.0 else FULL
    return np.uint8(np.int32((level + ROUNDING) - ROUNDING))


@compiled
def halve(source: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Means over 2 x 2 pixels, half a level rounded up."""
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            for c in range(3):
                above = np.uint32(source[2 * y, 2 * x, c]) + np.uint32(source[2 * y, 2 * x + 1, c])
                below = np.uint32(source[2 * y + 1, 2 * x, c]) + np.uint32(source[2 * y + 1, 2 * x + 1, c])
                out[y, x, c] = (above + below + 2) >> 2
