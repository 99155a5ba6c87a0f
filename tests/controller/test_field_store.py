"""Effective fields are kept as long as they are of use and there is room for them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.controller.field_jobs import AverageRequest, GradientRequest
from inspector.controller.field_store import FieldStore
from inspector.controller.network_jobs import InspectRequest, Opened
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.picture import Picture
from inspector.core.receptive_field.effective import EffectiveField, Target, numbers
from inspector.core.receptive_field.export import heat_over
from inspector.core.receptive_field.settings import Part
from inspector.core.receptive_field.shown import FieldShown

SIDE = 10
EACH = SIDE * SIDE * (8 + 3)  # bytes of a heat map and its picture
GROUND, OTHER = np.zeros((SIDE, SIDE, 3), np.uint8), np.full((SIDE, SIDE, 3), 200, np.uint8)


def a_pass(opened: Opened | None = None) -> InspectRequest:
    """A pass of a new picture."""
    picture = Picture(np.zeros((4, 4), np.uint8), 0, 255, "")
    network = Opened(ModelChoice(ModelKind.SHIPPED, "none"), None)  # type: ignore[arg-type]
    return InspectRequest(opened or network, picture, None, ())


def gradient(of: InspectRequest, place: int = 0) -> GradientRequest:
    return GradientRequest(of, Target("conv", (place, 0)), Part.ABSOLUTE)


def average(of: InspectRequest) -> AverageRequest:
    return AverageRequest(of.opened, None, (), Target("conv", (0, 0)), Part.ABSOLUTE, "", 8)


def field(value: float = 1.0) -> FieldShown:
    heat = np.full((SIDE, SIDE), value)
    heat[0, 0] += 1
    found = EffectiveField(Target("conv", (0, 0)), Part.ABSOLUTE, heat)
    return FieldShown(found, numbers(heat, (0, 0, SIDE, SIDE)), heat_over(GROUND, heat))


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 7)), max_size=30), st.integers(0, 5))
def test_those_needed_last_are_kept_as_far_as_there_is_room(steps, room):
    of, store = a_pass(), FieldStore(most=room * EACH)
    store.follow(of, GROUND)
    last: list[int] = []  # the oracle: places, the one needed last at the end
    for put, place in steps:
        if put:
            store.put(gradient(of, place), field())
            last = [*(other for other in last if other != place), place][-max(room, 1) :]
        else:
            known = store.get(gradient(of, place))
            assert (known is not None) == (place in last)
            last = [*(other for other in last if other != place), place] if known else last
    assert len(store) == len(last)
    assert store.bytes <= max(room, 1) * EACH


def test_with_a_network_or_a_picture_go_its_fields_but_not_averages_over_others():
    first = a_pass()
    store = FieldStore()
    store.follow(first, GROUND)
    store.put(gradient(first), field())
    store.put(average(first), field())
    store.follow(replace(first, picture=a_pass().picture), OTHER)
    assert store.get(gradient(first)) is None
    kept = store.get(average(first))
    assert kept is not None
    assert np.array_equal(kept.heat, heat_over(OTHER, kept.effective.heat))  # and not over the last picture
    store.follow(a_pass(), GROUND)
    assert len(store) == 0


def test_changes_of_the_network_keep_what_was_known_for_undo():
    first = a_pass()
    store = FieldStore()
    store.follow(first, GROUND)
    store.put(gradient(first), field())
    store.follow(replace(first, alterations=("silenced",)), OTHER)  # type: ignore[arg-type]
    assert store.get(gradient(first)) is not None


@pytest.mark.parametrize("late", [gradient, average])
def test_what_comes_late_of_another_network_is_let_go(late):
    before, store = a_pass(), FieldStore()
    store.follow(a_pass(), GROUND)
    store.put(late(before), field())
    assert len(store) == 0
    assert store.get(None) is None


def test_equal_requests_are_one():
    of, store = a_pass(), FieldStore()
    store.follow(of, GROUND)
    store.put(gradient(of), field())
    store.put(gradient(replace(of)), field(2.0))
    assert len(store) == 1
