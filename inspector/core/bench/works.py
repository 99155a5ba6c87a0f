"""The works of which the engine is measured: pictures of noise, and kernels of every size."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels import preset

SIZES = {"512²": (512, 512), "1080p": (1080, 1920), "4K": (2160, 3840), "8K": (4320, 7680)}  # rows, columns
SIDES = 3, 5, 7, 9, 11, 15, 31, 63  # of kernels
QUICK_SIZES, QUICK_SIDES = ("512²", "1080p"), (3, 11)


class Weights(StrEnum):
    """What a kernel is made of."""

    DENSE = "dense"
    GAUSSIAN = "Gaussian"
    BOX = "box"


@dataclass(frozen=True)
class Work:
    """A picture of ``SIZES[size]``, float32 of one channel in [0, 1) or uint8 RGB, and a kernel of ``side`` × ``side``.

    Zeros lie outside the picture; the result is as large as the picture and of its type.
    """

    size: str
    side: int
    weights: Weights = Weights.DENSE
    rgb: bool = False

    @property
    def title(self) -> str:
        """For a row of the table."""
        return f"{self.size}, {'' if self.weights is Weights.DENSE else f'{self.weights} '}k = {self.side}"

    @property
    def steps(self) -> int:
        """Multiplications, if the sums are formed one by one."""
        height, width = SIZES[self.size]
        return height * width * (3 if self.rgb else 1) * self.side**2

    def picture(self) -> NDArray[Any]:
        """(H, W) float32 or (H, W, 3) uint8, the same each time, read-only."""
        return _noise(SIZES[self.size], self.rgb)

    def kernel(self) -> NDArray[np.float32]:
        """(side, side) float32; sums to 1 where it blurs and for uint8, so that no values are cut off."""
        if self.weights is not Weights.DENSE:
            return preset(f"{self.weights.lower()}:{self.side}").weights
        noise = np.random.default_rng(self.side).uniform(0 if self.rgb else -0.5, 1, (self.side, self.side))
        return (noise / noise.sum() if self.rgb else noise).astype(np.float32)


@lru_cache(maxsize=2)
def _noise(shape: tuple[int, int], rgb: bool) -> NDArray[Any]:
    random = np.random.default_rng(0)
    picture = random.integers(0, 256, (*shape, 3), np.uint8) if rgb else random.random(shape, np.float32)
    picture.flags.writeable = False
    return picture


def works(weights: Iterable[Weights], *, rgb: bool, quick: bool) -> list[Work]:
    """Every size with every kernel; with ``quick``, few."""
    sizes, sides = (QUICK_SIZES, QUICK_SIDES) if quick else (tuple(SIZES)[:3], SIDES)
    return [Work(size, side, kind, rgb) for kind, size, side in product(weights, sizes, sides)]
