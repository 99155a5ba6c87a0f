"""Weight files and their cards belong together, or are refused with what differs."""

import hashlib
import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from torch import nn

from inspector.core.network.settings import Answers, ModelChoice, ModelKind
from inspector.nets import catalogue
from inspector.nets.evaluation import Evaluation
from inspector.nets.preprocessing import Preprocessing
from inspector.nets.tensors_file import WeightsError
from inspector.nets.trained import open_trained
from inspector.nets.weights import card_path, read_card, read_weights, write_weights

PREPROCESSING = Preprocessing((1, 28, 28), (0.25,), (0.5,))
NAMES = tuple("abcdefghij")
NOTHING = Answers()


def written(path, entry, recipe):
    """A file of the network and its card."""
    network = entry.build()
    judged = Evaluation(np.diag(np.arange(10)))
    write_weights(path, entry, network, recipe=recipe, class_names=NAMES, preprocessing=PREPROCESSING, evaluation=judged)
    return path, network


@pytest.fixture
def saved(entry, recipe, tmp_path):
    """The small network and its file."""
    return written(tmp_path / "w.safetensors", entry, recipe)


@pytest.fixture
def known(recipe, tmp_path):
    """A file of a network of the catalogue."""
    return written(tmp_path / "k.safetensors", catalogue.entry("simple-cnn"), recipe)


def choice(path, answers=NOTHING):
    return ModelChoice(ModelKind.FILE, str(path), answers)


def test_weights_come_back_bit_for_bit(saved, entry):
    path, network = saved
    found = read_weights(path, entry).state_dict()
    assert found.keys() == network.state_dict().keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in network.state_dict().items())


def test_the_card_says_where_they_come_from(saved, recipe):
    path, _ = saved
    card = read_card(path)
    assert card is not None
    assert (card.architecture, card.dataset, card.seed, card.class_names) == ("small", "MNIST", recipe.seed, NAMES)
    assert card.recipe == asdict(recipe)
    assert (card.test_error, card.test_images) == (0.0, 45)
    assert card.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert set(card.versions) == {"cnn-inspector", "torch", "numpy", "python"}
    assert card.preprocessing == PREPROCESSING


def test_opened_weights_use_their_card(known):
    path, network = known
    trained = open_trained(choice(path))
    assert (trained.preprocessing, trained.class_names) == (PREPROCESSING, NAMES)
    assert (trained.id, trained.line) == ("simple-cnn", "MNIST · 0.00 % error · k.safetensors")
    assert all(torch.equal(trained.network.state_dict()[name], tensor) for name, tensor in network.state_dict().items())
    assert open_trained(choice(path, Answers(mean=(0.0,), std=(1.0,)))).preprocessing.std == (1.0,)
    changed = open_trained(choice(path, Answers(activation="tanh", pool="avg"))).network
    assert {type(layer) for layer in changed} >= {nn.Tanh, nn.AvgPool2d}


def test_without_a_card_it_is_what_is_usual_for_the_data_set(known):
    path, network = known
    card_path(path).unlink()
    trained = open_trained(choice(path))
    assert trained.preprocessing.mean == (0.1307,)
    assert trained.class_names == tuple("0123456789")
    assert trained.notes == ()
    assert all(torch.equal(trained.network.state_dict()[name], tensor) for name, tensor in network.state_dict().items())


def test_other_weights_than_the_card_s_are_noticed(known):
    path, _ = known
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(WeightsError, match=r"SHA-256 differs"):
        open_trained(choice(path))


def test_weights_of_another_network_than_asked_for(known):
    path, _ = known
    with pytest.raises(WeightsError, match=r"k\.safetensors holds weights of simple-cnn, not of mlp1"):
        open_trained(choice(path, Answers(architecture="mlp1")))
    card_path(path).unlink()
    with pytest.raises(WeightsError, match=r"k\.safetensors does not hold the weights of mlp1: 6 of 6 tensors differ"):
        open_trained(choice(path, Answers(architecture="mlp1")))


@pytest.mark.parametrize(
    "text", ["", "{", '{"architecture": "mlp1", "sha256": "", "class_names": 3}', '{"architecture": "", "sha256": ""}']
)
def test_a_card_that_is_none(saved, text):
    path, _ = saved
    card_path(path).write_text(text)
    with pytest.raises(WeightsError, match=r"w\.json: it is no card"):
        read_card(path)


@pytest.mark.parametrize("text", ["[]", "{}", '{"epochs": 12, "architecture": "LeNet"}'])
def test_json_that_others_have_written_beside_their_weights_is_no_card(known, text):
    path, _ = known
    card_path(path).write_text(text)
    assert read_card(path) is None
    assert open_trained(choice(path)).line == "weights of k.safetensors, by their names"


def test_a_card_with_senseless_preprocessing(known):
    path, _ = known
    facts = json.loads(card_path(path).read_text())
    card_path(path).write_text(json.dumps(facts | {"preprocessing": {"input": [1, 28]}}))
    with pytest.raises(WeightsError, match=r"k\.json"):
        open_trained(choice(path))


def test_tensors_that_differ_are_named_with_both_shapes(saved, entry):
    path, _ = saved
    other = replace(entry, build=lambda: nn.Sequential(nn.Conv2d(1, 4, 3), nn.Identity(), nn.Linear(2, 1)))
    with pytest.raises(
        WeightsError, match=r"0\.weight expected 4x1x3x3, found 4x1x5x5; 2\.weight expected 1x2, found nothing"
    ) as caught:
        read_weights(path, other)
    assert len(caught.value.detail.splitlines()) == 12  # all of both sides, below a heading


def test_missing_weights(entry, tmp_path):
    with pytest.raises(WeightsError, match=r"none\.safetensors"):
        read_weights(tmp_path / "none.safetensors", entry)
    with pytest.raises(WeightsError, match=r"none\.safetensors"):
        open_trained(choice(tmp_path / "none.safetensors"))
    with pytest.raises(WeightsError, match="No weights for lenet5-1998 come with the program"):
        open_trained(ModelChoice(ModelKind.SHIPPED, "lenet5-1998"))


def test_cut_at_any_place(saved, entry):
    path, _ = saved
    whole = path.read_bytes()
    for length in [*range(0, 40), *range(40, len(whole), 997), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(WeightsError, match=r"w\.safetensors"):
            read_weights(path, entry)


def test_a_folder_and_a_pickle_are_refused(entry, tmp_path):
    torch.save({"w": torch.zeros(2)}, tmp_path / "w.safetensors")
    for path in (tmp_path, tmp_path / "w.safetensors"):
        with pytest.raises(WeightsError, match="Cannot open"):
            read_weights(path, entry)
