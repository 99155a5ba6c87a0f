"""From exact values to the pixels of the screen."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.cpu.compiling import compiled, summing
from kernels.layout import Floats
from kernels.scale import Scale

ONE, TWO, THREE = np.uintp(1), np.uintp(2), np.uintp(3)
BLOCK = 1024  # levels made before they are coloured
ROUNDING = 1.5 * 2**52  # adding and taking it away again rounds a float64 half to even, as vector code
ZERO, FULL = np.float64(0.0), np.float64(255.0)
ROUNDING32, ZERO32, FULL32 = np.float32(1.5 * 2**23), np.float32(0.0), np.float32(255.0)


@compiled
def paint_grey(values: Floats, scale: Scale, out: NDArray[np.uint8]) -> None:
    """Colours ``out`` ``(3 n,)`` of ``values`` ``(n,)``."""
    levels = np.empty(BLOCK, np.uint8)
    for start in range(0, len(values), BLOCK):
        block = values[start : start + BLOCK]
        _levels(block, scale, levels)
        _colour(levels[: len(block)], scale, out[3 * start :])
    if not np.isfinite(_total(values)):
        for i in range(len(values)):
            if values[i] != values[i]:
                _mark(out, 3 * i, scale)


@compiled
def _colour(levels: NDArray[np.uint8], scale: Scale, out: NDArray[np.uint8]) -> None:
    """Places that cannot be negative, and no look at a map that changes nothing, so that the loop becomes vectors."""
    if scale.grey:
        for i in range(np.uintp(len(levels))):
            for channel in range(THREE):
                out[THREE * i + channel] = levels[i]
    else:
        for i in range(len(levels)):
            for channel in range(3):
                out[3 * i + channel] = scale.lut[levels[i], channel]


@compiled
def paint_rgb(values: Floats, scale: Scale, out: NDArray[np.uint8]) -> None:
    """Colours ``out`` of ``values``, both ``(3 n,)``; a pixel with a NaN in any channel becomes ``scale.nan``."""
    _levels(values, scale, out)
    if not np.isfinite(_total(values)):
        for i in range(len(values)):
            if values[i] != values[i]:
                _mark(out, i // 3 * 3, scale)


@compiled
def paint_mixed(values: Floats, mix: NDArray[np.float64], scale: Scale, out: NDArray[np.uint8]) -> None:
    """Colours ``out`` of one value for every three of ``values``, both ``(3 n,)``: their sum weighted by ``mix``, in float64."""
    mixed, count = np.empty(BLOCK, np.float64), len(values) // 3
    red, green, blue = mix
    for start in range(0, count, BLOCK):
        block = values[3 * start : 3 * min(start + BLOCK, count)]
        for i in range(np.uintp(len(block) // 3)):
            first = THREE * i
            mixed[i] = red * block[first] + green * block[first + ONE] + blue * block[first + TWO]
        paint_grey(mixed[: len(block) // 3], scale, out[3 * start :])


@compiled
def _mark(out: NDArray[np.uint8], place: int, scale: Scale) -> None:
    for channel in range(3):
        out[place + channel] = scale.nan[channel]


@summing
def _total(values: Floats) -> Any:
    """Not finite if any value is NaN: the fastest way to see that none is."""
    total = 0.0
    for i in range(len(values)):
        total += values[i]
    return total


@compiled
def _levels(values: Floats, scale: Scale, out: NDArray[np.uint8]) -> None:
    if values.itemsize == 4 and scale.low == 0.0 and scale.factor == 1.0:
        for i in range(len(values)):
            out[i] = _rounded(values[i], scale)
    else:
        for i in range(len(values)):
            out[i] = _level(values[i], scale)


@compiled
def paint_channel(values: Floats, scale: Scale, out: NDArray[np.uint8]) -> None:
    """Levels of one channel, every third of ``out``; no value is NaN."""
    for i in range(len(values)):
        out[3 * i] = _level(values[i], scale)


@compiled
def _level(value: Any, scale: Scale) -> Any:
    """0 … 255, rounded half to even; 0 for NaN."""
    size = abs(value) if scale.absolute else value
    level = (np.float64(size) - scale.low) * scale.factor
    level = level if level > 0.0 else ZERO
    level = level if level < 255.0 else FULL
    return np.uint8(np.int32((level + ROUNDING) - ROUNDING))


@compiled
def _rounded(value: Any, scale: Scale) -> Any:
    """The same for a float32 that is a level already: exact in float32, of which a vector holds twice as many."""
    level = np.float32(abs(value) if scale.absolute else value)
    level = level if level > ZERO32 else ZERO32
    level = level if level < FULL32 else FULL32
    return np.uint8(np.int32((level + ROUNDING32) - ROUNDING32))


@compiled
def halve(source: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Means over 2 x 2 pixels, half a level rounded up."""
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            for c in range(3):
                above = np.uint32(source[2 * y, 2 * x, c]) + np.uint32(source[2 * y, 2 * x + 1, c])
                below = np.uint32(source[2 * y + 1, 2 * x, c]) + np.uint32(source[2 * y + 1, 2 * x + 1, c])
                out[y, x, c] = (above + below + 2) >> 2
