"""The benchmark of effective fields reads its clock right around a way, and compares ways that compute the same."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.receptive_field.effective import Target
from inspector.nets import open_network


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_gradients", Path(__file__).parent / "benchmarks" / "gradients.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_clock_is_read_right_before_and_right_after_a_way(bench: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    times = iter([1.0, 1.25])
    monkeypatch.setattr(bench, "perf_counter", lambda: seen.append("clock") or next(times))
    assert bench.milliseconds(lambda: seen.append("way")) == 250
    assert seen == ["clock", "way", "clock"]


def test_the_ways_compute_the_same(bench: ModuleType) -> None:
    network, target = open_network(ModelChoice(ModelKind.UNTRAINED, "lenet5")), Target("c3", (5, 4))
    ways = bench.unit_ways(network, target)
    expected = ways["bare"]()[0].double().abs().sum(0).numpy()
    for way in ("effective", "pins"):
        found = {field.target: field.heat for field in ways[way]()}
        np.testing.assert_allclose(found[target], expected, rtol=0, atol=1e-5 * expected.max())
    assert len(ways["pins"]()) == bench.PINS
    averages = bench.average_ways(network, target, 20)
    assert averages["average"]().pictures == bench.PICTURES


def test_the_bare_average_takes_every_picture_in_batches_of_the_same_size(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = open_network(ModelChoice(ModelKind.UNTRAINED, "lenet5"))
    taken: list[int] = []
    monkeypatch.setattr(bench, "bare", lambda layers, values, unit: taken.append(len(values)) or torch.empty(0))
    bench.average_ways(network, Target("c3", (5, 4)), 20)["bare"]()
    assert taken == [20, 20, 20, 4]
