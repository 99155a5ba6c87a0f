"""Fields as text, JSON and files."""

import csv
import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inspector.core.network.depth import depth_rows
from inspector.core.network.facts import Description, LayerFacts, field_json
from inspector.core.network.steps import steps
from inspector.core.receptive_field.compose import box, layer_fields
from inspector.core.receptive_field.contamination import box_shares
from inspector.core.receptive_field.crop import crop
from inspector.core.receptive_field.effective import EffectiveField, Lack, Target, numbers
from inspector.core.receptive_field.export import enlarged, heat_colours, shares_colours
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.files import write_shares, write_unit
from inspector.core.receptive_field.graph import Edge, FieldError, Graph, Node
from inspector.core.receptive_field.looks import Whole, Windowed
from inspector.core.receptive_field.report import UnitReport, find_layer, unit_report
from inspector.core.receptive_field.settings import Part
from inspector.core.receptive_field.shown import FieldShown
from inspector.core.receptive_field.text import (
    caption,
    depth_csv,
    layers_json,
    layers_text,
    remarks,
    unit_json,
    unit_text,
)

CONV = (Windowed(5, 2, 2), Windowed(3, 1, 1))
GRAPH = Graph(
    (16, 20),
    (
        Node("conv", "Conv2d", (Edge("input", CONV),), (8, 20)),
        Node("odd", "Own", (Edge("conv"),), (8, 20), measured=True),
        Node("fast", "Conv2d", (Edge("odd", (Windowed(1, 2), Windowed(1, 2))),), (4, 10)),
        Node("slow", "Conv2d", (Edge("odd", (Windowed(3, 1), Windowed(3, 1))),), (4, 10)),
        Node("add", "add", (Edge("fast"), Edge("slow")), (4, 10)),
        Node("fc", "Linear", (Edge("odd", (Whole(8), Whole(20))),), (1, 1)),
    ),
    note="The graph depends on the picture.",
)
LAYERS = (
    LayerFacts("conv", "Conv2d", (3, 8, 20), 48, 1, 1920, ReceptiveField((5, 3), (2, 1), (2, 1)), takes="input"),
    LayerFacts("odd", "Own", (3, 8, 20), 0, 0, 1920, ReceptiveField((5, 3), (2, 1), (2, 1)), takes="conv"),
    LayerFacts("fast", "Conv2d", (3, 4, 10), 9, 1, 480, None, takes="odd"),
    LayerFacts("slow", "Conv2d", (3, 4, 10), 9, 1, 480, None, takes="odd"),
    LayerFacts("fc", "Linear", (10, 1, 1), 10, 1, 40, None, takes="odd"),
)
DESCRIPTION = Description((1, 16, 20), 100, 2, LAYERS, GRAPH)
ROWS = depth_rows(DESCRIPTION, steps(DESCRIPTION))


def report(unit=(0, 4), lack=None, **fields):
    """Of "odd", whose heat is a bump in the middle of its box."""
    seen = box(GRAPH, "odd", unit)
    heat = np.zeros(GRAPH.size)
    if lack is None:
        heat[0:2, 3:6] = [[1, 2, 1], [2, 4, 2]]
    effective = EffectiveField(Target("odd", unit), Part.SQUARED, heat, pictures=3, dead=1, lack=lack, sigma_error=(0.1, 0.2))
    shown = FieldShown(effective, None if lack else numbers(heat, seen), None)
    share = float(box_shares(GRAPH, "odd")[unit])
    return replace(
        UnitReport("net", "odd", unit, seen, layer_fields(GRAPH)["odd"], share, map=2, shown=shown, notes=(GRAPH.note,)), **fields
    )


# ---- a network -------------------------------------------------------------------------------------------------


def test_a_jump_of_a_fraction_is_a_float_and_a_whole_one_is_none():
    found = field_json(ReceptiveField((3, 4), (Fraction(1, 2), Fraction(6, 2)), (-1, 0)))
    assert json.dumps(found) == '{"size": [3, 4], "jump": [0.5, 3], "padding": [-1, 0]}'
    assert field_json(None) is None


def test_a_description_says_nothing_of_its_graph():
    facts = json.loads(json.dumps(DESCRIPTION.as_json("net")))
    assert list(facts) == ["model", "input", "parameters", "macs", "layers"]
    assert list(facts["layers"][0]) == ["name", "kind", "output", "parameters", "macs", "bytes", "receptive_field"]
    assert facts["layers"][0]["receptive_field"] == {"size": [5, 3], "jump": [2, 1], "padding": [2, 1]}


def test_the_table_has_a_row_a_layer_and_what_must_be_known_below():
    lines = layers_text("net", DESCRIPTION, ROWS).splitlines()
    assert lines[0] == "net, input 1 × 16 × 20"
    assert lines[1].split() == ["layer", "kind", "output", "field", "jump", "padding", "marks"]
    rows = {line.split()[0]: line for line in lines[3:8]}
    assert "5 × 3  2 × 1    2 × 1" in rows["conv"]
    assert "≈ 5 × 3  2 × 1    2 × 1" in rows["odd"]
    assert rows["fc"].split()[-3:] == ["all", "–", "–"]
    assert lines[-3:] == list(remarks(GRAPH))
    assert lines[-3] == GRAPH.note
    assert lines[-2] == "≈ How odd looks was found by trying."


def test_each_problem_is_told_once_and_names_both_paths():
    chained = replace(GRAPH, nodes=(*GRAPH.nodes, Node("relu", "ReLU", (Edge("add"),), (4, 10))))
    (told,) = [line for line in remarks(chained) if line.startswith("From ")]
    assert told.startswith("From add on: ")
    assert "fast" in told
    assert "slow" in told


def test_layers_as_json():
    facts = json.loads(json.dumps(layers_json("net", DESCRIPTION, ROWS)))
    assert (facts["model"], facts["input"], facts["note"]) == ("net", [1, 16, 20], GRAPH.note)
    assert [row["layer"] for row in facts["layers"]] == [layer.key for layer in LAYERS]
    conv, odd, *_, fc = facts["layers"]
    assert conv["receptive_field"] == {"size": [5, 3], "jump": [2, 1], "padding": [2, 1]}
    assert [row["measured"] for row in (conv, odd, fc)] == [False, True, True]
    assert fc["receptive_field"] is None


def test_sigma_over_depth_as_csv():
    (row,) = [row for row in ROWS if row.step.key == "odd"]
    found = report().shown.numbers
    rows = list(csv.reader(depth_csv(ROWS, {row.step.key: found, "fc": None}).splitlines()))
    assert rows[0] == ["layer", "field_y", "field_x", "sigma_y", "sigma_x"]
    assert rows[1] == ["conv", "5", "3", "", ""]
    assert rows[2][:3] == ["odd", "5", "3"]
    assert tuple(map(float, rows[2][3:])) == found.sigma
    assert rows[-1] == ["fc", "", "", "", ""]


# ---- a unit ----------------------------------------------------------------------------------------------------


def test_a_unit_as_json():
    facts = json.loads(json.dumps(unit_json(report()), allow_nan=False))
    assert facts["box"] == [-2, 3, 3, 6]
    assert (facts["model"], facts["layer"], facts["unit"], facts["channel"]) == ("net", "odd", [0, 4], 2)
    assert facts["padding_share"] == pytest.approx(2 / 5)
    assert (facts["measured"], facts["note"]) == (True, GRAPH.note)
    effective = facts["effective"]
    found = report().shown.numbers
    assert effective["sigma"] == list(found.sigma)
    assert effective["area_ratio"] == {str(part): ratio for part, ratio in found.area_ratio.items()}
    assert list(effective["area_ratio"]) == ["0.2", "0.3", "0.5", "0.99"]
    assert (effective["energy_inside"], effective["centre"]) == (found.inside, list(found.centre))
    assert (effective["part"], effective["pictures"], effective["dead"]) == ("squared", 3, 1)
    assert effective["sigma_error"] == [0.1, 0.2]


def test_a_unit_without_a_gradient_as_json():
    facts = unit_json(report(shown=None, notes=()))
    assert (facts["effective"], facts["note"]) == (None, "")


@pytest.mark.parametrize(("lack", "said"), [(Lack.DEAD, "Dead for all 3 pictures"), (Lack.NAN, "NaN or infinite")])
def test_a_gradient_of_no_use_is_null_and_said(lack, said):
    found = report(lack=lack)
    facts = unit_json(found)
    assert facts["effective"] is None
    assert said in facts["note"]
    assert GRAPH.note in facts["note"]
    assert said in unit_text(found)
    assert "σ" not in unit_text(found)
    assert "ellipse" not in caption(found)


def test_a_report_knows_what_the_graph_says():
    found, expected = unit_report("net", DESCRIPTION, "odd", (0, 4), 2), report()
    assert (found.layer, found.unit, found.box, found.padding) == ("odd", (0, 4), expected.box, expected.padding)
    assert (found.field, found.map, found.notes, found.measured) == (expected.field, 2, (GRAPH.note,), None)
    assert unit_report("net", DESCRIPTION, "odd").unit == (4, 10)
    assert unit_report("net", DESCRIPTION, "fc", (0, 0)).box == (-2, -1, 17, 21)
    assert unit_report("net", DESCRIPTION, "input", (3, 7), 0).box == (3, 7, 4, 8)


def test_a_part_of_a_network_means_its_last_layer():
    nodes = tuple(Node(key, "ReLU", (), (1, 1)) for key in ("body.0", "body.1", "bodywork", "head"))
    graph = Graph((8, 8), nodes)
    assert find_layer("net", graph, "body") == "body.1"
    assert find_layer("net", graph, "body.0") == "body.0"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("slo",), "there is no layer 'slo' in net; near it are 'slow'"),
        (("zzz",), "there are input, conv, odd"),
        (("odd", (8, 0)), "unit 8,0: layer 'odd' has 8 × 20 units, row and column from 0,0 to 7,19"),
        (("odd", (0, 20)), "8 × 20"),
        (("odd", (-1, 0)), "8 × 20"),
        (("input", (16, 0)), "16 × 20"),
        (("fc", (0, 1)), "has no grid of units"),
        (("odd", None, 3), "map 3: the maps of layer 'odd' are counted from 0 to 2"),
        (("input", None, 1), "from 0 to 0"),
        (("add",), "layer 'add': "),
    ],
)
def test_what_is_not_there_is_refused(words, said):
    with pytest.raises(FieldError, match=re.escape(said)):
        unit_report("net", DESCRIPTION, *words)


def test_a_unit_for_people():
    lines = unit_text(report()).splitlines()
    assert lines[0] == "net, odd unit (0, 4) of map 2"
    assert lines[1] == "sees rows −2 … 2, columns 3 … 5: 5 × 3 pixels, 40 % of them padding"
    assert lines[2] == "r 5 × 3, jump 2 × 1, padding 2 × 1 ≈"
    assert lines[4].startswith("squared gradient, 3 pictures, dead for 1 of them")
    assert any(line.startswith("inside the box") and line.endswith("100 %") for line in lines)
    assert any(line.startswith("50 % of the energy") for line in lines)
    assert lines[-1] == GRAPH.note


def test_energy_inside_another_box_is_named():
    assert "in rows 0 … 1, columns 3 … 3  " in unit_text(report(inside=(0, 3, 2, 4)))


def test_a_caption_names_layer_unit_box_part_and_pictures():
    words = caption(report())
    for word in ("net", "odd unit (0, 4) of map 2", "rows −2 … 2", "squared gradient", "3 pictures", "2σ", "viridis 0 … 4"):
        assert word in words
    assert "gradient" not in caption(report(shown=None))


# ---- files -----------------------------------------------------------------------------------------------------


def test_the_files_of_a_unit_hold_what_was_measured(tmp_path):
    picture = np.random.default_rng(3).integers(0, 256, (16, 20, 3), np.uint8)
    found = report()
    written = write_unit(tmp_path, found, picture)
    assert sorted(path.name for path in written) == ["box.png", "box.svg", "crop.png", "heat.npy", "heat.png"]
    assert sorted(tmp_path.iterdir()) == sorted(written)
    heat = np.load(tmp_path / "heat.npy")
    assert heat.dtype == np.float64
    assert np.array_equal(heat, found.shown.effective.heat)
    assert np.array_equal(opened(tmp_path / "heat.png"), enlarged(heat_colours(heat)))
    assert np.array_equal(opened(tmp_path / "crop.png"), enlarged(crop(picture, found.box)))
    assert "squared gradient" in (tmp_path / "box.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("fields", [{"shown": None}, {"lack": Lack.DEAD}])
def test_without_heat_there_is_only_the_box(tmp_path, fields):
    write_unit(tmp_path, report(**fields), np.zeros((16, 20, 3), np.uint8))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["box.png", "box.svg", "crop.png"]


def test_a_map_of_shares_is_exact_and_coloured(tmp_path):
    shares = box_shares(GRAPH, "conv")
    assert write_shares(tmp_path, "padding", shares) == [tmp_path / "padding.npy", tmp_path / "padding.png"]
    assert np.array_equal(np.load(tmp_path / "padding.npy"), shares)
    assert np.array_equal(opened(tmp_path / "padding.png"), enlarged(shares_colours(shares)))


def opened(path: Path):
    return np.asarray(Image.open(path))
