"""How much of what a unit sees is padding and not picture."""

import numpy as np
from numpy.typing import NDArray

from inspector.core.receptive_field.graph import Graph

Shares = NDArray[np.float64]  # (H, W) of the layer, each in [0, 1]


def box_shares(graph: Graph, key: str) -> Shares:
    """For every unit of a layer, the share of its box that lies outside the picture. Raises FieldError as ``spans`` does."""
    raise NotImplementedError


def energy_shares(graph: Graph, key: str, heat: NDArray[np.float32], unit: tuple[int, int]) -> Shares:
    """For every unit of a layer, the share of its effective energy that would lie outside the picture.

    ``heat`` (H, W) of the picture is the effective field of ``unit``, best one in the middle; every other unit is taken to have
    the same field moved by the jump, and what then lies outside the picture is what padding stands for. Where the field of
    ``unit`` is itself cut by the edge, what is cut is not counted, and the shares are too small.

    Raises FieldError as ``spans`` does, and where the layer has no regular jump; ValueError where ``heat`` has no energy.
    """
    raise NotImplementedError
