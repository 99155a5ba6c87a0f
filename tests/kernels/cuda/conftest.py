"""The CUDA source as C++ on this processor, and a CuPy that computes with it."""

import ctypes
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kernels import gpu
from kernels.launch import BLOCK, INPUTS, SUMS, Launch, function_name

Function = Callable[..., None]
HERE = Path(__file__).parent
MARGIN = 256  # bytes around each array; all bits set is NaN, "outside", or the largest number
INSTANCES = {function_name(image, sums): (INPUTS[image], SUMS[sums]) for image, sums in itertools.product(INPUTS, SUMS)}


def build(source: Path, folder: Path) -> ctypes.CDLL:
    """The device code of ``source`` for this processor, every instance of the template."""
    compiler = next(filter(None, map(shutil.which, (os.environ.get("CXX", "c++"), "g++", "clang++"))), None)
    if compiler is None:
        pytest.skip("no C++ compiler (c++, g++, clang++ or $CXX): the CUDA source cannot be run on this processor")
    lines = [f'#include "{HERE / "host.h"}"', f'#include "{source}"']
    lines += [f"INSTANCE(instance_{i}, {image}, {sums})" for i, (image, sums) in enumerate(INSTANCES.values())]
    (folder / "host.cpp").write_text("\n".join(lines) + "\n")
    flags = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-x", "c++"]
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
    """An array by its address, a NumPy scalar by its value."""
    if isinstance(value, np.ndarray):
        return ctypes.c_void_p(value.ctypes.data)
    return np.ctypeslib.as_ctypes_type(value.dtype)(value.item())


class Host:
    """The built device code."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library = library

    def function(self, name: str) -> Function:
        """An instance of the template, called as CuPy's kernels are: grid, block, arguments."""
        entry = self.library[f"instance_{list(INSTANCES).index(name)}"]
        entry.restype = None

        def call(grid: Sequence[int], block: Sequence[int], arguments: Sequence[Any]) -> None:
            entry((ctypes.c_uint * 2)(*grid), (ctypes.c_uint * 2)(*block), *map(argument, arguments))

        return call

    def run(self, launch: Launch) -> NDArray[np.floating]:
        """The rows of a launch."""
        out = Guarded(np.full(launch.out_shape, np.nan, launch.plan.dtype))
        arrays = [Guarded(array) for array in launch.arrays]
        self.function(launch.function)(launch.grid, BLOCK, [out.values, *(array.values for array in arrays), *launch.numbers])
        assert out.is_intact()
        return out.values


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    """The project's CUDA source, built for this processor."""
    return Host(build(gpu.SOURCE, tmp_path_factory.mktemp("cuda")))


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
        self.failure: Exception | None = None
        self.compiled: list[str] = []
        self.grids: list[Sequence[int]] = []
        self.cuda = SimpleNamespace(
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

    def RawModule(self, code: str, options: tuple[str, ...], name_expressions: tuple[str, ...]) -> Any:
        """A compiled module; only its functions are wanted."""
        assert "__global__" in code
        assert options == gpu.OPTIONS
        self.compiled += name_expressions
        return SimpleNamespace(get_function=lambda name: lambda *arguments: self.launch(name, *arguments))

    def launch(self, name: str, grid: Sequence[int], block: Sequence[int], arguments: Sequence[Any]) -> None:
        """Run a function here, or fail as told."""
        self.grids.append(grid)
        if self.failure is not None:
            raise self.failure
        assert self.host is not None
        self.host.function(name)(grid, block, arguments)

    def free_all_blocks(self) -> None:
        """Give back what the pool holds in reserve."""
        self.room, self.reserve = self.room + self.reserve, 0

    def get_default_memory_pool(self) -> "FakeCuPy":
        """The pool of device memory."""
        return self

    def get_default_pinned_memory_pool(self) -> Any:
        """The pool of pinned host memory, which the tests leave alone."""
        return SimpleNamespace(free_all_blocks=lambda: None)


class FakeArray(np.ndarray[Any, Any]):
    """An array on the device."""

    def get(self, out: NDArray[Any]) -> None:
        """Copy to the host."""
        out[...] = self


@pytest.fixture
def fake_cupy(host: Host, monkeypatch: pytest.MonkeyPatch) -> FakeCuPy:
    """Stands in for CuPy until the test ends."""
    fake = FakeCuPy(host)
    monkeypatch.setitem(sys.modules, "cupy", fake)
    monkeypatch.setattr("kernels.gpu._has_driver", lambda: True)
    return fake
