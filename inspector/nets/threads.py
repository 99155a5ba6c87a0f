"""How many threads a small network is worth."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

SMALL = 8_000_000  # multiply-accumulate operations; LeNet-5 has 0.4 million, the compact VGG 209


@contextmanager
def fitting_threads(macs: int) -> Iterator[None]:
    """Within it, torch computes a small network on the calling thread alone.

    A second thread saves such a network little or nothing, and where another program has its core, torch waits for it at the
    end of every layer: a hundred milliseconds in place of one, seen while the processor was busy.
    """
    before = torch.get_num_threads()
    if macs >= SMALL or before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
