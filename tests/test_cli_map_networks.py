"""Networks of the user's own that make maps or several tensors, on the command line: all but a judgement."""

import json

import numpy as np
import pytest

from inspector import cli
from inspector.core.receptive_field.compose import box
from inspector.nets import describe
from inspector.nets.loading.own_code import build_own

OWN = """
import torch
from torch import nn

class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.down = nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 2, 2, stride=2)
        self.up, self.last = nn.Upsample(scale_factor=2), nn.Conv2d(4, 3, 3, padding=1)
    def forward(self, x):
        maps = self.conv(x)
        return self.last(torch.cat([self.up(self.down(maps)), maps], 1))

class Tokens(nn.Module):
    def forward(self, maps):
        return maps.flatten(2)[0]

class Several(Decoder):
    def __init__(self):
        super().__init__()
        self.tokens = Tokens()
    def forward(self, x):
        maps = super().forward(x)
        return {"maps": maps, "tokens": self.tokens(maps)}
"""
SHIFT = ("shift", "sample:digits", "--max", "2", "--no-circular-split")


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.py"
    path.write_text(OWN, encoding="utf-8")
    return lambda name: ("--module", f"{path}:{name}", "--input", "1,20,16", "--normalize", "0,1")


def facts(capsys, *words):
    assert cli.main((*words, "--json")) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return json.loads(captured.out)


def text(capsys, *words):
    assert cli.main(words) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", ["Decoder", "Several"])
def test_the_box_of_a_unit_of_the_maps_and_its_gradient(capsys, own, tmp_path, name):
    words = ("rf", *own(name), "--layer", "last", "--unit", "7,8")
    graph = describe(build_own(own(name)[1]), (1, 20, 16)).graph
    found = facts(capsys, *words, "--effective", "sample:digits", "-o", str(tmp_path / "out"))
    assert tuple(found["box"]) == box(graph, "last", (7, 8)) == (5, 5, 11, 11)
    assert found["effective"]["energy_inside"] == 1
    heat = np.load(tmp_path / "out" / "heat.npy")
    y0, x0, y1, x1 = found["box"]
    assert heat[y0:y1, x0:x1].all()
    assert (heat != 0).sum() == 36
    assert facts(capsys, *words, "--random", "2")["effective"]["pictures"] == 2
    assert [row["layer"] for row in facts(capsys, "rf", *own(name))["layers"]] == ["conv", "down", "up", "last"]


def test_a_layer_without_maps_is_told_and_its_field_refused_in_a_sentence(capsys, own):
    *_, last, tokens = facts(capsys, "describe", *own("Several"))["layers"]
    assert (last["output"], tokens["output"], tokens["receptive_field"]) == ([3, 20, 16], None, None)
    said = "tokens hands on (3, 320), no maps of one picture, (1, C) to (1, C, H, W): what its units see is not known"
    assert tokens["remark"] == said
    assert said in text(capsys, "describe", *own("Several")).splitlines()
    assert cli.main(["rf", *own("Several"), "--layer", "tokens"]) == 2
    assert capsys.readouterr().err == f"cnn-inspector: layer 'tokens': {said}\n"


def test_all_maps_are_written_and_no_probabilities(capsys, own, tmp_path):
    found = facts(capsys, "activations", "sample:digits", *own("Several"), "-o", str(tmp_path))
    assert found["top"] == []
    with np.load(tmp_path / "maps.npz") as values:
        assert sorted(values) == ["conv", "down", "input", "last", "up"]
    words = ("activations", "sample:digits", *own("Several"), "-o", str(tmp_path))
    assert "the network gives no classes" in text(capsys, *words)


def test_layers_are_measured_under_shifts_and_nothing_is_judged(capsys, own):
    found = facts(capsys, *SHIFT, *own("Decoder"), "--rotate")
    assert {row["name"]: row["jump"] for row in found["layers"]} == {"conv": [1, 1], "down": [2, 2], "up": [1, 1], "last": [1, 1]}
    assert found["notes"] == ["The network gives no classes."]
    assert "output" not in found
    assert found["rotation"]["output"]["consistency"] is None
    assert text(capsys, *SHIFT, *own("Decoder"), "--rotate").endswith("\nThe network gives no classes.\n")


@pytest.mark.parametrize("words", [
    ("predict", "sample:digits"), ("evaluate", "--data", "."), (*SHIFT, "--decision"),
    ("shift", "--data", "PICTURES", "--max", "2"),
])  # fmt: skip
def test_a_judgement_is_refused_in_one_sentence(capsys, own, tmp_path, words):
    if "PICTURES" in words:
        facts(capsys, "activations", "sample:digits", *own("Decoder"), "-o", str(tmp_path))  # pictures of maps
    assert cli.main([str(tmp_path) if word == "PICTURES" else word for word in words] + list(own("Decoder"))) == 2
    assert capsys.readouterr().err == "cnn-inspector: the network gives no classes, so that it does not judge\n"
