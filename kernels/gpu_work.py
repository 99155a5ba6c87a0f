"""How a band of a picture is computed on a GPU: there and back through pinned memory, on one stream, with one wait at the end."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from kernels import gpu_choice, gpu_fft, pinned
from kernels.gpu_ends import End, Target
from kernels.launch import Band, Launch, painting
from kernels.plan import Algorithm
from kernels.sliding import WildError


class Made(NamedTuple):
    """Arrays on the GPU, see ``End.arrays``, and one value that is not 0 where they are worth nothing, or None."""

    values: Any
    rgb: Any
    wild: Any


Compute = Callable[[], Made]


class GpuWork:
    """``arrays``: the module cupy. ``function(name)``: a device function by the name of its template instance."""

    def __init__(self, arrays: Any, function: Callable[[str], Any]) -> None:
        self._arrays = arrays
        self._function = function
        self._stream: Any = None
        self._lock = Lock()
        self.buffers = pinned.Buffers(arrays.cuda.alloc_pinned_memory, arrays.get_default_pinned_memory_pool().free_all_blocks)

    def run(self, band: Band, algorithm: Algorithm, target: Target) -> None:
        """Into ``target`` of ``band.out_shape`` what ``gpu_choice.possible`` gives. Raises WildError, and what CuPy raises."""
        size = target.values.nbytes
        with ExitStack() as stack:
            there = stack.enter_context(self.buffers.lend(band.image.nbytes)).view(band.image.dtype).reshape(band.image.shape)
            back = stack.enter_context(self.buffers.lend(size + target.rgb.nbytes + 1))
            values = back[:size].view(target.values.dtype).reshape(target.values.shape)
            rgb, flag = back[size:-1].reshape(target.rgb.shape), back[-1:].view(np.bool_)
            stream = stack.enter_context(self._the_stream())
            pinned.copy(band.image, there)
            image = self._arrays.empty(there.shape, there.dtype)
            image.set(there, stream)
            made = self.prepared(band, algorithm, image, target.end)()
            flag[0] = False
            for array, place in zip(made, (values, rgb, flag), strict=True):
                if array is not None and array.size:
                    array.get(stream=stream, out=place, blocking=False)
            stream.synchronize()
            if flag[0]:
                raise WildError
            pinned.copy(values, target.values)
            pinned.copy(rgb, target.rgb)

    def prepared(self, band: Band, algorithm: Algorithm, image: Any, end: End) -> Compute:
        """What makes the result of ``image``, which lies on the GPU, on the current stream; it may be called again and again."""
        if algorithm is Algorithm.FFT:
            return self._by_spectra(band, image, end)
        return partial(self._launcher(gpu_choice.launch(band, algorithm, end)), image)

    def _launcher(self, launch: Launch) -> Callable[[Any], Made]:
        """The launch as a function of the image."""
        function = self._function(launch.function)
        wild = self._arrays.zeros(1, np.bool_) if launch.flags else None
        look, *tables = map(self._arrays.asarray, (launch.end.look, *launch.tables))
        given = (*tables, *(() if wild is None else (wild,)), *launch.numbers)

        def start(image: Any) -> Made:
            values, rgb = (self._arrays.empty(*array) for array in launch.end.arrays(launch.out_shape))
            function(launch.grid, launch.block, (values, rgb, look, image, *given), shared_mem=launch.shared)
            return Made(values, rgb, wild)

        return start

    def _by_spectra(self, band: Band, image: Any, end: End) -> Compute:
        """CuPy's transforms write values only, so colours are made of these by a launch of its own; they stay on the GPU."""
        transform = gpu_fft.prepared(self._arrays, band, image, end.dtype)
        paint = None if end.colours is None else self._launcher(painting(band.out_shape, end))

        def compute() -> Made:
            values, wild = transform()
            if paint is None:
                return Made(values, None, wild)
            painted = paint(values)
            return Made(values if end.exact else painted.values, painted.rgb, wild)

        return compute

    def _the_stream(self) -> Any:
        """One for all, so that memory which is given back can be taken again without waiting."""
        with self._lock:
            if self._stream is None:
                self._stream = self._arrays.cuda.Stream(non_blocking=True)
            return self._stream
