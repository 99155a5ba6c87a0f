"""A unit's field as a drawing that any browser or editor of drawings opens."""

from base64 import b64encode
from html import escape
from importlib import import_module
from io import BytesIO
from math import degrees
from textwrap import wrap

import numpy as np

from inspector.core.receptive_field.compose import Box
from inspector.core.receptive_field.crop import crop
from inspector.core.receptive_field.effective import Ellipse
from inspector.core.receptive_field.export import DARK, LIGHT, STROKE, Rgb, canvas, enlargement

LETTER = 13  # pixels, of the caption
LINE = 18  # from one line of it to the next
MARGIN = 8
LETTERS = 0.55  # width of a letter against its height, on average


def field_svg(picture: Rgb, box: Box, ellipse: Ellipse | None, caption: str) -> str:
    """The picture ``(H, W, 3)``, which may have heat over it, with the box, the ellipse, and the caption below.

    Lengths inside the group are pixels of the picture; the picture is embedded as PNG, with a checkerboard where the box
    reaches beyond it.
    """
    y0, x0, y1, x1 = shown = canvas((picture.shape[0], picture.shape[1]), box)
    scale = enlargement((y1 - y0, x1 - x0))
    width, height = (x1 - x0) * scale, (y1 - y0) * scale
    lines = wrap(caption, max(int((width - 2 * MARGIN) / (LETTER * LETTERS)), 20))
    total = height + 2 * MARGIN + LINE * len(lines)
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{total}" viewBox="0 0 {width} {total}">',
        f"<title>{_text(caption)}</title>",
        f'<g transform="scale({scale}) translate({-x0} {-y0})" fill="none">',
        f'<image x="{x0}" y="{y0}" width="{x1 - x0}" height="{y1 - y0}" style="image-rendering: pixelated"'
        f' href="data:image/png;base64,{_png(crop(picture, shown))}"/>',
        *_stroked(_rectangle(box)),
        *(_stroked(_oval(ellipse)) if ellipse is not None else []),
        "</g>",
        f'<rect y="{height}" width="{width}" height="{total - height}" fill="#ffffff"/>',
        *(f'<text x="{MARGIN}" y="{height + MARGIN + LINE * (row + 1) - 4}" font-family="sans-serif" font-size="{LETTER}"'
          f' fill="#1d1e21">{_text(line)}</text>' for row, line in enumerate(lines)),
        "</svg>", "",
    ])  # fmt: skip


def _png(rgb: Rgb) -> str:
    file = BytesIO()
    import_module("PIL.Image").fromarray(np.ascontiguousarray(rgb)).save(file, "PNG")
    return b64encode(file.getvalue()).decode("ascii")


def _rectangle(box: Box) -> str:
    y0, x0, y1, x1 = box
    return f'<rect x="{x0}" y="{y0}" width="{x1 - x0}" height="{y1 - y0}"'


def _oval(ellipse: Ellipse) -> str:
    """The centre of a pixel lies half a pixel beyond its edge."""
    (y, x), (long, short), angle = ellipse
    place = f'transform="translate({x + 0.5:.6g} {y + 0.5:.6g}) rotate({degrees(angle):.6g})"'
    return f'<ellipse rx="{long:.6g}" ry="{short:.6g}" {place}'


def _stroked(shape: str) -> list[str]:
    """The shape twice: a dark line, and a lighter and thinner one on it, so that it is seen on any picture."""
    colours = ((DARK, 2 * STROKE), (LIGHT, STROKE))
    return [
        f'{shape} stroke="#{bytes(colour).hex()}" stroke-width="{width}" vector-effect="non-scaling-stroke"/>'
        for colour, width in colours
    ]


def _text(words: str) -> str:
    """Fit for XML, which holds no control characters either."""
    return escape("".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in words))
