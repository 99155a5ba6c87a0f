"""The CUDA source as C++ on this processor, and a CuPy that computes with it."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.machinery import ModuleSpec
from itertools import chain
from pathlib import Path
from threading import Lock, local
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kernels import gpu, gpu_names
from kernels.launch import Launch

Function = Callable[..., None]
HERE = Path(__file__).parent
MARGIN = 256  # bytes around each array; all bits set is NaN, "outside", or the largest number
INSTANCES = list(gpu_names.every())
UNWRITTEN = {"uint8": 77, "uint16": 7777}  # and NaN for other types of results
FAULTS = {1: "a barrier is not met by all threads", 2: "something is written beyond the shared memory", 3: "a block is too large"}


def build(folder: Path, alter: Callable[[str], str] = lambda text: text, names: Sequence[str] = INSTANCES) -> ctypes.CDLL:
    """The device code for this processor, those instances of the templates; ``alter`` changes the text of each file."""
    compiler = next(filter(None, map(shutil.which, (os.environ.get("CXX", "c++"), "g++", "clang++"))), None)
    if compiler is None:
        pytest.skip("no C++ compiler (c++, g++, clang++ or $CXX): the CUDA source cannot be run on this processor")
    lines = [f'#include "{HERE / "host.h"}"']
    for file in dict.fromkeys(chain(*gpu_names.FILES.values())):
        (folder / file).write_text(alter((gpu_names.FOLDER / file).read_text()))
        lines.append(f'#include "{file}"')
    lines += [f"INSTANCE(instance_{INSTANCES.index(name)}, {name})" for name in names]
    (folder / "host.cpp").write_text("\n".join(lines) + "\n")
    flags = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas", "-shared", "-fPIC", "-x", "c++"]
    subprocess.run([compiler, *flags, folder / "host.cpp", "-o", folder / "host.so"], check=True)
    return ctypes.CDLL(str(folder / "host.so"))


class Guarded:
    """A copy of an array with a margin of set bits on both sides, so that reading beyond it shows."""

    def __init__(self, array: NDArray[Any]) -> None:
        self.memory = np.full(array.nbytes + 2 * MARGIN, 0xFF, np.uint8)
        self.values = self.memory[MARGIN : MARGIN + array.nbytes].view(array.dtype).reshape(array.shape)
        self.values[...] = array

    def is_intact(self) -> bool:
        """Nothing was written beside the array."""
        return bool((self.memory[:MARGIN] == 0xFF).all() and (self.memory[len(self.memory) - MARGIN :] == 0xFF).all())


def argument(value: Any) -> Any:
    """Memory that holds what a device function takes: the address of an array, or the bytes of a number or a structure."""
    if isinstance(value, np.ndarray) and value.ndim:
        return ctypes.c_void_p(value.ctypes.data)
    return ctypes.create_string_buffer(value.tobytes(), value.nbytes)


class Host:
    """The built device code."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library = library
        self.lock = Lock()  # the code on this processor runs one grid at a time

    def function(self, name: str) -> Function:
        """An instance of a template, called as CuPy's kernels are: grid, block, arguments."""
        entry = self.library[f"instance_{INSTANCES.index(name)}"]

        def call(grid: Sequence[int], block: Sequence[int], arguments: Sequence[Any], *, shared_mem: int = 0) -> None:
            held = [argument(value) for value in arguments]
            places = (ctypes.c_void_p * len(held))(*map(ctypes.addressof, held))
            with self.lock:
                fault = entry((ctypes.c_uint * 2)(*grid), (ctypes.c_uint * 2)(*block), shared_mem, places)
            assert fault == 0, FAULTS[fault]

        return call

    def run(self, launch: Launch, image: NDArray[np.generic]) -> tuple[NDArray[np.generic], bool]:
        """The rows of a launch, and whether they are worth nothing."""
        values, _, wild = self.made(launch, image)
        return values, wild

    def made(self, launch: Launch, image: NDArray[np.generic]) -> tuple[NDArray[np.generic], NDArray[np.uint8], bool]:
        """Values and colours of a launch, and whether they are worth nothing."""
        made = [
            Guarded(np.full(shape, UNWRITTEN.get(dtype, np.nan), dtype)) for shape, dtype in launch.end.arrays(launch.out_shape)
        ]
        arrays = [*made, *(Guarded(array) for array in (launch.end.look, image, *launch.tables))]
        wild = np.zeros(1, np.bool_)
        given = [*(array.values for array in arrays), *([wild] if launch.flags else []), *launch.numbers]
        self.function(launch.function)(launch.grid, launch.block, given, shared_mem=launch.shared)
        assert all(array.is_intact() for array in made)
        return made[0].values, made[1].values, bool(wild[0])


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    """The project's CUDA source, built for this processor."""
    return Host(build(tmp_path_factory.mktemp("cuda")))


OUT_OF_MEMORY = 2  # a status of CUDA
FREED = -1  # among the sizes of pinned memory: what was not in use has been given back


@pytest.fixture
def altered(tmp_path: Path) -> Callable[[Callable[[str], str], str], Host]:
    """``altered(alter, name)``: one instance, of the source after ``alter``."""
    return lambda alter, name: Host(build(tmp_path, alter, [name]))


class CudaError(RuntimeError):
    """As CuPy's: a status and a text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class DriverError(CudaError):
    """The same, from the driver."""


class OutOfMemoryError(MemoryError):
    """From CuPy's memory pool."""


class CompileError(Exception):
    """From NVRTC."""


class FakeCuPy(ModuleType):
    """The part of CuPy that the engine uses, over host memory; tests set what shall fail.

    ``room``: bytes of the largest result that fits; ``reserve``: bytes more once unused blocks are freed.
    """

    def __init__(self, host: Host | None) -> None:
        super().__init__("cupy")
        self.__spec__ = ModuleSpec("cupy", None)
        self.host = host
        self.room, self.reserve = 2**40, 0
        self.pinned_room = 2**40
        self.failure: Exception | None = None
        self.compiled: list[str] = []
        self.grids: list[Sequence[int]] = []
        self.waits = 0
        self.pinned: list[int] = []
        self.fft = np.fft
        for name in ("abs", "clip", "conj", "rint"):
            setattr(self, name, getattr(np, name))
        self.cuda = SimpleNamespace(
            Stream=self.stream,
            alloc_pinned_memory=self.pin,
            runtime=SimpleNamespace(
                CUDARuntimeError=CudaError,
                getDeviceCount=lambda: 1,
                getDeviceProperties=lambda number: {"name": f"Fake GPU {number}".encode()},
            ),
            driver=SimpleNamespace(CUDADriverError=DriverError),
            memory=SimpleNamespace(OutOfMemoryError=OutOfMemoryError),
            compiler=SimpleNamespace(CompileException=CompileError),
        )

    def empty(self, shape: tuple[int, ...], dtype: Any) -> "FakeArray":
        """Memory on the device, if there is room."""
        array = np.empty(shape, dtype)
        if array.nbytes > self.room:
            raise OutOfMemoryError("Out of memory allocating 1 bytes\nmore text")
        return array.view(FakeArray)

    def asarray(self, array: NDArray[Any]) -> "FakeArray":
        """A copy on the device."""
        return array.copy().view(FakeArray)

    def zeros(self, shape: tuple[int, ...], dtype: Any) -> "FakeArray":
        """Cleared memory on the device."""
        return np.zeros(shape, dtype).view(FakeArray)

    def full(self, shape: tuple[int, ...], value: Any, dtype: Any) -> "FakeArray":
        """Filled memory on the device."""
        return np.full(shape, value, dtype).view(FakeArray)

    def logical_not(self, array: Any) -> "FakeArray":
        """An array even of a single value, as CuPy's are."""
        return np.asarray(np.logical_not(array)).view(FakeArray)

    def stream(self, *, non_blocking: bool) -> "FakeStream":
        """A new stream."""
        assert non_blocking
        return FakeStream(self)

    def pin(self, size: int) -> bytearray:
        """Pinned memory of the host, filled with set bits, if there is room."""
        if size > self.pinned_room:
            raise CudaError(OUT_OF_MEMORY, "cudaErrorMemoryAllocation: out of memory")
        self.pinned.append(size)
        return bytearray(b"\xff" * size)

    def RawModule(self, code: str, options: tuple[str, ...], name_expressions: tuple[str, ...]) -> Any:
        """A compiled module; only its functions are wanted."""
        assert "__global__" in code
        assert options == gpu.OPTIONS
        self.compiled += name_expressions
        return SimpleNamespace(get_function=lambda name: partial(self.launch, name))

    def launch(self, name: str, grid: Sequence[int], block: Sequence[int], arguments: Sequence[Any], *, shared_mem: int) -> None:
        """Run a function here, or fail as told."""
        self.grids.append(grid)
        if self.failure is not None:
            raise self.failure
        assert self.host is not None
        self.host.function(name)(grid, block, arguments, shared_mem=shared_mem)

    def free_all_blocks(self) -> None:
        """Give back what the pool holds in reserve."""
        self.room, self.reserve = self.room + self.reserve, 0

    def get_default_memory_pool(self) -> "FakeCuPy":
        """The pool of device memory."""
        return self

    def get_default_pinned_memory_pool(self) -> Any:
        """The pool of pinned host memory."""
        return SimpleNamespace(free_all_blocks=lambda: self.pinned.append(FREED))


class FakeStream:
    """What is brought back arrives when the stream is waited for, and not before."""

    def __init__(self, fake: FakeCuPy) -> None:
        self.fake = fake
        self.late: list[Callable[[], None]] = []
        self.lock = Lock()
        self.current = local()  # to each thread its own, as in CuPy

    def __enter__(self) -> "FakeStream":
        self.current.here = True
        return self

    def __exit__(self, *_: object) -> None:
        self.current.here = False

    def synchronize(self) -> None:
        """Wait for all that was given to the stream."""
        with self.lock:
            self.fake.waits += 1
            while self.late:
                self.late.pop(0)()


class FakeArray(np.ndarray[Any, Any]):
    """An array on the device."""

    def set(self, array: NDArray[Any], stream: FakeStream) -> None:
        """Copy from the host."""
        assert stream.current.here, "the stream is not the current one"
        self[...] = array

    def get(self, *, stream: FakeStream, out: NDArray[Any], blocking: bool) -> None:
        """Copy to the host, later."""
        assert not blocking
        assert out.shape == self.shape
        assert out.dtype == self.dtype
        stream.late.append(lambda: np.copyto(out, self))


@pytest.fixture
def fake_cupy(host: Host, monkeypatch: pytest.MonkeyPatch) -> FakeCuPy:
    """Stands in for CuPy until the test ends."""
    fake = FakeCuPy(host)
    monkeypatch.setitem(sys.modules, "cupy", fake)
    monkeypatch.setattr("kernels.gpu._has_driver", lambda: True)
    return fake
