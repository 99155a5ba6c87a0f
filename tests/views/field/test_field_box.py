"""The input in a small box: fields lie where their pixels are, and only what there is is drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from inspector.core.receptive_field.effective import Ellipse
from inspector.views.field.field_box import FieldBox
from inspector.views.field.marks import Mark
from inspector.views.overlays import PATCH

HEIGHT, WIDTH = 24, 32  # of the picture
GREY = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)


@pytest.fixture
def box(qtbot: QtBot) -> FieldBox:
    box = FieldBox("Field", QSize(144, 144))
    qtbot.addWidget(box)
    box.show_picture(GREY)
    box.show()
    return box


def drawn(box: FieldBox) -> np.ndarray:
    """Where the colour of the present field is, (height, width) of the widget."""
    image = box.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return (np.abs(pixels[..., 2::-1].astype(int) - PATCH.getRgb()[:3]) < 24).all(axis=2)


def extent(mask: np.ndarray) -> tuple[int, int, int, int]:
    """First row and column, and those behind the last."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return rows[0], columns[0], rows[-1] + 1, columns[-1] + 1


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.integers(1, HEIGHT - 8), st.integers(1, WIDTH - 8), st.integers(3, 7), st.integers(3, 7))
def test_the_line_runs_around_the_pixels_of_the_box(qapp, y, x, height, width):
    box = FieldBox("Field", QSize(144, 144))
    box.show_picture(GREY)
    mark = (y, x, y + height, x + width)
    box.show_fields((Mark(mark),))
    area, found = box.area(mark), extent(drawn(box))
    for edge, place in zip((area.top(), area.left(), area.bottom(), area.right()), found, strict=True):
        assert abs(edge - place) <= 2.5  # a line of two pixels on the edge, and its rim
    assert box.fields == (Mark(mark),)
    box.deleteLater()


def test_nothing_is_drawn_without_fields_or_without_a_picture(box: FieldBox) -> None:
    assert not drawn(box).any()
    box.show_fields((Mark((2, 2, 9, 9)),))
    assert drawn(box).any()
    box.show_picture(None)
    assert not drawn(box).any()
    box.show_picture(GREY)
    box.show_fields(())
    assert not drawn(box).any()


def test_a_field_that_reaches_beyond_the_picture_and_an_ellipse_are_drawn(box: FieldBox) -> None:
    box.show_fields((Mark((-30, -30, 60, 60)),))
    assert not drawn(box)[60:80, 60:80].any()
    box.show_fields((Mark((-30, -30, 60, 60), Ellipse((12.0, 16.0), (6.0, 3.0), 0.0)),))
    top, left, bottom, right = extent(drawn(box)[20:-20, 10:-10])
    assert (right - left) > 1.5 * (bottom - top)  # longer along x


def test_a_click_chooses_nothing(box: FieldBox, qtbot: QtBot) -> None:
    said: list[object] = []
    box.clicked.connect(lambda *unit: said.append(unit))
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    assert said == []
