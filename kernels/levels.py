"""From exact values to levels for the screen, statistics and histograms, in bands on all threads.

Compiled loops are used once they are loaded (``kernels.warm_up``), numpy until then; both give the same, but for mixed channels
whose sum lies between two levels: these are added in another order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import fsum
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kernels import hardware
from kernels.bands import share, split, threads
from kernels.memory import writable
from kernels.scale import Colours, Scale, check_range

BAND = 1 << 16  # values at a time for numpy, whose temporaries then stay in the second-level cache
LONG_BAND = 1 << 20  # for compiled loops, which have none: fewer turns of the interpreter

Real = NDArray[Any]
Found = TypeVar("Found")
Mix = tuple[float, float, float]


@dataclass(frozen=True)
class Statistics:
    """Of the finite values: smallest, largest, mean (all 0 where there are none) and their ``count``.

    ``nan`` and ``infinite`` count the others.
    """

    minimum: float
    maximum: float
    mean: float
    nan: int
    infinite: int
    count: int


def statistics(values: Real) -> Statistics:
    """Statistics of an array of any shape and real dtype; the mean is summed in float64."""
    parts = _in_bands(values.reshape(-1), _part)
    filled = [part for part in parts if part.count]
    count = sum(part.count for part in filled)
    if not count:
        return Statistics(0.0, 0.0, 0.0, sum(part.nan for part in parts), sum(part.infinite for part in parts), 0)
    return Statistics(
        min(part.minimum for part in filled),
        max(part.maximum for part in filled),
        fsum(part.mean * (part.count / count) for part in filled),
        sum(part.nan for part in parts),
        sum(part.infinite for part in parts),
        count,
    )


def _part(values: Real) -> Statistics:
    compiled = hardware.compiled.get(wait=False)
    if compiled is not None and values.dtype in (np.float32, np.float64) and values.size:
        return _measured(writable(values), compiled)
    return _careful_part(values)


def _measured(values: Real, compiled: ModuleType) -> Statistics:
    """In one pass, as long as every value is finite."""
    low, high, total = np.full(compiled.LANES, values[0]), np.full(compiled.LANES, values[0]), np.zeros(compiled.LANES)
    compiled.measure(values, low, high, total)
    with np.errstate(over="ignore", invalid="ignore"):  # infinities of both signs
        mean = float(total.sum()) / values.size
    if not np.isfinite(mean):
        return _careful_part(values)
    return Statistics(float(low.min()), float(high.max()), mean, 0, 0, values.size)


def _careful_part(values: Real) -> Statistics:
    finite = np.isfinite(values)
    kept = values if finite.all() else values[finite]
    nan = int(np.count_nonzero(np.isnan(values))) if kept is not values else 0
    infinite = values.size - kept.size - nan
    if not kept.size:
        return Statistics(0.0, 0.0, 0.0, nan, infinite, 0)
    with np.errstate(over="ignore"):  # a mean of values near the end of float64 may be infinite
        mean = float(kept.mean(dtype=np.float64))
    return Statistics(float(kept.min()), float(kept.max()), mean, nan, infinite, kept.size)


def outside(values: Real, low: float, high: float) -> tuple[int, int]:
    """How many values lie below ``low`` and above ``high``; infinities count, NaN does not."""
    compiled = hardware.compiled.get(wait=False)
    if compiled is not None:
        parts = _in_bands(values.reshape(-1), lambda band: compiled.beyond(_floats(band), low, high))
    else:
        parts = _in_bands(values.reshape(-1), lambda band: _beyond(band, np.float64(low), np.float64(high)))
    return sum(below for below, _ in parts), sum(above for _, above in parts)


def _beyond(values: Real, low: np.float64, high: np.float64) -> tuple[int, int]:
    """Compared in float64, as compiled code does: a Python number would be rounded to the type of the values."""
    return int(np.count_nonzero(values < low)), int(np.count_nonzero(values > high))


def to_rgb(
    values: Real,
    low: float,
    high: float,
    *,
    absolute: bool = False,
    lut: NDArray[np.uint8] | None = None,
    nan: tuple[int, int, int] = (255, 0, 255),
) -> NDArray[np.uint8]:
    """``coloured`` with the ``Colours`` of these arguments; raises ValueError as both do."""
    return coloured(values, Colours(low, high, absolute, lut, nan))


def coloured(values: Real, colours: Colours, mix: Mix | None = None) -> NDArray[np.uint8]:
    """Colours ``(H, W, 3)`` uint8, C-contiguous, of ``values`` ``(H, W)`` or ``(H, W, 3)``.

    With ``mix`` the values are ``(H, W, 3)``, and what is coloured is the sum of their channels weighted by it, in float64.
    Raises ValueError for other shapes.
    """
    if mix and values.shape[2:] != (3,):
        raise ValueError(f"channels are mixed of values (H, W, 3), got {values.shape}")
    colours.check(values.shape[:2] if mix else values.shape)
    paint = partial(_paint_mixed, mix=np.array(mix)) if mix else _paint_grey if values.ndim == 2 else _paint_rgb
    scale, out = colours.scale, np.empty((*values.shape[:2], 3), np.uint8)
    flat, flat_out = values.reshape(-1, *values.shape[2:]), out.reshape(-1, 3)

    def do(band: tuple[int, int]) -> None:
        paint(_floats(flat[slice(*band)]), scale, flat_out[slice(*band)])

    share(_bands(flat), lambda: do)
    return out


def halved(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Means over 2 x 2 pixels of uint8 ``(H, W, 3)``, contiguous, as ``(H // 2, W // 2, 3)``; half a level rounds up.

    An odd last row or column is left out. Raises ValueError for less than 2 x 2 pixels.
    """
    height, width = rgb.shape[0] // 2, rgb.shape[1] // 2
    if height < 1 or width < 1:
        raise ValueError(f"a picture of 2 x 2 pixels at least can be halved, got {rgb.shape}")
    out = np.empty((height, width, 3), np.uint8)
    compiled = hardware.compiled.get(wait=False)

    def do(rows: tuple[int, int]) -> None:
        source, target = rgb[2 * rows[0] : 2 * rows[1]], out[slice(*rows)]
        if compiled is not None:
            compiled.halve(source, target)
            return
        blocks = source[:, : 2 * width].reshape(len(target), 2, width, 2, 3)
        target[:] = (blocks.sum(axis=(1, 3), dtype=np.uint16) + 2) >> 2

    share(split(height, max(1, min(-(-height // (2 * threads())), LONG_BAND // (3 * width)))), lambda: do)
    return out


def histogram(values: Real, low: float, high: float, bins: int) -> NDArray[np.int64]:
    """Counts ``(C, bins)`` of the finite values of ``(H, W)`` (C = 1) or ``(H, W, C)`` inside ``[low, high]``.

    Bins are as wide as each other and half open but the last, as ``numpy.histogram`` has them for
    float64; a range of width 0 is widened by half on both sides. Raises ValueError as ``to_rgb`` does.
    """
    low, high = check_range(low, high)
    edges = np.linspace(*((low, high) if low < high else (low - 0.5, high + 0.5)), bins + 1)
    channels = values.shape[2] if values.ndim == 3 else 1
    bands = _in_bands(values, lambda band: _counts(_floats(band).reshape(-1, channels), edges))  # rows that lie apart are copied
    total: NDArray[np.int64] = np.stack(bands).sum(axis=0)
    return total


def _counts(values: Real, edges: NDArray[np.float64]) -> NDArray[np.int64]:
    compiled = hardware.compiled.get(wait=False)
    counts = np.zeros((values.shape[1], len(edges) - 1), np.int64)
    if compiled is not None:
        compiled.count(values, edges, counts)
        return counts
    for channel in range(len(counts)):
        band = values[:, channel].astype(np.float64)
        counts[channel] = np.histogram(band, counts.shape[1], (edges[0], edges[-1]))[0]
    return counts


def _paint_grey(values: Real, scale: Scale, out: NDArray[np.uint8]) -> None:
    compiled = hardware.compiled.get(wait=False)
    if compiled is not None:
        compiled.paint_grey(values, scale, out.reshape(-1))
    else:
        out[:] = scale.lut[_levels(values, scale)]
        out[np.isnan(values)] = scale.nan


def _paint_rgb(values: Real, scale: Scale, out: NDArray[np.uint8]) -> None:
    compiled = hardware.compiled.get(wait=False)
    if compiled is not None:
        compiled.paint_rgb(values.reshape(-1), scale, out.reshape(-1))
    else:
        out[:] = _levels(values, scale)
        out[np.isnan(values).any(axis=1)] = scale.nan


def _paint_mixed(values: Real, scale: Scale, out: NDArray[np.uint8], mix: NDArray[np.float64]) -> None:
    compiled = hardware.compiled.get(wait=False)
    if compiled is not None:
        compiled.paint_mixed(values.reshape(-1), mix, scale, out.reshape(-1))
        return
    with np.errstate(over="ignore", invalid="ignore"):  # infinities of both signs
        _paint_grey((values * mix).sum(axis=1), scale, out)


def _levels(values: Real, scale: Scale) -> NDArray[np.uint8]:
    size = np.abs(values) if scale.absolute else values
    with np.errstate(over="ignore", invalid="ignore"):  # infinity times a factor of 0 is level 0
        level = (size.astype(np.float64) - scale.low) * scale.factor
    return np.rint(np.nan_to_num(np.clip(level, 0.0, 255.0))).astype(np.uint8)


def _floats(values: Real) -> Real:
    """Contiguous, in the float32 or float64 that holds them exactly (64-bit integers nearly)."""
    dtype = values.dtype if values.dtype in (np.float32, np.float64) else np.result_type(values.dtype, np.float32)
    return writable(np.ascontiguousarray(values, dtype))


def _in_bands(values: Real, work: Callable[[Real], Found]) -> list[Found]:
    """What ``work`` says of each band of rows of ``values``, in order."""
    bands = _bands(values)
    results: dict[int, Found] = {}

    def do(number: int) -> None:
        results[number] = work(values[slice(*bands[number])])

    share(range(len(bands)), lambda: do)
    return [results[number] for number in range(len(bands))]


def _bands(values: Real) -> list[tuple[int, int]]:
    """Ranges of the first axis: enough for every thread, and none so long that it is worth cancelling."""
    if hardware.compiled.get(wait=False) is None or values.dtype not in (np.float32, np.float64):
        return split(len(values), max(1, BAND // max(values[:1].size, 1)))
    most = max(1, LONG_BAND // max(values[:1].size, 1))
    return split(len(values), max(1, min(most, -(-len(values) // (2 * threads())))))
