"""How far maps of a moved picture are from what they ought to be: see ``kernels.moving``."""

import numpy as np
from numpy.typing import NDArray

from kernels.cpu.compiling import compiled, summing
from kernels.layout import Floats
from kernels.moving import Job, Moves, Sums

BLOCK = 1024  # places whose expected values are held at a time


@compiled
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


@summing
def _add_changed(before: Floats, after: Floats, out: Sums) -> None:
    size, changed = 0.0, 0.0
    for p in range(len(before)):
        value = np.float64(before[p])
        change = np.float64(after[p]) - value
        size += value * value
        changed += change * change
    out[0] += size
    out[1] += changed


@compiled
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


@summing
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
