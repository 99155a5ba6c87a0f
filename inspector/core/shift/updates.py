"""Every change of the Shift workspace, as a value; network, layer and map change as in the Network workspace."""

from dataclasses import replace
from typing import Any

from inspector.core.network.settings import ModelChoice
from inspector.core.shift.settings import MOST_OTHERS, ShiftSettings
from inspector.core.shift.surgery import Densify, Repad, Repool, Surgery
from inspector.core.state import AppState
from inspector.core.updates import Update

DRAG = "shift"  # the key by which steps of one drag or of one animation merge


def set_shift(title: str, *, merges: str = "", undoable: bool = True, **fields: Any) -> Update:
    """Set fields of ``ShiftSettings`` as they are named there."""
    return Update(title, lambda state: _with(state, replace(state.shift, **fields)), merges, undoable)


def move_to(dy: float, dx: float, title: str = "Move the picture", *, merges: str = DRAG) -> Update:
    """Move the picture ``dy`` pixels down and ``dx`` right of where it was."""
    return set_shift(title, merges=merges, dy=float(dy), dx=float(dx))


def put_back() -> Update:
    """Undo all that is done to the picture; method and border are kept."""
    return set_shift("Put the picture back", dy=0.0, dx=0.0, angle=0.0, scale=1.0, flip=False)


def operate(surgery: Surgery) -> Update:
    """Alter the network without training. What was done before to the same thing of the same layers is replaced."""

    def apply(state: AppState) -> AppState:
        kept = tuple(old for old in state.shift.surgeries if not _replaced(old, surgery))
        return _with(state, replace(state.shift, surgeries=(*kept, surgery)))

    return Update(_title(surgery), apply)


def take_back_surgery(surgery: Surgery) -> Update:
    """Take back one surgery; one that was not done changes nothing."""

    def apply(state: AppState) -> AppState:
        kept = tuple(done for done in state.shift.surgeries if done != surgery)
        return _with(state, replace(state.shift, surgeries=kept))

    return Update("Take back surgery", apply)


def restore_architecture() -> Update:
    """Take back all surgery."""
    return set_shift("Restore the network", surgeries=())


def compare_with(other: ModelChoice, title: str) -> Update:
    """Look at another network beside, with its maps; of those that are too many, the first goes."""

    def apply(state: AppState) -> AppState:
        if other == state.network.model or other in state.shift.others:
            return state
        others = (*state.shift.others, other)[-MOST_OTHERS:]
        return _with(state, replace(state.shift, others=others, side_by_side=True))

    return Update(f"Compare with {title}", apply)


def compare_no_more(other: ModelChoice) -> Update:
    """Look at a network no more; the last one takes the view of several with it."""

    def apply(state: AppState) -> AppState:
        others = tuple(one for one in state.shift.others if one != other)
        return _with(state, replace(state.shift, others=others, side_by_side=state.shift.side_by_side and bool(others)))

    return Update("Compare no more", apply)


def operated(before: AppState, after: AppState) -> bool:
    """Whether surgery is all that two states differ by, but for where the mouse points."""
    altered = replace(before.shift, surgeries=after.shift.surgeries)
    alike = replace(before, shift=altered, pixel=after.pixel, channel=after.channel)
    return before.shift.surgeries != after.shift.surgeries and alike == after


def _title(surgery: Surgery) -> str:
    match surgery:
        case Repool(pooling):
            return f"Pooling: {pooling}"
        case Repad(border):
            return f"Padding: {border}"
        case Densify():
            return "Dense strides"


def _replaced(old: Surgery, new: Surgery) -> bool:
    """Whether ``new`` changes again all that ``old`` has changed."""
    return type(old) is type(new) and (isinstance(new, Densify) or not new.layers or _layers(old) == new.layers)


def _layers(surgery: Surgery) -> tuple[str, ...]:
    return () if isinstance(surgery, Densify) else surgery.layers


def _with(state: AppState, shift: ShiftSettings) -> AppState:
    return replace(state, shift=shift)
