"""Drawings made of lines, boxes, words and pictures: as SVG for any size, as pixels for files and frames of animations."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from importlib import import_module
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]  # (H, W, 3)
Point = tuple[float, float]  # x, y in pixels, from the top left corner
PAPER, INK, FAINT = "#ffffff", "#1d1e21", "#d9d9de"
LETTER = 13  # pixels, of most words
DASHES = {"": "", "dashed": "7 4", "dotted": "2 3"}
_ANCHORS = {"start": "la", "middle": "ma", "end": "ra"}
_PLAIN = str.maketrans({"−": "-", "×": "x", "–": "-", "‖": "|"})  # what the letters that come with Pillow lack


@dataclass(frozen=True)
class Line:
    """From point to point. ``dash``: a key of ``DASHES``; pixels show all lines whole."""

    points: tuple[Point, ...]
    colour: str = INK
    width: float = 1
    dash: str = ""


@dataclass(frozen=True)
class Box:
    """A filled rectangle; ``stroke``: the colour of its outline, or ""."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str = ""


@dataclass(frozen=True)
class Words:
    """A line of words whose upper edge is ``y``; ``anchor``: what lies at ``x``, the start, middle or end."""

    x: float
    y: float
    text: str
    colour: str = INK
    size: int = LETTER
    anchor: str = "start"


@dataclass(frozen=True, eq=False)
class Pixels:
    """A picture (H, W, 3), each of its pixels a square of ``scale`` pixels."""

    x: int
    y: int
    rgb: Rgb
    scale: int = 1


Shape = Line | Box | Words | Pixels


@dataclass(frozen=True)
class Sheet:
    """Shapes on white paper, later ones over earlier ones; ``title`` for who cannot see them."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    title: str = ""


# ---- as SVG ----------------------------------------------------------------------------------------------------


def as_svg(sheet: Sheet) -> str:
    """The text of an SVG file."""
    width, height = sheet.width, sheet.height
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" fill="none">',
        f"<title>{_text(sheet.title)}</title>",
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        *map(_element, sheet.shapes),
        "</svg>", "",
    ])  # fmt: skip


def _element(shape: Shape) -> str:
    match shape:
        case Line(points, colour, width, dash):
            path = " ".join(f"{x:.6g},{y:.6g}" for x, y in points)
            dashes = f' stroke-dasharray="{DASHES[dash]}"' if dash else ""
            return f'<polyline points="{path}" stroke="{colour}" stroke-width="{width:g}"{dashes}/>'
        case Box(x, y, width, height, fill, stroke):
            outline = f' stroke="{stroke}" stroke-width="2"' if stroke else ""
            return f'<rect x="{x:.6g}" y="{y:.6g}" width="{width:.6g}" height="{height:.6g}" fill="{fill}"{outline}/>'
        case Words(x, y, text, colour, size, anchor):
            place = f'x="{x:.6g}" y="{y + 0.85 * size:.6g}" font-size="{size}" text-anchor="{anchor}"'
            return f'<text {place} fill="{colour}">{_text(text)}</text>'
        case Pixels(x, y, rgb, scale):
            sides = f'width="{rgb.shape[1] * scale}" height="{rgb.shape[0] * scale}"'
            return f'<image x="{x}" y="{y}" {sides} style="image-rendering: pixelated" href="data:image/png;base64,{_png(rgb)}"/>'


def _png(rgb: Rgb) -> str:
    file = BytesIO()
    import_module("PIL.Image").fromarray(np.ascontiguousarray(rgb)).save(file, "PNG")
    return b64encode(file.getvalue()).decode("ascii")


def _text(words: str) -> str:
    """Fit for XML, which holds no control characters."""
    return escape(_printable(words))


def _printable(words: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in words)


# ---- as pixels -------------------------------------------------------------------------------------------------


def as_pixels(sheet: Sheet) -> Rgb:
    """The sheet as (height, width, 3) uint8, contiguous."""
    canvas = import_module("PIL.Image").new("RGB", (sheet.width, sheet.height), PAPER)
    pen = import_module("PIL.ImageDraw").Draw(canvas)
    for shape in sheet.shapes:
        _PENS[type(shape)](canvas, pen, shape)
    return np.array(canvas, np.uint8)


def _draw_line(_: Any, pen: Any, line: Line) -> None:
    pen.line(list(line.points), line.colour, max(round(line.width), 1))


def _draw_box(_: Any, pen: Any, box: Box) -> None:
    corners = (box.x, box.y, box.x + box.width - 1, box.y + box.height - 1)
    pen.rectangle(corners, box.fill if box.fill != "none" else None, box.stroke or None, 2 if box.stroke else 0)


def _draw_words(_: Any, pen: Any, words: Words) -> None:
    place, text = (words.x, words.y), _printable(words.text).translate(_PLAIN)
    pen.text(place, text, words.colour, anchor=_ANCHORS[words.anchor], font_size=words.size)


def _draw_pixels(canvas: Any, _: Any, pixels: Pixels) -> None:
    enlarged = np.repeat(np.repeat(pixels.rgb, pixels.scale, axis=0), pixels.scale, axis=1)
    canvas.paste(import_module("PIL.Image").fromarray(np.ascontiguousarray(enlarged)), (pixels.x, pixels.y))


_PENS: dict[type[Shape], Callable[[Any, Any, Any], None]] = {
    Line: _draw_line, Box: _draw_box, Words: _draw_words, Pixels: _draw_pixels,
}  # fmt: skip
