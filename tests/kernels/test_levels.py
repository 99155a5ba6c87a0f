"""Levels, statistics and histograms: compiled and plain alike, against numpy's own."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from kernels import levels
from kernels.scale import GREY, Colours

LAW = settings(deadline=None, derandomize=True, max_examples=60)
pytestmark = pytest.mark.usefixtures("loops")
DTYPES = ["bool", "uint8", "int16", "uint16", "float16", "float32", "float64"]


def real(shape: Any, dtypes: Any = DTYPES) -> st.SearchStrategy[NDArray[Any]]:
    """Arrays with NaN and infinities where the type has them."""
    return st.sampled_from(dtypes).flatmap(lambda dtype: hnp.arrays(dtype, shape))


def level(values: NDArray[Any], low: float, high: float) -> NDArray[Any]:
    """The definition, in plain words of numpy."""
    with np.errstate(over="ignore"):
        return np.rint(np.clip((values.astype(np.float64) - low) * (255.0 / (high - low)), 0, 255))


@LAW
@given(real(hnp.array_shapes(min_dims=2, max_dims=2)), st.floats(-300, 300), st.floats(0.01, 500), st.booleans())
def test_grey(values, low, width, absolute) -> None:
    result = levels.to_rgb(values, low, low + width, absolute=absolute)
    numbers = np.abs(values.astype(np.float64)) if absolute else values.astype(np.float64)
    expected = np.where(
        np.isnan(values), 0, level(np.nan_to_num(numbers, nan=0.0, posinf=1e308, neginf=-1e308), low, low + width)
    )
    assert result.shape == (*values.shape, 3)
    assert result.dtype == np.uint8
    assert result.flags.c_contiguous
    kept = ~np.isnan(values)
    np.testing.assert_array_equal(result[kept], np.repeat(expected[kept][:, np.newaxis], 3, axis=1))
    assert (result[~kept] == (255, 0, 255)).all()


@LAW
@given(real(st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3))), st.floats(-300, 300), st.floats(0.01, 500))
def test_colour(values, low, width) -> None:
    result = levels.to_rgb(values, low, low + width, nan=(1, 2, 3))
    numbers = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=1e308, neginf=-1e308)
    bad = np.isnan(values).any(axis=2)
    np.testing.assert_array_equal(result[~bad], level(numbers, low, low + width)[~bad])
    assert (result[bad] == (1, 2, 3)).all()


@LAW
@given(real(st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3))), st.booleans())
def test_mixed_channels_are_coloured_as_their_weighted_sum(values, absolute) -> None:
    """Ties apart: adding in another order may round to the other side."""
    look, mix = Colours(-30.0, 170.0, absolute, np.arange(768, dtype=np.uint16).astype(np.uint8).reshape(256, 3)), (0.3, 0.6, 0.1)
    with np.errstate(over="ignore", invalid="ignore"):
        mixed = values.astype(np.float64) @ np.array(mix)
        tie = abs(((abs(mixed) if absolute else mixed) + 30) * 1.275 % 1 - 0.5) < 1e-6
    kept = ~(tie | np.isnan(mixed))
    found = levels.coloured(values, look, mix)
    np.testing.assert_array_equal(found[kept], levels.coloured(mixed, look)[kept])
    assert (found[np.isnan(values).any(axis=2)] == look.nan).all()


def test_mixed_channels_over_many_blocks_and_bands() -> None:
    values = np.random.default_rng(0).normal(size=(500, 700, 3)).astype(np.float32)
    look, mix = Colours(-1.0, 1.0), (0.25, 0.5, 0.25)
    expected = levels.coloured(values.astype(np.float64) @ np.array(mix), look)
    found = levels.coloured(values, look, mix)
    assert (abs(found.astype(int) - expected) <= 1).all()
    assert (found != expected).mean() < 1e-6


@pytest.mark.parametrize("shape", [(3, 3), (2, 2, 4), (2, 2, 1)])
def test_only_three_channels_are_mixed(shape) -> None:
    with pytest.raises(ValueError, match=r"mixed of values \(H, W, 3\), got"):
        levels.coloured(np.zeros(shape), Colours(0.0, 1.0), (1.0, 1.0, 1.0))


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_not_a_number_in_any_channel_marks_its_pixel_alone(channel) -> None:
    values = np.zeros((2, 3, 3), np.float32)
    values[0, 1, channel] = np.nan
    marked = (levels.to_rgb(values, 0, 1, nan=(9, 8, 7)) == (9, 8, 7)).all(axis=2)
    assert marked.tolist() == [[False, True, False], [False, False, False]]


def test_levels_are_rounded_half_to_even() -> None:
    values = np.array([[0.5, 1.5, 2.5, 253.5, 254.5]], np.float32)
    assert levels.to_rgb(values, 0, 255)[0, :, 0].tolist() == [0, 2, 2, 254, 254]


def test_bytes_are_shown_as_they_are() -> None:
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    np.testing.assert_array_equal(levels.to_rgb(values, 0, 255)[:, :, 1], values)
    picture = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    np.testing.assert_array_equal(levels.to_rgb(picture[:, ::-1], 0, 255), picture[:, ::-1])


def test_a_colour_map() -> None:
    lut = np.random.default_rng(0).integers(0, 256, (256, 3), dtype=np.uint8)
    values = np.arange(256, dtype=np.float32).reshape(16, 16)
    np.testing.assert_array_equal(levels.to_rgb(values, 0, 255, lut=lut).reshape(-1, 3), lut)


def test_a_range_wider_than_any_number_is_shown_without_a_warning() -> None:
    """Its factor is 0, and infinity times 0 is no number, but level 0."""
    found = levels.to_rgb(np.array([[0.0, 1.0, np.inf, -np.inf]]), -1.7e308, 1.7e308)
    np.testing.assert_array_equal(found, np.zeros((1, 4, 3)))


def test_a_range_of_no_width_is_a_threshold() -> None:
    assert levels.to_rgb(np.float32([[1, 2, 3]]), 2, 2)[0, :, 0].tolist() == [0, 0, 255]


@pytest.mark.parametrize(
    ("values", "options", "says"),
    [
        (np.zeros(3), {}, r"got \(3,\)"),
        (np.zeros((2, 2, 4)), {}, r"got \(2, 2, 4\)"),
        (np.zeros((2, 2, 3)), {"lut": GREY}, "without a colour map"),
        (np.zeros((2, 2)), {"low": 2}, "lower one first, got 2 to 1"),
        (np.zeros((2, 2)), {"high": np.nan}, "finite"),
    ],
)
def test_what_has_no_colours(values, options, says) -> None:
    with pytest.raises(ValueError, match=says):
        levels.to_rgb(values, **{"low": 0, "high": 1, **options})


@LAW
@given(real(hnp.array_shapes(min_dims=1, max_dims=3)))
def test_statistics(values) -> None:
    found = levels.statistics(values)
    finite = values[np.isfinite(values)].astype(np.float64)
    assert found.count == finite.size
    assert found.nan == np.isnan(values).sum()
    assert found.count + found.nan + found.infinite == values.size
    if finite.size:
        assert (found.minimum, found.maximum) == (finite.min(), finite.max())
        with np.errstate(over="ignore"):
            assert found.mean == pytest.approx(finite.mean(), rel=1e-12, abs=1e-12 * np.abs(finite).max(), nan_ok=True)


def test_statistics_of_nothing_finite() -> None:
    found = levels.statistics(np.full((3, 4), np.nan))
    assert found == levels.Statistics(0.0, 0.0, 0.0, nan=12, infinite=0, count=0)


def test_statistics_over_many_bands() -> None:
    values = np.random.default_rng(0).normal(size=(700, 900)).astype(np.float32)
    values[600, 3], values[2, 2], values[699, 899] = np.nan, np.inf, 77
    found = levels.statistics(values)
    assert (found.nan, found.infinite, found.maximum) == (1, 1, 77)
    assert found.mean == pytest.approx(values[np.isfinite(values)].mean(dtype=float), rel=1e-9)


@LAW
@given(real(hnp.array_shapes(min_dims=2, max_dims=2)), st.floats(-10, 10), st.floats(0, 10))
def test_outside(values, low, width) -> None:
    exact = values.astype(np.float64)
    expected = int((exact < low).sum()), int((exact > low + width).sum())
    assert levels.outside(values, low, low + width) == expected


def test_outside_compares_without_rounding_the_limits() -> None:
    assert levels.outside(np.float32([[1.0]]), 1.0, 1.0 - 1e-12) == (0, 1)
    assert levels.outside(np.float32([[1.0]]), 1.0 + 1e-12, 2.0) == (1, 0)


@LAW
@given(
    hnp.arrays(
        st.sampled_from(["float32", "float64", "uint8"]), st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 3))
    ),
    st.floats(-300, 300),
    st.floats(0.1, 500),
    st.integers(1, 64),
)
def test_histogram_is_numpys(values, low, width, bins) -> None:
    result = levels.histogram(values, low, low + width, bins)
    assert result.dtype == np.int64
    for channel, counts in enumerate(result):
        kept = values[:, :, channel][np.isfinite(values[:, :, channel])].astype(np.float64)
        assert counts.tolist() == np.histogram(kept, bins, (low, low + width))[0].tolist()


@LAW
@given(st.integers(1, 300), st.floats(-10, 10), st.floats(1e-3, 1e3))
def test_a_value_on_an_edge_belongs_to_the_bin_above(bins, low, width) -> None:
    edges = np.linspace(low, low + width, bins + 1)
    counts = levels.histogram(edges[np.newaxis], low, low + width, bins)
    assert counts.tolist() == [[1] * (bins - 1) + [2]]
    below = np.nextafter(edges[1:], -np.inf)[np.newaxis]
    assert levels.histogram(below, low, low + width, bins).tolist() == [[1] * bins]


def test_a_histogram_of_one_value_has_a_width() -> None:
    assert levels.histogram(np.full((2, 3), 5.0), 5, 5, 3).tolist() == [[0, 6, 0]]


def test_a_histogram_over_many_bands() -> None:
    values = np.random.default_rng(0).normal(size=(700, 300, 3)).astype(np.float32)
    result = levels.histogram(values, -2, 2, 50)
    for channel in range(3):
        assert result[channel].tolist() == np.histogram(values[:, :, channel].astype(float), 50, (-2, 2))[0].tolist()


def test_a_histogram_of_every_third_row_copies_bands_alone() -> None:
    rows = np.random.default_rng(0).random((4500, 600, 3), np.float32)[::3]
    tracemalloc.start()
    result = levels.histogram(rows, 0, 1, 50)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.tolist() == levels.histogram(rows.copy(), 0, 1, 50).tolist()
    assert most < 0.9 * rows.nbytes


@pytest.mark.parametrize("shape", [(2, 2, 3), (7, 5, 3), (64, 33, 3)])
def test_halving_is_the_mean_of_blocks_with_half_a_level_rounded_up(shape: tuple[int, ...]) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    height, width = shape[0] // 2, shape[1] // 2
    blocks = rgb[: 2 * height, : 2 * width].reshape(height, 2, width, 2, 3).astype(np.float64)
    assert np.array_equal(levels.halved(rgb), np.floor(blocks.mean(axis=(1, 3)) + 0.5))


def test_a_single_row_cannot_be_halved() -> None:
    with pytest.raises(ValueError, match="2 x 2"):
        levels.halved(np.zeros((1, 9, 3), np.uint8))


def test_statistics_with_infinities_of_both_signs() -> None:
    values = np.float32([np.inf, 1, -np.inf, 4])
    assert levels.statistics(values) == levels.Statistics(1.0, 4.0, 2.5, 0, 2, 2)


def test_values_that_must_not_be_written_are_not_compiled_for_again() -> None:
    counting, painting = pytest.importorskip("kernels.cpu.counting"), pytest.importorskip("kernels.cpu.painting")
    loops = counting.measure, counting.count, counting.beyond, painting.paint_grey, painting.paint_rgb
    compiled = []
    for writeable in (True, False):
        values = np.zeros((8, 9, 3), np.float32)
        values.flags.writeable = writeable
        levels.statistics(values)
        levels.histogram(values, 0, 1, 4)
        levels.outside(values, 0, 1)
        levels.to_rgb(values, 0, 1)
        levels.to_rgb(values[:, :, 0], 0, 1)
        compiled.append([len(loop.signatures) for loop in loops])
    assert compiled[0] == compiled[1]
    assert not values.flags.writeable
