"""The compiled path: inner loops in numba. Only this package may import it."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kernels.bands import Cancel
from kernels.cpu import filtering, running, spectra
from kernels.cpu.counting import LANES, beyond, count, measure
from kernels.cpu.moved import add_moved_sums
from kernels.cpu.painting import halve, paint_grey, paint_mixed, paint_rgb
from kernels.cpu.scratch import kept_bytes
from kernels.cpu.storing import KINDS, Ends, coloured, whole
from kernels.cpu.sums import accumulate
from kernels.moving import Job, Moves
from kernels.plan import Algorithm, Plan, plan
from kernels.rounding import convert
from kernels.scale import Colours
from kernels.sliding import Taps

__all__ = [
    "LANES", "accumulate", "add_moved_sums", "beyond", "count", "halve", "kept_bytes", "measure", "paint_grey", "paint_mixed",
    "paint_rgb", "prepare", "run", "show",
]  # fmt: skip


def run(
    task: Plan, image: NDArray[Any], algorithm: Algorithm, cancel: Cancel | None = None, out_dtype: DTypeLike | None = None
) -> NDArray[Any]:
    """The result ``task.out_shape`` of ``image`` ``(H, W, C)``. Raises Cancelled and WildError.

    In ``task.dtype``, or in ``out_dtype`` as ``rounding.convert`` makes it.
    """
    sums, dtype = np.dtype(task.dtype), np.dtype(task.dtype if out_dtype is None else out_dtype)
    made = dtype if dtype in KINDS else sums
    ends = whole(task, made)
    _make(task, image, algorithm, cancel, ends)
    values = (ends.values if made == sums else ends.raw.view(made)).reshape(task.out_shape)
    return values if made == dtype else convert(values, dtype)


def show(
    task: Plan, image: NDArray[Any], algorithm: Algorithm, cancel: Cancel | None, colours: Colours, *, exact: bool
) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """The result as ``run`` makes it if it is wanted ``exact``, else nothing, and its colours (H', W', 3), in the same pass.

    Of one channel or three. Raises Cancelled and WildError.
    """
    ends, (height, width, channels) = coloured(task, colours, exact=exact), task.out_shape
    _make(task, image, algorithm, cancel, ends)
    return ends.values.reshape(-1, width, channels), ends.raw.reshape(height, width, 3)


def _make(task: Plan, image: NDArray[Any], algorithm: Algorithm, cancel: Cancel | None, ends: Ends) -> None:
    if algorithm is Algorithm.FFT:
        spectra.run(task, image, cancel, ends)
    elif algorithm is Algorithm.RUNNING and task.constant:
        running.run(task, image, cancel, ends)
    else:
        filtering.run(task, image, algorithm, cancel, ends)


def prepare() -> None:
    """Compile, or load from disk, what pictures of up to 16 bits need.

    Raises what numba raises where it cannot compile here.
    """
    try:
        _compile_all()
    except OSError:  # the folder for compiled code cannot be written: by now that code is in memory
        _compile_all()


def _compile_all() -> None:
    """Call everything once."""
    values = np.zeros((2, 3), np.float32)
    places = np.zeros(9, np.intp)
    accumulate(values, Taps(1, 0.0, places, places, np.ones(9, np.float32)), np.empty((2, 3), np.float32), (0, 0, 2, 3))
    scale = Colours(0.0, 255.0).scale
    paint_grey(values[0], scale, np.empty(9, np.uint8))
    paint_rgb(values[0], scale, np.empty(3, np.uint8))
    paint_mixed(values[0], np.ones(3), scale, np.empty(3, np.uint8))
    count(values, np.array([0.0, 1.0]), np.zeros((3, 1), np.int64))
    beyond(values[0], 0.0, 1.0)
    halve(np.zeros((2, 2, 3), np.uint8), np.empty((1, 1, 3), np.uint8))
    everywhere = np.ones((1, 3), np.bool_)
    moves = Moves(np.zeros((1, 1, 3), np.intp), np.zeros((1, 1, 3), np.float32), everywhere, everywhere)
    add_moved_sums(values, values[np.newaxis], moves, Job(0, 1, 0, 3), np.zeros((6, 1)))
    lanes = np.zeros(LANES, np.float32)
    measure(lanes, lanes.copy(), lanes.copy(), np.zeros(LANES))
    for dtype in (np.uint8, np.uint16, np.float32):
        _filter(np.zeros((3, 3, 1), dtype))


def _filter(image: NDArray[Any]) -> None:
    task = plan(image.shape, image.dtype, np.ones((3, 3)), anchor=(1, 1))
    for algorithm in (Algorithm.DIRECT, Algorithm.RUNNING, Algorithm.FFT):
        run(task, image, algorithm, out_dtype=image.dtype)
    run(task, image, Algorithm.FFT)
