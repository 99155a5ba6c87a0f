"""Sums of weighted runs of memory, written as vectors of LLVM: left to the compiler, they take two to four times as long.

Several rows of results are summed at once: a vector of the source is loaded once and serves every row that a weight brings it to.
``PANEL`` tells what is summed; ``sum_panels`` does it for any panels, ``sum_square`` for one of a size known when it is compiled.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from kernels.cpu.lanes import BYTES

ROWS, VECTORS = 4, 4 if BYTES == 64 else 2
"""Rows and vectors of results at once: as many sums as there are registers for, less those for what is multiplied."""

PANEL = 4
"""Numbers of a panel (place, kh, kw, first): for every result x in row i it adds
``sum over u < kh, v < kw of weights[first + u * kw + v] * source[place + (i + u) * pitch + v * step + x]``."""

Value = Any  # of LLVM, while code is being made
INDEX = ir.IntType(64)
ALONE = ("contract",)  # a product and a sum may become one instruction, which rounds once


def lanes(scalar: Any) -> int:
    """How many numbers of a type, ``float32`` or ``float64``, a vector holds."""
    return BYTES * 8 // int(scalar.bitwidth)


def sums(rows: int, vectors: int, *, wide: bool, side: int = 0) -> Any:
    """A compiled function for ``height`` rows of ``n`` results, ``rows`` at a time; ``wide``: by vectors, else number by number.

    ``(source, place, pitch, step, panels, weights, start, out, target, out_pitch, height, n)``: arrays are contiguous, of one
    type of numbers; ``panels`` intp, ``PANEL`` numbers each, counted from ``place``; with ``side`` there is just one, of that
    many rows and columns. Result x of row i goes to ``out[target + i * out_pitch + x]`` and begins with ``start``. There must be
    ``rows`` rows of ``vectors`` vectors at least; the last ones are summed again where there is no multiple of them.
    """

    @intrinsic  # type: ignore[untyped-decorator]
    def function(
        context: Any, source: Any, place: Any, pitch: Any, step: Any, panels: Any, weights: Any, start: Any, out: Any,
        target: Any, out_pitch: Any, height: Any, n: Any,
    ) -> Any:  # fmt: skip
        size = types.intp
        signature = types.void(source, size, size, size, panels, weights, source.dtype, out, size, size, size, size)
        width = lanes(source.dtype) if wide else 1

        def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            _Emitter(target, builder, signature, arguments, (rows, vectors, width)).all_results(side)
            return target.get_dummy_value()

        return signature, generate

    return function


class _Emitter:
    """Makes the code of one call."""

    def __init__(self, target: Any, builder: Any, signature: Any, arguments: Any, shape: tuple[int, int, int]) -> None:
        self._builder = builder
        self._rows, self._vectors, self._width = shape
        (
            source,
            place,
            self._pitch,
            self._step,
            panels,
            weights,
            self._start,
            out,
            goal,
            self._out_pitch,
            self._height,
            self._n,
        ) = arguments
        kinds = signature.args

        def data(kind: Any, value: Value) -> Value:
            return target.make_array(kind)(target, builder, value).data

        self._source = builder.gep(data(kinds[0], source), [place])
        self._panels, self._weights = data(kinds[4], panels), data(kinds[5], weights)
        self._count = builder.udiv(target.make_array(kinds[4])(target, builder, panels).nitems, ir.Constant(INDEX, PANEL))
        self._out = builder.gep(data(kinds[7], out), [goal])
        self._scalar = target.get_value_type(kinds[0].dtype)
        self._align = kinds[0].dtype.bitwidth // 8
        self._vector = ir.VectorType(self._scalar, self._width)
        self._sums = [[cgutils.alloca_once(builder, self._vector) for _ in range(self._vectors)] for _ in range(self._rows)]

    def all_results(self, side: int) -> None:
        """Blocks of rows from above, of vectors from left to right; the last ones moved back so that they end with the rest."""
        known = [[self._splat(self._weight(self._number(u * side + v))) for v in range(side)] for u in range(side)]
        with self._blocks(self._height, self._rows) as row:
            above = self._at(self._source, self._builder.mul(row, self._pitch))
            out = self._at(self._out, self._builder.mul(row, self._out_pitch))
            with self._blocks(self._n, self._vectors * self._width) as x:
                self._block(self._at(above, x), known)
                self._store(self._at(out, x))

    def _block(self, corner: Value, known: list[list[Value]]) -> None:
        for vector in (vector for row in self._sums for vector in row):
            self._builder.store(self._splat(self._start), vector)
        if known:
            self._square(self._at(corner, self._load(self._panels, self._number(0))), known)
        else:
            with self._count_to(self._count) as panel:
                self._panel(self._builder.mul(panel, self._number(PANEL)), corner)

    @contextmanager
    def _blocks(self, count: Value, size: int) -> Iterator[Value]:
        """Where blocks of that size begin."""
        builder, whole = self._builder, self._number(size)
        last = builder.sub(count, whole)
        with self._count_to(builder.sdiv(builder.add(count, self._number(size - 1)), whole)) as block:
            first = builder.mul(block, whole)
            yield builder.select(builder.icmp_signed("<", first, last), first, last)

    def _square(self, corner: Value, weights: list[list[Value]]) -> None:
        """Everything unrolled: every row of the source for every row of results that it meets."""
        side = len(weights)
        for row in range(side + self._rows - 1):
            here = self._at(corner, self._builder.mul(self._pitch, self._number(row)))
            for v in range(side):
                met = [(i, weights[row - i][v]) for i in range(self._rows) if 0 <= row - i < side]
                self._add(self._at(here, self._builder.mul(self._step, self._number(v))), met)

    def _panel(self, number: Value, corner: Value) -> None:
        builder = self._builder
        place, kh, kw, first = (self._load(self._panels, builder.add(number, self._number(i))) for i in range(PANEL))
        corner, weights = self._at(corner, place), self._at(self._weights, first)
        high = builder.icmp_signed(">=", kh, self._number(self._rows))
        with builder.if_else(high) as (shared, apart):
            with shared:
                self._shared(corner, weights, kh, kw)
            with apart:
                self._apart(corner, weights, kh, kw)

    def _shared(self, corner: Value, weights: Value, kh: Value, kw: Value) -> None:
        """Rows of the source one after the other: the first and the last ones do not meet all rows of results."""
        most = self._rows - 1

        def row(number: Value, met: Iterable[int]) -> None:
            here = self._at(corner, self._builder.mul(self._pitch, number))
            with self._count_to(kw) as v:
                place = self._builder.add(self._builder.mul(number, kw), v)
                backs = [(i, self._builder.sub(place, self._builder.mul(kw, self._number(i)))) for i in met]
                found = [(i, self._splat(self._load(weights, back))) for i, back in backs]
                self._add(self._at(here, self._builder.mul(self._step, v)), found)

        for number in range(most):
            row(self._number(number), range(number + 1))
        with cgutils.for_range_slice(self._builder, self._number(most), kh, self._number(1), intp=INDEX) as (number, _):
            row(number, range(self._rows))
        for number in range(most):
            row(self._builder.add(kh, self._number(number)), range(number + 1, self._rows))

    def _apart(self, corner: Value, weights: Value, kh: Value, kw: Value) -> None:
        """Weight after weight, for panels of fewer rows than are summed at once."""
        builder = self._builder
        with self._count_to(kh) as u:
            above, of_row = self._at(corner, builder.mul(self._pitch, u)), self._at(weights, builder.mul(u, kw))
            with self._count_to(kw) as v:
                here = self._at(above, builder.mul(self._step, v))
                weight = self._splat(self._load(of_row, v))
                for i in range(self._rows):
                    self._add(self._at(here, builder.mul(self._pitch, self._number(i))), [(i, weight)])

    def _add(self, place: Value, met: list[tuple[int, Value]]) -> None:
        """The vectors at a place, times a weight for each row of results that they belong to."""
        for j in range(self._vectors):
            values = self._vector_at(self._at(place, self._number(j * self._width)))
            loaded = self._builder.load(values, align=self._align)
            for i, weight in met:
                sum_ = self._sums[i][j]
                product = self._builder.fmul(weight, loaded, flags=ALONE)
                self._builder.store(self._builder.fadd(self._builder.load(sum_), product, flags=ALONE), sum_)

    def _store(self, corner: Value) -> None:
        for i, row in enumerate(self._sums):
            here = self._at(corner, self._builder.mul(self._out_pitch, self._number(i)))
            for j, vector in enumerate(row):
                place = self._vector_at(self._at(here, self._number(j * self._width)))
                self._builder.store(self._builder.load(vector), place, align=self._align)

    @contextmanager
    def _count_to(self, count: Value) -> Iterator[Value]:
        with cgutils.for_range(self._builder, count, intp=INDEX) as loop:
            yield loop.index

    def _number(self, value: int) -> Value:
        return ir.Constant(INDEX, value)

    def _at(self, pointer: Value, offset: Value) -> Value:
        return self._builder.gep(pointer, [offset])

    def _load(self, pointer: Value, offset: Value) -> Value:
        return self._builder.load(self._at(pointer, offset))

    def _weight(self, offset: Value) -> Value:
        return self._load(self._weights, self._builder.add(self._load(self._panels, self._number(3)), offset))

    def _vector_at(self, pointer: Value) -> Value:
        return self._builder.bitcast(pointer, self._vector.as_pointer())

    def _splat(self, value: Value) -> Value:
        nothing = ir.Constant(self._vector, ir.Undefined)
        first = self._builder.insert_element(nothing, value, ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), self._width), [0] * self._width)
        return self._builder.shuffle_vector(first, nothing, zeros)
