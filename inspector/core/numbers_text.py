"""Numbers as the program prints them: short, and never longer than they are known."""

import math

MINUS = "−"  # as wide as the digits of most fonts, unlike the hyphen


def four_digits(value: float) -> str:
    """``value`` with at most four significant digits, e.g. "−0.25", "1234", "6.554e4", "∞" or "NaN"."""
    return significant(value, 4)


def significant(value: float, digits: int) -> str:
    """``value`` with at most ``digits`` significant digits and no trailing zeros.

    Powers of ten are used where the digits end before the decimal point, and below 0.001.
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    return _typeset(f"{value:.{digits}g}" if abs(value) >= 1e-3 else f"{value:.{digits - 1}e}")


def _typeset(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    if mantissa in ("0", "-0"):
        return "0"
    power = f"e{int(exponent)}" if exponent else ""
    return (mantissa + power).replace("-", MINUS)
