"""Which algorithm forms the sums of a plan: the cheapest by measured costs, and the sentence that says why."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels import costs
from kernels.factor import Pairs, constant, pairs

CLEARLY = 1.25


class Algorithm(StrEnum):
    """How the sums are formed. All give the same result up to rounding."""

    DIRECT = "direct"
    SEPARABLE = "separable"
    LOW_RANK = "low rank"
    RUNNING = "running sums"
    FFT = "fft"


class Option(NamedTuple):
    """An algorithm that applies: nanoseconds for one result on the machine of ``costs``, and what to tell the user."""

    cost: float
    algorithm: Algorithm
    why: str


def choose(weights: NDArray[np.float64], dtype: str, reach: tuple[int, int], stride: int, results: int) -> tuple[Algorithm, str]:
    """The cheapest algorithm for ``weights`` (kh, kw) and sums of ``dtype``, and a sentence for the user.

    ``reach``: sides of the kernel, dilated; ``results``: how many sums are to be formed.
    """
    _, algorithm, why = min(_options(weights, dtype, reach, stride, results), key=_price)
    return algorithm, why


def _price(option: Option) -> float:
    """What is not clearly quicker than direct sums is not worth more rounding."""
    return option.cost if option.algorithm is Algorithm.DIRECT else CLEARLY * option.cost


def _options(weights: NDArray[np.float64], dtype: str, reach: tuple[int, int], stride: int, results: int) -> Iterator[Option]:
    taps = int(np.count_nonzero(weights))
    yield Option(costs.direct(taps), Algorithm.DIRECT, f"{taps} weights: summed one by one")
    if min(weights.shape) > 1:
        found = pairs(weights, dtype)
        if found is not None:
            yield _in_pairs(found, taps, stride)
    if constant(weights):
        why = f"all {taps} weights are equal: sums are carried on from pixel to pixel, whatever the size"
        yield Option(costs.running(stride), Algorithm.RUNNING, why)
    if max(reach) <= costs.FFT_LARGEST_SIDE:
        why = f"{taps} weights: multiplying spectra takes fewer steps than {taps} sums a pixel"
        yield Option(costs.fft(reach, stride, results), Algorithm.FFT, why)


def _in_pairs(found: Pairs, taps: int, stride: int) -> Option:
    across, down = (int(np.count_nonzero(side)) for side in (found.rows, found.columns))
    cost = costs.in_pairs(across, down, found.rank, stride)
    if found.rank == 1:
        why = f"the {taps} weights are one column times one row: {across + down} sums instead of {taps}"
        return Option(cost, Algorithm.SEPARABLE, why)
    why = f"the {taps} weights are the sum of {found.rank} columns times rows: {across + down} sums instead of {taps}"
    return Option(cost, Algorithm.LOW_RANK, why)
