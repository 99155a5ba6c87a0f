"""``rf`` as a script uses it, and what the window copies of the Receptive field workspace."""

import csv
import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inspector import cli
from inspector.core.images import read_picture
from inspector.core.network.field_scripting import as_command, as_python
from inspector.core.network.settings import Alteration, Change, Feed, Fit, ModelChoice, ModelKind, NetworkSettings
from inspector.core.receptive_field.compose import box
from inspector.core.receptive_field.contamination import box_shares
from inspector.core.receptive_field.effective import Target, numbers
from inspector.core.receptive_field.sample import Sample
from inspector.core.receptive_field.settings import FieldSettings, Over, Part
from inspector.core.resources import sample
from inspector.core.state import Source, SourceKind
from inspector.nets import open_network

LENET = ["rf", "lenet5", "--layer", "c3"]
DIGITS = ["--effective", "sample:digits"]

# r, jump and padding of the layers of VGG-16: Araujo, Norris and Sim, Computing Receptive Fields of CNNs, Distill 2019
VGG16 = {
    "features.0": (3, 1, 1), "features.2": (5, 1, 2), "features.4": (6, 2, 2), "features.5": (10, 2, 4), "features.7": (14, 2, 6),
    "features.9": (16, 4, 6), "features.10": (24, 4, 10), "features.12": (32, 4, 14), "features.14": (40, 4, 18),
    "features.16": (44, 8, 18), "features.17": (60, 8, 26), "features.19": (76, 8, 34), "features.21": (92, 8, 42),
    "features.23": (100, 16, 42), "features.24": (132, 16, 58), "features.26": (164, 16, 74), "features.28": (196, 16, 90),
    "features.30": (212, 32, 90),
}  # fmt: skip
RESNET50 = {"layer1": 35, "layer2": 91, "layer3": 267, "layer4": 427}  # torchvision's variant, the same source

OWN = """
import torch
from torch import nn

class Misaligned(nn.Module):
    def __init__(self):
        super().__init__()
        self.wide = nn.Conv2d(1, 2, 3, stride=4, padding=1)
        self.near = nn.Conv2d(1, 2, 3, stride=2, padding=1)
        self.after = nn.Conv2d(2, 2, 1)
        self.head = nn.Linear(98, 10)
    def forward(self, x):
        return self.head(self.after(self.wide(x) + self.near(x)[..., :7, :7]).flatten(1))

def misaligned(): return Misaligned()
def upsampled():
    body = nn.Conv2d(1, 2, 3, stride=2, padding=1), nn.Upsample(scale_factor=4)
    return nn.Sequential(*body, nn.Flatten(), nn.Linear(2 * 56 * 56, 10))
def filled(value):
    net = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(1568, 10))
    for weights in net.parameters():
        nn.init.constant_(weights, value)
    return net
def dead(): return filled(-1.0)
def nan(): return filled(float("nan"))
"""


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.py"
    path.write_text(OWN, encoding="utf-8")
    return lambda name: ["rf", "--module", f"{path}:{name}", "--input", "1,28,28"]


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(words) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def facts(capsys, *words):
    return json.loads(printed(capsys, *words, "--json"))


@pytest.fixture(scope="module")
def opened():
    return open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))


@pytest.fixture(scope="module")
def digits():
    return read_picture(sample("digits").path)


# ---- theoretical fields ----------------------------------------------------------------------------------------


def test_the_published_fields_of_vgg16(capsys):
    found = facts(capsys, "rf", "vgg16")
    assert (found["model"], found["input"], found["note"]) == ("vgg16", [3, 224, 224], "")
    rows = {row["layer"]: row for row in found["layers"]}
    for layer, (size, jump, padding) in VGG16.items():
        expected = {"size": [size] * 2, "jump": [jump] * 2, "padding": [padding] * 2}
        assert rows[layer]["receptive_field"] == expected, layer
        assert (rows[layer]["measured"], rows[layer]["problem"], rows[layer]["sigma"]) == (False, "", None)
    assert not any(row["exceeds"] or row["unproductive"] for row in rows.values())


def test_the_published_fields_of_resnet50(capsys):
    rows = {row["layer"]: row["receptive_field"] for row in facts(capsys, "rf", "resnet50")["layers"]}
    for layer, size in RESNET50.items():
        found = facts(capsys, "rf", "resnet50", "--layer", layer)
        assert found["layer"].startswith(f"{layer}.")
        assert found["receptive_field"]["size"] == [size, size]
        assert rows.get(found["layer"], found["receptive_field"]) == found["receptive_field"]


def test_a_unit_of_vgg16(capsys):
    found = facts(capsys, "rf", "vgg16", "--layer", "features.28", "--unit", "0,13")
    assert found == {
        "model": "vgg16", "layer": "features.28", "unit": [0, 13], "channel": None, "box": [-90, 118, 106, 314],
        "effective": None, "receptive_field": {"size": [196, 196], "jump": [16, 16], "padding": [90, 90]}, "measured": False,
        "padding_share": pytest.approx(1 - 106 * 106 / 196**2), "note": "",
    }  # fmt: skip


def test_without_a_unit_the_one_in_the_middle(capsys):
    assert facts(capsys, "rf", "vgg16", "--layer", "features.28")["unit"] == [7, 7]


def test_a_layer_without_a_grid_sees_all(capsys):
    found = facts(capsys, "rf", "vgg16", "--layer", "classifier.0", "--unit", "0,0")
    assert (found["unit"], found["box"], found["receptive_field"]) == ([0, 0], [-90, -90, 314, 314], None)


def test_a_picture_that_is_not_square(capsys):
    found = facts(capsys, "rf", "vgg16", "--input", "3,64,96", "--layer", "features.30", "--unit", "1,2")
    assert found["box"] == [-90 + 32, -90 + 64, -90 + 32 + 212, -90 + 64 + 212]
    rows = {row["layer"]: row for row in facts(capsys, "rf", "vgg16", "--input", "3,64,96")["layers"]}
    assert [rows[layer]["exceeds"] for layer in ("features.17", "features.19", "features.30")] == [False, True, True]
    assert rows["features.28"]["unproductive"]


def test_a_jump_behind_upsampling_is_a_fraction(capsys, own):
    (row,) = [row for row in facts(capsys, *own("upsampled"))["layers"] if row["layer"] == "1"]
    assert row["receptive_field"]["jump"] == [0.5, 0.5]
    described = facts(capsys, "describe", *own("upsampled")[1:])
    assert described["layers"][1]["receptive_field"]["jump"] == [0.5, 0.5]
    assert type(described["layers"][0]["receptive_field"]["jump"][0]) is int


def test_fields_behind_branches_are_described(capsys):
    described = facts(capsys, "describe", "resnet18")
    assert list(described["layers"][0]) == ["name", "kind", "output", "parameters", "macs", "bytes", "receptive_field"]
    grids = [row for row in described["layers"] if row["output"][1:] != [1, 1]]
    assert all(row["receptive_field"] for row in grids)
    assert grids[-1]["receptive_field"]["size"] == [435, 435]


def test_tables_for_people(capsys):
    lines = printed(capsys, "rf", "vgg16").splitlines()
    assert lines[0] == "vgg16, input 3 × 224 × 224"
    (row,) = [line for line in lines if line.startswith("features.28 ")]
    assert row.split()[-3:] == ["196", "16", "90"]
    unit = printed(capsys, "rf", "vgg16", "--layer", "features.28", "--unit", "0,13").splitlines()
    assert unit[0] == "vgg16, features.28 unit (0, 13) of all maps"
    assert unit[1].startswith("sees rows −90 … 105, columns 118 … 313: 196 × 196 pixels")


def test_a_description_names_misaligned_paths(capsys, own):
    said = printed(capsys, "describe", *own("misaligned")[1:])
    assert "wide" in said.splitlines()[-1]
    assert "near" in said.splitlines()[-1]


# ---- effective fields ------------------------------------------------------------------------------------------


def expected_numbers(network, field, target, inside=None):
    return numbers(field.heat, box(network.facts.description.graph, target.key, target.unit), inside)


def test_the_gradient_of_a_unit(capsys, opened, digits):
    found = facts(capsys, *LENET, "--unit", "4,6", "--channel", "3", *DIGITS, "--part", "squared", "--inside", "0,0,14,14")
    target = Target("c3", (4, 6), 3)
    (field,) = opened.effective(digits, [target], Part.SQUARED)
    expected = expected_numbers(opened, field, target, (0, 0, 14, 14))
    effective = found["effective"]
    assert effective["sigma"] == pytest.approx(expected.sigma)
    assert effective["centre"] == pytest.approx(expected.centre)
    assert (effective["energy_inside"], effective["fit"]) == (pytest.approx(expected.inside), pytest.approx(expected.fit))
    assert effective["area_ratio"] == {str(part): pytest.approx(ratio) for part, ratio in expected.area_ratio.items()}
    assert list(effective["area_ratio"]) == ["0.2", "0.3", "0.5", "0.99"]
    assert (effective["part"], effective["pictures"], effective["sigma_error"]) == ("squared", 1, None)
    assert 0 < effective["energy_inside"] < 1


def test_all_maps_summed_and_changes_and_fits_count(capsys, opened, digits):
    words = ["--fit", "stretch", "--change", "silence c1 0,2"]
    found = facts(capsys, *LENET, *DIGITS, *words)["effective"]
    target = Target("c3", (5, 5))
    changes = (Alteration("c1", Change.SILENCE, (0, 2)),)
    (field,) = opened.effective(digits, [target], fit=Fit.STRETCH, alterations=changes)
    assert found["sigma"] == pytest.approx(expected_numbers(opened, field, target).sigma)
    assert found["sigma"] != facts(capsys, *LENET, *DIGITS)["effective"]["sigma"]


def test_the_mean_over_noise_is_the_same_each_time(capsys, opened):
    found = facts(capsys, *LENET, "--random", "5")["effective"]
    target = Target("c3", (5, 5))
    field = opened.average(Sample(noise=5), target)
    assert found["pictures"] == 5
    assert found["sigma"] == pytest.approx(expected_numbers(opened, field, target).sigma)
    assert found["sigma_error"] == pytest.approx(field.sigma_error)


def test_the_mean_over_pictures_a_folder_and_noise(capsys, opened, tmp_path):
    random = np.random.default_rng(0)
    paths = [tmp_path / f"{name}.png" for name in range(4)]
    for path in paths:
        Image.fromarray(random.integers(0, 256, (28, 28), np.uint8)).save(path)
    (tmp_path / "5.png").write_bytes(b"no picture")
    found = facts(capsys, *LENET, "--effective", str(tmp_path), str(paths[0]), "--random", "2")
    field = opened.average(Sample((*paths, paths[0]), 2), Target("c3", (5, 5)))
    assert found["effective"]["pictures"] == 7
    assert found["effective"]["sigma"] == pytest.approx(expected_numbers(opened, field, field.target).sigma)
    assert found["note"] == "1 of the pictures could not be read or fitted and were left out."
    assert facts(capsys, *LENET, "--effective", str(tmp_path), "--count", "3")["effective"]["pictures"] == 3


def test_one_picture_of_a_folder_is_that_picture(capsys, tmp_path):
    Image.open(sample("digits").path).save(tmp_path / "only.png")
    alone, named = (facts(capsys, *LENET, "--effective", word)["effective"] for word in (str(tmp_path), "sample:digits"))
    assert alone["sigma"] == named["sigma"]


def test_another_frame(capsys, tmp_path):
    frames = [Image.fromarray(np.random.default_rng(seed).integers(0, 256, (28, 28), np.uint8)) for seed in (1, 2)]
    frames[0].save(tmp_path / "two.tif", save_all=True, append_images=frames[1:])
    frames[1].save(tmp_path / "second.png")
    found = facts(capsys, *LENET, "--effective", str(tmp_path / "two.tif"), "--frame", "2")["effective"]
    assert found["sigma"] == facts(capsys, *LENET, "--effective", str(tmp_path / "second.png"))["effective"]["sigma"]


def test_an_untrained_network(capsys):
    assert cli.main(["rf", "lenet5", "--untrained", "--layer", "c3", *DIGITS, "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["effective"] is not None
    assert "The weights are random" in captured.err


@pytest.mark.parametrize(("name", "said"), [("dead", "every gradient is 0"), ("nan", "NaN or infinite")])
def test_a_gradient_of_no_use_is_null_and_said(capsys, own, name, said, tmp_path):
    words = [*own(name), "--layer", "1", *DIGITS]
    assert cli.main([*words, "--json", "-o", str(tmp_path / "out")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["effective"] is None
    assert said in found["note"]
    assert not (tmp_path / "out" / "heat.png").exists()
    assert (tmp_path / "out" / "box.png").exists()
    assert cli.main(words) == 0
    assert said in capsys.readouterr().out


def test_the_spread_over_all_layers(capsys, opened, digits, tmp_path):
    found = facts(capsys, "rf", "lenet5", *DIGITS, "-o", str(tmp_path))
    spread = {row["layer"]: row["sigma"] for row in found["layers"]}
    (field,) = opened.effective(digits, [Target("c3", (5, 5))])
    assert spread["c3"] == pytest.approx(expected_numbers(opened, field, field.target).sigma)
    table = {row["layer"]: row for row in csv.DictReader((tmp_path / "depth.csv").read_text().splitlines())}
    assert [float(table["c3"]["sigma_y"]), float(table["c3"]["sigma_x"])] == spread["c3"]
    assert table["c3"]["field_y"] == "14"
    lines = printed(capsys, "rf", "lenet5", *DIGITS).splitlines()
    assert lines[1].split()[-1] == "σ"


# ---- files -----------------------------------------------------------------------------------------------------


def test_files_of_the_table(capsys, tmp_path):
    found = facts(capsys, "rf", "vgg16", "-o", str(tmp_path / "new"))
    assert found["files"] == [str(tmp_path / "new" / "fields.csv")]
    rows = {row["layer"]: row for row in csv.DictReader(Path(found["files"][0]).read_text().splitlines())}
    for layer, expected in VGG16.items():
        assert tuple(int(rows[layer][name]) for name in ("field_y", "jump_y", "padding_y")) == expected


def test_files_of_a_unit(capsys, tmp_path, opened, digits):
    found = facts(capsys, *LENET, "--unit", "0,9", *DIGITS, "-o", str(tmp_path))
    names = ["fields.csv", "depth.csv", "box.png", "box.svg", "crop.png", "heat.npy", "heat.png", "padding.npy", "padding.png"]
    assert sorted(Path(path).name for path in found["files"]) == sorted(names)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    (field,) = opened.effective(digits, [Target("c3", (0, 9))])
    assert np.array_equal(np.load(tmp_path / "heat.npy"), field.heat)
    assert np.array_equal(np.load(tmp_path / "padding.npy"), box_shares(opened.facts.description.graph, "c3"))
    drawing = (tmp_path / "box.svg").read_text(encoding="utf-8")
    assert "c3 unit (0, 9) of all maps" in drawing
    assert "absolute gradient over one picture" in drawing
    assert found["effective"]["colours"] in drawing.replace("\n", " ")
    with (tmp_path / "depth.csv").open() as file:
        assert [row["layer"] for row in csv.DictReader(file)][-1] == "c3"


def test_files_without_a_picture(capsys, tmp_path):
    found = facts(capsys, *LENET, "-o", str(tmp_path))
    assert sorted(Path(path).name for path in found["files"]) == [
        "box.png", "box.svg", "crop.png", "fields.csv", "padding.npy", "padding.png",
    ]  # fmt: skip


# ---- bad input -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["rf", "vgg17"], "vgg16"),
        (["rf"], "MODEL"),
        (["rf", "vgg16", "--layer", "features.99"], "near it are 'features.9'"),
        (["rf", "vgg16", "--layer", "conv"], "no layer 'conv' in vgg16"),
        (["rf", "vgg16", "--layer", "features.28", "--unit", "14,3"], "14 × 14 units"),
        (["rf", "vgg16", "--layer", "features.28", "--unit", "3"], "--unit"),
        (["rf", "vgg16", "--layer", "features.28", "--unit", "3,²"], "--unit"),
        (["rf", "vgg16", "--layer", "features.28", "--unit", "3,99999999999"], "--unit"),
        (["rf", "vgg16", "--layer", "features.28", "--unit=-1,3"], "--unit"),
        (["rf", "vgg16", "--layer", "classifier.0", "--unit", "1,1"], "no grid of units"),
        (["rf", "vgg16", "--unit", "1,1"], "--unit belongs to a layer"),
        (["rf", "vgg16", "--layer", "features.28", "--channel", "3"], "--channel belongs to a gradient"),
        (["rf", "vgg16", "--layer", "features.28", "--channel", "0"], "--channel belongs to a gradient"),
        (["rf", "vgg16", "--layer", "features.28", "--part", "squared"], "--part belongs to a gradient"),
        (["rf", "vgg16", "--layer", "features.28", "--change", "silence features.0 0"], "--change belongs to a gradient"),
        (["rf", "vgg16", "--layer", "features.28", *DIGITS], "No weights for vgg16"),
        (["rf", "vgg16", "--input", "3,16,16"], "features.29"),
        (["rf", "vgg16", "--input", "3,16,16", "--untrained", "--layer", "features.0", *DIGITS], "features.29"),
        (["rf", "lenet5", "--random", "3"], "--random belongs to a layer"),
        (["rf", "lenet5", *DIGITS, "sample:scene"], "name one picture or a layer"),
        ([*LENET, *DIGITS, "--channel", "16"], "counted from 0 to 15"),
        ([*LENET, *DIGITS, "--channel", "-1"], "--channel"),
        ([*LENET, *DIGITS, "--inside", "3,3,3,9"], "empty box"),
        ([*LENET, *DIGITS, "--inside", "3,3,9"], "--inside"),
        ([*LENET, *DIGITS, "--fit", "pad"], "sample:digits: "),
        ([*LENET, *DIGITS, "--frame", "2"], "digits.png"),
        ([*LENET, *DIGITS, "sample:scene", "--frame", "1"], "--frame belongs to one picture"),
        ([*LENET, *DIGITS, "--change", "silence c9 0"], "c9"),
        ([*LENET, *DIGITS, "--normalize", "1,2,3,4,5,6"], "--normalize: "),
        ([*LENET, "--random", "0"], "--random"),
        ([*LENET, "--effective", "none.png"], "none.png"),
        ([*LENET, "--effective", "sample:digits", "none.png"], "none.png"),
        ([*LENET, "--effective", "FILE"], "file"),
        ([*LENET, "--effective", "EMPTY"], "no pictures in this folder"),
        ([*LENET, "--effective", "BROKEN"], "bad2.png"),
        ([*LENET, "-o", "FILE"], "Cannot save"),
    ],
)
def test_bad_input_is_one_line_that_names_it(words, named, capsys, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for name in ("empty", "broken"):
        (tmp_path / name).mkdir()
    for name in ("bad1", "bad2"):
        (tmp_path / "broken" / f"{name}.png").write_bytes(b"no picture")
    places = {"FILE": str(tmp_path / "file"), "EMPTY": str(tmp_path / "empty"), "BROKEN": str(tmp_path / "broken")}
    assert cli.main([places.get(word, word) for word in words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert named in captured.err


def test_misaligned_paths_are_named(own, capsys):
    assert cli.main([*own("misaligned"), "--layer", "after"]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    for word in ("wide", "near", "jump 4", "jump 2"):
        assert word in captured.err
    assert facts(capsys, *own("misaligned"), "--layer", "wide")["receptive_field"]["jump"] == [4, 4]


# ---- what is copied from the window ----------------------------------------------------------------------------

SOURCE = Source(SourceKind.SAMPLE, "digits")
NETWORK = NetworkSettings(model=ModelChoice(ModelKind.SHIPPED, "lenet5"), map=2)
CHANGED = NetworkSettings(
    model=ModelChoice(ModelKind.SHIPPED, "lenet5"),
    map=3,
    fit=Fit.STRETCH,
    alterations=(Alteration("c1", Change.SCALE, (1,), 0.5),),
)
CASES = [
    (NETWORK, FieldSettings(), "c3", (4, 6)),
    (CHANGED, FieldSettings(part=Part.POSITIVE, all_maps=True), "tanh3", (0, 9)),
    (CHANGED, FieldSettings(part=Part.SQUARED, over=Over.RANDOM, count=3), "c3", (5, 5)),
    (NETWORK, FieldSettings(over=Over.FOLDER, folder="FOLDER", count=2), "f6", (0, 0)),
]


@pytest.fixture
def case(request, tmp_path):
    network, field, layer, unit = request.param
    for seed in range(3):
        Image.fromarray(np.random.default_rng(seed).integers(0, 256, (28, 28), np.uint8)).save(tmp_path / f"{seed}.png")
    folder = str(tmp_path) if field.folder else ""
    return network, FieldSettings(**{**vars(field), "folder": folder}), layer, unit


def measured(opened, digits, network, field, layer, unit):
    target = Target(layer, unit, None if field.all_maps else network.map)
    options = {"fit": network.fit, "alterations": network.alterations}
    if field.over is Over.PICTURE:
        return opened.effective(digits, [target], field.part, **options)[0]
    paths = tuple(Path(field.folder) / f"{seed}.png" for seed in range(field.count)) if field.folder else ()
    return opened.average(Sample(paths, 0 if paths else field.count), target, field.part, **options)


@pytest.mark.parametrize("case", CASES, indirect=True)
def test_the_command_measures_what_is_shown(case, capsys, opened, digits, tmp_path):
    words = shlex.split(as_command(SOURCE, *case, folder=str(tmp_path / "out")))
    assert words[0] == "cnn-inspector"
    found = facts(capsys, *words[1:])
    expected = measured(opened, digits, *case)
    assert np.array_equal(np.load(tmp_path / "out" / "heat.npy"), expected.heat)
    _, field, layer, unit = case
    assert (found["layer"], found["unit"], found["effective"]["part"]) == (layer, list(unit), field.part)


@pytest.mark.parametrize("case", CASES, indirect=True)
def test_the_script_measures_what_is_shown(case, opened, digits):
    names: dict[str, object] = {}
    exec(compile(as_python(SOURCE, *case), "copied", "exec"), names)
    expected = measured(opened, digits, *case)
    assert np.array_equal(names["field"].heat, expected.heat)
    assert names["seen"] == box(opened.facts.description.graph, expected.target.key, expected.target.unit)
    assert names["measured"].sigma == expected_numbers(opened, expected, expected.target).sigma


def test_a_later_frame_is_copied_and_what_is_in_no_file_is_not():
    source = Source(SourceKind.FILE, "/tmp/it's.tif", 3)
    assert shlex.split(as_command(source, *CASES[0]))[-4:-2] == ["--frame", "4"]
    assert "frame=3" in as_python(source, *CASES[0])
    pasted = Source(SourceKind.MEMORY, "pasted 1")
    filtered = NetworkSettings(feed=Feed.RESULT)
    for write in (as_command, as_python):
        with pytest.raises(ValueError, match="save it first"):
            write(pasted, *CASES[0])
        with pytest.raises(ValueError, match="save that"):
            write(SOURCE, filtered, *CASES[0][1:])
        assert write(pasted, *CASES[2])  # noise needs no picture
