"""The public calls: what they take, what they refuse, where they run."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kernels import Algorithm, Border, Cancelled, Kernel, convolve, correlate, devices, engine, hardware, is_warm, run, warm_up
from kernels.makers import gaussian
from kernels.rounding import convert

LAW = settings(deadline=None, derandomize=True, max_examples=60)
IMAGE = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)


@LAW
@given(hnp.arrays(np.uint8, (7, 8)), hnp.arrays(np.int8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)))
def test_convolve_is_scipys_at_every_size(image, weights) -> None:
    ndimage = pytest.importorskip("scipy.ndimage")
    expected = ndimage.convolve(image.astype(float), weights.astype(float))
    np.testing.assert_allclose(
        convolve(image, weights), expected, rtol=0, atol=1e-6 * np.abs(weights.astype(int)).sum() * 255 + 1e-6
    )


@LAW
@given(hnp.arrays(np.uint8, (5, 6)), st.integers(0, 2), st.integers(0, 3), st.floats(-9, 9, width=32))
def test_convolving_is_correlating_with_the_kernel_flipped(image, y, x, bias) -> None:
    kernel = Kernel(np.arange(12).reshape(3, 4), anchor=(y, x), bias=bias)
    np.testing.assert_array_equal(convolve(image, kernel), correlate(image, kernel.flipped()))


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "uint16", "float16", "float32", ">u2", ">f4"])
def test_results_are_float32(dtype) -> None:
    image = (IMAGE[:, :, 0] % 2).astype(dtype)
    result = correlate(image, np.ones((3, 3)))
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, correlate(image.astype(np.uint8), np.ones((3, 3))))


@pytest.mark.parametrize("dtype", ["float64", ">f8", "int32", "int64", "uint64"])
def test_results_of_wide_types_are_float64(dtype) -> None:
    result = correlate(IMAGE.astype(dtype), np.ones((3, 3)))
    assert result.dtype == np.float64
    np.testing.assert_array_equal(result, correlate(IMAGE, np.ones((3, 3))))


def test_any_memory_order_gives_the_same() -> None:
    for view in (IMAGE[::-1, ::2], IMAGE.transpose(1, 0, 2), np.asfortranarray(IMAGE), IMAGE[:, :, ::-1], IMAGE[:, :, 1]):
        np.testing.assert_array_equal(correlate(view, np.ones((3, 2))), correlate(view.copy(order="C"), np.ones((3, 2))))


def test_read_only_pictures_are_left_alone() -> None:
    image = IMAGE.copy()
    image.flags.writeable = False
    correlate(image, np.ones((3, 3)))
    np.testing.assert_array_equal(image, IMAGE)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"image": np.zeros((0, 5))}, ValueError, "at least 1 x 1 pixels"),
        ({"image": np.zeros((4, 5, 0))}, ValueError, r"got shape \(4, 5, 0\)"),
        ({"image": np.zeros(5)}, ValueError, r"\(H, W\) or \(H, W, C\)"),
        ({"image": np.zeros((2, 2), complex)}, TypeError, "complex128"),
        ({"image": np.array([["a"]])}, TypeError, "picture values must be"),
        ({"image": np.array([[None]])}, TypeError, "object"),
        ({"kernel": np.zeros((0, 3))}, ValueError, "at least 1 x 1"),
        ({"kernel": [1, 2]}, ValueError, "matrix"),
        ({"kernel": [[1], [1, 2]]}, ValueError, "same number of weights"),
        ({"kernel": [[np.nan]]}, ValueError, "row 1, column 1"),
        ({"kernel": [["x"]]}, TypeError, "real numbers"),
        ({"border": "symmetric"}, ValueError, "zero, constant, reflect, mirror, replicate, wrap, got 'symmetric'"),
        ({"cval": "black"}, TypeError, "cval must be a number"),
        ({"stride": 0}, ValueError, "stride must be at least 1, got 0"),
        ({"stride": 1.5}, TypeError, "stride must be a whole number"),
        ({"dilation": -1}, ValueError, "dilation must be at least 1"),
        ({"padding": "half"}, ValueError, "same, valid, full or a number of pixels"),
        ({"padding": -1}, ValueError, "at least 0"),
        ({"padding": 0.5}, TypeError, "whole number of pixels"),
        ({"padding": "valid", "kernel": np.ones((50, 1))}, ValueError, "does not fit"),
        ({"device": "tpu"}, ValueError, "auto, cpu, gpu"),
        ({"out_dtype": "complex64"}, TypeError, "out_dtype"),
        ({"out_dtype": bool}, TypeError, "out_dtype"),
    ],
)
def test_what_is_not_allowed_is_said(arguments, error, says) -> None:
    arguments = {"image": IMAGE, "kernel": np.ones((3, 3)), **arguments}
    with pytest.raises(error, match=says):
        correlate(arguments.pop("image"), arguments.pop("kernel"), **arguments)


def test_rounding_is_half_to_even_and_saturates() -> None:
    values = np.float32([[-1.0, 0.5, 1.5, 2.5, 254.6, 300.0, np.nan, np.inf, -np.inf]])
    assert convert(values, np.uint8).tolist() == [[0, 0, 2, 2, 255, 255, 0, 255, 0]]
    assert convert(values, np.int8).tolist() == [[-1, 0, 2, 2, 127, 127, 0, 127, -128]]
    assert correlate(np.uint8([[3]]), [[0.5]], out_dtype=np.uint8).tolist() == [[2]]


@pytest.mark.parametrize("dtype", ["int32", "uint32", "int64", "uint64"])
@pytest.mark.parametrize("source", ["float32", "float64"])
def test_the_ends_of_wide_integers_are_reached_and_not_passed(dtype, source) -> None:
    limits = np.iinfo(dtype)
    ends = np.array([limits.min, limits.max, 1e30, -1e30], source)
    assert convert(ends, dtype).tolist() == [limits.min, limits.max, limits.max, limits.min]


def test_floats_are_only_cast() -> None:
    assert np.isinf(convert(np.float32([1e30]), np.float16)).all()
    assert correlate(IMAGE, [[1.0]], out_dtype=np.float64).dtype == np.float64


def test_run_tells_what_it_did() -> None:
    result = run(IMAGE, Kernel(np.ones((99, 99))), border="wrap", stride=2, device="cpu")
    assert result.values.shape == result.plan.out_shape == (10, 15, 3)
    assert result.algorithm is Algorithm.RUNNING
    assert result.device.startswith("cpu")
    assert result.device_name.startswith("CPU, ")
    assert result.plan.border is Border.WRAP
    with pytest.raises(ValueError, match="read-only"):
        result.values[0, 0, 0] = 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, 3e38])
def test_what_is_not_finite_is_summed_directly(bad) -> None:
    """Two passes or spectra would smear it over pixels that have nothing to do with it."""
    image = np.zeros((300, 300), np.float32)
    image[150, 150] = bad
    for weights in (np.ones((99, 99)), gaussian(15).weights, np.random.default_rng(0).normal(size=(63, 63))):
        result = run(image, weights)
        assert result.plan.algorithm is not Algorithm.DIRECT
        assert result.algorithm is Algorithm.DIRECT or np.isfinite(result.values).all()
        assert np.count_nonzero(result.values) == weights.size
    assert run(np.zeros((9, 9)), np.ones((99, 99)), border="constant", cval=bad).algorithm is (
        Algorithm.RUNNING if np.isfinite(bad) else Algorithm.DIRECT
    )


def test_cancel_before_and_between_blocks() -> None:
    with pytest.raises(Cancelled):
        run(IMAGE, np.ones((3, 3)), cancel=lambda: True)
    for weights in (np.random.default_rng(0).normal(size=(15, 15)), np.random.default_rng(0).normal(size=(63, 63))):
        asked: list[None] = []

        def third_time(asked: list[None] = asked) -> bool:
            asked.append(None)
            return len(asked) > 2

        with pytest.raises(Cancelled):
            run(np.zeros((1000, 700, 3), np.uint8), weights, cancel=third_time)
    assert run(IMAGE, np.ones((3, 3)), cancel=lambda: False).values.any()


def test_many_threads_at_once() -> None:
    expected = correlate(IMAGE, np.ones((5, 4)))
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: correlate(IMAGE, np.ones((5, 4))), range(40)))
    assert all(np.array_equal(result, expected) for result in results)


def test_without_waiting_the_plain_path_answers(monkeypatch) -> None:
    loads: list[str] = []
    monkeypatch.setattr(hardware, "compiled", hardware.Lazy(lambda: loads.append("numba")))
    monkeypatch.setattr(hardware, "gpu", hardware.Lazy(lambda: loads.append("gpu")))
    result = run(np.zeros((900, 900, 3), np.uint8), np.ones((5, 5)), wait=False)
    assert (result.device, loads, is_warm()) == ("cpu (numpy)", [], False)
    assert "still being loaded" in result.why_device


@pytest.mark.usefixtures("cold")
def test_without_numba_everything_still_works() -> None:
    result = run(IMAGE, np.ones((3, 3)))
    assert (result.device, is_warm()) == ("cpu (numpy)", False)
    assert "numba is away" in result.why_device
    warm_up()
    assert is_warm()
    assert [(device.id, device.available) for device in devices()] == [("cpu", True), ("gpu", False)]
    assert "numba is away" in devices()[0].reason


@pytest.mark.usefixtures("cold")
def test_a_gpu_that_is_not_there_is_an_error_only_where_it_is_asked_for() -> None:
    with pytest.raises(RuntimeError, match='device "gpu" is not available: there is no GPU'):
        correlate(IMAGE, [[1.0]], device="gpu")
    assert run(np.zeros((900, 900, 3), np.uint8), np.ones((5, 5))).why_device.startswith("the GPU is not used: there is no GPU")
    assert "GPU" not in run(IMAGE, [[1.0]], device="cpu").why_device


class OutOfMemoryError(RuntimeError):
    pass


class LostError(RuntimeError):
    pass


@pytest.fixture
def card(monkeypatch) -> SimpleNamespace:
    """A GPU that computes with the slow reference and fails as told."""
    from kernels import reference

    def compute(plan: Any, image: Any, cancel: Any, out_dtype: Any) -> Any:
        fake.calls += 1
        if fake.fails is not None:
            raise fake.fails
        assert out_dtype is None
        return reference.correlate(plan, image).astype(plan.dtype), Algorithm.LOW_RANK

    fake = SimpleNamespace(
        run=compute, name=lambda: "Card", GpuOutOfMemory=OutOfMemoryError, GpuLost=LostError, fails=None, calls=0
    )
    monkeypatch.setattr(hardware, "gpu", hardware.Lazy(lambda: fake))
    return fake


BIG = np.zeros((600, 700, 3), np.uint8)


def test_auto_takes_the_gpu_for_large_work_only(card) -> None:
    big = run(BIG, np.ones((5, 5)))
    assert (big.device, big.device_name, big.algorithm, card.calls) == ("gpu", "Card", Algorithm.LOW_RANK, 1)
    small = run(IMAGE, np.ones((5, 5)))
    assert small.device != "gpu"
    assert "so little work" in small.why_device
    assert run(IMAGE, np.ones((5, 5)), device="gpu").device == "gpu"
    assert run(BIG, np.ones((5, 5)), device="cpu").device != "gpu"


def test_gpu_memory_running_out_is_not_the_end_of_the_gpu(card) -> None:
    card.fails = OutOfMemoryError("3 GB wanted")
    result = run(BIG, np.ones((5, 5)), device="gpu")
    assert result.device.startswith("cpu")
    assert "too little free memory (3 GB wanted)" in result.why_device
    card.fails = None
    assert run(BIG, np.ones((5, 5))).device == "gpu"


def test_a_lost_gpu_is_never_asked_again(card) -> None:
    card.fails = LostError("illegal address")
    assert "illegal address" in run(BIG, np.ones((5, 5))).why_device
    card.fails = None
    again = run(BIG, np.ones((5, 5)))
    assert again.device.startswith("cpu")
    assert "not used again" in again.why_device
    with pytest.raises(RuntimeError, match="illegal address"):
        run(BIG, np.ones((5, 5)), device="gpu")
    assert card.calls == 1


def test_importing_the_package_loads_no_compiler() -> None:
    code = "import kernels, sys; sys.exit(bool({'numba', 'cupy', 'scipy', 'torch'} & set(sys.modules)))"
    root = Path(engine.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


NO_FOLDER = """
import numba, numpy as np, kernels
real = numba.njit

def njit(cache=False, **options):
    def decorate(function):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return real(**options)(function)
    return decorate

numba.njit = njit
print(kernels.run(np.ones((3, 3)), np.ones((3, 3)), device="cpu").device)
"""


def test_compiled_code_without_a_folder_for_it() -> None:
    """Where numba finds no folder that it may write, it compiles all the same."""
    pytest.importorskip("numba")
    root = Path(engine.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", NO_FOLDER], cwd=root, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "cpu"
