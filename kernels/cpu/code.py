"""Making code of LLVM: the few words that loops over vectors are written with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import ir
from numba.core import cgutils

INDEX = ir.IntType(64)
Value = Any  # of LLVM, while code is being made


class Code:
    """Code about numbers of the type of an array, ``width`` of them in a vector."""

    def __init__(self, target: Any, builder: Any, array: Any, width: int) -> None:
        self._target = target
        self.builder = builder
        self.width = width
        self.scalar = target.get_value_type(array.dtype)
        self.type = ir.VectorType(self.scalar, width)
        self._align = array.dtype.bitwidth // 8

    def data(self, kind: Any, array: Value) -> Value:
        """Where the numbers of an array argument of that type lie."""
        return self._target.make_array(kind)(self._target, self.builder, array).data

    def length(self, kind: Any, array: Value) -> Value:
        """How many numbers an array argument of that type has."""
        return self._target.make_array(kind)(self._target, self.builder, array).nitems

    def number(self, value: int) -> Value:
        """A place or a count."""
        return ir.Constant(INDEX, value)

    def at(self, pointer: Value, offset: Value) -> Value:
        """So many numbers further on."""
        return self.builder.gep(pointer, [offset])

    def load(self, pointer: Value, offset: Value) -> Value:
        """A single number."""
        return self.builder.load(self.at(pointer, offset))

    def vector(self, pointer: Value) -> Value:
        """The numbers from there on."""
        return self.builder.load(self.builder.bitcast(pointer, self.type.as_pointer()), align=self._align)

    def store(self, vector: Value, pointer: Value) -> None:
        """The numbers from there on become those of a vector."""
        self.builder.store(vector, self.builder.bitcast(pointer, self.type.as_pointer()), align=self._align)

    def splat(self, value: Value) -> Value:
        """A vector of equal numbers."""
        nothing = ir.Constant(self.type, ir.Undefined)
        first = self.builder.insert_element(nothing, value, ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), self.width), [0] * self.width)
        return self.builder.shuffle_vector(first, nothing, zeros)

    @contextmanager
    def count_to(self, count: Value) -> Iterator[Value]:
        """A loop."""
        with cgutils.for_range(self.builder, count, intp=INDEX) as loop:
            yield loop.index

    @contextmanager
    def blocks(self, count: Value, size: int) -> Iterator[Value]:
        """Where blocks of that size begin; the last one is moved back so that it ends with the rest. At least one must fit."""
        builder, whole = self.builder, self.number(size)
        last = builder.sub(count, whole)
        with self.count_to(builder.sdiv(builder.add(count, self.number(size - 1)), whole)) as block:
            first = builder.mul(block, whole)
            yield builder.select(builder.icmp_signed("<", first, last), first, last)
