"""Drawn digits become inputs as the digits of MNIST did: by their ink alone, wherever and however large it is."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from inspector.core.drawing import SIDE, Stroke, drawing_picture
from inspector.core.network.settings import Fit, ModelChoice, ModelKind
from inspector.core.picture import Picture
from inspector.nets import open_network
from inspector.nets.preprocessing import Preprocessing, network_input

LAW = settings(deadline=None, derandomize=True, max_examples=60)
MNIST = Preprocessing((1, 28, 28), (0.0,), (1.0,), Fit.DIGIT)
# points (y, x) of the strokes of each digit, in a box of 1 × 1
DIGITS = {
    "0": [[(0.5 - 0.5 * np.cos(a), 0.5 + 0.36 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 24)]],
    "1": [[(0.0, 0.5), (1.0, 0.5)]],
    "2": [[(0.2, 0.1), (0.0, 0.45), (0.2, 0.8), (0.5, 0.6), (1.0, 0.05), (1.0, 0.9)]],
    "4": [[(0.0, 0.3), (0.5, 0.1), (0.5, 0.8)], [(0.0, 0.75), (1.0, 0.75)]],
    "7": [[(0.0, 0.1), (0.0, 0.9), (1.0, 0.4)]],
}


def drawn(digit: str, *, scale: float = 160.0, top: float = 60.0, left: float = 60.0) -> Picture:
    strokes = [[(top + scale * y, left + scale * x) for y, x in line] for line in DIGITS[digit]]
    return drawing_picture(tuple(Stroke(tuple(points), width=scale / 9) for points in strokes))


def fitted(picture: Picture, wanted: Preprocessing = MNIST) -> NDArray[np.float32]:
    return network_input(picture, wanted)[0].numpy()


def grey(values: NDArray[np.uint8]) -> Picture:
    return Picture(values, 0, 255, "p")


digits = st.sampled_from(sorted(DIGITS))


@LAW
@given(digits, st.integers(0, 80), st.integers(0, 80))
def test_where_it_is_drawn_makes_no_difference(digit, down, right):
    still, moved = drawn(digit, top=20, left=20), drawn(digit, top=20 + down, left=20 + right)
    np.testing.assert_allclose(fitted(moved), fitted(still), atol=0.02)


@LAW
@given(digits, st.floats(60, 220))
def test_how_large_it_is_drawn_makes_hardly_a_difference(digit, scale):
    reference, other = fitted(drawn(digit)), fitted(drawn(digit, scale=scale, top=30, left=30))
    nearby = [np.roll(other, (y, x), (1, 2)) for y in (-1, 0, 1) for x in (-1, 0, 1)]  # whole pixels have to be rounded to
    assert min(float(np.abs(reference - one).mean()) for one in nearby) < 0.04


@LAW
@given(digits, st.floats(60, 200), st.integers(0, 40))
def test_it_spans_20_of_28_pixels_about_its_centre_of_mass(digit, scale, place):
    (found,) = fitted(drawn(digit, scale=scale, top=20 + place, left=30))
    rows, columns = ((found > 0.02).any(axis) for axis in (1, 0))
    spans = [int(np.ptp(np.flatnonzero(side))) + 1 for side in (rows, columns)]
    assert max(spans) in (19, 20)
    for axis in (0, 1):
        profile = found.sum(1 - axis)
        assert abs((profile * np.arange(28)).sum() / profile.sum() - 14) <= 0.51


@LAW
@given(digits, st.integers(100, 255), st.integers(0, 60))
def test_dark_ink_on_paper_is_the_same_as_white_on_black(digit, paper, ink):
    white = drawn(digit)
    dark = grey((paper - white.values.astype(np.float64) * (paper - ink) / 255).round().astype(np.uint8))
    np.testing.assert_allclose(fitted(dark), fitted(white), atol=0.03)


@pytest.mark.parametrize("level", [0, 90, 255])
def test_an_empty_drawing_is_all_background(level):
    assert not fitted(grey(np.full((SIDE, SIDE), level, np.uint8))).any()
    spotted = np.full((SIDE, SIDE), level, np.uint8)
    spotted[100, 100] ^= 3
    assert not fitted(grey(spotted)).any()


def test_a_dot_is_a_spot_in_the_middle():
    (found,) = fitted(drawing_picture((Stroke(((30.0, 200.0),)),)))
    assert found[14, 14] == 1
    assert not found[0].any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 2)])
def test_tiny_pictures_are_fitted(shape):
    values = np.zeros(shape, np.uint8)
    values[-1, -1] = 255
    assert fitted(grey(values)).shape == (1, 28, 28)


@pytest.mark.parametrize("size", [(1, 32, 32), (3, 32, 48), (3, 20, 10)])
def test_any_input_is_filled_as_mnist_fills_28_pixels(size):
    wanted = Preprocessing(size, (0.0,) * size[0], (1.0,) * size[0], Fit.DIGIT)
    found = fitted(drawn("0"), wanted)
    assert found.shape == size
    assert (found == found[0]).all()
    assert abs(int((found[0] > 0.02).any(1).sum()) - 20 / 28 * min(size[1:])) <= 1


def test_a_coloured_digit_is_fitted_by_its_luma():
    white = drawn("2")
    coloured = Picture(np.stack([white.values, white.values // 2, white.values], 2), 0, 255, "p")
    np.testing.assert_allclose(fitted(coloured), fitted(white), atol=0.02)


@pytest.mark.parametrize("digit", sorted(DIGITS))
@pytest.mark.parametrize("place", [(60.0, 10.0, 200.0), (160.0, 60.0, 60.0), (110.0, 150.0, 30.0)])
def test_lenet5_reads_a_digit_wherever_it_is_drawn(digit, place):
    scale, top, left = place
    made = LENET.inspect(drawn(digit, scale=scale, top=top, left=left), Fit.DIGIT)
    assert LENET.facts.class_names[int(made.probabilities.argmax())] == digit
    assert made.maps["input"][0, 0, 0] == pytest.approx(-0.1307 / 0.3081)


LENET = open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))


def test_a_batch_is_fitted_picture_by_picture():
    pictures = [drawn(digit) for digit in sorted(DIGITS)]
    together = MNIST.fitted(torch.stack([torch.tensor(one.values)[None] / 255 for one in pictures]))
    assert torch.equal(together, torch.stack([torch.tensor(fitted(one)) for one in pictures]))
