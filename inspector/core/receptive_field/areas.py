"""Exactly which pixels a unit sees, with the holes that dilation and strides leave, and which units see a pixel."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.core.receptive_field.graph import Graph

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Area:
    """A set of places of a grid as a union of products of rows and columns: ``(rows (H,) bool, columns (W,) bool)`` each."""

    parts: tuple[tuple[Mask, Mask], ...]

    def mask(self) -> Mask:
        """``(H, W)``, True for the places of the set."""
        raise NotImplementedError


def seen(graph: Graph, key: str, unit: tuple[int, int]) -> Area:
    """The pixels of the picture that the unit (y, x) sees; nothing outside. Raises FieldError as ``compose.box`` does."""
    raise NotImplementedError


def seers(graph: Graph, pixel: tuple[int, int]) -> Mapping[str, Area]:
    """The projective field of the pixel (y, x): for each node by its key, which of its units see it.

    Nodes of which it is not known what they take are left out. Raises FieldError for a pixel outside the picture.
    """
    raise NotImplementedError
