"""Sums over maps that have moved: compiled and plain alike, against the definition."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels import Moves, moved_sums, moving

LAW = settings(deadline=None, derandomize=True, max_examples=60)
pytestmark = pytest.mark.usefixtures("loops")


@st.composite
def cases(draw: st.DrawFn) -> tuple[Any, Any, Moves]:
    """Maps of normal numbers, and any places to take them from."""
    maps, transforms, places, taps = (draw(st.integers(low, high)) for low, high in ((1, 5), (1, 3), (1, 40), (0, 4)))
    rng, dtype = np.random.default_rng(draw(st.integers(0, 99))), draw(st.sampled_from([np.float32, np.float64]))
    index = rng.integers(0, places, (taps, transforms, places))
    weight = rng.random((taps, transforms, places), np.float32)
    masks = rng.random((2, transforms, places)) < 0.7
    still, moved = rng.standard_normal((maps, places)), rng.standard_normal((transforms, maps, places))
    return still.astype(dtype), moved.astype(dtype), Moves(index, weight, *masks)


def to(index: Any) -> Moves:
    """Everything is valid and comes from ``index`` (P,)."""
    everywhere = np.ones((1, len(index)), np.bool_)
    return Moves(index[np.newaxis, np.newaxis], np.ones((1, 1, len(index)), np.float32), everywhere, everywhere)


@LAW
@given(cases(), st.sampled_from([1, 7, 1 << 17]))
def test_sums_are_those_of_the_definition_however_the_work_is_shared(case: Any, worth: int) -> None:
    still, moved, moves = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving, "WORTH", worth)
        found = moved_sums(still, moved, moves)
    before, after = still.astype(np.float64), moved.astype(np.float64)
    parts = [np.broadcast_to(before, after.shape), after - before]
    if len(moves.sources):
        weight = moves.weight if len(moves.weight) > 1 else np.ones_like(moves.weight)
        expected = (before[:, moves.sources] * weight).sum(1).swapaxes(0, 1)
        valid, interior = moves.valid[:, np.newaxis], moves.interior[:, np.newaxis]
        parts += [(after - expected) * valid, (after - expected) * interior, after * valid, expected * valid]
    for sums, part in zip(found, parts, strict=False):
        np.testing.assert_allclose(sums, np.square(part).sum((1, 2)), rtol=1e-9, atol=1e-12)
    assert not found[len(parts) :].any()


def test_what_has_moved_by_whole_steps_leaves_exactly_nothing() -> None:
    still = np.random.default_rng(0).standard_normal((64, 3000), np.float32)
    index = np.roll(np.arange(3000), 7)
    found = moved_sums(still, still[np.newaxis, :, index], to(index))
    assert not found[2:4].any()
    assert found[1].all()


def test_squares_beyond_the_range_of_the_values() -> None:
    still, moved = np.full((1, 2), 1e30, np.float32), np.full((1, 1, 2), -1e30, np.float32)
    np.testing.assert_allclose(moved_sums(still, moved, Moves.unknown(1))[:2, 0], [2e60, 8e60], rtol=1e-6)


def test_what_is_not_finite_is_told() -> None:
    still, moved = np.zeros((2, 9), np.float32), np.zeros((1, 2, 9), np.float32)
    moved[0, 1, 4] = np.nan
    found = moved_sums(still, moved, to(np.arange(9)))[:, 0]
    assert np.isnan(found[1:5]).all()
    assert found[0] == found[5] == 0
