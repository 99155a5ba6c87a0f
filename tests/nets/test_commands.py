"""``models`` and ``describe`` as a script uses them."""

import json
import subprocess
import sys

import pytest

from inspector import cli
from inspector.nets import entries, shipped_card


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(words) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_models_as_json(capsys):
    rows = json.loads(printed(capsys, "models", "--json"))
    assert [row["id"] for row in rows] == [one.id for one in entries()]
    assert all(list(row) == ["id", "title", "parameters", "macs", "input", "dataset", "test_error"] for row in rows)
    vgg16 = next(row for row in rows if row["id"] == "vgg16")
    assert (vgg16["parameters"], vgg16["macs"], vgg16["input"]) == (138_357_544, 15_470_264_320, [3, 224, 224])
    cards = [shipped_card(one) for one in entries()]
    assert [row["test_error"] for row in rows] == [card and card.test_error for card in cards]
    assert vgg16["test_error"] is None


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
        (["describe", "vgg16", "--input", "3,0,224"], "3,0,224"),
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


def test_torch_is_imported_only_by_the_commands_that_need_it():
    code = "import sys; from inspector import app, cli; cli.main(['kernels']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False).returncode == 0
