"""Which part of a picture a view shows, and how large: pure arithmetic, so that views can share it."""

from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Self

from inspector.core.placement import Placement

SMALLEST, LARGEST = 1 / 256, 128.0  # screen units per picture pixel
MARGIN_X, MARGIN_Y = 16.0, 40.0  # left free around a fitted picture, screen units; labels stand above and below


@dataclass(frozen=True)
class Viewport:
    """``scale`` screen units per picture pixel, with picture point (``x``, ``y``) at the middle of the view."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @classmethod
    def fitted(cls, content: Placement, width: float, height: float) -> Self:
        """The whole ``content`` inside a view of ``width`` by ``height`` screen units."""
        across = max(width - 2 * MARGIN_X, 1.0) / content.width
        down = max(height - 2 * MARGIN_Y, 1.0) / content.height
        scale = min(max(min(across, down), SMALLEST), LARGEST)
        return cls(scale, content.x + content.width / 2, content.y + content.height / 2)

    def zoomed(self, factor: float, dx: float = 0.0, dy: float = 0.0) -> Self:
        """Larger by ``factor`` within the limits; the point (dx, dy) screen units from the middle stays put."""
        scale = min(max(self.scale * factor, SMALLEST), LARGEST)
        held = 1 / self.scale - 1 / scale
        return replace(self, scale=scale, x=self.x + dx * held, y=self.y + dy * held)

    def panned(self, dx: float, dy: float) -> Self:
        """The picture moved by (dx, dy) screen units."""
        return replace(self, x=self.x - dx / self.scale, y=self.y - dy / self.scale)

    def held_within(self, content: Placement) -> Self:
        """Moved just so far that the middle of the view stays on ``content``, which therefore cannot get lost."""
        x = min(max(self.x, content.x), content.x + content.width)
        y = min(max(self.y, content.y), content.y + content.height)
        return replace(self, x=x, y=y)


@dataclass(frozen=True)
class Frame:
    """A viewport in a view of ``width`` by ``height`` screen units: from picture points to the screen and back."""

    viewport: Viewport
    width: float
    height: float

    def screen_x(self, x: float) -> float:
        """Screen position of picture column ``x``."""
        return self.width / 2 + (x - self.viewport.x) * self.viewport.scale

    def screen_y(self, y: float) -> float:
        """Screen position of picture row ``y``."""
        return self.height / 2 + (y - self.viewport.y) * self.viewport.scale

    def picture_x(self, x: float) -> float:
        """Picture column at screen position ``x``."""
        return self.viewport.x + (x - self.width / 2) / self.viewport.scale

    def picture_y(self, y: float) -> float:
        """Picture row at screen position ``y``."""
        return self.viewport.y + (y - self.height / 2) / self.viewport.scale

    def visible(self, place: Placement, shape: tuple[int, int], step: int = 1) -> tuple[int, int, int, int] | None:
        """The pixels (y0, x0, y1, x1) of a picture of ``shape`` lying at ``place`` that can be seen.

        Grown outwards to multiples of ``step`` within the picture; None where nothing can be seen.
        """
        tall, wide = place.height / shape[0], place.width / shape[1]
        y0, y1 = _span((self.picture_y(0) - place.y) / tall, (self.picture_y(self.height) - place.y) / tall, shape[0], step)
        x0, x1 = _span((self.picture_x(0) - place.x) / wide, (self.picture_x(self.width) - place.x) / wide, shape[1], step)
        return (y0, x0, y1, x1) if y0 < y1 and x0 < x1 else None


def _span(start: float, end: float, length: int, step: int) -> tuple[int, int]:
    """Whole pixels from ``start`` to ``end``, grown to multiples of ``step``, within 0 … ``length``."""
    first, last = floor(start / step) * step, ceil(end / step) * step
    return max(first, 0), min(last, length)
