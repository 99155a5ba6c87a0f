"""The choice of algorithm is never seen in a result: all that apply are forced in turn and compared with the reference."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kernels import Border, checks, engine, reference
from kernels.plan import Algorithm, Plan, plan

LAW = settings(deadline=None, derandomize=True, max_examples=150)
DTYPES = ["bool", "uint8", ">u2", "int16", "float16", "float32", ">f4", "float64", "<f8"]
KINDS = ("equal", "separable", "low rank", "any")
SPECIAL = (np.nan, np.inf, -np.inf, 0.9)  # the last one times the largest value of the type


@st.composite
def pictures(draw: st.DrawFn) -> NDArray[Any]:
    """(H, W, C) in every order of memory, read-only, some with values that are no numbers."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.integers(1, 40)), draw(st.integers(1, 40)), draw(st.sampled_from([1, 3]))
    image = random.integers(0, 256, shape).astype(draw(st.sampled_from(DTYPES)))
    if image.dtype.kind == "f":
        for value in draw(st.lists(st.sampled_from(SPECIAL), max_size=2)):
            place = tuple(int(random.integers(side)) for side in shape)
            image[place] = value * float(np.finfo(image.dtype).max) if value == 0.9 else value
    image = draw(st.sampled_from([np.ascontiguousarray, np.asfortranarray, lambda a: a[::-1, ::2], lambda a: a[:, ::-1]]))(image)
    image.flags.writeable = False
    return image


@st.composite
def matrices(draw: st.DrawFn) -> NDArray[np.float64]:
    """Weights of every kind that some algorithm is for, of even and odd sizes."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    height, width, kind = draw(st.integers(1, 12)), draw(st.integers(1, 12)), draw(st.sampled_from(KINDS))
    if kind == "equal":
        return np.full((height, width), draw(st.sampled_from([1.0, -0.3, 1e-20])))
    rank = {"separable": 1, "low rank": 2, "any": 12}[kind]
    return random.normal(size=(height, rank)) @ random.normal(size=(rank, width))


def applying(task: Plan) -> list[Algorithm]:
    """All algorithms that can form the sums of a plan."""
    rank = task.pairs.rank if task.pairs is not None else 0
    here = {Algorithm.SEPARABLE: rank == 1, Algorithm.LOW_RANK: rank > 0, Algorithm.RUNNING: task.constant}
    return [algorithm for algorithm in Algorithm if here.get(algorithm, True)]


def assert_agrees(task: Plan, image: NDArray[Any], values: NDArray[Any]) -> None:
    """Numbers where the reference has some that fit the type, equal but for rounding; NaN and infinity where it has them."""
    expected = reference.correlate(task, image)
    wild = ~(np.abs(np.where(np.isfinite(image), image, 0).astype(float)) < 1e30)
    finite = np.abs(image.astype(float)[np.isfinite(image) & ~wild])
    scale = np.abs(task.weights).sum() * max(1.0, finite.max(initial=0), abs(task.cval)) + abs(task.bias)
    huge = ~np.isfinite(expected) | (np.abs(expected) > 1e6 * scale)
    near = scale * (1e-12 if task.dtype == "float64" else 2e-6)
    np.testing.assert_allclose(values[~huge], expected[~huge], rtol=0, atol=near)
    np.testing.assert_array_equal(np.isnan(values) | np.isinf(values) | (np.abs(values) > 1e5 * scale), huge)


@pytest.mark.usefixtures("loops")
@LAW
@given(
    pictures(), matrices(), st.sampled_from(list(Border)), st.integers(1, 3), st.integers(1, 3), st.sampled_from([3.0, np.nan])
)
def test_every_algorithm_that_applies_gives_the_reference(image, weights, border, stride, dilation, cval) -> None:
    image = checks.check_picture(image)
    anchor = weights.shape[0] // 2, weights.shape[1] // 2
    options = {"border": border, "cval": cval, "stride": stride, "dilation": dilation, "bias": 2.0}
    task = plan(image.shape, image.dtype, weights, anchor=anchor, **options)
    assert task.algorithm in applying(task)
    for algorithm in applying(task):
        result = engine._on_cpu(engine._Work(replace(task, algorithm=algorithm), image, None, None), True, "")
        assert result.algorithm in (algorithm, Algorithm.DIRECT)
        assert_agrees(task, image, result.values)


@pytest.mark.usefixtures("loops")
def test_a_large_value_leaves_no_trace_behind_its_footprint() -> None:
    """Where a sum were carried on by taking away what falls out of it, the rounding of 1e30 would stay."""
    image = np.ones((60, 90), np.float32)
    image[30, 40] = 1e30
    for weights in (np.ones((7, 9)), np.ones((16, 5))):
        task = plan((60, 90, 1), "float32", weights, anchor=(0, 0), padding=0)
        work = engine._Work(replace(task, algorithm=Algorithm.RUNNING), image[:, :, np.newaxis], None, None)
        result = engine._on_cpu(work, True, "")
        assert result.algorithm is Algorithm.RUNNING
        assert set(np.unique(result.values)) == {np.float32(weights.size), np.float32(1e30)}
