"""How a window slides over maps: which places of the input each of its taps meets. Shared by layers and poolings."""

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from kernels.bands import split
from kernels.plan import extent

Pair = tuple[int, int]  # (y, x)


class Block(NamedTuple):
    """Rows ``top`` to ``bottom`` and columns ``left`` to ``right`` (half open) of an output plane."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def shape(self) -> Pair:
        """Rows and columns."""
        return self.bottom - self.top, self.right - self.left

    @property
    def size(self) -> int:
        """Places."""
        return self.shape[0] * self.shape[1]


class Met(NamedTuple):
    """What one tap meets: the places ``target`` of a block of the output meet the places ``source`` of the input.

    Both are slices of rows and of columns. The other places of the block meet the padding.
    """

    target: tuple[slice, slice]
    source: tuple[slice, slice]


@dataclass(frozen=True)
class Window:
    """A window of ``kernel`` taps that lie ``dilation`` apart, moved by ``stride`` over an input with ``padding`` around it."""

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @property
    def reach(self) -> Pair:
        """Rows and columns from the first to the last tap."""
        return extent(self.kernel[0], self.dilation[0]), extent(self.kernel[1], self.dilation[1])

    @property
    def taps(self) -> int:
        """How many."""
        return self.kernel[0] * self.kernel[1]

    def places(self) -> Iterator[Pair]:
        """The taps (u, v), row by row."""
        return np.ndindex(self.kernel)

    def units(self, sides: Pair, *, ceil: bool = False) -> Pair:
        """Rows and columns of the output of an input with these ``sides``; ValueError where the window does not fit.

        ``floor((n + 2 padding - reach) / stride) + 1`` (Dumoulin and Visin, A guide to convolution arithmetic, 2016); with
        ``ceil`` rounded up, without windows that begin behind the input and its padding before it, as torch does it.
        """
        found = tuple(self._units(axis, sides[axis], ceil) for axis in (0, 1))
        if min(found) < 1:
            raise ValueError(
                f"a window of {self.reach[0]} x {self.reach[1]} (dilation included) does not fit into maps of "
                f"{sides[0] + 2 * self.padding[0]} x {sides[1] + 2 * self.padding[1]} (padding included)"
            )
        return found[0], found[1]

    def meets(self, tap: Pair, sides: Pair, block: Block) -> Met:
        """What the tap (u, v) meets in an input with these ``sides``, as far as a block of the output goes."""
        offset = [tap[axis] * self.dilation[axis] - self.padding[axis] for axis in (0, 1)]
        rows = met(offset[0], self.stride[0], sides[0], (block.top, block.bottom))
        columns = met(offset[1], self.stride[1], sides[1], (block.left, block.right))
        return Met((rows[0], columns[0]), (rows[1], columns[1]))

    def _units(self, axis: int, side: int, ceil: bool) -> int:
        stride, padding = self.stride[axis], self.padding[axis]
        room = side + 2 * padding - self.reach[axis]
        units = (-(-room // stride) if ceil else room // stride) + 1
        return units - 1 if ceil and (units - 1) * stride >= side + padding else units


def whole(units: Pair) -> Block:
    """All of an output plane."""
    return Block(0, units[0], 0, units[1])


def blocks(units: Pair, most: int) -> list[Block]:
    """An output plane in blocks of at most ``most`` places, which follow one another in memory."""
    height, width = units
    if most >= width:
        return [Block(top, bottom, 0, width) for top, bottom in split(height, most // width)]
    return [Block(row, row + 1, *columns) for row in range(height) for columns in split(width, max(most, 1))]


def met(offset: int, stride: int, side: int, places: Pair) -> tuple[slice, slice]:
    """The outputs i of a range, counted from its start, with ``0 <= i * stride + offset < side``, and what they meet."""
    first = max(places[0], -(offset // stride))
    last = min(places[1], (side - 1 - offset) // stride + 1)
    if last <= first:
        return slice(0, 0), slice(0, 0)
    source = first * stride + offset
    return slice(first - places[0], last - places[0]), slice(source, source + (last - first - 1) * stride + 1, stride)


def pair(value: Any, name: str, least: int) -> Pair:
    """A whole number for both axes, or one for each (y, x), of at least ``least``. Raises TypeError and ValueError."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2:
        raise ValueError(f"{name} must be a whole number or two of them (y, x), got {value!r}")
    try:
        numbers = operator.index(both[0]), operator.index(both[1])
    except TypeError:
        raise TypeError(f"{name} must be a whole number or two of them (y, x), got {value!r}") from None
    if min(numbers) < least:
        raise ValueError(f"{name} must be at least {least}, got {value!r}")
    return numbers
