"""A plan carried out in bands of rows on all threads, by weighted sums."""

from collections.abc import Callable
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

NO_BYTES = np.empty((0, 0), np.uint8)
GATHERING = 6  # multiplications that take as long as gathering one pixel
WORTH_SHARING = 16_000_000  # multiplications; fewer are done before another thread is awake
BAND_STEPS = 60_000_000  # of a band: 1 ms, beside which it is short how long threads wait for the interpreter between bands
KEPT_BYTES = 2 * BLOCK_BYTES  # for each thread
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
    taken = image.dtype in TAKEN or image.dtype == plan.dtype
    if taken and image.flags.c_contiguous:
        every = _source(plan, writable(image), plan.rows, 0, cut)
        return lambda band: every

    def copied(band: Band) -> Source:
        rows = plan.rows[band[0] * plan.stride :][: needed(plan, band[1] - band[0], 0)]
        inside = rows[rows >= 0]
        first, last = (int(inside.min()), int(inside.max()) + 1) if len(inside) else (0, 1)
        part = np.ascontiguousarray(image[first:last], image.dtype if taken else plan.dtype)
        return _source(plan, part, np.where(plan.rows < 0, plan.rows, plan.rows - first), first, cut)

    return copied


def _source(plan: Plan, image: NDArray[Any], rows: NDArray[np.intp], first: int, cut: Cut) -> Source:
    """Of C-contiguous rows of the picture, from the row ``first`` on; ``rows``: of these, for every padded row."""
    (_, width, channels), (top, _, left, _) = plan.image_shape, plan.pad
    values = image.reshape(len(image), width * channels)
    plain = values.dtype == plan.dtype
    raw, numbers = (NO_BYTES, values) if plain else (values.view(np.uint8), _empty(plan))
    return Source(
        raw, numbers, PLAIN if plain else TAKEN[values.dtype], Side(rows, top + first, len(values)),
        Side(plan.columns, left, width), channels, plan.stride, cut.run, np.dtype(plan.dtype).type(plan.cval),
    )  # fmt: skip


def _empty(plan: Plan) -> NDArray[Any]:
    return np.empty((0, 0), plan.dtype)


def _memory(plan: Plan, found: Task, *, made: bool) -> Memory:
    """Of the thread that asks: it is kept, since touching new memory takes longer than filtering a small picture."""
    cut, terms = found.cut, len(found.recipe.across.ends) - 1
    between, stored = terms * cut.high * cut.between, cut.rows * cut.columns * plan.out_shape[2] if made else 0
    after = cut.high * cut.pitch
    memory = _room(after + between + stored, np.dtype(plan.dtype))
    return Memory(
        memory[:after].reshape(cut.high, cut.pitch),
        memory[after : after + between].reshape(terms * cut.high, cut.between if terms else 0),
        memory[after + between :].reshape(cut.rows if made else 0, cut.columns * plan.out_shape[2]),
    )


def _room(count: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Memory for ``count`` numbers."""
    size = count * dtype.itemsize
    found: NDArray[np.uint8] = getattr(_kept, "room", NO_BYTES)
    if size > KEPT_BYTES:
        return np.empty(count, dtype)
    if found.size < size:
        found = _kept.room = room(max(size, KEPT_BYTES), np.uint8)
    return found.reshape(-1)[:size].view(dtype)


def _bands(height: int, steps: int) -> list[Band]:
    """One where sharing is not worth it, else some for each thread; ``steps``: multiplications of all."""
    count = max(threads(), -(-steps // BAND_STEPS)) if steps >= WORTH_SHARING else 1
    return split(height, -(-height // min(count, height)))
