"""Kernels as text, and back: strict, never evaluated, the bad cell named by row and column.

Rows end with a new line or ``;``; cells are separated by spaces, tabs or commas. A cell is a number
or a fraction of two: ``-1``, ``0.5``, ``1e-3``, ``1/9``. Digits of every script and the typographic
minus signs are understood. Lines that begin with ``#`` are comments, except for
``# title: …``, ``# bias: …`` and ``# anchor: row column`` (counted from 0).
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kernels.kernel import Kernel
from kernels.numerals import format_weight, is_number, is_weight, parse_number, plain

MOST_CELLS = 1_000_000
MOST_CHARACTERS = 40 * MOST_CELLS

_NOTE = re.compile(r"#\s*(title|bias|anchor)\s*:(.*)", re.IGNORECASE)
_TIGHT_COMMA = re.compile(r"\d,\d")
_LOOSE_COMMA = re.compile(r"(^|[^\d]),|,([^\d]|$)", re.MULTILINE)

Cells = list[list[str]]


def parse_kernel(text: str) -> Kernel:
    """The kernel that ``text`` describes. Raises ValueError saying where it is wrong and what to write."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"this text is too long for a kernel ({len(text):,} characters)")
    lines = plain(text).splitlines()
    notes = _notes([line for line in text.splitlines() if line.lstrip().startswith("#")])
    cells = _cells(_rows([line for line in lines if not line.lstrip().startswith("#")]))
    _check_shape(cells)
    weights = np.array([[_weight(cell, y, x) for x, cell in enumerate(row)] for y, row in enumerate(cells)])
    return Kernel(
        weights,
        title=notes.get("title", "Custom"),
        bias=_bias(notes.get("bias", "0")),
        anchor=_anchor(notes["anchor"]) if "anchor" in notes else None,
    )


def format_kernel(kernel: Kernel) -> str:
    """Text that ``parse_kernel`` reads back with the same weights, title, bias and anchor."""
    lines = [f"# title: {' '.join(kernel.title.split())}"]
    if kernel.bias != 0.0:
        lines.append(f"# bias: {kernel.bias!r}")
    if kernel.anchor != (kernel.shape[0] // 2, kernel.shape[1] // 2):
        lines.append(f"# anchor: {kernel.anchor[0]} {kernel.anchor[1]}")
    return "\n".join([*lines, *_rows_of_text(kernel.weights)]) + "\n"


def format_weights(weights: NDArray[np.float32]) -> str:
    """The weights alone in one line: ``0 -1 0; -1 5 -1; 0 -1 0``."""
    return "; ".join(_rows_of_text(weights))


def _rows_of_text(weights: NDArray[np.float32]) -> list[str]:
    return [" ".join(format_weight(weight) for weight in row) for row in weights.tolist()]


def _notes(comments: Sequence[str]) -> dict[str, str]:
    """What the comment lines say about title, bias and anchor."""
    found = (_NOTE.match(comment.strip()) for comment in comments)
    return {note[1].lower(): note[2].strip() for note in found if note}


def _rows(lines: Sequence[str]) -> list[str]:
    """Rows as typed; blank lines and a final ``;`` are no rows."""
    rows: list[str] = []
    for line in lines:
        parts = line.strip().removesuffix(";").split(";") if line.strip() else []
        rows.extend(part.strip() for part in parts)
    return rows


def _cells(rows: list[str]) -> Cells:
    if _commas_are_decimal(rows):
        return [row.replace(",", ".").split() for row in rows]
    return [_split(row) for row in rows]


def _split(row: str) -> list[str]:
    """Cells between commas or white space; two commas in a row leave an empty cell."""
    return re.split(r"\s*,\s*|\s+", row) if row else []


def _commas_are_decimal(rows: list[str]) -> bool:
    """Whether ``0,5`` means one half here. Raises ValueError where both readings make sense."""
    if any("." in row for row in rows):
        return False
    tokens = [token.strip(",") for row in rows for token in row.split() if _TIGHT_COMMA.search(token)]
    if not tokens or not all(is_number(token.replace(",", ".")) for token in tokens):
        return False
    loose = any(_LOOSE_COMMA.search(row) for row in rows)
    if not loose and any(len(row.split()) > 1 for row in rows):
        return True
    raise ValueError(
        f"{tokens[0]!r} can be read with a decimal comma or with a comma between two weights; "
        "write decimals with a point (0.5) and separate weights by spaces"
    )


def _check_shape(cells: Cells) -> None:
    if not cells:
        raise ValueError("there are no weights in this text; write rows such as 0 -1 0; -1 5 -1; 0 -1 0")
    if (count := sum(map(len, cells))) > MOST_CELLS:
        raise ValueError(f"a kernel may have {MOST_CELLS:,} weights, this one has {count:,}")
    for number, row in enumerate(cells, start=1):
        if not row:
            raise ValueError(f"row {number} is empty")
        if len(row) != len(cells[0]):
            raise ValueError(f"row {number} has {len(row)} weights but row 1 has {len(cells[0])}; all rows need the same number")


def _weight(cell: str, y: int, x: int) -> float:
    where = f"row {y + 1}, column {x + 1}"
    if not cell:
        raise ValueError(f"{where} is empty; write a number, or 0")
    try:
        value = parse_number(cell)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    if not is_weight(value):
        raise ValueError(f"{where}: {cell[:20]!r} is too large for a weight (limit 3.4e38)")
    return value


def _bias(text: str) -> float:
    try:
        return parse_number(text)
    except ValueError as error:
        raise ValueError(f"bias: {error}") from None


def _anchor(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})[\s,]+(\d{1,6})", plain(text))
    if not found:
        raise ValueError(f"anchor: {text[:20]!r} is not a row and a column; write for example 1 1")
    return int(found[1]), int(found[2])
