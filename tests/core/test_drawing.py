"""What pen and eraser make of strokes: laws of the ink, and a slow painter as oracle."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.drawing import SIDE, Stroke, drawing_picture, render

LAW = settings(deadline=None, derandomize=True, max_examples=40)
NUMBER = st.integers(-200, 1400).map(lambda quarter: quarter / 4)  # exact when shifted by whole pixels
POINTS = st.lists(st.tuples(NUMBER, NUMBER), min_size=1, max_size=6).map(tuple)
STROKES = st.builds(Stroke, POINTS, st.sampled_from([1.0, 8.0, 22.0, 48.0]), st.booleans())
PENS = STROKES.map(lambda stroke: replace(stroke, erases=False))
DRAWINGS = st.lists(STROKES, max_size=4).map(tuple)


def afresh(strokes):
    """The drawing without the help of the one before."""
    render(())
    return render(strokes)


def distance(pixel, start, end):
    """From the centre of a pixel to a line."""
    y, x = pixel[0] + 0.5 - start[0], pixel[1] + 0.5 - start[1]
    along = end[0] - start[0], end[1] - start[1]
    length = along[0] ** 2 + along[1] ** 2
    share = min(max((y * along[0] + x * along[1]) / length, 0), 1) if length else 0
    return math.hypot(y - share * along[0], x - share * along[1])


@LAW
@given(PENS, st.lists(st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1)), min_size=1, max_size=20))
def test_a_pixel_has_the_ink_that_its_distance_to_the_line_tells(stroke, pixels):
    drawn = afresh((stroke,))
    lines = list(zip(stroke.points, stroke.points[1:], strict=False)) or [stroke.points * 2]
    for pixel in pixels:
        nearest = min(distance(pixel, *line) for line in lines)
        ink = 255 * min(max(stroke.width / 2 + 0.5 - nearest, 0), 1)
        assert abs(int(drawn[pixel]) - ink) <= 0.5 + 0.05


@LAW
@given(DRAWINGS, STROKES)
def test_a_stroke_drawn_the_other_way_is_the_same(below, stroke):
    turned = replace(stroke, points=stroke.points[::-1])
    np.testing.assert_array_equal(afresh((*below, stroke)), afresh((*below, turned)))


@LAW
@given(PENS, st.sampled_from([0.0, 1.0, 10.0]))
def test_the_eraser_takes_away_all_ink_of_the_same_stroke(stroke, wider):
    assert not afresh((stroke, replace(stroke, width=stroke.width + wider, erases=True))).any()


@LAW
@given(DRAWINGS, STROKES)
def test_a_pen_adds_ink_and_an_eraser_takes_it(below, stroke):
    before, after = afresh(below), afresh((*below, stroke))
    assert (after <= before).all() if stroke.erases else (after >= before).all()
    np.testing.assert_array_equal(afresh((*below, stroke, stroke)), after)


@LAW
@given(
    st.lists(st.tuples(st.integers(400, 600), st.integers(400, 600)), min_size=1, max_size=5),
    st.tuples(*[st.integers(-60, 60)] * 2),
)
def test_a_drawing_that_is_moved_is_the_same_drawing_elsewhere(quarters, by):
    points = tuple((y / 4, x / 4) for y, x in quarters)
    moved = tuple((y + by[0], x + by[1]) for y, x in points)
    here, there = afresh((Stroke(points),)), afresh((Stroke(moved),))
    np.testing.assert_array_equal(np.roll(here, by, axis=(0, 1)), there)


@LAW
@given(DRAWINGS, STROKES, st.integers(1, 6))
def test_a_growing_drawing_is_the_same_as_one_made_at_once(below, stroke, done):
    begun = replace(stroke, points=stroke.points[:done])
    render(())
    for count in range(len(below)):
        render(below[:count])
    render((*below, begun))
    grown = render((*below, stroke))
    np.testing.assert_array_equal(grown, afresh((*below, stroke)))
    np.testing.assert_array_equal(render((*below, begun)), afresh((*below, begun)))


@LAW
@given(DRAWINGS, DRAWINGS)
def test_a_drawing_does_not_remember_another(first, second):
    expected = afresh(second)
    render(first)
    np.testing.assert_array_equal(render(second), expected)


@pytest.mark.parametrize("change", [{"width": 30.0}, {"erases": True}, {"points": ((50.0, 60.0), (90.0, 90.0), (100.0, 9.0))}])
def test_a_stroke_of_another_pen_or_place_does_not_go_on_from_the_last(change):
    last = Stroke(((50.0, 50.0), (90.0, 90.0)))
    ground = Stroke(((0.0, 70.0), (279.0, 70.0)))
    other = replace(last, points=(*last.points, (100.0, 9.0)), **change) if "points" not in change else replace(last, **change)
    render((ground, last))
    np.testing.assert_array_equal(render((ground, other)), afresh((ground, other)))


def test_a_stroke_that_grows_over_another_ground_is_drawn_afresh():
    here, there = (Stroke(((0.0, x), (279.0, x))) for x in (70.0, 170.0))
    last = Stroke(((50.0, 50.0), (90.0, 90.0)))
    render((here, last))
    grown = replace(last, points=(*last.points, (100.0, 9.0)))
    np.testing.assert_array_equal(render((there, grown)), afresh((there, grown)))


def test_a_line_that_begins_as_a_dot_is_drawn_afresh():
    begun = Stroke(((171.5, 161.5),))  # its ink is rounded up in one pixel, where that of the line is rounded down
    line = Stroke((*begun.points, (46.4, 139.6)))
    render((begun,))
    np.testing.assert_array_equal(render((line,)), afresh((line,)))


def test_a_single_point_is_a_dot_and_none_is_nothing():
    dot = afresh((Stroke(((100.0, 50.0),), width=20.0),))
    assert dot[95:105, 45:55].min() == 255
    assert dot.sum() / 255 == pytest.approx(math.pi * 100, rel=0.01)
    assert not afresh((Stroke(()),)).any()
    assert not afresh(()).any()


@pytest.mark.parametrize("far", [-1e6, 1e6])
def test_what_lies_beyond_is_cut_off(far):
    assert not afresh((Stroke(((far, far), (far, far + 9.0))),)).any()
    across = afresh((Stroke(((140.0, -1000.0), (140.0, 1000.0)), width=10.0),))
    assert (across[135:145] == 255).all()
    assert not across[:134].any()


def test_a_drawing_is_a_picture_of_white_ink_on_black():
    picture = drawing_picture((Stroke(((140.0, 140.0),)),))
    assert (picture.height, picture.width, picture.channels) == (SIDE, SIDE, 1)
    assert (picture.low, picture.high, picture.values.dtype) == (0, 255, np.uint8)
    assert not picture.values.flags.writeable
    assert picture.name == "drawing"
