"""The layers of a network with their receptive fields, and which of them are larger than the picture or add nothing."""

from PySide6.QtWidgets import QWidget

from inspector.core.network.depth import DepthRow
from inspector.core.network.facts import Shape
from inspector.core.network.steps import INPUT
from inspector.core.network.text import size
from inspector.core.receptive_field.field import LayerField, Step
from inspector.views.field.plain_table import Column, Line, PlainTable

EMPTY = "Choose a network above, or open a file of weights."
UNKNOWN, ALL, MEASURED = "–", "all", "≈"
EXCEEDS, UNPRODUCTIVE, PROBLEM = "▲ exceeds", "■ unproductive", "✕ problem"
COLUMNS = (
    Column("layer", "The layer's name in the network"),
    Column("output", "The size of the output: maps × height × width", 3),
    Column("r", "Receptive field: the side in pixels of what one unit sees of the picture; ≈ was found by trying"),
    Column("jump", "How far apart the fields of neighbouring units are, pixels of the picture", 1),
    Column("padding", "How far the field of the first unit reaches beyond the picture, pixels", 2),
    Column(
        "",
        "▲ exceeds: larger than the picture. ■ unproductive: all has been seen before, the layer adds no context. "
        "✕ problem: the field is not known or not right",
    ),
)
LARGER = "The field is larger than the picture: part of it is always padding."
IDLE = "Unproductive: what goes into the layer has seen the whole picture already, so that looking at neighbours adds no context."


class DepthTable(PlainTable):
    """Shows the input and the rows of a network; ``chosen`` carries the key of the row that the hand picks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Layers and their receptive fields", COLUMNS, EMPTY, parent)

    def show_depth(self, input: Shape | None, rows: tuple[DepthRow, ...]) -> None:
        """Show these; None as ``input`` (C, H, W): there is no network."""
        self.show_lines(() if input is None else (_input(input), *map(depth_line, rows)))


def depth_line(row: DepthRow) -> Line:
    """A row of the table."""
    output, field = size(row.step.facts.output), row.field
    known = field.field
    jump, padding = (UNKNOWN, UNKNOWN) if known is None else (_pair(known.jump), _pair(known.padding))
    return Line(row.step.key, (row.step.key, output, field_text(field), jump, padding, mark(row)), _tip(row))


def field_text(field: LayerField) -> str:
    """The side of a field: "43", "43×51", "≈43" where it was measured, "all" or "–"."""
    if field.field is None:
        return ALL if all(field.covers) else UNKNOWN
    return f"{MEASURED if field.measured else ''}{_pair(field.field.size)}"


def mark(row: DepthRow) -> str:
    """The worst that is to be said of a row, as a sign and a word."""
    if row.field.problem:
        return PROBLEM
    return UNPRODUCTIVE if row.unproductive else EXCEEDS if row.exceeds else ""


def _tip(row: DepthRow) -> str:
    """All of it in words, a line for each fact."""
    facts, field = row.step.facts, row.field
    lines = [f"{row.step.key}: {facts.kind}, output {size(facts.output)}", _seen(field)]
    notes = ("Found by trying." if field.measured else "", field.problem)
    lines += [note for note in (*notes, LARGER if row.exceeds else "", IDLE if row.unproductive else "") if note]
    return "\n".join(lines)


def _seen(field: LayerField) -> str:
    known = field.field
    if known is None:
        return "each unit sees the whole picture" if all(field.covers) else "no field that is the same for all units"
    return f"each unit sees {size(known.size)} px of the picture, jump {size(known.jump)}, padding {size(known.padding)}"


def _input(shape: Shape) -> Line:
    output = size(shape)
    return Line(INPUT, (INPUT, output, "1", "1", "0", ""), f"The input of the network: {output}; each pixel sees itself")


def _pair(pair: tuple[Step, Step]) -> str:
    """One number where both axes agree."""
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}×{pair[1]}"
