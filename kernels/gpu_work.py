"""How a band of a picture is computed on a GPU: there and back through pinned memory, on one stream, with one wait at the end."""

from collections.abc import Callable
from contextlib import ExitStack
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels import gpu_choice, gpu_fft, pinned
from kernels.launch import Band
from kernels.plan import Algorithm
from kernels.sliding import WildError

Compute = Callable[[], tuple[Any, Any]]
"""Makes the result on the GPU, and an array of one value that is not 0 where the result is worth nothing, or None."""


class GpuWork:
    """``arrays``: the module cupy. ``function(name)``: a device function by the name of its template instance."""

    def __init__(self, arrays: Any, function: Callable[[str], Any]) -> None:
        self._arrays = arrays
        self._function = function
        self._stream: Any = None
        self._lock = Lock()
        self.buffers = pinned.Buffers(arrays.cuda.alloc_pinned_memory, arrays.get_default_pinned_memory_pool().free_all_blocks)

    def run(self, band: Band, algorithm: Algorithm, result: NDArray[Any]) -> None:
        """Into ``result`` ``band.out_shape`` what ``gpu_choice.possible`` gives. Raises WildError, and what CuPy raises."""
        with ExitStack() as stack:
            there = stack.enter_context(self.buffers.lend(band.image.nbytes)).view(band.image.dtype).reshape(band.image.shape)
            back = stack.enter_context(self.buffers.lend(result.nbytes + 1))
            values, flag = back[:-1].view(result.dtype).reshape(result.shape), back[-1:].view(np.bool_)
            stream = stack.enter_context(self._the_stream())
            pinned.copy(band.image, there)
            image = self._arrays.empty(there.shape, there.dtype)
            image.set(there, stream)
            out, wild = self.prepared(band, algorithm, image, result.dtype.name)()
            out.get(stream=stream, out=values, blocking=False)
            flag[0] = False
            if wild is not None:
                wild.get(stream=stream, out=flag, blocking=False)
            stream.synchronize()
            if flag[0]:
                raise WildError
            pinned.copy(values, result)

    def prepared(self, band: Band, algorithm: Algorithm, image: Any, out_dtype: str) -> Compute:
        """What makes the result of ``image``, which lies on the GPU, on the current stream; it may be called again and again."""
        if algorithm is Algorithm.FFT:
            return gpu_fft.prepared(self._arrays, band, image, out_dtype)
        launch = gpu_choice.launch(band, algorithm, out_dtype)
        function = self._function(launch.function)
        wild = self._arrays.zeros(1, np.bool_) if launch.flags else None
        arrays = (image, *map(self._arrays.asarray, launch.tables), *(() if wild is None else (wild,)))

        def compute() -> tuple[Any, Any]:
            out = self._arrays.empty(launch.out_shape, launch.out_dtype)
            function(launch.grid, launch.block, (out, *arrays, *launch.numbers), shared_mem=launch.shared)
            return out, wild

        return compute

    def _the_stream(self) -> Any:
        """One for all, so that memory which is given back can be taken again without waiting."""
        with self._lock:
            if self._stream is None:
                self._stream = self._arrays.cuda.Stream(non_blocking=True)
            return self._stream
