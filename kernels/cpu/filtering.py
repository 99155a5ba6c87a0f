"""A plan carried out in bands of rows on all threads, by weighted sums."""

from collections.abc import Callable
from functools import lru_cache
from math import isfinite, prod
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.bands import Cancel, share, split, threads
from kernels.cpu.blocks import WILD, Memory, filter_band
from kernels.cpu.cuts import BLOCK_BYTES, Cut, needed
from kernels.cpu.gathering import PLAIN, TAKEN, Side, Source
from kernels.cpu.lanes import room
from kernels.cpu.passes import Task, task
from kernels.cpu.storing import Ends
from kernels.memory import writable
from kernels.plan import Algorithm, Plan
from kernels.sliding import WildError

SUMS = {name: np.dtype(name) for name in ("float32", "float64")}  # types of sums, by the names that plans have for them
NO_BYTES, NO_SUMS = np.empty((0, 0), np.uint8), {name: np.empty((0, 0), name) for name in SUMS}
GATHERING = 6  # multiplications that take as long as gathering one pixel
WORTH_SHARING = 16_000_000  # multiplications; fewer are done before another thread is awake
BAND_STEPS = 60_000_000  # of a band: 1 ms, beside which it is short how long threads wait for the interpreter between bands
KEPT_BYTES = 2 * BLOCK_BYTES  # for each thread
Band = tuple[int, int]

_kept = local()
NOBODY: Any = None, None


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
    """Of the thread that asks: it is kept, since touching new memory takes longer than filtering a small picture."""
    memory: Memory
    owner, memory = getattr(_kept, "memory", NOBODY)
    if owner is None or owner[0] is not found or owner[1] != made:
        cut, terms = found.cut, len(found.recipe.across.ends) - 1
        between, stored = terms * cut.high * cut.between, cut.rows * cut.columns * plan.out_shape[2] if made else 0
        after = cut.high * cut.pitch
        place = _room((after + between + stored) * SUMS[plan.dtype].itemsize).view(plan.dtype)
        memory = Memory(
            place[:after].reshape(cut.high, cut.pitch),
            place[after : after + between].reshape(terms * cut.high, cut.between if terms else 0),
            place[after + between :].reshape(cut.rows if made else 0, cut.columns * plan.out_shape[2]),
        )
        _kept.memory = ((found, made), memory) if place.nbytes <= KEPT_BYTES else NOBODY
    return memory


def _room(size: int) -> NDArray[np.uint8]:
    """Memory of so many bytes."""
    if size > KEPT_BYTES:
        return room(size, np.uint8)
    found: NDArray[np.uint8] | None = getattr(_kept, "room", None)
    if found is None:
        found = _kept.room = room(KEPT_BYTES, np.uint8)
    return found[:size]


def _bands(height: int, steps: int) -> list[Band]:
    """One where sharing is not worth it, else some for each thread; ``steps``: multiplications of all."""
    count = max(threads(), -(-steps // BAND_STEPS)) if steps >= WORTH_SHARING else 1
    return split(height, -(-height // min(count, height)))
