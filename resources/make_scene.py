"""Paints the synthetic landscape: smooth shading, textures and edges of every kind in one picture.

Colours are sRGB in [0, 1], pictures ``(H, W, 3)`` float32; lengths are in pixels of the finished
picture, painted ``FINE`` times larger and averaged, so that every edge is free of stairs.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]
Point = tuple[float, float]

WIDTH, HEIGHT, FINE = 768, 512, 2
HORIZON = 268.0
SUN = (232.0, 118.0)


def noise(cell_width: float, cell_height: float, seed: int) -> Plane:
    """Smooth random values in [0, 1], ``(H, W)``: a grid of random numbers, enlarged."""
    size = (int(WIDTH / cell_width) + 3, int(HEIGHT / cell_height) + 3)
    grid = np.random.default_rng(seed).random((size[1], size[0])).astype(np.float32)
    box = (1.0, 1.0, 1.0 + WIDTH / cell_width, 1.0 + HEIGHT / cell_height)
    large = Image.fromarray(grid).resize((WIDTH * FINE, HEIGHT * FINE), Image.Resampling.BICUBIC, box)
    return np.clip(np.asarray(large), 0.0, 1.0)


def cloudy(width: float, height: float, seed: int, octaves: int = 4) -> Plane:
    """Fractal noise in [0, 1]: each octave half as large and half as strong as the last."""
    shares = [0.5**octave for octave in range(octaves)]
    layers = [share * noise(width * share, height * share, seed + i) for i, share in enumerate(shares)]
    return np.sum(layers, axis=0, dtype=np.float32) / np.float32(sum(shares))


def blend(low: ArrayLike, high: ArrayLike, share: Plane) -> Plane:
    """Colour between two colours, ``share`` 0 to 1 of the second."""
    share = np.clip(share, 0.0, 1.0)[..., np.newaxis]
    return (np.asarray(low, np.float32) * (1 - share) + np.asarray(high, np.float32) * share).astype(np.float32)


def rgb(code: str) -> Plane:
    """The colour of a hexadecimal code such as ``"4f7fb0"``."""
    return np.frombuffer(bytes.fromhex(code), np.uint8).astype(np.float32) / 255


def drawn(draw_on: Callable[[ImageDraw.ImageDraw], None]) -> Mask:
    """Where a drawing function leaves ink; it draws in fine pixels."""
    image = Image.new("1", (WIDTH * FINE, HEIGHT * FINE))
    draw_on(ImageDraw.Draw(image))
    return np.asarray(image)


def polygon(points: Sequence[Point]) -> Mask:
    """The inside of a polygon of (x, y) corners."""
    return drawn(lambda pen: pen.polygon([(x * FINE, y * FINE) for x, y in points], fill=1))


def rectangle(left: float, top: float, right: float, bottom: float) -> Mask:
    """The inside of a rectangle."""
    return polygon([(left, top), (right, top), (right, bottom), (left, bottom)])


class Scene:
    """A canvas with coordinates ``x`` and ``y``; each method paints one thing over what is there."""

    def __init__(self) -> None:
        rows, columns = np.mgrid[0 : HEIGHT * FINE, 0 : WIDTH * FINE].astype(np.float32)
        self.x = (columns + 0.5) / FINE
        self.y = (rows + 0.5) / FINE
        self.canvas = np.zeros((HEIGHT * FINE, WIDTH * FINE, 3), np.float32)

    def paint(self, mask: Mask, colour: ArrayLike, opacity: float | Plane = 1.0) -> None:
        """Lay a colour, or a picture of colours, over the masked pixels."""
        colour = np.broadcast_to(np.asarray(colour, np.float32), self.canvas.shape)[mask]
        share = np.broadcast_to(np.asarray(opacity, np.float32), mask.shape)[mask][:, np.newaxis]
        self.canvas[mask] = self.canvas[mask] * (1 - share) + colour * share

    def sky(self) -> None:
        """A gradient towards the horizon, the sun with its glow, and thin clouds."""
        everywhere = np.ones(self.x.shape, np.bool_)
        distance = np.hypot(self.x - SUN[0], self.y - SUN[1])
        self.paint(everywhere, blend(rgb("3f78b5"), rgb("f6d3a4"), (self.y / HORIZON) ** 1.4))
        self.paint(everywhere, rgb("fff0c8"), 0.75 * np.exp(-distance / 85))
        cloud = np.clip((cloudy(230, 60, seed=11) - 0.52) * 4.5, 0, 1) * np.clip(1.15 - self.y / 230, 0, 1)
        self.paint(everywhere, rgb("fdf3ea"), 0.85 * cloud)
        self.paint(distance < 27, rgb("fffbe8"))

    def mountains(self) -> None:
        """Two ranges: the far one pale with snow, the near one wooded."""
        peaks = np.minimum(np.abs(self.x[:1] - 430), 40 + np.abs(self.x[:1] - 610))
        ridge = 128 + 0.5 * peaks + 40 * (cloudy(60, 1e4, seed=21, octaves=5)[:1] - 0.5)
        depth = self.y - ridge
        light = cloudy(36, 52, seed=31, octaves=3)
        rock = blend(rgb("6f86a8"), rgb("a3b3c8"), (light - 0.35) * 3)
        snow = blend(rock, rgb("f5f4f2"), np.clip((30 + 60 * (light - 0.5) - depth) / 5, 0, 1))
        self.paint(depth > 0, blend(snow, rgb("c9cdd2"), depth / 150))
        wood = 236 + 34 * (cloudy(150, 1e4, seed=41)[:1] - 0.5) - 5 * noise(5, 1e4, seed=46)[:1]
        green = blend(rgb("33524a"), rgb("55745a"), 2 * cloudy(10, 14, seed=51, octaves=2) - 0.5)
        self.paint(self.y > wood, green)

    def lake(self) -> None:
        """Water that mirrors the picture above it, with ripples that widen towards the viewer."""
        below = np.clip(self.y - HORIZON, 0, None)
        phase = 60 * np.log1p(below / 9) + 5 * noise(60, 6, seed=61)
        wave = np.sin(phase) * np.sin(self.x / 23 + phase / 3)
        mirror = np.clip((2 * HORIZON - self.y + wave * below / 18) * FINE, 0, HORIZON * FINE - 1).astype(np.intp)
        columns = np.broadcast_to(np.arange(WIDTH * FINE), mirror.shape)
        water = self.canvas[mirror, columns] * np.float32(0.72) + rgb("1f4a63") * np.float32(0.25)
        self.paint(self.y > HORIZON, water)
        glitter = (np.abs(self.x - SUN[0]) < 8 + below * 0.3) & (wave > 0.45)
        self.paint(glitter & (below > 2), rgb("fff1cf"), 0.6)

    def meadow(self) -> None:
        """The near shore, with blades of grass and a pale path to the door."""
        shore = 352 - 62 * np.clip((self.x - 250) / 330, 0, 1) ** 0.8 + 6 * (noise(40, 1e4, seed=71)[:1] - 0.5)
        grass = blend(rgb("3f6b2c"), rgb("94a848"), 1.5 * cloudy(90, 34, seed=81, octaves=3) - 0.3)
        blades = 0.5 * (noise(2.2, 9, seed=91) - 0.5) * np.clip((self.y - 320) / 190, 0.15, 1)
        self.paint(self.y > shore, np.clip(grass * (1 + 0.8 * blades[..., np.newaxis]), 0, 1))
        self.paint((self.y > shore) & (self.y < shore + 3), rgb("d8cda0"), 0.8)
        nearness = np.clip((self.y - 408) / 104, 0, None)
        middle = 566 - 70 * nearness**1.5 + 6 * np.sin(nearness * 5)
        path = (np.abs(self.x - middle) < 15 + 42 * nearness) & (self.y > 408)
        self.paint(path, blend(rgb("b79f78"), rgb("e2d0aa"), cloudy(26, 11, seed=95, octaves=2)))

    def bricks(self, mask: Mask, width: float, height: float, seed: int) -> None:
        """A wall in stretcher bond: bricks of many reds, light mortar, a shadow under each brick."""
        row = np.floor(self.y / height)
        along = self.x / width + 0.5 * (row % 2)
        tone = np.random.default_rng(seed).random((int(HEIGHT / height) + 1, int(WIDTH / width) + 2)).astype(np.float32)
        colour = blend(rgb("8c3f2c"), rgb("c9714c"), tone[row.astype(np.intp), np.floor(along).astype(np.intp)])
        in_x, in_y = (along % 1) * width, self.y % height
        self.paint(mask, colour)
        self.paint(mask & (in_y > height - 2.2), rgb("6b2f22"), 0.7)
        self.paint(mask & ((in_y < 1.2) | (in_x < 1.2)), rgb("d9c7b4"))

    def roof(self, corners: Sequence[Point]) -> None:
        """Rows of round slates, darker where one row lies under the next."""
        mask = polygon(corners)
        row = np.floor(self.y / 8)
        along = (self.x / 9 + 0.5 * (row % 2)) % 1
        edge = 8 * (0.62 + 0.38 * np.sqrt(np.clip(1 - (2 * along - 1) ** 2, 0, 1)))
        shade = blend(rgb("66707e"), rgb("48505e"), self.y % 8 / 8)
        self.paint(mask, shade)
        self.paint(mask & (self.y % 8 > edge), rgb("2c323c"))

    def window(self, left: float, top: float, width: float, height: float) -> None:
        """A white frame with two bars around glass that shows the sky."""
        right, bottom = left + width, top + height
        self.paint(rectangle(left - 4, top - 4, right + 4, bottom + 4), rgb("f4f0e6"))
        gleam = (self.x - left + self.y - top) / (width + height)
        self.paint(rectangle(left, top, right, bottom), blend(rgb("9cc4dc"), rgb("28425c"), gleam))
        self.paint(rectangle(left + width / 2 - 1.2, top, left + width / 2 + 1.2, bottom), rgb("f4f0e6"))
        self.paint(rectangle(left, top + height * 0.42 - 1.2, right, top + height * 0.42 + 1.2), rgb("f4f0e6"))
        self.paint(rectangle(left - 7, bottom + 4, right + 7, bottom + 8), rgb("d9d2c2"))

    def house(self) -> None:
        """Brick walls, a slate roof with a chimney, windows, a round attic window and a blue door."""
        self.paint(polygon([(664, 408), (744, 430), (720, 440), (478, 412)]), rgb("1d2f16"), 0.45)
        self.bricks(rectangle(626, 212, 650, 290), 8, 5, seed=101)
        self.paint(rectangle(622, 206, 654, 213), rgb("cfc4b4"))
        self.bricks(polygon([(478, 300), (478, 410), (666, 410), (666, 300), (572, 236)]), 12, 6.5, seed=102)
        self.roof([(572, 222), (690, 304), (672, 312), (572, 243)])
        self.roof([(572, 222), (454, 304), (472, 312), (572, 243)])
        self.paint(rectangle(478, 404, 666, 411), rgb("9a9488"))
        for left in (494, 616):
            self.window(left, 334, 34, 44)
        self.paint(np.hypot(self.x - 572, self.y - 284) < 17, rgb("f4f0e6"))
        self.paint(np.hypot(self.x - 572, self.y - 284) < 13, blend(rgb("28425c"), rgb("bcd8e6"), (self.y - 271) / 26))
        self.paint(rectangle(547, 334, 593, 411), rgb("f4f0e6"))
        self.paint(rectangle(551, 338, 589, 411), rgb("21557a"))
        for left, top, height in ((556, 344, 26), (573, 344, 26), (556, 376, 28), (573, 376, 28)):
            panel = blend(rgb("17405e"), rgb("3a7aa6"), (self.y - top) / height)
            self.paint(rectangle(left, top, left + 11, top + height), panel)
        self.paint(np.hypot(self.x - 584, self.y - 374) < 2.2, rgb("f2d479"))

    def tree(self, foot: Point, height: float, seed: int) -> None:
        """A trunk with bark and a crown of leaves, lit from the side of the sun."""
        x, y = foot
        shadow = ((self.x - x - 40) / (height * 0.36)) ** 2 + ((self.y - y - 4) / 9) ** 2
        self.paint(shadow < 1, rgb("1d2f16"), 0.4)
        girth = height / 22
        top = y - height * 0.6
        trunk = polygon([(x - girth, y + 3), (x - girth / 2, top), (x + girth / 2, top), (x + girth, y + 3)])
        self.paint(trunk, blend(rgb("3b2a1e"), rgb("8a6a4b"), noise(2.5, 14, seed)))
        random = np.random.default_rng(seed)
        for tone in np.linspace(0, 1, 14):
            angle, reach = 2 * np.pi * random.random(80), np.sqrt(random.random(80)) * (1 - 0.55 * tone**2)
            across = x + height * (0.3 * reach * np.cos(angle) + 0.07 * tone)
            up = y - height * (0.66 + 0.07 * tone - 0.34 * reach * np.sin(angle))
            self.leaves(across, up, height / 52, blend(rgb("1c3d20"), rgb("a9c255"), np.float32(tone)))

    def leaves(self, x: NDArray[np.float64], y: NDArray[np.float64], size: float, colour: ArrayLike) -> None:
        """Round leaves of one colour at the given centres."""
        box = np.stack([x - size, y - size * 0.8, x + size, y + size * 0.8], axis=1) * FINE

        def ink(pen: ImageDraw.ImageDraw) -> None:
            for corners in box:
                pen.ellipse([float(corner) for corner in corners], fill=1)

        self.paint(drawn(ink), colour)

    def fence(self) -> None:
        """White pickets on two rails, a regular pattern with sharp upright edges."""
        for top in (452, 474):
            self.paint(rectangle(0, top, 432, top + 6), rgb("cfcabd"))
        for left in range(6, 430, 22):
            self.paint(rectangle(left + 3, 442, left + 14, 496), rgb("27391d"), 0.45)
            self.paint(polygon([(left, 496), (left, 441), (left + 5.5, 432), (left + 11, 441), (left + 11, 496)]), rgb("f5f2ea"))
            self.paint(rectangle(left + 8, 441, left + 11, 496), rgb("c9c4b8"))


def scene() -> NDArray[np.uint8]:
    """The finished picture ``(512, 768, 3)``."""
    view = Scene()
    view.sky()
    view.mountains()
    view.lake()
    view.meadow()
    view.tree((720, 396), 150, seed=121)
    view.house()
    view.tree((92, 452), 330, seed=131)
    view.fence()
    fine = view.canvas.reshape(HEIGHT, FINE, WIDTH, FINE, 3)
    return np.rint(fine.mean(axis=(1, 3)) * 255).astype(np.uint8)
