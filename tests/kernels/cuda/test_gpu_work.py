"""Algorithms, types of results, pinned memory and the stream of the CUDA engine. No GPU is needed."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kernels import gpu_choice, pinned, reference, rounding
from kernels.border import Border
from kernels.gpu import Gpu, GpuOutOfMemory
from kernels.gpu_ends import End
from kernels.plan import Algorithm, Padding, plan

RANDOM = np.random.default_rng(0)
COLUMN, ROW = RANDOM.random(9), RANDOM.random(11)
IMAGE = (RANDOM.random((40, 130, 3)) * 200).astype(np.float32)


def planned(image, weights, **options):
    """At the middle of the weights."""
    return plan(image.shape, image.dtype, weights, anchor=(weights.shape[0] // 2, weights.shape[1] // 2), **options)


def assert_agrees(task, image, result):
    """As in the tests of the source: NaN and infinity in place, elsewhere rounding only."""
    finite = image[np.isfinite(image)].astype(float)
    size = np.abs(task.weights).sum() * max(np.abs(finite).max(initial=0), abs(task.cval)) + abs(task.bias)
    atol = 30 * np.finfo(task.dtype).eps * size
    np.testing.assert_allclose(result, reference.correlate(task, image), rtol=0, atol=atol)


@st.composite
def tasks(draw):
    shape = draw(st.tuples(st.integers(1, 30), st.integers(1, 120), st.integers(1, 3)))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    image = (random.random(shape) * 200).astype(draw(st.sampled_from(["uint8", "float32", "float64"])))
    kh, kw = draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    rank = draw(st.sampled_from([1, 2, 12]))
    kernel = random.normal(size=(kh, rank)) @ random.normal(size=(rank, kw))
    options = {
        "bias": draw(st.sampled_from([0.0, 3.0])),
        "border": draw(st.sampled_from(Border)),
        "padding": draw(st.one_of(st.sampled_from(Padding), st.integers(0, 5))),
        "stride": draw(st.sampled_from([1, 1, 2])),
        "dilation": draw(st.sampled_from([1, 1, 2])),
    }
    try:
        return image, planned(image, kernel, cval=5.0, **options)
    except ValueError:
        assume(False)


@pytest.mark.usefixtures("fake_cupy")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(task=tasks())
def test_every_algorithm_gives_what_the_reference_gives(task):
    image, made = task
    gpu = Gpu()
    for algorithm in (None, *Algorithm):
        result, used = gpu.run(made, image, algorithm=algorithm)
        assert_agrees(made, image, result)
        assert used is (gpu_choice.possible(made, algorithm) if algorithm else gpu_choice.choose(made))


@pytest.mark.parametrize(
    ("weights", "options", "expected"),
    [
        (RANDOM.normal(size=(3, 3)), {}, Algorithm.DIRECT),
        (np.outer(COLUMN[:3], ROW[:3]), {}, Algorithm.DIRECT),
        (RANDOM.normal(size=(9, 9)), {}, Algorithm.DIRECT),
        (RANDOM.normal(size=(15, 15)), {}, Algorithm.DIRECT),
        (np.outer(COLUMN, ROW), {}, Algorithm.SEPARABLE),
        (np.ones((21, 21)), {}, Algorithm.SEPARABLE),
        (RANDOM.random((31, 2)) @ RANDOM.random((2, 31)), {}, Algorithm.LOW_RANK),
        (RANDOM.normal(size=(63, 63)), {}, Algorithm.FFT),
        (RANDOM.normal(size=(63, 63)), {"cval": 1e38, "border": Border.CONSTANT}, Algorithm.DIRECT),
    ],
)
def test_the_choice_of_a_gpu(weights, options, expected):
    task = planned(np.zeros((100, 100, 1), np.float32), weights, **options)
    assert gpu_choice.choose(task) is expected
    if expected is Algorithm.FFT:
        assert gpu_choice.choose(task, spectra=False) is Algorithm.DIRECT


@pytest.mark.usefixtures("fake_cupy")
@pytest.mark.parametrize("algorithm", [Algorithm.SEPARABLE, Algorithm.FFT])
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e38])
def test_wild_pictures_are_summed_directly(algorithm, value):
    image = IMAGE.copy()
    image[7, 100, 1] = value
    task = planned(image, np.outer(COLUMN, ROW))
    with np.errstate(all="ignore"):  # which CuPy does
        result, used = Gpu().run(task, image, algorithm=algorithm)
    assert used is Algorithm.DIRECT
    assert np.isfinite(result[:, :, 0]).all()
    assert_agrees(task, image, result)


@pytest.mark.usefixtures("fake_cupy")
@pytest.mark.parametrize("algorithm", list(Algorithm))
@pytest.mark.parametrize("wanted", [np.uint8, "uint16", np.float64, np.int8, None])
def test_results_of_the_type_that_is_asked_for(algorithm, wanted):
    image = (IMAGE * 1.27).astype(np.uint8)
    task = planned(image, np.outer([1.0, 2, 1], [1.0, 2, 1]) / 8 - 0.1, bias=-20.0)
    plain = Gpu().run(task, image, algorithm=algorithm)[0]
    result = Gpu().run(task, image, out_dtype=wanted, algorithm=algorithm)[0]
    assert result.dtype == (np.float32 if wanted is None else wanted)
    np.testing.assert_array_equal(result, rounding.convert(plain, wanted))


@pytest.mark.usefixtures("fake_cupy")
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_one_wait_for_a_picture(fake_cupy, algorithm):
    """What is brought back arrives only then, so a result that is looked at earlier would be that of the picture before."""
    gpu = Gpu()
    task = planned(IMAGE, np.outer(COLUMN, ROW))
    for image in (IMAGE, IMAGE[::-1].copy()):
        fake_cupy.waits = 0
        assert_agrees(task, image, gpu.run(task, image, algorithm=algorithm)[0])
        assert fake_cupy.waits == 1


def test_pinned_memory_is_used_again(fake_cupy):
    gpu = Gpu()
    task = planned(IMAGE, np.ones((3, 3)))
    for _ in range(5):
        gpu.run(task, IMAGE)
    assert fake_cupy.pinned == [IMAGE.nbytes, IMAGE.nbytes + 1]


def test_two_buffers_are_kept_and_no_more():
    made, freed = [], []
    buffers = pinned.Buffers(lambda size: made.append(size) or bytearray(size), lambda: freed.append(True))
    with buffers.lend(10) as small, buffers.lend(30) as large, buffers.lend(20):
        assert (len(small), len(large)) == (10, 30)
    assert (made, len(freed)) == ([10, 30, 20], 1)  # the first to be given back is the first to go
    with buffers.lend(9) as again:
        assert np.shares_memory(again, small)
    with buffers.lend(0) as nothing, buffers.lend(31):
        assert len(nothing) == 0
    assert made == [10, 30, 20, 31]
    buffers.forget()
    with buffers.lend(5):
        assert made[-1] == 5


def test_pinned_memory_that_is_short_means_smaller_bands(fake_cupy):
    task = planned(IMAGE, np.ones((3, 3)))
    fake_cupy.pinned_room = IMAGE.nbytes // 3
    assert_agrees(task, IMAGE, Gpu().run(task, IMAGE)[0])
    fake_cupy.pinned_room = 100
    with pytest.raises(GpuOutOfMemory):
        Gpu().run(task, IMAGE)


def test_kept_buffers_are_freed_before_bands_get_smaller(fake_cupy):
    gpu = Gpu()
    task = planned(IMAGE, np.ones((3, 3)))
    gpu.run(task, IMAGE)
    fake_cupy.room, fake_cupy.reserve = IMAGE.nbytes - 1, 100
    gpu.run(task, IMAGE)
    assert len(fake_cupy.grids) == 2
    assert fake_cupy.pinned.count(IMAGE.nbytes) == 2


@pytest.mark.usefixtures("fake_cupy")
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_bands_give_the_same_as_the_whole(fake_cupy, algorithm):
    task = planned(IMAGE, np.outer(COLUMN, ROW), border=Border.WRAP)
    whole = Gpu().run(task, IMAGE, algorithm=algorithm)[0]
    fake_cupy.room = IMAGE.nbytes * 2 // 3
    np.testing.assert_allclose(Gpu().run(task, IMAGE, algorithm=algorithm)[0], whole, rtol=1e-5)


@pytest.mark.usefixtures("fake_cupy")
def test_a_band_that_sees_nothing_but_the_constant(monkeypatch):
    monkeypatch.setattr("kernels.gpu.rows_at_once", lambda plan, algorithm: 1)
    task = planned(IMAGE, np.outer(COLUMN, ROW), border=Border.CONSTANT, cval=2.0, padding=40)
    for algorithm in Algorithm:
        assert_agrees(task, IMAGE, Gpu().run(task, IMAGE, algorithm=algorithm)[0])


@pytest.mark.usefixtures("fake_cupy")
def test_several_threads_at_once():
    gpu = Gpu()
    images = [np.full((30, 50, 1), number, np.float32) for number in range(8)]
    task = planned(images[0], np.full((3, 3), 1 / 9))
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda image: gpu.run(task, image)[0], images))
    for image, result in zip(images, results, strict=True):
        np.testing.assert_allclose(result, image, rtol=1e-5)


@pytest.mark.parametrize("found", [5.0, None])
def test_without_spectra_large_kernels_are_summed(fake_cupy, found):
    def transform(array, sides):
        if found is None:
            raise ImportError("libcufft is not there\nmore text")
        return np.full(sides, found)

    fake_cupy.fft = type("fft", (), {"rfft2": staticmethod(transform)})
    gpu = Gpu()
    image, kernel = IMAGE[:8, :9], RANDOM.normal(size=(63, 63))
    for algorithm in (None, Algorithm.FFT):
        result, used = gpu.run(planned(image, kernel), image, algorithm=algorithm)
        assert used is Algorithm.DIRECT
        assert_agrees(planned(image, kernel), image, result)
    reason = "computes 4 x 2 = 5" if found else "cannot transform pictures here: libcufft is not there"
    assert reason in gpu.reason_no_spectra()


@pytest.mark.usefixtures("fake_cupy")
def test_resident_work_is_the_same_again_and_again():
    gpu = Gpu()
    for kernel in (np.ones((3, 3)), np.outer(COLUMN, ROW), RANDOM.normal(size=(45, 45))):
        task = planned(IMAGE, kernel)
        compute = gpu.resident(task, IMAGE, End(task.dtype))
        for _ in range(2):
            assert_agrees(task, IMAGE, np.asarray(compute().values))
