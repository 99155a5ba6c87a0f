"""A tally gives the histogram that numpy gives, over any range."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from inspector.core.tally import FINE, tally


@given(st.sampled_from([np.uint8, np.uint16]), st.integers(0, 99), st.floats(-500, 100), st.floats(1, 70000), st.integers(1, 300))
def test_integers_are_counted_exactly(dtype: type[np.generic], seed: int, low: float, width: float, bins: int) -> None:
    values = np.random.default_rng(seed).integers(0, np.iinfo(dtype).max, (7, 5, 3), dtype)  # type: ignore[type-var]
    expected = np.histogram(values.astype(np.float64), bins, (low, low + width))[0]
    assert np.array_equal(tally(values).over(low, low + width, bins), expected[np.newaxis])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_are_counted_to_a_fine_step(dtype: type[np.floating]) -> None:
    values = np.random.default_rng(1).normal(size=(40, 30)).astype(dtype)
    found = tally(values)
    assert found.counts.sum() == values.size
    step = float(np.ptp(values)) / (FINE - 1)
    assert np.abs(np.repeat(found.values, found.counts) - np.sort(values, axis=None)).max() <= step


def test_what_is_not_finite_is_left_out() -> None:
    assert tally(np.array([np.nan, np.inf, 2.0, 2.0])).counts.tolist() == [2]
    assert tally(np.array([np.nan])).counts.size == 0
    assert tally(np.array([np.nan])).over(0, 1, 4).tolist() == [[0, 0, 0, 0]]


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_counting_in_chunks_changes_nothing(dtype: type[np.generic], monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(2).integers(0, 9, 1000).astype(dtype)
    whole = tally(values)
    monkeypatch.setattr("inspector.core.tally.CHUNK", 64)
    pieces = tally(values)
    assert np.array_equal(pieces.values, whole.values)
    assert np.array_equal(pieces.counts, whole.counts)
    assert pieces.counts.sum() == values.size
