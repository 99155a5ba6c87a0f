"""Vectors of the processor: what numba's own loops do not reach where many rows of one array are read and written at once.

The loop vectoriser gives up on a butterfly, since any of its rows might overlap any other. So the few functions that need
it are written as LLVM instructions: ``Lanes`` are numbers side by side that are added and multiplied like one.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import binding, ir
from numpy.typing import NDArray

from kernels.cpu.code import Code

BYTES = 64 if binding.get_host_cpu_features().get("avx512f", False) else 32  # of a vector


def lanes(dtype: Any) -> int:
    """How many numbers of a type lie side by side."""
    return BYTES // int(np.dtype(dtype).itemsize)


def room(count: int, dtype: Any) -> NDArray[Any]:
    """Memory for ``count`` numbers that begins where a vector may lie, so that none crosses two lines of the cache."""
    memory = np.empty(count * np.dtype(dtype).itemsize + BYTES, np.uint8)
    begin = -memory.ctypes.data % BYTES
    return memory[begin : begin + count * np.dtype(dtype).itemsize].view(dtype)


class Lanes:
    """The value of a vector in a function that is being built."""

    def __init__(self, builder: Any, value: Any) -> None:
        self._builder = builder
        self.value = value

    def __add__(self, other: "Lanes") -> "Lanes":
        return Lanes(self._builder, self._builder.fadd(self.value, other.value))

    def __sub__(self, other: "Lanes") -> "Lanes":
        return Lanes(self._builder, self._builder.fsub(self.value, other.value))

    def __neg__(self) -> "Lanes":
        return Lanes(self._builder, self._builder.fneg(self.value))

    def __mul__(self, other: "Lanes | float") -> "Lanes":
        factor = other.value if isinstance(other, Lanes) else ir.Constant(self.value.type, [other] * self.value.type.count)
        return Lanes(self._builder, self._builder.fmul(self.value, factor))

    def merged(self, other: "Lanes", places: list[int]) -> "Lanes":
        """Of both, one after the other, the numbers at ``places``."""
        mask = ir.Constant(ir.VectorType(ir.IntType(32), len(places)), places)
        return Lanes(self._builder, self._builder.shuffle_vector(self.value, other.value, mask))


class Memory:
    """The numbers of a flat array ``(n,)`` in a function that is being built."""

    def __init__(self, context: Any, builder: Any, array_type: Any, array: Any) -> None:
        self.count = lanes(array_type.dtype.name)
        self._code = Code(context, builder, array_type, self.count)
        self._data = self._code.data(array_type, array)

    def load(self, at: Any) -> Lanes:
        """The vector that begins at ``at``."""
        return Lanes(self._code.builder, self._code.vector(self._code.at(self._data, at)))

    def store(self, at: Any, vector: Lanes) -> None:
        """Write a vector from ``at`` on."""
        self._code.store(vector.value, self._code.at(self._data, at))

    def spread(self, at: Any) -> Lanes:
        """The number at ``at`` in every lane."""
        return Lanes(self._code.builder, self._code.splat(self._code.load(self._data, at)))


def places(builder: Any, first: Any, apart: Any, count: int) -> list[Any]:
    """``count`` places in memory, ``apart`` from each other."""
    found = [first]
    while len(found) < count:
        found.append(builder.add(found[-1], apart))
    return found


Body = Callable[[Any, list[Any]], None]


def built(signature: Any, body: Body) -> tuple[Any, Any]:
    """What an intrinsic returns: ``body(builder, operands)`` writes its instructions; arrays come as ``Memory``."""

    def generate(context: Any, builder: Any, types: Any, values: Any) -> Any:
        operands = [
            Memory(context, builder, kind, value) if hasattr(kind, "layout") else value
            for kind, value in zip(types.args, values, strict=True)
        ]
        body(builder, operands)
        return context.get_dummy_value()

    return signature, generate
