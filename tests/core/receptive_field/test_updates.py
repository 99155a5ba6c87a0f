"""Changes of the Receptive field workspace: what they touch, and what they leave alone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.filtering import FilterSettings
from inspector.core.history import History
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.network.updates import set_layer, set_model, set_workspace
from inspector.core.receptive_field.settings import FieldSettings, Part, Pin
from inspector.core.receptive_field.updates import MOST_PINS, add_pin, clear_pins, remove_pin, set_field
from inspector.core.state import AppState, Source, SourceKind, Workspace
from kernels import preset

START = AppState(Source(SourceKind.SAMPLE, "scene"), FilterSettings(preset("sobel-x")))
LENET = ModelChoice(ModelKind.SHIPPED, "lenet5")
PINS = tuple(Pin("conv1", (row, 0)) for row in range(12))


def pinned(*pins: Pin, state: AppState = START) -> AppState:
    return replace(state, field=replace(state.field, pins=pins))


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(st.sampled_from(PINS), max_size=30))
def test_pins_are_few_each_one_once_and_the_last_ones(chosen: list[Pin]) -> None:
    state = START
    for pin in chosen:
        before, state = state.field.pins, add_pin(pin).apply(state)
        after = state.field.pins
        assert after == (before if pin in before else (*before, pin)[-MOST_PINS:])
        assert len(set(after)) == len(after) <= MOST_PINS
        assert pin in after
    assert replace(state, field=FieldSettings()) == START


def test_another_map_of_the_same_unit_is_another_pin() -> None:
    pins = Pin("conv1", (1, 2), 3), Pin("conv1", (1, 2), 4), Pin("conv1", (1, 2))
    state = START
    for pin in pins:
        state = add_pin(pin).apply(state)
    assert state.field.pins == pins


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.sampled_from(PINS), max_size=MOST_PINS, unique=True), st.sampled_from(PINS))
def test_removing_takes_one_and_adding_brings_it_back_as_the_newest(chosen: list[Pin], pin: Pin) -> None:
    state = remove_pin(pin).apply(pinned(*chosen))
    rest = tuple(kept for kept in chosen if kept != pin)
    assert state.field.pins == rest
    assert add_pin(pin).apply(state).field.pins == (*rest, pin)[-MOST_PINS:]


def test_all_go_at_once_and_come_back_with_undo() -> None:
    history = History(pinned(*PINS[:3])).after(clear_pins())
    assert history.now == START
    assert history.undone().now.field.pins == PINS[:3]
    assert history.undo_title == "Clear pins"


def test_fields_are_set_by_name_and_nothing_else_changes() -> None:
    history = History(pinned(*PINS[:2])).after(set_field("Part of the gradient", part=Part.SQUARED))
    assert history.now == replace(START, field=FieldSettings(part=Part.SQUARED, pins=PINS[:2]))
    assert history.undo_title == "Part of the gradient"
    unseen = set_field("Count", merges="count", undoable=False, count=7)
    assert (unseen.merges, unseen.undoable) == ("count", False)


@pytest.mark.parametrize(
    ("seen", "then"),
    [
        (Workspace.FILTER, Workspace.NETWORK), (Workspace.NETWORK, Workspace.NETWORK), (Workspace.FIELD, Workspace.FIELD),
    ],
)  # fmt: skip
def test_another_network_leaves_the_pins_and_only_the_filter_bench(seen: Workspace, then: Workspace) -> None:
    state = replace(pinned(*PINS[:2]), workspace=seen)
    history = History(replace(state, field=replace(state.field, part=Part.POSITIVE))).after(set_model(LENET))
    assert history.now.field == FieldSettings(part=Part.POSITIVE)
    assert (history.now.workspace, history.now.network.model) == (then, LENET)
    assert history.undone().now.field.pins == PINS[:2]


def test_another_layer_keeps_the_pins() -> None:
    assert set_layer("pool1").apply(pinned(*PINS[:2])).field.pins == PINS[:2]


def test_workspaces_are_called_as_the_window_calls_them() -> None:
    assert [workspace.label for workspace in Workspace] == ["Filter", "Network", "Receptive field", "Shift"]
    assert set_workspace(Workspace.FIELD).title == "Receptive field workspace"
