"""What it costs to move a picture: prints medians in milliseconds of ways that are taken in turn.

``shift.py frame NETWORK LAYER ROUNDS``: one transform with the measures of all layers and the maps of LAYER, by whole steps
("whole", the steps 1 to 7 in turn) and by fractions ("between"), and torch's own forward pass of one picture ("bare").
``shift.py decisions NETWORK ROUNDS``: the judgement for the 33 × 33 shifts of up to 16 pixels, torch's own pass of the same
pictures in batches of the same size, which lie in memory ("bare"), and what passes until the first coarse map ("first").
The clock is read right before and right after each way; the network is in evaluation mode, shipped or with random weights.
"""

import json
import sys
from collections.abc import Callable
from itertools import cycle
from statistics import median
from time import perf_counter

import numpy as np
import torch

from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.picture import Picture
from inspector.core.shift.scene import Incoming
from inspector.core.shift.transforms import Translation
from inspector.nets import OpenNetwork, open_network
from inspector.nets.framing import framed
from inspector.nets.passes import Passes
from inspector.nets.scenes import scene_of
from inspector.nets.shifting import Shifting
from inspector.nets.threads import fitting_threads

REACH = 16
Way = Callable[[], object]


def opened(id: str) -> OpenNetwork:
    shipped = id in {"lenet5", "vgg-compact"}
    return open_network(ModelChoice(ModelKind.SHIPPED if shipped else ModelKind.UNTRAINED, id))


def shifting(network: OpenNetwork) -> Shifting:
    _, height, width = network.facts.description.input
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    return Shifting(network, scene_of(network, Picture(noise, 0, 255, "noise"), Incoming.ZERO))


def bare(network: OpenNetwork, pictures: torch.Tensor, size: int) -> Callable[[], None]:
    model, macs = network.trained.network.eval(), network.facts.description.macs

    def way() -> None:
        with fitting_threads(macs * size), torch.inference_mode():
            for batch in pictures.split(size):
                model(batch)

    return way


def frame_ways(network: OpenNetwork, key: str) -> dict[str, Way]:
    moving, steps = shifting(network), cycle(range(1, 8))

    def frame(shift: Translation) -> object:
        return framed(moving, shift, (key,), lambda: False, parts=False)

    return {
        "bare": bare(network, torch.tensor(moving.scene.still)[None], 1),
        "whole": lambda: frame(Translation(0, next(steps))),
        "between": lambda: frame(Translation(0.0, next(steps) + 0.5)),
    }


def decision_ways(network: OpenNetwork) -> dict[str, Way]:
    moving, passes = shifting(network), Passes(network)
    side = 2 * REACH + 1
    pictures = torch.tensor(moving.scene.shifts(REACH).reshape(side * side, *moving.scene.still.shape))
    return {
        "bare": bare(network, pictures, passes.at_once), "first": lambda: next(moving.decisions(REACH)),
        "all": lambda: list(moving.decisions(REACH)),
    }  # fmt: skip


def milliseconds(way: Way) -> float:
    """Of one call."""
    start = perf_counter()
    way()
    return (perf_counter() - start) * 1e3


def main() -> None:
    kind, id, *words = sys.argv[1:]
    network, rounds = opened(id), int(words[-1])
    ways = frame_ways(network, words[0]) if kind == "frame" else decision_ways(network)
    for way in ways.values():
        way()  # warm
    times = [[milliseconds(way) for way in ways.values()] for _ in range(rounds)]
    print(json.dumps({name: median(taken) for name, taken in zip(ways, zip(*times, strict=True), strict=True)}))


if __name__ == "__main__":
    main()
