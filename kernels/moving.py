"""How far maps moved along with a picture: sums of squares over all maps, in one pass over them.

The compiled loop serves where there is one, else numpy. Both sum in float64, so that no square leaves the range.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels import hardware
from kernels.bands import share, split

Maps = NDArray[np.floating[Any]]
Sums = NDArray[np.float64]
WORTH = 1 << 17  # values of a job; fewer are summed sooner than another thread has begun
KINDS = 6


class Moves(NamedTuple):
    """Where n transforms take the values of maps from that have P places, one row of them behind the other.

    What a place ought to be is the sum over k of ``weight[k]`` times the value at ``sources[k]``; both are (K, n, P). K = 1 means
    that value itself, bit by bit, and K = 0 that nothing is known. ``valid`` and ``interior`` (n, P): the places to compare.
    """

    sources: NDArray[np.intp]
    weight: NDArray[np.float32]
    valid: NDArray[np.bool_]
    interior: NDArray[np.bool_]

    @classmethod
    def unknown(cls, transforms: int) -> "Moves":
        """Of maps whose places are none of the picture."""
        nothing = np.zeros((transforms, 0), np.bool_)
        shape = 0, transforms, 0
        return cls(np.zeros(shape, np.intp), np.zeros(shape, np.float32), nothing, nothing)


class Job(NamedTuple):
    """Half-open ranges: of transforms, and of places."""

    first: int
    last: int
    start: int
    stop: int


def moved_sums(still: Maps, moved: Maps, moves: Moves) -> Sums:
    """Sums of squares over all maps, (6, n): of f(x), f(Tx) - f(x), twice f(Tx) - T'f(x), f(Tx) and T'f(x).

    The first two over all places, the fourth over the interior ones, the others over the valid ones. ``still`` is f(x)
    (C, P), ``moved`` f(Tx) (n, C, P), of one dtype. What is not known is 0.
    """
    still, moved = np.ascontiguousarray(still), np.ascontiguousarray(moved)
    jobs = _jobs(*moved.shape)
    found = np.zeros((len(jobs), KINDS, len(moved)))
    compiled = hardware.compiled.get(wait=True)
    add = add_moved_sums if compiled is None else compiled.add_moved_sums
    share(range(len(jobs)), lambda: lambda number: add(still, moved, moves, jobs[number], found[number]))
    total: Sums = found.sum(axis=0)
    return total


def _jobs(transforms: int, maps: int, places: int) -> list[Job]:
    if transforms * maps * places <= WORTH:
        return [Job(0, transforms, 0, places)]
    bands = split(places, max(WORTH // maps, 1))
    return [Job(transform, transform + 1, *band) for transform in range(transforms) for band in bands]


def add_moved_sums(still: Maps, moved: Maps, moves: Moves, job: Job, out: Sums) -> None:
    """Adds to ``out`` (6, n) what ``moved_sums`` returns, as far as the job goes."""
    here = slice(job.start, job.stop)
    before = still.astype(np.float64)
    for i in range(job.first, job.last):
        after = moved[i, :, here].astype(np.float64)
        out[:2, i] += _square_sums(before[:, here], after - before[:, here])
        if len(moves.sources):
            expected = _expected(before, moves.sources[:, i, here], moves.weight[:, i, here])
            valid, interior = moves.valid[i, here], moves.interior[i, here]
            wrong = after - expected
            out[2:, i] += _square_sums(wrong * valid, wrong * interior, after * valid, expected * valid)


def _expected(before: Sums, index: NDArray[np.intp], weight: NDArray[np.float32]) -> Sums:
    found: Sums = before[:, index[0]] if len(index) == 1 else (before[:, index] * weight).sum(axis=1)
    return found


def _square_sums(*values: Sums) -> Sums:
    return np.array([np.square(one).sum() for one in values])
