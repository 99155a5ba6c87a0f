"""A unit's fields as pictures: the heat over the picture, the box drawn around what it sees, shares as colours.

Everything is fast enough to be made while the mouse moves, but for ``field_picture``, which is for files.
"""

import numpy as np
from numpy.typing import NDArray

from inspector.core.display import sequential
from inspector.core.numbers_text import four_digits
from inspector.core.receptive_field.compose import Box
from inspector.core.receptive_field.crop import crop
from inspector.core.receptive_field.effective import Ellipse, Heat
from kernels.levels import to_rgb

Rgb = NDArray[np.uint8]  # (H, W, 3)
Shares = NDArray[np.float64]

BEYOND = 0.005  # of the pixels that have any heat; a few extreme ones must not make all others pale
OPAQUE = 0.85  # opacity of the most heat: the picture shines through everywhere
LEAST = 512  # pixels along the longer side of what is written; smaller pictures are enlarged by a whole number
EMPTY = 64  # grey where there is no picture
DARK, LIGHT = (0, 0, 0), (255, 214, 10)  # of a line: dark outside, light inside, so that it is seen on any picture
STROKE = 2  # pixels of each


# ---- heat ------------------------------------------------------------------------------------------------------


def heat_over(picture: Rgb, heat: Heat) -> Rgb:
    """The heat ``(H, W)``, finite, over a picture of the same size: the more heat, the brighter and the less transparent."""
    levels = np.minimum(heat * (255 / heat_top(heat)), 255).astype(np.uint8)
    opacity = OPAQUE * np.sqrt(np.arange(256, dtype=np.float32) / 255)[:, np.newaxis]
    above, below = sequential() * opacity, 1 - opacity
    mixed: Rgb = np.rint(picture * below[levels] + above[levels]).astype(np.uint8)
    return mixed


def heat_colours(heat: Heat) -> Rgb:
    """The heat ``(H, W)``, finite, alone; its colours are those of ``heat_text``."""
    return to_rgb(heat / heat_top(heat), 0.0, 1.0, lut=sequential())


def heat_top(heat: Heat) -> float:
    """The heat of the brightest colour: what all but ``BEYOND`` of the pixels that have any reach; 1 where none has."""
    some = heat[heat > 0]
    if not some.size:
        return 1.0
    place = int((1 - BEYOND) * (some.size - 1) + 0.5)
    return float(np.partition(some, place)[place])


def heat_text(heat: Heat) -> str:
    """What the colours span: "viridis 0 … 0.0123, above it too" where some pixels have more."""
    top = heat_top(heat)
    return f"viridis 0 … {four_digits(top)}{', above it too' if heat.max(initial=0.0) > top else ''}"


def shares_colours(shares: Shares) -> Rgb:
    """Shares in [0, 1] such as of padding, one for each unit, in the colours of viridis from 0 to 1."""
    return to_rgb(shares, 0.0, 1.0, lut=sequential())


# ---- the box ---------------------------------------------------------------------------------------------------


def empty_picture(size: tuple[int, int]) -> Rgb:
    """The ground that a box is drawn on where there is no picture."""
    return np.full((*size, 3), EMPTY, np.uint8)


def field_picture(picture: Rgb, heat: Heat | None, box: Box, ellipse: Ellipse | None = None) -> Rgb:
    """The picture, under the heat if any, with the box and the ellipse drawn, larger where the box reaches beyond it."""
    y0, x0, y1, x1 = shown = canvas(picture.shape[:2], box)
    scale = enlargement((y1 - y0, x1 - x0))
    ground = enlarged(crop(picture if heat is None else heat_over(picture, heat), shown))
    lines = [_outline(ground.shape[:2], [(edge - start) * scale for edge, start in zip(box, (y0, x0, y0, x0), strict=True)])]
    if ellipse is not None:
        lines.append(_curve(ground.shape[:2], ellipse, (y0, x0), scale))
    for colour, width in ((DARK, 2 * STROKE), (LIGHT, STROKE)):
        for away in lines:
            ground[away < width / 2] = colour
    return ground


def canvas(size: tuple[int, int], box: Box) -> Box:
    """What is drawn: the picture of ``size`` (height, width) and what lies ``near`` of the box."""
    y0, x0, y1, x1 = near(size, box)
    return min(y0, 0), min(x0, 0), max(y1, size[0]), max(x1, size[1])


def near(size: tuple[int, int], box: Box) -> Box:
    """The box as far as it reaches not farther beyond the picture of ``size`` than that is long; never empty."""
    (height, width), (y0, x0, y1, x1) = size, box
    top, left = max(y0, -height), max(x0, -width)
    return top, left, max(min(y1, 2 * height), top + 1), max(min(x1, 2 * width), left + 1)


def enlargement(size: tuple[int, int]) -> int:
    """By how much a picture of (height, width) is enlarged, so that it is about as long as ``LEAST``."""
    return max(1, round(LEAST / max(*size, 1)))


def enlarged(rgb: Rgb) -> Rgb:
    """Each pixel as a square, where the picture is small."""
    factor = enlargement((rgb.shape[0], rgb.shape[1]))
    return np.repeat(np.repeat(rgb, factor, axis=0), factor, axis=1)


# ---- lines: how far each pixel's centre is from them, in pixels ------------------------------------------------


def _outline(size: tuple[int, int], edges: list[int]) -> NDArray[np.float64]:
    """From the edges y0, x0, y1, x1 of a rectangle."""
    y0, x0, y1, x1 = edges
    down, right = np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5
    beyond_y, beyond_x = (abs(place - (low + high) / 2) - (high - low) / 2
                          for place, low, high in ((down, y0, y1), (right, x0, x1)))  # fmt: skip
    distance: NDArray[np.float64] = np.abs(np.maximum(beyond_y[:, np.newaxis], beyond_x))
    return distance


def _curve(size: tuple[int, int], ellipse: Ellipse, start: tuple[int, int], scale: int) -> NDArray[np.float64]:
    """From an ellipse in pixels of the picture, whose pixel ``start`` is the first of the canvas; to first order."""
    (centre_y, centre_x), axes, angle = ellipse
    long, short = (max(axis, 0.5) * scale for axis in axes)
    y = np.arange(size[0])[:, np.newaxis] + 0.5 - (centre_y + 0.5 - start[0]) * scale
    x = np.arange(size[1]) + 0.5 - (centre_x + 0.5 - start[1]) * scale
    along, across = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
    radius = np.hypot(along / long, across / short)
    steepness = np.hypot(along / long**2, across / short**2) / np.maximum(radius, 1e-9)
    distance: NDArray[np.float64] = np.abs(radius - 1) / np.maximum(steepness, 1e-9)
    return distance
