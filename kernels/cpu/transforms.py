"""Fourier transforms of columns that lie side by side, in place and without putting the results in order.

A panel holds ``lanes`` columns: row after row, the real parts and then the imaginary parts. Forward frequencies are
decimated, so that they come out in a scrambled order; backward takes them in that order (decimation in time).
What multiplies spectra need not care. Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 9.3 and 9.4.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.cpu.butterflies import BACKWARD, FORWARD, butterfly, turned_butterfly
from kernels.cpu.compiling import compiled
from kernels.cpu.lanes import lanes
from kernels.layout import Floats


class Passes(NamedTuple):
    """How a transform of ``length`` rows, of ``size`` numbers each, is done: by butterflies of ``radices``.

    ``turns`` are the factors between them, real and imaginary parts in turn; those of a pass begin at ``starts``.
    """

    length: int
    size: int
    radices: NDArray[np.intp]
    starts: NDArray[np.intp]
    turns: Floats


@lru_cache(maxsize=64)
def passes(length: int, dtype: str) -> Passes:
    """For a ``length`` that is 16, 32, 64, … times 1, 3 or 5."""
    radices = _radices(length)
    tables: list[NDArray[np.float64]] = []
    starts, span = [], length
    for radix in radices:
        starts.append(sum(table.size for table in tables))
        rows = span // radix
        angles = -2 * np.pi / span * np.outer(np.arange(1, rows), np.arange(1, radix))
        tables.append(np.stack([np.cos(angles), np.sin(angles)], axis=-1).reshape(-1))
        span = rows
    turns = np.concatenate(tables).astype(dtype)
    result = Passes(length, 2 * lanes(dtype), np.array(radices, np.intp), np.array(starts, np.intp), turns)
    for table in result[2:]:
        table.flags.writeable = False
    return result


def _radices(length: int) -> list[int]:
    """3 or 5 first, then eights, then at most two fours; the last is 4 or 8."""
    odd = [radix for radix in (3, 5) if length % radix == 0]
    rest = length // int(np.prod(odd, initial=1))
    power = rest.bit_length() - 1
    if len(odd) > 1 or rest != 1 << power or power < 4:
        raise ValueError(f"no transform of length {length}")
    fours = -power % 3
    return odd + [8] * ((power - 2 * fours) // 3) + [4] * fours


@compiled
def forward(x: Floats, panels: NDArray[np.intp], plan: Passes, count: int) -> None:
    """The first ``count`` passes of the transforms of all panels of ``x``; ``panels``: where they begin."""
    for at in panels:
        span = plan.length * plan.size
        for i in range(count):
            radix = plan.radices[i]
            apart = span // radix
            for begin in range(at, at + plan.length * plan.size, span):
                butterfly(x, begin, apart, radix, FORWARD)
                turn = plan.starts[i]
                for row in range(begin + plan.size, begin + apart, plan.size):
                    turned_butterfly(x, row, apart, plan.turns, turn, radix, FORWARD)
                    turn += 2 * radix - 2
            span = apart


@compiled
def backward(x: Floats, panels: NDArray[np.intp], plan: Passes, count: int) -> None:
    """Undo the first ``count`` passes of ``forward``, but for a factor: the product of their radices."""
    least = plan.length * plan.size
    for radix in plan.radices[:count]:
        least //= radix
    for at in panels:
        apart = least
        for i in range(count - 1, -1, -1):
            radix = plan.radices[i]
            span = apart * radix
            for begin in range(at, at + plan.length * plan.size, span):
                butterfly(x, begin, apart, radix, BACKWARD)
                turn = plan.starts[i]
                for row in range(begin + plan.size, begin + apart, plan.size):
                    turned_butterfly(x, row, apart, plan.turns, turn, radix, BACKWARD)
                    turn += 2 * radix - 2
            apart = span
