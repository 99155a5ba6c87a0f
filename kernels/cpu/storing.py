"""The ends of sums: as they are, rounded to whole numbers, as colours, or as they are and as colours at once."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.cpu.compiling import compiled, inlined
from kernels.cpu.painting import paint_channel, paint_grey, paint_rgb
from kernels.layout import Floats
from kernels.plan import Plan
from kernels.scale import Colours, Scale
from kernels.sliding import Window

KINDS = {
    np.dtype(name): kind for kind, name in enumerate(("uint8", "uint16", "int8", "int16"))
}  # types whose ends a float32 holds exactly
GREY, RGB = 4, 5  # kinds of colours
BYTE = np.dtype(np.uint8)
ONE: int = np.intp(1)  # type: ignore[assignment] # see blocks.NONE
NO_COLOURS = Colours(0.0, 255.0)


class Ends(NamedTuple):
    """Where sums go.

    ``values`` (H', W' * channels), the type of the sums: as they are; or empty. ``raw`` (H', bytes of a row): as whole numbers of
    ``KINDS[kind]`` from ``low`` to ``high``, or as the colours of ``scale``; or empty. ``rounding``, added and taken away again,
    rounds half to even, as vector code.
    """

    values: Floats
    raw: NDArray[np.uint8]
    kind: int
    low: Any
    high: Any
    rounding: Any
    scale: Scale


def whole(plan: Plan, dtype: np.dtype[Any]) -> Ends:
    """A result of the type of the sums, or of one of the types in ``KINDS``; not yet made."""
    if dtype == plan.dtype:
        return _ends(plan, BYTE, exact=True, width=0)
    return _ends(plan, dtype, exact=False, width=plan.out_shape[1] * plan.out_shape[2] * dtype.itemsize)


def coloured(plan: Plan, colours: Colours, *, exact: bool) -> Ends:
    """The displayed picture ``raw`` (H', W' * 3) of a result with one channel or three, and ``exact`` values if wanted."""
    ends = _ends(plan, BYTE, exact=exact, width=plan.out_shape[1] * 3)
    return ends._replace(kind=GREY if plan.out_shape[2] == 1 else RGB, scale=colours.scale)


def _ends(plan: Plan, dtype: np.dtype[Any], *, exact: bool, width: int) -> Ends:
    height, columns, channels = plan.out_shape
    values = np.empty((height, columns * channels) if exact else (0, 0), plan.dtype)
    raw = np.empty((height, width) if width else (0, 0), np.uint8)
    return Ends(values, raw, KINDS[dtype], *_rounding(dtype, plan.dtype), NO_COLOURS.scale)


@cache
def _rounding(dtype: np.dtype[Any], sums: str) -> tuple[Any, Any, Any]:
    """``low``, ``high`` and ``rounding`` of ``Ends``."""
    number, limits = np.dtype(sums).type, np.iinfo(dtype)
    return number(limits.min), number(limits.max), number(1.5 * 2.0 ** np.finfo(number).nmant)


@compiled
def store_block(values: Floats, window: Window, ends: Ends, place: tuple[int, int]) -> None:
    """The sums (rows, values) at a window, to ``ends.raw`` from row and value ``place`` on; nothing to do where that is empty."""
    top, left, rows, n = window
    for i in range(rows if len(ends.raw) else 0):
        store(values[top + i, left : left + n], ends, place[0] + i, place[1], ONE)


@compiled
def store(line: Floats, ends: Ends, y: int, x: int, step: int) -> None:
    """Sums, in the type of the plan, to row ``y`` of ``ends.raw``, from value ``x`` on to every ``step``-th.

    A value of a row is one channel of one column; a step is as long as there are channels, or 1 for all of them in turn.
    """
    row, kind, end = ends.raw[y], ends.kind, x + step * (len(line) - 1) + 1
    if kind == 0:
        _round(line, row[x:end], step, ends)
    elif kind == 1:
        _round(line, row.view(np.uint16)[x:end], step, ends)
    elif kind == 2:
        _round(line, row.view(np.int8)[x:end], step, ends)
    elif kind == 3:
        _round(line, row.view(np.int16)[x:end], step, ends)
    elif kind == GREY:
        paint_grey(line, ends.scale, row[3 * x : 3 * end])
    elif step == 1:
        paint_rgb(line, ends.scale, row[x:end])
    else:
        paint_channel(line, ends.scale, row[x:end])


@compiled
def _round(line: Floats, out: NDArray[Any], step: int, ends: Ends) -> None:
    """To every ``step``-th of ``out``. Rounded half to even, saturated; NaN becomes 0."""
    if step == 1:
        for i in range(len(line)):
            out[i] = _rounded(line[i], ends)
    else:
        for i in range(len(line)):
            out[i * step] = _rounded(line[i], ends)


@inlined
def _rounded(value: Any, ends: Ends) -> Any:
    number = ends.rounding - ends.rounding if np.isnan(value) else value
    number = number if number > ends.low else ends.low
    number = number if number < ends.high else ends.high
    return np.int32((number + ends.rounding) - ends.rounding)
