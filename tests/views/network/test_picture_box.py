"""A small picture in a box: what is kept of it between two paints."""

import numpy as np
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from inspector.views.network.picture_box import PictureBox

SIDE = 64
RED, BLUE = (200, 0, 0), (0, 0, 200)


def flat(colour: tuple[int, int, int], side: int) -> np.ndarray:
    return np.full((side, side, 3), colour, np.uint8)


def shown(box: PictureBox) -> tuple[int, ...]:
    return box.grab().toImage().pixelColor(box.rect().center()).getRgb()[:3]


def test_a_shrunk_picture_gives_way_to_the_next_one_of_its_size(qtbot: QtBot) -> None:
    box = PictureBox("Crop", QSize(SIDE, SIDE))
    qtbot.addWidget(box)
    for colour in (RED, BLUE, RED):
        box.show_picture(flat(colour, 3 * SIDE))
        assert shown(box) == colour


def test_a_shrunk_picture_grows_and_shrinks_with_the_box(qtbot: QtBot) -> None:
    box = PictureBox("Crop", QSize(SIDE, SIDE))
    qtbot.addWidget(box)
    box.show_picture(flat(RED, 8 * SIDE))
    for side in (SIDE, 2 * SIDE, SIDE // 2):
        box.setFixedSize(side, side)
        picture = box.grab().toImage()
        corners = [(4, 4), (side - 5, side - 5)]
        assert [picture.pixelColor(x, y).getRgb()[:3] for x, y in corners] == [RED, RED]


def test_a_mark_moves_over_a_shrunk_picture(qtbot: QtBot) -> None:
    box = PictureBox("Units", QSize(SIDE, SIDE))
    qtbot.addWidget(box)
    box.show_picture(flat(RED, 3 * SIDE))
    bare = box.grab().toImage()
    box.show_mark((10, 10, 60, 60))
    assert box.grab().toImage() != bare
    box.show_mark(None)
    assert box.grab().toImage() == bare
