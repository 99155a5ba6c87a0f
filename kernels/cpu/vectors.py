"""Sums of weighted runs of memory, written as vectors of LLVM: left to the compiler, they take two to four times as long.

Several rows of results are summed at once: a vector of the source is loaded once and serves every row that a weight brings it to.
``PANEL`` tells what is summed; ``sum_panels`` does it for any panels, ``sum_square`` for one of a size known when it is compiled.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from kernels.cpu.code import INDEX, Code, Value
from kernels.cpu.lanes import BYTES, lanes

ROWS, VECTORS = 4, 4 if BYTES == 64 else 2
"""Rows and vectors of results at once: as many sums as there are registers for, less those for what is multiplied."""

PANEL = 4
"""Numbers of a panel (place, kh, kw, first): for every result x in row i it adds
``sum over u < kh, v < kw of weights[first + u * kw + v] * source[place + (i + u) * pitch + v * step + x]``."""

FEWEST, MOST = 3, 9
"""Rows of panels whose weights of one column are kept in registers, beside the sums."""

ALONE = ("contract",)  # a product and a sum may become one instruction, which rounds once
Met = list[tuple[int, Value]]  # rows of results, and the weights they are met with


def sums(rows: int, vectors: int, *, wide: bool, side: int = 0) -> Any:
    """A compiled function for ``height`` rows of ``n`` results, ``rows`` at a time; ``wide``: by vectors, else number by number.

    ``(source, place, pitch, step, panels, weights, start, out, target, out_pitch, height, n)``: arrays are contiguous, of one
    type of numbers; ``panels`` intp, ``PANEL`` numbers each, counted from ``place``; with ``side`` there is just one, of that
    many rows and columns. Result x of row i goes to ``out[target + i * out_pitch + x]`` and begins with ``start``. There must be
    ``rows`` rows of ``vectors`` vectors at least; the last ones are summed again where there is no multiple of them.

    Returns whether any result is NaN or infinite. If none is, no pixel that a result sees was, and no sum in between: a product
    with 0 does not hide them.
    """

    @intrinsic  # type: ignore[untyped-decorator]
    def function(
        context: Any, source: Any, place: Any, pitch: Any, step: Any, panels: Any, weights: Any, start: Any, out: Any,
        target: Any, out_pitch: Any, height: Any, n: Any,
    ) -> Any:  # fmt: skip
        size = types.intp
        signature = types.boolean(source, size, size, size, panels, weights, source.dtype, out, size, size, size, size)
        width = lanes(source.dtype.name) if wide else 1

        def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return _Sums(Code(target, builder, source, width), signature.args, arguments, (rows, vectors)).all_results(side)

        return signature, generate

    return function


def exceeding(*, wide: bool) -> Any:
    """A compiled function: whether any number of ``height`` rows of ``n`` is NaN, or larger than ``limit`` in size.

    ``(source, place, pitch, height, n, limit)``: a C-contiguous array, where the rows begin in it and how far they are apart.
    With ``wide`` there must be a vector of numbers in a row at least.
    """

    @intrinsic  # type: ignore[untyped-decorator]
    def function(context: Any, source: Any, place: Any, pitch: Any, height: Any, n: Any, limit: Any) -> Any:
        size = types.intp
        signature = types.boolean(source, size, size, size, size, source.dtype)
        width = lanes(source.dtype.name) if wide else 1

        def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return _exceeds(Code(target, builder, source, width), source, arguments)

        return signature, generate

    return function


def _exceeds(code: Code, kind: Any, arguments: Any) -> Value:
    """What is not in order is gathered lane by lane; only at the end it is asked whether there is any."""
    source, place, pitch, height, n, limit = arguments
    builder, flags = code.builder, ir.IntType(code.width)
    first, most = code.at(code.data(kind, source), place), code.splat(limit)
    zero = code.splat(ir.Constant(code.scalar, 0.0))
    found = cgutils.alloca_once_value(builder, ir.Constant(ir.VectorType(ir.IntType(1), code.width), [0] * code.width))
    with code.count_to(height) as row:
        here = code.at(first, builder.mul(row, pitch))
        with code.blocks(n, code.width) as x:
            value = code.vector(code.at(here, x))
            size = builder.select(builder.fcmp_ordered("<", value, zero), builder.fneg(value), value)
            builder.store(builder.or_(builder.load(found), builder.fcmp_unordered(">", size, most)), found)
    return builder.icmp_unsigned("!=", builder.bitcast(builder.load(found), flags), ir.Constant(flags, 0))


class _Sums:
    """Makes the code of one call of ``sums``."""

    def __init__(self, code: Code, kinds: Any, arguments: Any, shape: tuple[int, int]) -> None:
        source, place, self._pitch, self._step, panels, weights, self._start, out, goal, *rest = arguments
        self._out_pitch, self._height, self._n = rest
        self._code, self._builder, (self._rows, self._vectors) = code, code.builder, shape
        self._source = code.at(code.data(kinds[0], source), place)
        self._panels, self._weights = code.data(kinds[4], panels), code.data(kinds[5], weights)
        self._count = code.builder.udiv(code.length(kinds[4], panels), ir.Constant(INDEX, PANEL))
        self._out = code.at(code.data(kinds[7], out), goal)
        self._sums = [[cgutils.alloca_once(code.builder, code.type) for _ in range(self._vectors)] for _ in range(self._rows)]
        self._zero = code.splat(ir.Constant(code.scalar, 0.0))
        self._doubt = cgutils.alloca_once_value(code.builder, self._zero)  # NaN once a result is NaN or infinite

    def all_results(self, side: int) -> Value:
        """Blocks of rows from above, of vectors from left to right."""
        code, builder = self._code, self._builder
        known = [[code.splat(self._weight(code.number(u * side + v))) for v in range(side)] for u in range(side)]
        with code.blocks(self._height, self._rows) as row:
            above = code.at(self._source, builder.mul(row, self._pitch))
            out = code.at(self._out, builder.mul(row, self._out_pitch))
            with code.blocks(self._n, self._vectors * code.width) as x:
                self._block(code.at(above, x), known)
                self._store(code.at(out, x))
        flags = builder.fcmp_unordered("uno", builder.load(self._doubt), builder.load(self._doubt))
        whole = ir.IntType(code.width)
        return builder.icmp_unsigned("!=", builder.bitcast(flags, whole), ir.Constant(whole, 0))

    def _block(self, corner: Value, known: list[list[Value]]) -> None:
        code = self._code
        for vector in (vector for row in self._sums for vector in row):
            self._builder.store(code.splat(self._start), vector)
        if known:
            self._square(code.at(corner, code.load(self._panels, code.number(0))), known)
        else:
            with code.count_to(self._count) as panel:
                self._panel(self._builder.mul(panel, code.number(PANEL)), corner)

    def _square(self, corner: Value, weights: list[list[Value]]) -> None:
        """Everything unrolled: every row of the source for every row of results that it meets."""
        code, side = self._code, len(weights)
        for row in range(side + self._rows - 1):
            here = code.at(corner, self._builder.mul(self._pitch, code.number(row)))
            for v in range(side):
                met = [(i, weights[row - i][v]) for i in range(self._rows) if 0 <= row - i < side]
                self._add(code.at(here, self._builder.mul(self._step, code.number(v))), met)

    def _panel(self, number: Value, corner: Value) -> None:
        code, builder = self._code, self._builder
        place, kh, kw, first = (code.load(self._panels, builder.add(number, code.number(i))) for i in range(PANEL))
        corner, weights = code.at(corner, place), code.at(self._weights, first)
        others, after = builder.append_basic_block(), builder.append_basic_block()
        cases = builder.switch(kh, others)
        for rows in range(FEWEST, MOST + 1):
            with builder.goto_block(case := builder.append_basic_block()):
                self._few(rows, corner, weights, kw)
                builder.branch(after)
            cases.add_case(code.number(rows), case)
        builder.position_at_end(others)
        with builder.if_else(builder.icmp_signed("<", kh, code.number(FEWEST))) as (less, more):
            with less:
                self._apart(corner, weights, kh, kw)
            with more, builder.if_else(builder.icmp_signed("==", kw, code.number(1))) as (narrow, wide):
                with narrow:
                    self._shared(kh, lambda row, met: self._column(corner, weights, row, met))
                with wide:
                    self._shared(kh, lambda row, met: self._row(corner, weights, kw, row, met))
        builder.branch(after)
        builder.position_at_end(after)

    def _shared(self, kh: Value, add: Callable[[Value, range], None]) -> None:
        """Rows of the source one after the other: the first and the last ones do not meet all rows of results."""
        code, most = self._code, self._rows - 1
        for row in range(most):
            add(code.number(row), range(row + 1))
        with cgutils.for_range_slice(self._builder, code.number(most), kh, code.number(1), intp=INDEX) as (index, _):
            add(index, range(self._rows))
        for row in range(most):
            add(self._builder.add(kh, code.number(row)), range(row + 1, self._rows))

    def _few(self, kh: int, corner: Value, weights: Value, kw: Value) -> None:
        """Column by column, whose weights are kept for all rows of the source."""
        code, builder = self._code, self._builder
        with code.count_to(kw) as v:
            column, top = code.at(corner, builder.mul(self._step, v)), code.at(weights, v)
            known = [code.splat(code.load(top, builder.mul(kw, code.number(u)))) for u in range(kh)]
            for row in range(kh + self._rows - 1):
                met = [(i, known[row - i]) for i in range(self._rows) if 0 <= row - i < kh]
                self._add(code.at(column, builder.mul(self._pitch, code.number(row))), met)

    def _row(self, corner: Value, weights: Value, kw: Value, row: Value, met: range) -> None:
        """One row of the source, under a row of weights for each row of results."""
        code, builder = self._code, self._builder
        here, first = code.at(corner, builder.mul(self._pitch, row)), builder.mul(row, kw)
        with code.count_to(kw) as v:
            place = builder.add(first, v)
            backs = [(i, builder.sub(place, builder.mul(kw, code.number(i)))) for i in met]
            self._add(code.at(here, builder.mul(self._step, v)), [(i, code.splat(code.load(weights, back))) for i, back in backs])

    def _column(self, corner: Value, weights: Value, row: Value, met: range) -> None:
        """The same where that is a single weight, without a loop."""
        code, builder = self._code, self._builder
        backs = [(i, builder.sub(row, code.number(i))) for i in met]
        self._add(
            code.at(corner, builder.mul(self._pitch, row)), [(i, code.splat(code.load(weights, back))) for i, back in backs]
        )

    def _apart(self, corner: Value, weights: Value, kh: Value, kw: Value) -> None:
        """Weight after weight, for panels of fewer rows than are summed at once."""
        code, builder = self._code, self._builder
        with code.count_to(kh) as u:
            above, of_row = code.at(corner, builder.mul(self._pitch, u)), code.at(weights, builder.mul(u, kw))
            with code.count_to(kw) as v:
                here, weight = code.at(above, builder.mul(self._step, v)), code.splat(code.load(of_row, v))
                for i in range(self._rows):
                    self._add(code.at(here, builder.mul(self._pitch, code.number(i))), [(i, weight)])

    def _add(self, place: Value, met: Met) -> None:
        """The vectors at a place, times a weight for each row of results that they belong to."""
        code, builder = self._code, self._builder
        for j in range(self._vectors):
            values = code.vector(code.at(place, code.number(j * code.width)))
            for i, weight in met:
                sum_, product = self._sums[i][j], builder.fmul(weight, values, flags=ALONE)
                builder.store(builder.fadd(builder.load(sum_), product, flags=ALONE), sum_)

    def _store(self, corner: Value) -> None:
        code = self._code
        for i, row in enumerate(self._sums):
            here = code.at(corner, self._builder.mul(self._out_pitch, code.number(i)))
            for j, vector in enumerate(row):
                value = self._builder.load(vector)
                code.store(value, code.at(here, code.number(j * code.width)))
                nothing = self._builder.fmul(value, self._zero, flags=ALONE)
                self._builder.store(self._builder.fadd(self._builder.load(self._doubt), nothing, flags=ALONE), self._doubt)

    def _weight(self, offset: Value) -> Value:
        return self._code.load(self._weights, self._builder.add(self._code.load(self._panels, self._code.number(3)), offset))
