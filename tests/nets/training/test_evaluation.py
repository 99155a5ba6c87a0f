"""Judgements against counts made by hand."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from inspector.nets.datasets import Dataset, Part
from inspector.nets.evaluation import evaluate, guesses, judging
from inspector.nets.preprocessing import Preprocessing

PLAIN = Preprocessing((1, 1, 1), (0.0,), (1.0,))
NAMES = ("dark", "middling", "bright")


class Shade(nn.Module):
    """Says dark, middling or bright by the only pixel."""

    def __init__(self, outputs: int = 3) -> None:
        super().__init__()
        self.drop = nn.Dropout(0.9)
        self.outputs = outputs

    def forward(self, images: Tensor) -> Tensor:
        distances = (images.flatten(1) - torch.linspace(0, 1, self.outputs)).abs()
        return self.drop(-distances)


def dataset(shades: list[int], labels: list[int]) -> Dataset:
    images = np.array(shades, np.uint8).reshape(-1, 1, 1, 1)
    return Dataset("shades", Part.TEST, images, np.array(labels, np.int64), NAMES)


def test_the_confusion_matrix_counted_by_hand():
    found = evaluate(Shade(), dataset([0, 10, 120, 130, 250, 255, 0], [0, 0, 1, 2, 2, 2, 2]), PLAIN)
    assert found.confusion.tolist() == [[2, 0, 0], [0, 1, 0], [1, 1, 2]]
    assert (found.images, found.accuracy, found.test_error) == (7, 5 / 7, 2 / 7)


def test_more_pictures_than_one_batch_holds():
    shades = np.random.default_rng(0).choice([0, 128, 255], 1201)
    found = evaluate(Shade(), dataset(shades.tolist(), (shades // 127).tolist()), PLAIN)
    assert found.images == 1201
    assert found.test_error == 0


@pytest.mark.parametrize("training", [True, False])
def test_the_network_keeps_its_modes(training):
    network = nn.Sequential(Shade(), nn.Identity())
    network.train(training)
    network[1].eval()
    evaluate(network, dataset([0], [0]), PLAIN)
    assert [module.training for module in network.modules()] == [training, training, training, False]


def test_the_modes_come_back_from_a_network_that_fails():
    network = Shade().train()
    with pytest.raises(RuntimeError), judging(network):
        raise RuntimeError("forward")
    assert network.training
    assert torch.is_grad_enabled()


def test_outputs_that_are_not_one_per_class_are_refused():
    with pytest.raises(ValueError, match=r"gives 4 numbers a picture, and the data set has 3 classes"):
        evaluate(Shade(4), dataset([0], [0]), PLAIN)
    with pytest.raises(ValueError, match=r"gives \(1, 4\) for one picture, and for 3 classes"):
        guesses(Shade(4), torch.zeros(1, 1, 1, 1), NAMES)


def test_the_likeliest_classes_come_first():
    found = guesses(Shade(), torch.full((1, 1, 1, 1), 0.9), NAMES, 2)
    scores = np.exp(-np.abs(0.9 - np.array([0, 0.5, 1])))
    assert [guess.label for guess in found] == ["bright", "middling"]
    assert [guess.probability for guess in found] == pytest.approx(sorted(scores / scores.sum())[:0:-1])


def test_all_probabilities_sum_to_one():
    assert sum(guess.probability for guess in guesses(Shade(), torch.zeros(1, 1, 1, 1), NAMES, 99)) == pytest.approx(1)


def test_outputs_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="not finite"):
        guesses(nn.Flatten(), torch.tensor([[[[1.0, np.nan, 0.0]]]]), NAMES)
