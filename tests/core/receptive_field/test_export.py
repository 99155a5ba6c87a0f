"""Fields as pictures, drawings, text and files."""

import base64
import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inspector.core.display import sequential
from inspector.core.receptive_field.crop import crop
from inspector.core.receptive_field.effective import Ellipse
from inspector.core.receptive_field.export import (
    EMPTY,
    LEAST,
    LIGHT,
    OPAQUE,
    STROKE,
    canvas,
    empty_picture,
    enlarged,
    enlargement,
    field_picture,
    heat_colours,
    heat_over,
    heat_text,
    heat_top,
    near,
    shares_colours,
)
from inspector.core.receptive_field.svg import field_svg

SVG = "{http://www.w3.org/2000/svg}"


def random(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


# ---- heat ------------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 99), power=st.integers(-300, 300))
@settings(deadline=None, derandomize=True, max_examples=20)
def test_the_unit_of_the_heat_does_not_matter(seed, power):
    picture, heat = random((9, 7, 3), seed), np.random.default_rng(seed).random((9, 7))
    assert np.abs(heat_over(picture, heat * 2.0**power).astype(int) - heat_over(picture, heat)).max() <= 0
    assert np.array_equal(heat_colours(heat * 2.0**power), heat_colours(heat))


def test_without_heat_the_picture_is_as_it_was():
    picture, heat = random((8, 8, 3)), np.zeros((8, 8))
    assert np.array_equal(heat_over(picture, heat), picture)
    heat[2, 3] = 1e-30
    changed = (heat_over(picture, heat) != picture).any(axis=2)
    assert np.argwhere(changed).tolist() == [[2, 3]]


def test_more_heat_hides_more_of_the_picture():
    heat = np.linspace(0, 1, 64).reshape(1, -1)
    black, white = (heat_over(np.full((1, 64, 3), grey, np.uint8), heat).astype(int) for grey in (0, 255))
    through = (white - black)[0]
    assert (np.diff(through, axis=0) <= 0).all()
    assert through[0].tolist() == [255] * 3
    assert through[-1] == pytest.approx(255 * (1 - OPAQUE), abs=1)
    assert black[0, -1] == pytest.approx(sequential()[-1] * OPAQUE, abs=1)


def test_a_few_extreme_pixels_do_not_make_all_others_pale():
    heat = np.full((50, 50), 2.0)
    heat[0, :5] = 1000
    assert heat_top(heat) == 2
    assert heat_text(heat) == "viridis 0 … 2, above it too"
    assert heat_text(np.minimum(heat, 2)) == "viridis 0 … 2"
    assert heat_colours(heat)[1, 1].tolist() == heat_colours(heat)[0, 0].tolist() == sequential()[-1].tolist()
    sparse = np.zeros((50, 50))
    sparse[0, :5] = 1, 2, 3, 4, 5
    assert heat_top(sparse) == 5  # of pixels without heat there may be any number


def test_shares_have_the_whole_scale():
    colours = shares_colours(np.array([[0.0, 0.5, 1.0]]))
    assert colours[0].tolist() == sequential()[[0, 128, 255]].tolist()


# ---- the box ---------------------------------------------------------------------------------------------------

boxes = st.tuples(*[st.integers(-30, 40)] * 2, *[st.integers(1, 50)] * 2).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))


@given(size=st.tuples(st.integers(1, 30), st.integers(1, 30)), box=boxes)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_the_drawing_holds_the_picture_and_the_box_nearby(size, box):
    y0, x0, y1, x1 = canvas(size, box)
    assert y0 <= 0 and x0 <= 0 and y1 >= size[0] and x1 >= size[1]  # noqa: PT018 - one rectangle in another
    top, left, bottom, right = near(size, box)
    assert top < bottom
    assert left < right
    assert (y0, x0, y1, x1) == (min(top, 0), min(left, 0), max(bottom, size[0]), max(right, size[1]))
    if -size[0] <= box[0] and -size[1] <= box[1] and box[2] <= 2 * size[0] and box[3] <= 2 * size[1]:
        assert near(size, box) == box
    assert y1 - y0 <= 3 * size[0] + 50


@pytest.mark.parametrize("box", [(40, 30, 90, 110), (-20, -5, 60, 70), (60, 100, 150, 130), (-10, -10, 150, 150)])
def test_lines_lie_on_the_edges_of_the_box_and_nowhere_else(box):
    picture = np.full((120, 128, 3), 90, np.uint8)
    y0, x0, y1, x1 = canvas((120, 128), box)
    scale = enlargement((y1 - y0, x1 - x0))
    drawn, plain = field_picture(picture, None, box), enlarged(crop(picture, (y0, x0, y1, x1)))
    top, left, bottom, right = ((edge - start) * scale for edge, start in zip(box, (y0, x0, y0, x0), strict=True))
    near_edge = np.zeros(drawn.shape[:2], bool)
    near_edge[max(top - STROKE, 0) : bottom + STROKE, max(left - STROKE, 0) : right + STROKE] = True
    near_edge[top + STROKE : bottom - STROKE, left + STROKE : right - STROKE] = False
    assert ((drawn != plain).any(axis=2) == near_edge).all()
    assert drawn[min(top, drawn.shape[0] - 1), (left + right) // 2].tolist() == list(LIGHT)
    assert drawn[(top + bottom) // 2, right - 1].tolist() == list(LIGHT)


def test_the_ellipse_lies_where_its_equation_says():
    picture = np.full((60, 80, 3), 90, np.uint8)
    centre, axes, angle = (25.0, 40.0), (20.0, 8.0), 0.5
    scale = enlargement((60, 80))
    lit = (field_picture(picture, None, (0, 0, 60, 80), Ellipse(centre, axes, angle)) == LIGHT).all(axis=2)
    y, x = np.argwhere(lit[10:-10, 10:-10]).T + 10
    down, right = (y + 0.5) / scale - 0.5 - centre[0], (x + 0.5) / scale - 0.5 - centre[1]
    along, across = right * np.cos(angle) + down * np.sin(angle), down * np.cos(angle) - right * np.sin(angle)
    assert np.hypot(along / axes[0], across / axes[1]) == pytest.approx(1, abs=0.05)
    assert np.abs(along).max() == pytest.approx(axes[0], abs=0.5)
    assert np.abs(across).max() == pytest.approx(axes[1], abs=0.5)


def test_small_pictures_are_enlarged_by_squares():
    picture = random((28, 20, 3))
    large = enlarged(picture)
    assert large.shape == (28 * 18, 20 * 18, 3)
    assert np.array_equal(large[9::18, 9::18], picture)
    assert enlarged(random((LEAST, 3, 3))).shape == (LEAST, 3, 3)


def test_without_a_picture_the_ground_is_grey():
    assert (empty_picture((3, 5)) == EMPTY).all()
    assert empty_picture((3, 5)).shape == (3, 5, 3)


# ---- the drawing -----------------------------------------------------------------------------------------------

BOX = (-4, 5, 20, 30)
ELLIPSE = Ellipse((9.0, 14.0), (8.0, 4.0), 0.7)
CAPTION = 'layer <a & "b">\x07 unit (1, 2), ' + "a long sentence " * 10


@pytest.fixture
def drawing():
    return field_svg(random((24, 32, 3)), BOX, ELLIPSE, CAPTION)


def test_a_drawing_holds_the_picture_the_box_and_the_words(drawing):
    root = ET.fromstring(drawing)
    image = root.find(f".//{SVG}image")
    data = base64.b64decode(image.get("href").removeprefix("data:image/png;base64,"))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), crop(random((24, 32, 3)), (-4, 0, 24, 32)))
    assert [image.get(name) for name in ("x", "y", "width", "height")] == ["0", "-4", "32", "28"]
    boxes = root.findall(f".//{SVG}g/{SVG}rect")
    assert [[box.get(name) for name in ("x", "y", "width", "height")] for box in boxes] == [["5", "-4", "25", "24"]] * 2
    assert len(root.findall(f".//{SVG}ellipse")) == 2
    words = " ".join(text.text for text in root.findall(f"{SVG}text"))
    assert words == CAPTION.strip().replace("\x07", "\N{REPLACEMENT CHARACTER}")
    assert root.find(f"{SVG}title").text == CAPTION.replace("\x07", "\N{REPLACEMENT CHARACTER}")


def test_without_an_ellipse_there_is_none():
    assert "ellipse" not in field_svg(random((24, 32, 3)), BOX, None, "")


def test_qt_draws_it_as_the_picture_is(qapp):
    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    picture = np.full((24, 32, 3), 120, np.uint8)
    expected, drawing = field_picture(picture, None, BOX, ELLIPSE), field_svg(picture, BOX, ELLIPSE, CAPTION)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB888)
    with QPainter(image) as painter:
        renderer.render(painter)
    height, width = expected.shape[:2]
    seen = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)[:height, : 3 * width].reshape(height, width, 3)
    assert image.width() == width
    yellow = [of[..., 0].astype(int) - of[..., 2] > 60 for of in (expected, seen)]  # Qt smooths what is not level
    assert (yellow[0] & yellow[1]).sum() > 0.85 * (yellow[0] | yellow[1]).sum()
    assert (np.abs(seen.astype(int) - expected).max(axis=2) > 64).mean() < 0.01
