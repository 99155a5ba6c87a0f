"""Every change of the Network workspace, as a value."""

from dataclasses import replace
from typing import Any

from inspector.core.display import Display
from inspector.core.network.settings import Alteration, Change, ModelChoice
from inspector.core.state import AppState, Workspace
from inspector.core.updates import Update, set_kernel
from kernels import Kernel


def set_workspace(workspace: Workspace) -> Update:
    """Turn to another workspace."""
    return Update(f"{workspace.label} workspace", lambda state: replace(state, workspace=workspace), undoable=False)


def set_network(title: str, *, merges: str = "", undoable: bool = True, **fields: Any) -> Update:
    """Set fields of ``NetworkSettings`` as they are named there."""
    return Update(title, lambda state: replace(state, network=replace(state.network, **fields)), merges, undoable)


def set_model(model: ModelChoice, title: str = "Open network") -> Update:
    """Look at another network in a workspace for networks; layer, map, changes, pins and surgeries belonged to the last one."""
    chosen = set_network(title, model=model, layer="", map=0, unit=None, alterations=())

    def apply(state: AppState) -> AppState:
        workspace = Workspace.NETWORK if state.workspace is Workspace.FILTER else state.workspace
        field, shift = replace(state.field, pins=()), replace(state.shift, surgeries=())
        return replace(chosen.apply(state), workspace=workspace, field=field, shift=shift)

    return Update(title, apply)


def set_layer(key: str) -> Update:
    """Look at another layer."""
    return set_network(f"Layer {key}", layer=key, map=0, unit=None)


def set_map(index: int) -> Update:
    """Look closely at another map of the layer."""
    return set_network("Choose map", merges="map", map=index, unit=None)


def set_unit(index: int, unit: tuple[int, int]) -> Update:
    """Look at the unit (y, x) of a map."""
    return set_network("Choose unit", merges="map", map=index, unit=unit)


def set_opacity(opacity: float) -> Update:
    """Let more or less of the input shine through the map over it."""
    return set_network("Opacity", merges="opacity", opacity=opacity)


def alter(alteration: Alteration) -> Update:
    """Change maps of a layer. Silencing and scaling the same maps again replaces what was done to them before."""

    def apply(state: AppState) -> AppState:
        kept = tuple(old for old in state.network.alterations if not _replaced(old, alteration))
        return replace(state, network=replace(state.network, alterations=(*kept, alteration)))

    dragged = f"scale {alteration.layer} {alteration.maps}" if alteration.change is Change.SCALE else ""
    return Update(f"{alteration.change.capitalize()} maps", apply, merges=dragged)


def take_back(alteration: Alteration) -> Update:
    """Take back one change of the network; one that is not there changes nothing."""

    def apply(state: AppState) -> AppState:
        kept = tuple(present for present in state.network.alterations if present != alteration)
        return replace(state, network=replace(state.network, alterations=kept))

    return Update(f"Take back {alteration.change}", apply)


def restore() -> Update:
    """Take back all changes of the network."""
    return set_network("Restore the network", alterations=())


def onto_bench(kernel: Kernel) -> Update:
    """Turn to the filter bench with a learned filter.

    One with weights of both signs rarely sums to 0, and still makes values of both signs, which are to be seen.
    """

    def apply(state: AppState) -> AppState:
        taken = set_kernel(kernel).apply(state)
        signed = bool((kernel.weights < 0).any())
        filter = replace(taken.filter, display=Display.SYMMETRIC) if signed else taken.filter
        return replace(taken, filter=filter, workspace=Workspace.FILTER)

    return Update("Filter onto the bench", apply)


def _replaced(old: Alteration, new: Alteration) -> bool:
    of_values = {Change.SILENCE, Change.SCALE}
    same_kind = old.change == new.change or {old.change, new.change} <= of_values
    return same_kind and new.change is not Change.SWAP and (old.layer, old.maps) == (new.layer, new.maps)
