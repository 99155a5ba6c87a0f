"""Errors against naive loops, what is undefined, and what they must be."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.shift.grid import Course, Grid
from inspector.core.shift.measures import (
    Error,
    Lack,
    consistency,
    cosine,
    equivariance,
    invariance,
    margins,
    output_change,
    top_classes,
)  # fmt: skip
from inspector.core.shift.scene import Incoming, Scene
from inspector.core.shift.transforms import Translation

LAW = settings(deadline=None, derandomize=True, max_examples=60)
seeds = st.integers(0, 999)


def noise(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def course(shift: Translation, incoming: Incoming = Incoming.CIRCULAR) -> Course:
    return Course(Scene(noise(0, 1, 8, 8), incoming), Grid((4, 4), (2.0, 2.0), (0.5, 0.5), (0.5, 0.5)), shift)


@LAW
@given(seeds, st.integers(-5, 5), st.integers(-5, 5), st.sampled_from([Incoming.CIRCULAR, Incoming.ZERO]), st.booleans())
def test_errors_are_those_of_naive_loops(seed, dy, dx, incoming, interior):
    way, (before, after) = course(Translation(dy, dx), incoming), noise(seed, 2, 3, 4, 4)
    found, expected = equivariance(before, after, way, interior=interior), way.moved(before)
    where = way.interior if interior else way.valid
    wrong, compared, dots, lengths = np.zeros((3, 4, 4)), 0, [0.0] * 3, []
    for y in range(4):
        for x in range(4):
            compared += where[y, x]
            for c in range(3):
                wrong[c, y, x] = where[y, x] * (float(after[c, y, x]) - float(expected[c, y, x])) ** 2
                for place, pair in enumerate([(after, expected), (after, after), (expected, expected)]):
                    dots[place] += where[y, x] * math.prod(float(maps[c, y, x]) for maps in pair)
    total = float(np.square(before, dtype=np.float64).sum())
    if not compared:
        assert found.error.lack is Lack.EMPTY
        return
    assert found.error.value == pytest.approx(math.sqrt(wrong.sum() / compared / (total / 16)))
    lengths = [math.sqrt(wrong[c].sum() / compared / (np.square(before[c], dtype=np.float64).sum() / 16)) for c in range(3)]
    assert found.by_map == pytest.approx(lengths)
    assert found.by_place[where] == pytest.approx(np.sqrt(wrong.sum(0) / (total / 16))[where])
    assert np.isnan(found.by_place[~where]).all()
    if not interior:
        assert cosine(before, after, way).value == pytest.approx(dots[0] / math.sqrt(dots[1] * dots[2]))


@LAW
@given(seeds)
def test_with_every_unit_compared_it_is_the_ratio_of_norms(seed):
    before, after = noise(seed, 2, 3, 4, 4)
    way = course(Translation(2, 4))
    expected = np.linalg.norm(after - np.roll(before, (1, 2), (1, 2))) / np.linalg.norm(before)
    found = equivariance(before, after, way)
    assert found.error.value == pytest.approx(expected, rel=1e-5)
    assert np.sqrt(np.square(found.by_place).mean()) == pytest.approx(expected, rel=1e-5)
    assert invariance(before, after).error.value == pytest.approx(
        np.linalg.norm(after - before) / np.linalg.norm(before), rel=1e-5
    )


def test_what_moves_along_has_no_error_at_all():
    before = noise(1, 2, 4, 4)
    found = equivariance(before, np.roll(before, (1, 2), (1, 2)), course(Translation(2, 4)))
    assert found.error == Error(0.0)
    assert not found.by_map.any()
    assert not found.by_place.any()
    assert cosine(before, np.roll(before, (1, 2), (1, 2)), course(Translation(2, 4))).value == pytest.approx(1)
    assert invariance(before, before).error == Error(0.0)


def test_errors_do_not_depend_on_the_size_of_the_values():
    before, after = noise(2, 2, 3, 4, 4)
    small, large = (equivariance(before * np.float32(f), after * np.float32(f), course(Translation(1, 0))) for f in (1e-18, 1e18))
    assert small.error.value == pytest.approx(large.error.value, rel=1e-4)


def test_what_is_undefined_says_why():
    some, none, bad = noise(3, 2, 4, 4), np.zeros((2, 4, 4), np.float32), np.full((2, 4, 4), np.nan, np.float32)
    way, beyond = course(Translation(1, 1)), course(Translation(8, 0), Incoming.ZERO)
    for before, after, where, lack in [
        (none, some, way, Lack.ZERO), (bad, some, way, Lack.NAN), (some, bad, way, Lack.NAN), (some, some, beyond, Lack.EMPTY),
    ]:  # fmt: skip
        parts = equivariance(before, after, where)
        assert parts.error.lack is lack
        assert math.isnan(parts.error.value)
        assert np.isnan(parts.by_map).all()
        assert np.isnan(parts.by_place).all()
        assert cosine(before, after, where).lack is lack
    assert cosine(some, none, way).lack is Lack.ZERO
    assert equivariance(some, none, way).error.lack is None


def test_one_dead_map_is_undefined_and_the_layer_is_not():
    before, after = noise(4, 2, 3, 4, 4)
    before[1] = 0
    found = equivariance(before, after, course(Translation(2, 0)))
    assert np.isnan(found.by_map).tolist() == [False, True, False]
    assert found.error.lack is None


def test_changes_of_the_judgement():
    before = np.array([0.7, 0.2, 0.1])
    after = np.array([[0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [np.nan] * 3, [0.6, 0.3, 0.1]])
    found = output_change(before, after)
    assert found.change[[0, 1, 3]] == pytest.approx([0, 0.5, 0.1])
    assert np.isnan(found.change[2])
    assert found.top.tolist() == [0, 1, -1, 0]
    assert found.same.tolist() == [True, False, False, True]
    assert found.consistency == 0.5
    assert output_change(np.full(3, np.nan), after).same.any() == False  # noqa: E712 - nothing equals what is not known
    assert math.isnan(output_change(before, after[:0]).consistency)


def test_margins_and_classes():
    rows = np.array([[0.1, 0.6, 0.3], [0.5, 0.5, 0.0], [np.nan] * 3])
    assert margins(rows) == pytest.approx([0.3, 0, np.nan], nan_ok=True)
    assert top_classes(rows).tolist() == [1, 0, -1]
    assert margins(np.array([[1.0]])).tolist() == [1.0]


def test_consistency_is_the_share_of_equal_judgements():
    assert consistency([1, 2, 3, 4], [1, 2, 0, 4]) == 0.75
    for pair in (([], []), ([1], [1, 2])):
        with pytest.raises(ValueError, match="one by one"):
            consistency(*pair)
