"""``shift`` as a script uses it: exact laws, keys, files, and what is refused."""

import csv
import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import torch
from PIL import Image

from inspector import cli
from inspector.core.resources import sample

LENET = ["shift", "sample:digits", "--model", "lenet5"]
ROUND = ["--border", "circular", "--surgery", "padding circular"]
QUICK = ["--no-circular-split", "--no-decision"]
KEYS = {"name", "jump", "equivariance", "invariance", "padding_share", "cosine", "interior", "compared", "whole", "lacks"}

OWN = """
import torch
from torch import nn

class Averaged(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(3)
        self.conv, self.pool, self.head = nn.Conv2d(1, 4, 3, padding=1), nn.MaxPool2d(2), nn.Linear(4, 10)
        self.head.weight.data *= 1000  # else the judgement hardly hangs on the maps
    def forward(self, x):
        return self.head(self.pool(self.conv(x).relu()).mean((2, 3)))

def averaged(): return Averaged()
def filled(value):
    net = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(1568, 10))
    for weights in net.parameters():
        nn.init.constant_(weights, value)
    return net
def dead(): return filled(-1.0)
def nan(): return filled(float("nan"))
def peculiar():
    return nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.AvgPool2d(2, divisor_override=3), nn.Flatten(), nn.Linear(392, 10))
"""


@pytest.fixture(autouse=True)
def one_thread():
    """Networks this small only wait for each other's threads, above all on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.py"
    path.write_text(OWN, encoding="utf-8")
    return lambda name: ["shift", "sample:digits", "--module", f"{path}:{name}", "--input", "1,28,28"]


@pytest.fixture
def folder(tmp_path):
    """Three pictures and something that is none."""
    made = tmp_path / "pictures"
    made.mkdir()
    for seed in range(3):
        Image.fromarray(np.random.default_rng(seed).integers(0, 256, (40, 48), np.uint8)).save(made / f"{seed}.png")
    (made / "broken.png").write_bytes(b"no picture")
    return made


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(words) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def facts(capsys, *words):
    return json.loads(printed(capsys, *words, "--json"))


def along(found, layer, amounts, name="equivariance"):
    """The measures at shifts along x, without those that are not defined."""
    (row,) = [row for row in found["layers"] if row["name"] == layer]
    place = {dx: index for index, (_, dx) in enumerate(found["shifts"])}
    return [value for amount in amounts if (value := row[name][place[amount]]) is not None]


# ---- laws ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "periods"), [
    ("lenet5", {"c1": 1, "s2": 2, "c3": 2, "s4": 4}),
    ("simple-cnn", {"pool_1": 2, "conv_2": 2, "pool_2": 4}),
    ("vgg-compact", {"features.3": 1, "features.6": 2, "features.13": 4, "features.20": 8}),
])  # fmt: skip
def test_no_error_at_multiples_of_the_jump_and_the_period_is_the_jump(capsys, model, periods):
    picked = [word for layer in periods for word in ("--layer", layer)]
    found = facts(capsys, "shift", "sample:digits", "--model", model, *ROUND, "--max", "16", *picked, *QUICK)
    assert found["decision"] is None
    for layer, jump in periods.items():
        (row,) = [row for row in found["layers"] if row["name"] == layer]
        assert row["jump"] == [jump, jump]
        multiples = along(found, layer, range(-16, 17, jump))
        assert multiples
        assert set(multiples) == {0.0}
        assert min(along(found, layer, [at for at in range(-16, 17) if at % jump]), default=1) > 0
        assert row["period"] == (jump if jump > 1 else None)


def test_polyphase_sampling_is_judged_alike_for_every_shift(capsys, own):
    words = [*own("averaged"), *ROUND, "--max", "1", "--no-circular-split", "--layer", "pool"]
    assert cli.main([*words, "--surgery", "pool aps", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert max(found["output"]["change"]) < 1e-5
    assert cli.main([*words, "--json"]) == 0
    assert max(json.loads(capsys.readouterr().out)["output"]["change"]) > 1e-4


def test_what_is_due_to_padding_vanishes_with_circular_padding(capsys):
    found = facts(capsys, *LENET, "--border", "circular", "--max", "3", "--layer", "c1", "--layer", "s2")
    assert found["circular_split"]
    assert along(found, "c1", (-2, -1, 1, 2, 3), "padding_share") == [1.0] * 5
    assert all(0 <= share < 0.5 for share in along(found, "s2", (-1, 1), "padding_share"))
    assert along(found, "s2", (0,), "padding_share") == []
    assert facts(capsys, *LENET, "--max", "2", "--no-circular-split")["layers"][0]["padding_share"] == [None] * 5


def test_a_linear_layer_does_not_move_along(capsys):
    (row,) = facts(capsys, "shift", "sample:digits", "--model", "mlp1", "--max", "2", "--layer", "linear1")["layers"]
    assert row["equivariance"] == [None] * 5
    assert row["jump"] is None
    assert all("no places" in lack for lack in row["lacks"])
    assert row["invariance"][2] == 0 < min(row["invariance"][:2])


# ---- what is printed -------------------------------------------------------------------------------------------


def test_the_keys(capsys):
    found = facts(capsys, *LENET, "--max", "2", "--axis", "diagonal", "--step", "1/2", "--surgery", "pool blur3 s2", "--rotate")
    assert (found["model"], found["border"], found["surgery"]) == ("lenet5", "zero", ["pool blur3 s2"])
    assert found["shifts"] == [[step / 2, step / 2] for step in range(-4, 5)]
    assert all(set(row) >= KEYS for row in found["layers"])
    assert all(len(row[name]) == 9 for row in found["layers"] for name in KEYS - {"name", "jump"})
    assert [np.array(found[name], object).shape for name in ("decision", "probability", "margin")] == [(5, 5)] * 3
    assert found["rotation"]["degrees"][13] == 0
    assert found["rotation"]["output"]["same"][13]


def test_the_decisions_are_those_of_predict(capsys, tmp_path):
    picture = np.asarray(Image.open(sample("digits").path).convert("L").resize((28, 28)))
    Image.fromarray(picture).save(tmp_path / "still.png")
    moved = np.zeros_like(picture)
    moved[3:, :-2] = picture[:-3, 2:]
    Image.fromarray(moved).save(tmp_path / "moved.png")
    found = facts(capsys, "shift", str(tmp_path / "still.png"), "--model", "lenet5", "--max", "3")
    said = facts(capsys, "predict", str(tmp_path / "still.png"), str(tmp_path / "moved.png"), "--model", "lenet5")
    for row, place in zip(said, ((3, 3), (6, 1)), strict=True):
        top, second = row["top"][:2]
        assert found["decision"][place[0]][place[1]] == top["class"]
        assert found["probability"][place[0]][place[1]] == pytest.approx(top["probability"], abs=1e-5)
        assert found["margin"][place[0]][place[1]] == pytest.approx(top["probability"] - second["probability"], abs=1e-5)
    flat = [label for line in found["decision"] for label in line]
    assert found["consistency"] == pytest.approx(flat.count(said[0]["top"][0]["class"]) / 49)


def test_changes_scale_and_a_constant_count(capsys):
    plain = facts(capsys, *LENET, "--max", "2", "--scale")
    changed = facts(capsys, *LENET, "--max", "2", "--change", "silence c1 0")
    white = facts(capsys, *LENET, "--max", "2", "--border", "constant", "--cval", "1")
    assert plain["layers"][1]["equivariance"] != changed["layers"][1]["equivariance"]
    assert plain["layers"][1]["equivariance"] != white["layers"][1]["equivariance"]
    orbit = plain["scale"]
    at = dict(zip(orbit["factors"], orbit["probability"], strict=True))
    assert orbit["slope"] == pytest.approx((at[1.01] - at[0.99]) / 0.02)


def test_maps_of_zeros_and_outputs_that_are_not_finite_are_said(capsys, own):
    assert cli.main([*own("dead"), "--max", "1", "--no-circular-split", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["layers"]
    assert rows[0]["equivariance"] == [None] * 3
    assert "all zero" in rows[0]["lacks"][0]
    assert cli.main([*own("nan"), "--max", "1", "--no-circular-split", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["decision"] == [[None] * 3] * 3
    assert found["consistency"] is None
    assert cli.main([*own("nan"), "--max", "1", "--no-circular-split"]) == 0
    assert "not finite" in capsys.readouterr().out


def test_padding_that_cannot_be_made_circular_is_said(capsys, own):
    words = [*own("peculiar"), "--max", "1"]
    assert cli.main(words) == 0
    assert "due to padding is not known" in capsys.readouterr().out
    assert cli.main([*words, "--circular-split"]) == 2
    assert "cannot be altered" in capsys.readouterr().err


def test_a_table_for_people(capsys):
    lines = printed(capsys, *LENET, *ROUND, "--max", "8").splitlines()
    assert lines[0].startswith("lenet5, sample:digits, border circular, pad wrap *; means over 16 shifts")
    (row,) = [line.split() for line in lines if line.startswith("s4 ")]
    assert row[1:3] == ["4", "4"]
    assert any(line.startswith("– c5") and "maps of one unit" in line for line in lines)
    assert any("of the 289 shifts" in line for line in lines)


# ---- files -----------------------------------------------------------------------------------------------------


def test_files_of_a_picture(capsys, tmp_path):
    words = ["--max", "4", "--layer", "s2", "--layer", "f6", "--animate", "1.5"]
    found = facts(capsys, *LENET, *words, "-o", str(tmp_path / "out"))
    names = ["decision.png", "decision.svg", "layers.csv", "sawtooth.png", "sawtooth.svg", "shift.csv", "shift.gif", "shift.json"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert sorted(found["files"]) == [str(tmp_path / "out" / name) for name in names]
    rows = list(csv.DictReader((tmp_path / "out" / "shift.csv").read_text().splitlines()))
    assert len(rows) == 18
    assert [float(row["equivariance"]) for row in rows[:9]] == found["layers"][0]["equivariance"]
    assert rows[9]["equivariance"] == ""
    assert rows[9]["lack"] == found["layers"][1]["lacks"][0]
    assert json.loads((tmp_path / "out" / "shift.json").read_text())["layers"] == found["layers"]
    drawn = ET.parse(tmp_path / "out" / "sawtooth.svg").getroot()
    assert "s2" in {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    with Image.open(tmp_path / "out" / "shift.gif") as gif:
        durations = [gif.info["duration"] for frame in range(gif.n_frames) if gif.seek(frame) is None]
    assert (len(durations), sum(durations)) == (16, 1500)


def test_orbits_have_a_table_and_a_plot(capsys, tmp_path):
    words = ["--max", "1", "--layer", "s2", "--rotate", "--scale"]
    found = facts(capsys, *LENET, *words, *QUICK, "-o", str(tmp_path / "out"))
    rows = list(csv.DictReader((tmp_path / "out" / "orbits.csv").read_text().splitlines()))
    turned = [row for row in rows if (row["orbit"], row["layer"]) == ("rotation", "s2")]
    assert [float(row["amount"]) for row in turned] == found["rotation"]["degrees"]
    assert [float(row["probability"]) for row in turned] == found["rotation"]["probability"]
    assert [float(row["equivariance"]) for row in turned] == found["rotation"]["layers"][0]["equivariance"]
    drawn = ET.parse(tmp_path / "out" / "orbits.svg").getroot()
    said = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"rotation", "scale", "rotation, errors", "s2", "probability of the class"} <= said


def test_errors_of_maps_and_places_are_means_over_the_shifts(capsys):
    words = ["--max", "1", "--layer", "s2", "--layer", "f6", "--parts"]
    found = facts(capsys, *LENET, *words, *QUICK)
    pooled, linear = found["layers"]
    assert np.array(pooled["by_map"], float).shape == (6,)
    assert np.array(pooled["by_place"], float).shape == (14, 14)
    assert "by_map" not in linear
    one = facts(capsys, *LENET, "--max", "1", "--layer", "s2", *QUICK)["layers"][0]
    assert "by_map" not in one
    places = np.array(pooled["by_place"], float)
    assert places.min() >= 0
    assert 0 < np.nanmean(places) < 2 * np.mean(along(found, "s2", (-1, 1)))


def test_winners_of_max_poolings_jump_between_the_multiples_of_the_jump(capsys):
    words = ["shift", "sample:digits", "--model", "simple-cnn", "--max", "2", "--layer", "pool_1", "--layer", "conv_1", "--parts"]
    pooled, plain = facts(capsys, *words, *QUICK)["layers"]
    kept, new, lost = (pooled["winners"][name] for name in ("kept", "new", "lost"))
    assert (new[2], lost[2]) == (0, 0)  # not moved at all
    assert min(new[1], new[3]) > 3 * max(new[0], new[4])  # by one pixel, and by the two of a step
    assert min(lost[1], lost[3]) > 3 * max(lost[0], lost[4])
    assert all(count > 0 for count in kept)
    assert "winners" not in plain


def test_the_probabilities_of_all_classes_are_told(capsys):
    output = facts(capsys, *LENET, "--max", "1", *QUICK)["output"]
    probabilities = np.array(output["probabilities"])
    assert probabilities.shape == (3, 10)
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert np.allclose(np.abs(probabilities - probabilities[1]).sum(axis=1) / 2, output["change"])


def test_a_folder(capsys, folder, tmp_path):
    words = ["shift", "--data", str(folder), "--model", "lenet5", "--border", "crop", "--max", "4", "--curves", "2"]
    found = facts(capsys, *words, "-o", str(tmp_path / "out"))
    assert (found["pictures"], found["skipped"], found["curves"], found["accuracy"]) == (3, 1, 2, None)
    assert 0 <= found["consistency"] <= 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "layers.csv", "sawtooth.png", "sawtooth.svg", "shift.csv", "shift.json",
    ]  # fmt: skip
    text = printed(capsys, *words)
    assert "3 pictures, 1 more left out" in text
    assert facts(capsys, *words)["layers"] == found["layers"]


def test_a_folder_is_moved_by_no_more_than_an_eighth_of_the_input(capsys, folder):
    found = facts(capsys, "shift", "--data", str(folder), "--model", "lenet5")
    assert found["shifts"] == [[0, dx] for dx in range(-3, 4)]


def test_why_data_have_no_share_of_padding_is_said(capsys, folder):
    assert "– padding: its share is measured of one picture" in printed(
        capsys, "shift", "--data", str(folder), "--model", "lenet5", "--curves", "1"
    )


def test_a_run_that_is_broken_off_says_how_far_it_has_come(capsys, folder, tmp_path, monkeypatch):
    def broken_off(*_, progress, **__):
        progress(2, 3)
        raise KeyboardInterrupt

    monkeypatch.setattr("inspector.nets.consistency.consistency", broken_off)
    words = ["shift", "--data", str(folder), "--model", "lenet5"]
    for more, how in (
        ([], "with -o DIR, the same command would go on"),
        (["-o", str(tmp_path / "out")], "the same command goes on"),
    ):
        with pytest.raises(KeyboardInterrupt):
            cli.main([*words, *more])
        assert capsys.readouterr() == ("", f"cnn-inspector: broken off at 2 of 3 pictures; {how}\n")


# ---- bad input -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["shift", "--model", "lenet5"], "--data"),
        ([*LENET, "--data", "FOLDER"], "--data"),
        ([*LENET[:2]], "name a network"),
        ([*LENET, "--max", "28"], "leaves nothing of an input of 28 × 28"),
        ([*LENET, "--max", "0"], "--max"),
        ([*LENET, "--max", "-3"], "--max"),
        ([*LENET, "--step", "0"], "--step"),
        ([*LENET, "--step", "1/10000"], "larger step"),
        ([*LENET, "--layer", "c9"], "no such layer"),
        ([*LENET, "--surgery", "pool blur7"], "pool blur7"),
        ([*LENET, "--surgery", "pool blur3 c9"], "'c9'"),
        ([*LENET, "--cval", "1"], "--cval belongs to --border constant"),
        ([*LENET, "--border", "crop", "--rotate"], "--rotate and --scale look beyond"),
        ([*LENET, "--count", "3"], "--count belongs to --data"),
        ([*LENET, "--animate", "3"], "-o"),
        ([*LENET, "--animate", "0"], "seconds"),
        ([*LENET, "--border", "sideways"], "--border"),
        ([*LENET, "--change", "silence c9 0"], "c9"),
        (["shift", "SMALL", "--model", "lenet5", "--border", "crop"], "smaller than the 60 × 60 pixels"),
        (["shift", "NAN", "--model", "lenet5"], "not finite"),
        (["shift", "none.png", "--model", "lenet5"], "none.png"),
        (["shift", "sample:digits", "--model", "mlp1", "--surgery", "pool aps"], "no pooling"),
        (["shift", "sample:digits", "--model", "vgg16", "--input", "3,16,16", "--untrained"], "features.29"),
        (["shift", "--data", "FOLDER", "--model", "lenet5", "--rotate"], "--rotate belongs to one picture"),
        (["shift", "--data", "FOLDER", "--model", "lenet5", "--max", "99"], "leaves nothing"),
        (
            ["shift", "--data", "FOLDER", "--model", "lenet5", "--border", "crop", "--max", "16"],
            "none of the pictures can be taken",
        ),
        (["shift", "--data", "EMPTY", "--model", "lenet5"], "there are no pictures in it"),
        (["shift", "--data", "MISSING", "--model", "lenet5"], "Cannot list"),
        ([*LENET, "--max", "1", "-o", "SMALL"], "Cannot save"),
    ],
)
def test_bad_input_is_one_line_that_names_it(words, named, capsys, tmp_path, folder):
    (tmp_path / "empty").mkdir()
    Image.fromarray(np.zeros((20, 30), np.uint8)).save(tmp_path / "small.png")
    np.save(tmp_path / "nan.npy", np.full((28, 28), np.nan, np.float32))
    places = {"FOLDER": folder, "EMPTY": tmp_path / "empty", "MISSING": tmp_path / "missing", "SMALL": tmp_path / "small.png",
              "NAN": tmp_path / "nan.npy"}  # fmt: skip
    assert cli.main([str(places.get(word, word)) for word in words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert named in captured.err
