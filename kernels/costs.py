"""What each algorithm costs: nanoseconds for one result, from the measured table. Only their relations matter."""

from bisect import bisect_left
from math import sqrt

from kernels.cost_table import DIRECT, FFT, FFT_CALL, PAIR, RUNNING

FFT_LARGEST_SIDE = 1500  # of the dilated kernel: larger transforms take too much memory


def direct(taps: int) -> float:
    """Of all weights one by one: between two measured numbers, or beyond the last ones, on a straight line."""
    place = min(max(bisect_left([count for count, _ in DIRECT], taps), 1), len(DIRECT) - 1)
    (fewer, low), (more, high) = DIRECT[place - 1], DIRECT[place]
    return low + (high - low) * max(taps - fewer, 0) / (more - fewer)


def in_pairs(across: int, down: int, rank: int, stride: int) -> float:
    """Of ``rank`` passes across, over the rows between results too, and one down; weights of all rows and columns."""
    return rank * PAIR[0] * stride + PAIR[1] * (across * stride + down)


def running(stride: int) -> float:
    """Of the sums of equal weights, made for the rows between results too."""
    return RUNNING * stride


def fft(reach: tuple[int, int], stride: int, results: int) -> float:
    """Of spectra, made for all ``results`` and those that a stride passes over; ``reach``: sides of the dilated kernel.

    The spectrum of the kernel is made for every call, and small pictures leave much of a tile empty.
    """
    return sqrt(_spectra(reach[0]) * _spectra(reach[1])) * stride * stride + FFT_CALL / results


def _spectra(side: int) -> float:
    """For a square kernel of that side: a rectangular one lies between two squares."""
    place = bisect_left([most for most, _ in FFT], side)
    return FFT[min(place, len(FFT) - 1)][1]
