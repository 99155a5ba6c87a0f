"""The displayed picture in one pass: bit for bit that of the exact values, whatever the algorithm, without memory for them."""

import tracemalloc
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from kernels import Algorithm, Border, Colours, Kernel, bands, convolve, correlate, engine, hardware, numpy_path, show
from kernels.levels import coloured, to_rgb
from kernels.plan import plan
from kernels.sliding import WildError
from kernels.spread import RangeError

pytest.importorskip("numba")
from kernels import cpu
from kernels.cpu import filtering, spectra, storing

LAW = settings(deadline=None, derandomize=True, max_examples=150)
DTYPES = ["uint8", "uint16", "int16", "int32", "float16", "float32", "float64"]
ALGORITHMS = [Algorithm.DIRECT, Algorithm.SEPARABLE, Algorithm.LOW_RANK, Algorithm.RUNNING, Algorithm.FFT]
IMAGE = np.random.default_rng(0).integers(0, 256, (1000, 1300, 3), dtype=np.uint8)


@st.composite
def images(draw: st.DrawFn) -> NDArray[Any]:
    """Grey and RGB of any type, with NaN and infinities where it has them, or small numbers alone."""
    shape = (draw(st.integers(5, 20)), draw(st.integers(5, 40)), draw(st.sampled_from([1, 3])))
    dtype = draw(st.sampled_from(DTYPES))
    small = np.random.default_rng(draw(st.integers(0, 9))).integers(0, 200, shape).astype(dtype)
    if draw(st.booleans()):
        return small
    return draw(hnp.arrays(dtype, shape, fill=st.just(small.flat[0])))


@st.composite
def looks(draw: st.DrawFn, channels: int) -> Colours:
    low = draw(st.one_of(st.just(0.0), st.floats(-300, 300)))
    high = low + draw(st.sampled_from([0.0, 1.0, 255.0, 100.5, 65535.0]))
    lut = np.random.default_rng(1).integers(0, 256, (256, 3), dtype=np.uint8)
    lut.flags.writeable = False
    return Colours(low, high, draw(st.booleans()), lut if channels == 1 and draw(st.booleans()) else None, (1, 2, 3))


@st.composite
def works(draw: st.DrawFn) -> tuple[Any, NDArray[Any], Algorithm]:
    image, algorithm = draw(images()), draw(st.sampled_from(ALGORITHMS))
    sides = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    weights = np.random.default_rng(draw(st.integers(0, 9))).normal(size=sides) * draw(st.sampled_from([0.01, 1.0, 300.0]))
    weights = np.full(sides, weights[0, 0]) if algorithm is Algorithm.RUNNING else weights
    task = plan(
        image.shape, image.dtype, weights, anchor=(sides[0] // 2, sides[1] // 2), bias=draw(st.sampled_from([0.0, 60.5])),
        border=draw(st.sampled_from(Border)), cval=draw(st.sampled_from([0.0, 9.0, np.nan, np.inf])),
        stride=draw(st.integers(1, 3)), padding=draw(st.sampled_from(["same", "valid", "full", 2])),
    )  # fmt: skip
    return task, image, algorithm if task.limit > 0 else Algorithm.DIRECT  # as the engine has it


@pytest.mark.parametrize("path", [cpu, numpy_path], ids=["compiled", "plain"])
@pytest.mark.parametrize("exact", [False, True])
@LAW
@given(data=st.data())
def test_colours_are_those_of_the_exact_values(path: ModuleType, exact: bool, data: st.DataObject) -> None:
    assert hardware.compiled.get(wait=True) is not None
    task, image, algorithm = data.draw(works())
    colours = data.draw(looks(image.shape[2]))
    with np.errstate(invalid="ignore", over="ignore"):
        try:
            values = path.run(task, image, algorithm)
        except WildError:
            with pytest.raises(WildError):
                path.show(task, image, algorithm, None, colours, exact=exact)
            return
        made, rgb = path.show(task, image, algorithm, None, colours, exact=exact)
    expected = coloured(values if values.shape[2] == 3 else values[:, :, 0], colours)
    np.testing.assert_array_equal(rgb, expected)
    assert rgb.flags.c_contiguous
    assert rgb.dtype == np.uint8
    if exact:
        np.testing.assert_array_equal(made, values)
        assert made.flags.c_contiguous


@pytest.mark.parametrize("loops", ["plain", "compiled"], indirect=True)
@pytest.mark.parametrize("picture", [IMAGE[:40, :60], IMAGE[:40, :60, 1], IMAGE[:40, :60].astype(np.uint16) * 255])
@pytest.mark.parametrize("weights", [np.diag([1.0, -2.0, 0.5]), np.ones((9, 9)), np.random.default_rng(3).normal(size=(31, 29))])
def test_the_public_call(loops: None, picture: NDArray[Any], weights: NDArray[Any]) -> None:
    kernel, options = Kernel(weights, bias=3.5), {"border": "wrap", "padding": "full", "device": "cpu"}
    for turn, filtered in ((False, correlate), (True, convolve)):
        expected = to_rgb(filtered(picture, kernel, **options), -20, 90, absolute=True, nan=(1, 2, 3))
        found = show(picture, kernel, low=-20, high=90, absolute=True, nan=(1, 2, 3), convolve=turn, **options)
        np.testing.assert_array_equal(found, expected)


def test_a_value_that_is_no_number_colours_its_footprint_alone() -> None:
    """The algorithm that was planned gives up, and the direct one shows the picture."""
    image = np.ones((60, 70, 3), np.float32)
    image[30, 40, 1] = np.nan
    result = engine.run(image, np.ones((9, 9)) / 81, device="cpu", display=Colours(0, 1, nan=(9, 8, 7)))
    marked = (result.rgb == (9, 8, 7)).all(axis=2)
    assert marked[26:35, 36:45].all()
    assert marked.sum() == 81
    np.testing.assert_array_equal(np.isnan(result.values).any(axis=2), marked)


def test_both_at_once_and_each_alone() -> None:
    image, weights, look = IMAGE[:50, :60], np.ones((3, 3)) / 9, Colours(0, 255)
    both, values, rgb = (
        engine.run(image, weights, device="cpu", **asked) for asked in ({"display": look}, {}, {"display": look, "exact": False})
    )
    np.testing.assert_array_equal(both.values, values.values)
    np.testing.assert_array_equal(both.rgb, rgb.rgb)
    assert not both.values.flags.writeable
    assert rgb.values.size == 0
    assert values.rgb.size == 0


@pytest.mark.parametrize(
    ("image", "look", "says"),
    [
        (np.zeros((4, 4, 1)), {}, r"got \(4, 4, 1\)"),
        (np.zeros((4, 4, 3)), {"lut": np.zeros((256, 3), np.uint8)}, "without a colour map"),
        (np.zeros((4, 4)), {"lut": np.zeros((255, 3), np.uint8)}, r"shape \(256, 3\)"),
        (np.zeros((4, 4)), {"nan": (1, 2)}, "three levels"),
        (np.zeros((4, 4)), {"low": 2}, "lower one first"),
    ],
)
def test_what_cannot_be_shown(image, look, says) -> None:
    with pytest.raises(ValueError, match=says):
        show(image, np.ones((3, 3)), **{"low": 0, "high": 1, **look})


def peak_beside(made: Callable[[], NDArray[np.uint8]], expected: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch) -> int:
    """Bytes that were in use at once, but for the colours, which are as ``expected``; on one thread with its scratch memory."""
    for module in (bands, filtering):
        monkeypatch.setattr(module, "threads", lambda: 1)
    tracemalloc.start()
    try:
        rgb = made()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(rgb, expected)
    return peak - rgb.nbytes


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("channels", [1, 3])
def test_no_memory_for_the_values(algorithm, channels, monkeypatch) -> None:
    image, look = IMAGE if channels == 3 else IMAGE.reshape(1000, 3900, 1), Colours(0, 255)
    task = plan(image.shape, image.dtype, np.ones((9, 9)) / 81, anchor=(4, 4))
    values = cpu.run(task, image, algorithm)
    expected = coloured(values if channels == 3 else values[:, :, 0], look)
    peak = peak_beside(lambda: cpu.show(task, image, algorithm, None, look, exact=False)[1], expected, monkeypatch)
    assert peak < image.size * 4 / 2


def test_the_public_call_needs_no_memory_for_the_values(monkeypatch) -> None:
    weights = np.arange(9.0).reshape(3, 3) / 36
    expected = to_rgb(correlate(IMAGE, weights, device="cpu"), 0, 255)
    peak = peak_beside(lambda: show(IMAGE, weights, low=0, high=255, device="cpu"), expected, monkeypatch)
    assert peak < IMAGE.size * 4 / 2


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_blocks_side_by_side(algorithm, exact) -> None:
    image = IMAGE.reshape(100, 13000, 3)[:40, :9001]
    task = plan(image.shape, image.dtype, np.ones((5, 4)) / 20, anchor=(2, 2), stride=2)
    values = cpu.run(task, image, algorithm)
    made, rgb = cpu.show(task, image, algorithm, None, Colours(0, 200), exact=exact)
    np.testing.assert_array_equal(rgb, coloured(values, Colours(0, 200)))
    if exact:
        np.testing.assert_array_equal(made, values)


def test_spectra_in_float64_end_as_float32() -> None:
    """Where the range is too large for float32: colours and whole numbers are those of the values, which are rounded first."""
    image = np.random.default_rng(0).random((90, 80, 3)).astype(np.float32)
    image[10, 10] = 1e8
    task = plan(image.shape, image.dtype, np.full((9, 9), 1 / 3), anchor=(4, 4))
    values = cpu.run(task, image, Algorithm.FFT)
    with pytest.raises(RangeError):
        spectra._Work(task, "float32").run(image, None, storing.coloured(task, Colours(0, 1), exact=False))
    steps = Colours(float(values[60, 60, 0]), float(values[60, 60, 0]))
    _, rgb = cpu.show(task, image, Algorithm.FFT, None, steps, exact=False)
    np.testing.assert_array_equal(rgb, coloured(values, steps))


def test_weights_that_make_whole_numbers_overflow_in_spectra() -> None:
    image = IMAGE[:90, :80]
    task = plan(image.shape, image.dtype, np.full((9, 9), 1e36), anchor=(4, 4))
    with pytest.raises(WildError):
        cpu.show(task, image, Algorithm.FFT, None, Colours(0, 1), exact=False)


def test_a_range_of_no_width_is_shown_without_a_warning() -> None:
    found = show(np.array([[0.0, 1.0, -1.0]], np.float32), np.ones((1, 1)), low=0, high=0, device="cpu")
    np.testing.assert_array_equal(found[0, :, 0], [0, 255, 0])
