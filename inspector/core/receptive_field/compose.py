"""From the graph to the fields of its layers: sizes and jumps of whole layers, and the exact box of any unit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from inspector.core.receptive_field.axis import Even
from inspector.core.receptive_field.field import LayerField, Pair, ReceptiveField, Step
from inspector.core.receptive_field.graph import INPUT, FieldError, Graph
from inspector.core.receptive_field.paths import Paths, misaligned, paths_along

Box = tuple[int, int, int, int]  # (y0, x0, y1, x1), half open
Spans = NDArray[np.int64]  # (units, 2): first place and the one behind the last


# ---- one unit --------------------------------------------------------------------------------------------------


def box(graph: Graph, key: str, unit: tuple[int, int]) -> Box:
    """The pixels from the first to the last that the unit (y, x) sees, also those outside of the picture.

    The unit of "input" is a pixel. Raises FieldError for an unknown key, a unit outside the layer, where it is not known what
    the layer takes, and where it takes nothing of the picture.
    """
    graph.check_unit(key, unit)
    (y0, y1), (x0, x1) = (_span(graph, key, axis, unit[axis]) for axis in (0, 1))
    return y0, x0, y1, x1


def spans(graph: Graph, key: str) -> tuple[Spans, Spans]:
    """The boxes of all units of a layer: along y for each row of units, along x for each column. Raises as ``box`` does."""
    rows, columns = (
        np.array([_span(graph, key, axis, unit) for unit in range(units)], np.int64).reshape(units, 2)
        for axis, units in enumerate(graph.grid(key))
    )
    return rows, columns


def _span(graph: Graph, key: str, axis: int, unit: int) -> Pair:
    """Along an axis, the first pixel that a unit sees and the one behind the last; walks back through all that it takes."""
    asked = {key: (unit, unit)}
    for node in reversed(graph.nodes):
        units = asked.pop(node.key, None)
        if units is None:
            continue
        if node.problem:
            raise FieldError(f"what layer {key!r} sees is not known: {node.problem}")
        for edge in node.edges:
            first, last = edge.looks[axis].span(*units)
            there = asked.get(edge.key)
            asked[edge.key] = (first, last) if there is None else (min(first, there[0]), max(last, there[1]))
    if INPUT not in asked:
        raise FieldError(f"layer {key!r} sees nothing of the picture")
    return asked[INPUT][0], asked[INPUT][1] + 1


# ---- whole layers ----------------------------------------------------------------------------------------------


def layer_fields(graph: Graph) -> Mapping[str, LayerField]:
    """The field of every node by its key; nothing is raised, problems are told in the values.

    Where paths meet, the field is from the first to the last pixel of all of them; a node where their jumps differ, and all
    nodes behind it, have no field but a problem that names two such paths.
    """
    along = paths_along(graph, 0), paths_along(graph, 1)
    measured, problems, fields = {INPUT: False}, {INPUT: ""}, {}
    for node in graph.nodes:
        measured[node.key] = node.measured or any(measured[edge.key] for edge in node.edges)
        inherited = next((problems[edge.key] for edge in node.edges if problems[edge.key]), "")
        own = node.problem or misaligned(node, 0, along[0]) or misaligned(node, 1, along[1])
        problems[node.key] = inherited or own
        paths = [found[node.key] for found in along if node.key in found]
        fields[node.key] = replace(_field(paths, problems[node.key], graph.size), measured=measured[node.key])
    return fields


def _field(paths: Sequence[Paths], problem: str, picture: Pair) -> LayerField:
    """Of the ``paths`` along y and x, which are none where nothing is seen."""
    if not paths:
        return LayerField(None, problem=problem)
    y, x = (each.all for each in paths)
    covers = y.covers(picture[0]), x.covers(picture[1])
    if problem or not (isinstance(y, Even) and isinstance(x, Even) and y.advance and x.advance):
        return LayerField(None, problem=problem, covers=(not problem and covers[0], not problem and covers[1]))
    field = ReceptiveField((y.size, x.size), (_step(y.jump), _step(x.jump)), (-y.span(0, 0)[0], -x.span(0, 0)[0]))
    return LayerField(field, (paths[0].least.size, paths[1].least.size), covers=covers)


def _step(jump: Fraction) -> Step:
    return jump.numerator if jump.denominator == 1 else jump
