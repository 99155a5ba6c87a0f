"""Training learns, can be broken off anywhere, and ends with the same bits however often it was."""

import csv
import os
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import count

import pytest
import torch
from PIL import Image

from inspector.nets.catalogue import entry as entry_of
from inspector.nets.recipes import Method, Recipe
from inspector.nets.recipes import recipe as recipe_of
from inspector.nets.tensors_file import WeightsError, read_tensors
from inspector.nets.training import Progress, TrainingStopped, checkpoint_path, train
from inspector.nets.weights import read_card, read_weights


@pytest.fixture
def learn(entry, parts, recipe, tmp_path):
    """Train the small network into the file of that name; keywords change the recipe."""

    def run(name="w.safetensors", *, cancel=lambda: False, progress=lambda _: None, **changes):
        wanted = replace(recipe, **changes)
        return train(entry, *parts, wanted, output=tmp_path / name, cancel=cancel, progress=progress)

    return run


def stop_after(batches: int):
    """A wish to cancel before batch ``batches`` + 1."""
    asked = count()
    return lambda: next(asked) >= batches


def without_times(report):
    return [replace(epoch, seconds=0.0) for epoch in report.history]


def test_it_learns(learn, entry, tmp_path):
    report = learn(epochs=12, flip=False, turn=0.0)
    assert report.evaluation.test_error < 0.1
    assert report.history[-1].loss < report.history[0].loss
    assert report.history[-1].test_error == report.evaluation.test_error == report.card.test_error
    assert read_card(tmp_path / "w.safetensors") == report.card
    assert not read_weights(tmp_path / "w.safetensors", entry).training


@pytest.mark.parametrize(
    "changes",
    [{}, {"method": Method.ADAMW, "rate": 0.01}, {"bfloat16": True}],
    ids=["sgd", "adamw", "bfloat16"],
)
@pytest.mark.parametrize("batches", [0, 7, 10])  # an epoch has 7
def test_broken_off_and_continued_it_ends_with_the_same_bits(learn, tmp_path, changes, batches):
    whole = learn("whole.safetensors", **changes)
    with pytest.raises(TrainingStopped, match="the same command goes on"):
        learn("broken.safetensors", cancel=stop_after(batches), **changes)
    assert not (tmp_path / "broken.safetensors").exists()
    torch.rand(5)  # what happens between must not matter
    broken = learn("broken.safetensors", **changes)
    assert (tmp_path / "broken.safetensors").read_bytes() == (tmp_path / "whole.safetensors").read_bytes()
    assert without_times(broken) == without_times(whole)


HELD = """
import sys
from dataclasses import replace
from pathlib import Path
from inspector.nets import Part, entry, read_dataset, recipe, train
training, test = (read_dataset("MNIST", Path(sys.argv[1]), part) for part in Part)
def hold(now):
    if now.epoch == 3:
        print("held", flush=True)
        sys.stdin.read()
train(entry("mlp1"), training, test, replace(recipe("mlp1"), epochs=4), output=Path(sys.argv[2]), progress=hold)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_and_continued_it_ends_with_the_same_bits(mnist, parts, tmp_path):
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}  # sums in the same order
    command = [sys.executable, "-c", HELD, str(mnist), str(killed)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as process:
        assert process.stdout.readline() == b"held\n"
        process.send_signal(signal.SIGKILL)
    epochs: list[int] = []
    for output in (killed, whole):
        train(
            entry_of("mlp1"), *parts, replace(recipe_of("mlp1"), epochs=4), output=output,
            progress=lambda now: epochs.append(now.epoch),
        )  # fmt: skip
    assert [epochs[0], *sorted(set(epochs))] == [3, 1, 2, 3, 4]
    assert killed.read_bytes() == whole.read_bytes()


def test_the_seed_decides(learn, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        learn(name, seed=seed)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a").read_bytes() != (tmp_path / "c").read_bytes()


def test_every_epoch_sees_all_pictures_in_an_order_of_its_own(parts, tmp_path):
    """With a rate of nearly nothing, the loss of an epoch is the same each time, that of its first batch is not."""
    seen: list[Progress] = []
    still = Recipe(epochs=2, rate=1e-12, batch=32)
    train(entry_of("mlp1"), *parts, still, output=tmp_path / "w", progress=seen.append)
    assert seen[6].loss == pytest.approx(seen[13].loss, abs=1e-6)
    assert abs(seen[0].loss - seen[7].loss) > 1e-3


def test_the_random_numbers_of_others_are_left_alone(learn):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    learn(epochs=1)
    assert torch.equal(torch.rand(3), expected)


def test_a_finished_run_leaves_files_that_say_what_happened(learn, tmp_path):
    report = learn()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["w.csv", "w.json", "w.png", "w.safetensors"]
    rows = list(csv.DictReader((tmp_path / "w.csv").read_text().splitlines()))
    assert [float(row["test_error"]) for row in rows] == [epoch.test_error for epoch in report.history]
    with Image.open(tmp_path / "w.png") as curves:
        assert curves.size == (960, 320)


def test_progress_counts_every_batch(learn):
    seen: list[Progress] = []
    learn(epochs=2, progress=seen.append)
    assert [(now.epoch, now.step) for now in seen] == [(epoch, step) for epoch in (1, 2) for step in range(1, 8)]
    assert {(now.epochs, now.steps) for now in seen} == {(2, 7)}
    assert seen[-1].seconds_left == 0
    assert all(now.seconds_left > 0 for now in seen[:-1])


def test_a_checkpoint_of_another_run_is_not_used(learn):
    with pytest.raises(TrainingStopped):
        learn(cancel=stop_after(8))
    with pytest.raises(WeightsError, match=r"w\.checkpoint belongs to another run \(rate 0\.05, now 0\.06\); remove it"):
        learn(rate=0.06)


@pytest.mark.parametrize("change", ["cut", "other", "text"])
def test_a_damaged_checkpoint_is_named(learn, tmp_path, change):
    with pytest.raises(TrainingStopped):
        learn(cancel=stop_after(8))
    path = checkpoint_path(tmp_path / "w.safetensors")
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[:-10], "other": whole.replace(b'"history"', b'"histery"'), "text": b"text"}[change])
    with pytest.raises(WeightsError, match=r"w\.checkpoint"):
        learn()


def test_a_checkpoint_holds_no_pickle(learn, tmp_path):
    with pytest.raises(TrainingStopped):
        learn(cancel=stop_after(8))
    tensors, texts = read_tensors(checkpoint_path(tmp_path / "w.safetensors"))
    assert {name.split(".")[0] for name in tensors} == {"weights", "optimizer"}
    assert set(texts) == {"run", "history"}


def test_a_loss_that_runs_away_is_said(learn):
    with pytest.raises(TrainingStopped, match=r"the loss is (nan|inf): the learning rate 1e\+30 is too high"):
        learn(rate=1e30, warm_up=0.0)


def test_pictures_of_another_data_set_are_refused(entry, parts, recipe, tmp_path):
    with pytest.raises(ValueError, match="small is trained on CIFAR-10, not on MNIST"):
        train(replace(entry, dataset="CIFAR-10"), *parts, recipe, output=tmp_path / "w")


def test_the_folder_must_be_there_before_hours_are_spent(entry, parts, recipe, tmp_path):
    seen: list[Progress] = []
    with pytest.raises(OSError, match="no such folder"):
        train(entry, *parts, recipe, output=tmp_path / "missing" / "w", progress=seen.append)
    assert not seen
