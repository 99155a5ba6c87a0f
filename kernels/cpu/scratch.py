"""Memory that a thread fills again and again. It is kept: touching new memory takes longer than filtering a small picture."""

from threading import local
from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from kernels.cpu.lanes import room

LEAST_BYTES, KEPT_BYTES = 800_000, 3_000_000  # for each thread; larger memory is given back

_kept = local()
_known: list[ref[NDArray[Any]]] = []


def scratch(size: int) -> NDArray[np.uint8]:
    """At least ``size`` bytes for the thread that asks, from where a vector may lie; it is given the same ones again."""
    found: NDArray[np.uint8] | None = getattr(_kept, "memory", None)
    if found is None or found.size < size:
        found = room(max(size, LEAST_BYTES), np.uint8)
        if size <= KEPT_BYTES:
            _kept.memory = found
            _known.append(ref(found))
    return found


def kept_bytes() -> int:
    """What all threads keep."""
    _known[:] = [memory for memory in _known if memory() is not None]
    return sum(found.nbytes for found in (memory() for memory in _known) if found is not None)
