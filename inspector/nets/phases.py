"""Where on the picture the maps begin that polyphase poolings have chosen, which is another place for each picture."""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray
from torch import nn

from inspector.core.network.facts import Description
from inspector.core.receptive_field.graph import Graph
from inspector.core.shift.grid import Grid
from inspector.nets.borrowing import layers
from inspector.nets.polyphase import PolyphasePool2d

Begins = NDArray[np.float64]  # (N, 2): pixels, y and x, for each picture of a pass


class Phases:
    """Of a ``network`` whose layers have these ``grids``. Where branches meet, the first one says where the maps begin."""

    def __init__(self, network: nn.Module, description: Description, grids: Mapping[str, Grid]) -> None:
        found = dict(layers(network))
        self._pools = {row.key: layer for row in description.layers
                       if isinstance(layer := found.get(row.name), PolyphasePool2d) and row.key in grids}  # fmt: skip
        self._steps = {key: np.divide(grids[key].jump, layer.pooled.seen.stride) for key, layer in self._pools.items()}
        self._before = _before(description.graph, self._pools) if self._pools else {}
        self._chosen: dict[str, Begins] = {}

    @property
    def keys(self) -> Collection[str]:
        """The layers that choose, which have to be noted as they pass."""
        return self._pools.keys()

    def behind(self, key: str) -> bool:
        """Whether it hangs on a choice where the maps of this layer begin."""
        return bool(self._before.get(key))

    def note(self, key: str) -> None:
        """A layer has passed; what it has chosen holds for all that come later in this pass."""
        if key in self._pools:
            self._chosen[key] = self._pools[key].chosen.cpu().numpy() * self._steps[key]

    def begins(self, key: str) -> Begins | None:
        """How much later than its grid says the maps of a layer begin, of each picture of this pass; None: not at all."""
        pools = self._before.get(key, ())
        return np.sum([self._chosen[pool] for pool in pools], axis=0) if pools else None


def _before(graph: Graph, pools: Collection[str]) -> dict[str, tuple[str, ...]]:
    """For each layer, the pools on its way from the picture, itself among them."""
    found: dict[str, tuple[str, ...]] = {}
    for node in graph.nodes:
        earlier = found.get(node.edges[0].key, ()) if node.edges else ()
        found[node.key] = (*earlier, node.key) if node.key in pools else earlier
    return found
