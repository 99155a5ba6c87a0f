"""The CUDA source itself, built for this processor: against the reference, SciPy, and at its limits."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from kernels import gpu_choice, reference
from kernels import launch as launches
from kernels.border import Border
from kernels.gpu_ends import End
from kernels.gpu_names import INPUTS, function_name
from kernels.launch import any_sums, cut, rows_at_once
from kernels.plan import Algorithm, Padding, plan

SCIPY = {
    "zero": "constant",
    "constant": "constant",
    "reflect": "reflect",
    "mirror": "mirror",
    "replicate": "nearest",
    "wrap": "wrap",
}
PICTURES = ["uint8", "uint16", "float16", "float32", "float64"]
SPECIAL = (np.nan, np.inf, -np.inf)


def run(host, task, image, band=None, make=any_sums):
    """The whole result, computed in bands of rows by the launches that ``make`` makes."""
    band = band or task.out_shape[0]
    cuts = [cut(task, image, start, min(start + band, task.out_shape[0])) for start in range(0, task.out_shape[0], band)]
    return np.concatenate([host.run(make(one, End(task.dtype)), one.image)[0] for one in cuts])


def direct(band, end):
    """The launch that a GPU makes for direct sums."""
    return gpu_choice.launch(band, Algorithm.DIRECT, end)


def assert_agrees(task, image, result):
    """NaN and infinity in the same places; elsewhere rounding of the plan's arithmetic only."""
    expected = reference.correlate(task, image)
    finite = image[np.isfinite(image)].astype(float)
    size = np.abs(task.weights).sum() * max(np.abs(finite).max(initial=0), abs(task.cval)) + abs(task.bias)
    assert result.dtype == task.dtype
    np.testing.assert_allclose(result, expected, rtol=0, atol=30 * np.finfo(task.dtype).eps * size)


@st.composite
def pictures(draw, shape):
    dtype = draw(st.sampled_from(PICTURES))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    image = (random.random(shape) * (255 if dtype.startswith("u") else 2) - (0 if dtype.startswith("u") else 1)).astype(dtype)
    if image.dtype.kind == "f":
        for value in draw(st.lists(st.sampled_from(SPECIAL), max_size=2)):
            image[tuple(int(random.integers(side)) for side in shape)] = value
    return image


@st.composite
def weights(draw):
    shape = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    return np.where(random.random(shape) < 0.3, 0.0, random.normal(size=shape).round(3))


@st.composite
def tasks(draw):
    """A picture and a plan of every kind that fits it."""
    shape = draw(st.tuples(st.integers(1, 8), st.integers(1, 12), st.integers(1, 4)))
    image, kernel = draw(pictures(shape)), draw(weights())
    anchor = draw(st.integers(0, kernel.shape[0] - 1)), draw(st.integers(0, kernel.shape[1] - 1))
    options = {
        "bias": draw(st.sampled_from([0.0, -2.5])),
        "border": draw(st.sampled_from(Border)),
        "cval": draw(st.sampled_from([0.0, 7.0])),
        "stride": draw(st.integers(1, 4)),
        "dilation": draw(st.integers(1, 3)),
        "padding": draw(st.one_of(st.sampled_from(Padding), st.integers(0, 9))),
    }
    try:
        return image, plan(shape, image.dtype, kernel, anchor=anchor, **options)
    except ValueError:
        assume(False)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(task=tasks(), band=st.integers(1, 9))
def test_every_plan_gives_what_the_reference_gives(host, task, band):
    image, planned = task
    assert_agrees(planned, image, run(host, planned, image, band))
    assert_agrees(planned, image, run(host, planned, image, band, direct))


@pytest.mark.parametrize("dtype", PICTURES)
@pytest.mark.parametrize("border", Border)
@pytest.mark.parametrize("size", [(3, 3), (4, 2), (1, 1), (15, 21)])
def test_scipy_agrees(host, dtype, border, size):
    random = np.random.default_rng(3)
    image = (random.random((7, 9)) * 200).astype(dtype)
    kernel = random.normal(size=size)
    task = plan((7, 9, 1), dtype, kernel, anchor=(size[0] // 2, size[1] // 2), border=border, cval=0.0)
    expected = ndimage.correlate(image.astype(float), kernel, mode=SCIPY[border], cval=0.0)
    atol = 1e-9 if dtype == "float64" else 2e-3
    np.testing.assert_allclose(run(host, task, image[:, :, np.newaxis])[:, :, 0], expected, rtol=0, atol=atol)


@pytest.mark.parametrize("dtype", sorted(INPUTS))
def test_every_type_of_picture_is_read_exactly(host, dtype):
    if np.dtype(dtype).kind == "f":
        values = np.array([0.0, -0.0, 1.0, -1.5, np.finfo(dtype).tiny, np.finfo(dtype).max, np.inf, -np.inf, np.nan])
    else:
        values = np.array([0, 1, np.iinfo(dtype).min, np.iinfo(dtype).max], dtype)
    image = values.astype(dtype).reshape(1, -1, 1)
    task = plan(image.shape, image.dtype, np.ones((1, 1)), anchor=(0, 0))
    for make in (any_sums, direct):
        np.testing.assert_array_equal(run(host, task, image, make=make), image.astype(task.dtype))


def test_every_half_precision_number_is_read_exactly(host):
    image = np.arange(2**16, dtype=np.uint16).view(np.float16).reshape(256, 256, 1)
    task = plan(image.shape, image.dtype, np.ones((1, 1)), anchor=(0, 0))
    for make in (any_sums, direct):
        np.testing.assert_array_equal(run(host, task, image, make=make), image.astype(np.float32))


def test_a_nan_under_a_weight_of_0_does_not_spread(host):
    image = np.full((3, 3, 1), np.nan, np.float32)
    image[1, 1] = 5
    task = plan(image.shape, image.dtype, np.diag([0.0, 2.0, 0.0]), anchor=(1, 1))
    for make in (any_sums, direct):
        assert run(host, task, image, make=make)[1, 1, 0] == 10


def test_weights_that_are_all_0_give_the_bias(host):
    image = np.full((2, 3, 2), np.nan, np.float32)
    task = plan(image.shape, image.dtype, np.zeros((3, 3)), anchor=(1, 1), bias=4.5)
    for make in (any_sums, direct):
        assert (run(host, task, image, make=make) == 4.5).all()


def test_long_sums_stay_exact(host):
    """A plain float32 sum of 255 x 255 values would be off by more than the tolerance."""
    image = np.random.default_rng(0).random((1, 1, 1)).astype(np.float32)
    task = plan(image.shape, image.dtype, np.full((255, 255), 1 / 255**2), anchor=(127, 127), border=Border.REPLICATE)
    assert run(host, task, image).item() == pytest.approx(image.item(), rel=3e-6)


def test_rows_beyond_the_largest_grid_are_computed_too(host, monkeypatch):
    monkeypatch.setattr(launches, "MAX_GRID_ROWS", 2)
    image = np.random.default_rng(1).random((100, 3, 1)).astype(np.float32)
    task = plan(image.shape, image.dtype, np.ones((3, 3)), anchor=(1, 1))
    assert any_sums(cut(task, image, 0, 100), End(task.dtype)).grid == (1, 2)
    assert_agrees(task, image, run(host, task, image))


@given(height=st.integers(1, 10**6), width=st.integers(1, 10**5), channels=st.integers(1, 4))
@example(height=2**27, width=1, channels=1)
@example(height=1, width=2**27, channels=3)
def test_the_grid_covers_the_result_and_respects_the_limits_of_cuda(height, width, channels):
    across, down = launches.grid_for((height, width, channels))
    assert width * channels <= across * launches.BLOCK[0] < width * channels + launches.BLOCK[0]
    assert across < 2**31
    assert down <= 65535
    assert down == 65535 or height <= down * launches.BLOCK[1] < height + launches.BLOCK[1]


def test_a_band_takes_along_only_the_rows_that_it_sees():
    image = np.zeros((1000, 2, 1), np.uint8)
    task = plan(image.shape, image.dtype, np.ones((5, 5)), anchor=(2, 2), border=Border.WRAP)
    middle = cut(task, image, 500, 510)
    assert middle.image.shape == (14, 2, 1)
    assert np.shares_memory(middle.image, image)
    assert cut(task, image, 0, 10).image.shape == (14, 2, 1)  # two rows from the other end


def test_a_launch_is_short_enough_to_cancel():
    task = plan((2160, 3840, 3), np.uint8, np.random.default_rng(2).random((255, 255)), anchor=(127, 127))
    rows = rows_at_once(task, Algorithm.DIRECT)
    assert 1 <= rows < 100
    assert rows * 3840 * 3 * 255 * 255 <= launches.MAX_MULTIPLICATIONS


@pytest.mark.parametrize(("image", "sums"), [("complex64", "float32"), ("bool", "float32"), ("uint8", "float16")])
def test_other_types_are_refused_by_name(image, sums):
    with pytest.raises(TypeError, match=rf"the GPU takes pictures of uint8, .* not {image} in {sums}"):
        function_name("correlate", image, sums, "float32")
