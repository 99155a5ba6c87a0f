"""The numbers of maps are those that a loop over the maps finds."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inspector.core.network import statistics as module
from inspector.core.network.settings import Order
from inspector.core.network.statistics import statistics

LAW = settings(deadline=None, derandomize=True, max_examples=60)
SHAPES = st.tuples(st.integers(0, 6), st.integers(1, 5), st.integers(1, 5))
VALUES = st.one_of(st.sampled_from([0.0, -0.0, 1.0, -2.5, np.nan, np.inf, -np.inf]), st.floats(width=32))
MAPS = hnp.arrays(np.float32, SHAPES, elements=VALUES)


def slow(one):
    """Low, high, mean, deviation, share of zeros of the finite values of a map."""
    finite = [float(value) for value in one.ravel() if np.isfinite(value)]
    if not finite:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    mean = sum(finite) / len(finite)
    deviation = (sum((value - mean) ** 2 for value in finite) / len(finite)) ** 0.5
    return min(finite), max(finite), mean, deviation, sum(value == 0 for value in finite) / len(finite)


@LAW
@given(MAPS)
def test_each_map_has_the_numbers_of_its_finite_values(maps):
    found = statistics(maps, Order.INDEX)
    for index, one in enumerate(maps):
        low, high, mean, deviation, zeros = slow(one)
        size = max(abs(low), abs(high))
        assert (found.low[index], found.high[index], found.zeros[index]) == (low, high, zeros)
        assert found.mean[index] == pytest.approx(mean, rel=1e-9, abs=1e-9 * size)
        assert found.std[index] == pytest.approx(deviation, rel=1e-6, abs=1e-6 * size)
        assert found.dead[index] == (np.all(one == 0) or not np.isfinite(one).any())
    assert found.bad == np.count_nonzero(~np.isfinite(maps))


@LAW
@given(MAPS, st.sampled_from(list(Order)))
def test_the_order_has_every_map_once_and_the_largest_first(maps, order):
    found = statistics(maps, order)
    assert sorted(found.order) == list(range(len(maps)))
    by = {
        Order.INDEX: -np.arange(len(maps)), Order.MEAN: found.mean, Order.MAX: found.high,
        Order.SPARSITY: found.zeros, Order.VARIANCE: found.std**2,
    }[order][found.order]  # fmt: skip
    assert all(first >= second for first, second in pairwise(by))


def test_equal_maps_keep_their_order():
    assert statistics(np.ones((4, 2, 2), np.float32), Order.MAX).order.tolist() == [0, 1, 2, 3]


@LAW
@given(MAPS, st.integers(1, 40))
def test_blocks_of_any_size_give_the_same(maps, block):
    whole = statistics(maps, Order.MEAN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        parts = statistics(maps, Order.MEAN)
    for name in ("low", "high", "zeros", "dead"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))
    np.testing.assert_allclose(parts.mean, whole.mean, rtol=1e-9)
    assert parts.bad == whole.bad


def test_a_mean_does_not_drift_over_a_large_map():
    maps = np.full((1, 2000, 500), 0.1, np.float32)
    found = statistics(maps, Order.INDEX)
    assert found.mean[0] == pytest.approx(float(np.float32(0.1)), rel=1e-12)
    assert found.std[0] == pytest.approx(0, abs=1e-10)


@pytest.mark.parametrize("shape", [(0, 3, 3), (2, 0, 3), (2, 3, 0)])
def test_no_values_have_no_numbers(shape):
    found = statistics(np.zeros(shape, np.float32), Order.VARIANCE)
    assert found.low.tolist() == found.std.tolist() == found.zeros.tolist() == [0.0] * shape[0]
    assert found.dead.all()
    assert found.bad == 0
