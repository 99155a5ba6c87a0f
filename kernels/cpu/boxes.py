"""Sums of rows that lie below each other, carried on from row to row."""

from kernels.cpu.compiling import compiled
from kernels.layout import Floats


@compiled
def sum_down(source: Floats, results: int, step: int, height: int, down: int) -> None:
    """Every ``step``-th row becomes the sum of ``height`` rows, itself and those ``down``, ``2 * down``, … below it.

    So do ``results`` rows; what others hold is lost. Every sum is of its own rows only, so nothing is ever taken away again and
    no error grows: rows are taken in groups of the kernel's height. Each row of a group becomes the sum of itself and those
    below it in the group; ``ahead`` grows by a row of the next group at a time. The two together are the sum of a window: three
    additions for any height. Source: van Herk, A fast algorithm for local minimum and maximum filters, 1992.
    """
    last, group = (results - 1) * step, height * down
    ahead = source[0].copy()
    for first in range(min(down, last + 1)):
        for begin in range(first, last + 1, group):
            for row in range(begin + group - 2 * down, begin - 1, -down):
                _increase(source[row], source[row + down])
            for x in range(len(ahead)):
                ahead[x] = 0
            for row in range(begin, min(begin + group, last + 1), down):
                if row > begin:
                    _increase(ahead, source[row + group - down])
                if row % step == 0:
                    _increase(source[row], ahead)


@compiled
def _increase(target: Floats, a: Floats) -> None:
    for x in range(len(target)):
        target[x] += a[x]
