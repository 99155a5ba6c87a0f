"""``models`` and ``describe`` as a script uses them."""

import json
import subprocess
import sys

import pytest
import torch

from inspector import cli
from inspector.nets import entries, shipped_card
from inspector.nets.tensors_file import write_tensors


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(words) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_models_as_json(capsys):
    rows = json.loads(printed(capsys, "models", "--json"))
    assert [row["id"] for row in rows] == [one.id for one in entries()]
    assert all(list(row) == ["id", "title", "parameters", "macs", "input", "dataset", "test_error", "weights"] for row in rows)
    vgg16 = next(row for row in rows if row["id"] == "vgg16")
    assert (vgg16["parameters"], vgg16["macs"], vgg16["input"]) == (138_357_544, 15_470_264_320, [3, 224, 224])
    cards = [shipped_card(one) for one in entries()]
    assert [row["test_error"] for row in rows] == [card and card.test_error for card in cards]
    assert (vgg16["test_error"], vgg16["weights"]) == (None, "")
    assert [row["weights"] for row in rows] == ["shipped" if card else "" for card in cards]


def test_describe_as_json(capsys):
    facts = json.loads(printed(capsys, "describe", "vgg16", "--json"))
    assert list(facts) == ["model", "input", "parameters", "macs", "layers"]
    assert (facts["model"], facts["input"]) == ("vgg16", [3, 224, 224])
    rows = {row["name"]: row for row in facts["layers"]}
    assert rows["features.28"] == {
        "name": "features.28", "kind": "Conv2d", "output": [512, 14, 14], "parameters": 2_359_808, "macs": 462_422_016,
        "bytes": 401_408, "receptive_field": {"size": [196, 196], "jump": [16, 16], "padding": [90, 90]},
    }  # fmt: skip
    assert rows["classifier.6"]["receptive_field"] is None
    for sums in ("parameters", "macs"):
        assert facts[sums] == sum(row[sums] for row in facts["layers"])


def test_describe_at_another_size(capsys):
    facts = json.loads(printed(capsys, "describe", "vgg16", "--input", "3, 64, 96", "--json"))
    assert facts["input"] == [3, 64, 96]
    assert facts["layers"][0]["output"] == [64, 64, 96]


def test_tables_for_people(capsys):
    assert "138,357,544" in printed(capsys, "models")
    assert printed(capsys, "describe", "lenet5").startswith("lenet5, input 1 × 28 × 28")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["describe", "vgg17"], "vgg16"),
        (["describe", "vgg16", "--input", "3,16,16"], "features.29"),
        (["describe", "vgg16", "--input", "1,224,224"], "3 channels"),
        (["describe", "vgg16", "--input", "3,224"], "3,224,224"),
        (["describe", "vgg16", "--input", "3,0,224"], "each from 1 to"),
        (["describe", "vgg16", "--input", "3,²,224"], "--input"),
        (["describe", "vgg16", "--input", "3,224,99999999999"], "--input"),
        (["describe", "locally-connected", "--input", "1,32,32"], "(28, 28)"),
        (["describe"], "MODEL"),
    ],
)
def test_bad_input_is_one_line_that_names_it(words, named, capsys):
    assert cli.main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert named in captured.err


def lenet(path, **changed):
    """A LeNet-5 as tutorials save it: other names, the wide layer linear."""
    shapes = {
        "conv1": (6, 1, 5, 5), "conv2": (16, 6, 5, 5), "fc1": (120, 400), "fc2": (84, 120), "fc3": (10, 84),
    } | changed  # fmt: skip
    tensors = {f"{name}.weight": torch.zeros(shape) for name, shape in shapes.items()}
    tensors |= {f"{name}.bias": torch.zeros(shape[0]) for name, shape in shapes.items()}
    write_tensors(path, tensors, {})
    return str(path)


def test_describe_shows_what_goes_where_before_it_is_used(capsys, tmp_path):
    path = lenet(tmp_path / "net.safetensors")
    lines = printed(capsys, "describe", path).splitlines()
    assert lines[0] == f"{path}: 10 tensors, 61,706 parameters"
    assert lines[2] == "LeNet-5, modern form (lenet5), by order and shape"
    assert lines[3].split() == ["expected", "shape", "found", "shape"]
    assert lines[8].split() == ["c5.weight", "120x16x5x5", "fc1.weight", "120x400"]
    assert "The weights do not say --activation; usual is tanh." in lines
    assert "lenet5, input 1 × 28 × 28" in lines
    facts = json.loads(printed(capsys, "describe", "--weights", path, "--json"))
    assert list(facts) == ["model", "input", "parameters", "macs", "layers", "weights"]
    match = facts["weights"]["matches"][0]
    assert (match["architecture"], match["how"], match["asks"]) == (
        "lenet5",
        "order",
        ["activation", "pool", "normalize", "input"],
    )
    assert match["pairs"][4] == {
        "expected": "c5.weight", "expected_shape": [120, 16, 5, 5], "found": "fc1.weight", "found_shape": [120, 400],
    }  # fmt: skip


def test_the_kinds_of_layers_follow_the_answers(capsys, tmp_path):
    path = lenet(tmp_path / "net.safetensors")
    answered = json.loads(printed(capsys, "describe", path, "--activation", "relu", "--pool", "max", "--json"))
    assert [layer["kind"] for layer in answered["layers"][:3]] == ["Conv2d", "ReLU", "MaxPool2d"]


def test_matches_alone(capsys, tmp_path):
    path = lenet(tmp_path / "net.safetensors", conv1=(6, 2, 5, 5), fc1=(120, 401))
    report = json.loads(printed(capsys, "describe", "--weights", path, "--matches", "--json"))
    assert (report["tensors"], report["matches"]) == (10, [])
    assert "fc1 takes 401" in report["reason"]
    assert f"It fits no network: {report['reason']}." in printed(capsys, "describe", path, "--matches")


def test_wrong_shapes_are_all_printed_and_told_in_one_line(capsys, tmp_path):
    path = lenet(tmp_path / "net.safetensors", fc3=(10, 85))
    assert cli.main(["describe", "lenet5", "--weights", path]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "1 of 10 tensors differ: output.weight expected 10x84, found 10x85." in captured.err
    assert len(captured.out.splitlines()) == 11


def test_describe_own_code(capsys, tmp_path):
    (tmp_path / "own.py").write_text(
        "from torch import nn\ndef net():\n    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))\n"
    )
    facts = json.loads(printed(capsys, "describe", "--module", f"{tmp_path / 'own.py'}:net", "--json"))
    assert (facts["input"], facts["parameters"]) == ([1, 28, 28], 7850)


def test_torch_is_imported_only_by_the_commands_that_need_it():
    code = "import sys; from inspector import app, cli; cli.main(['kernels']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False).returncode == 0
