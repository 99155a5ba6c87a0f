"""What recording costs: prints the medians in milliseconds of a bare forward pass and of recorded ones, taken in turn.

``recording.py NETWORK ROUNDS PASSES``: of each way, PASSES passes in a row make a turn, of which there are ROUNDS. The clock is
read right before and right after the call that takes the input and returns the output or the recording; the network is in
evaluation mode and has random weights. "record" places and removes the hooks in each pass, "watch" once a turn.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from statistics import median
from time import perf_counter

import torch
from torch import Tensor, nn

from inspector.nets import describe, entry
from inspector.nets.recording import Recorder

Pass = Callable[[Tensor], object]


@contextmanager
def plain(network: nn.Module) -> Iterator[Pass]:
    """What recording is compared with."""

    def once(values: Tensor) -> Tensor:
        with torch.no_grad():
            made: Tensor = network(values)
            return made

    yield once


@contextmanager
def recorded(recorder: Recorder, keys: list[str] | None) -> Iterator[Pass]:
    """Hooks placed and removed in each pass."""
    yield lambda values: recorder.record(values, keys)


def turn(way: Callable[[], AbstractContextManager[Pass]], values: Tensor, passes: int) -> list[float]:
    """Seconds of each pass; the first, which finds a cold cache, is left out where there are others."""
    seconds = []
    with way() as once:
        for _ in range(passes):
            start = perf_counter()
            once(values)
            seconds.append(perf_counter() - start)
    return seconds[1:] or seconds


def main() -> None:
    one, rounds, passes = entry(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    network = one.build().eval()
    recorder, values = Recorder(network), torch.rand(1, *one.input)
    layers = describe(network, one.input).layers
    middle = [layers[len(layers) // 2].key]
    ways = {
        "bare": partial(plain, network),
        "record all": partial(recorded, recorder, None), "record one": partial(recorded, recorder, middle),
        "watch all": recorder.watching, "watch one": partial(recorder.watching, middle),
    }  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        turn(way, values, 1)  # warm
    for _ in range(rounds):
        for name, way in ways.items():
            times[name] += turn(way, values, passes)
    print(json.dumps({name: median(seconds) * 1e3 for name, seconds in times.items()}))


main()
