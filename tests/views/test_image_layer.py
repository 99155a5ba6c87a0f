"""Pictures are painted exactly: averaged when shrunk, square pixels when enlarged, the array shared."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter

from inspector.core.placement import Placement
from inspector.views.image_layer import COARSE, ImageLayer, resampling, shrink
from inspector.views.viewport import Frame, Viewport


def as_array(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def painted(rgb: np.ndarray, viewport: Viewport, size: int = 64, place: Placement | None = None) -> np.ndarray:
    layer = ImageLayer(rgb, place or Placement(0, 0, rgb.shape[1], rgb.shape[0]))
    screen = QImage(size, size, QImage.Format.Format_RGB32)
    screen.fill(0xFF808080)
    painter = QPainter(screen)
    layer.paint(painter, Frame(viewport, size, size))
    painter.end()
    return as_array(screen)


def zone_plate(size: int) -> np.ndarray:
    """cos(r²), with the frequency of the pixels themselves at the edge."""
    y, x = np.mgrid[:size, :size] - size / 2
    grey = np.uint8(np.round(127.5 + 127.5 * np.cos(np.pi / size * (x**2 + y**2))))
    return np.ascontiguousarray(np.repeat(grey[..., None], 3, axis=2))


def noise(seed: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_a_shrunk_zone_plate_is_the_average_of_its_pixels(factor: int) -> None:
    plate = zone_plate(240)
    image = QImage(plate.data, 240, 240, 720, QImage.Format.Format_RGB888)
    small = as_array(shrink(image, image.rect(), QSize(240 // factor, 240 // factor)))
    blocks = plate.reshape(240 // factor, factor, 240 // factor, factor, 3).mean(axis=(1, 3))
    assert np.abs(small - blocks).max() <= 2.5


def test_a_fine_pattern_becomes_grey_and_no_moire() -> None:
    rows = np.zeros((2000, 2000, 3), np.uint8)
    rows[::2] = 255
    image = QImage(rows.data, 2000, 2000, 6000, QImage.Format.Format_RGB888)
    small = as_array(shrink(image, image.rect(), QSize(617, 617))).astype(int)
    assert np.ptp(small.mean(axis=(1, 2))) < 64
    assert abs(small.mean() - 127.5) < 2


def test_far_shrinking_takes_samples_and_bounds_the_work() -> None:
    flat = np.full((900, 700, 3), 93, np.uint8)
    image = QImage(flat.data, 700, 900, 2100, QImage.Format.Format_RGB888)
    small = shrink(image, QRect(100, 100, 600, 800), QSize(600 // (4 * COARSE), 800 // (4 * COARSE)))
    assert (as_array(small) == 93).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12), st.sampled_from([8, 16]))
def test_enlarged_pixels_are_squares_of_their_exact_colour(seed: int, height: int, width: int, scale: int) -> None:
    rgb = noise(seed, height, width)
    screen = painted(rgb, Viewport(scale, 0, 0))
    for y in range(min(height, 32 // scale)):
        for x in range(min(width, 32 // scale)):
            square = screen[32 + y * scale : 32 + (y + 1) * scale, 32 + x * scale : 32 + (x + 1) * scale]
            assert (square == rgb[y, x]).all()


def test_one_to_one_is_exact() -> None:
    rgb = noise(1, 64, 64)
    assert (painted(rgb, Viewport(1, 32, 32)) == rgb).all()


@pytest.mark.parametrize(
    ("scale", "method"),
    [(0.99, "averaged"), (1.0, "exact"), (1.21, "interpolated"), (2.0, "exact"), (2.99, "interpolated"), (3.7, "exact")],
)
def test_how_pixels_become_pixels(scale: float, method: str) -> None:
    assert resampling(scale) == method
    steps = np.zeros((8, 8, 3), np.uint8)
    steps[:, 4:] = 255
    between = len(np.unique(painted(steps, Viewport(scale, 4, 4))[32, 33 - 4 : 31 + 4])) > 2
    assert between == (method == "interpolated")


def test_a_placement_moves_and_stretches() -> None:
    rgb = np.full((2, 2, 3), 255, np.uint8)
    screen = painted(rgb, Viewport(1, 0, 0), place=Placement(-4, 8, 20, 10))
    white = np.argwhere((screen == 255).all(axis=2))
    assert white.min(axis=0).tolist() == [40, 28]
    assert white.max(axis=0).tolist() == [49, 47]


def test_outside_the_view_nothing_is_painted() -> None:
    assert (painted(noise(2, 8, 8), Viewport(1, 500, 500)) == 128).all()


def test_the_array_is_shared_and_not_copied() -> None:
    rgb = np.zeros((16, 16, 3), np.uint8)
    layer = ImageLayer(rgb, Placement(0, 0, 16, 16))
    rgb[:] = 200
    screen = QImage(16, 16, QImage.Format.Format_RGB32)
    painter = QPainter(screen)
    layer.paint(painter, Frame(Viewport(1, 8, 8), 16, 16))
    painter.end()
    assert (as_array(screen) == 200).all()


def test_read_only_pictures_are_painted() -> None:
    rgb = noise(3, 64, 64)
    rgb.flags.writeable = False
    assert (painted(rgb, Viewport(1, 32, 32)) == rgb).all()


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((4, 4, 3)),
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 8, 3), np.uint8)[:, ::2],
    ],
)
def test_what_qt_cannot_share_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"contiguous uint8 \(H, W, 3\)"):
        ImageLayer(wrong, Placement(0, 0, 4, 4))
