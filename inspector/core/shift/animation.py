"""A picture that moves to and fro before a network, as the drawings of an animation: one map large, and where its error is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inspector.core.network.atlas import GROUND, Colours, compose, grid_of
from inspector.core.shift.grid import Mask
from inspector.core.shift.measures import Numbers
from inspector.core.shift.plots import MARK, Curve, Panel
from inspector.core.shift.sampling import Values
from inspector.core.shift.settings import Axis
from inspector.core.shift.sheet import FAINT, Box, Pixels, Rgb, Shape, Sheet, Words
from inspector.core.shift.shown import number, shift_at, shift_line

TILE, GAP, EDGE = 148, 12, 14  # pixels of a picture, between pictures, and around them
NAMES = ("input, moved", "before", "expected", "after", "difference")
SECOND = ("Tx", "f(x)", "f(x) moved along", "f(Tx)", "after − expected")
TOP, LINE = 52, 18  # pixels above the pictures, and of a line of words
SMALL, LARGE = 12, 22  # pixels of letters
DOT = 8  # pixels


@dataclass(frozen=True, eq=False)
class Moment:
    """One shift: the input (C, H, W) as it is seen, white being 1, and a map (h, w) before, as it ought to be, and after.

    ``valid`` (h, w): where it is known what it ought to be.
    """

    amount: float
    shown: Values
    before: Values
    expected: Values
    after: Values
    valid: Mask

    @property
    def difference(self) -> Values:
        """After minus expected; 0 where nothing can be compared."""
        return np.where(self.valid, self.after - self.expected, 0)


def clearest(maps: Values) -> int:
    """The index of the map (C, h, w) that has most to show: whose values vary most from place to place."""
    spread = np.nan_to_num(maps.astype(np.float64)).std(axis=(1, 2))
    return int(spread.argmax())


@dataclass(frozen=True, eq=False)
class Film:
    """The same colours, the same curve over ``amounts`` along ``axis``, and the same ``title`` for all moments."""

    title: str
    curve: Curve
    amounts: Numbers
    axis: Axis
    moments: Sequence[Moment]

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """A drawing for each moment, all of one size."""
        maps = np.stack([part for one in self.moments for part in (one.before, one.after)])
        signed = bool((maps < 0).any())
        reach = float(np.abs(maps).max()) or 1.0
        apart = max(float(np.abs(one.difference).max()) for one in self.moments) or 1.0
        values = Colours(np.array([[-reach if signed else 0.0, reach]]), signed=signed)
        return tuple(self._sheet(one, values, Colours(np.array([[-apart, apart]]), signed=True)) for one in self.moments)

    def _sheet(self, now: Moment, values: Colours, apart: Colours) -> Sheet:
        everywhere = np.ones_like(now.valid)
        tiles = (
            input_rgb(now.shown), _map(now.before, values, everywhere), _map(now.expected, values, now.valid),
            _map(now.after, values, everywhere), _map(now.difference, apart, now.valid),
        )  # fmt: skip
        shapes: list[Shape] = [Words(EDGE, 8, self.title)]
        for place, tile in enumerate(tiles):
            shapes += _tile(tile, place)
        panel = Panel([self.curve], self.amounts, self.curve.jump, TOP + TILE + LINE + GAP)
        shapes += [*panel.shapes(now.amount), *self._words(panel, now.amount)]
        width = 2 * EDGE + len(tiles) * TILE + (len(tiles) - 1) * GAP
        return Sheet(width, panel.top + panel.height + 2 * LINE + 6, tuple(shapes), self.title)

    def _words(self, panel: Panel, amount: float) -> list[Shape]:
        """The shift and its error, in large letters, and a dot where the curve is now."""
        error = float(self.curve.errors[np.abs(self.amounts - amount).argmin()])
        x, y = panel.right + GAP, panel.top + panel.height
        words: list[Shape] = [
            Words(x, y - 78, shift_line(*shift_at(self.axis, amount)), size=LARGE),
            Words(x, y - 48, f"error {number(error)}", MARK, LARGE),
            Words(x, y - 18, "‖f(Tx) − expected‖ / ‖f(x)‖", size=SMALL),
            Words(EDGE + panel.left, y + LINE + 2, "error of the whole layer against the shift in pixels", size=SMALL),
        ]
        if np.isfinite(error):
            at, up = panel.point(amount, error)
            words.append(Box(at - DOT / 2, up - DOT / 2, DOT, DOT, MARK))
        return words


def _tile(tile: Rgb, place: int) -> list[Shape]:
    """A picture in the middle of its square, with words above and below."""
    left = EDGE + (TILE + GAP) * place
    pixels = _placed(tile, left, TOP)
    height, width = (side * pixels.scale for side in pixels.rgb.shape[:2])
    frame = Box(pixels.x - 1, pixels.y - 1, width + 2, height + 2, FAINT)
    middle = left + TILE / 2
    return [
        Words(middle, TOP - 21, NAMES[place], anchor="middle"), frame, pixels,
        Words(middle, TOP + TILE + 4, SECOND[place], size=SMALL, anchor="middle"),
    ]  # fmt: skip


def input_rgb(shown: Values) -> Rgb:
    """A picture (C, H, W), white being 1, as pixels; other than 3 channels as their mean."""
    levels = np.clip(np.rint(np.nan_to_num(shown) * 255), 0, 255)
    picture = levels if len(levels) == 3 else np.repeat(levels.mean(0, keepdims=True), 3, 0)
    return np.ascontiguousarray(picture.astype(np.uint8).transpose(1, 2, 0))


def _map(values: Values, colours: Colours, valid: Mask) -> Rgb:
    one = np.ascontiguousarray(values, np.float32)[np.newaxis]
    rgb = compose(one, np.arange(1), colours, grid_of(one.shape))
    rgb = rgb[: values.shape[0], : values.shape[1]].copy()
    rgb[~valid] = GROUND
    return rgb


def _placed(rgb: Rgb, left: int, top: int) -> Pixels:
    """Enlarged by a whole number, or averaged where it is larger than its square."""
    thin = -(-max(rgb.shape[:2]) // TILE)
    small = _averaged(rgb, thin) if thin > 1 else rgb
    scale = max(TILE // max(small.shape[:2]), 1)
    height, width = (side * scale for side in small.shape[:2])
    return Pixels(left + (TILE - width) // 2, top + (TILE - height) // 2, np.ascontiguousarray(small), scale)


def _averaged(rgb: Rgb, block: int) -> Rgb:
    height, width = (side // block for side in rgb.shape[:2])
    blocks = rgb[: height * block, : width * block].reshape(height, block, width, block, 3)
    averaged: Rgb = np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)
    return averaged
