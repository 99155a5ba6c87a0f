"""The paths from the picture to each layer, along one axis: what units see through all of them, and where they do not fit."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from inspector.core.receptive_field.axis import Axis, Even, through, union
from inspector.core.receptive_field.graph import INPUT, Graph, Node

NAMES = ("y", "x")  # of the axes
LONGEST = 8  # keys of a path that are all named


class Paths(NamedTuple):
    """What the units of a node see along an axis.

    ``all``: along all paths together; ``least``: along the one that sees least. ``arriving``: which nodes it takes whose units
    do not all see the same, each with the jump that units have along this path.
    """

    all: Axis = Even()
    least: Axis = Even()
    arriving: tuple[tuple[str, Fraction], ...] = ()


def paths_along(graph: Graph, axis: int) -> Mapping[str, Paths]:
    """The paths to the picture and to each node that sees some of it, by its key; axis 0 is y."""
    found = {INPUT: Paths()}
    for node in graph.nodes:
        meeting = [(edge.key, _through(graph, node, number, axis, found[edge.key]))
                   for number, edge in enumerate(node.edges) if edge.key in found]  # fmt: skip
        if meeting:
            found[node.key] = _union(meeting, node.grid[axis])
    return found


def misaligned(node: Node, axis: int, found: Mapping[str, Paths]) -> str:
    """A sentence that names two paths that meet in a node with different jumps, each from where they part; "" if there are none.

    A single unit has no neighbour that could be at another distance.
    """
    arriving = found[node.key].arriving if node.key in found else ()
    others = [(key, jump) for key, jump in arriving if jump != arriving[0][1]]
    if not others or node.grid[axis] == 1:
        return ""
    there, back = (_back(key, found) for key in (arriving[0][0], others[0][0]))
    parting = next(key for key in there if key in back)
    left, right = _path(there, parting, arriving[0][1]), _path(back, parting, others[0][1])
    return f"the paths {left} and {right} meet in {node.key} with different jumps along {NAMES[axis]}"


def _through(graph: Graph, node: Node, number: int, axis: int, paths: Paths) -> Paths:
    edge = node.edges[number]
    look, places, units = edge.looks[axis], graph.grid(edge.key)[axis], node.grid[axis]
    wide = through(paths.all, look, places, units)
    return Paths(wide, wide if paths.least is paths.all else through(paths.least, look, places, units))


def _union(meeting: Sequence[tuple[str, Paths]], units: int) -> Paths:
    wide = union([paths.all for _, paths in meeting], units)
    least = min((paths.least for _, paths in meeting), key=lambda least: least.size)
    return Paths(wide, least, tuple((key, paths.all.jump) for key, paths in meeting if paths.all.jump))


def _back(key: str, found: Mapping[str, Paths]) -> list[str]:
    """The keys from a node back to the picture."""
    keys = [key]
    while keys[-1] != INPUT:
        keys.append(found[keys[-1]].arriving[0][0])
    return keys


def _path(back: Sequence[str], parting: str, jump: Fraction) -> str:
    keys = list(reversed(back[: back.index(parting)]))
    if len(keys) > LONGEST:
        keys[LONGEST // 2 : -LONGEST // 2] = ["…"]
    return f"{' → '.join(keys) or f'straight from {parting}'} (jump {jump})"
