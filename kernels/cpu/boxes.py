"""Sums of equal weights, carried on from pixel to pixel."""

import numpy as np
from numpy.typing import NDArray

from kernels.cpu.compiling import compiled
from kernels.layout import Floats
from kernels.sliding import Box, Window

BLOCK = 1024  # sums across are made for so many results at a time


@compiled
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
            _clear(ahead)
            for row in range(begin, min(begin + group, last + 1), box.down):
                if row > begin:
                    _increase(ahead, source[row + group - box.down])
                if row % box.step == 0:
                    _sum(source[row], ahead, line)
                    _add_across(line, box, levels, out[top + row // box.step, left : left + width])


@compiled
def _levels(box: Box, source: Floats) -> Floats:
    """Memory for sums of 2, 4, 8, … repetitions in a part of a row, beginning with the repetition itself."""
    digits = 1
    while box.times >> digits:
        digits += 1
    more = max(box.times - 1, 0) * box.unit
    return np.empty((digits, max(BLOCK, more) + more), source.dtype)


@compiled
def _add_across(line: Floats, box: Box, levels: Floats, target: Floats) -> None:
    """Sums of 1, 2, 4, … repetitions, put together as the binary digits of ``box.times`` say."""
    more = max(box.times - 1, 0) * box.unit
    block = levels.shape[1] - more
    for x in range(0, len(target), block):
        part = target[x : min(x + block, len(target))]
        _clear(part)
        for column in box.rest:
            _increase(part, line[x + column :])
        if box.times > 0:
            _fold(line[x:], box.fold, levels[0, : len(part) + more])
            _add_doubled(levels, box, part)
        for i in range(len(part)):
            part[i] = part[i] * box.weight + box.start


@compiled
def _fold(line: Floats, columns: NDArray[np.intp], out: Floats) -> None:
    for x in range(len(out)):
        out[x] = line[columns[0] + x]
    for t in range(1, len(columns)):
        _increase(out, line[columns[t] :])


@compiled
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


@compiled
def _increase(target: Floats, a: Floats) -> None:
    for x in range(len(target)):
        target[x] += a[x]


@compiled
def _sum(a: Floats, b: Floats, out: Floats) -> None:
    for x in range(len(out)):
        out[x] = a[x] + b[x]


@compiled
def _clear(target: Floats) -> None:
    for x in range(len(target)):
        target[x] = 0
