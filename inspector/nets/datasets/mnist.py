"""MNIST: four files of big-endian counts and bytes (the IDX format of http://yann.lecun.com/exdb/mnist)."""

import struct
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.nets.datasets.dataset import Dataset, Part, checked_labels, refusal
from inspector.nets.datasets.packed import content, find

CLASSES = tuple("0123456789")
SIZE = 28
_PREFIX = {Part.TRAIN: "train", Part.TEST: "t10k"}
_UNSIGNED_BYTES = 0x08


def read_mnist(folder: Path, part: Part) -> Dataset:
    """One part of MNIST from its two files in ``folder``, packed with gzip or not: images ``(N, 1, 28, 28)``.

    Raises:
        DatasetError: a file is missing, damaged, cut short, of another format, or the two do not belong together.
    """
    pictures = find(folder, f"{_PREFIX[part]}-images-idx3-ubyte", ".gz")
    marks = find(folder, f"{_PREFIX[part]}-labels-idx1-ubyte", ".gz")
    images, labels = read_idx(pictures, 3), read_idx(marks, 1)
    if images.shape[1:] != (SIZE, SIZE):
        raise refusal(pictures, f"its pictures have {images.shape[1]}x{images.shape[2]} pixels, not {SIZE}x{SIZE}")
    if len(images) != len(labels):
        raise refusal(marks, f"it holds {len(labels)} labels for the {len(images)} pictures of {pictures.name}")
    return Dataset("MNIST", part, images[:, None], checked_labels(marks, labels, len(CLASSES)), CLASSES)


def read_idx(path: Path, axes: int) -> NDArray[np.uint8]:
    """The array of unsigned bytes with ``axes`` axes in an IDX file, read-only. Raises DatasetError."""
    data = content(path)
    start = 4 + 4 * axes
    if len(data) < start:
        raise refusal(path, f"it is cut short: {len(data)} bytes, and its head alone has {start}")
    magic, *shape = struct.unpack(f">{1 + axes}I", data[:start])
    if magic != _UNSIGNED_BYTES << 8 | axes:
        raise refusal(
            path, f"it begins with {magic:#010x} instead of {_UNSIGNED_BYTES << 8 | axes:#010x}: not an IDX file of bytes"
        )
    if shape[0] == 0 or prod(shape) != len(data) - start:
        raise refusal(path, f"its head promises {'x'.join(map(str, shape))} bytes, and {len(data) - start} follow")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)
