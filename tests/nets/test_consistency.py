"""Consistency over data sets: against a naive loop, broken off and gone on with, and what is left out."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from inspector.core.network.settings import Alteration, Change, ModelChoice, ModelKind
from inspector.core.shift.report import Along
from inspector.core.shift.scene import Incoming, SceneError
from inspector.nets import Part, open_network
from inspector.nets.consistency import Trial, consistency
from inspector.nets.consistency_counts import StateError
from inspector.nets.datasets import CLASS_NAMES, Dataset
from inspector.nets.shift_sources import OfDataset, OfFiles, scene_with_room
from inspector.nets.shifting import Shifting
from kernels import Cancelled

COUNT = 60  # pictures, of which 42 make a pass of LeNet-5
TRIAL = Trial(Along(3), seed=5, curves=45, keys=("s2", "tanh5"))


@pytest.fixture(autouse=True)
def one_thread():
    """Networks this small only wait for each other's threads, above all on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def network():
    return open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))


@pytest.fixture(scope="module")
def source():
    """Blots of ink, about which a network is of many minds."""
    draw = np.random.default_rng(1)
    coarse = draw.normal(size=(COUNT, 1, 9, 9)).repeat(4, 2).repeat(4, 3)[:, :, 4:32, 4:32]
    images = np.where(coarse > 0.6, 255, 0).astype(np.uint8)
    images[:, :, :4] = images[:, :, 24:] = images[..., :4] = images[..., 24:] = 0
    return OfDataset(Dataset("MNIST", Part.TEST, images, draw.integers(0, 10, COUNT), CLASS_NAMES["MNIST"]), COUNT)


@pytest.fixture(scope="module")
def whole(network, source):
    return consistency(network, source, TRIAL)


def same(one, other):
    """Number for number."""
    assert one.layers.keys() == other.layers.keys()
    for key, errors in one.layers.items():
        for name in ("equivariance", "interior", "invariance", "cosine", "compared", "whole"):
            assert np.array_equal(getattr(errors, name), getattr(other.layers[key], name), equal_nan=True), (key, name)
        assert errors.lacks == other.layers[key].lacks
    for name in ("pictures", "skipped", "consistency", "kept", "accuracy", "accuracy_shifted", "curves"):
        assert getattr(one, name) == getattr(other, name), name


def said(network, images):
    """The likeliest classes of pictures (N, 28, 28) of bytes."""
    trained = network.trained
    values = trained.preprocessing.normalized(torch.tensor(images, dtype=torch.float32)[:, None] / 255)
    with torch.inference_mode():
        return trained.network.eval()(values).argmax(1).numpy()


def moved(image, dy, dx):
    """By whole pixels, black coming in; pixel by pixel."""
    found = np.zeros_like(image)
    for y, x in np.ndindex(image.shape):
        if 0 <= y - dy < 28 and 0 <= x - dx < 28:
            found[y, x] = image[y - dy, x - dx]
    return found


def test_a_naive_loop_counts_the_same(network, source, whole):
    shifted = [
        moved(source.dataset.images[number, 0], int(one.dy), int(one.dx))
        for number in range(COUNT)
        for one in TRIAL.shifts(number)
    ]
    judged = said(network, np.stack(shifted)).reshape(COUNT, 3)
    still, first, second = judged.T
    labels = source.dataset.labels
    assert whole.pictures == COUNT
    assert whole.consistency == np.mean(first == second)
    assert whole.kept == np.mean(judged[:, 1:] == still[:, np.newaxis])
    assert whole.accuracy == np.mean(still == labels)
    assert whole.accuracy_shifted == np.mean(judged[:, 1:] == labels[:, np.newaxis])
    assert 0 < whole.consistency < 1


def test_shifts_are_drawn_from_all_and_depend_on_the_number_alone():
    drawn = {(one.dy, one.dx) for number in range(400) for one in TRIAL.shifts(number)[1:]}
    assert drawn == {(dy, dx) for dy in range(-3, 4) for dx in range(-3, 4)}
    assert TRIAL.shifts(7) == TRIAL.shifts(7) != TRIAL.shifts(8)
    assert Trial(Along(3), seed=6).shifts(7) != TRIAL.shifts(7)


def test_the_errors_of_the_layers_are_means_over_the_first_pictures(network, source, whole):
    scenes = [scene_with_room(network, source.picture(number), Incoming.ZERO, 3) for number in range(TRIAL.curves)]
    each = [Shifting(network, scene).errors(TRIAL.along.transforms, TRIAL.keys).layers for scene in scenes]
    assert whole.curves == TRIAL.curves
    for key in TRIAL.keys:
        for name in ("equivariance", "interior", "invariance", "cosine", "compared"):
            expected = np.mean([getattr(layers[key], name) for layers in each], axis=0)
            assert np.allclose(getattr(whole.layers[key], name), expected, equal_nan=True), (key, name)
        assert whole.layers[key].lacks == each[0][key].lacks


@pytest.mark.parametrize("passes", [1, 20, 44])
def test_a_run_that_was_broken_off_ends_with_the_same_numbers(network, source, whole, tmp_path, passes, monkeypatch):
    monkeypatch.setattr("inspector.nets.passes.MOST", 128)  # so that the pictures do not pass all at once
    state, asked = tmp_path / "run.state", []

    def cancel() -> bool:
        asked.append(1)
        return len(asked) > passes

    with pytest.raises(Cancelled):
        consistency(network, source, TRIAL, state=state, cancel=cancel)
    done = json.loads(state.read_text())["found"]["done"]
    assert done == {1: 0, 20: 0, 44: 42}[passes]
    seen = []
    found = consistency(network, source, TRIAL, state=state, progress=lambda done, count: seen.append((done, count)))
    same(found, whole)
    assert seen[0][0] > done
    assert seen[-1] == (COUNT, COUNT)
    assert not state.exists()


@pytest.mark.parametrize("other", [
    {"trial": replace(TRIAL, along=Along(4))}, {"trial": replace(TRIAL, seed=6)},
    {"alterations": (Alteration("c1", Change.SILENCE, (0,)),)}, {"count": 59}, {"network": "simple-cnn"},
])  # fmt: skip
def test_the_state_of_another_run_is_refused(network, source, tmp_path, other):
    state, stop = tmp_path / "run.state", iter([False])
    with pytest.raises(Cancelled):
        consistency(network, source, TRIAL, state=state, cancel=lambda: next(stop, True))
    before = state.read_bytes()
    chosen = open_network(ModelChoice(ModelKind.SHIPPED, other["network"])) if "network" in other else network
    limited = OfDataset(source.dataset, other.get("count", COUNT))
    with pytest.raises(StateError, match="another run"):
        consistency(chosen, limited, other.get("trial", TRIAL), other.get("alterations", ()), state=state)
    assert state.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"run": 3, "found": {}}', b"\xff\xfe"])
def test_a_damaged_state_is_refused(network, source, tmp_path, content):
    (tmp_path / "run.state").write_bytes(content)
    with pytest.raises(StateError, match=r"run\.state"):
        consistency(network, source, TRIAL, state=tmp_path / "run.state")


def test_files_that_cannot_be_taken_are_left_out_and_counted(network, tmp_path):
    for seed, size in enumerate([(40, 40), (30, 40), (40, 50)]):
        Image.fromarray(np.random.default_rng(seed).integers(0, 256, size, np.uint8)).save(tmp_path / f"{seed}.png")
    (tmp_path / "3.png").write_bytes(b"no picture")
    np.save(tmp_path / "4.npy", np.full((40, 40), np.nan, np.float32))
    paths = sorted(tmp_path.iterdir())
    trial = Trial(Along(3), Incoming.CROP, keys=("s2",))
    found = consistency(network, OfFiles(paths), trial)
    assert (found.pictures, found.skipped, found.curves, found.accuracy) == (2, 3, 2, None)
    alone = consistency(network, OfFiles([paths[0], paths[2]]), Trial(Along(3), Incoming.CROP, keys=("s2",)))
    assert np.array_equal(alone.layers["s2"].equivariance, found.layers["s2"].equivariance)
    with pytest.raises(ValueError, match=r"none of the pictures can be taken; the first: 1\.png: .*smaller than"):
        consistency(network, OfFiles(paths[1:2]), trial)
    with pytest.raises(ValueError, match="there are no pictures"):
        consistency(network, OfFiles([]), trial)


def test_crop_invents_no_pixels(network, source):
    with pytest.raises(SceneError, match="smaller than the 34 × 34 pixels"):
        scene_with_room(network, source.picture(0), Incoming.CROP, 3)


def test_the_network_is_handed_back_as_it_was(network, source, state):
    before = state(network.trained.network)
    consistency(network, OfDataset(source.dataset, 3), TRIAL)
    assert state(network.trained.network) == before
