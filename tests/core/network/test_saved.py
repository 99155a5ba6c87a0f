"""The choices of the Network workspace survive the way through JSON; what is no such thing is refused."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.drawing import Stroke
from inspector.core.network.saved import network_facts, network_settings
from inspector.core.network.settings import (
    Alteration,
    Answers,
    Change,
    Colouring,
    Feed,
    Fit,
    ModelChoice,
    ModelKind,
    NetworkSettings,
    Order,
    Stage,
)  # fmt: skip
from inspector.core.session import from_json, to_json
from inspector.core.state import AppState, Source, SourceKind, Workspace

numbers = st.floats(-1e6, 1e6)
counts = st.integers(0, 600)
choices = st.builds(
    ModelChoice,
    st.sampled_from([ModelKind.SHIPPED, ModelKind.FILE, ModelKind.UNTRAINED]),
    st.text(min_size=1, max_size=20),
    st.builds(Answers, activation=st.sampled_from(["", "tanh"]), mean=st.tuples(numbers), input=st.just((1, 28, 28))),
)
alterations = st.builds(Alteration, st.text(max_size=9), st.sampled_from(Change), st.tuples(counts, counts), numbers, counts)
settings = st.builds(
    NetworkSettings,
    model=choices, feed=st.sampled_from(Feed), fit=st.none() | st.sampled_from(Fit), layer=st.text(max_size=9),
    stage=st.sampled_from(Stage), order=st.sampled_from(Order), colouring=st.sampled_from(Colouring),
    fixed=st.tuples(numbers, numbers), map=counts, unit=st.none() | st.tuples(counts, counts), opacity=st.floats(0, 1),
    large=st.booleans(), alterations=st.lists(alterations, max_size=3).map(tuple),
)  # fmt: skip


@given(settings)
def test_settings_survive_the_way_through_json(chosen: NetworkSettings) -> None:
    assert network_settings(json.loads(json.dumps(network_facts(chosen)))) == chosen


def test_code_is_not_run_again_unasked() -> None:
    chosen = NetworkSettings(ModelChoice(ModelKind.CODE, "/tmp/mine.py:net"), layer="conv1")
    assert network_settings(network_facts(chosen)) == NetworkSettings()


def _spoilt(name: str, value: Any) -> dict[str, Any]:
    return {**json.loads(json.dumps(network_facts(NetworkSettings(alterations=(Alteration("a", Change.DROP),))))), name: value}


@pytest.mark.parametrize("name", [f.name for f in fields(NetworkSettings) if f.name not in ("fit", "unit", "layer", "large")])
def test_one_bad_value_is_refused(name: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)):
        network_settings(_spoilt(name, "?"))


def test_a_drawing_survives_in_the_session(state: AppState) -> None:
    strokes = (Stroke(((1.5, 2.0), (3.0, 4.25)), 12.0), Stroke(((9.0, 9.0),), erases=True))
    drawn = replace(state, source=Source(SourceKind.DRAWING, "drawing", strokes=strokes), workspace=Workspace.NETWORK)
    assert from_json(to_json(drawn)) == drawn
