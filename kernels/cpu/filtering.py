"""A plan carried out in bands of rows on all threads, by weighted sums."""

from collections.abc import Callable
from functools import lru_cache
from math import isfinite, prod
from threading import local
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.bands import Cancel, share, split, threads
from kernels.cpu.blocks import WILD, Memory, filter_band
from kernels.cpu.cuts import Cut, needed
from kernels.cpu.gathering import PLAIN, TAKEN, Side, Source
from kernels.cpu.passes import Task, task
from kernels.cpu.scratch import KEPT_BYTES, scratch
from kernels.cpu.storing import Ends
from kernels.memory import writable
from kernels.plan import Algorithm, Plan
from kernels.sliding import WildError

SUMS = {name: np.dtype(name) for name in ("float32", "float64")}  # types of sums, by the names that plans have for them
NO_BYTES, NO_SUMS = np.empty((0, 0), np.uint8), {name: np.empty((0, 0), name) for name in SUMS}
GATHERING = 6  # multiplications that take as long as gathering one pixel
WORTH_SHARING = 16_000_000  # multiplications; fewer are done before another thread is awake
BAND_STEPS = 60_000_000  # of a band: 1 ms, beside which it is short how long threads wait for the interpreter between bands
Band = tuple[int, int]

_kept = local()


def run(plan: Plan, image: NDArray[Any], algorithm: Algorithm, cancel: Cancel | None, ends: Ends) -> None:
    """Make the result of ``image`` (H, W, C); directly, or in pairs of passes. Raises Cancelled and WildError."""
    found = task(plan, algorithm, finite=image.dtype.kind != "f" and isfinite(plan.cval))
    pixels, width = sources(plan, image, found.cut), plan.out_shape[1]

    def start() -> Callable[[Band], None]:
        memory = _memory(plan, found, made=len(ends.values) == 0)

        def do(band: Band) -> None:
            if filter_band(pixels(band), found, band, memory, ends, width) == WILD:
                raise WildError

        return do

    steps = GATHERING + len(found.recipe.last.weights) + len(found.recipe.across.weights)
    bands = _bands(plan.out_shape[0], prod(plan.out_shape) * steps)
    share(bands, start, cancel, alone=len(bands) == 1)


def sources(plan: Plan, image: NDArray[Any], cut: Cut) -> Callable[[Band], Source]:
    """The pixels that a band needs; those of other types or orders of memory are copied, band by band."""
    sums = SUMS[plan.dtype]
    taken = image.dtype in TAKEN or image.dtype == sums
    if taken and image.flags.c_contiguous:
        every = _source(plan, writable(image), plan.rows, 0, cut)
        return lambda band: every

    def copied(band: Band) -> Source:
        rows = plan.rows[band[0] * plan.stride :][: needed(plan, band[1] - band[0], 0)]
        inside = rows[rows >= 0]
        first, last = (int(inside.min()), int(inside.max()) + 1) if len(inside) else (0, 1)
        part = np.ascontiguousarray(image[first:last], image.dtype if taken else sums)
        return _source(plan, part, np.where(plan.rows < 0, plan.rows, plan.rows - first), first, cut)

    return copied


def _source(plan: Plan, image: NDArray[Any], rows: NDArray[np.intp], first: int, cut: Cut) -> Source:
    """Of C-contiguous rows of the picture, from the row ``first`` on; ``rows``: of these, for every padded row."""
    values = image.reshape(len(image), -1)
    side = Side(rows, plan.pad[0] + first, len(values))
    if image.dtype in TAKEN:
        return Source(values.view(np.uint8), NO_SUMS[plan.dtype], TAKEN[image.dtype], side, *_along(plan, cut.run))
    return Source(NO_BYTES, values, PLAIN, side, *_along(plan, cut.run))


@lru_cache(maxsize=32)
def _along(plan: Plan, run: int) -> tuple[Side, int, int, int, Any]:
    """What every ``Source`` of a plan tells of its columns, and the rest."""
    (_, width, channels), left = plan.image_shape, plan.pad[2]
    return Side(plan.columns, left, width), channels, plan.stride, run, SUMS[plan.dtype].type(plan.cval)


def _memory(plan: Plan, found: Task, *, made: bool) -> Memory:
    """Of the thread that asks. What it was last is kept, for a picture that is filtered in the same way again."""
    cut, terms = found.cut, len(found.recipe.across.ends) - 1
    between, stored = terms * cut.high * cut.between, cut.rows * cut.columns * plan.out_shape[2] if made else 0
    after = cut.high * cut.pitch
    size = (after + between + stored) * SUMS[plan.dtype].itemsize
    place = scratch(size)
    last: _Last | None = getattr(_kept, "last", None)
    if last is None or last.task is not found or last.made != made or last.place is not place:
        numbers = place[:size].view(plan.dtype)
        memory = Memory(
            numbers[:after].reshape(cut.high, cut.pitch),
            numbers[after : after + between].reshape(terms * cut.high, cut.between if terms else 0),
            numbers[after + between :].reshape(cut.rows if made else 0, cut.columns * plan.out_shape[2]),
        )
        last = _Last(found, made, place, memory)
        if size <= KEPT_BYTES:
            _kept.last = last
    return last.memory


class _Last(NamedTuple):
    """The ``memory`` of a task, made of ``place``; ``made``: with a part for sums that are not kept."""

    task: Task
    made: bool
    place: NDArray[np.uint8]
    memory: Memory


def _bands(height: int, steps: int) -> list[Band]:
    """One where sharing is not worth it, else some for each thread; ``steps``: multiplications of all."""
    count = max(threads(), -(-steps // BAND_STEPS)) if steps >= WORTH_SHARING else 1
    return split(height, -(-height // min(count, height)))
