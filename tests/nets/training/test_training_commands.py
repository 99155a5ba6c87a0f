"""train, evaluate and predict as a script uses them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inspector import __main__ as program
from inspector import cli_training
from inspector.nets import Part, read_dataset
from inspector.nets.tensors_file import read_tensors, write_tensors
from inspector.nets.training import Progress


@pytest.fixture
def run(capsys):
    """The JSON that a command prints."""

    def run_command(*words):
        assert program.main([*map(str, words), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run_command


@pytest.fixture
def refused(capsys):
    """The one line of a refused command."""

    def refuse(*words):
        assert program.main([*map(str, words)]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("cnn-inspector: ")
        assert captured.err.count("\n") == 1
        return captured.err

    return refuse


@pytest.fixture(scope="module")
def weights(mnist, tmp_path_factory) -> Path:
    """A simple CNN that has learnt the blocks."""
    path = tmp_path_factory.mktemp("weights") / "simple.safetensors"
    assert program.main(["train", "simple-cnn", "--data", str(mnist), "-o", str(path), "--epochs", "20"]) == 0
    return path


@pytest.fixture
def block(mnist, tmp_path) -> Path:
    """The first test picture as a file."""
    path = tmp_path / "block.png"
    Image.fromarray(read_dataset("MNIST", mnist, Part.TEST).images[0, 0]).save(path)
    return path


def test_train_prints_the_card(run, mnist, tmp_path):
    card = run("train", "mlp1", "--data", mnist, "-o", tmp_path / "w.safetensors", "--epochs", 2, "--seed", 7)
    assert card == json.loads((tmp_path / "w.json").read_text())
    assert (card["architecture"], card["seed"], card["recipe"]["epochs"], card["test_images"]) == ("mlp1", 7, 2, 100)


def test_train_tells_how_long_it_takes(mnist, tmp_path, capsys):
    assert program.main(["train", "mlp1", "--data", str(mnist), "-o", str(tmp_path / "w.safetensors"), "--epochs", "2"]) == 0
    captured = capsys.readouterr()
    assert [line.split()[:2] for line in captured.err.splitlines()] == [["epoch", "1/2"], ["epoch", "2/2"]]
    assert captured.err.endswith("  0 s left\n")
    assert "mlp1 after 2 epochs" in captured.out


def test_evaluate_agrees_with_the_card(run, weights, mnist):
    facts = run("evaluate", "simple-cnn", "--weights", weights, "--data", mnist)
    assert set(facts) == {"model", "dataset", "images", "accuracy", "test_error", "confusion"}
    assert (facts["model"], facts["dataset"], facts["images"]) == ("simple-cnn", "MNIST", 100)
    assert facts["test_error"] == json.loads(weights.with_suffix(".json").read_text())["test_error"]
    assert facts["test_error"] <= 0.1
    assert facts["accuracy"] == np.trace(facts["confusion"]) / 100
    assert np.sum(facts["confusion"], axis=1).tolist() == [10] * 10


def test_evaluate_for_people(weights, mnist, capsys):
    assert program.main(["evaluate", "simple-cnn", "--weights", str(weights), "--data", str(mnist)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("simple-cnn on 100 pictures of MNIST: test error ")
    assert lines[2].split() == ["true", "\\", "said", *"0123456789"]
    assert len(lines) == 13


def test_predict_names_the_likeliest_classes(run, weights, block, mnist):
    rows = run("predict", block, "sample:text", "--model", "simple-cnn", "--weights", weights, "--top", 3)
    assert [row["image"] for row in rows] == [str(block), "sample:text"]
    assert [len(row["top"]) for row in rows] == [3, 3]
    best = rows[0]["top"][0]
    assert best["class"] == str(read_dataset("MNIST", mnist, Part.TEST).labels[0])
    assert best["probability"] == max(guess["probability"] for guess in rows[0]["top"])


def test_fit_and_normalization_are_obeyed(run, weights, block):
    command = ("predict", block, "--model", "simple-cnn", "--weights", weights)
    assert run(*command) == run(*command, "--normalize", "0.1307,0.3081", "--fit", "pad")
    assert run(*command) != run(*command, "--normalize", "0.9,0.1")


def test_the_network_is_recognized_by_the_weights(run, weights, block, mnist):
    named = run("predict", block, "--model", "simple-cnn", "--weights", weights)
    assert run("predict", block, "--weights", weights) == named
    assert run("evaluate", "--weights", weights, "--data", mnist) == run("evaluate", weights, "--data", mnist)


def test_other_people_s_weights_are_judged_as_answered(run, refused, weights, block, mnist, tmp_path):
    tensors, _ = read_tensors(weights)
    names = {name: name.replace("_", ".") for name in tensors}
    write_tensors(tmp_path / "other.safetensors", {names[name]: tensor for name, tensor in tensors.items()}, {})
    command = ("predict", block, "--weights", tmp_path / "other.safetensors")
    assert "give --activation relu|tanh --pool max|avg" in refused(*command)
    answers = ("--activation", "relu", "--pool", "max")
    assert run(*command, *answers) == run("predict", block, "--weights", weights)
    facts = run("evaluate", "--weights", tmp_path / "other.safetensors", *answers, "--data", mnist)
    assert facts["model"] == "simple-cnn"
    assert facts["test_error"] == json.loads(weights.with_suffix(".json").read_text())["test_error"]


def test_own_code_is_judged_on_the_data_set_that_is_named(run, refused, mnist, tmp_path):
    (tmp_path / "own.py").write_text(
        "from torch import nn\ndef net():\n    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))\n"
    )
    own = ("evaluate", "--module", f"{tmp_path / 'own.py'}:net", "--data", mnist)
    assert run(*own, "--dataset", "MNIST")["images"] == 100
    assert "--dataset MNIST or CIFAR-10" in refused(*own)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["train", "lenet", "--data", "DATA", "-o", "w.safetensors"], "lenet5"),
        (["train", "vgg16", "--data", "DATA", "-o", "w.safetensors"], "no recipe to train 'vgg16'"),
        (["train", "mlp1", "--data", "DATA", "-o", "w.pt"], "must end in .safetensors"),
        (["train", "mlp1", "--data", "EMPTY", "-o", "w.safetensors"], "train-images-idx3-ubyte"),
        (["train", "mlp1", "--data", "DATA", "-o", "w.safetensors", "--epochs", "0"], "epochs 0 must be >= 1"),
        (["train", "mlp1", "--data", "DATA", "-o", "EMPTY/none/w.safetensors"], "no such folder"),
        (["evaluate", "lenet5-1998", "--data", "DATA"], "No weights for lenet5-1998 come with the program"),
        (["evaluate", "mlp1", "--data", "DATA", "--weights", "WEIGHTS"], "holds weights of simple-cnn, not of mlp1"),
        (["predict", "BLOCK", "--model", "simple-cnn", "--weights", "BLOCK"], "it is a picture (PNG)"),
        (["predict", "none.png", "--model", "simple-cnn", "--weights", "WEIGHTS"], "none.png"),
        (["predict", "sample:text", "--model", "simple-cnn", "--weights", "WEIGHTS", "--fit", "pad"], "sample:text: pictures of"),
        (["predict", "BLOCK", "--model", "simple-cnn", "--weights", "WEIGHTS", "--normalize", "1,2,3"], "--normalize"),
        (["predict", "BLOCK", "--model", "simple-cnn", "--weights", "WEIGHTS", "--normalize", "0,0,0,1,1,1"], "for 1 channels"),
        (["predict", "BLOCK", "--model", "simple-cnn", "--weights", "WEIGHTS", "--normalize", "0,0"], "--normalize"),
        (["predict", "BLOCK", "--model", "simple-cnn", "--weights", "WEIGHTS", "--top", "0"], "--top"),
    ],
)
def test_bad_input_is_one_line_that_says_what(words, named, refused, mnist, weights, block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    places = {
        "DATA": mnist,
        "WEIGHTS": weights,
        "BLOCK": block,
        "EMPTY": tmp_path,
        "EMPTY/none/w.safetensors": tmp_path / "n" / "w.safetensors",
    }
    assert named in refused(*(places.get(word, word) for word in words))


def test_torch_waits_until_a_command_needs_it():
    code = "import sys, inspector.cli; sys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    assert done.returncode == 0


class Terminal:
    """Standard error as a terminal shows it."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


def test_on_a_terminal_the_line_is_redrawn_but_not_for_every_batch(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    line = cli_training._ProgressLine()
    for step in (1, 2, 3):
        line.show(Progress(1, 2, step, 3, 0.5, 61.0))
    first, last = terminal.text.split("\r\x1b[K")[1:]
    assert first == "epoch 1/2  1/3  loss 0.5000  1 min 1 s left"
    assert last == "epoch 1/2  3/3  loss 0.5000  1 min 1 s left\n"


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")])
def test_durations(seconds, text):
    assert cli_training.duration(seconds) == text
