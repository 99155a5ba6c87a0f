"""How well a network judges: accuracy, confusion matrix, and the likeliest classes of one input."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inspector.nets.datasets import Dataset
from inspector.nets.preprocessing import Preprocessing, shares

_BATCH = 500


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Counts over a data set: ``confusion[true, said]`` is ``(classes, classes)`` int64, read-only."""

    confusion: NDArray[np.int64]

    @property
    def images(self) -> int:
        """How many were judged."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """The share that was judged right, in [0, 1]."""
        return int(np.trace(self.confusion)) / self.images

    @property
    def test_error(self) -> float:
        """The share that was judged wrong, in [0, 1]."""
        return (self.images - int(np.trace(self.confusion))) / self.images


@dataclass(frozen=True)
class Guess:
    """A class and the probability that the network gives it."""

    label: str
    probability: float


def evaluate(network: nn.Module, dataset: Dataset, preprocessing: Preprocessing) -> Evaluation:
    """Let the network judge the whole data set in float32; it is handed back in the modes that it had.

    Raises ValueError where the pictures do not fit the input, or the outputs are not one per class.
    """
    classes = len(dataset.class_names)
    pairs = np.zeros(classes * classes, np.int64)
    with judging(network):
        for start, end in pairwise([*range(0, len(dataset), _BATCH), len(dataset)]):
            said = _said(network, torch.tensor(dataset.images[start:end]), preprocessing, classes)
            pairs += np.bincount(dataset.labels[start:end] * classes + said, minlength=classes * classes)
    confusion = pairs.reshape(classes, classes)
    confusion.setflags(write=False)
    return Evaluation(confusion)


def _said(network: nn.Module, images: Tensor, preprocessing: Preprocessing, classes: int) -> NDArray[np.int64]:
    scores = network(preprocessing.standardized(shares(images)))
    if scores.shape != (len(images), classes):
        raise ValueError(f"the network gives {tuple(scores.shape[1:])} numbers a picture, and the data set has {classes} classes")
    said: NDArray[np.int64] = scores.argmax(1).numpy()
    return said


def guesses(network: nn.Module, values: Tensor, class_names: tuple[str, ...], top: int = 5) -> tuple[Guess, ...]:
    """The ``top`` likeliest classes of one input ``(1, C, H, W)``, the likeliest first, by softmax of the outputs.

    Raises ValueError where the outputs are not one per class or not finite.
    """
    with judging(network):
        scores = network(values).flatten()
    if len(scores) != len(class_names):
        raise ValueError(f"the network gives {len(scores)} numbers, and there are {len(class_names)} class names")
    if not bool(torch.isfinite(scores).all()):
        raise ValueError("the network's outputs are not finite: its weights are damaged or do not belong to it")
    best = torch.softmax(scores.double(), 0).topk(min(top, len(scores)))
    return tuple(
        Guess(class_names[index], probability)
        for index, probability in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    )


@contextmanager
def judging(network: nn.Module) -> Iterator[None]:
    """Within it, the network is in evaluation mode and no gradients are kept; afterwards every module is as it was."""
    modes = {module: module.training for module in network.modules()}
    try:
        network.eval()
        with torch.inference_mode():
            yield
    finally:
        for module, training in modes.items():
            module.training = training
