"""What an effective field costs: prints medians in milliseconds, and the batch size, of ways that are taken in turn.

``gradients.py unit NETWORK KEY ROUNDS``: of the middle unit of the layer KEY for one picture. "bare" is torch's own forward and
backward pass of the layers up to it, "effective" what the window calls, "pins" the same for 8 units at once.
``gradients.py average NETWORK KEY ROUNDS``: over 64 pictures of noise. "bare" is torch's own backward pass of batches of the
same size, which lie in memory; "average" what the window calls, which also draws the noise.
The clock is read right before and right after each way; the network is in evaluation mode and has random weights.
"""

import json
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np
import torch
from torch import Tensor, nn

from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.picture import Picture
from inspector.core.receptive_field.effective import Target
from inspector.core.receptive_field.sample import Sample
from inspector.nets import OpenNetwork, open_network
from inspector.nets.gradients import Gradients
from inspector.nets.threads import fitting_threads

PICTURES, PINS = 64, 8
Way = Callable[[], object]


def layers_up_to(network: nn.Module, key: str) -> nn.Sequential:
    """Of a network that passes its layers in the order of writing."""
    flat = [(name, layer) for name, layer in network.named_modules() if not any(layer.children())]
    count = [name for name, _ in flat].index(key) + 1
    return nn.Sequential(*(layer for _, layer in flat[:count])).eval().requires_grad_(False)


def bare(layers: nn.Module, values: Tensor, unit: tuple[int, int]) -> Tensor:
    """The gradient of the unit, all maps summed, of each picture."""
    leaf = values.clone().requires_grad_()
    made = layers(leaf)
    seed = torch.zeros_like(made)
    seed[:, :, unit[0], unit[1]] = 1
    return torch.autograd.grad(made, leaf, seed)[0]


def unit_ways(network: OpenNetwork, target: Target) -> dict[str, Way]:
    _, height, width = network.facts.description.input
    picture = Picture(np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8), 0, 255, "noise")
    layers, values = layers_up_to(network.trained.network, target.key), network.values(picture)
    pins = [Target(target.key, (target.unit[0], x)) for x in range(PINS)]

    def alone() -> Tensor:
        with fitting_threads(network.facts.description.macs):
            return bare(layers, values, target.unit)

    return {
        "bare": alone, "effective": lambda: network.effective(picture, (target,)),
        "pins": lambda: network.effective(picture, pins),
    }  # fmt: skip


def average_ways(network: OpenNetwork, target: Target, size: int) -> dict[str, Way]:
    values = torch.randn(PICTURES, *network.facts.description.input)
    layers = layers_up_to(network.trained.network, target.key)

    def alone() -> None:
        with fitting_threads(network.facts.description.macs * size):
            for batch in values.split(size):
                bare(layers, batch, target.unit)

    return {"bare": alone, "average": lambda: network.average(Sample(noise=PICTURES), target)}


def milliseconds(way: Way) -> float:
    """Of one call."""
    start = perf_counter()
    way()
    return (perf_counter() - start) * 1e3


def main() -> None:
    kind, id, key, rounds = *sys.argv[1:4], int(sys.argv[4])
    network = open_network(ModelChoice(ModelKind.UNTRAINED, id))
    ((height, width),) = [row.output[1:] for row in network.facts.description.layers if row.key == key]
    target = Target(key, (height // 2, width // 2))
    size = min(Gradients(network.trained, network.facts.description).at_once((key,)), PICTURES)
    ways = unit_ways(network, target) if kind == "unit" else average_ways(network, target, size)
    if kind == "unit":
        for way in ways.values():
            way()  # warm
    times = [[milliseconds(way) for way in ways.values()] for _ in range(rounds)]
    found = {name: median(taken) for name, taken in zip(ways, zip(*times, strict=True), strict=True)}
    print(json.dumps({**found, "size": size}))


if __name__ == "__main__":
    main()
