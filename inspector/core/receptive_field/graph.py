"""The graph of a network as its receptive fields need it; plain values, made by ``inspector.nets``."""

from dataclasses import dataclass, field
from functools import cached_property

from inspector.core.receptive_field.looks import SAME, Looks

INPUT = "input"  # the key of the picture; no node has it


class FieldError(ValueError):
    """A field that cannot be told: an unknown key, a unit outside the layer, an origin that is not known."""


@dataclass(frozen=True)
class Edge:
    """One of the tensors that a node takes, by the key of the node that made it, and how the node looks at it."""

    key: str
    looks: Looks = SAME


@dataclass(frozen=True)
class Node:
    """A layer or an operation such as an addition.

    ``grid``: height and width of its output, (1, 1) for a vector. ``edges`` are empty for constants, which see nothing.
    ``kind`` for messages, such as "Conv2d" or "add". ``measured``: how it looks was found by trying (gradients,
    or else changed pixels), not from what it is; too small if some gradient happened to vanish. ``problem``: why it is not
    known what it takes, or "".
    """

    key: str
    kind: str
    edges: tuple[Edge, ...]
    grid: tuple[int, int]
    measured: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Graph:
    """Nodes in the order of the computation, so that each comes after those that it takes. ``size``: (H, W) of the picture.

    ``note``: what the user must know of the whole graph, such as that it depends on the picture, or "".
    """

    size: tuple[int, int]
    nodes: tuple[Node, ...] = field(repr=False)
    note: str = ""

    @cached_property
    def by_key(self) -> dict[str, Node]:
        """The nodes by their keys."""
        return {node.key: node for node in self.nodes}

    def node(self, key: str) -> Node:
        """Raises FieldError for a key that no node has."""
        try:
            return self.by_key[key]
        except KeyError:
            raise FieldError(f"there is no layer {key!r}, only {', '.join(self.by_key)}") from None

    def grid(self, key: str) -> tuple[int, int]:
        """Height and width of what a node makes, or of the picture; raises as ``node`` does."""
        return self.size if key == INPUT else self.node(key).grid

    def check_unit(self, key: str, unit: tuple[int, int]) -> None:
        """Raises FieldError for a unit that the layer, or the picture, does not have, and as ``node`` does."""
        height, width = self.grid(key)
        if not (0 <= unit[0] < height and 0 <= unit[1] < width):
            what = "the picture" if key == INPUT else f"layer {key!r}"
            raise FieldError(f"unit {unit[0]},{unit[1]} is outside of {what}, which has {height} × {width}, counted from 0,0")
