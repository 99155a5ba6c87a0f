"""What recording costs: prints the medians in milliseconds of a bare forward pass and of recorded ones, taken in turn.

``recording.py NETWORK ROUNDS``: each round has one pass of each way. The clock is read right before and right after the call
that takes the input and returns the output or the recording; the network is in evaluation mode and has random weights. "record"
places and removes the hooks within the call, as for a single picture; "watch" has placed them before, as for many.
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


def seconds(way: Callable[[], AbstractContextManager[Pass]], values: Tensor) -> float:
    """Of one pass."""
    with way() as once:
        start = perf_counter()
        once(values)
        return perf_counter() - start


def main() -> None:
    one, rounds = entry(sys.argv[1]), int(sys.argv[2])
    network = one.build().eval()
    recorder, values = Recorder(network), torch.rand(1, *one.input)
    layers = describe(network, one.input).layers
    middle = [layers[len(layers) // 2].key]
    ways = {
        "bare": partial(plain, network),
        "record all": partial(recorded, recorder, None), "record one": partial(recorded, recorder, middle),
        "watch all": recorder.watching, "watch one": partial(recorder.watching, middle),
    }  # fmt: skip
    for way in ways.values():
        seconds(way, values)  # warm
    times = [[seconds(way, values) for way in ways.values()] for _ in range(rounds)]
    print(json.dumps({name: median(taken) * 1e3 for name, taken in zip(ways, zip(*times, strict=True), strict=True)}))


main()
