"""The choices of the Receptive field workspace survive the way through JSON; what is no such thing is refused."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.network.settings import ModelChoice, ModelKind, NetworkSettings
from inspector.core.receptive_field.saved import field_facts, field_settings
from inspector.core.receptive_field.settings import FieldSettings, MapShown, Over, Part, Pin
from inspector.core.receptive_field.updates import MOST_PINS
from inspector.core.session import from_json, to_json
from inspector.core.state import AppState, Workspace

counts = st.integers(0, 600)
pins = st.builds(Pin, st.text(max_size=9), st.tuples(counts, counts), st.none() | counts)
choices = st.builds(
    FieldSettings,
    part=st.sampled_from(Part), all_maps=st.booleans(), heat=st.booleans(), ellipse=st.booleans(),
    shown=st.sampled_from(MapShown), over=st.sampled_from(Over), folder=st.text(max_size=20), count=st.integers(1, 600),
    pins=st.lists(pins, max_size=MOST_PINS).map(tuple),
)  # fmt: skip
PINNED = FieldSettings(part=Part.SQUARED, pins=(Pin("conv1", (3, 4), 2), Pin("pool1", (0, 0))))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(choices)
def test_settings_survive_the_way_through_json(chosen: FieldSettings) -> None:
    assert field_settings(json.loads(json.dumps(field_facts(chosen)))) == chosen


def test_they_survive_in_the_session(state: AppState) -> None:
    chosen = replace(state, field=PINNED, workspace=Workspace.FIELD)
    assert from_json(to_json(chosen)) == chosen


def test_the_pins_go_with_the_code_that_is_not_run_again(state: AppState) -> None:
    coded = NetworkSettings(ModelChoice(ModelKind.CODE, "/tmp/mine.py:net"))
    assert from_json(to_json(replace(state, network=coded, field=PINNED))).field == replace(PINNED, pins=())


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("part", "half"), ("shown", None), ("over", 3), ("count", "many"), ("count", float("inf")), ("pins", 7),
        ("pins", [{"layer": "a", "unit": [1], "map": None}]), ("pins", [{"layer": "a", "unit": [1, 2, 3], "map": None}]),
        ("pins", [{"layer": "a", "unit": None, "map": None}]), ("pins", [{"layer": "a", "unit": [1, 2], "map": "b"}]),
        ("pins", [{"layer": "a", "unit": [1, float("nan")], "map": None}]), ("pins", [{}]), ("pins", ["pin"]),
    ],
)  # fmt: skip
def test_a_session_with_one_bad_value_is_refused(state: AppState, name: str, bad: Any) -> None:
    data = json.loads(to_json(state))
    data["field"][name] = bad
    with pytest.raises(ValueError, match=r".+"):
        from_json(json.dumps(data))


@pytest.mark.parametrize("name", [*field_facts(FieldSettings()), "field"])
def test_a_session_that_lacks_a_value_is_refused(state: AppState, name: str) -> None:
    data = json.loads(to_json(state))
    del (data if name == "field" else data["field"])[name]
    with pytest.raises(ValueError, match=name):
        from_json(json.dumps(data))


def test_values_out_of_range_come_into_it() -> None:
    pin = {"layer": "a", "unit": [-1, 5], "map": -3}
    found = field_settings({**field_facts(FieldSettings()), "count": 0, "pins": [pin] * (MOST_PINS + 3)})
    assert (found.count, found.pins) == (1, (Pin("a", (0, 5), 0),) * MOST_PINS)
