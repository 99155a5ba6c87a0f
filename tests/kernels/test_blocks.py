"""Pictures of many blocks and bands, wide enough for vectors, against the reference: inside, at the sides and at the seams."""

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

pytest.importorskip("numba")

import kernels
from kernels import reference
from kernels.border import Border
from kernels.cpu import cuts, filtering, gathering, kept_bytes, passes, run, running
from kernels.cpu.scratch import KEPT_BYTES, scratch
from kernels.plan import Algorithm, Padding, Plan, plan
from kernels.rounding import convert

LAW = settings(deadline=None, derandomize=True, max_examples=200)
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module", autouse=True)
def small_blocks() -> Iterator[None]:
    """So that a picture of some thousand pixels has many, in many bands."""
    patch = pytest.MonkeyPatch()
    patch.setattr(cuts, "FEWEST_ROWS", 6)
    patch.setattr(cuts, "FEWEST_COLUMNS", 70)
    patch.setattr(cuts, "cut_for", lambda *given: _cut(*given[:2], 30_000))
    patch.setattr(passes, "cut_for", cuts.cut_for)
    patch.setattr(running, "cut_for", cuts.cut_for)
    patch.setattr(filtering, "BAND_STEPS", 100_000)
    patch.setattr(filtering, "WORTH_SHARING", 0)
    passes.task.cache_clear()
    yield
    patch.undo()
    passes.task.cache_clear()


_cut = cuts.cut_for


@st.composite
def pictures(draw: st.DrawFn) -> NDArray[Any]:
    """(H, W, C), values 0 … 255."""
    shape = draw(st.integers(1, 70)), draw(st.integers(1, 330)), draw(st.sampled_from([1, 2, 3]))
    dtype = draw(st.sampled_from(["uint8", "uint16", "float32", "float64", "int16"]))
    return np.random.default_rng(draw(seeds)).integers(0, 256, shape).astype(dtype)


@st.composite
def matrices(draw: st.DrawFn) -> NDArray[np.float64]:
    """Dense, with zeros, of low rank, or all equal."""
    random = np.random.default_rng(draw(seeds))
    shape = draw(st.sampled_from([(3, 3), (5, 5), (7, 7)]) | st.tuples(st.integers(1, 9), st.integers(1, 9)))
    rank = draw(st.sampled_from([0, 1, 2, 9]))
    if rank == 0:
        return np.full(shape, 0.3)
    weights = random.normal(size=(shape[0], rank)) @ random.normal(size=(rank, shape[1]))
    return weights * random.integers(0, 2, shape) if draw(st.booleans()) else weights


def made(image: NDArray[Any], weights: NDArray[np.float64], **options: Any) -> Plan:
    anchor = weights.shape[0] // 2, weights.shape[1] // 2
    return plan(image.shape, image.dtype, weights, anchor=anchor, **options)


def algorithms(task: Plan) -> list[Algorithm]:
    pairs = [] if task.pairs is None else [Algorithm.LOW_RANK]
    return [Algorithm.DIRECT, *pairs, *([Algorithm.RUNNING] if task.constant else [])]


paddings = st.sampled_from([Padding.SAME, Padding.VALID, Padding.FULL]) | st.integers(0, 12)


@LAW
@given(pictures(), matrices(), st.sampled_from(list(Border)), st.integers(1, 3), st.integers(1, 3), paddings)
def test_every_block_is_as_the_reference(image, weights, border, stride, dilation, padding) -> None:
    try:
        task = made(image, weights, border=border, stride=stride, dilation=dilation, padding=padding, cval=7.0, bias=-1.5)
    except ValueError:
        return  # the kernel does not fit
    expected = reference.correlate(task, image)
    near = (np.abs(weights).sum() * 255 + 2) * (1e-12 if task.dtype == "float64" else 2e-6)
    for algorithm in algorithms(task):
        np.testing.assert_allclose(run(task, image, algorithm), expected, rtol=0, atol=near, err_msg=algorithm)


@LAW
@given(pictures(), matrices(), st.sampled_from(["uint8", "int8", "uint16", "int16", "int32"]), st.integers(1, 2))
def test_whole_numbers_are_the_exact_ones_rounded(image, weights, dtype, stride) -> None:
    task = made(image, weights, stride=stride, bias=0.25)
    for algorithm in algorithms(task):
        np.testing.assert_array_equal(run(task, image, algorithm, out_dtype=dtype), convert(run(task, image, algorithm), dtype))


@LAW
@given(seeds, st.sampled_from([np.nan, np.inf, -np.inf]), st.sampled_from([(3, 3), (5, 5), (4, 6)]), st.sampled_from([1, 3]))
def test_what_is_not_finite_stays_under_the_weights_that_meet_it(seed, wild, shape, channels) -> None:
    """Also inside a picture, where pixels are not gathered, and where a weight of 0 lies on it."""
    random = np.random.default_rng(seed)
    image = random.random((40, 250, channels)).astype(np.float32)
    image[random.integers(40), random.integers(250), 0] = wild
    weights = random.normal(size=shape) * random.integers(0, 2, shape)
    task = made(image, weights)
    with np.errstate(over="ignore"):
        result, expected = run(task, image, Algorithm.DIRECT), reference.correlate(task, image).astype(np.float32)
    np.testing.assert_array_equal(np.isnan(result), np.isnan(expected))
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-4)


def test_a_picture_that_must_not_be_written_is_filtered_and_left_as_it_is() -> None:
    image = np.random.default_rng(0).random((40, 250, 1)).astype(np.float32)
    before = image.copy()
    image.flags.writeable = False
    task = made(image, np.ones((3, 3)))
    np.testing.assert_array_equal(run(task, image, Algorithm.DIRECT), run(task, before, Algorithm.DIRECT))
    np.testing.assert_array_equal(image, before)


@LAW
@given(seeds, st.integers(1, 9), st.integers(1, 90), st.sampled_from(["float32", "float64"]), st.booleans())
def test_what_exceeds_a_limit_is_seen_wherever_it_lies(seed, height, width, dtype, wild) -> None:
    random = np.random.default_rng(seed)
    values = random.uniform(-5, 5, (height + 2, width + 3)).astype(dtype)
    values[[0, -1]] = np.nan  # rows and columns that are not asked for
    values[:, [0, -2, -1]] = np.inf
    if wild:
        values[1 + random.integers(height), 1 + random.integers(width)] = random.choice([np.nan, 5.5, -5.5, -np.inf])
    limit = values.dtype.type(5)
    assert gathering.exceeds(values, values.shape[1] + 1, values.shape[1], height, width, limit) == (wild and width > 0)


@pytest.mark.parametrize("terms", [0, 1, 3])
@pytest.mark.parametrize("side", [1, 5, 31, 63])
def test_blocks_cover_a_result_and_fit_their_memory(terms, side) -> None:
    task = made(np.zeros((700, 900, 3), np.uint8), np.ones((side, side)))
    cut = _cut(task, terms)
    assert 1 <= cut.rows <= 700
    assert 1 <= cut.columns <= 900
    assert cut.high == cut.rows + side - 1
    assert cut.pitch >= 3 * (cut.columns + side - 1)
    assert cut.between >= 3 * cut.columns
    assert 4 * cut.high * (cut.pitch + terms * cut.between) <= 1.1 * cuts.BLOCK_BYTES


@pytest.mark.parametrize("weights", [np.full((9, 9), 3e38), np.tile([[1e38, -1e38, 1e38]], (40, 1)), np.full((9, 9), 1e300)])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_weights_near_the_end_of_the_type_do_not_make_nan(weights, dtype) -> None:
    """Sums in between are larger than any result, for whole numbers too."""
    if weights.max() > 1e40:
        with pytest.raises(ValueError, match="too large"):
            kernels.correlate(np.zeros((60, 60), dtype), weights)
        return
    assert not kernels.correlate(np.zeros((60, 60), dtype), weights, device="cpu").any()
    assert not np.isnan(kernels.correlate(np.ones((60, 60), dtype), weights, device="cpu")).any()


def test_small_whole_numbers_do_not_drown_in_spectra() -> None:
    random = np.random.default_rng(0)
    weights = random.normal(size=(31, 31))
    dark = random.integers(0, 2, (300, 150))
    halves = np.concatenate([random.integers(60_000, 65_536, (300, 150)), dark], axis=1).astype(np.uint16)
    for image, options in ((halves, {}), (dark.astype(np.uint8), {"border": "constant", "cval": 1e9})):
        task = made(image[:, :, np.newaxis], weights, **options)
        expected = reference.correlate(task, image[:, :, np.newaxis])
        found = kernels.run(image, weights, device="cpu", **options)
        far = (slice(20, -20), slice(-60, -20))
        near = 1e-3 * np.abs(expected[far]).max()
        np.testing.assert_allclose(found.values[far], expected[far][..., 0], rtol=0, atol=near)


@pytest.mark.parametrize(("shape", "dilation"), [((63, 63), 1), ((47, 1), 1), ((3, 3), 100), ((3, 3), 200)])
@pytest.mark.parametrize("terms", [0, 1])
def test_tall_kernels_do_not_gather_most_rows_again_for_every_row(shape, dilation, terms) -> None:
    cut = _cut(made(np.zeros((1080, 1920, 3), np.uint8), np.ones(shape), dilation=dilation), terms)
    assert cut.high <= 8 * cut.rows
    assert 4 * cut.high * (cut.pitch + terms * cut.between) <= cuts.LARGEST_BYTES


@LAW
@given(st.integers(1, 40), st.integers(1, 70), st.integers(1, 3), st.integers(1, 3), st.sampled_from([1, 3]), seeds)
def test_equal_weights_of_any_width(height, width, stride, dilation, channels, seed) -> None:
    """Widths that neighbours divide evenly, and others."""
    image = np.random.default_rng(seed).random((60, 150, channels)).astype(np.float32)
    task = made(image, np.full((height, width), 0.01), stride=stride, dilation=dilation, bias=0.5)
    result, expected = run(task, image, Algorithm.RUNNING), reference.correlate(task, image)
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


def test_kernels_as_large_as_the_picture_do_not_gather_most_rows_again_for_every_row() -> None:
    cut = _cut(made(np.zeros((600, 600, 3), np.float32), np.ones((601, 601))), 0)
    assert cut.high <= 8 * cut.rows


def test_weights_rounded_to_float32_are_no_pair_for_sums_in_float64() -> None:
    """What is left of them is more than rounding there."""
    image, weights = np.full((90, 90), 1e9), kernels.preset("gaussian:15").weights.astype(np.float64)
    found = kernels.run(image, weights, device="cpu")
    assert found.algorithm is not Algorithm.SEPARABLE
    np.testing.assert_allclose(found.values, 1e9 * weights.sum(), rtol=1e-13)
    assert kernels.run(image.astype(np.float32), weights, device="cpu").algorithm is Algorithm.SEPARABLE


def test_what_a_thread_keeps_is_known_and_goes_with_it() -> None:
    before, counts = kept_bytes(), []

    def work() -> None:
        scratch(KEPT_BYTES)
        scratch(3 * KEPT_BYTES)
        counts.append(kept_bytes())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert counts == [before + KEPT_BYTES]
    assert kept_bytes() == before


def test_why_is_that_of_the_algorithm_truly_used() -> None:
    image = np.ones((300, 300), np.float32)
    weights = np.random.default_rng(0).normal(size=(63, 63))
    assert "spectra" in kernels.run(image, weights, device="cpu").why
    image[5, 5] = np.nan
    found = kernels.run(image, weights, device="cpu")
    assert found.algorithm is Algorithm.DIRECT
    assert found.why == "summed one by one: fft would spread values of this picture beyond their places"
