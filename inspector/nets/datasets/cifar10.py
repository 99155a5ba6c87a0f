"""CIFAR-10: five training batches and a test batch, each a dictionary (https://www.cs.toronto.edu/~kriz/cifar.html)."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspector.nets.datasets.batch import read_batch
from inspector.nets.datasets.dataset import Dataset, Part, checked_labels, refusal
from inspector.nets.datasets.packed import content, find

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SHAPE = (3, 32, 32)
FOLDER = "cifar-10-batches-py"
_BATCHES = {Part.TRAIN: tuple(f"data_batch_{n}" for n in range(1, 6)), Part.TEST: ("test_batch",)}


def read_cifar10(folder: Path, part: Part) -> Dataset:
    """One part of CIFAR-10 from the python batches in ``folder`` or its ``cifar-10-batches-py``: images ``(N, 3, 32, 32)``.

    Each batch may be packed with xz.

    Raises:
        DatasetError: a file is missing, damaged, cut short, or holds anything that the published ones do not.
    """
    place = folder / FOLDER if (folder / FOLDER).is_dir() else folder
    batches = [_batch(find(place, name, ".xz")) for name in _BATCHES[part]]
    images = np.concatenate([images for images, _ in batches])
    labels = np.concatenate([labels for _, labels in batches])
    return Dataset("CIFAR-10", part, images.reshape(-1, *SHAPE), labels, CLASSES)


def _batch(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Images ``(N, 3072)``, plane by plane, row by row, and their labels ``(N,)``."""
    batch = read_batch(path, content(path))
    images, labels = batch.get("data"), _numbers(batch.get("labels"))
    if not isinstance(images, np.ndarray) or images.ndim != 2 or images.shape[1] != np.prod(SHAPE):
        raise refusal(path, f"its data is not an array of rows of {np.prod(SHAPE)} bytes")
    if len(labels) == 0 or len(labels) != len(images):
        raise refusal(path, f"it does not hold one label for each of its {len(images)} pictures")
    return images, checked_labels(path, labels, len(CLASSES))


def _numbers(labels: Any) -> NDArray[np.int64]:
    """The list of whole numbers as an array; an empty one for anything else."""
    whole = isinstance(labels, list) and all(type(label) is int for label in labels)
    return np.array(labels if whole else [], np.int64)
