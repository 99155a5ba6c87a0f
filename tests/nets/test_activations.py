"""``activations`` as a script uses it: a picture for each layer, and the exact values."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

from inspector import cli
from inspector.core.images import read_picture
from inspector.core.network.maps_file import write_maps
from inspector.core.network.settings import Colouring, ModelChoice, ModelKind, Order
from inspector.core.network.shown import show_maps
from inspector.core.network.view import MapsView
from inspector.core.resources import sample
from inspector.nets import open_network

LENET = ["activations", "sample:digits", "--model", "lenet5"]


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(words) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def facts(capsys, *words):
    return json.loads(printed(capsys, *LENET, "--json", *words))


@pytest.fixture(scope="module")
def opened():
    return open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))


@pytest.fixture(scope="module")
def inspected(opened):
    return opened.inspect(read_picture(sample("digits").path))


def test_all_layers_as_pictures_and_every_tensor_exactly(capsys, tmp_path, opened, inspected):
    found = facts(capsys, "-o", str(tmp_path))
    assert [row["layer"] for row in found["layers"]] == [step.key for step in opened.facts.steps]
    with np.load(tmp_path / "maps.npz") as values:
        assert set(values) == {*inspected.maps, "probabilities"}
        assert all(np.array_equal(values[key], maps) and values[key].dtype == np.float32 for key, maps in inspected.maps.items())
        assert np.array_equal(values["probabilities"], inspected.probabilities)
    for row in found["layers"]:
        atlas = show_maps(inspected, opened.facts, MapsView(row["tensor"])).atlas
        assert np.array_equal(np.asarray(Image.open(row["file"])), atlas)
    assert {*tmp_path.iterdir()} == {tmp_path / "maps.npz", *(Path(row["file"]) for row in found["layers"])}


def test_the_facts_are_those_of_the_maps(capsys, tmp_path, inspected):
    found = facts(capsys, "-o", str(tmp_path), "--layer", "c3", "--layer", "input")
    assert (found["image"], found["model"], found["fit"], found["stage"]) == ("sample:digits", "lenet5", "crop", "after")
    best = found["top"][0]
    assert (best["class"], best["probability"]) == (str(inspected.probabilities.argmax()), inspected.probabilities.max())
    row, given = found["layers"]
    maps = inspected.maps["tanh3"]
    assert (row["layer"], row["tensor"], row["shape"]) == ("c3", "tanh3", [16, 10, 10])
    assert (row["min"], row["max"]) == (maps.min(), maps.max())
    assert row["mean"] == pytest.approx(maps.mean(), abs=1e-6)
    assert (row["dead"], row["not_finite"]) == (0, 0)
    assert (given["layer"], given["tensor"], given["shape"]) == ("input", "input", [1, 28, 28])
    with np.load(tmp_path / "maps.npz") as values:
        assert set(values) == {"input", "tanh3", "probabilities"}


def test_before_the_activation_function(capsys, tmp_path):
    found = facts(capsys, "-o", str(tmp_path), "--stage", "before")
    assert [row["tensor"] for row in found["layers"]][:3] == ["c1", "s2", "c3"]


def test_a_tensor_within_a_row_has_its_own_name(capsys, tmp_path):
    assert facts(capsys, "-o", str(tmp_path), "--layer", "tanh1", "--stage", "before")["layers"][0]["tensor"] == "tanh1"


@pytest.mark.parametrize(
    ("words", "view"),
    [
        (["--colours", "layer"], MapsView("tanh3", colouring=Colouring.LAYER)),
        (["--colours=-1/2,2"], MapsView("tanh3", colouring=Colouring.FIXED, fixed=(-0.5, 2.0))),
        (["--sort", "variance"], MapsView("tanh3", order=Order.VARIANCE)),
    ],
)
def test_pictures_are_coloured_and_sorted_as_asked(capsys, tmp_path, opened, inspected, words, view):
    (row,) = facts(capsys, "-o", str(tmp_path), "--layer", "c3", *words)["layers"]
    expected = show_maps(inspected, opened.facts, view)
    assert np.array_equal(np.asarray(Image.open(row["file"])), expected.atlas)
    assert row["colours"] == expected.colours


def test_a_table_for_people(capsys, tmp_path):
    lines = printed(capsys, *LENET, "--fit", "digit", "-o", str(tmp_path / "new")).splitlines()
    assert lines[0].startswith("sample:digits, fitted by digit to 1 × 28 × 28: ")
    assert lines[1].split() == ["layer", "tensor", "shape", "min", "max", "mean", "dead", "file"]
    assert lines[2].split()[:2] == ["c1", "tanh1"]
    assert lines[2].endswith("000-c1.png")


def test_files_of_layers_with_odd_names_have_plain_names(capsys, tmp_path):
    code = "from torch import nn\ndef net():\n    one = nn.Sequential()\n    one.add_module('a/b ü', nn.Flatten())\n"
    code += "    one.add_module('input', nn.Linear(4, 2))\n    return one\n"
    (tmp_path / "own.py").write_text(code, encoding="utf-8")
    words = ["--module", f"{tmp_path / 'own.py'}:net", "--input", "1,2,2", "--normalize", "0,1", "-o", str(tmp_path / "out")]
    rows = json.loads(printed(capsys, "activations", "sample:digits", "--json", *words))["layers"]
    assert [Path(row["file"]).name for row in rows] == ["000-a-b--.png", "001-input-1.png"]
    with np.load(tmp_path / "out" / "maps.npz") as values:
        assert set(values) == {"input", "a/b ü", "input:1", "probabilities"}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([*LENET, "-o", "DIR", "--layer", "c9"], "--layer c9: there is no such layer in LeNet-5, modern form, only 'c1', "),
        ([*LENET, "-o", "DIR", "--fit", "pad"], "sample:digits: pictures of"),
        ([*LENET, "-o", "DIR", "--colours", "red"], "'red' is neither map, layer nor two numbers such as -1,1"),
        ([*LENET, "-o", "DIR", "--colours", "1,2,3"], "neither map, layer nor two numbers"),
        ([*LENET, "-o", "DIR", "--normalize", "1,2,3,4,5,6"], "--normalize: "),
        ([*LENET, "-o", "FILE"], "Cannot save"),
        (LENET, "-o"),
        (["activations", "none.png", "--model", "lenet5", "-o", "DIR"], "none.png"),
        (["activations", "sample:digits", "-o", "DIR"], "name a network"),
    ],
)
def test_bad_input_is_one_line_that_names_it(words, named, capsys, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    places = {"DIR": str(tmp_path / "new"), "FILE": str(tmp_path / "file")}
    assert cli.main([places.get(word, word) for word in words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert named in captured.err
    assert not (tmp_path / "new").exists()


def test_maps_of_damaged_weights_are_shown_and_the_damage_is_said(capsys, tmp_path):
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    state = {f"net.{name}": torch.full_like(value, torch.nan) for name, value in network.state_dict().items()}
    save_file(state, tmp_path / "nan.safetensors")
    words = ["--model", "mlp1", "--weights", str(tmp_path / "nan.safetensors")]
    assert cli.main(["activations", "sample:digits", *words, "-o", str(tmp_path), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["top"] == []
    assert "hold values that are no numbers" in captured.err
    assert cli.main(["predict", "sample:digits", *words]) == 2
    said = capsys.readouterr().err  # the note on NaN comes with a result, and is not a second line of a failure
    assert said.count("\n") == 1
    assert "outputs are not finite" in said


def test_notes_come_behind_the_result(capsys, tmp_path):
    assert cli.main(["activations", "sample:digits", "--model", "mlp1", "--untrained", "-o", str(tmp_path)]) == 0
    assert "The weights are random" in capsys.readouterr().err


def test_a_file_of_maps_is_replaced_whole(tmp_path):
    path = tmp_path / "maps.npz"
    write_maps(path, {"file": np.zeros((2, 0, 3), np.float32), "allow_pickle": np.arange(6.0)[::2]})
    with np.load(path) as values:
        assert values["file"].shape == (2, 0, 3)
        assert values["allow_pickle"].tolist() == [0, 2, 4]
    assert [one.name for one in tmp_path.iterdir()] == ["maps.npz"]
