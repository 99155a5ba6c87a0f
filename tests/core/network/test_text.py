"""Networks as text."""

from dataclasses import replace

from inspector.core.network.facts import Description, LayerFacts, Summary
from inspector.core.network.text import NO_FIELD, description_table, summary_table
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.graph import Edge, Graph, Node
from inspector.core.receptive_field.looks import SAME, Whole

FIELD = ReceptiveField((3, 3), (1, 2), (0, 0))
CONV = LayerFacts("conv", "Conv2d", (10, 8, 8), 1_010, 34_560, 2_560, FIELD)
FLAT = LayerFacts("flat", "Flatten", (640, 1, 1), 0, 0, 2_560, None)
FACTS = Description((1, 8, 8), 1_010, 34_560, (CONV, FLAT))


def test_the_table_of_layers_is_aligned_and_ends_in_the_sums():
    title, head, rule, conv, flat, rule_again, sums, note = description_table("mine", FACTS).splitlines()
    assert title == "mine, input 1 × 8 × 8"
    assert rule == rule_again
    assert len(head) == len(conv) == len(flat) == len(rule)
    assert conv.split() == ["conv", "Conv2d", "10", "×", "8", "×", "8", "1,010", "34,560", "2,560", "3", "1", "×", "2", "0"]
    assert flat.endswith("–        –")
    assert sums.split() == ["sum", "1,010", "34,560", "5,120"]
    assert sums.index("34,560") == conv.index("34,560")
    assert note == NO_FIELD


def test_the_note_appears_only_with_a_missing_field():
    only = Description(FACTS.input, 1_010, 34_560, (CONV,))
    assert NO_FIELD not in description_table("mine", only)


def test_a_layer_that_sees_all_says_so_and_a_measured_field_is_marked():
    nodes = (Node("conv", "conv", (Edge("input", SAME),), (8, 8), measured=True),
             Node("flat", "flatten", (Edge("conv", (Whole(8), Whole(8))),), (1, 1)))  # fmt: skip
    conv, flat = description_table("mine", replace(FACTS, graph=Graph((8, 8), nodes))).splitlines()[3:5]
    assert conv.split()[-4:] == ["≈", "1", "1", "0"]
    assert flat.split()[-3:] == ["all", "–", "–"]


def test_a_layer_that_sees_whole_rows_only_is_no_layer_that_sees_all():
    nodes = (
        Node("conv", "conv", (Edge("input", SAME),), (8, 8)),
        Node("flat", "mean", (Edge("conv", (SAME[0], Whole(8))),), (8, 1)),
    )
    *_, note = description_table("mine", replace(FACTS, graph=Graph((8, 8), nodes))).splitlines()
    assert note == NO_FIELD


def test_the_table_of_networks_says_which_have_no_test_error():
    rows = summary_table([
        Summary("a", "First", 10, 2_000, (1, 2, 2), "MNIST"),
        Summary("b", "Second", 1_000, 20, (3, 224, 224), "MNIST", 0.00875, "shipped"),
    ]).splitlines()  # fmt: skip
    assert len({len(row) for row in rows}) == 1
    assert rows[1].endswith("–")
    assert rows[2].endswith("0.88 %  shipped")
