"""Makes the sample pictures in ``resources/samples``: ``python resources/make_samples.py``.

Every picture is computed here, from formulas and seeded random numbers, so the project owns them all.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from make_scene import scene
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]
FINE = 4  # pictures with slanted edges are drawn this much larger and averaged
INK, PAPER = 28, 244


def grey(values: NDArray[np.floating]) -> Picture:
    """Grey values in [0, 1] as bytes."""
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)


def reduced(fine: NDArray[np.floating], factor: int) -> NDArray[np.floating]:
    """Each block of ``factor`` x ``factor`` pixels averaged to one."""
    height, width = fine.shape
    return fine.reshape(height // factor, factor, width // factor, factor).mean(axis=(1, 3))


def zone_plate(size: int = 512) -> Picture:
    """Rings whose frequency grows from 0 in the middle to half the sampling rate at the sides."""
    y, x = np.mgrid[:size, :size] - size / 2
    return grey(0.5 + 0.5 * np.cos(np.pi / size * (x**2 + y**2)))


def edges() -> Picture:
    """Steps of falling contrast: upright above, slanted in the middle, lying below."""
    contrast = np.array([1.0, 0.5, 0.25, 0.125, 0.0625])
    y, x = (np.mgrid[: 480 * FINE, : 640 * FINE] + 0.5) / FINE
    column, row = (x // 128).astype(np.intp), (y // 160).astype(np.intp)
    in_x, in_y = x % 128 - 64, y % 160 - 80
    side = np.choose(row, [in_x, in_x + 0.5 * in_y, in_y])
    inside = (np.abs(in_x) < 56) & (np.abs(in_y) < 72)
    step = np.where(inside, 0.5 * np.sign(side) * contrast[column], 0.0)
    return grey(reduced(0.5 + step, FINE))


def bars() -> Picture:
    """Discs of bars at twelve angles, 15 degrees apart, counted from upright bars."""
    y, x = (np.mgrid[: 480 * FINE, : 640 * FINE] + 0.5) / FINE
    angle = np.radians(15.0) * (4 * (y // 160) + x // 160)
    in_x, in_y = x % 160 - 80, y % 160 - 80
    along = in_x * np.cos(angle) + in_y * np.sin(angle)
    bar = np.where(np.floor(along / 8) % 2 == 0, 0.95, 0.05)
    return grey(reduced(np.where(np.hypot(in_x, in_y) < 70, bar, 0.5), FINE))


def text() -> Picture:
    """A page in several sizes: thin strokes, corners and curves."""
    page = Image.new("L", (640, 480), PAPER)
    pen = ImageDraw.Draw(page)
    pen.text((32, 20), "Convolution", INK, ImageFont.load_default(64))
    lines = (
        "A kernel is a small table of numbers. It is laid over",
        "the picture, pixel by pixel: every number is multiplied",
        "by the pixel under it, and the products are added up.",
    )
    pen.multiline_text((34, 112), "\n".join(lines), INK, ImageFont.load_default(22), spacing=8)
    top = 226
    for size in (22, 20, 18, 16, 14, 12, 10, 8):
        pen.text((34, top), "The quick brown fox jumps over 0123456789 lazy dogs.", INK, ImageFont.load_default(size))
        top += size + 14
    return np.asarray(page)


# Strokes of each digit in a box of 100 x 100, y downwards: "x,y" corners that a smooth line passes through.
STROKES = {
    0: ["50,6 22,18 14,52 28,88 58,95 82,68 82,26 50,6"],
    1: ["30,28 55,6 53,50 50,95"],
    2: ["18,26 36,7 72,10 76,40 45,68 16,92", "16,92 50,90 84,92"],
    3: ["20,14 50,5 80,20 66,44 44,48", "44,48 74,52 84,74 55,95 16,86"],
    4: ["60,6 38,35 14,64", "14,64 50,63 88,62", "66,36 64,65 62,96"],
    5: ["80,8 50,8 28,9", "28,9 25,26 22,44", "22,44 55,36 84,58 70,90 40,97 16,86"],
    6: ["70,6 36,26 17,64 34,93 68,93 82,70 60,50 32,56 20,74"],
    7: ["14,10 50,9 84,10", "84,10 60,45 42,95"],
    8: ["50,48 22,33 30,8 66,6 78,30 50,48 16,68 30,95 68,95 84,70 50,48"],
    9: ["78,34 60,54 28,50 20,24 42,5 72,10 79,34 70,70 58,96"],
}


def smooth(corners: NDArray[np.float64], steps: int = 12) -> NDArray[np.float64]:
    """A Catmull-Rom curve through the corners ``(n, 2)``, ``steps`` points from each to the next."""
    padded = np.concatenate([2 * corners[:1] - corners[1:2], corners, 2 * corners[-1:] - corners[-2:-1]])
    before, start, end, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0, 1, steps)[:, np.newaxis, np.newaxis]
    bend, twist = 2 * before - 5 * start + 4 * end - after, 3 * (start - end) + after - before
    curve = start + 0.5 * t * (end - before + t * (bend + t * twist))
    return curve.transpose(1, 0, 2).reshape(-1, 2)


def digits(cell: int = 56, rows: int = 6) -> Picture:
    """The digits 0 to 9 in light strokes on black, each row in another hand."""
    random = np.random.default_rng(5)
    page = Image.new("L", (10 * cell * FINE, rows * cell * FINE))
    pen = ImageDraw.Draw(page)
    for row in range(rows):
        for digit, strokes in STROKES.items():
            turn = np.eye(2) + 0.22 * (random.random((2, 2)) - 0.5)
            size, width = cell * FINE * (0.58 + 0.1 * random.random()), FINE * (3 + 2.5 * random.random())
            centre = np.array([digit + 0.5, row + 0.5]) * cell * FINE
            for stroke in strokes:
                corners = np.array([corner.split(",") for corner in stroke.split()], np.float64) / 100
                wobble = 0.05 * (random.random(corners.shape) - 0.5)
                brush(pen, centre + size * (smooth(corners + wobble) - 0.5) @ turn, width)
    return grey(reduced(np.asarray(page) / 255, FINE))


def brush(pen: ImageDraw.ImageDraw, points: NDArray[np.float64], width: float) -> None:
    """A line with round ends and joints."""
    pen.line([(float(x), float(y)) for x, y in points], fill=240, width=round(width))
    for x, y in points:
        pen.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=240)


def checkerboard() -> Picture:
    """Fields of 64, 32, 16 and 8 pixels, one size in each quarter."""
    y, x = np.mgrid[:512, :512]
    field = np.choose((y // 256) * 2 + x // 256, [64, 32, 16, 8])
    return grey(np.where((x // field + y // field) % 2, 0.1, 0.9))


def noise(size: int = 384) -> Picture:
    """Uniform grey noise: no neighbour knows of the other, every frequency alike."""
    return grey(np.random.default_rng(7).random((size, size)))


PICTURES: dict[str, Callable[[], Picture]] = {
    "scene": scene,
    "zone-plate": zone_plate,
    "edges": edges,
    "bars": bars,
    "text": text,
    "digits": digits,
    "checkerboard": checkerboard,
    "noise": noise,
}


def main() -> None:
    """Write every sample picture beside this file."""
    folder = Path(__file__).parent / "samples"
    folder.mkdir(exist_ok=True)
    for name, make in PICTURES.items():
        Image.fromarray(make()).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
