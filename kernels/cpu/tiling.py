"""Which sides tiles should have: large ones overlap less, small ones stay in the cache and keep all threads busy."""

from functools import lru_cache
from math import log2, prod

import numpy as np

from kernels.bands import threads
from kernels.plan import Plan, extent

SMALLEST, LARGEST = 32, 4096  # sides; larger ones only where a kernel needs them
CALL = 30_000.0  # nanoseconds that a pair of tiles takes whatever its size
BYTE = 0.5  # and for each of its bytes in the cache
CACHE, BEYOND = 1_250_000, 0.55  # bytes of a tile, and what each doubling beyond them adds to the time
MEMORY = 8_000_000  # bytes that may always be taken; otherwise as much as the picture and its result


@lru_cache(maxsize=64)
def sides(plan: Plan, dtype: str) -> tuple[int, int]:
    """Rows and columns of the tiles of a plan in the arithmetic ``dtype`` that take the least time, within the memory."""
    size = 2 * np.dtype(dtype).itemsize
    allowed = max(MEMORY, (prod(plan.image_shape) + prod(plan.out_shape)) * np.dtype(plan.dtype).itemsize)
    options = [(down, across) for down in _counts(plan, 0).items() for across in _counts(plan, 1).items()]

    def time(option: tuple[tuple[int, int], tuple[int, int]]) -> tuple[bool, float]:
        (down, rows), (across, columns) = option
        data = down * across * size
        pairs = -(-rows * columns * plan.out_shape[2] // 2)
        members = min(threads(), pairs)
        each = CALL + data * BYTE * (1 + BEYOND * max(0.0, log2(data / CACHE)))
        spectrum = each / 2
        return data * (members + 1) > allowed, spectrum + each * -(-pairs // members)

    (down, _), (across, _) = min(options, key=time)
    return down, across


def _counts(plan: Plan, axis: int) -> dict[int, int]:
    """Sides, and how many tiles of them an axis needs; those that need no fewer than a smaller side are left out."""
    reach, results = extent(plan.kernel_shape[axis], plan.dilation), plan.out_shape[axis]
    counts: dict[int, int] = {}
    for side in _lengths(reach):
        count = -(-results // ((side - reach) // plan.stride + 1))
        if not counts or count < min(counts.values()):
            counts[side] = count
    return counts


def _lengths(least: int) -> list[int]:
    """Of transforms: powers of two from 32 on, times 1, 3 or 5, that are not below ``least``, in order."""
    most = max(LARGEST, 2 * least)
    powers = [1 << power for power in range(5, most.bit_length())]
    return sorted(power * odd for power in powers for odd in (1, 3, 5) if max(least, SMALLEST) <= power * odd <= most)
