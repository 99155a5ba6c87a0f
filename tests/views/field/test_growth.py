"""Boxes on their way: where they are, what they tell, and that they can be stopped."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QVariantAnimation
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle
from pytestqt.qtbot import QtBot

from inspector.core.placement import Box
from inspector.views.field.growth import GO, STEP, Growth, along, animated

FROM, TO = (10.0, 10.0, 20.0, 30.0), (-40.0, 0.0, 60.0, 50.0)
LAYERS = [("conv1", (10.0, 10.0, 13.0, 13.0)), ("conv2", (9.0, 9.0, 14.0, 14.0)), ("pool2", (8.0, 9.0, 15.0, 16.0))]

lengths = st.floats(-500, 500)
boxes = st.lists(st.tuples(lengths, lengths, lengths, lengths), min_size=1, max_size=6)
shares = st.floats(0, 1)


class Seen:
    """What a growth has said."""

    def __init__(self, growth: Growth) -> None:
        self.boxes: list[Box] = []
        self.layers: list[str] = []
        self.arrivals = 0
        growth.moved.connect(self.boxes.append)
        growth.stepped.connect(self.layers.append)
        growth.arrived.connect(self._arrive)

    def _arrive(self) -> None:
        self.arrivals += 1


@pytest.fixture
def growth(qapp: QApplication) -> Iterator[Growth]:
    growth = Growth()
    yield growth
    growth.stop()


@pytest.fixture
def seen(growth: Growth) -> Seen:
    return Seen(growth)


# the way, as arithmetic


@settings(deadline=None, derandomize=True, max_examples=60)
@given(boxes)
def test_at_whole_numbers_the_box_is_that_of_the_layer(way: list[Box]) -> None:
    assert [along(way, index) for index in range(len(way))] == [pytest.approx(box) for box in way]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(boxes, shares)
def test_on_the_way_every_edge_lies_between_those_of_its_two_layers(way: list[Box], share: float) -> None:
    place = share * (len(way) - 1)
    before, after = way[int(place)], way[min(int(place) + 1, len(way) - 1)]
    for edge, start, end in zip(along(way, place), before, after, strict=True):
        assert min(start, end) - 1e-9 <= edge <= max(start, end) + 1e-9


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(shares, min_size=2, max_size=12))
def test_a_box_that_grows_never_shrinks_on_the_way(way: list[float]) -> None:
    grown = [along([box for _, box in LAYERS], 2 * share) for share in sorted(way)]
    for small, large in pairwise(grown):
        assert all(edge <= before + 1e-9 for edge, before in zip(large[:2], small[:2], strict=True))
        assert all(edge >= before - 1e-9 for edge, before in zip(large[2:], small[2:], strict=True))


# the movement


def test_it_goes_from_the_one_to_the_other(qtbot: QtBot, growth: Growth, seen: Seen) -> None:
    with qtbot.waitSignal(growth.arrived):
        growth.go(FROM, TO)
        assert growth.running
    assert (seen.boxes[0], seen.boxes[-1]) == (FROM, TO)
    assert all(start >= end for start, end in pairwise(box[0] for box in seen.boxes))
    assert (seen.layers, seen.arrivals, growth.running) == ([], 1, False)


def test_it_plays_through_all_layers_and_tells_each_once(qtbot: QtBot, growth: Growth, seen: Seen) -> None:
    for _ in range(2):  # also again, from the start
        seen.boxes.clear()
        seen.layers.clear()
        with qtbot.waitSignal(growth.arrived):
            growth.play(LAYERS)
        assert seen.layers == ["conv1", "conv2", "pool2"]
        assert (seen.boxes[0], seen.boxes[-1]) == (LAYERS[0][1], LAYERS[2][1])


def test_a_way_takes_its_time(growth: Growth) -> None:
    animation = growth.findChild(QVariantAnimation)
    growth.go(FROM, TO)
    assert animation.duration() == GO == 180
    growth.play(LAYERS)
    assert animation.duration() == 2 * STEP == 500


def test_a_layer_is_told_with_the_first_box_as_large_as_its_own(qtbot: QtBot, growth: Growth, seen: Seen) -> None:
    told: list[int] = []
    growth.stepped.connect(lambda name: told.append(len(seen.boxes)))
    with qtbot.waitSignal(growth.arrived):
        growth.play(LAYERS)
    for count, (_, own) in zip(told, LAYERS, strict=True):
        assert seen.boxes[count][0] <= own[0]
        assert all(box[0] > own[0] for box in seen.boxes[:count])


def test_stopped_it_says_nothing_more(qtbot: QtBot, growth: Growth, seen: Seen) -> None:
    growth.play(LAYERS)
    growth.stop()
    said, clock = len(seen.boxes), Growth()
    with qtbot.waitSignal(clock.arrived):  # another one goes all its way meanwhile
        clock.go(FROM, TO)
    assert (len(seen.boxes), seen.arrivals, growth.running) == (said, 0, False)


def test_another_way_replaces_the_present_one(qtbot: QtBot, growth: Growth, seen: Seen) -> None:
    growth.play(LAYERS)
    seen.boxes.clear()
    with qtbot.waitSignal(growth.arrived):
        growth.go(TO, FROM)
    assert (seen.boxes[0], seen.boxes[-1]) == (TO, FROM)
    assert (seen.layers, seen.arrivals) == (["conv1"], 1)


def test_a_longer_way_begins_at_its_start(qtbot: QtBot, growth: Growth, seen: Seen) -> None:
    with qtbot.waitSignal(growth.arrived):
        growth.go(FROM, TO)
    seen.boxes.clear()
    growth.play(LAYERS)
    assert set(seen.boxes) == {LAYERS[0][1]}


def test_instantly_it_is_at_the_end_at_once(growth: Growth, seen: Seen) -> None:
    growth.set_instant(True)
    growth.go(FROM, TO)
    growth.play(LAYERS)
    assert seen.boxes == [TO, LAYERS[2][1]]
    assert (seen.layers, seen.arrivals, growth.running) == (["pool2"], 2, False)


def test_one_layer_is_no_movement(growth: Growth, seen: Seen) -> None:
    growth.play(LAYERS[:1])
    assert (seen.boxes, seen.layers, seen.arrivals, growth.running) == ([LAYERS[0][1]], ["conv1"], 1, False)


def test_no_layers_are_refused(growth: Growth) -> None:
    with pytest.raises(ValueError, match="at least one box"):
        growth.play([])


class Still(QProxyStyle):
    """A platform whose user wants nothing to move."""

    def styleHint(self, hint: QStyle.StyleHint, *others: object) -> int:
        return 0 if hint is QStyle.StyleHint.SH_Widget_Animation_Duration else super().styleHint(hint, *others)  # type: ignore[arg-type]


def test_where_the_platform_wants_no_movement_there_is_none(growth: Growth, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    assert animated()
    still = Still()
    monkeypatch.setattr(QApplication, "style", lambda: still)
    assert not animated()
    growth.go(FROM, TO)
    assert (seen.boxes, growth.running) == ([TO], False)
