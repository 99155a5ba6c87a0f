"""Runs of pixels copied as vectors, and made numbers of the type of the sums on the way.

Left to the compiler, rows shorter than four vectors, such as the sides of a picture, are copied number by number.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from kernels.cpu.code import Code, Value
from kernels.cpu.lanes import lanes


def copying(step: int) -> Any:
    """A compiled function that copies ``values[place + step * i]`` to ``out[target + i]`` for every ``i < count``; step 1 or 2.

    ``(values, place, out, target, count)``: C-contiguous arrays, of unsigned integers or of the type of ``out``. A vector of
    ``out`` must fit at least; nothing beyond the last value is read.
    """

    @intrinsic  # type: ignore[untyped-decorator]
    def function(context: Any, values: Any, place: Any, out: Any, target: Any, count: Any) -> Any:
        size, width = types.intp, lanes(out.dtype.name)

        def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            values, place, out, goal, count = arguments
            source, made = (Code(target, builder, kind, width) for kind in (signature.args[0], signature.args[2]))
            first, to = source.at(source.data(signature.args[0], values), place), made.at(made.data(signature.args[2], out), goal)
            with made.blocks(count, width) as x:
                here = source.at(first, builder.mul(x, made.number(step)))
                vector = source.vector(here) if step == 1 else _every_second(source, here)
                made.store(_as(made, source, vector), made.at(to, x))
            return target.get_dummy_value()

        return types.void(values, size, out, size, size), generate

    return function


def _every_second(code: Code, here: Value) -> Value:
    """Of two vectors; the second one ends with the last number that is wanted."""
    first, second = code.vector(here), code.vector(code.at(here, code.number(code.width - 1)))
    places = [2 * i if 2 * i < code.width else 2 * i + 1 for i in range(code.width)]
    mask = ir.Constant(ir.VectorType(ir.IntType(32), code.width), places)
    return code.builder.shuffle_vector(first, second, mask)


def _as(made: Code, source: Code, vector: Value) -> Value:
    """The numbers of a vector in the type of the sums."""
    return vector if made.scalar == source.scalar else made.builder.uitofp(vector, made.type)
