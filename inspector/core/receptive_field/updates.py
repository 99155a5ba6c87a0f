"""Every change of the Receptive field workspace, as a value; layer, map and unit change as in the Network workspace."""

from dataclasses import replace
from typing import Any

from inspector.core.network.settings import Stage
from inspector.core.network.steps import Step
from inspector.core.receptive_field.settings import FieldSettings, Pin
from inspector.core.state import AppState
from inspector.core.updates import Update

MOST_PINS = 8  # as many as can be told apart by their marks


def set_field(title: str, *, merges: str = "", undoable: bool = True, **fields: Any) -> Update:
    """Set fields of ``FieldSettings`` as they are named there."""
    return Update(title, lambda state: _with(state, replace(state.field, **fields)), merges, undoable)


def add_pin(pin: Pin) -> Update:
    """Keep a unit in sight. One that is pinned already stays where it is; beyond ``MOST_PINS`` the oldest goes."""

    def apply(state: AppState) -> AppState:
        pins = state.field.pins
        return state if pin in pins else _with_pins(state, (*pins, pin)[-MOST_PINS:])

    return Update("Pin unit", apply)


def remove_pin(pin: Pin) -> Update:
    """Let go of one unit; one that is not pinned changes nothing."""
    return Update("Remove pin", lambda state: _with_pins(state, tuple(kept for kept in state.field.pins if kept != pin)))


def clear_pins() -> Update:
    """Let go of all pinned units."""
    return Update("Clear pins", lambda state: _with_pins(state, ()))


def look_at_pin(pin: Pin, step: Step) -> Update:
    """Look at a pinned unit again, which is of the row ``step``: at its stage and its map, or all maps."""

    def apply(state: AppState) -> AppState:
        network, stages = state.network, {step.before: Stage.BEFORE, step.after: Stage.AFTER}
        stage = stages.get(pin.layer, network.stage) if step.before != step.after else network.stage
        map = network.map if pin.map is None else pin.map
        looked = replace(state, network=replace(network, layer=step.key, stage=stage, map=map, unit=pin.unit))
        return _with(looked, replace(state.field, all_maps=pin.map is None))

    return Update("Look at a pinned unit", apply)


def _with_pins(state: AppState, pins: tuple[Pin, ...]) -> AppState:
    return _with(state, replace(state.field, pins=pins))


def _with(state: AppState, field: FieldSettings) -> AppState:
    return replace(state, field=field)
