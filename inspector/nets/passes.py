"""Many versions of one picture passed through a network, as many at a time as memory and cache bear."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from inspector.core.network.facts import layer_key
from inspector.core.network.settings import Alteration
from inspector.core.shift.measures import Numbers
from inspector.nets.altering import AlterationError, altered
from inspector.nets.borrowing import FORWARD_FAULTS, as_its_own, borrowed, layers, stuck
from inspector.nets.evaluation import probabilities
from inspector.nets.handing_on import maps_in
from inspector.nets.opened import OpenNetwork
from inspector.nets.prepared import LONGEST
from inspector.nets.threads import fitting_threads
from kernels import Cancel, Cancelled

BUDGET = 64 << 20  # bytes that the maps of one pass may take at any time, of what it keeps and compares
MOST = 208  # pictures of one pass: LeNet-5 is fastest with about 200, from 256 on its maps leave the cache
ALIVE = 4  # maps of the largest layer that exist at a time: what goes in, what comes out, what is compared

Watch = Callable[[str, Tensor], None]  # is told the key of a layer and what it made of all pictures (n, C, h, w)


@dataclass(frozen=True, eq=False)
class Passes:
    """Passes pictures through a network, altered as asked, in evaluation mode; it is handed back as it was found."""

    network: OpenNetwork
    alterations: Sequence[Alteration] = ()

    @property
    def at_once(self) -> int:
        """How many pictures one pass takes. The user's own code is given one at a time: it may do anything with several."""
        description = self.network.facts.description
        each = ALIVE * max([4 * prod(description.input), *(row.bytes for row in description.layers)])
        return 1 if self.network.trained.foreign else min(max(BUDGET // each, 1), MOST)

    def judged(
        self, shares: NDArray[np.float32], cancel: Cancel, keys: Collection[str] = (), watch: Watch = lambda key, made: None
    ) -> Numbers:
        """The probabilities (n, classes) float64 of pictures (n, C, H, W), white being 1; NaN where outputs are not finite.

        A network without classes has (n, 0).

        ``watch`` sees what the layers ``keys`` make as they make it; what it does with it has to be done when it returns.

        Raises:
            Cancelled: ``cancel`` said yes, which is asked before each pass.
            ValueError: an alteration is impossible, the network's forward raises or, as foreign code, takes too long, or its
                outputs are not one number for each class.
        """
        if cancel():
            raise Cancelled
        trained = self.network.trained
        with fitting_threads(self.network.facts.description.macs * len(shares)):
            own = shares if shares.flags.writeable else shares.copy()  # of which torch would complain
            values = trained.preprocessing.normalized(torch.from_numpy(own))
            run = partial(self._passed, as_its_own(values, trained.network), keys, watch)
            output = trained.limited(run, cancel, LONGEST * len(shares))
            return probabilities(output, len(trained.class_names), len(shares))

    def _passed(self, values: Tensor, keys: Collection[str], watch: Watch) -> Any:
        network = self.network.trained.network
        observer = _Observer(keys, len(values), watch)
        with altered(network, self.alterations), borrowed(tuple(network.modules()), observer.hooks(network)):
            return _forward(network, values, observer)


class _Observer:
    """Counts the passes of each layer, and hands on what it makes."""

    def __init__(self, keys: Collection[str], pictures: int, watch: Watch) -> None:
        self._keys, self._pictures, self._watch = frozenset(keys), pictures, watch
        self._calls: Counter[str] = Counter()
        self.passed: list[str] = []

    def hooks(self, network: nn.Module) -> Iterator[RemovableHandle]:
        """On the layers that are asked for."""
        paths = {*self._keys, *(key.rpartition(":")[0] for key in self._keys)}
        for name, layer in layers(network):
            if name in paths:
                yield layer.register_forward_hook(partial(self._leaves, name))

    def _leaves(self, name: str, layer: nn.Module, given: tuple[Any, ...], made: Any) -> None:
        self._calls[name] += 1
        self.passed.append(name)
        key, maps = layer_key(name, self._calls[name]), maps_in(made, self._pictures)
        if key in self._keys and maps is not None:
            self._watch(key, maps.reshape((*maps.shape, 1, 1)[:4]))


def _forward(network: nn.Module, values: Tensor, observer: _Observer) -> Any:
    try:
        with torch.inference_mode():
            return network(values)
    except (Cancelled, AlterationError):
        raise
    except FORWARD_FAULTS as error:
        raise stuck(network, tuple(values.shape[1:]), observer.passed, error) from error
