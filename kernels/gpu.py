"""The CUDA engine: CuPy carries the arrays, NVRTC compiles the functions in ``cuda/`` when they are first used.

Nothing of CuPy is imported before a function is called, and importing this module never fails.
Which algorithm forms the sums is the GPU's own choice, see ``gpu_choice``.
"""

import ctypes
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kernels import gpu_choice, gpu_names
from kernels.bands import Cancel, Cancelled
from kernels.gpu_cache import find_cache_folder
from kernels.gpu_ends import End, Target
from kernels.gpu_work import Compute, GpuWork
from kernels.launch import Band, cut, rows_at_once
from kernels.place import Place
from kernels.plan import Algorithm, Plan, plan
from kernels.rounding import convert
from kernels.scale import Colours
from kernels.sliding import WildError

OPTIONS = ("-std=c++17",)
NO_CARD = "there is no NVIDIA card with a working driver"
DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
OUT_OF_MEMORY = 2  # the status of cudaErrorMemoryAllocation and of CUDA_ERROR_OUT_OF_MEMORY


class GpuOutOfMemory(RuntimeError):  # noqa: N818 - a state that engines react to
    """Not even one row fits into the GPU's memory; the GPU itself is well."""


class GpuLost(RuntimeError):  # noqa: N818 - a state that engines react to
    """The GPU failed, and by CUDA's rules every later call of this process would fail too."""


class Gpu:
    """The first CUDA device of this process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._probed = False
        self._reason: str | None = None
        self._name = "GPU"
        self._answers: dict[str, str | None] = {}
        self._function = cache(self._compile)
        self._work = cache(self._make_work)

    def reason_unavailable(self) -> str | None:
        """Why there is no GPU to compute on, in one sentence; None where there is one.

        The first call imports CuPy, starts CUDA and compiles, which takes about a second.
        """
        with self._lock:
            if not self._probed:
                self._reason = self._probe()
                self._probed = True
            return self._reason

    def name(self) -> str:
        """What the GPU is called, such as ``NVIDIA GeForce RTX 4070``; ``GPU`` where there is none."""
        return self._name

    def warm_up(self) -> None:
        """Compile for the usual pictures and kernels, so that no later run has to wait; nothing without a GPU."""
        if self.reason_unavailable() is None:
            with self._failures():
                for name in gpu_names.usual():
                    self._function(name)

    def run(
        self,
        plan: Plan,
        image: NDArray[Any],
        cancel: Cancel | None = None,
        out_dtype: DTypeLike | None = None,
        algorithm: Algorithm | None = None,
    ) -> tuple[NDArray[Any], Algorithm]:
        """The correlation of ``image`` ``(H, W, C)``, C-contiguous, as the plan says, and the algorithm that was used.

        Returns ``plan.out_shape`` of ``out_dtype`` (None: ``plan.dtype``; see ``rounding.convert``) in host memory. With
        ``algorithm`` that one is used where it can be, instead of the GPU's own choice. Where memory is short, the rows are
        computed in smaller and smaller bands. Raises Cancelled (asked for between bands), GpuOutOfMemory, GpuLost, and TypeError
        for pictures of other than numbers of 8 to 64 bits.
        """
        end = End(gpu_names.out_dtype(image.dtype.name, plan.dtype, out_dtype))
        made, best = self._made(plan, image, end, cancel, algorithm)
        as_wanted = out_dtype is None or np.dtype(out_dtype).name == end.dtype
        return made.values if as_wanted else convert(made.values, out_dtype), best

    def show(
        self, plan: Plan, image: NDArray[Any], cancel: Cancel | None, colours: Colours, *,
        exact: bool, algorithm: Algorithm | None = None,
    ) -> tuple[NDArray[Any], NDArray[np.uint8], Algorithm]:  # fmt: skip
        """``run`` with the displayed picture (H', W', 3) uint8, that of ``levels.coloured``, from the launch that makes the sums.

        Values that need not be ``exact`` are not even kept on the GPU, and none are returned. Only spectra, which are CuPy's, end
        as values there, of which another launch makes the colours. Raises what ``run`` raises.
        """
        made, best = self._made(plan, image, End(plan.dtype, colours, exact), cancel, algorithm)
        return made.values, made.rgb, best

    def resident(self, plan: Plan, image: NDArray[Any], end: End, algorithm: Algorithm | None = None) -> Compute:
        """What ``run`` does on the GPU, to be done again and again: a function whose result stays there and is not waited for."""
        band = cut(plan, image, 0, plan.out_shape[0])
        with self._failures():
            return self._work().prepared(band, self._choose(plan, algorithm), _cupy().asarray(band.image), end)

    def _made(
        self, plan: Plan, image: NDArray[Any], end: End, cancel: Cancel | None, algorithm: Algorithm | None
    ) -> tuple[Target, Algorithm]:
        best, target = self._choose(plan, algorithm), Target.of(end, plan.out_shape)
        try:
            self._in_bands(plan, image, best, target, cancel)
        except WildError:  # only direct sums keep such values in their place
            best = Algorithm.DIRECT
            self._in_bands(plan, image, best, target, cancel)
        return target, best

    def _choose(self, plan: Plan, algorithm: Algorithm | None) -> Algorithm:
        """Spectra are asked for last, since their library is a large one."""
        best = gpu_choice.choose(plan) if algorithm is None else gpu_choice.possible(plan, algorithm)
        if best is Algorithm.FFT and self.reason_no_spectra() is not None:
            return gpu_choice.choose(plan, spectra=False)
        return best

    def _in_bands(self, plan: Plan, image: NDArray[Any], algorithm: Algorithm, target: Target, cancel: Cancel | None) -> None:
        (height, _, _), start = plan.out_shape, 0
        band = min(rows_at_once(plan, algorithm), height)
        while start < height:
            if cancel is not None and cancel():
                raise Cancelled
            stop = min(start + band, height)
            if self._fits(cut(plan, image, start, stop), algorithm, target.rows(start, stop)):
                start = stop
            elif band > 1:
                band = (band + 1) // 2
            else:
                raise GpuOutOfMemory(f"the memory of {self._name} does not hold even one row of the picture")

    def compute(
        self, work: Callable[..., tuple[Any, ...]], given: Iterable[NDArray[Any] | None], scratch: int
    ) -> tuple[NDArray[Any], ...]:
        """What ``work(place, *given)`` makes with CuPy of arrays brought here, see ``place.computed``; brought back.

        Raises GpuOutOfMemory and GpuLost.
        """
        cupy = _cupy()
        try:
            with self._failures():
                here = [None if array is None else cupy.asarray(array) for array in given]
                return tuple(cupy.asnumpy(array) for array in work(Place(cupy, scratch), *here))
        except GpuOutOfMemory:
            _free_blocks()
            raise

    def reason_no_products(self) -> str | None:
        """Why matrices cannot be multiplied on the GPU, in one sentence; asked once. CUDA's BLAS is a library of its own."""
        return self._asked("products", self._probe_products)

    def reason_no_spectra(self) -> str | None:
        """Why there are no Fourier transforms on the GPU, in one sentence; asked once. CUDA's are a library of their own."""
        return self._asked("spectra", self._probe_spectra)

    def _asked(self, what: str, probe: Callable[[], str | None]) -> str | None:
        with self._lock:
            if what not in self._answers:
                self._answers[what] = probe()
            return self._answers[what]

    def _probe_products(self) -> str | None:
        """In the depths of libraries anything may fail, so everything is caught here."""
        try:
            two = _cupy().full((1, 1), 2.0, np.float32)
            four = float(_cupy().matmul(two, two)[0, 0])
        except Exception as error:  # noqa: BLE001 - see above; the user is shown the reason
            return f"CuPy cannot multiply matrices here: {_first_line(error)}"
        return None if four == 4.0 else f"{self._name} computes 2 x 2 = {four:g}"

    def _probe_spectra(self) -> str | None:
        """As above. The spectrum of two equal values is their sum, and 0."""
        try:
            spectrum = _cupy().fft.rfft2(_cupy().full((2, 2), 2.0, np.float32), (2, 2))
            found = float(spectrum[0, 0].real)
        except Exception as error:  # noqa: BLE001 - see above
            return f"CuPy cannot transform pictures here: {_first_line(error)}"
        return None if found == 8.0 else f"{self._name} computes 4 x 2 = {found:g}"

    def _fits(self, band: Band, algorithm: Algorithm, target: Target) -> bool:
        """Compute, if need be after freeing what is kept for later; whether there was enough memory."""
        if self._attempt(band, algorithm, target):
            return True
        self._work().buffers.forget()
        _free_blocks()
        return self._attempt(band, algorithm, target)

    def _attempt(self, band: Band, algorithm: Algorithm, target: Target) -> bool:
        """Whether there was enough memory. The error ends here, since it keeps the arrays of the launch alive."""
        try:
            with self._failures():
                self._work().run(band, algorithm, target)
        except GpuOutOfMemory:
            return False
        return True

    def _make_work(self) -> GpuWork:
        return GpuWork(_cupy(), self._function)

    def _compile(self, name: str) -> Any:
        """The device function of that name; CuPy keeps the compiled code on disk between runs."""
        module = _cupy().RawModule(code=gpu_names.source(name), options=OPTIONS, name_expressions=(name,))
        return module.get_function(name)

    def _probe(self) -> str | None:
        """Compute one pixel. In the depths of drivers anything may fail, so everything is caught here."""
        try:
            if find_spec("cupy") is None:
                return "CuPy is not installed; install cnn-inspector[cuda13], or cnn-inspector[cuda12] for older drivers"
            if not _has_driver():  # asked before CuPy is imported, which takes 25 MB and 0.2 s
                return NO_CARD
            find_cache_folder()
            runtime = _cupy().cuda.runtime
            runtime.getDeviceCount()
            self._name = runtime.getDeviceProperties(0)["name"].decode()
            return self._check_one_pixel()
        except Exception as error:  # noqa: BLE001 - see above; the user is shown the reason
            if "InsufficientDriver" in str(error) or "cudaErrorNoDevice" in str(error):
                return NO_CARD
            return f"CUDA does not work here: {_first_line(error)}"

    def _check_one_pixel(self) -> str | None:
        """Why the GPU is not to be trusted, or None."""
        task = plan((1, 1, 1), "uint8", np.array([[2.0]]), anchor=(0, 0), bias=1.0)
        target = Target.of(End(task.dtype), task.out_shape)
        self._work().run(cut(task, np.full(task.image_shape, 20, np.uint8), 0, 1), Algorithm.DIRECT, target)
        found = target.values.item()
        return None if found == 41 else f"{self._name} computes 2 x 20 + 1 = {found:g}"

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """CUDA's failures as the two that an engine has to know: too little memory, or no GPU any more."""
        cuda = _cupy().cuda
        try:
            yield
        except cuda.memory.OutOfMemoryError as error:
            raise GpuOutOfMemory(_first_line(error)) from error
        except (cuda.runtime.CUDARuntimeError, cuda.driver.CUDADriverError, cuda.compiler.CompileException) as error:
            if getattr(error, "status", None) == OUT_OF_MEMORY:
                raise GpuOutOfMemory(_first_line(error)) from error
            with self._lock:
                self._reason = f"{self._name} failed: {_first_line(error)}"
            raise GpuLost(self._reason) from error


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _has_driver() -> bool:
    try:
        ctypes.CDLL(DRIVER)
    except OSError:
        return False
    return True


def _cupy() -> Any:
    import cupy  # noqa: PLC0415 - takes long to import and fails without its libraries

    return cupy


def _free_blocks() -> None:
    cupy = _cupy()
    cupy.get_default_memory_pool().free_all_blocks()
    cupy.get_default_pinned_memory_pool().free_all_blocks()


_gpu = Gpu()
reason_unavailable = _gpu.reason_unavailable
name = _gpu.name
run = _gpu.run
compute = _gpu.compute
reason_no_products = _gpu.reason_no_products
reason_no_spectra = _gpu.reason_no_spectra
warm_up = _gpu.warm_up
resident = _gpu.resident
show = _gpu.show
