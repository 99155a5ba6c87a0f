"""How fields grow from layer to layer, and where they have grown enough."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from inspector.core.network.facts import Description
from inspector.core.network.steps import INPUT, Step
from inspector.core.receptive_field.compose import layer_fields
from inspector.core.receptive_field.field import LayerField, Pair
from inspector.core.receptive_field.graph import Node
from inspector.core.receptive_field.looks import Look, Whole

COLUMNS = (
    "layer", "kind", "channels", "height", "width", "field_y", "field_x", "jump_y", "jump_x", "padding_y", "padding_x",
    "measured", "exceeds", "unproductive", "note",
)  # fmt: skip


@dataclass(frozen=True)
class DepthRow:
    """One row of the layer list (a step of the network) and its field.

    ``exceeds``: the field is larger than the picture along an axis. ``unproductive``: what goes into the layer has already seen
    the whole picture along every path, and still it looks at neighbours (kernel over 1): it can add no context. Source: Richter,
    Byttner, Krumnack, Schallner and Shenk, Should You Go Deeper? Optimizing Convolutional Neural Network Architectures without
    Training, 2021.
    """

    step: Step
    field: LayerField
    exceeds: bool
    unproductive: bool


def fields_of(description: Description) -> Mapping[str, LayerField]:
    """The field of each layer and operation by its key: from the graph, and as the layers say it where there is no graph."""
    told = {layer.key: LayerField(layer.receptive_field) for layer in description.layers}
    return {**told, **layer_fields(description.graph)}


def depth_rows(description: Description, steps: tuple[Step, ...]) -> tuple[DepthRow, ...]:
    """The rows in the order of the computation."""
    fields, nodes, picture = fields_of(description), description.graph.by_key, description.input[1:]
    return tuple(
        DepthRow(step, field, _exceeds(field, picture), _unproductive(nodes.get(step.key), fields, picture))
        for step in steps
        for field in (fields[step.key],)
    )


def as_csv(rows: tuple[DepthRow, ...]) -> str:
    """The table as CSV with a heading; cells of what is not known are empty."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(map(_cells, rows))
    return text.getvalue()


def _exceeds(field: LayerField, picture: tuple[int, ...]) -> bool:
    return field.field is not None and any(size > side for size, side in zip(field.field.size, picture, strict=True))


def _unproductive(node: Node | None, fields: Mapping[str, LayerField], picture: tuple[int, ...]) -> bool:
    """Whether a layer looks at neighbours where all that it takes has seen the whole picture already."""
    if node is None or not node.edges:
        return False
    looks_around = any(_wide(look, units) for edge in node.edges for look, units in zip(edge.looks, node.grid, strict=True))
    least = [(1, 1) if edge.key == INPUT else fields[edge.key].least for edge in node.edges]
    return looks_around and all(size is not None and _covers(size, picture) for size in least)


def _wide(look: Look, units: int) -> bool:
    return not isinstance(look, Whole) and look.places(units).shape[1] > 1


def _covers(size: Pair, picture: tuple[int, ...]) -> bool:
    return size[0] >= picture[0] and size[1] >= picture[1]


def _cells(row: DepthRow) -> tuple[object, ...]:
    found = row.field.field
    numbers = ("",) * 6 if found is None else (*found.size, *found.jump, *found.padding)
    marks = ("yes" if mark else "no" for mark in (row.field.measured, row.exceeds, row.unproductive))
    return row.step.key, row.step.facts.kind, *row.step.facts.output, *numbers, *marks, row.field.problem
