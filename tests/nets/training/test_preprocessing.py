"""Pictures become network inputs by rules that can be checked by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.network.settings import Fit
from inspector.core.picture import LUMA, Picture
from inspector.nets.preprocessing import NormalizationError, Preprocessing, natural_fit, network_input, shares

LAW = settings(deadline=None, derandomize=True, max_examples=60)

PLAIN = Preprocessing((1, 8, 6), (0.0,), (1.0,))
sides = st.integers(1, 40)


def grey(values: np.ndarray, high: float = 255.0, alpha: np.ndarray | None = None) -> Picture:
    return Picture(values, 0.0, high, "p", alpha=alpha)


def fitted(picture: Picture, fit: Fit, size: tuple[int, int, int] = (1, 8, 6)) -> torch.Tensor:
    unchanged = Preprocessing(size, (0.0,) * size[0], (1.0,) * size[0], fit)
    return network_input(picture, unchanged)[0]


@LAW
@given(height=sides, width=sides, value=st.integers(1, 255), fit=st.sampled_from([Fit.STRETCH, Fit.CROP]))
def test_a_flat_picture_stays_flat_where_nothing_is_added(height, width, value, fit):
    found = fitted(grey(np.full((height, width), value, np.uint8)), fit)
    assert found.shape == (1, 8, 6)
    torch.testing.assert_close(found, torch.full((1, 8, 6), value / 255))


@LAW
@given(height=sides, width=sides)
def test_a_letterbox_keeps_the_shape_and_touches_two_sides(height, width):
    bright = fitted(grey(np.full((height, width), 255, np.uint8)), Fit.LETTERBOX)[0] > 0.5
    rows, columns = int(bright.any(1).sum()), int(bright.any(0).sum())
    assert rows == 8 or columns == 6
    assert int(bright.sum()) == rows * columns
    factor = min(8 / height, 6 / width)
    assert abs(rows - height * factor) <= 0.5 or rows == 1
    assert abs(columns - width * factor) <= 0.5 or columns == 1


@pytest.mark.parametrize("fit", [fit for fit in Fit if fit is not Fit.DIGIT])
def test_a_picture_of_the_right_size_is_not_touched(fit):
    values = np.random.default_rng(0).integers(0, 256, (8, 6), np.uint8)
    torch.testing.assert_close(fitted(grey(values), fit)[0], torch.tensor(values) / 255)


def test_padding_puts_the_picture_in_the_middle():
    found = fitted(grey(np.full((4, 3), 255, np.uint8)), Fit.PAD)[0]
    expected = torch.zeros(8, 6)
    expected[2:6, 1:4] = 1
    assert torch.equal(found, expected)


def test_padding_refuses_what_is_larger():
    with pytest.raises(ValueError, match="7x8 pixels cannot be padded to the network's 6x8; stretch, crop or letterbox"):
        fitted(grey(np.zeros((8, 7), np.uint8)), Fit.PAD)


def test_cropping_takes_the_middle():
    values = np.zeros((8, 18), np.uint8)
    values[:, 6:12] = 255
    assert torch.equal(fitted(grey(values), Fit.CROP)[0], torch.ones(8, 6))


@pytest.mark.parametrize(("height", "width", "fit"), [(8, 6, Fit.PAD), (1, 1, Fit.PAD), (9, 2, Fit.CROP), (2, 7, Fit.CROP)])
def test_small_pictures_are_padded_by_nature_and_others_cropped(height, width, fit):
    assert natural_fit(grey(np.zeros((height, width), np.uint8)), PLAIN.input) is fit


def test_values_are_standardized_channel_by_channel():
    picture = Picture(np.full((8, 6, 3), (0, 51, 255), np.uint8), 0.0, 255.0, "p")
    found = network_input(picture, Preprocessing((3, 8, 6), (0.5, 0.1, 0.0), (0.5, 0.2, 2.0)))
    torch.testing.assert_close(found[0, :, 0, 0], torch.tensor([-1.0, 0.5, 0.5]))


def test_colours_become_luma_and_grey_is_repeated():
    colour = Picture(np.full((8, 6, 3), (255, 0, 0), np.uint8), 0.0, 255.0, "p")
    torch.testing.assert_close(fitted(colour, Fit.PAD), torch.full((1, 8, 6), LUMA[0]))
    assert torch.equal(fitted(grey(np.full((8, 6), 255, np.uint8)), Fit.PAD, (3, 8, 6)), torch.ones(3, 8, 6))


def test_what_is_transparent_lies_on_white():
    alpha = np.array([[0, 255], [51, 255]], np.uint8)
    found = fitted(grey(np.zeros((2, 2), np.uint8), alpha=alpha), Fit.PAD, (1, 2, 2))
    torch.testing.assert_close(found[0], torch.tensor([[1.0, 0.0], [0.8, 0.0]]))


@LAW
@given(st.integers(0, 255))
def test_16_bits_and_8_bits_mean_the_same(value):
    few, many = grey(np.full((8, 6), value, np.uint8)), grey(np.full((8, 6), value * 257, np.uint16), 65535.0)
    torch.testing.assert_close(fitted(few, Fit.PAD), fitted(many, Fit.PAD))


def test_values_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="not finite"):
        fitted(grey(np.array([[0, np.nan]], np.float32), 1.0), Fit.PAD)


def test_other_channels_are_refused():
    with pytest.raises(ValueError, match="3 channels, and the network takes 1"):
        PLAIN.standardized(torch.zeros(2, 3, 8, 6))


@pytest.mark.parametrize(("mean", "std"), [((0.0, 0.0), (1.0,)), ((0.0,), (0.0,)), ((np.nan,), (1.0,)), ((0.0,), (np.inf,))])
def test_normalizations_that_make_no_sense(mean, std):
    with pytest.raises(NormalizationError, match=r"deviations"):
        Preprocessing((1, 8, 6), mean, std)


def test_bytes_become_shares():
    assert shares(torch.tensor([0, 51, 255], dtype=torch.uint8)).tolist() == pytest.approx([0, 0.2, 1])
