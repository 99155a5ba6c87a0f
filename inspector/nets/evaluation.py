"""How well a network judges: accuracy, confusion matrix, and the likeliest classes of one input."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inspector.nets.borrowing import as_its_own, borrowed
from inspector.nets.datasets import Dataset
from inspector.nets.handing_on import kind_of
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
    scores = network(as_its_own(preprocessing.standardized(shares(images)), network))
    if scores.shape != (len(images), classes):
        made = " × ".join(map(str, scores.shape[1:]))
        raise ValueError(f"the network gives {made} numbers a picture, and the data set has {classes} classes")
    said: NDArray[np.int64] = scores.argmax(1).cpu().numpy()
    return said


def guesses(network: nn.Module, values: Tensor, class_names: tuple[str, ...], top: int = 5) -> tuple[Guess, ...]:
    """The ``top`` likeliest classes of one input ``(1, C, H, W)``, the likeliest first, by softmax of the outputs.

    Raises ValueError as ``probabilities`` does, and where the outputs are not finite.
    """
    with judging(network):
        (shares_of,) = probabilities(network(as_its_own(values, network)), len(class_names))
    if np.isnan(shares_of).any():
        raise ValueError("the network's outputs are not finite: its weights are damaged or do not belong to it")
    best = np.argsort(-shares_of, kind="stable")[:top].tolist()
    return tuple(Guess(class_names[index], float(shares_of[index])) for index in best)


def classes_of(output: Any) -> int:
    """How many classes a network gives, by what it returns for one picture: a number for each, (1, classes); else none."""
    return output.shape[1] if isinstance(output, Tensor) and output.ndim == 2 and output.shape[0] == 1 else 0


def probabilities(output: Any, classes: int, pictures: int = 1) -> NDArray[np.float64]:
    """Softmax of the outputs (pictures, classes), read-only; a row is all NaN where one of its outputs is not finite.

    Of a network without classes, which may return anything, (pictures, 0). Raises ValueError where the outputs are not one number
    for each class of each picture.
    """
    if classes and (not isinstance(output, Tensor) or output.shape != (pictures, classes)):
        raise ValueError(
            f"the network gives {kind_of(output)} for {'one picture' if pictures == 1 else f'{pictures} pictures'},"
            f" and for {classes} classes it would have to be ({pictures}, {classes})"
        )
    found = _softmax(output) if classes else np.empty((pictures, 0))
    found.flags.writeable = False
    return found


def _softmax(output: Tensor) -> NDArray[np.float64]:
    finite = torch.isfinite(output).all(1, keepdim=True)
    values = torch.where(finite, output, torch.nan).to(device="cpu", dtype=torch.float64)
    found: NDArray[np.float64] = torch.softmax(values, 1).numpy()
    return found


@contextmanager
def judging(network: nn.Module) -> Iterator[None]:
    """Within it, the network is in evaluation mode and no gradients are kept; afterwards every module is as it was."""
    with borrowed(tuple(network.modules()), ()), torch.inference_mode():
        yield
