"""The pixels that a unit sees, cut out of the picture."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from inspector.core.receptive_field.compose import Box

Rgb = NDArray[np.uint8]  # (H, W, 3)

SQUARES = 16  # of the checkerboard along the longer side
GREYS = (96, 144)  # of its squares


def crop(picture: Rgb, box: Box) -> Rgb:
    """The pixels in the box; a checkerboard stands for those that do not exist."""
    y0, x0, y1, x1 = box
    height, width = picture.shape[:2]
    cut = _board(y1 - y0, x1 - x0).copy()
    top, left = max(y0, 0), max(x0, 0)
    there = picture[top : max(min(y1, height), top), left : max(min(x1, width), left)]
    cut[top - y0 : top - y0 + there.shape[0], left - x0 : left - x0 + there.shape[1]] = there
    return cut


@lru_cache(maxsize=4)  # the units of a layer see boxes of one size, or of a few
def _board(height: int, width: int) -> Rgb:
    """A checkerboard; to be copied."""
    side = max(1, max(height, width) // SQUARES)
    odd = (np.arange(height)[:, np.newaxis] // side + np.arange(width) // side) % 2
    return np.repeat(np.array(GREYS, np.uint8)[odd][..., np.newaxis], 3, axis=2)
