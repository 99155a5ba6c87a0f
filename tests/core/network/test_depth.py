"""The depth table: where fields have grown enough."""

import csv
from fractions import Fraction
from itertools import pairwise

import pytest

from inspector.core.network.depth import COLUMNS, DepthRow, as_csv, depth_rows, fields_of
from inspector.core.network.facts import Description, LayerFacts
from inspector.core.network.steps import steps
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.graph import Edge, Graph, Node
from inspector.core.receptive_field.looks import Look, Repeated, Whole, Windowed

CONV, POINT = Windowed(3, 1, 1), Windowed()


def described(size: tuple[int, int], *layers: tuple[str, tuple[Look, Look], tuple[int, int], tuple[str, ...]]) -> Description:
    nodes = tuple(Node(key, "made", tuple(Edge(take, looks) for take in takes), grid) for key, looks, grid, takes in layers)
    facts = tuple(LayerFacts(node.key, node.kind, (2, *node.grid), 0, 0, 0, None) for node in nodes)
    return Description((1, *size), 0, 0, facts, Graph(size, nodes))


def rows(description: Description) -> dict[str, DepthRow]:
    return {row.step.key: row for row in depth_rows(description, steps(description))}


def stacked(size: tuple[int, int], looks: tuple[Look, Look], count: int) -> Description:
    keys = ["input", *(f"conv{i}" for i in range(1, count + 1))]
    return described(size, *((key, looks, size, (before,)) for before, key in pairwise(keys)))


def test_a_layer_behind_one_that_has_seen_all_is_unproductive() -> None:
    """Fields are 3, 5, 7, 9: the first that covers 7 pixels is the third, and the fourth is the first to add nothing."""
    found = rows(stacked((7, 7), (CONV, CONV), 5))
    assert [row.unproductive for row in found.values()] == [False, False, False, True, True]
    assert [row.exceeds for row in found.values()] == [False, False, False, True, True]


@pytest.mark.parametrize("size", [(3, 9), (9, 3)])
def test_each_axis_counts(size: tuple[int, int]) -> None:
    """A picture three times as long one way as the other: the field exceeds it long before it covers it."""
    found = rows(stacked(size, (CONV, CONV), 6))
    assert [row.exceeds for row in found.values()] == [False, True, True, True, True, True]
    assert [row.unproductive for row in found.values()] == [False] * 4 + [True] * 2


@pytest.mark.parametrize(("looks", "unproductive"), [((CONV, POINT), True), ((POINT, CONV), True), ((POINT, POINT), False)])
def test_only_what_looks_at_neighbours_can_be_unproductive(looks: tuple[Look, Look], unproductive: bool) -> None:
    description = described((3, 3), ("a", (CONV, CONV), (3, 3), ("input",)), ("b", looks, (3, 3), ("a",)))
    assert rows(description)["b"].unproductive is unproductive
    flat = described((3, 3), ("a", (CONV, CONV), (3, 3), ("input",)), ("b", (Whole(3), Whole(3)), (1, 1), ("a",)))
    assert not rows(flat)["b"].unproductive


def test_a_shortcut_that_has_not_seen_all_keeps_a_layer_productive() -> None:
    description = described(
        (3, 3), ("a", (CONV, CONV), (3, 3), ("input",)), ("add", (POINT, POINT), (3, 3), ("a", "input")),
        ("b", (CONV, CONV), (3, 3), ("add",)), ("c", (CONV, CONV), (3, 3), ("a",)),
        ("both", (CONV, CONV), (3, 3), ("a", "input")),
    )  # fmt: skip
    found = rows(description)
    assert (found["add"].field.field, found["add"].field.least) == (ReceptiveField((3, 3), padding=(1, 1)), (1, 1))
    assert not found["b"].unproductive
    assert not found["both"].unproductive
    assert found["c"].unproductive


def test_fields_without_a_graph_are_those_of_the_layers() -> None:
    field = ReceptiveField((9, 3), (2, 2), (0, 0))
    layer = LayerFacts("conv", "Conv2d", (1, 2, 2), 0, 0, 0, field)
    description = Description((1, 4, 4), 0, 0, (layer,))
    assert fields_of(description)["conv"].field == field
    row = rows(description)["conv"]
    assert (row.exceeds, row.unproductive) == (True, False)


def test_the_table_as_csv() -> None:
    twice = Repeated(2)
    description = described(
        (4, 6), ("conv", (CONV, POINT), (4, 6), ("input",)), ("up", (twice, twice), (8, 12), ("conv",)),
        ("add", (Windowed(1, 2), Windowed(1, 2)), (4, 6), ("conv", "up")), ("flat", (Whole(4), Whole(6)), (1, 1), ("conv",)),
    )  # fmt: skip
    head, conv, up, add, flat = csv.reader(as_csv(depth_rows(description, steps(description))).splitlines())
    assert tuple(head) == COLUMNS
    assert conv == ["conv", "made", "2", "4", "6", "3", "1", "1", "1", "1", "0", "no", "no", "no", ""]
    assert [Fraction(cell) for cell in up[7:9]] == [Fraction(1, 2)] * 2
    assert add[5:11] == [""] * 6
    assert "meet in add with different jumps" in add[-1]
    assert flat[5:] == [""] * 6 + ["no", "no", "no", ""]
