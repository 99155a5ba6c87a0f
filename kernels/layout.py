"""How a plan's result is cut into blocks, and where the padded pixels of a block lie in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.bands import split, threads
from kernels.border import OUTSIDE
from kernels.plan import Plan, extent

Floats = NDArray[np.floating[Any]]

SCRATCH_BYTES = 3_200_000  # of the last cache level: smaller blocks cost more turns of the interpreter than they save
FEWEST_ROWS, FEWEST_COLUMNS = 16, 256  # of a block: less is not worth the call
BLOCK_STEPS = 100_000_000  # multiplications between two looks at ``cancel``: some 20 ms


@dataclass(frozen=True)
class Block:
    """Rows ``top`` to ``bottom`` and columns ``left`` to ``right`` (half open) of a result."""

    top: int
    bottom: int
    left: int
    right: int


class Layout:
    """Blocks of one plan, all but the last of ``rows`` x ``columns`` results, and their scratch memory.

    ``steps``: multiplications for one result; ``buffers``: how many blocks of scratch memory each thread needs.
    """

    def __init__(self, plan: Plan, steps: int, buffers: int = 1) -> None:
        self.plan = plan
        self._bytes = SCRATCH_BYTES * 2 // max(buffers, 2)
        self._reach = tuple(extent(size, plan.dilation) for size in plan.kernel_shape)
        self.rows, self.columns = self._block_shape(max(steps, 1))
        self._run = -(-self._need(self.columns, 1) // plan.stride)  # columns with one remainder

    @property
    def scratch_shape(self) -> tuple[int, int]:
        """Rows and values in a row that a whole block needs."""
        return self._need(self.rows, 0), self.plan.stride * self._run * self.plan.image_shape[2]

    def blocks(self) -> list[Block]:
        """All blocks, row by row."""
        height, width, _ = self.plan.out_shape
        return [Block(*rows, *columns) for rows in split(height, self.rows) for columns in split(width, self.columns)]

    def offsets(self, y: NDArray[np.intp], x: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where in the scratch memory, in rows and values, the taps at kernel positions (y, x) begin."""
        turn, remainder = np.divmod(x * self.plan.dilation, self.plan.stride)
        return y * self.plan.dilation, (remainder * self._run + turn) * self.plan.image_shape[2]

    def sources(self, image: NDArray[Any], block: Block) -> Iterator[tuple[slice, NDArray[Any]]]:
        """The rows of the picture that a block needs, and where in the scratch memory they go; anything for those outside.

        Those within the picture come as they lie in it, without a copy.
        """
        start = block.top * self.plan.stride
        count, (top, _, _, _) = self._need(block.bottom - block.top, 0), self.plan.pad
        rows = self.plan.rows[start : start + count]
        first = min(max(top - start, 0), count)
        after = min(max(top + self.plan.image_shape[0] - start, first), count)
        for place in (slice(0, first), slice(after, count)):
            if place.start < place.stop:
                yield place, image[rows[place]]
        if first < after:
            yield slice(first, after), image[rows[first] : rows[after - 1] + 1]

    def gather(self, image: NDArray[Any], block: Block, scratch: Floats) -> Floats:
        """The padded rows that a block needs, in the first rows of ``scratch``."""
        plan, stride = self.plan, self.plan.stride
        gathered = scratch[: self._need(block.bottom - block.top, 0)]
        first, after = block.left * stride, block.left * stride + self._need(block.right - block.left, 1)
        for place, source in self.sources(image, block):
            target = gathered[place].reshape(len(source), stride, self._run, plan.image_shape[2])
            for remainder in range(min(stride, after - first)):
                self._gather_columns(source, range(first + remainder, after, stride), target[:, remainder])
        rows = plan.rows[block.top * stride :][: len(gathered)]
        gathered[rows == OUTSIDE] = plan.cval
        return gathered

    def _gather_columns(self, source: NDArray[Any], padded: range, target: Floats) -> None:
        """Padded columns: those of the picture copied in one go, those beyond its edges through the map."""
        left, width = self.plan.pad[2], self.plan.image_shape[1]
        first = len(range(padded.start, min(left, padded.stop), padded.step))
        after = max(first, len(range(padded.start, min(left + width, padded.stop), padded.step)))
        start = padded.start + first * padded.step - left
        target[:, first:after] = source[:, start:][:, : (after - first) * padded.step : padded.step]
        columns = self.plan.columns[padded.start : padded.stop : padded.step]
        for edge in (slice(0, first), slice(after, len(columns))):
            target[:, edge] = source[:, columns[edge]]
            target[:, edge][:, columns[edge] == OUTSIDE] = self.plan.cval

    def _need(self, results: int, axis: int) -> int:
        """Padded pixels along an axis that so many results need."""
        return (results - 1) * self.plan.stride + self._reach[axis]

    def _block_shape(self, steps: int) -> tuple[int, int]:
        """Large enough to be worth the overlap of blocks, small enough for cache, threads and cancelling."""
        height, width, channels = self.plan.out_shape
        stride = self.plan.stride
        values = self._bytes // (channels * np.dtype(self.plan.dtype).itemsize)
        least = min(height, max(FEWEST_ROWS, 2 * (self._reach[0] - 1) // stride))
        fitting = (values // self._need(least, 0) - self._reach[1]) // stride
        columns = min(width, max(fitting, FEWEST_COLUMNS, 2 * (self._reach[1] - 1) // stride))
        rows = (values // self._need(columns, 1) - self._reach[0]) // stride
        patient = BLOCK_STEPS // (columns * channels * steps)
        fair = -(-height // (2 * threads()))
        return max(1, min(max(rows, least), patient, fair)), columns
