"""All that is known of one unit, found by the names that a user gives."""

from dataclasses import dataclass
from difflib import get_close_matches

from inspector.core.names import listed
from inspector.core.network.facts import Description
from inspector.core.receptive_field.compose import Box, box, layer_fields
from inspector.core.receptive_field.contamination import box_shares
from inspector.core.receptive_field.effective import EffectiveField, EffectiveNumbers
from inspector.core.receptive_field.field import LayerField, ReceptiveField
from inspector.core.receptive_field.graph import INPUT, FieldError, Graph
from inspector.core.receptive_field.shown import FieldShown

Unit = tuple[int, int]  # (y, x)
NEAR, SOME = 3, 12  # names that are offered instead of an unknown one, and where none is near
ALIKE = 0.4  # how much a name is like another one to be near


@dataclass(frozen=True, eq=False)
class UnitReport:
    """All that is known of a unit (y, x) of a layer; ``map`` None: the gradient is that of all maps summed.

    ``padding``: the share of its box outside the picture. ``shown``: its effective field, None where none was asked for.
    ``inside``: where the share of the energy was asked about, None for its own box. ``notes``: sentences.
    """

    model: str
    layer: str
    unit: Unit
    box: Box
    field: LayerField
    padding: float
    map: int | None = None
    shown: FieldShown | None = None
    inside: Box | None = None
    notes: tuple[str, ...] = ()

    @property
    def measured(self) -> tuple[EffectiveField, EffectiveNumbers] | None:
        """The effective field and its numbers, where there is one that is of use."""
        return None if self.shown is None or self.shown.numbers is None else (self.shown.effective, self.shown.numbers)


def unit_report(
    model: str, description: Description, layer: str, unit: Unit | None = None, map: int | None = None
) -> UnitReport:  # fmt: skip
    """What is known of a unit from the graph alone. ``layer`` as ``find_layer`` takes it; ``unit`` None: the one in the middle.

    Raises FieldError for a layer, a unit or a map that is not there, and where the field of the layer is not known or not right.
    """
    key = find_layer(model, description.graph, layer)
    field = _field(description.graph, key)
    chosen = _chosen(description.graph.grid(key), unit, key)
    _check_map(description, key, map)
    return UnitReport(
        model=model, layer=key, unit=chosen, box=box(description.graph, key, chosen), field=field,
        padding=float(box_shares(description.graph, key)[chosen]), map=map,
        notes=(description.graph.note,) if description.graph.note else (),
    )  # fmt: skip


def find_layer(model: str, graph: Graph, name: str) -> str:
    """The key of the layer or operation called so, or of the last one in the part of the network called so. Raises FieldError."""
    keys = (INPUT, *graph.by_key)
    if name in keys:
        return name
    if inside := [key for key in keys if key.startswith(f"{name}.")]:
        return inside[-1]
    near = get_close_matches(name, keys, NEAR, ALIKE)
    offered = f"near it are {', '.join(map(repr, near))}" if near else f"there are {listed(keys, SOME)}"
    raise FieldError(f"there is no layer {name!r} in {model}; {offered}")


def _field(graph: Graph, key: str) -> LayerField:
    if key == INPUT:
        return LayerField(ReceptiveField(), (1, 1))
    field = layer_fields(graph)[key]
    if field.problem:
        raise FieldError(f"layer {key!r}: {field.problem}")
    return field


def _chosen(grid: tuple[int, int], unit: Unit | None, key: str) -> Unit:
    """The unit that is wished, else the one in the middle."""
    if unit is None:
        return grid[0] // 2, grid[1] // 2
    if 0 <= unit[0] < grid[0] and 0 <= unit[1] < grid[1]:
        return unit
    y, x = unit
    if grid == (1, 1):
        raise FieldError(f"unit {y},{x}: layer {key!r} has no grid of units, only maps; leave the unit out, and choose a map")
    raise FieldError(
        f"unit {y},{x}: layer {key!r} has {grid[0]} × {grid[1]} units, row and column from 0,0 to {grid[0] - 1},{grid[1] - 1}"
    )


def _check_map(description: Description, key: str, map: int | None) -> None:
    maps = {INPUT: description.input[0], **{layer.key: layer.output[0] for layer in description.layers}}
    if map is not None and key in maps and not 0 <= map < maps[key]:
        raise FieldError(f"map {map}: the maps of layer {key!r} are counted from 0 to {maps[key] - 1}")
