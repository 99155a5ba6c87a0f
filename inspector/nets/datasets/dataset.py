"""A labelled set of small pictures, as a value."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.core.names import printable


class Part(Enum):
    """Which half of a data set: the one to learn from, or the one to be judged by."""

    TRAIN = "train"
    TEST = "test"


class DatasetError(ValueError):
    """A file of a data set that cannot be read: ``str`` is one sentence that names the file."""


def refusal(path: Path, reason: str) -> DatasetError:
    """The error that names the file."""
    return DatasetError(f"Cannot read {printable(path)}: {reason}.")


@dataclass(frozen=True, eq=False)
class Dataset:
    """One part of a data set.

    ``images``: ``(N, C, H, W)`` uint8, read-only. ``labels``: ``(N,)`` int64, read-only, indices into
    ``class_names``. ``name``: as in the catalogue, such as "MNIST".
    """

    name: str
    part: Part
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.images.ndim != 4 or self.images.dtype != np.uint8:
            raise ValueError(f"images must be (N, C, H, W) uint8, not {self.images.shape} {self.images.dtype}")
        if self.labels.shape != self.images.shape[:1] or self.labels.dtype != np.int64:
            raise ValueError(f"labels must be {self.images.shape[:1]} int64, not {self.labels.shape} {self.labels.dtype}")
        self.images.setflags(write=False)
        self.labels.setflags(write=False)

    def __len__(self) -> int:
        return len(self.labels)


def checked_labels(path: Path, labels: NDArray[np.integer], classes: int) -> NDArray[np.int64]:
    """The labels as int64. Raises DatasetError naming the first one that is no index of ``classes`` classes."""
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if wrong.size:
        first = int(wrong[0])
        raise refusal(path, f"label {first} is {int(labels[first])}, and there are only the classes 0 to {classes - 1}")
    return labels.astype(np.int64)
