"""Tiny data sets in the published formats, and networks that learn them in a blink."""

import gzip
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from inspector.nets.catalogue import Entry
from inspector.nets.datasets import Dataset, Part, read_dataset
from inspector.nets.recipes import Recipe


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small only wait for each other's threads, above all on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def blocks(count: int, channels: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Faint noise with a bright block whose place is the label: ``(N, C, side, side)`` and ``(N,)``, both uint8."""
    labels = (np.arange(count) * 7 % 10).astype(np.uint8)
    images = np.random.default_rng(0).integers(0, 60, (count, channels, side, side), np.uint8)
    for image, label in zip(images, labels, strict=True):
        y, x = divmod(int(label), 4)
        image[:, 4 + 8 * y : 10 + 8 * y, 1 + 7 * x : 7 + 7 * x] = 250
    return images, labels


def idx(array: np.ndarray) -> bytes:
    """An IDX file of bytes."""
    return struct.pack(f">{1 + array.ndim}I", 0x800 | array.ndim, *array.shape) + array.tobytes()


@pytest.fixture(scope="session")
def write_mnist() -> Callable[..., Path]:
    """Write both files of both parts into a folder."""

    def write(folder: Path, count: int = 200) -> Path:
        folder.mkdir(exist_ok=True)
        for prefix in ("train", "t10k"):
            images, labels = blocks(count if prefix == "train" else count // 2, 1, 28)
            (folder / f"{prefix}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images[:, 0])))
            (folder / f"{prefix}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
        return folder

    return write


@pytest.fixture(scope="session")
def mnist(write_mnist, tmp_path_factory) -> Path:
    """A folder with 200 training and 100 test pictures; no test changes it."""
    return write_mnist(tmp_path_factory.mktemp("mnist"))


@pytest.fixture(scope="session")
def parts(mnist) -> tuple[Dataset, Dataset]:
    """Training and test pictures of that folder."""
    return read_dataset("MNIST", mnist, Part.TRAIN), read_dataset("MNIST", mnist, Part.TEST)


def small() -> nn.Module:
    """All that makes training depend on more than weights: batch norm has a state, dropout draws numbers."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 5, stride=3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2), nn.Linear(256, 10)
    )


@pytest.fixture(scope="session")
def entry() -> Entry:
    return Entry("small", "Small", small, (1, 28, 28), "MNIST", 10)


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    """Three epochs with every kind of chance."""
    return Recipe(epochs=3, rate=0.05, batch=32, shift=1, flip=True, turn=5, zoom=0.05, label_smoothing=0.1, channels_last=True)
