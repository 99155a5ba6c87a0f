"""The engine around the CUDA code: no CuPy, no driver, no compiler, no memory, a lost GPU. No GPU is needed."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kernels import gpu as module
from kernels import gpu_cache, gpu_names, reference
from kernels.bands import Cancelled
from kernels.border import Border
from kernels.gpu import Gpu, GpuLost, GpuOutOfMemory
from kernels.plan import Algorithm, plan

IMAGE = np.random.default_rng(0).integers(0, 256, (40, 30, 3)).astype(np.uint8)
TASK = plan(IMAGE.shape, IMAGE.dtype, np.arange(15.0).reshape(5, 3), anchor=(2, 1), border=Border.WRAP)
ROW_BYTES = 30 * 3 * 4


def assert_right(result):
    np.testing.assert_allclose(result, reference.correlate(TASK, IMAGE), rtol=1e-5)


@pytest.mark.usefixtures("fake_cupy")
def test_a_gpu_in_order_computes_what_the_reference_computes():
    gpu = Gpu()
    assert gpu.reason_unavailable() is None
    assert gpu.name() == "Fake GPU 0"
    result, algorithm = gpu.run(TASK, IMAGE)
    assert algorithm is Algorithm.DIRECT
    assert result.dtype == np.float32
    assert_right(result)


def test_warm_up_compiles_the_usual_functions_once(fake_cupy):
    gpu = Gpu()
    gpu.warm_up()
    compiled = list(fake_cupy.compiled)
    gpu.warm_up()
    assert fake_cupy.compiled == compiled
    assert len(set(compiled)) == len(compiled)
    assert set(compiled) <= set(gpu_names.every())
    assert compiled[1] == "correlate_square<unsigned char, float, float, 1, 3>"  # the first is that of the probe


@pytest.mark.usefixtures("fake_cupy")
def test_cancel_is_asked_before_every_band(monkeypatch):
    monkeypatch.setattr(module, "rows_at_once", lambda plan, algorithm: 10)
    answers = iter([False, False, True])
    with pytest.raises(Cancelled):
        Gpu().run(TASK, IMAGE, lambda: next(answers))
    assert next(answers, None) is None


def test_unused_blocks_are_freed_before_anything_else(fake_cupy):
    fake_cupy.room, fake_cupy.reserve = 20 * ROW_BYTES, 20 * ROW_BYTES
    assert_right(Gpu().run(TASK, IMAGE)[0])
    assert len(fake_cupy.grids) == 1


@pytest.mark.parametrize("rows", [2, 7, 20, 39])
def test_a_picture_that_does_not_fit_is_computed_in_bands(fake_cupy, rows):
    fake_cupy.room = rows * ROW_BYTES
    assert_right(Gpu().run(TASK, IMAGE)[0])
    assert len(fake_cupy.grids) >= 40 / rows


@pytest.mark.parametrize("error", ["CudaError", "DriverError"])
def test_the_other_ways_of_being_out_of_memory(fake_cupy, error):
    cuda = fake_cupy.cuda
    kind = cuda.runtime.CUDARuntimeError if error == "CudaError" else cuda.driver.CUDADriverError
    fake_cupy.failure = kind(2, "out of memory")
    with pytest.raises(GpuOutOfMemory):
        Gpu().run(TASK, IMAGE)


def test_too_little_memory_for_a_row_leaves_the_gpu_usable(fake_cupy):
    gpu = Gpu()
    assert gpu.reason_unavailable() is None
    fake_cupy.room = ROW_BYTES - 1
    with pytest.raises(GpuOutOfMemory, match="memory of Fake GPU 0 does not hold even one row"):
        gpu.run(TASK, IMAGE)
    fake_cupy.room = 2**40
    assert gpu.reason_unavailable() is None
    assert_right(gpu.run(TASK, IMAGE)[0])


def test_a_lost_gpu_says_so_from_then_on(fake_cupy):
    gpu = Gpu()
    assert gpu.reason_unavailable() is None
    fake_cupy.failure = fake_cupy.cuda.driver.CUDADriverError(700, "CUDA_ERROR_ILLEGAL_ADDRESS: an illegal access")
    with pytest.raises(GpuLost, match=r"Fake GPU 0 failed: CUDA_ERROR_ILLEGAL_ADDRESS"):
        gpu.run(TASK, IMAGE)
    assert gpu.reason_unavailable() == "Fake GPU 0 failed: CUDA_ERROR_ILLEGAL_ADDRESS: an illegal access"


def test_a_compiler_that_fails_later_is_a_lost_gpu(fake_cupy):
    gpu = Gpu()
    assert gpu.reason_unavailable() is None
    fake_cupy.failure = fake_cupy.cuda.compiler.CompileException("line 1: error\nline 2")
    with pytest.raises(GpuLost, match=r"failed: line 1: error$"):
        gpu.warm_up() or gpu.run(TASK, IMAGE)


def test_a_gpu_that_computes_wrong_values_is_not_used(fake_cupy, monkeypatch):
    monkeypatch.setattr(fake_cupy.host, "function", lambda name: lambda grid, block, arguments, shared_mem: arguments[0].fill(40))
    assert Gpu().reason_unavailable() == "Fake GPU 0 computes 2 x 20 + 1 = 40"


def test_no_nvrtc_is_a_reason(fake_cupy):
    fake_cupy.failure = RuntimeError("Failed to find libnvrtc\nSearched in 20 places")
    assert Gpu().reason_unavailable() == "CUDA does not work here: Failed to find libnvrtc"


def test_no_driver_is_a_reason(fake_cupy):
    def count():
        raise fake_cupy.cuda.runtime.CUDARuntimeError(35, "cudaErrorInsufficientDriver: CUDA driver version is insufficient")

    fake_cupy.cuda.runtime.getDeviceCount = count
    gpu = Gpu()
    assert gpu.reason_unavailable() == "there is no NVIDIA card with a working driver"
    assert gpu.name() == "GPU"
    gpu.warm_up()
    assert fake_cupy.compiled == []


def test_no_cupy_is_a_reason_that_names_the_extras(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert "install cnn-inspector[cuda13], or cnn-inspector[cuda12]" in Gpu().reason_unavailable()


def test_a_cupy_that_fails_without_a_word_is_a_reason(fake_cupy):
    fake_cupy.failure = AssertionError()
    assert Gpu().reason_unavailable() == "CUDA does not work here: AssertionError"


def test_the_answer_is_asked_for_once(fake_cupy):
    gpu = Gpu()
    fake_cupy.failure = RuntimeError("no")
    assert gpu.reason_unavailable() is gpu.reason_unavailable()
    assert len(fake_cupy.grids) == 1


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """A home in ``tmp_path`` and no choice of a cache folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("CUPY_CACHE_DIR", raising=False)
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_a_writable_home_is_left_to_cupy(tmp_path):
    gpu_cache.find_cache_folder()
    assert "CUPY_CACHE_DIR" not in os.environ
    assert (tmp_path / ".cupy" / "kernel_cache").is_dir()


def test_where_home_cannot_be_written_a_passing_folder_is_used(environment, tmp_path):
    (tmp_path / ".cupy").write_text("a file where the folder should be")
    environment.setattr(gpu_cache.atexit, "register", lambda *_, **__: None)
    environment.setattr(gpu_cache.tempfile, "mkdtemp", lambda prefix: str(tmp_path / prefix))
    environment.setenv("CUPY_CACHE_DIR", "to be restored")
    environment.delenv("CUPY_CACHE_DIR")
    gpu_cache.find_cache_folder()
    assert os.environ["CUPY_CACHE_DIR"] == str(tmp_path / "cnn-inspector-")


def test_the_choice_of_the_user_is_respected(environment, tmp_path):
    (tmp_path / ".cupy").write_text("")
    environment.setenv("CUPY_CACHE_DIR", "/chosen")
    gpu_cache.find_cache_folder()
    assert os.environ["CUPY_CACHE_DIR"] == "/chosen"


def test_a_home_that_nobody_knows_cannot_be_written(environment):
    def unknown():
        raise RuntimeError("Could not determine home directory.")

    environment.setattr(gpu_cache.Path, "home", unknown)
    assert gpu_cache._usual_cache_folder() is None
    assert not gpu_cache._is_writable(None)


@pytest.mark.parametrize("blocked", [False, True])
def test_in_a_new_process_the_probe_answers_and_nothing_is_left_behind(tmp_path, blocked):
    """With the real CuPy where it is installed, and whatever this machine has."""
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    if blocked:
        (home / ".cupy").write_text("")
    code = "import sys; from kernels import gpu; assert 'cupy' not in sys.modules; print(gpu.reason_unavailable())"
    kept = {name: value for name, value in os.environ.items() if name != "CUPY_CACHE_DIR"}
    path = str(Path(module.__file__).parents[1])
    environment = kept | {"HOME": str(home), "TMPDIR": str(scratch), "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert "Errno" not in done.stdout
    assert list(scratch.iterdir()) == []


def test_without_a_driver_cupy_is_not_even_imported(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: name)
    monkeypatch.setattr(module, "DRIVER", "libno-driver-of-that-name.so")
    monkeypatch.setattr(module, "_cupy", lambda: pytest.fail("CuPy was imported"))
    assert Gpu().reason_unavailable() == module.NO_CARD
