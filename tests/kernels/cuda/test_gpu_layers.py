"""Layers on a GPU: the same steps with CuPy's arrays, and the CPU where a GPU cannot. No GPU is needed."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import kernels
from kernels import hardware, place
from kernels.gpu import Gpu, GpuLost, GpuOutOfMemory

RANDOM = np.random.default_rng(0)
X, W, BIAS = (RANDOM.normal(size=shape).astype(np.float32) for shape in ((2, 4, 9, 8), (6, 2, 3, 3), (6,)))
OPTIONS: dict[str, Any] = {"stride": (2, 1), "padding": 1, "dilation": (1, 2), "groups": 2}


def _on_device(value: Any) -> bool:
    return isinstance(value, Device) or np.ndim(value) == 0


def _host(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Device) else value


class Device(np.ndarray):
    """Memory of a GPU: as CuPy's arrays, it takes no arrays of main memory."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **options: Any) -> Any:
        assert all(map(_on_device, (*inputs, *out))), "an array of main memory meets one of the GPU"
        if out:
            options["out"] = tuple(map(_host, out))
        made = getattr(ufunc, method)(*map(_host, inputs), **options)
        return out[0] if out else np.asarray(made).view(Device)

    def __setitem__(self, key: Any, value: Any) -> None:
        assert _on_device(value), "an array of main memory is put into one of the GPU"
        super().__setitem__(key, value)


def _made(function: Any) -> Any:
    def make(*given: Any, **options: Any) -> Any:
        assert not any(type(one) is np.ndarray for one in given), "an array of main memory is given to the GPU"
        return function(*map(_host, given), **options).view(Device)

    return make


@pytest.fixture
def card(fake_cupy, monkeypatch) -> Any:
    """A GPU in order."""
    for name in ("zeros", "zeros_like", "full", "arange", "where"):
        setattr(fake_cupy, name, _made(getattr(np, name)))
    room = fake_cupy.empty
    fake_cupy.empty = lambda shape, dtype: room(shape, dtype).view(np.ndarray).view(Device)
    fake_cupy.asarray = lambda array: array.copy().view(Device)
    fake_cupy.asnumpy = lambda array: array.view(np.ndarray).copy()
    fake_cupy.matmul = _made(np.matmul)  # without a place for the result
    gpu = Gpu()
    module = SimpleNamespace(
        compute=gpu.compute, reason_no_products=gpu.reason_no_products, GpuLost=GpuLost, GpuOutOfMemory=GpuOutOfMemory
    )
    monkeypatch.setattr(hardware, "gpu", hardware.Lazy(lambda: module))
    return fake_cupy


@pytest.mark.usefixtures("card")
def test_layers_on_the_gpu_are_those_on_the_cpu() -> None:
    grad = np.ones((2, 6, 5, 6), np.float32)
    calls = (
        lambda device: kernels.conv2d(X, W, BIAS, **OPTIONS, device=device),
        lambda device: kernels.conv2d(X, W[:, :, :1, :1], BIAS, groups=2, device=device),
        lambda device: kernels.conv2d(X[:, :, :1, :1], W[:, :1, :1, :1].repeat(4, 1), BIAS, device=device),
        lambda device: kernels.conv2d(X, W[:4, :1], groups=4, device=device),
        lambda device: kernels.conv2d_backward(grad, X, W, **OPTIONS, device=device)[0],
        lambda device: kernels.conv2d_backward(grad, X, W, **OPTIONS, device=device)[1],
        lambda device: kernels.conv2d_backward(grad, X, W, **OPTIONS, device=device)[2],
        lambda device: kernels.max_pool2d(X, 3, padding=1, ceil_mode=True, device=device)[0],
        lambda device: kernels.max_pool2d(X, 3, padding=1, ceil_mode=True, device=device)[1],
        lambda device: kernels.avg_pool2d(X, 3, padding=1, ceil_mode=True, device=device),
        lambda device: kernels.im2col(X, (2, 3), padding=1, device=device),
        lambda device: kernels.col2im(kernels.im2col(X, 3), (9, 8), 3, device=device),
    )
    for call in calls:
        found, expected = call("gpu"), call("cpu")
        assert type(found) is np.ndarray
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_auto_takes_the_gpu_for_large_layers_only(card, monkeypatch) -> None:
    sent: list[int] = []
    original = card.asarray
    card.asarray = lambda array: sent.append(array.size) or original(array)
    kernels.conv2d(X, W, **OPTIONS)
    assert not sent
    monkeypatch.setattr(place, "GPU_FROM_STEPS", 1)
    kernels.conv2d(X, W, **OPTIONS)
    assert sent == [X.size, W.size]


def test_too_little_memory_is_not_the_end_of_the_gpu(card, monkeypatch) -> None:
    expected = kernels.conv2d(X, W, **OPTIONS, device="cpu")
    card.room = 10
    with pytest.raises(GpuOutOfMemory):  # an array does not say where it was computed
        kernels.conv2d(X, W, **OPTIONS, device="gpu")
    monkeypatch.setattr(place, "GPU_FROM_STEPS", 1)
    np.testing.assert_array_equal(kernels.conv2d(X, W, **OPTIONS), expected)
    card.room = 2**30
    np.testing.assert_allclose(kernels.conv2d(X, W, **OPTIONS, device="gpu"), expected, rtol=1e-5, atol=1e-5)


def test_a_lost_gpu_is_never_asked_again(card, monkeypatch) -> None:
    expected = kernels.conv2d(X, W, **OPTIONS, device="cpu")

    def fail(left: Any, right: Any) -> Any:
        if left.size > 1:  # the GPU is asked for one product before
            raise card.cuda.runtime.CUDARuntimeError(700, "an illegal access")
        return _made(np.matmul)(left, right)

    card.matmul = fail
    monkeypatch.setattr(place, "GPU_FROM_STEPS", 1)
    np.testing.assert_array_equal(kernels.conv2d(X, W, **OPTIONS), expected)
    with pytest.raises(RuntimeError, match="not used again until the program is restarted"):
        kernels.conv2d(X, W, **OPTIONS, device="gpu")


@pytest.mark.parametrize(("product", "says"), [(None, "libcublas is not there"), (5.0, "computes 2 x 2 = 5")])
def test_without_cudas_matrix_products_the_cpu_computes(card, monkeypatch, product, says) -> None:
    def fails(left: Any, right: Any) -> Any:
        if product is None:
            raise ImportError("libcublas is not there\nmore text")
        return np.full((1, 1), product)

    card.matmul = fails
    with pytest.raises(RuntimeError, match=f'device "gpu" is not available: .*{says}'):
        kernels.conv2d(X, W, **OPTIONS, device="gpu")
    monkeypatch.setattr(place, "GPU_FROM_STEPS", 1)
    np.testing.assert_array_equal(kernels.conv2d(X, W, **OPTIONS), kernels.conv2d(X, W, **OPTIONS, device="cpu"))


@pytest.mark.usefixtures("cold")
def test_a_gpu_that_is_not_there_is_an_error_only_where_it_is_asked_for(monkeypatch) -> None:
    monkeypatch.setattr(place, "GPU_FROM_STEPS", 1)
    kernels.conv2d(X, W, **OPTIONS)
    with pytest.raises(RuntimeError, match='device "gpu" is not available: there is no GPU'):
        kernels.conv2d(X, W, **OPTIONS, device="gpu")
