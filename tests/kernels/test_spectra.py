"""The compiled transforms against numpy's, and the tiles that they filter against the reference."""

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kernels import Border, checks, engine, fft, hardware, reference, spread
from kernels.plan import Algorithm, Plan, plan
from kernels.sliding import WildError

pytest.importorskip("numba")
from kernels import cpu
from kernels.cpu import spectra, tiling
from kernels.cpu.butterflies import BACKWARD, FORWARD, Complex, dft
from kernels.cpu.lanes import lanes, room
from kernels.cpu.transforms import Passes, backward, forward, passes

LENGTHS = [power * odd for power in (16, 32, 64, 128, 256) for odd in (1, 3, 5)]
DTYPES = ["float32", "float64"]


def eps(dtype: Any) -> float:
    return float(np.finfo(dtype).eps)


def panel(length: int, dtype: str) -> tuple[NDArray[Any], NDArray[np.complex128], Passes]:
    """Memory of one panel of random numbers, the complex columns ``(length, lanes)`` that it holds, and their transform."""
    memory = room(length * 2 * lanes(dtype), dtype)
    memory[:] = np.random.default_rng(length).normal(size=len(memory))
    return memory, columns(memory, length), passes(length, dtype)


def multiplied(task: Plan, image: NDArray[Any]) -> NDArray[Any]:
    return cpu.run(task, image, Algorithm.FFT)


def columns(memory: NDArray[Any], length: int) -> NDArray[np.complex128]:
    parts = memory.reshape(length, 2, -1).astype(np.float64)
    return parts[:, 0] + 1j * parts[:, 1]


ONE = np.zeros(1, np.intp)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 8, 15, 16])
def test_short_transforms_are_those_of_numpy(count) -> None:
    random = np.random.default_rng(count)
    values = random.normal(size=(count, 7)) + 1j * random.normal(size=(count, 7))
    for sign, expected in ((FORWARD, np.fft.fft(values, axis=0)), (BACKWARD, np.fft.ifft(values, axis=0) * count)):
        found = dft([Complex(value.real, value.imag) for value in values], sign)
        np.testing.assert_allclose([value.re + 1j * value.im for value in found], expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("length", LENGTHS)
def test_transforms_are_those_of_numpy_in_another_order(length, dtype) -> None:
    memory, given, how = panel(length, dtype)
    forward(memory, ONE, how, len(how.radices))
    found, expected = columns(memory, length), np.fft.fft(given, axis=0)
    order = [int(np.abs(expected - row).sum(axis=1).argmin()) for row in found]
    assert sorted(order) == list(range(length))
    np.testing.assert_allclose(found, expected[order], rtol=0, atol=20 * eps(dtype) * np.sqrt(length))
    assert (np.abs(found) ** 2).sum() == pytest.approx(length * (np.abs(given) ** 2).sum(), rel=10 * eps(dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("length", LENGTHS)
def test_there_and_back_is_the_length(length, dtype) -> None:
    memory, given, how = panel(length, dtype)
    for count in range(1, len(how.radices) + 1):
        forward(memory, ONE, how, count)
        backward(memory, ONE, how, count)
        memory /= np.prod(how.radices[:count])
        np.testing.assert_allclose(columns(memory, length), given, rtol=0, atol=count * 20 * eps(dtype))


def test_all_panels_are_transformed_and_nothing_else() -> None:
    how, size = passes(32, "float32"), 64 * lanes("float32")
    memory = np.random.default_rng(0).normal(size=4 * size).astype(np.float32)
    apart = [memory[start : start + size].copy() for start in (0, 2 * size)]
    before = memory.copy()
    forward(memory, np.array([0, 2 * size]), how, 2)
    for start, one in zip((0, 2 * size), apart, strict=True):
        forward(one, ONE, how, 2)
        np.testing.assert_array_equal(memory[start : start + size], one)
        np.testing.assert_array_equal(memory[start + size : start + 2 * size], before[start + size : start + 2 * size])


@pytest.mark.parametrize("length", [8, 24, 30, 45, 16 * 15, 16 * 7])
def test_other_lengths_are_refused(length) -> None:
    with pytest.raises(ValueError, match=f"no transform of length {length}"):
        passes(length, "float32")


def test_tables_cannot_be_changed() -> None:
    assert not any(table.flags.writeable for table in passes(80, "float64")[2:])


def made(image: NDArray[Any], weights: NDArray[Any], **options: Any) -> Plan:
    return plan(image.shape, image.dtype, weights, anchor=(weights.shape[0] // 2, weights.shape[1] // 2), **options)


def assert_is_the_reference(task: Plan, image: NDArray[Any]) -> None:
    """But for rounding, measured by the largest sum that could have arisen; see ``spectra`` for what was measured."""
    found, expected = multiplied(task, image), reference.correlate(task, image)
    largest = max(1.0, float(np.abs(image.astype(np.float64)).max()), abs(task.cval))
    near = 4 * eps(task.dtype) * (np.abs(task.weights).sum() * largest + abs(task.bias))
    assert found.dtype == task.dtype
    np.testing.assert_allclose(found, expected, rtol=0, atol=near)


@pytest.mark.parametrize("sides", [(32, 32), (48, 32), (32, 80), (64, 48)])
@pytest.mark.parametrize(
    ("shape", "size"), [((60, 75, 1), (5, 7)), ((41, 30, 3), (8, 1)), ((7, 5, 3), (30, 21)), ((1, 99, 1), (1, 19))]
)
@pytest.mark.parametrize("border", Border)
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (3, 2)])
def test_tiles_of_any_side_give_the_reference(monkeypatch, sides, shape, size, border, stride, dilation) -> None:
    larger = tuple(side if dilation * (taps - 1) < side else 2 * side for taps, side in zip(size, sides, strict=True))
    monkeypatch.setattr(spectra, "sides", lambda _plan, _dtype: larger)
    monkeypatch.setattr(spectra, "room", lambda count, dtype: np.full(count, np.nan, dtype))  # as memory may be found
    random = np.random.default_rng(7)
    weights = random.normal(size=size)
    for dtype in ("uint8", "float32", "float64"):
        image = (random.random(shape) * 255).astype(dtype)
        assert_is_the_reference(made(image, weights, border=border, cval=9.5, stride=stride, dilation=dilation, bias=2.5), image)


@pytest.mark.parametrize("dtype", ["bool", "int16", "uint16", "int32", "uint64", "float16"])
@pytest.mark.parametrize("order", [np.asfortranarray, lambda a: a[::-1, ::2], lambda a: a[:, :, ::-1]])
def test_pictures_of_every_type_and_order(dtype, order) -> None:
    image = order(np.random.default_rng(3).integers(0, 200, (50, 60, 3)).astype(dtype))
    image.flags.writeable = False
    image = checks.check_picture(image)
    assert_is_the_reference(made(image, np.random.default_rng(4).normal(size=(9, 9))), image)


@pytest.mark.parametrize("size", [(31, 31), (63, 20), (1, 200), (150, 150)])
def test_large_kernels(size) -> None:
    random = np.random.default_rng(5)
    image = (random.random((120, 130, 1)) * 255).astype(np.float32)
    assert_is_the_reference(made(image, random.normal(size=size)), image)


@pytest.mark.parametrize("wild", [np.nan, np.inf, -np.inf, 3e38])
def test_values_that_would_spread_are_left_to_the_direct_sums(wild) -> None:
    """So they stay within their footprint, and everything else is as without them."""
    image = np.ones((90, 80, 1), np.float32)
    image[40, 30] = wild
    task = replace(made(image, np.random.default_rng(0).normal(size=(15, 11))), algorithm=Algorithm.FFT)
    with pytest.raises(WildError):
        multiplied(task, image)
    assert hardware.compiled.get(wait=True) is not None
    result = engine._on_cpu(engine._Work(task, image, None, None), True, "")
    assert result.algorithm is Algorithm.DIRECT
    touched = np.zeros(image.shape, bool)
    touched[33:48, 25:36] = True
    np.testing.assert_array_equal(~np.isfinite(result.values) | (np.abs(result.values) > 1e20), touched)


def test_a_constant_outside_that_would_spread() -> None:
    image = np.ones((40, 40, 1), np.float32)
    with pytest.raises(WildError):
        multiplied(made(image, np.ones((5, 5)), border=Border.CONSTANT, cval=np.nan), image)


@pytest.mark.parametrize("place", [np.s_[20, 30], np.s_[0], np.s_[:, 0], np.s_[-1, -1]])
def test_small_values_beside_large_ones_are_not_lost_in_their_rounding(place) -> None:
    """Every result is right by the largest value of its own footprint, not by that of the tile."""
    random = np.random.default_rng(1)
    image = (217 + random.random((150, 140, 1))).astype(np.float32)
    image[place] = 1e9
    task = made(image, random.random((15, 15)))
    expected = reference.correlate(task, image)
    np.testing.assert_allclose(multiplied(task, image), expected, rtol=1e-5)


def test_a_range_beyond_float64_is_left_to_the_direct_sums() -> None:
    image = np.full((150, 140, 1), 217.0)
    image[20, 30] = 3e38
    task = replace(made(image, np.random.default_rng(1).random((15, 15))), algorithm=Algorithm.FFT)
    for run in (multiplied, fft.run):
        with pytest.raises(spread.RangeError):
            run(task, image)
    np.testing.assert_allclose(
        engine._on_cpu(engine._Work(task, image, None, None), True, "").values,
        reference.correlate(task, image),
        rtol=1e-12,
    )


def test_zeros_and_whole_numbers_need_no_range() -> None:
    image = np.zeros((150, 140, 1), np.float32)
    image[20, 30] = 1e6
    assert_is_the_reference(made(image, np.random.default_rng(1).random((15, 15))), image)
    whole = np.ones((150, 140, 1), np.uint16)
    whole[20, 30] = 65535
    assert_is_the_reference(made(whole, np.random.default_rng(1).random((15, 15))), whole)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("total", [1, 25])
def test_nothing_overflows_below_the_limit(dtype, total) -> None:
    image = np.ones((250, 250, 1), dtype)
    task = made(image, np.full((5, 5), total / 25), border=Border.REPLICATE)
    limit = spread.limit(task, dtype, prod(tiling.sides(task, dtype)))
    np.testing.assert_allclose(multiplied(task, image * image.dtype.type(limit * 0.99)), total * limit * 0.99, rtol=1e-5)
    with pytest.raises(WildError):
        multiplied(task, image * image.dtype.type(limit * 1.01))


@pytest.mark.parametrize("shape", [(1, 1, 1), (20, 3000, 1), (512, 512, 1), (2160, 3840, 3)])
@pytest.mark.parametrize("size", [(3, 3), (1, 700), (63, 63), (900, 2)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_sides_can_be_transformed_and_hold_the_kernel(shape, size, dtype) -> None:
    sides = tiling.sides(made(np.empty(shape, dtype), np.ones(size)), dtype)
    assert all(side >= taps for side, taps in zip(sides, size, strict=True))
    assert [passes(side, dtype).length for side in sides] == list(sides)


@pytest.mark.parametrize(("shape", "size"), [((2000, 2000, 1), 900), ((1080, 1920, 1), 400), ((300, 300, 1), 200)])
def test_tiles_and_spectrum_take_no_more_memory_than_picture_and_result(shape, size) -> None:
    task = made(np.empty(shape, np.float32), np.ones((size, size)))
    one_tile = 8 * prod(tiling.sides(task, "float32"))
    tiles = min(2, -(-prod(shape) // (2 * prod(side - size + 1 for side in tiling.sides(task, "float32")))))
    assert (tiles + 1) * one_tile <= max(tiling.MEMORY, 8 * prod(shape))
