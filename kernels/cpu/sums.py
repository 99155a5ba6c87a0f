"""Sums of weighted runs of memory: the loops of the direct algorithm."""

from typing import Any

from kernels.cpu.compiling import compiled
from kernels.layout import Floats
from kernels.sliding import Taps, Window

BLOCK = 1024  # output values summed at a time: with eight source runs they fit the first-level cache


@compiled
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


@compiled
def _run(source: Floats, taps: Taps, t: int, place: tuple[int, int]) -> Floats:
    """What tap ``t`` is multiplied with, for results from ``place`` on."""
    return source[place[0] + taps.rows[t], place[1] + taps.columns[t] :]


@compiled
def _add(a: Floats, weight: Any, target: Floats) -> None:
    for x in range(len(target)):
        target[x] += weight * a[x]


@compiled
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
