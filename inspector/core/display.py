"""From exact values to the picture on the screen, and saying honestly how."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from inspector.core.numbers_text import four_digits
from inspector.core.picture import LUMA, Picture
from kernels import Colours, Kernel
from kernels.levels import Statistics, coloured, halved, to_rgb

SMALLEST = 512  # pixels along the longer side; smaller pictures shrink fast enough
BEYOND = 0.005  # a few extreme pixels must not make all others pale
SIGNED_SHARE = 0.05  # |sum of weights| below this share of the sum of |weights|: the result is signed


class Display(StrEnum):
    """How filter results become colours."""

    AUTO = "auto"  # symmetric for kernels that sum to about 0, else clip
    CLIP = "clip"
    ABS = "abs"
    SYMMETRIC = "symmetric"
    STRETCH = "stretch"


@dataclass(frozen=True)
class Levels:
    """The value shown darkest and the value shown lightest, and the way in between.

    ``display`` is never AUTO. SYMMETRIC uses the diverging map, of the luminance for RGB results
    (filtering and taking the luminance commute, both are linear).
    """

    display: Display
    low: float
    high: float

    @property
    def text(self) -> str:
        """For labels: 'symmetric ±0.83', 'clip 0 … 255'."""
        if self.display is Display.SYMMETRIC:
            return f"symmetric ±{four_digits(self.high)}"
        return f"{self.display} {four_digits(self.low)} … {four_digits(self.high)}"

    @property
    def colours(self) -> Colours:
        """Those of every value between. NaN is painted magenta in every display."""
        lut = diverging() if self.display is Display.SYMMETRIC else None
        return Colours(self.low, self.high, self.display is Display.ABS, lut)


@dataclass(frozen=True, eq=False)
class Distribution:
    """Statistics of a result and its ``counts`` ``(C, bins)`` over ``span``, which holds every finite value."""

    statistics: Statistics
    counts: NDArray[np.int64]
    span: tuple[float, float]

    def reach(self, beyond: float) -> float:
        """The size that at most the share ``beyond`` of the values exceeds, to the width of a bin; 1 for all zeros."""
        total, bins = self.counts.sum(axis=0), self.counts.shape[1]
        low, high = self.span
        edges = low + (high - low) * np.arange(bins + 1) / bins
        sizes = np.maximum(np.abs(edges[:-1]), np.abs(edges[1:]))
        order = np.argsort(sizes)
        within = np.cumsum(total[order])
        place = int(np.searchsorted(within, (1 - beyond) * within[-1]))
        largest = max(abs(self.statistics.minimum), abs(self.statistics.maximum))
        return min(float(sizes[order][min(place, bins - 1)]), largest) or 1.0


def resolve_display(display: Display, kernel: Kernel) -> Display:
    """The display that AUTO stands for with this kernel; any other is returned as it is."""
    if display is not Display.AUTO:
        return display
    weights = kernel.weights.astype(np.float64)
    total, size = abs(weights.sum()), np.abs(weights).sum()
    return Display.SYMMETRIC if kernel.bias == 0 and size > 0 and total <= SIGNED_SHARE * size else Display.CLIP


def levels_before(display: Display, low: float, high: float) -> Levels | None:
    """Levels of any result from a picture whose black and white are ``low``, ``high``; None where they depend on the result.

    CLIP is the picture's own scale; ABS the same scale for sizes, as long as its black to its white.
    """
    match display:
        case Display.CLIP:
            return Levels(display, low, high)
        case Display.ABS:
            return Levels(display, 0.0, high - low)
        case _:
            return None


def levels_after(display: Display, distribution: Distribution) -> Levels:
    """Levels that depend on the ``distribution`` of the result.

    STRETCH reaches from the least to the largest value; SYMMETRIC as far as all but ``BEYOND`` of them.
    """
    if display is Display.SYMMETRIC:
        reach = distribution.reach(BEYOND)
        return Levels(display, -reach, reach)
    facts = distribution.statistics
    return Levels(display, facts.minimum, facts.maximum if facts.maximum > facts.minimum else facts.minimum + 1.0)


def shown(values: NDArray[np.floating], levels: Levels) -> NDArray[np.uint8]:
    """The displayed picture: ``(H, W)`` or ``(H, W, 3)`` values to contiguous ``(H, W, 3)`` uint8."""
    mix = LUMA if levels.display is Display.SYMMETRIC and values.ndim == 3 else None
    return coloured(values, levels.colours, mix)


def pyramid(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], ...]:
    """The displayed picture at half its size, at a quarter … down to ``SMALLEST`` pixels, for a window that shrinks it."""
    levels = [rgb]
    while max(levels[-1].shape[:2]) >= 2 * SMALLEST and min(levels[-1].shape[:2]) >= 2:
        levels.append(halved(levels[-1]))
    return tuple(levels[1:])


def picture_shown(picture: Picture) -> NDArray[np.uint8]:
    """The picture itself as ``(H, W, 3)`` uint8; where it is transparent, over a checkerboard."""
    if picture.values.dtype == np.uint8 and picture.channels == 3 and (picture.low, picture.high) == (0, 255):
        rgb = np.asarray(picture.values, dtype=np.uint8)
    else:
        rgb = to_rgb(picture.values, picture.low, picture.high)
    return rgb if picture.alpha is None else _over_checkerboard(rgb, picture.alpha)


def _over_checkerboard(rgb: NDArray[np.uint8], alpha: NDArray[np.generic]) -> NDArray[np.uint8]:
    full = {1: 255.0, 2: 65535.0}.get(alpha.dtype.itemsize, 1.0) if alpha.dtype.kind == "u" else 1.0
    share = np.clip(np.nan_to_num(alpha.astype(np.float32) / np.float32(full)), 0, 1)[..., None]
    y, x = np.arange(alpha.shape[0])[:, None], np.arange(alpha.shape[1])
    board = np.where((y // 8 + x // 8) % 2 == 0, np.float32(204), np.float32(153))[..., None]
    mixed: NDArray[np.uint8] = np.rint(rgb * share + board * (1 - share)).astype(np.uint8)
    return mixed


@cache
def diverging() -> NDArray[np.uint8]:
    """256 colours from blue (negative) over white (zero, entry 128) to red (positive), told apart by the colour-blind."""
    stops = [[5, 48, 97], [33, 102, 172], [146, 197, 222], [255, 255, 255], [244, 165, 130], [178, 24, 43], [103, 0, 31]]
    return _between(stops, [0, 28, 84, 128, 172, 228, 255])


@cache
def sequential() -> NDArray[np.uint8]:
    """256 colours from dark violet over green to yellow, ever lighter: viridis to two levels (Smith and van der Walt, 2015)."""
    stops = [
        [68, 1, 84], [72, 41, 121], [62, 76, 138], [35, 136, 142], [31, 162, 135], [47, 180, 124], [86, 198, 103],
        [152, 216, 62], [213, 226, 26], [234, 229, 26], [253, 231, 37],
    ]  # fmt: skip
    return _between(stops, [0, 29, 58, 119, 147, 166, 188, 216, 239, 247, 255])


def _between(stops: list[list[int]], places: list[int]) -> NDArray[np.uint8]:
    """A colour map that passes ``stops`` at the entries ``places`` in straight lines, ``(256, 3)``, read-only."""
    colours = [np.interp(np.arange(256), places, channel) for channel in np.array(stops).T]
    lut = np.stack(colours, axis=1).round().astype(np.uint8)
    lut.flags.writeable = False
    return lut
