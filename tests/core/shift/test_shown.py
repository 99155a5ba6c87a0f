"""What the Shift workspace shows: numbers, words and pictures of measures."""

from dataclasses import replace
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.network.atlas import GROUND
from inspector.core.receptive_field.graph import Edge, Graph, Node
from inspector.core.receptive_field.looks import Windowed
from inspector.core.shift import deciding, pictures, pooled, shown
from inspector.core.shift.grid import Course, Grid
from inspector.core.shift.measures import Lack, equivariance, invariance, output_change
from inspector.core.shift.results import UNKNOWN, Case, DecisionMap, LayerErrors, ShiftErrors
from inspector.core.shift.scene import Incoming, Scene
from inspector.core.shift.settings import Axis, ShiftSettings
from inspector.core.shift.shown import Curve, Curves, LayerNow, Measure, Orbit, Turning
from inspector.core.shift.splitting import Unsplit
from inspector.core.shift.transforms import Method, Rotation, Translation

RNG = np.random.default_rng(7)
NAMES = ("cat", "dog", "")


def layer(key: str, values: list[float], jump: tuple[float, float] | None = (2.0, 4.0)) -> LayerErrors:
    numbers, count = np.array(values), len(values)
    grid = None if jump is None else Grid((4, 4), jump)
    lacks = tuple(Lack.ZERO if isnan(value) else None for value in values)
    return LayerErrors(
        key, grid, numbers, numbers / 2, numbers * 2, 1 - numbers, np.full(count, 0.5), np.ones(count, bool), lacks
    )


def errors(transforms, **values: list[float]) -> ShiftErrors:
    output = output_change(np.array([0.7, 0.3]), np.tile([0.4, 0.6], (len(transforms), 1)))
    layers = {key: layer(key, numbers) for key, numbers in values.items()}
    return ShiftErrors(tuple(transforms), Incoming.ZERO, layers, output)


ROWS = {"relu": "conv", "tail": "fc"}


def test_rows_take_the_numbers_of_one_transform():
    found = shown.layers_now(errors([Translation(), Translation(0, 1)], tail=[0, 0.5], relu=[0, 0.25]), ROWS, place=1)
    assert [now.key for now in found] == ["conv", "fc"]
    assert (found[0].equivariance, found[0].interior, found[0].invariance, found[0].cosine) == (0.25, 0.125, 0.5, 0.75)
    assert found[0].jump == (2.0, 4.0)
    assert isnan(found[0].padding)


def test_the_split_adds_up_to_the_error():
    moved = [Translation(0, 1)]
    (now,) = shown.layers_now(errors(moved, relu=[0.4]), {"relu": "conv"}, errors(moved, relu=[0.1]))
    assert now.padding == pytest.approx(0.75)
    texts = shown.measure_texts(now)
    assert texts[:3] == ("0.4", "0.3 · 75 %", "0.1 · 25 %")


@pytest.mark.parametrize(("transform", "unsplit", "words"), [
    (Translation(0, 1), {}, "; the rest is sub-sampling"),
    (Translation(0, 0.5), {}, "; the rest is sub-sampling and interpolation"),
    (Rotation(90), {}, f"; no part of padding: {Unsplit.TURNED}"),
    (Translation(0, 1), {"relu": Unsplit.SEAM}, f"; no part of padding: {Unsplit.SEAM}"),
])  # fmt: skip
def test_what_the_rest_comes_from_is_said_or_why_there_is_no_split(transform, unsplit, words):
    circular = replace(errors([transform], relu=[0.1]), unsplit=unsplit)
    (now,) = shown.layers_now(errors([transform], relu=[0.4]), {"relu": "conv"}, circular)
    assert shown.compared_line(now).endswith(words)
    assert (shown.measure_texts(now)[1:3] == (shown.NOTHING,) * 2) == words.startswith("; no part")


def test_an_error_of_nothing_has_no_rest():
    (now,) = shown.layers_now(errors([Translation(0, 1)], relu=[0]), {"relu": "conv"}, errors([Translation(0, 1)], relu=[0]))
    assert shown.compared_line(now) == "compared over 50 % of the units, in whole steps"


def test_maps_that_are_moved_by_their_waves_are_told_from_others():
    found = errors([Translation(0, 0.5, Method.FOURIER), Translation(0, 0.5)], relu=[0.1, 0.1])
    for round_, first in ((True, Method.FOURIER), (False, Method.BILINEAR)):
        told = replace(found, layers={"relu": replace(found.layers["relu"], round=round_)})
        assert [shown.layers_now(told, {"relu": "conv"}, place=place)[0].between for place in (0, 1)] == [first, Method.BILINEAR]


def test_waves_that_are_not_to_be_had_are_not_promised():
    assert shown.transform_line(ShiftSettings(dx=0.5, method=Method.FOURIER)) == "right 0.5 px"
    assert shown.transform_line(ShiftSettings(dx=0.5, angle=90, method=Method.FOURIER)).endswith(
        "bilinear, for waves are only moved"
    )
    assert "bilinear" not in shown.transform_line(ShiftSettings(dx=1, angle=90, method=Method.FOURIER))


def test_what_is_not_defined_is_said():
    (now,) = shown.layers_now(errors([Translation(0, 1)], relu=[nan]), {"relu": "conv"})
    assert shown.measure_texts(now)[0] == shown.NOTHING
    assert str(Lack.ZERO) in shown.compared_line(now)
    assert set(shown.measure_texts(None)) == {shown.NOTHING}
    assert len(shown.measure_texts(now)) == len(shown.MEASURES) == len(shown.EXPLANATIONS)


def test_how_it_was_compared_is_said():
    now = LayerNow("conv", (1.0, 1.0), 0.1, 0.1, 0.1, 1.0, nan, 0.87, whole=False)
    assert shown.compared_line(now) == "compared over 87 % of the units, interpolated between units (bilinear)"


@given(st.floats(-2, 2))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_only_zero_is_written_as_zero(value):
    assert (shown.number(value) == "0") == (value == 0)


@given(st.sampled_from(Axis), st.floats(-64, 64))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_amounts_and_shifts_are_inverse(axis, amount):
    assert shown.amount_of(axis, shown.shift_at(axis, amount)) == amount
    assert shown.on_axis(axis, shown.shift_at(axis, amount))
    assert shown.on_axis(axis, (3.0, 5.0)) is False


def test_jumps_along_an_axis():
    assert [shown.jump_along((2.0, 4.0), axis) for axis in Axis] == [4.0, 2.0, None]
    assert shown.jump_along((3.0, 3.0), Axis.DIAGONAL) == 3.0


def test_curves_rise_along_their_axis():
    sweep = errors([Translation(0, 1), Translation(0, -1), Translation()], relu=[0.2, 0.1, 0.0])
    found = shown.curves_of(sweep, {"relu": "conv"}, Axis.X, "net")
    assert found.amounts.tolist() == [-1, 0, 1]
    assert found.layers[0].values[Measure.EQUIVARIANCE].tolist() == [0.1, 0.0, 0.2]
    assert found.layers[0].jump == 4.0
    with pytest.raises(TypeError, match="translations"):
        shown.curves_of(errors([Rotation(3)], relu=[0.1]), {"relu": "conv"}, Axis.X)


def test_another_network_is_shown_by_the_same_layer_or_by_its_last_that_is_defined():
    def curve(key: str, value: float) -> Curve:
        return Curve(key, {measure: np.array([0.0, value]) for measure in Measure})  # nothing moves, and something

    layers = curve("a", 1.0), curve("b", 2.0), curve("c", nan)
    curves = Curves(Axis.X, np.arange(2.0), layers, np.zeros(2), stands_for={"y": "a"})
    found = [getattr(curves.like(key, Measure.EQUIVARIANCE), "key", "") for key in ("a", "c", "x", "y")]
    assert found == ["a", "c", "b", "a"]


def test_slopes_are_derivatives_at_rest():
    amounts = np.linspace(-2, 2, 9)
    line = Orbit(Turning.ROTATION, amounts, 3 * amounts + 1, np.abs(2 * amounts), "cat", "conv")
    assert shown.slope(line, line.probability) == pytest.approx(3)
    assert shown.slope(line, line.error) == pytest.approx(0)  # of a corner, the mean of both sides
    assert shown.slope(line, line.error, right=True) == pytest.approx(2)
    factors = Orbit(Turning.SCALE, np.array([0.5, 1.0, 2.0]), np.array([0.1, 0.2, 0.5]), np.zeros(3), "cat", "conv")
    assert shown.slope(factors, factors.probability) == pytest.approx(0.4 / 1.5)
    assert isnan(shown.slope(Orbit(Turning.SCALE, np.array([0.5, 2.0]), np.zeros(2), np.zeros(2), "", ""), np.zeros(2)))


def test_judgements_in_words():
    before = np.array([0.7, 0.3])
    assert shown.output_line(before, output_change(before, np.array([[0.6, 0.4]])), NAMES).startswith("top-1 stays cat")
    assert "cat → dog" in shown.output_line(before, output_change(before, np.array([[0.1, 0.9]])), NAMES)
    assert "not finite" in shown.output_line(before, output_change(before, np.array([[nan, 0.9]])), NAMES)
    assert (shown.named(NAMES, 2), shown.named(NAMES, 5)) == ("class 2", "class 5")


def test_transforms_in_words():
    assert shown.transform_line(ShiftSettings()) == "as it is"
    whole = ShiftSettings(dy=-2, dx=3, angle=15, scale=1.2, flip=True)
    assert shown.transform_line(whole) == "right 3 px, up 2 px · turned 15° · × 1.2 · mirrored"


# pictures of a case


def case(dx: float, jump: float = 1.0, channels: int = 3) -> Case:
    before = RNG.normal(size=(channels, 4, 6)).astype(np.float32)
    after = RNG.normal(size=(channels, 4, 6)).astype(np.float32)
    grid = Grid((4, 6), (jump, jump))
    course = Course(Scene(np.zeros((1, 4, 6), np.float32)), grid, Translation(0, dx))
    return Case(
        Translation(0, dx), "conv", grid, before, before, after, invariance(before, after), course.moved(before), course.whole,
        course.valid, equivariance(before, after, course),
    )  # fmt: skip


def test_pictures_of_all_maps_lie_on_one_grid_and_share_their_colours():
    found = pictures.case_shown(case(1), "conv", 1, all_maps=True)
    assert found is not None
    assert found.maps.tolist() == [0, 1, 2]
    assert (found.place, found.chosen, found.count) == (1, 1, 3)
    for picture in (found.expected, found.after, found.difference):
        assert picture.rgb.shape[:2] == found.grid.shape
        assert picture.rgb.flags.c_contiguous
    assert (found.expected.label, found.after.label[:26]) == ("expected, T\u2032f(x)", "after, f(Tx) · symmetric ±")


def test_before_and_after_have_the_same_colours_however_far_their_values_reach():
    moved = case(1)
    far = moved.after.copy()
    far[:, 0, 0] = 100.0
    found = pictures.case_shown(replace(moved, after=far), "conv", 1, all_maps=False, unmoved=True)
    assert found is not None
    after = pictures.case_shown(replace(moved, before=far, after=moved.before), "conv", 1, all_maps=False, unmoved=True)
    assert after is not None
    assert np.array_equal(found.expected.rgb, after.after.rgb)
    assert np.array_equal(found.after.rgb, after.expected.rgb)


def test_one_map_alone():
    found = pictures.case_shown(case(1), "conv", 2, all_maps=False)
    assert found is not None
    assert (found.maps.tolist(), found.place, found.count) == ([2], 0, 3)
    assert found.found.shape == (1, 4, 6)


def test_what_cannot_be_compared_has_the_colour_of_the_ground():
    one = case(2)
    found = pictures.case_shown(one, "conv", 0, all_maps=True)
    assert found is not None
    for place in range(3):
        y0, x0, y1, x1 = found.grid.box(place)
        grey = (found.expected.rgb[y0:y1, x0:x1] == GROUND).all(axis=2)
        assert np.array_equal(grey, ~one.valid)
        assert not (found.after.rgb[y0:y1, x0:x1] == GROUND).all(axis=2).any()
    assert "beyond the edge" in pictures.unit_line(found, 0, (0, 0))
    assert "difference" in pictures.unit_line(found, 0, (0, 5))


def test_equal_maps_differ_by_exactly_nothing():
    one = case(0)
    same = pictures.case_shown(
        Case(one.transform, "conv", one.grid, one.shown, one.before, one.before, one.invariance, one.before, True, one.valid),
        "conv", 0, all_maps=False,
    )  # fmt: skip
    assert same is not None
    assert "exactly 0" in same.difference.label
    assert (same.difference.rgb == 255).all()


def test_a_layer_without_values_has_no_picture():
    nothing = np.zeros((0, 4, 4), np.float32)
    empty = Case(Translation(), "conv", None, nothing, nothing, nothing, invariance(nothing, nothing))
    assert pictures.case_shown(empty, "conv", 0, all_maps=True) is None


def test_errors_of_places_in_colours():
    places = np.array([[0.0, nan], [1.0, 2.0]])
    found = pictures.positions_shown(places, np.array([1.0, nan]), "conv")
    assert found.highest == 2.0
    assert tuple(found.picture[0, 1]) == GROUND
    assert tuple(found.picture[0, 0]) == (68, 1, 84)
    assert tuple(found.picture[1, 1]) == (253, 231, 37)
    assert pictures.positions_shown(np.full((2, 2), nan), np.zeros(0), "").highest == 0.0


# decisions


def decisions(classes: list[list[int]], known: list[list[bool]] | None = None) -> DecisionMap:
    found = np.array(classes)
    seen = np.ones(found.shape, bool) if known is None else np.array(known)
    return DecisionMap(len(found) // 2, found, np.full(found.shape, 0.9), np.full(found.shape, 0.8), seen)


def test_the_class_of_the_picture_comes_first():
    found = deciding.legend(decisions([[4, 4, 4], [4, 2, 1], [1, 2, 4]]), tuple("abcde"))
    assert [(entry.letter, entry.name) for entry in found] == [("A", "c"), ("B", "b"), ("C", "e")]
    assert sum(entry.part for entry in found) == pytest.approx(1)


def test_rare_classes_are_counted_together():
    side = 5
    classes = [[side * row + column for column in range(side)] for row in range(side)]
    found = deciding.legend(decisions(classes), ())
    assert len(found) == deciding.MOST + 1
    assert found[-1].part == pytest.approx((side * side - deciding.MOST) / side**2)
    assert (deciding.numbered(decisions(classes)) == deciding.OTHERS).sum() == side * side - deciding.MOST


def test_unknown_shifts_have_no_number():
    found = decisions([[UNKNOWN, 0, 0], [0, 0, 0], [0, 0, 1]], [[False, True, True], [True] * 3, [True] * 3])
    assert deciding.numbered(found)[0, 0] == UNKNOWN
    assert "not judged yet" in deciding.case_line(found, NAMES, (0, 0))
    assert deciding.case_line(found, NAMES, (2, 2)) == "right 1 px, down 1 px: dog, probability 0.9, margin 0.8"
    assert deciding.consistency_line(found).startswith("87.5 % of 8 shifts of 9 so far")


# winners of max pooling

LOOKS = Windowed(2, 2), Windowed(2, 2)


@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 3), st.integers(0, 1))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_winners_are_those_of_a_loop(seed, kernel, stride, padding):
    values = np.random.default_rng(seed).integers(0, 4, (7, 6)).astype(np.float32)
    padding = min(padding, kernel // 2)
    size = tuple((side + 2 * padding - kernel) // stride + 1 for side in values.shape)
    look = Windowed(kernel, stride, padding)
    expected = set()
    for row in range(size[0]):
        for column in range(size[1]):
            y0, x0 = row * stride - padding, column * stride - padding
            seen = [(y, x) for y in range(max(y0, 0), min(y0 + kernel, 7)) for x in range(max(x0, 0), min(x0 + kernel, 6))]
            if len({values[place] for place in seen}) > 1:
                expected.add(max(seen, key=lambda place: values[place]))
    assert set(map(tuple, pooled.winners(values, (look, look), size).tolist())) == expected


def test_winners_move_along_by_whole_strides_and_jump_between():
    before = RNG.normal(size=(1, 8, 8)).astype(np.float32)

    def told(dx: int) -> pooled.PoolShown:
        moved = Case(Translation(0, dx), "conv", Grid((8, 8)), before, before, np.roll(before, dx, 2), invariance(before, before))
        return pooled.pool_shown(moved, pooled.Pool("pool", "conv", LOOKS, (4, 4)), 0, "conv")

    inner = told(2)
    assert len(inner.lost) == 0
    assert {x for _, x in inner.new.tolist()} <= {0, 1}  # what has come round
    assert len(told(1).new) > 4
    assert len(told(0).new) == 0
    assert "new" in told(1).words


def test_winners_cannot_be_compared_without_a_step():
    before = RNG.normal(size=(2, 8, 8)).astype(np.float32)
    turned = Case(Rotation(5), "conv", Grid((8, 8)), before, before, before, invariance(before, before))
    found = pooled.pool_shown(turned, pooled.Pool("pool", "conv", LOOKS, (4, 4)), 9, "conv")
    assert found.step is None
    assert len(found.kept) == 0
    assert "map 1" in found.label
    flat = Case(Translation(), "conv", Grid((8, 8)), before * 0, before * 0, before * 0, invariance(before, before))
    assert "No window has a winner" in pooled.pool_shown(flat, pooled.Pool("p", "conv", LOOKS, (4, 4)), 0, "").words


def test_the_pool_behind_a_layer_is_found():
    conv = Node("conv", "Conv2d", (Edge("input", LOOKS),), (8, 8))
    pool = Node("pool", "MaxPool2d", (Edge("conv", LOOKS),), (4, 4))
    graph = Graph((8, 8), (conv, pool))
    for key in ("conv", "pool"):
        assert pooled.pool_at(graph, key) == pooled.Pool("pool", "conv", LOOKS, (4, 4))
    assert pooled.pool_at(graph, "input") is None
    assert pooled.has_max_pool(graph)
    assert not pooled.has_max_pool(Graph((8, 8), (conv,)))
