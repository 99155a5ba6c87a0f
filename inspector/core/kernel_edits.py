"""The buttons of the kernel editor as pure functions: a kernel in, the changed kernel out.

What comes out is a custom kernel with the bias of the old one and the default anchor, so that the
matrix on the screen is all that there is to know. Sizes are (rows, columns).
"""

import numpy as np
from numpy.typing import NDArray

from inspector.core.updates import customized
from kernels import Kernel

LARGEST_GRID = 31


def resize(kernel: Kernel, rows: int, columns: int) -> Kernel:
    """Crop or pad with zeros; the weight under the anchor stays under the anchor.

    Raises ValueError for a size below 1 x 1.
    """
    if rows < 1 or columns < 1:
        raise ValueError(f"a kernel must be at least 1 x 1, got {rows} x {columns}")
    weights = np.zeros((rows, columns), np.float32)
    to_rows, from_rows = _overlap(kernel.shape[0], kernel.anchor[0], rows)
    to_columns, from_columns = _overlap(kernel.shape[1], kernel.anchor[1], columns)
    weights[to_rows, to_columns] = kernel.weights[from_rows, from_columns]
    return customized(kernel, weights)


def _overlap(old: int, anchor: int, new: int) -> tuple[slice, slice]:
    """Where a side of ``new`` taps, anchored at its middle, meets one of ``old``: slices of new and of old."""
    shift = new // 2 - anchor
    first, last = max(0, shift), min(new, old + shift)
    return slice(first, last), slice(first - shift, last - shift)


def next_size(side: int, direction: int) -> int:
    """The next odd size up (``direction`` 1) or down (-1), within 1 … 31."""
    step = (2 if side % 2 else 1) * direction
    return min(max(side + step, 1), LARGEST_GRID)


def grow(kernel: Kernel, direction: int) -> Kernel:
    """Rows and columns to their next odd size up (1) or down (-1)."""
    rows, columns = kernel.shape
    return resize(kernel, next_size(rows, direction), next_size(columns, direction))


def rotate(kernel: Kernel) -> Kernel:
    """A quarter turn clockwise."""
    return _moved(kernel, np.rot90(kernel.weights, -1))


def flip_h(kernel: Kernel) -> Kernel:
    """Left and right exchanged."""
    return _moved(kernel, kernel.weights[:, ::-1])


def flip_v(kernel: Kernel) -> Kernel:
    """Top and bottom exchanged."""
    return _moved(kernel, kernel.weights[::-1])


def transpose(kernel: Kernel) -> Kernel:
    """Rows and columns exchanged."""
    return _moved(kernel, kernel.weights.T)


def negate(kernel: Kernel) -> Kernel:
    """Every weight with the other sign; a zero stays a plain zero."""
    return _moved(kernel, 0 - kernel.weights)


def _moved(kernel: Kernel, weights: NDArray[np.float32]) -> Kernel:
    return customized(kernel, np.ascontiguousarray(weights))
