"""Every change of the Receptive field workspace, as a value; layer, map and unit change as in the Network workspace."""

from dataclasses import replace
from typing import Any

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


def _with_pins(state: AppState, pins: tuple[Pin, ...]) -> AppState:
    return _with(state, replace(state.field, pins=pins))


def _with(state: AppState, field: FieldSettings) -> AppState:
    return replace(state, field=field)
