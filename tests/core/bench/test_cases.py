"""That every way of every library gives the engine's result, at the borders too, on pictures small enough for a test."""

import numpy as np
import pytest

from inspector.core.bench import cases, memory, opencv, scipy, works
from inspector.core.bench.timing import DisagreementError, check
from inspector.core.bench.works import Weights, Work
from inspector.nets import bench as torch_ways

PEERS = {"OpenCV": opencv.ways, "SciPy": scipy.ways, "torch": torch_ways.ways}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(works, "SIZES", {"512²": (37, 61), "1080p": (41, 53), "4K": (64, 45), "8K": (5, 5)})


@pytest.mark.parametrize("side", [3, 15])
@pytest.mark.parametrize(("weights", "rgb"), [*((kind, False) for kind in Weights), (Weights.DENSE, True)])
def test_all_ways_give_the_same_result(weights, rgb, side):
    work = Work("512²", side, weights, rgb)
    case = cases._filter("topic", work, PEERS)
    ways = case.make()
    check(case, ways)
    libraries = {Weights.DENSE: {*PEERS}, Weights.BOX: {"OpenCV", "SciPy"}, Weights.GAUSSIAN: {"OpenCV"}}
    assert {name.split()[0] for name in ways} == {"kernels", *libraries[weights]}
    assert all(way.result is not None for way in ways.values())


def test_another_border_is_noticed(monkeypatch):
    monkeypatch.setattr(opencv, "ZEROS", opencv.cv2.BORDER_REPLICATE)
    case = cases._filter("topic", Work("512²", 3), PEERS)
    with pytest.raises(DisagreementError, match="OpenCV filter2D"):
        check(case, case.make())


def test_layers_strides_and_copies_give_the_same_result():
    some = [case for case in cases.cpu_cases({}, torch_ways.layer_way, quick=True) if case.topic not in (cases.DENSE, cases.RGB)]
    assert {case.topic for case in some} == {cases.SMOOTH, cases.COPY, cases.STRIDE, cases.LAYERS}
    for case in some:
        check(case, case.make())


def test_every_topic_has_a_wish_and_the_full_table_has_every_size_and_kernel():
    full = cases.cpu_cases({}, None, quick=False)
    assert {case.topic for case in full} | {cases.MEMORY, cases.CARD, cases.CARD_LAYERS} == {wish.topic for wish in cases.WISHES}
    assert [case.topic for case in full].count(cases.DENSE) == 3 * 8
    assert [case.topic for case in full].count(cases.SMOOTH) == 2 * 3 * 8
    assert len({(case.topic, case.work) for case in full}) == len(full)


def test_the_same_layer_of_torch_with_another_weight_is_noticed():
    case = cases.layer_case("topic", (2, 3, 8), lambda x, w, bias, device: torch_ways.layer_way(x, w * 1.01, bias, device), "cpu")
    with pytest.raises(DisagreementError):
        check(case, case.make())


def test_slow_libraries_leave_large_kernels_out(monkeypatch):
    monkeypatch.setattr(works, "SIZES", {"512²": (2160, 3840)})
    monkeypatch.setattr(Work, "picture", lambda _: np.zeros((4, 4), np.float32))
    assert set(scipy.ways(Work("512²", 63))) == {"oaconvolve"}
    assert torch_ways.ways(Work("512²", 63)) == {}


@pytest.mark.skipif(not memory.CAN_MEASURE, reason="reads /proc")
def test_memory_beyond_the_result_is_seen_and_the_result_is_not():
    def wasteful() -> np.ndarray:
        waste = np.ones(48_000_000, np.uint8)
        return np.full(32_000_000, waste[0], np.uint8)

    assert memory.extra_bytes(wasteful) == pytest.approx(48e6, rel=0.1)
    assert memory.extra_bytes(lambda: np.ones(64_000_000, np.uint8)) < 3e6


def test_the_kernels_of_works_are_those_of_the_peers():
    for side in works.SIDES:
        gaussian = Work("512²", side, Weights.GAUSSIAN).kernel()
        line = opencv.cv2.getGaussianKernel(side, 0.15 * side + 0.35)
        np.testing.assert_allclose(gaussian, line @ line.T, atol=1e-7)
    assert Work("512²", 5, rgb=True).kernel().sum() == pytest.approx(1)
