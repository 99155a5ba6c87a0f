"""Worked examples of the lecture decks that the program is built from."""

import numpy as np
import pytest

from kernels import convolve, correlate, preset

PICTURE = [[3, 2, 3, 3, 3, 1], [0, 1, 3, 3, 1, 2], [2, 2, 0, 0, 2, 0], [3, 0, 1, 3, 3, 0], [2, 3, 2, 0, 0, 1], [2, 2, 2, 3, 1, 0]]
KERNEL = [[0, 1, 0], [0, 0, 0], [1, 1, 2]]
WIDER = [
    [3, 2, 3, 3, 3, 1, 2], [0, 1, 3, 3, 1, 2, 1], [2, 2, 0, 0, 2, 0, 0], [3, 0, 1, 3, 3, 0, 3],
    [2, 3, 2, 0, 0, 1, 1], [2, 2, 2, 3, 1, 0, 1], [0, 2, 1, 1, 3, 3, 1],
]  # fmt: skip


def test_a_difference_of_rows() -> None:
    """CSCI 1470, day 10: correlation, no flip."""
    picture = np.uint8([[2, 0, 1, 3], [7, 1, 1, 0], [0, 2, 5, 0], [0, 5, 1, 4]])
    kernel = [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]
    assert correlate(picture, kernel, padding="valid").tolist() == [[-4, -3], [3, -8]]
    assert convolve(picture, kernel, padding="valid").tolist() == [[4, 3], [-3, 8]]


def test_valid_and_padded() -> None:
    """CS5242, lecture 8."""
    valid = [[6, 5, 7, 5], [6, 10, 13, 7], [11, 5, 2, 4], [8, 11, 10, 7]]
    padded = [
        [2, 7, 10, 8, 8, 3], [9, 6, 5, 7, 5, 3], [3, 6, 10, 13, 7, 5],
        [10, 11, 5, 2, 4, 1], [9, 8, 11, 10, 7, 1], [2, 3, 2, 0, 0, 1],
    ]  # fmt: skip
    assert correlate(PICTURE, KERNEL, padding="valid").tolist() == valid
    assert correlate(PICTURE, KERNEL, border="zero").tolist() == padded
    assert correlate(PICTURE, KERNEL, border="zero", padding=1).tolist() == padded


def test_stride_of_two() -> None:
    """CS5242, lecture 8, whose slide prints the result of stride 1 by mistake."""
    result = correlate(WIDER, KERNEL, padding="valid", stride=2)
    assert result.tolist() == [[6, 7, 3], [11, 2, 3], [7, 8, 9]]


def test_one_sum() -> None:
    """CS 4644: the products of one patch, and pooling as its largest and its mean."""
    patch = np.uint8([[200, 150, 150], [100, 50, 100], [25, 25, 10]])
    assert correlate(patch, [[1, 0, -1], [2, 0, -2], [1, 0, -1]], padding=0).item() == 65
    assert correlate(patch, preset("box3"), padding=0).item() == pytest.approx(90)


def test_backward_passes_are_correlation_and_convolution() -> None:
    """CS 4644: gradients of sum(upstream * correlate(x, k)), against central differences."""
    random = np.random.default_rng(0)
    x, k, upstream = random.normal(size=(5, 6)), random.normal(size=(2, 3)), random.normal(size=(4, 4))

    def loss(x: np.ndarray, k: np.ndarray) -> float:
        return float((upstream * correlate(x, k, padding="valid")).sum())

    def slope(of: str, array: np.ndarray) -> np.ndarray:
        result = np.empty_like(array)
        for place in np.ndindex(array.shape):
            step = np.zeros_like(array)
            step[place] = 0.5
            above, below = ({"x": x, "k": k} | {of: array + sign * step} for sign in (1, -1))
            result[place] = loss(**above) - loss(**below)
        return result

    np.testing.assert_allclose(correlate(x, upstream, padding="valid"), slope("k", k), atol=1e-12)
    np.testing.assert_allclose(convolve(upstream, k, border="zero", padding="full"), slope("x", x), atol=1e-12)


def test_a_vertical_edge() -> None:
    """CSS634: a step from 10 to 0."""
    picture = np.tile([10, 10, 10, 0, 0, 0], (6, 1)).astype(np.uint8)
    assert correlate(picture, preset("vertical-edge"), padding="valid").tolist() == [[0, 30, 30, 0]] * 4


def test_one_channel_after_the_other_makes_a_layer() -> None:
    """The moving example of the decks: three planes, two filters, stride 2, padding 1."""
    planes = [
        [[2, 1, 0, 2, 2], [0, 0, 2, 2, 0], [1, 0, 1, 2, 2], [0, 2, 2, 2, 0], [2, 2, 0, 0, 2]],
        [[2, 2, 0, 2, 1], [1, 2, 2, 2, 1], [1, 2, 2, 2, 1], [2, 1, 0, 1, 1], [0, 0, 1, 1, 0]],
        [[2, 2, 1, 0, 2], [1, 2, 2, 2, 2], [0, 0, 0, 1, 0], [1, 0, 2, 1, 2], [2, 2, 1, 0, 1]],
    ]
    first = [[[1, 1, -1], [1, 1, 0], [1, 1, -1]], [[1, -1, 0], [1, 1, 0], [1, -1, 1]], [[0, 0, 1], [-1, 0, -1], [-1, 1, -1]]]
    second = [[[1, 0, 0], [0, 1, 0], [0, 0, 0]], [[1, -1, -1], [1, -1, -1], [0, -1, 1]], [[-1, 0, 1], [-1, -1, 1], [1, -1, 0]]]

    def layer(kernels: list, bias: int) -> list:
        maps = [
            correlate(plane, kernel, border="zero", stride=2, padding=1) for plane, kernel in zip(planes, kernels, strict=True)
        ]
        return (np.sum(maps, axis=0) + bias).tolist()

    assert layer(first, 1) == [[3, 2, 11], [2, 12, 13], [-3, 6, 6]]
    assert layer(second, 0) == [[-2, -3, 0], [-5, -3, 1], [-1, -2, 3]]


def test_impulse_responses() -> None:
    """A single bright pixel gives the kernel by convolution, and the kernel turned by correlation."""
    impulse = np.zeros((5, 5))
    impulse[2, 2] = 1
    kernel = np.arange(1.0, 10).reshape(3, 3)
    np.testing.assert_array_equal(convolve(impulse, kernel)[1:4, 1:4], kernel)
    np.testing.assert_array_equal(correlate(impulse, kernel)[1:4, 1:4], kernel[::-1, ::-1])
