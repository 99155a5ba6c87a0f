"""How near two results are, and what is said of it."""

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inspector.core.network.agreement import NEAR, Agreement, difference, summary

LAW = settings(deadline=None, derandomize=True, max_examples=50)
VALUES = hnp.arrays(
    np.float32, st.integers(1, 9), elements=st.floats(-4, 4, width=16) | st.sampled_from([np.nan, np.inf, -np.inf])
)


@LAW
@given(VALUES)
def test_what_is_the_same_does_not_differ(values) -> None:
    assert difference(values, values.copy()) == 0


@LAW
@given(VALUES, st.integers(0, 8), st.sampled_from([np.nan, np.inf, -np.inf]))
def test_other_places_that_are_not_finite_are_infinitely_far(values, place, bad) -> None:
    other = values.copy()
    other[place % len(values)] = bad
    if not np.array_equal(values, other, equal_nan=True):
        assert difference(other, values) == difference(values, other) == inf


def test_it_is_a_share_of_the_largest_value() -> None:
    assert difference(np.float32([1, 7.5, np.nan]), np.float32([1, -8, np.nan])) == 15.5 / 8
    assert difference(np.float64([0, 1e-9]), np.float64([0, 0])) == inf
    assert difference(np.zeros(2), np.zeros(3)) == inf


def test_a_layer_agrees_if_all_devices_do() -> None:
    assert Agreement("a", "Conv2d", {"cpu": NEAR, "gpu": 0.0}).agrees
    assert not Agreement("a", "Conv2d", {"cpu": 0.0, "gpu": 1.01 * NEAR}).agrees
    assert Agreement("a", "Conv2d", {}, "cannot be recomputed: it sleeps").agrees is None


def test_as_json_and_in_words() -> None:
    found = (
        Agreement("conv", "Conv2d", {"cpu": 2e-7}),
        Agreement("pool", "MaxPool2d", {"cpu": inf}),
        Agreement("odd", "Conv1d", {}, "cannot be recomputed: the engine has no such layer"),
    )
    assert [one.as_json() for one in found] == [
        {"agrees": True, "differences": {"cpu": 2e-7}, "reason": ""},
        {"agrees": False, "differences": {"cpu": None}, "reason": ""},
        {"agrees": None, "differences": {}, "reason": "cannot be recomputed: the engine has no such layer"},
    ]
    assert summary(found).splitlines() == [
        "1 of 2 layers, recomputed from their inputs, agree with torch within 1e-05 of the largest value",
        "pool (MaxPool2d) differs from torch",
        "odd (Conv1d) cannot be recomputed: the engine has no such layer",
    ]
    assert pytest.approx(1e-5) == NEAR
