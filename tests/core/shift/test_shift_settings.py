"""The choices of the Shift workspace: what they do to the picture, how they change, and how they survive in JSON."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.history import History
from inspector.core.network.settings import ModelChoice, ModelKind, NetworkSettings
from inspector.core.network.updates import set_model
from inspector.core.session import from_json, to_json
from inspector.core.shift.saved import MOST_REACH, shift_facts, shift_settings
from inspector.core.shift.scene import Incoming, Scene
from inspector.core.shift.settings import MOST_OTHERS, MOST_SHIFT, SCALES, Axis, ShiftSettings, Strip
from inspector.core.shift.surgery import Densify, Pooling, Repad, Repool
from inspector.core.shift.transforms import Flip, Method, Rotation, Scale, Together, Translation
from inspector.core.shift.updates import (
    compare_no_more,
    compare_with,
    move_to,
    operate,
    operated,
    put_back,
    restore_architecture,
    take_back_surgery,
)
from inspector.core.state import AppState, Workspace
from kernels import Border

amounts = st.floats(-MOST_SHIFT, MOST_SHIFT)
models = st.builds(ModelChoice, st.sampled_from([ModelKind.SHIPPED, ModelKind.FILE]), st.text(max_size=9))
surgeries = st.sampled_from(
    [Repool(Pooling.BLUR3), Repool(Pooling.AVERAGE, ("s2", "s4")), Repad(Border.WRAP, (), True), Densify()]
)
choices = st.builds(
    ShiftSettings,
    dy=amounts, dx=amounts, angle=st.floats(-360, 360), scale=st.floats(*SCALES), flip=st.booleans(),
    method=st.sampled_from(Method), incoming=st.sampled_from(Incoming), constant=st.floats(0, 1), strip=st.sampled_from(Strip),
    all_maps=st.booleans(), unmoved=st.booleans(), side_by_side=st.booleans(),
    axis=st.sampled_from(Axis), surgeries=st.lists(surgeries, max_size=3).map(tuple),
    others=st.lists(models, max_size=MOST_OTHERS).map(tuple), reach=st.integers(1, MOST_REACH),
)  # fmt: skip
MLP = ModelChoice(ModelKind.SHIPPED, "mlp1")
ALTERED = ShiftSettings(dy=3, surgeries=(Repool(Pooling.BLUR3), Repad(Border.WRAP)))
PICTURE = np.random.default_rng(0).random((2, 9, 12), np.float32)
few = st.floats(-20, 20).map(lambda number: round(number, 2))
parts = st.one_of(
    st.builds(Translation, few, few),
    st.builds(Rotation, st.floats(-180, 180)),
    st.builds(Scale, st.floats(0.5, 2)),
    st.just(Flip()),
)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(choices)
def test_settings_survive_the_way_through_json(chosen: ShiftSettings) -> None:
    assert shift_settings(json.loads(json.dumps(shift_facts(chosen)))) == chosen


def test_they_survive_in_the_session(state: AppState) -> None:
    chosen = replace(state, shift=ALTERED, workspace=Workspace.SHIFT)
    assert from_json(to_json(chosen)) == chosen


def test_surgeries_go_with_the_code_that_is_not_run_again(state: AppState) -> None:
    coded = NetworkSettings(ModelChoice(ModelKind.CODE, "/tmp/mine.py:net"))
    assert from_json(to_json(replace(state, network=coded, shift=ALTERED))).shift == replace(ALTERED, surgeries=())


def test_code_among_the_other_networks_is_not_run_again() -> None:
    coded = ShiftSettings(others=(ModelChoice(ModelKind.CODE, "/tmp/mine.py:net"), MLP))
    assert shift_settings(shift_facts(coded)).others == (MLP,)


def test_networks_are_compared_and_no_more(state: AppState) -> None:
    present, two, three = state.network.model, *(ModelChoice(ModelKind.FILE, name) for name in ("/a.pt", "/b.pt"))
    history = History(state).after(compare_with(present, "it")).after(compare_with(MLP, "MLP")).after(compare_with(MLP, "MLP"))
    assert (history.now.shift.others, history.now.shift.side_by_side, len(history.past)) == ((MLP,), True, 1)
    history = history.after(compare_with(two, "a")).after(compare_with(three, "b"))
    assert history.now.shift.others == (two, three)  # the first one has gone
    history = history.after(compare_no_more(two))
    assert (history.now.shift.others, history.now.shift.side_by_side) == ((three,), True)
    assert history.after(compare_no_more(three)).now.shift.side_by_side is False


def test_surgery_is_told_from_all_else(state: AppState) -> None:
    altered = operate(Densify()).apply(state)
    assert operated(state, altered)
    assert operated(altered, replace(state, pixel=(1, 2)))
    assert not operated(state, state)
    assert not operated(state, move_to(1, 1).apply(altered))


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("dy", "far"), ("dx", float("nan")), ("angle", None), ("scale", float("inf")), ("method", "cubic"), ("incoming", 3),
        ("strip", "none"), ("axis", "z"), ("surgeries", ["pool max9"]), ("surgeries", 4), ("others", [{}]), ("reach", "wide"),
    ],
)  # fmt: skip
def test_a_session_with_one_bad_value_is_refused(state: AppState, name: str, bad: Any) -> None:
    data = json.loads(to_json(state))
    data["shift"][name] = bad
    with pytest.raises(ValueError, match=r".+"):
        from_json(json.dumps(data))


@pytest.mark.parametrize(
    ("chosen", "transform"),
    [
        (ShiftSettings(), Translation()),
        (ShiftSettings(dy=1, dx=-2, method=Method.FOURIER), Translation(1, -2, Method.FOURIER)),
        (ShiftSettings(angle=90), Rotation(90)), (ShiftSettings(scale=2), Scale(2)), (ShiftSettings(flip=True), Flip()),
        (ShiftSettings(flip=True, dx=3, angle=360), Together((Flip(), Translation(0, 3)))),
    ],
)  # fmt: skip
def test_what_is_done_to_the_picture(chosen: ShiftSettings, transform: object) -> None:
    assert chosen.transform == transform
    assert chosen.still is (chosen == ShiftSettings())


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(parts, max_size=4), few, few)
def test_several_together_are_one_after_the_other(several: list[Any], y: float, x: float) -> None:
    size, place = (9, 12), np.array([y, x])
    for part in reversed(several):  # back from where it is seen
        found = part.sources(size)
        place = np.reshape(found.matrix, (2, 2)) @ place + found.offset
    together = Together(tuple(several)).sources(size)
    assert np.reshape(together.matrix, (2, 2)) @ (y, x) + together.offset == pytest.approx(place, abs=1e-6)


def test_whole_steps_together_invent_nothing() -> None:
    scene = Scene(PICTURE, Incoming.CIRCULAR)
    together = Together((Flip(), Translation(2, 0), Translation(-1, 3)))
    assert np.array_equal(scene.seen(together), np.roll(PICTURE[..., ::-1], (1, 3), (1, 2)))
    back = Scene(scene.seen(together), Incoming.CIRCULAR).seen(together.inverse)
    assert np.array_equal(back, PICTURE)


def test_a_drag_is_one_step_of_undo(state: AppState) -> None:
    history = History(state)
    for amount in range(1, 9):
        history = history.after(move_to(amount, 2 * amount))
    assert (history.now.shift.dy, history.now.shift.dx) == (8, 16)
    assert history.undone().now == state
    assert history.after(put_back()).now == state


def test_a_surgery_replaces_what_was_done_to_the_same_layers(state: AppState) -> None:
    history = History(state).after(operate(Repool(Pooling.BLUR3))).after(operate(Repad(Border.WRAP)))
    history = history.after(operate(Repool(Pooling.AVERAGE, ("s2",))))
    assert history.now.shift.surgeries == (Repool(Pooling.BLUR3), Repad(Border.WRAP), Repool(Pooling.AVERAGE, ("s2",)))
    history = history.after(operate(Repool(Pooling.POLYPHASE)))
    assert history.now.shift.surgeries == (Repad(Border.WRAP), Repool(Pooling.POLYPHASE))
    history = history.after(take_back_surgery(Repad(Border.WRAP)))
    assert history.now.shift.surgeries == (Repool(Pooling.POLYPHASE),)
    assert history.after(restore_architecture()).now == state


def test_another_network_is_as_it_was_trained(state: AppState) -> None:
    history = History(replace(state, shift=ALTERED)).after(set_model(ModelChoice(ModelKind.SHIPPED, "lenet5")))
    assert history.now.shift == replace(ALTERED, surgeries=())
