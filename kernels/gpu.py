"""The CUDA engine: CuPy carries the arrays, NVRTC compiles ``cuda/correlate.cu`` when it is first used.

Nothing of CuPy is imported before a function is called, and importing this module never fails.
Whatever the algorithm of a plan, the sums are formed directly, tap by tap.
"""

import atexit
import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.bands import Cancelled
from kernels.launch import BLOCK, Launch, compact, function_name, prepare, rows_at_once
from kernels.place import Place
from kernels.plan import Plan, plan

SOURCE = Path(__file__).with_name("cuda") / "correlate.cu"
OPTIONS = ("-std=c++17",)
USUAL = {"uint8": "float32", "uint16": "float32", "float16": "float32", "float32": "float32", "float64": "float64"}
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
        self._multiplied = False
        self._no_products: str | None = None
        self._function = cache(self._compile)

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
        """Compile for the usual types of picture, so that no later run has to wait; nothing without a GPU."""
        if self.reason_unavailable() is None:
            with self._failures():
                for image_dtype, dtype in USUAL.items():
                    self._function(function_name(image_dtype, dtype))

    def run(self, plan: Plan, image: NDArray[Any], cancel: Callable[[], bool] | None = None) -> NDArray[np.floating]:
        """The correlation of ``image`` ``(H, W, C)``, C-contiguous, as the plan says.

        Returns ``plan.out_shape`` of ``plan.dtype`` in host memory. Where memory is short, the rows are
        computed in smaller and smaller bands. Raises Cancelled (asked for between bands), GpuOutOfMemory,
        GpuLost, and TypeError for pictures of other than numbers of 8 to 64 bits.
        """
        result = np.empty(plan.out_shape, plan.dtype)
        taps = compact(plan)
        band, start = min(rows_at_once(plan, taps), len(result)), 0
        while start < len(result):
            if cancel is not None and cancel():
                raise Cancelled
            launch = prepare(plan, taps, image, start, min(start + band, len(result)))
            if self._fits(launch, result[launch.start : launch.stop]):
                start = launch.stop
            elif band > 1:
                band = (band + 1) // 2
            else:
                raise GpuOutOfMemory(f"the memory of {self._name} does not hold even one row of the picture")
        return result

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
        with self._lock:
            if not self._multiplied:
                self._no_products = self._probe_products()
                self._multiplied = True
            return self._no_products

    def _probe_products(self) -> str | None:
        """In the depths of libraries anything may fail, so everything is caught here."""
        try:
            two = _cupy().full((1, 1), 2.0, np.float32)
            product = float(_cupy().matmul(two, two)[0, 0])
        except Exception as error:  # noqa: BLE001 - see above; the user is shown the reason
            return f"CuPy cannot multiply matrices here: {_first_line(error)}"
        return None if product == 4.0 else f"{self._name} computes 2 x 2 = {product:g}"

    def _fits(self, launch: Launch, result: NDArray[np.floating]) -> bool:
        """Compute, if need be after freeing what CuPy keeps for later; whether there was enough memory."""
        if self._attempt(launch, result):
            return True
        _free_blocks()
        return self._attempt(launch, result)

    def _attempt(self, launch: Launch, result: NDArray[np.floating]) -> bool:
        """Whether there was enough memory. The error ends here, since it keeps the arrays of the launch alive."""
        try:
            with self._failures():
                self._launch(launch, result)
        except GpuOutOfMemory:
            return False
        return True

    def _launch(self, launch: Launch, result: NDArray[np.floating]) -> None:
        """Compute the launch's rows into ``result`` and wait for them."""
        cupy = _cupy()
        out = cupy.empty(launch.out_shape, result.dtype)
        arrays = [cupy.asarray(array) for array in launch.arrays]
        self._function(launch.function)(launch.grid, BLOCK, (out, *arrays, *launch.numbers))
        out.get(out=result)

    def _compile(self, name: str) -> Any:
        """The device function of that name; CuPy keeps the compiled code on disk between runs."""
        source = SOURCE.read_text(encoding="utf-8")
        return _cupy().RawModule(code=source, options=OPTIONS, name_expressions=(name,)).get_function(name)

    def _probe(self) -> str | None:
        """Compute one pixel. In the depths of drivers anything may fail, so everything is caught here."""
        try:
            if find_spec("cupy") is None:
                return "CuPy is not installed; install cnn-inspector[cuda13], or cnn-inspector[cuda12] for older drivers"
            if not _has_driver():  # asked before CuPy is imported, which takes 25 MB and 0.2 s
                return NO_CARD
            _find_cache_folder()
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
        result = np.zeros(task.out_shape, task.dtype)
        self._launch(prepare(task, compact(task), np.full(task.image_shape, 20, np.uint8), 0, 1), result)
        return None if result.item() == 41 else f"{self._name} computes 2 x 20 + 1 = {result.item():g}"

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


def _find_cache_folder() -> None:
    """Where CuPy cannot write its own folder for compiled code it does not even import: give it a passing one."""
    if "CUPY_CACHE_DIR" not in os.environ and not _is_writable(_usual_cache_folder()):
        folder = tempfile.mkdtemp(prefix="cnn-inspector-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["CUPY_CACHE_DIR"] = folder


def _usual_cache_folder() -> Path | None:
    try:
        return Path.home() / ".cupy" / "kernel_cache"
    except RuntimeError:  # nobody knows where home is
        return None


def _is_writable(folder: Path | None) -> bool:
    if folder is None:
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


_gpu = Gpu()
reason_unavailable = _gpu.reason_unavailable
name = _gpu.name
run = _gpu.run
compute = _gpu.compute
reason_no_products = _gpu.reason_no_products
warm_up = _gpu.warm_up
function = _gpu._function
