"""In which layers of a round network an error is not known to be one of sub-sampling alone."""

from collections.abc import Mapping

from torch import nn

from inspector.core.network.facts import Description
from inspector.core.receptive_field.compose import layer_fields
from inspector.core.receptive_field.graph import INPUT, Graph, Node
from inspector.core.shift.grid import Grid
from inspector.core.shift.splitting import Unsplit
from inspector.core.shift.transforms import Size
from inspector.nets.bordered import BorderedConv2d, BorderedPool2d
from inspector.nets.borrowing import layers
from inspector.nets.layers import LocallyConnected2d
from inspector.nets.polyphase import BlurPool2d, PolyphasePool2d


def unsplit_layers(network: nn.Module, description: Description, window: Size) -> dict[str, Unsplit]:
    """Of a ``network`` with circular padding that is shown a round picture of ``window``, the reason for each such layer.

    What holds for a layer holds for all that come behind it.
    """
    found, by_path = dict[str, Unsplit](), dict(layers(network))
    made_by = {row.key: by_path.get(row.name) for row in description.layers}
    round_ = {INPUT: True, **_round(description.graph, window)}
    for node in description.graph.nodes:
        before = [found[edge.key] for edge in node.edges if edge.key in found]
        reason = _own(made_by.get(node.key), node, round_) or next(iter(before), None)
        if reason is not None:
            found[node.key] = reason
    return found


def _round(graph: Graph, window: Size) -> dict[str, bool]:
    """Whether the maps of each node cover the picture without seam."""
    fields = layer_fields(graph)
    return {node.key: field is not None and Grid.of(node.grid, field).tiles(window)
            for node in graph.nodes for field in (fields[node.key].field,)}  # fmt: skip


def _own(layer: nn.Module | None, node: Node, round_: Mapping[str, bool]) -> Unsplit | None:
    if isinstance(layer, LocallyConnected2d):
        return Unsplit.UNSHARED
    seamless = all(round_.get(edge.key, False) for edge in node.edges)
    return None if seamless or not _looks_beyond(layer) else Unsplit.SEAM


def _looks_beyond(layer: nn.Module | None) -> bool:
    """Whether a layer sees round the edge of what it takes."""
    match layer:
        case BlurPool2d() | PolyphasePool2d():
            return layer.pooled.seen.stride != (1, 1)
        case BorderedPool2d():
            return layer.edges.complete or any(layer.pooled.seen.padding)
        case BorderedConv2d():
            return layer.edges.complete or any(layer.padding)
        case _:
            return False
