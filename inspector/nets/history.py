"""What a training run has shown so far, as a table and as a picture."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

from PIL import Image, ImageDraw

_WIDTH, _HEIGHT, _MARGIN = 480, 320, 48  # of one panel, in pixels
_PAPER, _INK, _FAINT = (255, 255, 255), (60, 60, 60), (225, 225, 225)
_TRAINING, _TEST = (31, 119, 180), (214, 96, 20)  # told apart by all eyes, and labelled
_TICKS = 4


@dataclass(frozen=True)
class EpochFacts:
    """One pass over the training pictures.

    ``epoch`` counts from 1. ``rate``: learning rate after the last step. ``loss`` and ``train_error``: means over the
    changed pictures, while the weights were learning. ``test_error``: over the whole test set afterwards.
    """

    epoch: int
    rate: float
    loss: float
    train_error: float
    test_error: float
    seconds: float


def as_csv(history: Iterable[EpochFacts]) -> str:
    """A head and a row an epoch, with line feeds."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(EpochFacts)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(epoch) for epoch in history)
    return text.getvalue()


def drawn(history: Sequence[EpochFacts]) -> Image.Image:
    """Loss on the left, errors in per cent on the right, over the epochs; both axes begin at 0."""
    sheet = Image.new("RGB", (2 * _WIDTH, _HEIGHT), _PAPER)
    pen = ImageDraw.Draw(sheet)
    _panel(pen, 0, "loss", {"training": (_TRAINING, [epoch.loss for epoch in history])})
    errors = {
        "training": (_TRAINING, [100 * epoch.train_error for epoch in history]),
        "test": (_TEST, [100 * epoch.test_error for epoch in history]),
    }
    _panel(pen, _WIDTH, "error, %", errors)
    return sheet


Curves = dict[str, tuple[tuple[int, int, int], list[float]]]


def _panel(pen: ImageDraw.ImageDraw, left: int, title: str, curves: Curves) -> None:
    epochs = max(len(values) for _, values in curves.values())
    top = max(max(values) for _, values in curves.values()) or 1.0
    _axes(pen, left, top, epochs)
    pen.text((left + _MARGIN, 8), title, _INK, font_size=13)
    for row, (name, (colour, values)) in enumerate(curves.items()):
        points = [_point(left, epoch / epochs, value / top) for epoch, value in enumerate(values, 1)]
        pen.line(points, colour, 2)
        for x, y in points:
            pen.ellipse((x - 2, y - 2, x + 2, y + 2), colour)
        place = (left + _WIDTH - _MARGIN, 8 + 16 * row)
        pen.text(place, f"{name} {values[-1]:.4g}", colour, anchor="ra", font_size=13)


def _axes(pen: ImageDraw.ImageDraw, left: int, top: float, epochs: int) -> None:
    for tick in range(_TICKS + 1):
        share = tick / _TICKS
        start, end = _point(left, 0, share), _point(left, 1, share)
        pen.line([start, end], _FAINT)
        pen.text((start[0] - 6, start[1]), f"{top * share:.3g}", _INK, anchor="rm", font_size=11)
    for epoch in (0, epochs):
        pen.text(_point(left, epoch / epochs, -0.03), f"{epoch}", _INK, anchor="ma", font_size=11)
    pen.text(_point(left, 0.5, -0.03), "epochs", _INK, anchor="ma", font_size=11)


def _point(left: int, across: float, up: float) -> tuple[float, float]:
    return left + _MARGIN + across * (_WIDTH - 2 * _MARGIN), _HEIGHT - _MARGIN - up * (_HEIGHT - 2 * _MARGIN)
