"""Where maps lie in an atlas and which colours they have, told by a loop over the maps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inspector.core.display import diverging, sequential
from inspector.core.network.atlas import GROUND, NAN, Colours, colours_of, compose, grid_of
from inspector.core.network.settings import Colouring, Order
from inspector.core.network.statistics import statistics
from inspector.core.network.view import Grid
from kernels.levels import to_rgb

LAW = settings(deadline=None, derandomize=True, max_examples=60)
SHAPES = st.tuples(st.integers(1, 30), st.integers(1, 6), st.integers(1, 6))
ODD = st.sampled_from([0.0, -1.0, 1.0, np.nan, np.inf, -np.inf])
MAPS = hnp.arrays(np.float32, SHAPES, elements=st.one_of(ODD, st.floats(width=32)))
FIXED = st.tuples(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))


def coloured(maps, colouring, fixed=(0.0, 1.0), order=Order.INDEX):
    numbers = statistics(maps, order)
    colours, grid = colours_of(numbers, colouring, fixed), grid_of(maps.shape)
    return compose(maps, numbers.order, colours, grid), numbers, colours, grid


# ---- places ----


@LAW
@given(SHAPES)
def test_every_map_has_a_place_of_its_own(shape):
    grid = grid_of(shape)
    free = np.ones(grid.shape, bool)
    for place in range(grid.count):
        y0, x0, y1, x1 = grid.box(place)
        assert (y1 - y0, x1 - x0) == shape[1:]
        assert free[y0:y1, x0:x1].all()
        assert free[y0:y1, x0:x1].size == shape[1] * shape[2]
        free[y0:y1, x0:x1] = False
        assert grid.at(y1 - 0.5, x0 + 0.5) == (place, (shape[1] - 1, 0))


@pytest.mark.parametrize("count", [6, 16, 20, 64, 120, 256, 512, 1000])
@pytest.mark.parametrize("size", [(1, 1), (14, 14), (28, 20)])
def test_an_atlas_is_wider_than_high_but_not_much(count, size):
    tall, wide = grid_of((count, *size)).shape
    assert 0.9 < wide / tall < 2.2


@pytest.mark.parametrize("count", [64, 120, 256, 512, 1000])
def test_an_atlas_has_few_empty_places(count):
    grid = grid_of((count, 7, 7))
    assert grid.rows * grid.columns <= 1.15 * count


def test_the_channels_of_a_picture_lie_in_a_row_and_single_units_touch():
    assert grid_of((3, 32, 32)).columns == 3
    assert grid_of((3, 32, 32)).gap == 1
    assert grid_of((10, 1, 1)).gap == 0


# ---- colours ----


@LAW
@given(MAPS, st.sampled_from(list(Colouring)), st.sampled_from(list(Order)))
def test_the_atlas_shows_each_map_as_a_loop_paints_it(maps, colouring, order):
    atlas, numbers, colours, grid = coloured(maps, colouring, order=order)
    painted = np.zeros(grid.shape, bool)
    for place, index in enumerate(numbers.order):
        y0, x0, y1, x1 = grid.box(place)
        painted[y0:y1, x0:x1] = True
        low, high = colours.ranges[index]
        grey = to_rgb(maps[index], low, high)[..., 0].astype(int)
        lut = np.concatenate([colours.lut[:1], colours.lut, colours.lut[-1:]])
        near = np.stack([lut[grey + step] for step in range(3)])  # rounded otherwise, in another precision
        bad = np.isnan(maps[index])
        assert (near == atlas[y0:y1, x0:x1]).all(axis=3).any(axis=0)[~bad].all()
        assert (atlas[y0:y1, x0:x1][bad] == NAN).all()
    assert (atlas[~painted] == GROUND).all()
    assert atlas.flags.c_contiguous
    assert atlas.dtype == np.uint8


@LAW
@given(MAPS)
def test_colours_are_told_by_the_sign(maps):
    _, numbers, colours, _ = coloured(maps, Colouring.MAP)
    assert colours.signed == bool((numbers.low < 0).any())
    low, high = colours.ranges.T
    assert (low < high).all()
    assert (low == (-high if colours.signed else 0)).all()
    alive = ~numbers.dead
    assert (high[alive] >= np.abs(numbers.high[alive])).all()


@LAW
@given(hnp.arrays(np.float32, SHAPES, elements=st.floats(-9, 9, width=32)))
def test_zero_is_white_among_signed_values_and_the_lowest_colour_among_others(maps):
    maps[0, 0, 0] = 0
    signed, _, colours, _ = coloured(maps, Colouring.LAYER)
    assert tuple(signed[0, 0]) == ((255, 255, 255) if colours.signed else tuple(sequential()[0]))
    positive, _, _, _ = coloured(np.abs(maps), Colouring.MAP)
    assert (positive[0, 0] == sequential()[0]).all()


@LAW
@given(hnp.arrays(np.float32, SHAPES, elements=st.floats(2**-10, 2**10, width=32)), st.integers(-20, 20))
def test_colours_of_each_map_do_not_tell_its_scale(maps, power):
    atlas = coloured(maps, Colouring.MAP)[0]
    np.testing.assert_array_equal(coloured(maps * np.float32(2.0) ** power, Colouring.MAP)[0], atlas)


def test_one_range_for_the_layer_makes_maps_comparable():
    maps = np.stack([np.full((2, 2), 1, np.float32), np.full((2, 2), 4, np.float32)])
    _, _, colours, _ = coloured(maps, Colouring.LAYER)
    assert colours.ranges.tolist() == [[0, 4], [0, 4]]
    assert coloured(maps, Colouring.MAP)[2].ranges.tolist() == [[0, 1], [0, 4]]


@LAW
@given(MAPS, FIXED)
def test_fixed_colours_reach_as_far_as_asked_whatever_the_values(maps, fixed):
    _, _, colours, _ = coloured(maps, Colouring.FIXED, fixed)
    low, high = min(fixed), max(fixed)
    assert colours.signed == (low < 0 < high)
    assert (colours.ranges[:, 0] < colours.ranges[:, 1]).all()
    if high - low > 1e-30:
        reach = max(-low, high)
        assert (colours.ranges == ((-reach, reach) if colours.signed else (low, high))).all()


@pytest.mark.parametrize("fixed", [(0.0, np.nan), (-np.inf, 0.0)])
def test_fixed_colours_need_finite_numbers(fixed):
    with pytest.raises(ValueError, match="two finite numbers"):
        coloured(np.zeros((1, 2, 2), np.float32), Colouring.FIXED, fixed)


def test_infinities_do_not_stretch_the_colours_and_are_clamped():
    maps = np.array([[[0, 2, np.inf, np.nan]]], np.float32)
    atlas, _, colours, _ = coloured(maps, Colouring.MAP)
    assert colours.ranges.tolist() == [[0, 2]]
    assert atlas[0].tolist() == [sequential()[0].tolist(), *[sequential()[255].tolist()] * 2, list(NAN)]


def test_maps_of_tiny_values_are_coloured_without_complaint():
    maps = np.array([[[1e-45, 0, -1e-45, np.inf]]], np.float32)
    assert (coloured(maps, Colouring.MAP)[0][0, 1] == (255, 255, 255)).all()


@pytest.mark.parametrize("shape", [(0, 3, 3), (2, 0, 3), (2, 3, 0), (0, 0, 0)])
def test_nothing_is_an_empty_picture(shape):
    atlas = coloured(np.zeros(shape, np.float32), Colouring.LAYER)[0]
    assert atlas.shape[2] == 3
    assert atlas.size == 0


def test_another_ground_lies_between_the_maps():
    colours = Colours(np.array([[0.0, 1.0]] * 2), signed=False)
    atlas = compose(np.ones((2, 2, 2), np.float32), np.arange(2), colours, Grid(2, 2, 2, 2), ground=(1, 2, 3))
    assert (atlas[:, 2] == (1, 2, 3)).all()
    assert (atlas[:, [0, 1, 3, 4]] == sequential()[255]).all()


def test_labels_say_what_the_colours_span():
    assert Colours(np.array([[0.0, 3.4142]]), signed=False).text(0) == "viridis 0 … 3.414"
    assert Colours(np.array([[-0.83, 0.83]]), signed=True).text(0) == "symmetric ±0.83"


# ---- the colour maps themselves ----


def test_the_sequential_map_is_viridis():
    cv2 = pytest.importorskip("cv2")
    published = cv2.applyColorMap(np.arange(256, dtype=np.uint8)[:, np.newaxis], cv2.COLORMAP_VIRIDIS)[:, 0, ::-1]
    assert np.abs(sequential().astype(int) - published).max() <= 2


def test_the_sequential_map_grows_ever_lighter():
    lightness = (sequential() / 255) ** 2.2 @ (0.2126, 0.7152, 0.0722)
    assert (lightness[2:] > lightness[:-2]).all()  # one step may be lost to rounding, in the published map too


def test_the_diverging_map_is_lightest_at_zero():
    lightness = diverging().astype(int).sum(axis=1)
    assert np.argmax(lightness) == 128
    assert (np.diff(lightness[:129]) > 0).all()
    assert (np.diff(lightness[128:]) < 0).all()
