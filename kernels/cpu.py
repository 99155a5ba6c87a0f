"""The compiled path: inner loops in numba, without the interpreter lock, for bands of rows.

Only this module may import numba. The loops run inside the threads of ``kernels.bands``; numba's
own parallel loops must not be entered from two threads at once. Compiled code is kept on disk
where there is a folder for it.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from kernels import fft, sliding
from kernels.bands import Cancel
from kernels.layout import Floats
from kernels.moving import Job, Moves, Sums
from kernels.plan import Algorithm, Plan
from kernels.scale import Scale
from kernels.sliding import Box, Loops, Taps, Window

BLOCK = 1024  # output values summed at a time: with eight source runs they fit the first-level cache
LANES = 64  # sums, minima and maxima side by side
ROUNDING = 1.5 * 2**52  # adding and taking it away again rounds a float64 half to even, as vector code
ZERO, FULL = np.float64(0.0), np.float64(255.0)

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")


def _compiled(function: Callable[Parameters, Returned], *, fast: frozenset[str] = frozenset()) -> Callable[Parameters, Returned]:
    """Compile at the first call of each type; "contract" allows fused multiply-add, and no more."""
    options = {"nogil": True, "fastmath": {"contract", *fast}, "error_model": "numpy"}
    try:
        result = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder on this machine can keep compiled code
        result = numba.njit(**options)(function)
    return cast("Callable[Parameters, Returned]", result)


def _summing(function: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """Compiled so that sums may be taken in any order, several terms at a time."""
    return _compiled(function, fast=frozenset({"reassoc"}))


def run(plan: Plan, image: NDArray[Any], algorithm: Algorithm, cancel: Cancel | None = None) -> Floats:
    """The result ``plan.out_shape`` in ``plan.dtype`` of ``image`` ``(H, W, C)``. Raises Cancelled and WildError."""
    if algorithm is Algorithm.FFT:
        return fft.run(plan, image, cancel)
    return sliding.run(plan, image, algorithm, LOOPS, cancel)


@_compiled
def accumulate(source: Floats, taps: Taps, out: Floats, window: Window) -> None:
    """See ``sliding.Accumulate``."""
    top, left, height, width = window
    count = len(taps.weights)
    for i in range(height):
        for x in range(0, width, BLOCK):
            target = out[top + i, left + x : left + min(x + BLOCK, width)]
            target[:] = taps.start
            place = i * taps.step, x
            for t in range(0, count - 7, 8):
                _add_eight(source, taps, t, place, target)
            for t in range(count // 8 * 8, count):
                _add(_run(source, taps, t, place), taps.weights[t], target)


@_compiled
def _run(source: Floats, taps: Taps, t: int, place: tuple[int, int]) -> Floats:
    """What tap ``t`` is multiplied with, for results from ``place`` on."""
    return source[place[0] + taps.rows[t], place[1] + taps.columns[t] :]


@_compiled
def _add(a: Floats, weight: Any, target: Floats) -> None:
    for x in range(len(target)):
        target[x] += weight * a[x]


@_compiled
def _add_eight(source: Floats, taps: Taps, first: int, place: tuple[int, int], target: Floats) -> None:
    """Eight taps in one pass: one load and store of the sum instead of eight."""
    a, b = _run(source, taps, first, place), _run(source, taps, first + 1, place)
    c, d = _run(source, taps, first + 2, place), _run(source, taps, first + 3, place)
    e, f = _run(source, taps, first + 4, place), _run(source, taps, first + 5, place)
    g, h = _run(source, taps, first + 6, place), _run(source, taps, first + 7, place)
    weights = taps.weights[first : first + 8]
    p, q, r, s = weights[0], weights[1], weights[2], weights[3]
    t, u, v, w = weights[4], weights[5], weights[6], weights[7]
    for x in range(len(target)):
        target[x] += (p * a[x] + q * b[x] + r * c[x] + s * d[x]) + (t * e[x] + u * f[x] + v * g[x] + w * h[x])


@_compiled
def add_box(source: Floats, box: Box, out: Floats, window: Window) -> None:
    """See ``sliding.AddBox``. Every sum is of its own pixels only, so nothing is ever taken away again and no error grows.

    Rows are taken in groups of the kernel's height. Each row of a group becomes the sum of itself and those below it in the
    group; ``ahead`` grows by a row of the next group at a time. The two together are the sum of a window: three additions
    for any height. Source: van Herk, A fast algorithm for local minimum and maximum filters, 1992.
    """
    top, left, height, width = window
    last, group = (height - 1) * box.step, box.height * box.down
    ahead, line = np.empty_like(source[0]), np.empty_like(source[0])
    levels = _levels(box, source)
    for first in range(min(box.down, last + 1)):
        for begin in range(first, last + 1, group):
            for row in range(begin + group - 2 * box.down, begin - 1, -box.down):
                _increase(source[row], source[row + box.down])
            ahead[:] = 0
            for row in range(begin, min(begin + group, last + 1), box.down):
                if row > begin:
                    _increase(ahead, source[row + group - box.down])
                if row % box.step == 0:
                    _sum(source[row], ahead, line)
                    _add_across(line, box, levels, out[top + row // box.step, left : left + width])


@_compiled
def _levels(box: Box, source: Floats) -> Floats:
    """Memory for sums of 2, 4, 8, … repetitions in a part of a row, beginning with the repetition itself."""
    digits = 1
    while box.times >> digits:
        digits += 1
    more = max(box.times - 1, 0) * box.unit
    return np.empty((digits, max(BLOCK, more) + more), source.dtype)


@_compiled
def _add_across(line: Floats, box: Box, levels: Floats, target: Floats) -> None:
    """Sums of 1, 2, 4, … repetitions, put together as the binary digits of ``box.times`` say."""
    more = max(box.times - 1, 0) * box.unit
    block = levels.shape[1] - more
    for x in range(0, len(target), block):
        part = target[x : min(x + block, len(target))]
        part[:] = 0
        for column in box.rest:
            _increase(part, line[x + column :])
        if box.times > 0:
            _fold(line[x:], box.fold, levels[0, : len(part) + more])
            _add_doubled(levels, box, part)
        for i in range(len(part)):
            part[i] = part[i] * box.weight + box.start


@_compiled
def _fold(line: Floats, columns: NDArray[np.intp], out: Floats) -> None:
    out[:] = line[columns[0] : columns[0] + len(out)]
    for t in range(1, len(columns)):
        _increase(out, line[columns[t] :])


@_compiled
def _add_doubled(levels: Floats, box: Box, part: Floats) -> None:
    done, size, level, valid = 0, 1, 0, len(part) + (box.times - 1) * box.unit
    while True:
        if box.times & size:
            _increase(part, levels[level, done * box.unit :])
            done += size
        if done == box.times:
            return
        valid -= size * box.unit
        _sum(levels[level], levels[level, size * box.unit :], levels[level + 1, :valid])
        size, level = 2 * size, level + 1


@_compiled
def _increase(target: Floats, a: Floats) -> None:
    for x in range(len(target)):
        target[x] += a[x]


@_compiled
def _sum(a: Floats, b: Floats, out: Floats) -> None:
    for x in range(len(out)):
        out[x] = a[x] + b[x]


def exceeds(values: NDArray[Any], limit: float) -> bool:
    """See ``sliding.Loops``."""
    if values.dtype == np.float16 or not values.flags.c_contiguous:  # numba knows no half precision
        return not max(values.max(), -values.min()) <= limit
    return exceeds_flat(values.reshape(-1), values.dtype.type(limit))


@_compiled
def exceeds_flat(values: Floats, limit: float) -> bool:
    """Whether any of ``values`` ``(n,)`` is NaN or larger in size."""
    wild = 0
    for i in range(len(values)):
        wild += not abs(values[i]) <= limit
    return wild > 0


@_compiled
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


@_compiled
def paint_rgb(values: Floats, scale: Scale, out: NDArray[np.uint8]) -> None:
    """Colours ``out`` of ``values``, both ``(3 n,)``; a pixel with a NaN in any channel becomes ``scale.nan``."""
    nans = 0
    for i in range(len(values)):
        out[i] = _level(values[i], scale)
        nans += values[i] != values[i]
    for i in range(len(values) if nans else 0):
        if values[i] != values[i]:
            pixel = i // 3 * 3
            out[pixel : pixel + 3] = scale.nan


@_compiled
def _level(value: Any, scale: Scale) -> Any:
    """0 … 255, rounded half to even; 0 for NaN."""
    size = abs(value) if scale.absolute else value
    level = (np.float64(size) - scale.low) * scale.factor
    level = level if level > 0.0 else ZERO
    level = level if level < 255.0 else FULL
    return np.uint8(np.int32((level + ROUNDING) - ROUNDING))


@_compiled
def halve(source: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Means over 2 x 2 pixels, half a level rounded up."""
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            for c in range(3):
                above = np.uint32(source[2 * y, 2 * x, c]) + np.uint32(source[2 * y, 2 * x + 1, c])
                below = np.uint32(source[2 * y + 1, 2 * x, c]) + np.uint32(source[2 * y + 1, 2 * x + 1, c])
                out[y, x, c] = (above + below + 2) >> 2


@_compiled
def measure(values: Floats, low: Floats, high: Floats, total: NDArray[np.float64]) -> None:
    """Lower ``low``, raise ``high`` and add to ``total``, each ``(LANES,)``, by ``values`` ``(LANES n,)``.

    A value that is not finite makes ``total`` so, too. Lanes do not depend on each other, so they are vectors.
    """
    for start in range(0, len(values), LANES):
        for lane in range(LANES):
            value = values[start + lane]
            low[lane] = value if value < low[lane] else low[lane]
            high[lane] = value if value > high[lane] else high[lane]
            total[lane] += value


@_compiled
def beyond(values: Floats, low: float, high: float) -> tuple[int, int]:
    """How many of ``values`` ``(n,)`` lie below ``low`` and above ``high``."""
    below, above = 0, 0
    for i in range(len(values)):
        below += values[i] < low
        above += values[i] > high
    return below, above


@_compiled
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


@_compiled
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


@_compiled
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


@_compiled
def add_moved_sums(still: Floats, moved: Floats, moves: Moves, job: Job, out: Sums) -> None:
    """See ``moving.add_moved_sums``."""
    expected = np.empty(BLOCK)
    for i in range(job.first, job.last):
        for start in range(job.start, job.stop, BLOCK):
            here = slice(start, min(start + BLOCK, job.stop))
            for c in range(len(still)):
                _add_changed(still[c, here], moved[i, c, here], out[:, i])
                if len(moves.sources):
                    _expect(still[c], moves.sources[:, i, here], moves.weight[:, i, here], expected)
                    _add_wrong(expected, moved[i, c, here], moves.valid[i, here], moves.interior[i, here], out[:, i])


@_summing
def _add_changed(before: Floats, after: Floats, out: Sums) -> None:
    size, changed = 0.0, 0.0
    for p in range(len(before)):
        value = np.float64(before[p])
        change = np.float64(after[p]) - value
        size += value * value
        changed += change * change
    out[0] += size
    out[1] += changed


@_compiled
def _expect(values: Floats, index: NDArray[np.intp], weight: NDArray[np.float32], out: Sums) -> None:
    """What the places ought to be."""
    places = index.shape[1]
    for p in range(places):
        out[p] = values[index[0, p]]
    if len(index) > 1:
        for p in range(places):
            out[p] *= weight[0, p]
        for k in range(1, len(index)):
            for p in range(places):
                out[p] += np.float64(values[index[k, p]]) * weight[k, p]


@_summing
def _add_wrong(expected: Sums, after: Floats, valid: NDArray[np.bool_], interior: NDArray[np.bool_], out: Sums) -> None:
    wrong, inner, found, ought = 0.0, 0.0, 0.0, 0.0
    for p in range(len(after)):
        value, wish, counts = np.float64(after[p]), expected[p], np.float64(valid[p])
        difference = (value - wish) * (value - wish)
        wrong += difference * counts
        inner += difference * np.float64(interior[p])
        found += value * value * counts
        ought += wish * wish * counts
    out[2] += wrong
    out[3] += inner
    out[4] += found
    out[5] += ought


LOOPS = Loops(accumulate, add_box, exceeds)


def prepare() -> None:
    """Compile, or load from disk, what pictures of up to 16 bits need.

    Raises what numba raises where it cannot compile here.
    """
    try:
        _compile_all()
    except OSError:  # the folder for compiled code cannot be written: by now that code is in memory
        _compile_all()


def _compile_all() -> None:
    """Call everything once."""
    values = np.zeros((2, 3), np.float32)
    places = np.zeros(9, np.intp)
    accumulate(values, Taps(1, 0.0, places, places, np.ones(9, np.float32)), np.empty((2, 3), np.float32), (0, 0, 2, 3))
    one = np.float32(1)
    exceeds(values, 1.0)
    add_box(values, Box(1, one, one, 1, 1, 1, 1, places[:1], places[:0]), np.empty((2, 3), np.float32), (0, 0, 2, 3))
    scale = Scale(0.0, 1.0, False, np.zeros((256, 3), np.uint8), np.zeros(3, np.uint8))
    paint_grey(values[0], scale, np.empty((3, 3), np.uint8))
    paint_rgb(values[0], scale, np.empty(3, np.uint8))
    count(values, np.array([0.0, 1.0]), np.zeros((3, 1), np.int64))
    beyond(values[0], 0.0, 1.0)
    halve(np.zeros((2, 2, 3), np.uint8), np.empty((1, 1, 3), np.uint8))
    everywhere = np.ones((1, 3), np.bool_)
    moves = Moves(np.zeros((1, 1, 3), np.intp), np.zeros((1, 1, 3), np.float32), everywhere, everywhere)
    add_moved_sums(values, values[np.newaxis], moves, Job(0, 1, 0, 3), np.zeros((6, 1)))
    lanes = np.zeros(LANES, np.float32)
    measure(lanes, lanes.copy(), lanes.copy(), np.zeros(LANES))
