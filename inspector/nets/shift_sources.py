"""The pictures that consistency is measured over: of a data set's files, or of a folder."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from inspector.core.images import list_pictures, read_picture
from inspector.core.network.settings import Fit
from inspector.core.picture import Picture
from inspector.core.shift.scene import Incoming, Scene, SceneError
from inspector.core.shift.transforms import Size
from inspector.nets.datasets import Dataset, Part, read_dataset
from inspector.nets.opened import OpenNetwork
from inspector.nets.scenes import scene_of

UNLABELLED = -1


class Source(Protocol):
    """Pictures by number, of which one is in memory at a time."""

    def __len__(self) -> int: ...

    @property
    def digest(self) -> str:
        """What tells this source from others, so that a run goes on with the pictures that it began with."""

    def picture(self, number: int) -> Picture:
        """Raises PictureError where it cannot be read."""

    def label(self, number: int) -> int:
        """The class that it shows, ``UNLABELLED`` where that is not known."""


@dataclass(frozen=True, eq=False)
class OfDataset:
    """The first ``count`` pictures of a data set, which have labels."""

    dataset: Dataset
    count: int

    def __len__(self) -> int:
        return min(self.count, len(self.dataset))

    @property
    def digest(self) -> str:
        """Of all bytes."""
        return hashlib.sha256(self.dataset.images.tobytes() + self.dataset.labels.tobytes()).hexdigest()

    def picture(self, number: int) -> Picture:
        """Grey, or in colours where it has three channels."""
        values = self.dataset.images[number]
        values = np.ascontiguousarray(values[0] if len(values) == 1 else values.transpose(1, 2, 0))
        values.flags.writeable = False
        return Picture(values, 0, 255, f"{self.dataset.name} {number}")

    def label(self, number: int) -> int:
        """Always known."""
        return int(self.dataset.labels[number])


@dataclass(frozen=True)
class OfFiles:
    """Picture files, of which nobody knows what they show."""

    paths: Sequence[Path]

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def digest(self) -> str:
        """Of names and sizes."""
        facts = [f"{path.name}\0{path.stat().st_size}" for path in self.paths]
        return hashlib.sha256("\0".join(facts).encode(errors="surrogateescape")).hexdigest()

    def picture(self, number: int) -> Picture:
        """The first frame of a file."""
        return read_picture(self.paths[number])

    def label(self, number: int) -> int:
        """Never known."""
        return UNLABELLED


def source_of(network: OpenNetwork, folder: Path, dataset: str = "", count: int | None = None) -> Source:
    """The first ``count`` pictures of a folder, else the test pictures of ``dataset`` or of what the network judges.

    Raises ValueError where there are none.
    """
    if not dataset and (paths := list_pictures(folder)):
        return OfFiles(paths[:count])
    if not (name := dataset or network.trained.dataset):
        raise ValueError(f"{folder}: there are no pictures in it; for the files of a data set, give --dataset MNIST or CIFAR-10")
    try:
        found = read_dataset(name, folder, Part.TEST)
    except ValueError as error:
        raise error if dataset else ValueError(f"{folder}: there are no pictures in it, and no data set: {error}") from error
    return OfDataset(found, count or len(found))


def scene_with_room(
    network: OpenNetwork, picture: Picture, incoming: Incoming, reach: int, *, fit: Fit | None = None, value: float = 0.0
) -> Scene:
    """``scenes.scene_of`` that never enlarges a picture for CROP: there, no pixel is invented.

    Raises SceneError for a shift that leaves nothing of the picture, or a picture without room for it, and ValueError as
    ``scene_of``.
    """
    check_reach(network, reach)
    _, height, width = network.trained.preprocessing.input
    if incoming is Incoming.CROP:
        _refuse_small((picture.height, picture.width), (height + 2 * reach, width + 2 * reach))
    return scene_of(network, picture, incoming, reach=reach, fit=fit, value=value)


def check_reach(network: OpenNetwork, reach: int) -> None:
    """Raises SceneError for a shift that leaves nothing of the network's input."""
    _, height, width = network.trained.preprocessing.input
    if reach >= min(height, width):
        raise SceneError(
            f"a shift of {reach} pixels leaves nothing of an input of {_by((height, width))};"
            f" take shifts of up to {min(height, width) - 1} pixels"
        )


def _refuse_small(size: Size, needed: Size) -> None:
    if size[0] < needed[0] or size[1] < needed[1]:
        raise SceneError(
            f"a picture of {_by(size)} is smaller than the {_by(needed)} pixels that the input of the network slides over;"
            " take a larger picture, a smaller shift or another border than crop"
        )


def _by(size: Size) -> str:
    return f"{size[0]} × {size[1]}"
