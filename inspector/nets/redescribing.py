"""What is known of a network after surgery: the graph stays, sizes and the looks of the altered layers do not."""

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor, nn

from inspector.core.network.facts import Description, LayerFacts
from inspector.core.receptive_field.compose import layer_fields
from inspector.core.receptive_field.graph import INPUT, Edge, Graph, Node
from inspector.core.receptive_field.looks import Listed, Looks, Whole
from inspector.nets.recording import record
from inspector.nets.windows import macs, window

Size = tuple[int, int]

_ADAPTIVE = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)  # their windows change with the size of the maps


def redescribed(description: Description, before: nn.Module, after: nn.Module) -> Description:
    """The description of ``after``, which is ``before``, as described, with other layers in some places.

    Fields are those of the geometry: what is seen round the edge counts as lying beyond it, as padding of zeros does. A picture
    of zeros is passed. Raises ValueError that names the layer behind which it does not pass.
    """
    first = next(after.parameters(), torch.zeros(()))
    picture = torch.zeros(1, *description.input, device=first.device, dtype=first.dtype)
    maps = {INPUT: picture, **record(after, picture).maps}
    changed = {row.key: layer for row in description.layers
               if isinstance(layer := after.get_submodule(row.name), _ADAPTIVE)
               or type(layer) is not type(before.get_submodule(row.name))}  # fmt: skip
    graph = _regraphed(description.graph, changed, maps)
    fields = layer_fields(graph)
    layers = [replace(_row(row, after.get_submodule(row.name), maps), receptive_field=fields[row.key].field)
              for row in description.layers]  # fmt: skip
    return replace(description, macs=sum(row.macs for row in layers), layers=tuple(layers), graph=graph)


def _row(row: LayerFacts, layer: nn.Module, maps: Mapping[str, Tensor]) -> LayerFacts:
    made = maps.get(row.key)
    if made is None:
        return row
    channels, height, width = (*made.shape[1:], 1, 1)[:3]
    cost = macs(layer, maps.get(row.takes, made), made)
    size = made.numel() * made.element_size()
    return replace(row, kind=type(layer).__name__, output=(channels, height, width), macs=cost, bytes=size)


def _regraphed(graph: Graph, changed: Mapping[str, nn.Module], maps: Mapping[str, Tensor]) -> Graph:
    """The same nodes, with the grids that they have now."""
    grids, nodes = {INPUT: graph.size}, []
    for node in graph.nodes:
        grids[node.key] = _size(maps[node.key]) if node.key in maps else _operated(node, graph, grids)
        edges = tuple(_edge(edge, changed.get(node.key), maps, grids, grids[node.key]) for edge in node.edges)
        nodes.append(replace(node, grid=grids[node.key], edges=edges))
    return replace(graph, nodes=tuple(nodes))


def _operated(node: Node, graph: Graph, grids: Mapping[str, Size]) -> Size:
    """The grid of an operation, which keeps that of what it takes if it did before."""
    same = [grids[edge.key] for edge in node.edges if graph.grid(edge.key) == node.grid]
    return same[0] if same else node.grid


def _edge(edge: Edge, layer: nn.Module | None, maps: Mapping[str, Tensor], grids: Mapping[str, Size], grid: Size) -> Edge:
    """How the node with this ``grid`` looks at one of those that it takes; ``layer``, if that may have changed."""
    if layer is None or edge.key not in maps:
        return replace(edge, looks=_resized(edge.looks, grids[edge.key]))
    seen = window(layer, maps[edge.key])
    return replace(edge, looks=_uneven(grids[edge.key], grid) if seen is None else seen.looks)


def _uneven(given: Size, made: Size) -> Looks:
    """Windows of an adaptive pooling, unit by unit, as torch places them."""
    y, x = (Listed(tuple(tuple(range(unit * side // units, -(-(unit + 1) * side // units))) for unit in range(units)))
            for side, units in zip(given, made, strict=True))  # fmt: skip
    return y, x


def _resized(looks: Looks, grid: Size) -> Looks:
    """What sees all still sees all."""
    y, x = (Whole(side) if isinstance(look, Whole) else look for look, side in zip(looks, grid, strict=True))
    return y, x


def _size(made: Tensor) -> Size:
    height, width = (*made.shape[2:], 1, 1)[:2]
    return int(height), int(width)
