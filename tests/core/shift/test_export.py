"""Drawings and tables of shifts: what stands where, and that pixels and SVG say the same."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inspector.core.network.atlas import GROUND
from inspector.core.shift.animation import Film, Moment, clearest
from inspector.core.shift.export import durations, to_and_fro, write_animation
from inspector.core.shift.grid import Grid
from inspector.core.shift.measures import Lack
from inspector.core.shift.plots import CLASSES, Curve, decisions, period, sawtooth
from inspector.core.shift.report import Along, Report, Row
from inspector.core.shift.results import UNKNOWN, DecisionMap, LayerErrors
from inspector.core.shift.settings import Axis
from inspector.core.shift.sheet import Box, Line, Pixels, Sheet, Words, as_pixels, as_svg
from inspector.core.shift.text import layers_csv

AMOUNTS = np.arange(-16.0, 17)
lawful = settings(deadline=None, derandomize=True, max_examples=40)


def teeth(jump, lift=0.0, amounts=AMOUNTS):
    """Errors that vanish at multiples of the jump."""
    return np.abs(np.sin(np.pi * amounts / jump)).round(9) + lift * np.abs(amounts)


# ---- the period ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [2, 3, 4, 5, 8])
def test_the_period_of_teeth_is_their_distance(jump):
    assert period(teeth(jump), AMOUNTS) == jump
    assert period(teeth(jump, 0.002), AMOUNTS) == jump
    assert period(teeth(jump), AMOUNTS / 10) == pytest.approx(jump / 10)


@pytest.mark.parametrize("curve", [np.zeros(33), np.full(33, np.nan), np.abs(AMOUNTS), np.where(AMOUNTS == 0, 0, np.nan)])
def test_what_has_no_teeth_has_no_period(curve):
    assert np.isnan(period(curve, AMOUNTS))


def test_two_teeth_are_needed():
    assert np.isnan(period(teeth(16), AMOUNTS))


# ---- shifts ----------------------------------------------------------------------------------------------------


@lawful
@given(st.integers(1, 20), st.sampled_from([0.1, 0.25, 1 / 3, 0.5, 1, 2, 3]), st.sampled_from(list(Axis)))
def test_shifts_go_both_ways_and_not_too_far(reach, step, axis):
    along = Along(reach, step, axis)
    assert np.array_equal(along.amounts, -along.amounts[::-1])
    assert along.amounts[-1] <= reach + 1e-9 < along.amounts[-1] + step + 2e-9
    for amount, one in zip(along.amounts, along.transforms, strict=True):
        assert (one.dy, one.dx) == {Axis.X: (0, amount), Axis.Y: (amount, 0), Axis.DIAGONAL: (amount, amount)}[axis]


def test_the_jump_is_that_along_the_axis():
    nothing = np.zeros(1)
    errors = LayerErrors("a", Grid((3, 3), (2.0, 4.0)), *[nothing] * 5, np.ones(1, np.bool_), (Lack.ZERO,))
    assert [Along(axis=axis).jump(errors) for axis in (Axis.X, Axis.Y, Axis.DIAGONAL)] == [4, 2, 4]


def report(errors: np.ndarray, shares: np.ndarray, jump: float, along: Along) -> Report:
    one = LayerErrors("a", Grid((3, 3), (jump, jump)), *[errors] * 5, np.ones(len(errors), np.bool_), (None,) * len(errors))
    return Report("net", "picture", "zero", along, (Row("a", one, shares),), ("cat",))


@pytest.mark.parametrize(("jump", "period"), [(2, 2), (4, nan), (32, nan)])
def test_teeth_are_sought_only_where_two_of_them_can_be_seen(jump, period):
    """Interpolation makes valleys at whole pixels of its own."""
    along = Along(4, 0.5)
    found = report(teeth(2, amounts=along.amounts), np.full(17, nan), jump, along)
    assert found.period(found.rows[0]) == pytest.approx(period, nan_ok=True)


def test_means_leave_out_no_shift_at_all_and_large_errors_count_most():
    errors, shares = np.array([0.1, 0.9, 0.0, 0.9, 0.1]), np.array([1.0, 0.0, nan, 0.0, 1.0])
    head, line = layers_csv(report(errors, shares, 1, Along(2))).splitlines()
    found = dict(zip(head.split(","), line.split(","), strict=True))
    assert float(found["equivariance"]) == pytest.approx(0.5)
    assert float(found["padding_share"]) == pytest.approx(0.1)


# ---- drawings --------------------------------------------------------------------------------------------------


def texts(sheet):
    root = ET.fromstring(as_svg(sheet))
    return [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_pixels_and_svg_have_the_same_shapes():
    rgb = np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)
    shapes = (
        Box(2, 3, 4, 5, "#00ff00"),
        Pixels(10, 0, rgb, 3),
        Line(((0, 19), (19, 19)), "#0000ff"),
        Words(1, 30, "a < b & \x07"),
    )
    sheet = Sheet(40, 50, shapes, "title")
    pixels = as_pixels(sheet)
    assert pixels.shape == (50, 40, 3)
    assert (pixels[3:8, 2:6] == (0, 255, 0)).all()
    assert (pixels[2, 2:6] == 255).all()
    assert (pixels[0:3, 10:13] == (255, 0, 0)).all()
    assert (pixels[0:3, 13:16] == (0, 0, 255)).all()
    assert (pixels[19, :20] == (0, 0, 255)).all()
    assert (pixels[30:44] != 255).any()
    assert texts(sheet) == ["a < b & \N{REPLACEMENT CHARACTER}"]


def test_a_saw_tooth_has_a_panel_for_each_jump_and_gaps_where_nothing_is_known():
    gap = np.where(AMOUNTS == 5, np.nan, teeth(4))
    curves = [Curve("first", 2, teeth(2)), Curve("second", 4, gap), Curve("third", 4, teeth(4))]
    sheet = sawtooth(curves, AMOUNTS, "title", "x", mark=3)
    words = texts(sheet)
    assert {"jump 2", "jump 4", "first", "second", "third"} <= set(words)
    runs = [shape.points for shape in sheet.shapes if isinstance(shape, Line) and len(shape.points) > 2]
    assert sorted(map(len, runs)) == [11, 21, 33, 33]
    whole = runs[0]
    low, high = max(y for _, y in whole), min(y for _, y in whole)
    assert [y == low for _, y in whole] == [amount % 2 == 0 for amount in AMOUNTS]
    assert low > high
    verticals = {x for shape in sheet.shapes if isinstance(shape, Line) and len(shape.points) == 2
                 for x in [shape.points[0][0]] if shape.points[0][0] == shape.points[1][0]}  # fmt: skip
    assert {x for x, y in whole if y == low} <= verticals


def decided(classes):
    classes = np.array(classes)
    nothing = np.full(classes.shape, np.nan)
    return DecisionMap(len(classes) // 2, classes, nothing, nothing, classes != UNKNOWN)


def test_every_shift_has_a_colour_and_a_letter():
    sheet = decisions(decided([[7, 7, 7], [7, 7, 2], [2, UNKNOWN, 0]]), "abcdefgh", "title")
    boxes = [shape.fill for shape in sheet.shapes if isinstance(shape, Box)][:9]
    assert boxes == [CLASSES[0]] * 5 + [CLASSES[1]] * 2 + ["#ffffff", CLASSES[2]]
    words = texts(sheet)
    assert words[1:10] == list("AAAAABB?C")
    assert "h, 62.5 %" in words
    assert "c, 25.0 %" in words


def test_more_classes_than_colours_are_counted():
    names = [str(number) for number in range(25)]
    words = texts(decisions(decided(np.arange(25).reshape(5, 5)), names, "title"))
    assert f"and {25 - len(CLASSES)} other classes" in words


# ---- animations ------------------------------------------------------------------------------------------------


@lawful
@given(st.floats(0.1, 30), st.integers(1, 200))
def test_frames_last_as_long_as_asked(seconds, count):
    found = durations(seconds, count)
    assert len(found) == count
    assert abs(sum(found) - seconds * 1000) <= 5
    assert all(one % 10 == 0 for one in found)
    assert max(found) - min(found) <= 10


def test_to_and_fro_passes_every_shift_and_ends_beside_the_start():
    path = to_and_fro(AMOUNTS, 10)
    assert path[0] == 0
    assert set(path) == set(AMOUNTS)
    assert set(np.abs(np.diff([*path, path[0]]))) == {1.0}
    assert len(to_and_fro(AMOUNTS, 0.4)) <= 10


def film() -> Film:
    before = np.random.default_rng(0).normal(size=(6, 6)).astype(np.float32)
    valid = np.arange(36).reshape(6, 6) % 6 > 0
    moments = [Moment(amount, np.full((1, 28, 28), 0.5, np.float32), before, before, before + step, valid)
               for step, amount in enumerate((0.0, 1.0, 2.0))]  # fmt: skip
    return Film("t", Curve("s2", 2, teeth(2)), AMOUNTS, Axis.X, moments)


def test_an_animation_shows_each_moment(tmp_path):
    sheets = film().sheets
    assert len({(sheet.width, sheet.height) for sheet in sheets}) == 1
    assert {"right 1 px", "error 1", "jump 2"} <= set(texts(sheets[1]))
    shown, before, expected, after, difference = zip(*(
        [shape.rgb for shape in sheet.shapes if isinstance(shape, Pixels)] for sheet in sheets
    ), strict=True)  # fmt: skip
    assert (shown[0] == 128).all()
    assert np.array_equal(before[0], before[2])
    assert np.array_equal(before[0][:, 1:], expected[0][:, 1:])
    assert (expected[0][:, 0] == GROUND).all()
    assert np.array_equal(before[0], after[0])
    assert not np.array_equal(after[0], after[1])
    assert len(np.unique(difference[1][:, 1:].reshape(-1, 3), axis=0)) == 1
    write_animation(tmp_path / "a.gif", sheets, 1)
    with Image.open(tmp_path / "a.gif") as gif:
        assert (gif.n_frames, gif.size) == (3, (sheets[0].width, sheets[0].height))
        for number, sheet in enumerate(sheets):
            gif.seek(number)
            apart = np.abs(np.asarray(gif.convert("RGB"), np.int64) - as_pixels(sheet))
            assert apart.max() <= 24


def test_the_clearest_map_is_the_one_that_differs_most_from_place_to_place():
    maps = np.ones((3, 4, 4), np.float32)
    maps[0] = 1e6
    maps[1, ::2] = -1
    maps[2, 0, 0] = np.nan
    assert clearest(maps) == 1


def test_large_inputs_are_averaged_into_their_square():
    stripes = np.tile([0.0, 1.0], 112).astype(np.float32)
    now = replace(film().moments[0], shown=np.broadcast_to(stripes, (3, 224, 224)))
    (picture, *_) = [shape for shape in replace(film(), moments=[now]).sheets[0].shapes if isinstance(shape, Pixels)]
    assert picture.rgb.shape == (112, 112, 3)
    assert np.ptp(picture.rgb) == 0
    assert 120 < picture.rgb[0, 0, 0] < 135
