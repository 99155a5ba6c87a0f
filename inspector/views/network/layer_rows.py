"""What the layer list says of a network: the cells of each row, short, and all of it exactly in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from inspector.core.network.depth import fields_of
from inspector.core.network.facts import Description, LayerFacts, Shape
from inspector.core.network.steps import INPUT, Step
from inspector.core.network.text import percent, size
from inspector.core.numbers_text import significant
from inspector.core.receptive_field.field import LayerField

COLUMNS = ("layer", "output", "params", "MACs", "memory", "r")
EXPLANATIONS = (
    "The layer's name in the network, with its norm and activation function folded in",
    "The size of the output: maps × height × width",
    "Parameters; the bar is the share of the network's",
    "Multiply-accumulate operations for one picture; the bar is the share of the network's",
    "Memory of the output; the bar is the share of all outputs listed here",
    "Receptive field: the side in pixels of what one unit sees of the input",
)
PREFIXES = ("", "k", "M", "G", "T")


@dataclass(frozen=True)
class Cell:
    """What is printed, the share in [0, 1] that is drawn as a bar, and all of it as words for screen readers and tooltips."""

    text: str = ""
    words: str = ""
    share: float = 0.0


@dataclass(frozen=True)
class Row:
    """A layer by its key, with a cell for each of ``COLUMNS``; ``tip`` says everything about it."""

    key: str
    cells: tuple[Cell, ...]
    tip: str


@dataclass(frozen=True)
class _Sums:
    """What the shares are shares of."""

    parameters: int
    macs: int
    bytes: int


def rows(description: Description | None, steps: tuple[Step, ...]) -> tuple[Row, ...]:
    """The input and the ``steps`` of a network in order; none where there is no network."""
    if description is None:
        return ()
    sums = _Sums(description.parameters, description.macs, sum(step.facts.bytes for step in steps))
    layers = {layer.key: layer for layer in description.layers}
    fields = fields_of(description)
    return _input(description.input), *(_row(step, layers, fields[step.key], sums) for step in steps)


def short(count: int, unit: str = "") -> str:
    """``count`` with at most three significant digits and a decimal prefix: "36.9 k", "1.85 M", "12.8 MB"."""
    value, prefix = float(count), ""
    for prefix in PREFIXES:
        if value < 999.5 or prefix == PREFIXES[-1]:
            break
        value /= 1000
    return f"{significant(value, 3)} {prefix}{unit}".rstrip()


def _input(shape: Shape) -> Row:
    output = size(shape)
    cells = Cell(INPUT, "layer input"), Cell(output, f"output {output}"), *[Cell()] * (len(COLUMNS) - 2)
    return Row(INPUT, cells, f"The input of the network: {output}")


def _row(step: Step, layers: Mapping[str, LayerFacts], seen: LayerField, sums: _Sums) -> Row:
    facts, output = step.facts, size(step.facts.output)
    cells = (
        Cell(step.key, f"layer {step.key}"),
        Cell(output, f"output {output}"),
        _cost(facts.parameters, sums.parameters, "parameters", "of the network"),
        _cost(facts.macs, sums.macs, "multiply-accumulate operations", "of the network"),
        _cost(facts.bytes, sums.bytes, "bytes", "of all outputs", unit="B"),
        _field(seen),
    )
    tip = "\n".join((f"{step.key}: {_kinds(step, layers)}", *(cell.words for cell in cells[1:])))
    return Row(step.key, cells, tip)


def _cost(cost: int, whole: int, what: str, of: str, *, unit: str = "") -> Cell:
    """Nothing is printed of what costs nothing."""
    share = cost / max(whole, 1)
    return Cell(short(cost, unit) if cost else "", f"{cost:,} {what}, {percent(share)} {of}", share)


def _kinds(step: Step, layers: Mapping[str, LayerFacts]) -> str:
    """The kind of the layer and those of what is folded into it: "Conv2d, then BatchNorm2d, ReLU"."""
    folded, key = [], step.after
    while key != step.key:
        folded.append(layers[key].kind)
        key = layers[key].takes
    return f"{step.facts.kind}, then {', '.join(reversed(folded))}" if folded else step.facts.kind


def _field(seen: LayerField) -> Cell:
    field = seen.field
    if field is None and all(seen.covers):
        return Cell("all", "each unit sees the whole input")
    if field is None:
        return Cell("–", seen.problem or "no receptive field that is the same for all units")
    side = str(field.size[0]) if field.size[0] == field.size[1] else f"{field.size[0]}×{field.size[1]}"
    words = f"each unit sees {size(field.size)} px of the input, jump {size(field.jump)}, padding {size(field.padding)}"
    return Cell(f"r ≈ {side}", f"{words}, found by trying") if seen.measured else Cell(f"r {side}", words)
