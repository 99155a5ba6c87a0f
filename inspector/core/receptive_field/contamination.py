"""How much of what a unit sees is padding and not picture."""

import numpy as np
from numpy.typing import NDArray

from inspector.core.receptive_field.compose import Spans, layer_fields, spans
from inspector.core.receptive_field.field import ReceptiveField, Step
from inspector.core.receptive_field.graph import INPUT, FieldError, Graph

Shares = NDArray[np.float64]  # (H, W) of the layer, each in [0, 1]


def box_shares(graph: Graph, key: str) -> Shares:
    """For every unit of a layer, the share of its box that lies outside the picture. Raises FieldError as ``spans`` does."""
    inside = [_inside(along, pixels) for along, pixels in zip(spans(graph, key), graph.size, strict=True)]
    return 1 - np.outer(*inside)


def energy_shares(graph: Graph, key: str, heat: NDArray[np.floating], unit: tuple[int, int]) -> Shares:
    """For every unit of a layer, the share of its effective energy that would lie outside the picture.

    ``heat`` (H, W) of the picture is the effective field of ``unit``, best one in the middle; every other unit is taken to have
    the same field moved by the jump, and what then lies outside the picture is what padding stands for. Where the field of
    ``unit`` is itself cut by the edge, what is cut is not counted, and the shares are too small.

    Raises FieldError as ``spans`` does, and where the layer has no regular jump; ValueError where ``heat`` has no energy or is
    not of the size of the picture.
    """
    graph.check_unit(key, unit)
    if heat.shape != graph.size:
        raise ValueError(f"a field of {heat.shape} is not one of this picture, which is {graph.size}")
    table = np.zeros((heat.shape[0] + 1, heat.shape[1] + 1))
    table[1:, 1:] = heat.cumsum(axis=0, dtype=np.float64).cumsum(axis=1)
    if not 0 < table[-1, -1] < np.inf:
        raise ValueError("the effective field has no energy")
    (top, bottom), (left, right) = (
        _kept(graph.grid(key)[axis], unit[axis], jump, graph.size[axis]) for axis, jump in enumerate(_jumps(graph, key))
    )
    inside = table[bottom][:, right] - table[top][:, right] - table[bottom][:, left] + table[top][:, left]
    shares: Shares = np.clip(1 - inside / table[-1, -1], 0, 1)
    return shares


def _inside(along: Spans, pixels: int) -> NDArray[np.float64]:
    """Which share of each span lies in the picture."""
    there = np.clip(along, 0, pixels)
    share: NDArray[np.float64] = (there[:, 1] - there[:, 0]) / (along[:, 1] - along[:, 0])
    return share


def _jumps(graph: Graph, key: str) -> tuple[Step, Step]:
    if key == INPUT:
        return ReceptiveField().jump
    found = layer_fields(graph)[key]
    if found.field is None:
        raise FieldError(found.problem or f"the units of layer {key!r} are not equally far apart on the picture")
    return found.field.jump


def _kept(units: int, unit: int, jump: Step, pixels: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each unit along an axis, from where to where the field of ``unit`` is in the picture when it is moved to that one."""
    moved = np.array([int((other - unit) * jump // 1) for other in range(units)], np.int64)
    return np.clip(-moved, 0, pixels), np.clip(pixels - moved, 0, pixels)
