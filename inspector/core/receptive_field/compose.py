"""From the graph to the fields of its layers: sizes and jumps of whole layers, and the exact box of any unit."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from inspector.core.receptive_field.field import LayerField
from inspector.core.receptive_field.graph import Graph

Box = tuple[int, int, int, int]  # (y0, x0, y1, x1), half open
Spans = NDArray[np.int64]  # (units, 2): first place and the one behind the last


def layer_fields(graph: Graph) -> Mapping[str, LayerField]:
    """The field of every node by its key; nothing is raised, problems are told in the values."""
    raise NotImplementedError


def box(graph: Graph, key: str, unit: tuple[int, int]) -> Box:
    """The pixels from the first to the last that the unit (y, x) sees, also those outside of the picture.

    Raises FieldError for an unknown key, a unit outside the layer, and where it is not known what the layer takes.
    """
    raise NotImplementedError


def spans(graph: Graph, key: str) -> tuple[Spans, Spans]:
    """The boxes of all units of a layer: along y for each row of units, along x for each column. Raises as ``box`` does."""
    raise NotImplementedError
