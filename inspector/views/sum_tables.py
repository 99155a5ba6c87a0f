"""From a ``PixelSum`` to the three tables and the sentences that show it."""

import numpy as np
from numpy.typing import NDArray

from inspector.core.arithmetic import PixelSum
from inspector.core.numbers_text import MINUS, four_digits, significant
from inspector.views.widgets.number_grid import Cell, Table, Texts
from kernels.border import OUTSIDE

MOST = 7  # rows and columns that are shown of a larger kernel
FEW_COLUMNS = 5  # more than these have no room for a sign, a point and four digits


def window(total: PixelSum) -> tuple[slice, slice]:
    """Rows and columns that are shown: all of them, or of a large kernel those around the anchor."""
    (rows, columns), (y, x) = total.weights.shape, total.anchor
    return _around(y, rows), _around(x, columns)


def tables(total: PixelSum) -> tuple[Table, Table, Table]:
    """Patch, weights and products, each no larger than ``MOST`` x ``MOST``."""
    rows, columns = window(total)
    tips = tuple(tuple(_tip(total, (y, x)) for x in range(columns.start, columns.stop)) for y in range(rows.start, rows.stop))
    framed = total.anchor[0] - rows.start, total.anchor[1] - columns.start
    hatched = total.outside[rows, columns]

    def table(values: NDArray[np.float64], *, signs: bool, hatch: bool) -> Table:
        part = values[rows, columns]
        nowhere = np.zeros(part.shape)
        return Table(_texts(part), tips, _tints(part) if signs else nowhere, hatched if hatch else nowhere > 0, framed)

    return (
        table(total.patch, signs=False, hatch=True),
        table(total.weights, signs=True, hatch=False),
        table(total.products, signs=True, hatch=False),
    )


def note(total: PixelSum) -> str:
    """What the tables leave out of a large kernel, or ''."""
    rows, columns = window(total)
    shown = total.products[rows, columns]
    if shown.shape == total.products.shape:
        return ""
    height, width = total.weights.shape
    rest = float(total.products.sum() - shown.sum())
    return (
        f"{shown.shape[0]} × {shown.shape[1]} of {height} × {width} around the anchor; "
        f"the other {total.products.size - shown.size:,} products add up to {four_digits(rest)}"
    )


def sum_line(total: PixelSum) -> str:
    """The sum in words: products, bias, result."""
    products = four_digits(float(total.products.sum()))
    sign = MINUS if total.bias < 0 else "+"
    return f"sum {products} {sign} bias {four_digits(abs(total.bias))} = {four_digits(total.total)}"


def verdict(total: PixelSum, value: float | None) -> str:
    """What the engine computed and whether it is the same."""
    if value is None:
        return "the output is on its way"
    difference = total.difference(value)
    if difference == 0:
        ending = "agrees exactly"
    elif total.agrees(value):
        ending = f"agrees within {significant(difference, 1)}"
    else:
        ending = f"differs by {four_digits(difference)}"
    return f"output {four_digits(value)}, {ending}"


def _around(anchor: int, length: int) -> slice:
    if length <= MOST:
        return slice(0, length)
    start = min(max(anchor - MOST // 2, 0), length - MOST)
    return slice(start, start + MOST)


def _texts(values: NDArray[np.float64]) -> Texts:
    narrow = values.shape[1] > FEW_COLUMNS

    def text(value: float) -> str:
        return significant(value, 3 if narrow and abs(value) < 1000 else 4)

    return tuple(tuple(text(float(value)) for value in row) for row in values)


def _tints(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each value relative to the largest, -1 to 1; infinities are as strong as can be, NaN has no sign."""
    finite = np.abs(values[np.isfinite(values)])
    largest = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
    return np.nan_to_num(np.clip(values / largest, -1.0, 1.0), nan=0.0)


def _tip(total: PixelSum, tap: Cell) -> str:
    value, weight, product = (float(part[tap]) for part in (total.patch, total.weights, total.products))
    lines = [f"{value:.9g} × {weight:.9g} = {product:.9g}".replace("-", MINUS), _where(total, tap)]
    if tap == total.anchor:
        lines.append("the kernel's anchor")
    return "\n".join(lines)


def _where(total: PixelSum, tap: Cell) -> str:
    row, column = int(total.rows[tap[0]]), int(total.columns[tap[1]])
    if not total.outside[tap]:
        return f"input pixel ({row}, {column})"
    if OUTSIDE in (row, column):
        return f"outside the picture: border {total.border} puts {four_digits(float(total.patch[tap]))}"
    return f"outside the picture: border {total.border} takes ({row}, {column})"
