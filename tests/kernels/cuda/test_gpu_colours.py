"""The displayed picture straight from the CUDA engine: bit for bit that of the exact values. No GPU is needed."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kernels import Colours, Kernel, engine, gpu_choice, hardware, launch_tiles, show
from kernels import gpu as module
from kernels.border import Border
from kernels.gpu import Gpu
from kernels.gpu_ends import End
from kernels.launch import any_sums, cut, painting
from kernels.levels import coloured
from kernels.plan import Algorithm, Padding, plan

RELAXED = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
RANDOM = np.random.default_rng(0)
IMAGE = RANDOM.integers(0, 256, (40, 30, 3)).astype(np.uint8)
LUT = RANDOM.integers(0, 256, (256, 3), dtype=np.uint8)
LOOKS = {
    "levels": Colours(0, 255),
    "signed": Colours(-90.5, 120.25),
    "absolute": Colours(0, 255, absolute=True),
    "absolute, above 20": Colours(20, 150, absolute=True, nan=(1, 2, 3)),
    "no width": Colours(100, 100),
    "all that there is": Colours(-1.7e308, 1.7e308),
}
WAYS = {"square": launch_tiles.square, "large": launch_tiles.large, "pairs": launch_tiles.in_pairs, "any": any_sums}


def planned(image, weights, **options):
    """At the middle of the weights."""
    return plan(image.shape, image.dtype, weights, anchor=(weights.shape[0] // 2, weights.shape[1] // 2), **options)


def as_shown(values, look):
    """What the host makes of values (H, W, C)."""
    return coloured(values if values.shape[2] == 3 else values[:, :, 0], look)


def assert_shown(gpu, task, image, look, algorithm=None):
    """Both ends, the algorithm, and the values of the first."""
    values, rgb, used = gpu.show(task, image, None, look, exact=True, algorithm=algorithm)
    np.testing.assert_array_equal(rgb, as_shown(values, look))
    np.testing.assert_array_equal(values, gpu.run(task, image, algorithm=algorithm)[0])
    none, alone, again = gpu.show(task, image, None, look, exact=False, algorithm=algorithm)
    np.testing.assert_array_equal(alone, rgb)
    assert none.size == 0
    assert used is again
    return rgb


@st.composite
def tasks(draw):
    shape = draw(st.tuples(st.integers(1, 30), st.integers(1, 120), st.sampled_from([1, 3])))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    image = (random.random(shape) * 255).astype(draw(st.sampled_from(["uint8", "uint16", "float16", "float32", "float64"])))
    if image.dtype.kind == "f":
        for value in draw(st.lists(st.sampled_from([np.nan, np.inf, -np.inf]), max_size=2)):
            image[tuple(int(random.integers(side)) for side in shape)] = value
    kh, kw = draw(st.one_of(st.sampled_from([(3, 3), (5, 5)]), st.tuples(st.integers(1, 9), st.integers(1, 9))))
    rank = draw(st.sampled_from([1, 9]))
    kernel = random.normal(size=(kh, rank)) @ random.normal(size=(rank, kw))
    options = {
        "bias": draw(st.sampled_from([0.0, 60.5])),
        "border": draw(st.sampled_from(Border)),
        "cval": draw(st.sampled_from([5.0, np.nan])),
        "padding": draw(st.one_of(st.sampled_from(Padding), st.integers(0, 5))),
        "stride": draw(st.sampled_from([1, 1, 2])),
        "dilation": draw(st.sampled_from([1, 1, 2])),
    }
    look = draw(st.sampled_from([*LOOKS.values(), *([Colours(0, 200, lut=LUT)] if shape[2] == 1 else [])]))
    try:
        return image, planned(image, kernel, **options), look
    except ValueError:
        assume(False)


@pytest.mark.usefixtures("fake_cupy")
@RELAXED
@given(task=tasks(), algorithm=st.sampled_from([None, Algorithm.DIRECT, Algorithm.SEPARABLE, Algorithm.FFT]))
def test_colours_are_those_of_the_exact_values(task, algorithm):
    image, made, look = task
    with np.errstate(all="ignore"):  # which CuPy does
        assert_shown(Gpu(), made, image, look, algorithm)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("way", "dtype"), [(way, dtype) for way in WAYS for dtype in ("float32", "float64") if (way, dtype) != ("square", "float64")]
)
def test_every_kind_of_value(host, way, channels, dtype, look):
    """Ties, ends of ranges, what no whole number holds, infinities and NaN, beside each other."""
    most = np.finfo(dtype).max / 256 if way == "pairs" else np.inf
    kinds = [
        0.0,
        -0.0,
        0.5,
        1.5,
        2.5,
        -0.5,
        -0.6,
        254.5,
        255.5,
        254.49,
        3e9,
        -3e9,
        99.99,
        100.0,
        100.01,
        1e30,
        -1e30,
        most,
        -most,
    ]
    if way != "pairs":  # which tell of NaN
        kinds += [np.nan, 7.0]
    image = np.resize(np.array(kinds, dtype), (31, 67, channels))
    kernel = np.zeros((3, 3))
    kernel[1, 1] = 1
    task = planned(image, kernel, border=Border.ZERO)
    colours = LOOKS[look]
    values, rgb, wild = host.made(WAYS[way](cut(task, image, 0, 31), End(dtype, colours)), image)
    assert not wild
    np.testing.assert_array_equal(values, image)
    np.testing.assert_array_equal(rgb, as_shown(image, colours))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_random_values_at_the_ends_of_levels(host, dtype):
    """Beside the middle between two levels, where any other arithmetic would show."""
    low, high = -3.7, 19.3
    middles = low + (np.arange(256) + 0.5) * (high - low) / 255
    near = np.concatenate([np.nextafter(middles.astype(dtype), end, dtype=dtype) for end in (np.inf, -np.inf, 0, 5)])
    image = near.reshape(16, 64, 1)
    look = Colours(low, high, lut=LUT)
    _, rgb, _ = host.made(painting(image.shape, End(dtype, look)), image)
    np.testing.assert_array_equal(rgb, as_shown(image, look))


@pytest.mark.usefixtures("fake_cupy")
@pytest.mark.parametrize("kernel", [np.ones((3, 3)), np.ones((4, 6)), np.ones((21, 21)), RANDOM.normal(size=(63, 63))])
@pytest.mark.parametrize("options", [{}, {"stride": 2}])
def test_nan_in_one_channel_marks_the_whole_pixel(kernel, options):
    image = IMAGE.astype(np.float32)
    image[17, 11, 1] = np.nan
    task, look = planned(image, kernel, **options), Colours(0, 900, nan=(9, 8, 7))
    with np.errstate(all="ignore"):
        rgb = assert_shown(Gpu(), task, image, look)
        broken = np.isnan(Gpu().run(task, image)[0])
    assert broken.any()
    assert not broken[:, :, (0, 2)].any()
    assert (rgb[broken.any(axis=2)] == (9, 8, 7)).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_three_bytes_a_pixel_travel_back_and_no_value_is_kept(fake_cupy, channels):
    image = IMAGE[:, :, :channels].copy()
    task = planned(image, np.ones((3, 3)) / 9)
    fake_cupy.room = 40 * 30 * 3
    Gpu().show(task, image, None, LOOKS["levels"], exact=False)
    assert fake_cupy.pinned == [image.nbytes, 40 * 30 * 3 + 1]
    assert len(fake_cupy.grids) == 1


def test_only_spectra_need_a_launch_of_their_own(fake_cupy):
    task = planned(IMAGE, np.outer(np.arange(9.0), np.arange(9.0)))
    for algorithm, names in {
        Algorithm.DIRECT: ["correlate_square"],
        Algorithm.SEPARABLE: ["correlate_pairs"],
        Algorithm.FFT: ["correlate"],
    }.items():
        fake_cupy.compiled.clear()
        assert gpu_choice.possible(task, algorithm) is algorithm
        Gpu().show(task, IMAGE, None, LOOKS["signed"], exact=True, algorithm=algorithm)
        assert [name.partition("<")[0] for name in fake_cupy.compiled] == names
        assert fake_cupy.waits == 1
        fake_cupy.waits = 0
    (values, _), _ = painting(task.out_shape, End("float32", LOOKS["signed"])).end.arrays(task.out_shape)
    assert values[0] == 0, "the values are there already"


@pytest.mark.usefixtures("fake_cupy")
@pytest.mark.parametrize("algorithm", [Algorithm.DIRECT, Algorithm.SEPARABLE, Algorithm.FFT])
@pytest.mark.parametrize("rows", [3, 7])
@pytest.mark.parametrize("exact", [False, True])
def test_bands_give_the_same_as_the_whole(fake_cupy, algorithm, rows, exact):
    task = planned(IMAGE, np.outer(np.arange(9.0), np.arange(9.0)) / 1296, border=Border.WRAP)
    whole = Gpu().show(task, IMAGE, None, LOOKS["signed"], exact=exact, algorithm=algorithm)
    fake_cupy.grids.clear()
    fake_cupy.room = rows * 30 * 3 * 4
    banded = Gpu().show(task, IMAGE, None, LOOKS["signed"], exact=exact, algorithm=algorithm)
    assert len(fake_cupy.grids) > 1
    np.testing.assert_allclose(banded[0], whole[0], atol=1e-4)
    assert np.abs(banded[1].astype(int) - whole[1]).max() <= (algorithm is Algorithm.FFT)  # transforms of another length


@pytest.fixture
def card(fake_cupy, monkeypatch):
    """The engine with a fresh GPU that computes here."""
    gpu = Gpu()
    names = {"GpuOutOfMemory": module.GpuOutOfMemory, "GpuLost": module.GpuLost}
    card = SimpleNamespace(run=gpu.run, show=gpu.show, name=gpu.name, **names)
    monkeypatch.setattr(hardware, "gpu", hardware.Lazy(lambda: card))
    gpu.reason_unavailable()
    return fake_cupy


ASKED = {"border": "wrap", "stride": 2}
WEIGHTS = Kernel([[0.25, 0.5, 0.25], [1.0, -2.0, 1.0], [0.5, 0.5, -1.0]], bias=100.0)  # sums that float32 holds


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("picture", [IMAGE, IMAGE[:, :, 1], IMAGE[::-1, ::2].astype(np.uint16) * 257])
def test_the_public_calls(picture):
    look = {"low": -20, "high": 300, "absolute": True, "nan": (1, 2, 3)}
    result = engine.run(picture, WEIGHTS, device="gpu", display=Colours(**look), **ASKED)
    expected = engine.run(picture, WEIGHTS, device="cpu", display=Colours(**look), **ASKED)
    assert result.device == "gpu"
    np.testing.assert_array_equal(result.rgb, expected.rgb)
    np.testing.assert_array_equal(result.values, expected.values)
    np.testing.assert_array_equal(show(picture, WEIGHTS, device="gpu", **look, **ASKED), expected.rgb)
    alone = engine.run(picture, WEIGHTS, device="gpu", display=Colours(**look), exact=False, **ASKED)
    assert (alone.device, alone.values.size, alone.values.ndim) == ("gpu", 0, picture.ndim)


@pytest.mark.parametrize("lost", [False, True])
def test_a_gpu_that_fails_leaves_the_picture_to_the_cpu(card, lost):
    look = Colours(0, 300)
    expected = engine.run(IMAGE, WEIGHTS, device="cpu", display=look).rgb
    card.failure = card.cuda.driver.CUDADriverError(700 if lost else 2, "CUDA_ERROR: it failed")
    result = engine.run(IMAGE, WEIGHTS, device="gpu", display=look, exact=False)
    assert result.device.startswith("cpu")
    assert ("is not used again" if lost else "too little free memory") in result.why_device
    np.testing.assert_array_equal(result.rgb, expected)
