"""Launches of the device functions that work on tiles: square kernels, large ones, and pairs of columns and rows.

Each answers None where it does not apply. The shapes of tiles are those of ``cuda/tiled.cu`` and ``cuda/separable.cu``.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.gpu_ends import End
from kernels.gpu_names import CHANNELS, SQUARE_INPUTS, SQUARES, function_name
from kernels.launch import MAX_GRID_ROWS, Band, Launch
from kernels.plan import Plan

WEIGHT_BYTES = 3968  # so that all parameters of a launch stay within 4 KB
SHARED_BYTES = 48 << 10  # of a block, on any GPU
LONGEST_ROW = 2**23  # values of the padded picture: places in a tile are counted in 32 bits
TALLEST = 64  # rows of weights that are summed without a part of its own for each: rounding errors would grow
DOWN = 4  # rows of the result that a thread makes
ACROSS = {1: 32, 3: 16}  # threads in a row of a block
TILE, STRIP, COLUMN = 96, 3, 8  # of separable.cu


@cache
def task_dtype(dtype: str) -> np.dtype[Any]:
    """The ``Task`` of tiles.cu with sums of that type."""
    whole = ("width", "padded_height", "padded_width", "left", "out_height", "out_width", "high", "wide", "lead", "rank")
    numbers = [(name, np.int32) for name in whole] + [(name, dtype) for name in ("cval", "bias", "limit")]
    return np.dtype([*numbers, ("weights", dtype, (WEIGHT_BYTES // np.dtype(dtype).itemsize,))], align=True)


class Block(NamedTuple):
    """Threads along a row and rows of them; values of a row and rows of the result that they make; bytes of shared memory."""

    threads: tuple[int, int]
    across: int
    down: int
    shared: int


def square_block(plan: Plan) -> Block | None:
    """For K × K weights whose sums are unrolled."""
    (side, other), channels = plan.kernel_shape, plan.out_shape[2]
    if not _is_plain(plan) or side != other or side not in SQUARES:
        return None
    along = 4 * channels
    pitch = (ACROSS[channels] - 1) * along + _fours(_lead(plan) + along + (side - 1) * channels)
    return _block(plan, ACROSS[channels], (DOWN, along), (8,), lambda count: (count * DOWN + side - 1) * pitch)


def large_block(plan: Plan) -> Block | None:
    """For all weights that fit the parameters of a launch."""
    (kh, _), channels, (_, wide) = plan.kernel_shape, plan.out_shape[2], _rounded(plan)
    if not _is_plain(plan) or kh > TALLEST or kh * wide > _room(plan):
        return None
    pitch = 4 * channels * ACROSS[channels] + wide * channels
    return _block(plan, ACROSS[channels], (DOWN, 4 * channels), (8, 4, 2, 1), lambda count: (count * DOWN + kh - 1) * pitch)


def pairs_block(plan: Plan) -> Block | None:
    """For weights that are pairs of columns and rows. High kernels take many rows of threads: blocks share rows of pixels."""
    kh, (_, wide) = plan.kernel_shape[0], _rounded(plan)
    pairs = plan.pairs if _is_plain(plan) else None
    if pairs is None or pairs.rank * (wide + kh + 2 * (COLUMN - 1)) > _room(plan):
        return None
    pitch, counts = TILE + wide * plan.out_shape[2], (8, 4, 2, 1) if kh > 9 else (4, 2, 1)
    return _block(plan, TILE // 4, (COLUMN, 4), counts, lambda count: STRIP * count * pitch + (COLUMN * count + kh - 1) * TILE)


def square(band: Band, end: End) -> Launch | None:
    """The sums of K × K weights, unrolled."""
    plan, side = band.plan, band.plan.kernel_shape[0]
    block = square_block(plan)
    if block is None or band.image.dtype.name not in SQUARE_INPUTS:
        return None
    task = _task(band, plan.weights.ravel(), wide=side, lead=_lead(plan))
    return _launch("correlate_square", band, end, task, block, side)


def large(band: Band, end: End) -> Launch | None:
    """The sums of all weights, four columns of them at a time."""
    plan, block = band.plan, large_block(band.plan)
    if block is None:
        return None
    before, wide = _rounded(plan)
    task = _task(band, _widened(plan, plan.weights).ravel(), wide=wide, lead=before * plan.out_shape[2])
    return _launch("correlate_large", band, end, task, block)


def in_pairs(band: Band, end: End) -> Launch | None:
    """The sums along rows and then along columns, for each pair that the weights are made of."""
    plan, block, pairs = band.plan, pairs_block(band.plan), band.plan.pairs
    if block is None or pairs is None:
        return None
    before, wide = _rounded(plan)
    columns = np.pad(pairs.columns, ((0, 0), (COLUMN - 1, COLUMN - 1)))
    weights = np.concatenate([_widened(plan, pairs.rows), columns], axis=1).ravel()
    task = _task(band, weights, wide=wide, lead=before * plan.out_shape[2], rank=pairs.rank, limit=plan.limit)
    return _launch("correlate_pairs", band, end, task, block, flags=True)


def _block(plan: Plan, across: int, shape: tuple[int, int], counts: Iterable[int], values: Callable[[int], int]) -> Block | None:
    """``across`` threads in a row, each with rows and values ``shape`` of the result.

    With the first of ``counts`` rows of threads whose ``values`` fit the shared memory, and whose blocks a grid.
    """
    down, along = shape
    for count in counts:
        shared = values(count) * np.dtype(plan.dtype).itemsize
        if shared <= SHARED_BYTES and -(-plan.out_shape[0] // (count * down)) <= MAX_GRID_ROWS:
            return Block((across, count), across * along, count * down, shared)
    return None


def _launch(name: str, band: Band, end: End, task: NDArray[Any], block: Block, *sides: int, flags: bool = False) -> Launch:
    height, width, channels = band.out_shape
    function = function_name(name, band.image.dtype.name, band.plan.dtype, end.out(channels), channels, *sides)
    grid = -(-width * channels // block.across), -(-height // block.down)
    return Launch(function, end, band.out_shape, (band.rows, band.columns), (task,), grid, block.threads, block.shared, flags)


def _task(
    band: Band, weights: NDArray[np.float64], *, wide: int, lead: int, rank: int = 0, limit: float | None = None
) -> NDArray[Any]:
    """One ``Task``, which CuPy passes by value."""
    plan, channels = band.plan, band.out_shape[2]
    task = np.zeros((), task_dtype(plan.dtype))
    task["width"] = plan.image_shape[1] * channels
    task["padded_height"], task["padded_width"] = len(band.rows), len(band.columns) * channels
    task["left"] = plan.pad[2] * channels
    task["out_height"], task["out_width"] = band.out_shape[0], band.out_shape[1] * channels
    task["high"], task["wide"], task["lead"], task["rank"] = plan.kernel_shape[0], wide, lead, rank
    task["cval"], task["bias"] = plan.cval, plan.bias
    task["limit"] = np.finfo(plan.dtype).max if limit is None else limit
    task["weights"][: weights.size] = weights
    return task


def _is_plain(plan: Plan) -> bool:
    """Whether there are tiles for such a plan at all."""
    plain = plan.stride == plan.dilation == 1 and plan.out_shape[2] in CHANNELS
    return plain and len(plan.columns) * plan.out_shape[2] <= LONGEST_ROW


def _rounded(plan: Plan) -> tuple[int, int]:
    """Zeros before a row of weights, so that tiles begin at a multiple of 4 in the picture; the row's length with all zeros."""
    before = -plan.pad[2] % 4
    return before, _fours(before + plan.kernel_shape[1])


def _lead(plan: Plan) -> int:
    """Values before the first window of a tile of ``square``."""
    return -(plan.kernel_shape[1] // 2) * plan.out_shape[2] % 4


def _widened(plan: Plan, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of weights with the zeros of ``_rounded``."""
    before, wide = _rounded(plan)
    return np.pad(rows, ((0, 0), (before, wide - before - plan.kernel_shape[1])))


def _fours(count: int) -> int:
    return -(-count // 4) * 4


def _room(plan: Plan) -> int:
    return WEIGHT_BYTES // np.dtype(plan.dtype).itemsize
