"""Where the layers compute: the same steps with numpy on the CPU and with CuPy on the GPU."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels import hardware
from kernels.bands import share, split, threads
from kernels.checks import DEVICES

Floats = NDArray[np.floating[Any]]

CPU_SCRATCH = 8 << 20  # bytes, see Place
GPU_SCRATCH = 256 << 20
GPU_FROM_STEPS = 200_000_000  # multiplications; below, copying to the GPU and back takes longer
TAKEN = 24  # bytes for a value while it is worked on: of itself, of its index twice
WORTH_SHARING = 1 << 16  # values; fewer are copied sooner than another thread has begun


@dataclass(frozen=True)
class Place:
    """``arrays``: the module that makes and multiplies them, numpy or cupy.

    ``scratch``: bytes that the steps may take beside what they are given and return, or those of a single place of the output
    where that needs more.
    """

    arrays: Any
    scratch: int

    def multiply(self, left: Floats, right: Floats, out: Floats) -> None:
        """The matrix product into ``out``, which may be a part of something larger."""
        if self.arrays is np:
            np.matmul(left, right, out=out)
        else:  # CuPy multiplies into whole arrays only
            out[...] = self.arrays.matmul(left, right)

    def share(self, count: int, each: int, do: Callable[[int, int], None]) -> None:
        """``do(first, last)`` until all of 0 … ``count`` is done, items of ``each`` values; on all threads of the CPU if many.

        So few items are done at a time that some arrays of their size do not exceed the scratch memory.
        """
        most = max(1, self.scratch // (TAKEN * each))
        if self.arrays is not np or count * each < WORTH_SHARING:
            for first, last in split(count, most):
                do(first, last)
            return
        share(split(count, min(most // threads() + 1, -(-count // threads()))), lambda: lambda band: _quiet(do, band))


CPU = Place(np, CPU_SCRATCH)
Work = Callable[..., tuple[Any, ...]]


def computed(work: Work, device: str, steps: int, *given: NDArray[Any] | None) -> tuple[NDArray[Any], ...]:
    """What ``work(place, *given)`` answers: a tuple of arrays, in main memory.

    ``steps``: multiplications, for the choice of "auto", which takes the CPU where the GPU has too little memory or fails.
    Raises ValueError for an unknown device, RuntimeError where a GPU that was asked for is not there or fails.
    """
    if device not in DEVICES:
        raise ValueError(f"device must be one of {', '.join(DEVICES)}, got {device!r}")
    if device == "gpu" or (device == "auto" and steps >= GPU_FROM_STEPS):
        made = _on_gpu(work, device, given)
        if made is not None:
            return made
    with np.errstate(over="ignore", invalid="ignore"):  # infinities are results here, not accidents
        return work(CPU, *given)


def _on_gpu(work: Work, device: str, given: tuple[NDArray[Any] | None, ...]) -> tuple[NDArray[Any], ...] | None:
    """None where the CPU has to do it."""
    card = hardware.gpu.get(wait=True)
    lack = hardware.gpu.reason if card is None else card.reason_no_products()
    if card is None or lack is not None:
        if device == "gpu":
            raise hardware.UnavailableError(f'device "gpu" is not available: {lack}')
        return None
    try:
        return card.compute(work, given, GPU_SCRATCH)  # type: ignore[no-any-return]
    except (card.GpuOutOfMemory, card.GpuLost) as error:
        if isinstance(error, card.GpuLost):
            hardware.gpu.lose(f"the GPU failed and is not used again until the program is restarted ({error})")
        if device == "gpu":  # an array does not say where it was computed
            raise
        return None


def _quiet(do: Callable[[int, int], None], band: tuple[int, int]) -> None:
    with np.errstate(over="ignore", invalid="ignore"):  # each thread has its own
        do(*band)
