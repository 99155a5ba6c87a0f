"""Over which pictures an effective field is averaged."""

from dataclasses import dataclass
from pathlib import Path

from inspector.core.images import list_pictures


@dataclass(frozen=True)
class Sample:
    """Over which pictures is averaged: those of the files ``paths``, then ``noise`` random ones, drawn with ``seed``.

    Noise has the mean and the deviation of the network's training pixels: standardized, each value is normal by itself.
    """

    paths: tuple[Path, ...] = ()
    noise: int = 0
    seed: int = 0

    @property
    def pictures(self) -> int:
        """How many there are if all files can be read."""
        return len(self.paths) + self.noise


def sampled(folder: str, count: int) -> Sample:
    """The first ``count`` pictures of a folder, or as many of noise where it is "". Raises PictureError as ``list_pictures``."""
    return Sample(paths=list_pictures(folder)[:count]) if folder else Sample(noise=count)
