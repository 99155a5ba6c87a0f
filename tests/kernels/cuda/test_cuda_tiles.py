"""The functions that work on tiles, built for this processor: against the reference, at their edges, and with planted faults."""

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kernels import gpu_choice, gpu_names, launch_tiles, reference, rounding
from kernels.border import Border
from kernels.gpu_ends import End
from kernels.launch import any_sums, cut
from kernels.levels import coloured
from kernels.plan import Algorithm, Padding, plan
from kernels.scale import Colours

RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SHAPES = st.tuples(st.integers(1, 70), st.integers(1, 280), st.sampled_from(gpu_names.CHANNELS))
SUMS = {
    name: ("float64" if name in ("float64", "int32", "uint32", "int64", "uint64") else "float32") for name in gpu_names.INPUTS
}
WAYS = {"square": launch_tiles.square, "large": launch_tiles.large, "pairs": launch_tiles.in_pairs}


def picture(random, shape, dtype, largest=200):
    values = random.random(shape) * largest
    return (values if np.dtype(dtype).kind == "u" else values - largest / 2).astype(dtype)


def assert_agrees(task, image, result, steps=30):
    """NaN and infinity in the same places; elsewhere rounding of the plan's arithmetic only."""
    finite = image[np.isfinite(image)].astype(float)
    size = np.abs(task.weights).sum() * max(np.abs(finite).max(initial=0), np.nan_to_num(abs(task.cval), posinf=0)) + abs(
        task.bias
    )
    atol = steps * np.finfo(task.dtype).eps * size
    np.testing.assert_allclose(result, reference.correlate(task, image), rtol=0, atol=atol)


@st.composite
def tasks(draw, dtypes, sides, paired=False):
    """A picture smaller or larger than a tile, and a plan that fits it, of stride 1 and dilation 1."""
    shape, dtype = draw(SHAPES), draw(st.sampled_from(dtypes))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    kh, kw = draw(sides)
    kernel = np.outer(random.normal(size=kh), random.normal(size=kw)) if paired else random.normal(size=(kh, kw))
    kernel[random.random((kh, kw)) < draw(st.sampled_from([0.0, 0.0 if paired else 0.3]))] = 0.0
    padding = draw(st.sampled_from([Padding.SAME, Padding.SAME, Padding.FULL, kh + kw]))
    anchor = draw(st.integers(0, kh - 1)), draw(st.integers(0, kw - 1))
    options = {"bias": draw(st.sampled_from([0.0, -2.5])), "cval": draw(st.sampled_from([0.0, 7.0]))}
    task = plan(shape, dtype, kernel, anchor=anchor, border=draw(st.sampled_from(Border)), padding=padding, **options)
    return picture(random, shape, dtype), task


def run(host, task, image, make, band):
    made = []
    for start in range(0, task.out_shape[0], band):
        one = cut(task, image, start, min(start + band, task.out_shape[0]))
        launch = make(one, End(task.dtype))
        assert launch is not None
        result, wild = host.run(launch, one.image)
        assert not wild
        made.append(result)
    return np.concatenate(made)


@RELAXED
@given(
    task=tasks(gpu_names.SQUARE_INPUTS, st.sampled_from([(side, side) for side in gpu_names.SQUARES])), band=st.integers(20, 99)
)
def test_square_kernels(host, task, band):
    image, planned = task
    assert_agrees(planned, image, run(host, planned, image, launch_tiles.square, band))


@RELAXED
@given(
    task=tasks(["uint8", "float32", "float64", "int16"], st.tuples(st.integers(1, 16), st.integers(1, 20))),
    band=st.integers(20, 99),
)
def test_kernels_of_any_size(host, task, band):
    image, planned = task
    assert_agrees(planned, image, run(host, planned, image, launch_tiles.large, band))


@RELAXED
@given(
    task=tasks(["uint8", "float32", "float64"], st.tuples(st.integers(2, 20), st.integers(2, 35)), paired=True),
    band=st.integers(20, 99),
)
def test_pairs_of_columns_and_rows(host, task, band):
    image, planned = task
    assert_agrees(planned, image, run(host, planned, image, launch_tiles.in_pairs, band))


@pytest.mark.parametrize("channels", gpu_names.CHANNELS)
def test_several_pairs(host, channels):
    random = np.random.default_rng(1)
    kernel = random.normal(size=(11, 3)) @ random.normal(size=(3, 9))
    image = picture(random, (50, 120, channels), "float32")
    task = plan(image.shape, "float32", kernel, anchor=(5, 4), border=Border.WRAP)
    assert task.pairs.rank == 3
    assert_agrees(task, image, run(host, task, image, launch_tiles.in_pairs, 50))


@pytest.mark.parametrize("name", list(gpu_names.every()))
def test_every_instance(host, name):
    """Each type of picture, of sums and of ends, and each number of channels, by the function that a launch would name."""
    function, _, types = name.removesuffix(">").partition("<")
    given = types.split(", ")
    image_dtype = next(dtype for dtype, written in gpu_names.INPUTS.items() if written == given[0])
    shown = given[2] in gpu_names.COLOURS.values()
    end = End(image_dtype if given[2] == given[0] else SUMS[image_dtype], Colours(10, 60) if shown else None)
    channels = int(given[3]) if given[3:] else 1 if given[2] == "Grey" else 3
    side = int(given[4]) if given[4:] else 5
    random = np.random.default_rng(2)
    image = picture(random, (37, 131, channels), image_dtype, 100)
    kernel = np.outer(random.random(side), random.random(side)) / side
    task = plan(image.shape, image_dtype, kernel, anchor=(side // 2, side // 2), border=Border.MIRROR)
    band = cut(task, image, 0, 37)
    launch = (WAYS | {"correlate": any_sums})[function.removeprefix("correlate_")](band, end)
    assert launch.function == name
    found, rgb, _ = host.made(launch, image)
    assert found.dtype == end.dtype
    if shown:
        np.testing.assert_array_equal(rgb, coloured(found if channels == 3 else found[:, :, 0], end.colours))
    if found.dtype.kind == "f":
        assert_agrees(task, image, found)
    else:
        off = found.astype(float) - reference.correlate(task, image)
        assert np.abs(off).max() < 0.501


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("channels", gpu_names.CHANNELS)
@pytest.mark.parametrize("dtype", gpu_names.SQUARE_INPUTS)
@pytest.mark.parametrize("side", gpu_names.SQUARES)
def test_tiles_that_lie_in_the_picture_as_it_is(host, way, channels, dtype, side):
    """Values are read four at once where the first one of a tile allows it, which depends on the padding."""
    random = np.random.default_rng(side)
    image = picture(random, (80, 404, channels), dtype)
    kernel = np.outer(random.random(side), random.random(side))
    for anchor in (0, side // 2, side - 1):
        task = plan(image.shape, dtype, kernel, anchor=(side // 2, anchor), border=Border.WRAP)
        assert_agrees(task, image, run(host, task, image, WAYS[way], 47))


@pytest.mark.parametrize("dtype", gpu_names.ROUNDED)
@pytest.mark.parametrize("channels", gpu_names.CHANNELS)
@pytest.mark.parametrize("way", ["any", *WAYS])
def test_results_are_rounded_half_to_even_and_saturated(host, dtype, channels, way):
    most = np.iinfo(dtype).max
    image = np.resize(np.array([0, 1, 2, 3, 4, 5, 6, 7, most, most - 1, most // 2], dtype), (5, 70, channels))
    for scale, bias in [(0.5, 0.0), (0.5, 1.0), (1.5, -4.0), (3.0, 0.0), (0.25, -0.5), (-1.0, 5.5)]:
        kernel = np.zeros((3, 3))
        kernel[1, 1] = scale
        task = plan(image.shape, dtype, kernel, anchor=(1, 1), bias=bias)
        band = cut(task, image, 0, 5)
        found = host.run((WAYS | {"any": any_sums})[way](band, End(dtype)), image)[0]
        np.testing.assert_array_equal(found, rounding.convert(reference.correlate(task, image).astype(np.float32), dtype))


def test_nan_is_rounded_to_0(host):
    image = np.zeros((4, 40, 1), np.uint8)
    task = plan(image.shape, "uint8", np.ones((3, 3)), anchor=(1, 1), border=Border.CONSTANT, cval=np.nan)
    found = host.run(launch_tiles.square(cut(task, image, 0, 4), End("uint8")), image)[0]
    assert (found == 0).all()


@RELAXED
@given(
    way=st.sampled_from(["square", "large"]),
    side=st.sampled_from(gpu_names.SQUARES),
    shape=SHAPES,
    wild=st.lists(st.sampled_from([np.nan, np.inf, -np.inf]), min_size=1, max_size=3),
    seed=st.integers(0, 2**32),
)
def test_wild_values_stay_within_the_weights_that_are_not_0(host, way, side, shape, wild, seed):
    random = np.random.default_rng(seed)
    image = picture(random, shape, "float32")
    for value in wild:
        image[tuple(int(random.integers(length)) for length in shape)] = value
    kernel = np.where(random.random((side, side)) < 0.6, 0.0, random.normal(size=(side, side)))
    task = plan(
        shape, "float32", kernel, anchor=(side // 2, side // 2), border=Border.CONSTANT, cval=float(random.choice([1, np.inf]))
    )
    assert_agrees(task, image, run(host, task, image, WAYS[way], 99))


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e38, -1e38])
@pytest.mark.parametrize("place", [(0, 0), (40, 100), (69, 259)])
def test_pairs_tell_of_values_that_they_would_spread(host, value, place):
    image = np.ones((70, 260, 1), np.float32)
    task = plan(image.shape, "float32", np.ones((11, 11)), anchor=(5, 5))
    launch = launch_tiles.in_pairs(cut(task, image, 0, 70), End("float32"))
    assert not host.run(launch, image)[1]
    image[place] = value
    assert host.run(launch, image)[1]


def test_every_algorithm_gives_the_same_up_to_rounding(host):
    random = np.random.default_rng(4)
    kernel = np.outer(random.random(9), random.random(9))
    image = picture(random, (60, 200, 3), "float32")
    task = plan(image.shape, "float32", kernel, anchor=(4, 4))
    for make in (launch_tiles.square, launch_tiles.large, launch_tiles.in_pairs, any_sums):
        assert_agrees(task, image, run(host, task, image, make, 60), 10)


@pytest.mark.parametrize(
    ("shape", "kernel", "options"),
    [
        ((50, 50, 2), (3, 3), {}),
        ((50, 50, 1), (3, 3), {"stride": 2}),
        ((50, 50, 1), (3, 3), {"dilation": 2}),
        ((50, 50, 1), (70, 70), {}),
    ],
)
def test_what_no_tile_is_made_for_is_left_to_the_general_function(shape, kernel, options):
    task = plan(shape, "float32", np.ones(kernel), anchor=(1, 1), **options)
    band = cut(task, np.zeros(shape, np.float32), 0, task.out_shape[0])
    assert launch_tiles.square(band, End("float32")) is None
    assert launch_tiles.large(band, End("float32")) is None
    assert gpu_choice.launch(band, Algorithm.DIRECT, End("float32")).function == "correlate<float, float, float>"


@RELAXED
@given(
    height=st.integers(1, 10**5),
    width=st.integers(1, 10**4),
    side=st.sampled_from([2, 3, 7, 21, 45]),
    dtype=st.sampled_from(["uint8", "float64"]),
)
@example(height=10**7, width=5, side=3, dtype="float32")
def test_every_launch_keeps_to_the_limits_of_cuda(height, width, side, dtype):
    task = plan((height, width, 1), dtype, np.ones((side, side)), anchor=(0, 0), border=Border.REPLICATE)
    for block in (launch_tiles.square_block(task), launch_tiles.large_block(task), launch_tiles.pairs_block(task)):
        if block is not None:
            assert block.shared <= 48 << 10
            assert block.threads[0] * block.threads[1] <= 256
            assert -(-height // block.down) <= 65535
