"""Changes of the Network workspace: what they touch, and what they leave alone."""

from dataclasses import replace

from inspector.core.history import History
from inspector.core.network import updates
from inspector.core.network.settings import Alteration, Change, ModelChoice, ModelKind, NetworkSettings
from inspector.core.state import AppState, Workspace
from inspector.core.updates import Update


def after(state: AppState, *changes: Update) -> NetworkSettings:
    history = History(state)
    for change in changes:
        history = history.after(change)
    return history.now.network


def test_another_network_takes_nothing_over_that_belonged_to_the_last(state: AppState) -> None:
    busy = replace(
        state, network=NetworkSettings(layer="conv1", map=3, unit=(1, 1), alterations=(Alteration("a", Change.SILENCE),))
    )
    found = after(busy, updates.set_model(ModelChoice(ModelKind.SHIPPED, "lenet5")))
    assert found == replace(NetworkSettings(), model=ModelChoice(ModelKind.SHIPPED, "lenet5"))


def test_silencing_again_and_scaling_replace_each_other(state: AppState) -> None:
    silence, scale = Alteration("c1", Change.SILENCE, (2,)), Alteration("c1", Change.SCALE, (2,), 0.5)
    assert after(state, updates.alter(silence), updates.alter(silence)).alterations == (silence,)
    assert after(state, updates.alter(silence), updates.alter(scale)).alterations == (scale,)


def test_other_maps_other_layers_and_swaps_add_up(state: AppState) -> None:
    changes = [
        Alteration("c1", Change.SILENCE, (2,)), Alteration("c1", Change.SILENCE, (3,)), Alteration("c3", Change.SILENCE, (2,)),
        Alteration("c1", Change.SWAP, (2, 3)), Alteration("c1", Change.SWAP, (2, 3)),
    ]  # fmt: skip
    assert after(state, *map(updates.alter, changes)).alterations == tuple(changes)


def test_drawing_other_maps_to_drop_replaces_the_last_draw(state: AppState) -> None:
    first, second = Alteration("c1", Change.DROP, (), 0.5, 1), Alteration("c1", Change.DROP, (), 0.5, 2)
    assert after(state, updates.alter(first), updates.alter(second)).alterations == (second,)


def test_restoring_can_be_undone_and_the_workspace_is_no_step(state: AppState) -> None:
    silence = Alteration("c1", Change.SILENCE, (2,))
    history = (
        History(state).after(updates.alter(silence)).after(updates.set_workspace(Workspace.NETWORK)).after(updates.restore())
    )
    assert not history.now.network.alterations
    assert history.undone().now.network.alterations == (silence,)
    assert history.undo_title == "Restore the network"
