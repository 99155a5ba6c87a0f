"""A picture drawn by hand: strokes as values, and the grey picture that they make."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inspector.core.picture import Picture

SIDE = 280  # pixels along each side of a drawing: ten for each of MNIST's
AT_ONCE = 1 << 16  # pixels of segments computed together: their temporaries stay in the cache
SIZES = 8  # windows of segments are rounded up to a multiple of this, so that many are of one size
Canvas = NDArray[np.uint8]
Segments = NDArray[np.float32]  # (n, 2, 2): both ends (y, x)


@dataclass(frozen=True)
class Stroke:
    """One pull of the pen: ``points`` (y, x) in pixels of the drawing, ``width`` of the pen; ``erases``: it paints black."""

    points: tuple[tuple[float, float], ...]
    width: float = 22.0
    erases: bool = False


def drawing_picture(strokes: tuple[Stroke, ...]) -> Picture:
    """The drawing as the picture that the program looks at."""
    return Picture(render(strokes), 0, 255, "drawing", form=f"drawing, {SIDE} × {SIDE}")


def render(strokes: tuple[Stroke, ...]) -> Canvas:
    """White ink (255) on black, ``(SIDE, SIDE)`` uint8, read-only; the part of each stroke that lies beyond is cut off.

    The pen is round: a pixel takes as much ink as the pen covers of it, told from the distance of its centre,
    (i + 0.5, j + 0.5), to the line. A stroke that erases takes away all ink that the same stroke would have laid.

    The last drawing is remembered: one that goes on from it costs only what is new.
    """
    return _EASEL.drawn(strokes)


class _Easel:
    """The last drawing. What it remembers is read and replaced as a whole, so that threads may draw at the same time."""

    def __init__(self) -> None:
        black = np.zeros((SIDE, SIDE), np.uint8)
        black.flags.writeable = False
        self._black = black
        self._last: tuple[tuple[Stroke, ...], Canvas] = (), black

    def drawn(self, strokes: tuple[Stroke, ...]) -> Canvas:
        """The picture of all ``strokes``."""
        canvas, new = self._since_last(strokes)
        for stroke in new:
            canvas = _drawn(canvas, stroke)
        self._last = strokes, canvas
        return canvas

    def _since_last(self, strokes: tuple[Stroke, ...]) -> tuple[Canvas, tuple[Stroke, ...]]:
        """What can be drawn upon, and what has to be."""
        done, canvas = self._last
        if strokes[: len(done)] == done:
            return canvas, strokes[len(done) :]
        finished = len(done) - 1
        if finished < len(strokes) and strokes[:finished] == done[:finished]:
            grown = _grown(done[finished], strokes[finished])
            if grown is not None:
                return canvas, (grown, *strokes[finished + 1 :])
        return self._black, strokes


_EASEL = _Easel()


def _grown(old: Stroke, new: Stroke) -> Stroke | None:
    """What ``new`` adds to ``old``; None where it does not go on from it, or from a dot, which is no part of a line."""
    count = len(old.points)
    goes_on = count > 1 and replace(new, points=new.points[:count]) == old
    return replace(new, points=new.points[count - 1 :]) if goes_on else None


def _drawn(below: Canvas, stroke: Stroke) -> Canvas:
    canvas = below.copy()
    for window, ink in _inked(_segments(stroke), stroke.width / 2 + (1.0 if stroke.erases else 0.0)):
        part = canvas[window]
        if stroke.erases:
            np.minimum(part, 255 - ink, out=part)
        else:
            np.maximum(part, ink, out=part)
    canvas.flags.writeable = False
    return canvas


def _segments(stroke: Stroke) -> Segments:
    """The lines from point to point; a single point is a line to itself. Each begins at its upper end.

    So a stroke that is drawn the other way is the same to the last bit.
    """
    points = stroke.points if len(stroke.points) != 1 else stroke.points * 2
    ends = [sorted(pair) for pair in pairwise(points)]
    return np.array(ends, np.float32).reshape(-1, 2, 2)


def _inked(segments: Segments, radius: float) -> Iterator[tuple[tuple[slice, slice], Canvas]]:
    """The window of each segment inside the drawing, and the ink of a pen of ``radius`` in it; one size after the other."""
    reach = radius + 0.5
    first = np.floor(segments.min(axis=1) - reach).clip(0, SIDE).astype(np.int32)
    last = np.ceil(segments.max(axis=1) + reach).clip(0, SIDE).astype(np.int32)
    sizes = np.minimum(-(-(last - first) // SIZES) * SIZES, SIDE)
    first = np.minimum(first, SIDE - sizes)
    inside = sizes.all(axis=1)
    for size in np.unique(sizes[inside], axis=0):
        chosen = np.flatnonzero(inside & (sizes == size).all(axis=1))
        for some in np.array_split(chosen, -(-len(chosen) * int(size.prod()) // AT_ONCE)):
            inks = _ink(segments[some] - first[some, np.newaxis].astype(np.float32), (int(size[0]), int(size[1])), radius)
            for (y, x), ink in zip(first[some].tolist(), inks, strict=True):
                yield (slice(y, y + ink.shape[0]), slice(x, x + ink.shape[1])), ink


def _ink(segments: Segments, size: tuple[int, int], radius: float) -> Canvas:
    """Ink (n, *size) of each segment, given from the corner of its own window."""
    start, along = segments[:, 0], segments[:, 1] - segments[:, 0]
    y = np.arange(size[0], dtype=np.float32) + np.float32(0.5) - start[:, :1]
    x = np.arange(size[1], dtype=np.float32) + np.float32(0.5) - start[:, 1:]
    length = np.maximum((along * along).sum(axis=1), np.float32(1e-12))[:, np.newaxis]
    share = (y * along[:, :1] / length)[:, :, np.newaxis] + (x * along[:, 1:] / length)[:, np.newaxis]
    np.clip(share, 0, 1, out=share)
    distance = (y[:, :, np.newaxis] - share * along[:, :1, np.newaxis]) ** 2
    distance += (x[:, np.newaxis] - share * along[:, 1:, np.newaxis]) ** 2
    np.sqrt(distance, out=distance)
    covered = np.clip(np.float32(radius + 0.5) - distance, 0, 1, out=distance)
    ink: Canvas = (covered * 255 + np.float32(0.5)).astype(np.uint8)
    return ink
