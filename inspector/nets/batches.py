"""The pictures that effective fields are averaged over, as batches for a network."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor

from inspector.core.images import PictureError, read_picture
from inspector.core.names import printable
from inspector.core.network.settings import Fit
from inspector.core.receptive_field.sample import Sample
from inspector.nets.preprocessing import Preprocessing, natural_fit, network_input


class Batches:
    """The pictures of a sample, ``size`` at a time; each iteration reads and draws them anew.

    ``fit`` None means what is natural for each picture. ``skipped``: why files could not be taken, as sentences.
    """

    def __init__(self, sample: Sample, preprocessing: Preprocessing, fit: Fit | None, size: int) -> None:
        self._sample, self._preprocessing, self._fit, self._size = sample, preprocessing, fit, size
        self.skipped: list[str] = []

    @property
    def pictures(self) -> int:
        """How many there are, as far as is known: less those that have been skipped."""
        return self._sample.pictures - len(self.skipped)

    def __iter__(self) -> Iterator[Tensor]:
        """(N, C, H, W) float32, standardized. Raises ValueError where there are no pictures, or no file can be taken."""
        if not self._sample.pictures:
            raise ValueError("there are no pictures to average over")
        self.skipped.clear()
        pictures = self._each()
        while batch := list(islice(pictures, self._size)):
            yield torch.stack(batch)

    def _each(self) -> Iterator[Tensor]:
        yield from self._of_files()
        yield from noise(self._preprocessing, self._sample.noise, self._sample.seed)

    def _of_files(self) -> Iterator[Tensor]:
        for path in self._sample.paths:
            try:
                values = self._taken(path)
            except ValueError as error:
                self.skipped.append(str(error) if isinstance(error, PictureError) else f"{printable(path.name)}: {error}")
            else:
                yield values
        if self.skipped and len(self.skipped) == len(self._sample.paths):
            raise ValueError(f"none of the {len(self.skipped)} pictures can be taken; the first: {self.skipped[0]}")

    def _taken(self, path: Path) -> Tensor:
        picture = read_picture(path)
        fit = self._fit or natural_fit(picture, self._preprocessing.input)
        return network_input(picture, replace(self._preprocessing, fit=fit))[0]


def noise(preprocessing: Preprocessing, count: int, seed: int) -> Iterator[Tensor]:
    """``count`` random pictures (C, H, W) with the network's mean and deviation: standardized, each value is normal by itself.

    The same for the same ``seed``, one after the other, so that batches of any size hold the same pictures.
    """
    draw = torch.Generator().manual_seed(seed)
    for _ in range(count):
        yield torch.randn(preprocessing.input, generator=draw)
