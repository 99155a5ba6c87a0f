"""Recording activations against the bare forward pass, the atlas of many maps, and memory with a large network."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from inspector.core.network.atlas import colours_of, compose, grid_of
from inspector.core.network.settings import Colouring, Order
from inspector.core.network.statistics import statistics

RUNS = 30


@pytest.mark.parametrize(("id", "rounds", "allowed"), [("vgg16", 15, 1.10), ("lenet5", 1000, 1.5)])
def test_recording(id: str, rounds: int, allowed: float, child: Callable[..., Any], report: Callable[[str], None]) -> None:
    found = child("recording.py", id, str(rounds))
    bare = found.pop("bare")
    ratios = ", ".join(f"{name} {ms / bare:.3f}" for name, ms in found.items())
    report(f"recording {id}: bare forward {bare:.2f} ms; times of it: {ratios} (all at most {allowed}, one at most 1.05)")


@pytest.mark.parametrize("side", [28, 14])
@pytest.mark.parametrize("colouring", [Colouring.MAP, Colouring.LAYER])
def test_atlas(side: int, colouring: Colouring, report: Callable[[str], None]) -> None:
    maps = np.maximum(np.random.default_rng(0).standard_normal((512, side, side), np.float32), 0)
    numbers = statistics(maps, Order.MEAN)
    colours, grid = colours_of(numbers, colouring), grid_of((512, side, side))
    seconds = []
    for _ in range(RUNS):  # the clock: around the composition alone, from the maps to the finished picture
        start = perf_counter()
        atlas = compose(maps, numbers.order, colours, grid)
        seconds.append(perf_counter() - start)
    assert atlas.shape[:2] == grid.shape
    report(f"atlas of 512 maps of {side}x{side}, colours by {colouring}: {median(seconds) * 1e3:.2f} ms (at most 4)")


def test_memory(child: Callable[..., Any], report: Callable[[str], None]) -> None:
    found = child("network_memory.py")
    there = f"{found['resident']:.0f} MB resident (at most {found['peak']:.0f})"
    report(f"VGG-16 with all maps kept: {there}, {found['weights']:.0f} of weights + {found['maps']:.0f} of maps"
           f" + {found['rest']:.0f} (at most 500)")  # fmt: skip
