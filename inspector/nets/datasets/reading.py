"""The data sets by name."""

from collections.abc import Callable
from pathlib import Path

from inspector.nets.datasets import cifar10, mnist
from inspector.nets.datasets.cifar10 import read_cifar10
from inspector.nets.datasets.dataset import Dataset, DatasetError, Part
from inspector.nets.datasets.mnist import read_mnist

DATASETS: dict[str, Callable[[Path, Part], Dataset]] = {"MNIST": read_mnist, "CIFAR-10": read_cifar10}
CLASS_NAMES = {"MNIST": mnist.CLASSES, "CIFAR-10": cifar10.CLASSES}


def read_dataset(name: str, folder: Path, part: Part) -> Dataset:
    """One part of the data set called ``name`` from the published files in ``folder``.

    Raises:
        DatasetError: there is no such data set, or one of its files cannot be read.
    """
    if name not in DATASETS:
        raise DatasetError(f"there is no reader for the data set {name!r}; there are {', '.join(DATASETS)}")
    return DATASETS[name](folder, part)
