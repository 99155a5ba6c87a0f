"""Short discrete Fourier transforms of vectors, and how vectors are transposed.

``dft`` is arithmetic alone: it transforms whatever can be added and multiplied, arrays of numpy as well as ``Lanes``.
Complex numbers lie in memory as a vector of real parts and, right behind it, one of imaginary parts.
Source: Cooley and Tukey, An algorithm for the machine calculation of complex Fourier series, 1965.
"""

from collections.abc import Iterator
from math import cos, pi, sin
from typing import Any, NamedTuple

from numba import types

from kernels.cpu.compiling import instructions
from kernels.cpu.lanes import Lanes, Memory, built, places

FORWARD, BACKWARD = -1, 1
RADICES, LAST_RADICES = (8, 4, 3, 5), (8, 4)


class Complex(NamedTuple):
    """Real and imaginary part of anything that can be added and multiplied."""

    re: Any
    im: Any

    def plus(self, other: "Complex") -> "Complex":
        """The sum."""
        return Complex(self.re + other.re, self.im + other.im)

    def minus(self, other: "Complex") -> "Complex":
        """The difference."""
        return Complex(self.re - other.re, self.im - other.im)

    def times(self, other: "Complex") -> "Complex":
        """The product."""
        return Complex(self.re * other.re - self.im * other.im, self.im * other.re + self.re * other.im)

    def scaled(self, factor: float) -> "Complex":
        """The product with a real number."""
        return Complex(self.re * factor, self.im * factor)

    def unturned(self, other: "Complex") -> "Complex":
        """The product with the conjugate."""
        return Complex(self.re * other.re + self.im * other.im, self.im * other.re - self.re * other.im)

    def quarter(self, sign: int) -> "Complex":
        """The product with i or -i."""
        return Complex(-self.im, self.re) if sign > 0 else Complex(self.im, -self.re)

    def turned(self, part: int, whole: int, sign: int) -> "Complex":
        """The product with ``exp(sign 2πi part / whole)``."""
        if part % whole == 0:
            return self
        if part * 4 == whole:
            return self.quarter(sign)
        angle = 2 * pi * part / whole
        return self.times(Complex(cos(angle), sign * sin(angle)))


def dft(values: list[Complex], sign: int) -> list[Complex]:
    """``sum over j of values[j] exp(sign 2πi j k / n)`` for k = 0 … n-1; n has no prime factors but 2, 3 and 5."""
    count = len(values)
    if count == 2:
        return [values[0].plus(values[1]), values[0].minus(values[1])]
    if count % 2:
        return _odd(values, sign)
    pairs = [dft([values[j], values[j + count // 2]], sign) if count > 2 else values for j in range(count // 2)]
    even = dft([pair[0] for pair in pairs], sign)
    odd = dft([pair[1].turned(j, count, sign) for j, pair in enumerate(pairs)], sign)
    return [value for two in zip(even, odd, strict=True) for value in two]


def _odd(values: list[Complex], sign: int) -> list[Complex]:
    """Of an odd count: what lies as far before as behind shares its cosine, and its sine but for the sign."""
    first, count, half = values[0], len(values), len(values) // 2
    sums = [values[j].plus(values[-j]) for j in range(1, half + 1)]
    differences = [values[j].minus(values[-j]).quarter(sign) for j in range(1, half + 1)]
    out = [first] * count
    for value in sums:
        out[0] = out[0].plus(value)
    for k in range(1, half + 1):
        middle, aside = first, differences[0].scaled(sin(2 * pi * k / count))
        for j in range(half):
            angle = 2 * pi * ((j + 1) * k % count) / count
            middle = middle.plus(sums[j].scaled(cos(angle)))
            if j > 0:
                aside = aside.plus(differences[j].scaled(sin(angle)))
        out[k], out[-k] = middle.plus(aside), middle.minus(aside)
    return out


@instructions
def butterfly(typing: Any, x: Any, at: Any, apart: Any, radix: Any, sign: Any) -> Any:
    """Transform, in place, ``radix`` complex vectors of ``x`` from ``at`` on that lie ``apart``."""

    def body(builder: Any, operands: list[Any]) -> None:
        memory, first, step, _, _ = operands
        for count in _each(builder, operands[3], RADICES):
            where = places(builder, first, step, count)
            _store(memory, builder, where, dft(_load(memory, builder, where), sign.literal_value))

    return built(types.void(x, types.intp, types.intp, types.intp, sign), body)


@instructions
def turned_butterfly(typing: Any, x: Any, at: Any, apart: Any, turns: Any, turn: Any, radix: Any, sign: Any) -> Any:
    """The same; forward, all but the first result are multiplied with the complex numbers ``turns[turn:]``.

    Backward, all but the first value are multiplied with their conjugates before.
    """

    def body(builder: Any, operands: list[Any]) -> None:
        memory, first, step, table, place, _, _ = operands
        for count in _each(builder, operands[5], RADICES):
            where = places(builder, first, step, count)
            entries = places(builder, place, place.type(1), 2 * count - 2)
            factors = [Complex(table.spread(a), table.spread(b)) for a, b in zip(entries[::2], entries[1::2], strict=True)]
            values = _load(memory, builder, where)
            if sign.literal_value == FORWARD:
                values = dft(values, FORWARD)
                values[1:] = [value.times(factor) for value, factor in zip(values[1:], factors, strict=True)]
            else:
                values[1:] = [value.unturned(factor) for value, factor in zip(values[1:], factors, strict=True)]
                values = dft(values, BACKWARD)
            _store(memory, builder, where, values)

    return built(types.void(x, types.intp, types.intp, turns, types.intp, types.intp, sign), body)


@instructions
def filtered(typing: Any, x: Any, at: Any, spectrum: Any, other: Any, radix: Any) -> Any:
    """Transform ``radix`` complex vectors side by side in ``x``, multiply with those of ``spectrum``, transform back."""

    def body(builder: Any, operands: list[Any]) -> None:
        memory, first, factors, begin, _ = operands
        size = first.type(2 * memory.count)
        for count in _each(builder, operands[4], LAST_RADICES):
            where, there = (places(builder, start, size, count) for start in (first, begin))
            values = dft(_load(memory, builder, where), FORWARD)
            products = [value.times(factor) for value, factor in zip(values, _load(factors, builder, there), strict=True)]
            _store(memory, builder, where, dft(products, BACKWARD))

    return built(types.void(x, types.intp, spectrum, types.intp, types.intp), body)


def _each(builder: Any, value: Any, choices: tuple[int, ...]) -> Iterator[int]:
    """Every choice in turn, while instructions are written that are done where ``value`` is that choice."""
    for choice in choices:
        with builder.if_then(builder.icmp_signed("==", value, value.type(choice))):
            yield choice


def _load(memory: Memory, builder: Any, where: list[Any]) -> list[Complex]:
    return [Complex(memory.load(at), memory.load(builder.add(at, at.type(memory.count)))) for at in where]


def _store(memory: Memory, builder: Any, where: list[Any], values: list[Complex]) -> None:
    for at, value in zip(where, values, strict=True):
        memory.store(at, value.re)
        memory.store(builder.add(at, at.type(memory.count)), value.im)


@instructions
def move(typing: Any, source: Any, at: Any, target: Any, to: Any) -> Any:
    """Copy one vector."""

    def body(builder: Any, operands: list[Any]) -> None:
        memory, first, other, begin = operands
        other.store(begin, memory.load(first))

    return built(types.void(source, types.intp, target, types.intp), body)


@instructions
def transpose(typing: Any, source: Any, at: Any, target: Any, to: Any) -> Any:
    """Write the transpose of as many complex vectors as a vector has lanes; they lie side by side in both arrays."""

    def body(builder: Any, operands: list[Any]) -> None:
        memory, first, other, begin = operands
        count = memory.count
        for part in (0, count):
            shifted = [builder.add(start, start.type(part)) for start in (first, begin)]
            where, to_where = (places(builder, start, start.type(2 * count), count) for start in shifted)
            rows = transposed([memory.load(place) for place in where])
            for place, row in zip(to_where, rows, strict=True):
                other.store(place, row)

    return built(types.void(source, types.intp, target, types.intp), body)


def transposed(rows: list[Lanes]) -> list[Lanes]:
    """Exchange halves with halves, quarters with quarters, …: in the end every number has changed row with lane."""
    count, size = len(rows), 1
    while size < count:
        low = [lane if not lane & size else count + lane - size for lane in range(count)]
        high = [lane + size if not lane & size else count + lane for lane in range(count)]
        for i in range(count):
            if not i & size:
                a, b = rows[i], rows[i + size]
                rows[i], rows[i + size] = a.merged(b, low), a.merged(b, high)
        size *= 2
    return rows
