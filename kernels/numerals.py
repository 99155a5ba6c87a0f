"""Numbers as people type them, in any script, and the shortest text for a weight."""

import re
import unicodedata
from functools import lru_cache

import numpy as np

LARGEST_DENOMINATOR = 1000
SHORT = 4  # characters of a decimal that reads better than any fraction, as 0.25

_DECIMAL = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_NUMBER = re.compile(rf"([+-]?{_DECIMAL})(?:/({_DECIMAL}))?", re.ASCII)
_SIGNS = {
    **dict.fromkeys("−‐‑‒–﹣－", "-"),
    **dict.fromkeys("⁄∕／", "/"),
    **dict.fromkeys("，،", ","),
    **dict.fromkeys("．٫", "."),
    "＋": "+",
    "；": ";",
    "؛": ";",
    "\u00a0": " ",
    "\u202f": " ",
}


def plain(text: str) -> str:
    """``text`` with digits and signs of every script as those of ASCII."""
    return text if text.isascii() else "".join(map(_plain_character, text))


def _plain_character(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return _SIGNS.get(character, character) if digit is None else str(digit)


def is_number(text: str) -> bool:
    """Whether ``text``, in ASCII and with a decimal point, is written as a number or a fraction."""
    return _NUMBER.fullmatch(text) is not None


def is_weight(value: float) -> bool:
    """Whether ``value`` is finite as float32."""
    with np.errstate(over="ignore"):
        return bool(np.isfinite(np.float32(value)))


def parse_number(text: str) -> float:
    """The number or fraction that ``text`` is, with a decimal point or comma, as a finite float64.

    Raises ValueError that quotes the text and says what can be written.
    """
    shown = repr(text.strip()[:20])
    found = _NUMBER.fullmatch(plain(text).strip().replace(",", "."))
    if not found:
        raise ValueError(f"{shown} is not a number; write 1, -0.5 or 1/9")
    above, below = float(found[1]), float(found[2] or 1)
    if below == 0.0:
        raise ValueError(f"{shown} divides by zero")
    value = above / below
    if not np.isfinite(value):
        raise ValueError(f"{shown} is too large (limit 3.4e38 for weights)")
    return value


@lru_cache(maxsize=4096)  # a table of weights asks for the same ones whenever it is painted
def format_weight(value: float) -> str:
    """The shortest text that ``parse_number`` reads as the same float32: 3, 0.25, 1/9, 0.12345679."""
    weight = np.float32(value)
    text = _shortest(weight)
    if weight == np.trunc(weight) or len(text.lstrip("-")) <= SHORT:
        return text if weight else "0"
    fraction = _fraction(weight)
    return fraction if fraction and len(fraction) < len(text) else text


def _shortest(weight: np.float32) -> str:
    """The fewest digits that tell this float32 from all others, with an exponent where it is far from 1."""
    if 1e-5 <= abs(weight) < 1e9:
        return np.format_float_positional(weight, trim="-")
    return np.format_float_scientific(weight, trim="-")


def _fraction(weight: np.float32) -> str | None:
    """The fraction with the smallest denominator that rounds to ``weight``, if there is a simple one."""
    below = np.arange(2, LARGEST_DENOMINATOR + 1, dtype=np.float64)
    above = np.rint(np.float64(weight) * below)
    (hits,) = np.nonzero((above / below).astype(np.float32) == weight)
    return f"{int(above[hits[0]])}/{int(below[hits[0]])}" if hits.size else None
