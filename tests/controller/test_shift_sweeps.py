"""What is measured in steps is what is measured at once, and the first step is the shortest; what is kept is bounded."""

from itertools import pairwise
from math import nan

import numpy as np
import pytest

from inspector import nets
from inspector.controller.network_jobs import Opened
from inspector.controller.shift_jobs import FrameRequest, PassRequest, Prepared, SceneRequest, frame, prepare
from inspector.controller.shift_store import MOST_PREPARED, Kept, ShiftStore
from inspector.controller.shift_sweeps import CurveRequest, DecisionsRequest, OrbitRequest, Sweep, SweepRequest, sweep
from inspector.core.drawing import Stroke, drawing_picture
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.shift.frames import along, line, scales, turns
from inspector.core.shift.results import DecisionMap, ShiftErrors
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import Axis
from inspector.core.shift.shown import Turning
from inspector.core.shift.transforms import Rotation, Translation
from kernels import Cancelled

ONE = drawing_picture((Stroke(((50.0, 140.0), (230.0, 140.0))),))


def never() -> bool:
    return False


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    choice = ModelChoice(ModelKind.SHIPPED, "lenet5")
    scene = SceneRequest(Opened(choice, nets.open_network(choice)), ONE, None, (), Incoming.CIRCULAR)
    found: Prepared = prepare(scene).run(never)
    return found


def steps(request: SweepRequest, prepared: Prepared) -> list[Sweep]:
    found: list[Sweep] = []
    while not found or found[-1].rest is not None:
        found.append(sweep(request, prepared, found[-1] if found else None).run(never))
    return found


@pytest.mark.parametrize("axis", Axis)
def test_a_curve_in_steps_is_the_curve(prepared: Prepared, axis: Axis) -> None:
    found = steps(CurveRequest(prepared.request, axis, 9), prepared)
    amounts = [len(one.value.transforms) for one in found if isinstance(one.value, ShiftErrors)]
    assert amounts[0] < amounts[-1] == 19
    assert all(first < second for first, second in pairwise(amounts))
    whole, last = prepared.shifting.errors(line(axis, 9)), found[-1].value
    assert isinstance(last, ShiftErrors)
    assert last.transforms == whole.transforms
    for key, layer in whole.layers.items():
        assert last.layers[key].equivariance == pytest.approx(layer.equivariance, rel=1e-4, nan_ok=True)
        assert last.layers[key].lacks == layer.lacks
    assert np.array_equal(last.output.top, whole.output.top)


def test_decisions_come_coarse_first(prepared: Prepared) -> None:
    maps = [one.value for one in steps(DecisionsRequest(prepared.request, 16), prepared)]
    assert isinstance(maps[0], DecisionMap)
    assert maps[0].known.sum() == 25
    assert isinstance(maps[-1], DecisionMap)
    assert maps[-1].complete


@pytest.mark.parametrize(("turning", "rest"), [(Turning.ROTATION, 0.0), (Turning.SCALE, 1.0)])
def test_orbits_go_through_the_picture_as_it_is(prepared: Prepared, turning: Turning, rest: float) -> None:
    (*_, last) = steps(OrbitRequest(prepared.request, turning), prepared)
    assert isinstance(last.value, ShiftErrors)
    amounts = [getattr(one, "degrees", getattr(one, "factor", nan)) for one in last.value.transforms]
    place = amounts.index(rest)
    assert last.value.output.change[place] == 0
    assert amounts[place + 1] - rest == pytest.approx(rest - amounts[place - 1], rel=0.1)  # near enough for a slope


def test_what_was_cancelled_says_so(prepared: Prepared) -> None:
    with pytest.raises(Cancelled):
        sweep(CurveRequest(prepared.request, Axis.X, 3), prepared, None).run(lambda: True)


def test_a_frame_is_what_the_same_questions_answer_one_by_one(prepared: Prepared) -> None:
    passed = PassRequest(prepared.request, Translation(3, 5), ("c3",), parts=True)
    found = frame(FrameRequest(passed, "c3", "c3"), None).run(never)
    errors, case = prepared.shifting.errors([passed.transform]), prepared.shifting.case(passed.transform, "c3")
    assert found.frame.errors.layers.keys() == errors.layers.keys()
    for key, layer in errors.layers.items():
        assert found.frame.errors.layers[key].equivariance == pytest.approx(layer.equivariance, nan_ok=True)
    seen = found.frame.cases["c3"]
    for name in ("before", "after", "expected"):
        assert np.array_equal(getattr(seen, name), getattr(case, name))
    assert seen.equivariance.error == case.equivariance.error
    assert found.input.shape == (28, 28, 3)


def test_another_look_needs_no_pass(prepared: Prepared) -> None:
    passed = PassRequest(prepared.request, Translation(0, 1), ("c1",))
    first = frame(FrameRequest(passed, "c1", "c1"), prepared).run(never)
    again = frame(FrameRequest(passed, "c1", "c1", map=3), prepared, first.frame).run(lambda: True)  # a pass would be cancelled
    assert again.frame is first.frame
    assert (first.case.chosen, again.case.chosen) == (0, 3)
    assert again.frame.cases["c1"].equivariance is None  # which was not asked for


def test_a_line_begins_in_the_middle_and_can_be_put_in_order(prepared: Prepared) -> None:
    assert line(Axis.Y, 2) == tuple(Translation(float(dy), 0.0) for dy in (0, 1, -1, 2, -2))
    assert line(Axis.DIAGONAL, 1)[1:] == (Translation(1.0, 1.0), Translation(-1.0, -1.0))
    errors = prepared.shifting.errors(line(Axis.Y, 2), ["c1"])
    ordered = along(errors, Axis.Y)
    assert [one.dy for one in ordered.transforms] == [-2, -1, 0, 1, 2]
    places = [4, 2, 0, 1, 3]
    assert np.array_equal(ordered.layers["c1"].invariance, errors.layers["c1"].invariance[places])
    assert np.array_equal(ordered.output.change, errors.output.change[places])


def test_turns_and_scales_rise() -> None:
    degrees, factors = [one.degrees for one in turns()], [one.factor for one in scales()]
    assert degrees == sorted(degrees)
    assert factors == sorted(factors)
    assert Rotation(0.0) in turns()
    assert 1.0 in factors


def test_the_store_is_bounded(prepared: Prepared) -> None:
    kept: Kept[int, str] = Kept(2)
    assert kept.put(1, "a") == kept.put(2, "b") == ()
    assert kept.get(1) == "a"  # the other one has not been asked for the longest
    assert kept.put(3, "c") == ("b",)
    assert kept.get(2) is None


def test_half_measured_work_goes_with_its_picture(prepared: Prepared) -> None:
    store, request = ShiftStore(), prepared.request
    store.put_prepared(prepared)
    curve = CurveRequest(request, Axis.X, 16)
    store.sweeps.put(curve, sweep(curve, prepared, None).run(never))
    values = np.linspace(0.1, 0.9, MOST_PREPARED).tolist()
    others = [SceneRequest(request.opened, ONE, None, (), Incoming.CONSTANT, value) for value in values]
    for other in others[:-1]:
        store.put_prepared(Prepared(other, prepared.shifting))
    assert store.sweeps.get(curve) is not None
    store.put_prepared(Prepared(others[-1], prepared.shifting))
    assert store.prepared(request) is None
    assert store.sweeps.get(curve) is None
