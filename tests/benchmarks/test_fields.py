"""Effective fields against torch's own passes, and the padding of whole layers."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from inspector.core.receptive_field.contamination import box_shares, energy_shares
from inspector.nets import entry, outline

RUNS = 9


@pytest.mark.parametrize(("id", "key", "layer", "rounds"), [
    ("vgg16", "features.28", "conv5_3", 9), ("vgg16", "features.14", "conv3_3", 15), ("lenet5", "c3", "c3", 500),
])  # fmt: skip
def test_one_unit(id: str, key: str, layer: str, rounds: int, child: Callable[..., Any], report: Callable[[str], None]) -> None:
    found = child("gradients.py", "unit", id, key, str(rounds))
    report(
        f"effective field of a unit of {layer} of {id}: {found['effective'] / found['bare']:.3f} times the bare forward and"
        f" backward pass of {found['bare']:.2f} ms (VGG at most 1.15); 8 units at once: {found['pins'] / found['bare']:.2f} times"
    )


@pytest.mark.parametrize(("id", "key", "rounds"), [("vgg16", "features.28", 3), ("vgg-compact", "features.21", 9)])
def test_average(id: str, key: str, rounds: int, child: Callable[..., Any], report: Callable[[str], None]) -> None:
    found = child("gradients.py", "average", id, key, str(rounds))
    report(
        f"average over 64 pictures, {key} of {id}, {found['size']} at once: {found['bare'] / found['average']:.3f} of the"
        f" throughput of the bare batched backward pass of {found['bare'] / 64:.2f} ms a picture (at least 0.9)"
    )


@pytest.mark.parametrize("energy", [False, True])
def test_contamination(energy: bool, report: Callable[[str], None]) -> None:
    graph = outline(entry("vgg16")).graph
    heat, taken = np.random.default_rng(0).random((224, 224)), dict[str, float]()
    for node in graph.nodes:
        if node.kind in {"Conv2d", "MaxPool2d"}:
            unit = node.grid[0] // 2, node.grid[1] // 2
            seconds = []
            for _ in range(RUNS):  # the clock: around the one call that makes the shares of all units of the layer
                start = perf_counter()
                shares = energy_shares(graph, node.key, heat, unit) if energy else box_shares(graph, node.key)
                seconds.append(perf_counter() - start)
            assert shares.shape == node.grid
            taken[node.key] = median(seconds) * 1e3
    worst = max(taken, key=lambda key: taken[key])
    what = "energy" if energy else "box"
    report(
        f"share of the {what} on padding, for each unit of the {len(taken)} convolutions and poolings of VGG-16: at most"
        f" {taken[worst]:.1f} ms ({worst}), median {median(taken.values()):.1f} ms (each at most 50)"
    )
