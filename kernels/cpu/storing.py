"""From the sums of a block to whole numbers."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kernels.cpu.compiling import compiled, inlined
from kernels.layout import Floats

KINDS = {
    np.dtype(name): kind for kind, name in enumerate(("uint8", "uint16", "int8", "int16"))
}  # types whose ends a float32 holds exactly


class Whole(NamedTuple):
    """Whole numbers of a type, ``KINDS[kind]``, from ``low`` to ``high``, both of the type of the sums.

    ``rounding``, added and taken away again, rounds half to even, as vector code.
    """

    kind: int
    low: Any
    high: Any
    rounding: Any


@cache
def whole(dtype: np.dtype[Any], sums: DTypeLike) -> Whole:
    """The end for results of one of the types in ``KINDS``, from sums of a type."""
    limits = np.iinfo(dtype)
    number: Any = np.dtype(sums).type
    return Whole(KINDS[dtype], number(limits.min), number(limits.max), number(1.5 * 2.0 ** np.finfo(number).nmant))


@compiled
def store(values: Floats, rows: int, n: int, raw: NDArray[np.uint8], place: tuple[int, int], end: Whole) -> None:
    """The first ``n`` of each of the first rows of ``values`` to rows and columns from a place on of ``raw`` (rows, bytes).

    Rounded half to even, saturated; NaN becomes 0.
    """
    if end.kind == 0:
        _store(values, rows, n, raw, place, end)
    elif end.kind == 1:
        _store(values, rows, n, raw.view(np.uint16), place, end)
    elif end.kind == 2:
        _store(values, rows, n, raw.view(np.int8), place, end)
    else:
        _store(values, rows, n, raw.view(np.int16), place, end)


@compiled
def _store(values: Floats, rows: int, n: int, out: NDArray[Any], place: tuple[int, int], end: Whole) -> None:
    for i in range(rows):
        source, target = values[i, :n], out[place[0] + i, place[1] : place[1] + n]
        for x in range(n):
            target[x] = rounded(source[x], end)


@inlined
def rounded(value: Any, end: Whole) -> Any:
    """Half to even, saturated; NaN becomes 0."""
    number = end.rounding - end.rounding if np.isnan(value) else value
    number = number if number > end.low else end.low
    number = number if number < end.high else end.high
    return np.int32((number + end.rounding) - end.rounding)
