"""The compiled path: inner loops in numba. Only this package may import it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels import sliding
from kernels.bands import Cancel
from kernels.cpu import spectra
from kernels.cpu.boxes import add_box
from kernels.cpu.counting import LANES, beyond, count, exceeds, measure
from kernels.cpu.moved import add_moved_sums
from kernels.cpu.painting import halve, paint_grey, paint_rgb
from kernels.cpu.sums import accumulate
from kernels.layout import Floats
from kernels.moving import Job, Moves
from kernels.plan import Algorithm, Plan
from kernels.plan import plan as planned
from kernels.scale import Scale
from kernels.sliding import Box, Loops, Taps

__all__ = [
    "LANES", "LOOPS", "accumulate", "add_box", "add_moved_sums", "beyond", "count", "exceeds", "halve", "measure", "paint_grey",
    "paint_rgb", "prepare", "run",
]  # fmt: skip

LOOPS = Loops(accumulate, add_box, exceeds)


def run(plan: Plan, image: NDArray[Any], algorithm: Algorithm, cancel: Cancel | None = None) -> Floats:
    """The result ``plan.out_shape`` in ``plan.dtype`` of ``image`` ``(H, W, C)``. Raises Cancelled and WildError."""
    if algorithm is Algorithm.FFT:
        return spectra.run(plan, image, cancel)
    return sliding.run(plan, image, algorithm, LOOPS, cancel)


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
    one = np.float32(1)
    exceeds(values, 1.0)
    add_box(values, Box(1, one, one, 1, 1, 1, 1, places[:1], places[:0]), np.empty((2, 3), np.float32), (0, 0, 2, 3))
    scale = Scale(0.0, 1.0, False, np.zeros((256, 3), np.uint8), np.zeros(3, np.uint8))
    paint_grey(values[0], scale, np.empty((3, 3), np.uint8))
    paint_rgb(values[0], scale, np.empty(3, np.uint8))
    count(values, np.array([0.0, 1.0]), np.zeros((3, 1), np.int64))
    beyond(values[0], 0.0, 1.0)
    halve(np.zeros((2, 2, 3), np.uint8), np.empty((1, 1, 3), np.uint8))
    everywhere = np.ones((1, 3), np.bool_)
    moves = Moves(np.zeros((1, 1, 3), np.intp), np.zeros((1, 1, 3), np.float32), everywhere, everywhere)
    add_moved_sums(values, values[np.newaxis], moves, Job(0, 1, 0, 3), np.zeros((6, 1)))
    lanes = np.zeros(LANES, np.float32)
    measure(lanes, lanes.copy(), lanes.copy(), np.zeros(LANES))
    for dtype in (np.uint8, np.uint16, np.float32):
        image = np.zeros((3, 3, 1), dtype)
        spectra.run(planned(image.shape, dtype, np.ones((3, 3)), anchor=(1, 1)), image)
