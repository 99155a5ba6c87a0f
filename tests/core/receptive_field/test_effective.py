"""Numbers of heat maps: those of a Gaussian are known, and the others are counted pixel by pixel."""

from math import cos, pi, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inspector.core.images import PictureError
from inspector.core.receptive_field.effective import SHARES, EffectiveNumbers, ellipse, numbers, sigma_error, sums
from inspector.core.receptive_field.sample import Sample, sampled

LAW = settings(deadline=None, derandomize=True, max_examples=60)
SHAPE = (61, 83)
EVERYTHING = (0, 0, *SHAPE)

heats = arrays(
    np.float64, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.sampled_from([0.0, 0.5, 1.0, 3.0])
).filter(np.any)
places = st.integers(-4, 12)
boxes = st.tuples(places, places, st.integers(1, 9), st.integers(1, 9)).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))


def gaussian(centre=(30.25, 41.5), sigma=(3.0, 5.0), correlation=0.0, shape=SHAPE) -> np.ndarray:
    y, x = ((np.arange(side) - at) / s for side, at, s in zip(shape, centre, sigma, strict=True))
    y = y[:, None]
    return np.exp(-(y * y - 2 * correlation * y * x + x * x) / (2 * (1 - correlation**2)))


@pytest.mark.parametrize("correlation", [0.0, 0.6, -0.9])
@pytest.mark.parametrize("strength", [1.0, 1e-200, 1e200])
def test_the_numbers_of_a_gaussian_are_its_own(correlation, strength):
    found = numbers(strength * gaussian(correlation=correlation), EVERYTHING)
    assert found.centre == pytest.approx((30.25, 41.5), abs=1e-6)
    assert found.sigma == pytest.approx((3, 5), abs=1e-6)
    assert found.correlation == pytest.approx(correlation, abs=1e-6)
    assert found.fit == pytest.approx(1, abs=1e-6)
    assert found.inside == 1


@LAW
@given(heats, boxes, boxes)
def test_numbers_are_those_that_are_counted_pixel_by_pixel(heat, box, inside):
    found = numbers(heat, box, inside)
    weight = heat / heat.sum()
    y, x = np.mgrid[: heat.shape[0], : heat.shape[1]]
    centre = (weight * y).sum(), (weight * x).sum()
    assert found.centre == pytest.approx(centre)
    assert found.sigma[0] ** 2 == pytest.approx((weight * (y - centre[0]) ** 2).sum(), abs=1e-12)
    assert found.sigma[1] ** 2 == pytest.approx((weight * (x - centre[1]) ** 2).sum(), abs=1e-12)
    within = (inside[0] <= y) & (y < inside[2]) & (inside[1] <= x) & (x < inside[3])
    assert found.inside == pytest.approx(weight[within].sum())
    assert found.fit <= 1
    assert -1 <= found.correlation <= 1
    for share in SHARES:
        assert found.area_ratio[share] == pytest.approx(counted_ratio(weight, box, share))


def counted_ratio(weight: np.ndarray, box: tuple[int, int, int, int], share: float) -> float:
    """By squares that grow until they hold the share."""
    even = (box[2] - box[0]) % 2 == 0 and (box[3] - box[1]) % 2 == 0
    middle = (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
    y, x = np.mgrid[: weight.shape[0], : weight.shape[1]]
    for reach in range(99):
        back = reach + even
        square = (middle[0] - back <= y) & (y <= middle[0] + reach) & (middle[1] - back <= x) & (x <= middle[1] + reach)
        if weight[square].sum() >= share - 1e-9:
            return square.mean()
    raise AssertionError


def test_area_ratios_of_an_even_heat_are_the_shares_in_odd_squares():
    found = numbers(np.ones((11, 11)), (0, 0, 11, 11)).area_ratio
    assert found == {0.2: 25 / 121, 0.3: 49 / 121, 0.5: 81 / 121, 0.99: 1.0}


def test_squares_about_a_box_of_even_sides_are_even():
    heat = np.zeros((8, 8))
    heat[3:5, 3:5] = 1
    assert set(numbers(heat, (1, 1, 7, 7)).area_ratio.values()) == {4 / 64}
    assert numbers(heat, (1, 1, 8, 8)).area_ratio == {0.2: 1 / 64, 0.3: 9 / 64, 0.5: 9 / 64, 0.99: 9 / 64}


def test_the_share_inside_is_that_of_the_box_unless_another_is_asked_about():
    heat = np.ones((4, 5))
    assert numbers(heat, (0, 0, 2, 5)).inside == 0.5
    assert numbers(heat, (0, 0, 2, 5), (-3, -3, 9, 1)).inside == pytest.approx(0.2)
    assert numbers(heat, (0, 0, 2, 5), (20, 20, 30, 30)).inside == 0


@LAW
@given(heats, boxes)
def test_a_transposed_heat_has_transposed_numbers(heat, box):
    found, other = numbers(heat, box), numbers(heat.T.copy(), (box[1], box[0], box[3], box[2]))
    assert other.centre == pytest.approx(found.centre[::-1])
    assert other.sigma == pytest.approx(found.sigma[::-1], abs=1e-9)
    assert other.fit == pytest.approx(found.fit, abs=1e-6)
    assert other.area_ratio == pytest.approx(found.area_ratio)


def test_a_gaussian_explains_one_pixel_fully_and_two_hills_poorly():
    point = np.zeros((9, 9))
    point[4, 5] = 7
    found = numbers(point, (2, 2, 7, 8))
    assert (found.centre, found.sigma, found.correlation) == ((4, 5), (0, 0), 0)
    assert found.fit == pytest.approx(1)
    hills = gaussian((30, 10), (3, 3)) + gaussian((30, 70), (3, 3))
    assert numbers(hills, EVERYTHING).fit < 0.3


def test_a_line_along_a_diagonal_is_a_gaussian_without_breadth():
    found = numbers(np.eye(31) * gaussian((15, 15), (4, 4), shape=(31, 31)), (0, 0, 31, 31))
    assert found.correlation == pytest.approx(1)
    assert found.fit == pytest.approx(1, abs=1e-4)


def test_where_the_heat_does_not_vary_nothing_is_explained():
    assert numbers(np.ones((3, 3)), (0, 0, 3, 3)).fit == 0
    assert numbers(np.eye(3), (9, 9, 12, 12)).fit == 0


@pytest.mark.parametrize("heat", [np.zeros((4, 4)), np.zeros((0, 3)), np.full((2, 2), np.nan)])
def test_without_energy_there_are_no_numbers(heat):
    with pytest.raises(ValueError, match="no energy"):
        numbers(heat, (0, 0, 4, 4))


# ---- the ellipse -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", [0.0, pi / 6, pi / 4, 1.3, pi / 2, -pi / 3])
def test_the_ellipse_is_that_of_the_gaussian_that_was_turned(angle):
    long, short = 7.0, 2.0
    var_x = (long * cos(angle)) ** 2 + (short * sin(angle)) ** 2
    var_y = (long * sin(angle)) ** 2 + (short * cos(angle)) ** 2
    mixed = (long**2 - short**2) * sin(angle) * cos(angle)
    sigma = var_y**0.5, var_x**0.5
    found = ellipse(EffectiveNumbers((3, 4), sigma, mixed / (sigma[0] * sigma[1]), 1, {}, 1), sigmas=2)
    assert found.centre == (3, 4)
    assert found.axes == pytest.approx((14, 4))
    assert sin(found.angle - angle) == pytest.approx(0, abs=1e-9)  # an ellipse that is turned by half looks the same


def test_the_ellipse_of_one_pixel_is_a_point():
    point = np.zeros((5, 5))
    point[1, 3] = 1
    assert ellipse(numbers(point, (0, 0, 5, 5))) == ((1, 3), (0, 0), 0)


# ---- averages --------------------------------------------------------------------------------------------------


def left_out(stack: np.ndarray, index: int) -> tuple[float, float]:
    return numbers(np.delete(stack, index, 0).mean(0), (0, 0, 1, 1)).sigma


@LAW
@given(arrays(np.float64, (5, 6, 7), elements=st.floats(0.1, 1)))
def test_the_error_of_sigma_is_the_jackknife_of_the_mean_heat(stack):
    left = np.array([left_out(stack, index) for index in range(5)])
    expected = np.sqrt(4 / 5 * np.square(left - left.mean(0)).sum(0))
    assert sigma_error(sums(stack)) == pytest.approx(tuple(expected), abs=1e-9)


def test_equal_pictures_have_no_error_and_too_few_have_none_known():
    stack = np.broadcast_to(gaussian(), (4, *SHAPE))
    assert sigma_error(sums(stack)) == pytest.approx((0, 0), abs=1e-9)
    assert sigma_error(sums(stack[:2])) is None
    assert sigma_error(sums(np.stack([gaussian(), *np.zeros((3, *SHAPE))]))) is None


def test_a_sample_is_a_folder_s_first_pictures_or_noise(tmp_path):
    for name in ("b10.png", "b9.png", "a.jpg"):
        (tmp_path / name).write_bytes(b"")
    assert sampled(str(tmp_path), 2) == Sample(paths=(tmp_path / "a.jpg", tmp_path / "b9.png"))
    assert sampled("", 5) == Sample(noise=5)
    assert Sample((tmp_path,), 3).pictures == 4
    with pytest.raises(PictureError):
        sampled(str(tmp_path / "none"), 2)
