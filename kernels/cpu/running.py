"""Equal weights by running sums, block by block."""

from collections.abc import Callable
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.bands import Cancel, share, split
from kernels.cpu.boxes import add_box
from kernels.cpu.cuts import Cut, cut_for, needed
from kernels.cpu.filtering import sources
from kernels.cpu.gathering import Region, gather
from kernels.cpu.storing import Ends, store_block
from kernels.plan import Plan
from kernels.sliding import Box, WildError

BLOCK_BYTES = 3_000_000  # of scratch memory: larger blocks overlap less, and are worth the calls
Block = tuple[tuple[int, int], tuple[int, int]]  # rows and columns of the result, half open


def run(plan: Plan, image: NDArray[Any], cancel: Cancel | None, ends: Ends) -> None:
    """Make the result of ``image`` (H, W, C) with equal weights. Raises Cancelled and WildError."""
    (height, width, channels), cut = plan.out_shape, cut_for(plan, 0, BLOCK_BYTES)
    box, exact = equal_weights(plan, cut), len(ends.values) > 0
    pixels_of = sources(plan, image, cut)
    limit = np.dtype(plan.dtype).type(plan.limit if image.dtype.kind == "f" else np.inf)

    def start() -> Callable[[Block], None]:
        pixels = np.zeros((cut.high, cut.pitch), plan.dtype)
        made = ends.values if exact else np.empty((cut.rows, cut.columns * channels), plan.dtype)

        def do(block: Block) -> None:
            (top, bottom), (left, right) = block
            stride, rows, n = plan.stride, bottom - top, (right - left) * channels
            region = Region(top * stride, needed(plan, rows, 0), left * stride, needed(plan, right - left, 1))
            if gather(pixels_of((top, bottom)), region, pixels, limit):
                raise WildError
            place = (top, left * channels) if exact else (0, 0)
            add_box(pixels, box, made, (*place, rows, n))
            store_block(made, (*place, rows, n), ends, (top, left * channels))

        return do

    share([(rows, columns) for rows in split(height, cut.rows) for columns in split(width, cut.columns)], start, cancel)


def equal_weights(plan: Plan, cut: Cut) -> Box:
    """After ``period`` taps the remainder by the stride is the same again, so all of them move on by one distance."""
    height, width = plan.kernel_shape
    period = plan.stride // gcd(plan.stride, plan.dilation)
    turn, remainder = np.divmod(np.arange(width + period) * plan.dilation, plan.stride)
    columns = (remainder * cut.run + turn) * plan.image_shape[2]
    count, rest = divmod(width, period)
    number = np.dtype(plan.dtype).type
    return Box(
        plan.stride, number(plan.bias), number(plan.weights[0, 0]), height, plan.dilation, count,
        int(columns[period] - columns[0]), columns[:period], columns[count * period : count * period + rest],
    )  # fmt: skip
