"""A picture and what lies around it, which comes into view when the picture moves."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import ceil

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from inspector.core.shift.sampling import Values, fourier_shifted, inside, positions, sampled, source_index
from inspector.core.shift.transforms import Affine, Method, Size, Transform, Translation, words
from kernels.border import OUTSIDE, Border


class Incoming(StrEnum):
    """What comes in at the edge that the picture moves away from."""

    ZERO = "zero"
    CONSTANT = "constant"  # one value
    EDGE = "edge"  # the outermost pixels, repeated
    CIRCULAR = "circular"  # what has left at the other side
    CROP = "crop"  # more of a larger picture, over which the input slides as a window: no invented pixels


_BORDERS = {
    Incoming.ZERO: Border.CONSTANT, Incoming.CONSTANT: Border.CONSTANT, Incoming.EDGE: Border.REPLICATE,
    Incoming.CIRCULAR: Border.WRAP, Incoming.CROP: Border.CONSTANT,
}  # fmt: skip


AROUND = 16  # pixels beyond those that come in, among which waves run out


class SceneError(ValueError):
    """A picture that is smaller than its window, or a transform that looks beyond a larger picture."""


@dataclass(frozen=True, eq=False)
class Scene:
    """``picture`` (C, H, W) float32, of which the middle ``window`` (height, width) is seen; all of it unless CROP.

    ``value``: of CONSTANT, in the unit of the picture. Raises SceneError where the window does not lie in the picture, or is
    smaller than the picture though nothing of that comes in, and ValueError for values that are not finite.
    """

    picture: Values
    incoming: Incoming = Incoming.ZERO
    value: float = 0.0
    window: Size = (0, 0)

    def __post_init__(self) -> None:
        if self.window == (0, 0):
            object.__setattr__(self, "window", self.picture.shape[1:])
        if min(self.margin) < 0 or min(self.window) < 1 or (self.incoming is not Incoming.CROP and max(self.margin)):
            raise SceneError(f"a window of {_by(self.window)} pixels of a picture of {_by(self.size)} cannot be looked at")
        if not np.isfinite(self.picture).all():
            raise ValueError("the picture has values that are not finite, which no network can judge")

    @property
    def size(self) -> Size:
        """Height and width of the whole picture."""
        return int(self.picture.shape[1]), int(self.picture.shape[2])

    @property
    def margin(self) -> Size:
        """How far from the top and left edge of the picture the window lies."""
        return (self.size[0] - self.window[0]) // 2, (self.size[1] - self.window[1]) // 2

    @property
    def border(self) -> Border:
        """How the picture continues beyond its edge."""
        return _BORDERS[self.incoming]

    @cached_property
    def still(self) -> Values:
        """What is seen before anything moves, (C, h, w)."""
        return self.seen(Translation())

    def seen(self, transform: Transform) -> Values:
        """What the window shows of the transformed picture, (C, h, w) float32, contiguous, read-only.

        Raises SceneError where it would look beyond a larger picture (CROP).
        """
        fourier = isinstance(transform, Translation) and transform.method is Method.FOURIER and not transform.whole
        found = self._by_fourier(transform) if fourier and isinstance(transform, Translation) else self._sampled(transform)
        found = np.ascontiguousarray(found)
        found.flags.writeable = False
        return found

    def shifts(self, reach: int) -> NDArray[np.float32]:
        """All whole translations up to ``reach`` pixels at once, as ``seen`` shows them: (2 reach + 1, 2 reach + 1, C, h, w).

        Indices are those of dy and dx, counted from -reach. A read-only view of one canvas, so that shifts that are not
        taken out of it cost nothing. Raises SceneError as ``seen`` does.
        """
        canvas = self._canvas(reach)
        view = sliding_window_view(canvas, self.window, axis=(1, 2))
        towards: NDArray[np.float32] = view.transpose(1, 2, 0, 3, 4)[::-1, ::-1]
        return towards

    def sources(self, transform: Transform) -> Affine:
        """Where in the window the pixel comes from that is seen at a place of the window; outside of it as well."""
        return transform.sources(self.window)

    def genuine(self, y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which positions, in pixels of the window, lie on the picture itself and not on what was made up around it."""
        if self.incoming is Incoming.CIRCULAR:
            return np.ones(np.broadcast_shapes(y.shape, x.shape), np.bool_)
        return inside(y + self.margin[0], self.size[0]) & inside(x + self.margin[1], self.size[1])

    @property
    def _constant(self) -> float:
        return self.value if self.incoming is Incoming.CONSTANT else 0.0

    def _sampled(self, transform: Transform) -> Values:
        self._check_crop(transform)
        y, x = positions(self.sources(transform), self.window)
        return sampled(self.picture, y + self.margin[0], x + self.margin[1], self.border, self._constant)

    def _check_crop(self, transform: Transform) -> None:
        """Raises SceneError where something would have to be made up around a larger picture."""
        if self.incoming is Incoming.CROP and not self.genuine(*positions(self.sources(transform), self.window)).all():
            raise SceneError(_beyond(self, words(transform)))

    def _by_fourier(self, shift: Translation) -> Values:
        """The window of all of a larger picture, or of a wide canvas; a circular picture is moved round itself."""
        if self.incoming is Incoming.CIRCULAR:
            return fourier_shifted(self.picture, shift.dy, shift.dx)
        (top, left), (height, width) = self.margin, self.window
        if self.incoming is Incoming.CROP:
            self._check_crop(shift)
            canvas = self.picture
        else:
            reach = ceil(max(abs(shift.dy), abs(shift.dx))) + AROUND
            canvas, top, left = self._canvas(reach), reach, reach
        moved = fourier_shifted(canvas, shift.dy, shift.dx, mirrored=True)
        return moved[:, top : top + height, left : left + width]

    def _canvas(self, reach: int) -> Values:
        """The window with ``reach`` pixels more on each side."""
        if self.incoming is Incoming.CROP and min(self.margin) < reach:
            raise SceneError(_beyond(self, f"a shift of {reach} pixels"))
        (top, left), (height, width) = self.margin, self.window
        rows = source_index(np.arange(-reach, height + reach) + top, self.size[0], self.border)
        columns = source_index(np.arange(-reach, width + reach) + left, self.size[1], self.border)
        canvas: Values = self.picture[:, rows[:, np.newaxis], columns]
        canvas[:, rows == OUTSIDE, :] = self._constant
        canvas[:, :, columns == OUTSIDE] = self._constant
        return canvas


def _beyond(scene: Scene, what: str) -> str:
    return (
        f"{what} looks beyond the picture of {_by(scene.size)} pixels, in whose middle lies a window of"
        f" {_by(scene.window)}; take a larger picture, a smaller move or another border than crop"
    )


def _by(size: Size) -> str:
    return f"{size[0]} × {size[1]}"
