"""Networks as tables of text."""

from collections.abc import Sequence

from inspector.core.network.depth import fields_of
from inspector.core.network.facts import Description, LayerFacts, Summary
from inspector.core.receptive_field.field import LayerField, Step

RULE = "─"
UNKNOWN, MEASURED = "–", "≈ "  # in place of a field; before one that was found by trying
FIELD = 6  # the column of the field
NO_FIELD = "–: no receptive field, since the layer has no grid of units, they differ, branches do not fit, or it is not known."


def summary_table(summaries: Sequence[Summary]) -> str:
    """A row for each network."""
    head = ("id", "title", "parameters", "MACs", "input", "data set", "test error", "weights")
    return aligned([head, *map(_network, summaries)], "<<>>><>>")


def description_table(model: str, facts: Description) -> str:
    """A row for each layer, and the sums at the bottom."""
    head = ("layer", "kind", "output", "parameters", "MACs", "bytes", "field", "jump", "padding")
    fields = fields_of(facts)
    rows = [_layer(layer, fields[layer.key]) for layer in facts.layers]
    sums = ("sum", "", "", f"{facts.parameters:,}", f"{facts.macs:,}", f"{facts.bytes:,}", "", "", "")
    table = aligned([head, *rows, sums], "<<>>>>>>>").splitlines()
    rule = RULE * max(map(len, table))
    note = [NO_FIELD] if any(row[FIELD] == UNKNOWN for row in rows) else []
    said = [f"{layer.remark}." for layer in facts.layers if layer.remark and layer.has_maps]  # the others: beside the graph
    return "\n".join([f"{model}, input {size(facts.input)}", table[0], rule, *table[1:-1], rule, table[-1], *note, *said])


def confusion_table(class_names: Sequence[str], confusion: Sequence[Sequence[int]]) -> str:
    """A row for each true class, a column for each that the network said."""
    head = ("true \\ said", *class_names)
    rows = [(name, *map(str, row)) for name, row in zip(class_names, confusion, strict=True)]
    return aligned([head, *rows], "<" + ">" * len(class_names))


def percent(share: float) -> str:
    """A share in [0, 1] such as "0.88 %"."""
    return f"{100 * share:.2f} %"


def size(shape: Sequence[Step]) -> str:
    """Such as "3 × 224 × 224"."""
    return " × ".join(map(str, shape))


def _network(one: Summary) -> tuple[str, ...]:
    error = "–" if one.test_error is None else percent(one.test_error)
    return one.id, one.title, f"{one.parameters:,}", f"{one.macs:,}", size(one.input), one.dataset, error, one.weights or "–"


def _layer(layer: LayerFacts, seen: LayerField) -> tuple[str, ...]:
    counts = f"{layer.parameters:,}", f"{layer.macs:,}", f"{layer.bytes:,}"
    return layer.name, layer.kind, size(layer.output) if layer.has_maps else UNKNOWN, *counts, *_seen(seen)


def _seen(seen: LayerField) -> tuple[str, str, str]:
    """Field, jump and padding; "all" where each unit sees the whole picture."""
    field = seen.field
    if field is None:
        return "all" if all(seen.covers) else UNKNOWN, UNKNOWN, UNKNOWN
    return f"{MEASURED if seen.measured else ''}{_pair(field.size)}", _pair(field.jump), _pair(field.padding)


def _pair(pair: tuple[Step, Step]) -> str:
    """One number where both axes agree."""
    return str(pair[0]) if pair[0] == pair[1] else size(pair)


def aligned(rows: Sequence[Sequence[str]], sides: str) -> str:
    """The cells in columns two spaces apart, each to its side: ``<`` left, ``>`` right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
