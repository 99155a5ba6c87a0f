"""The units of a map: which lies where, what is marked of them, and what mouse and keyboard make them say."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QLineF, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from inspector.views.field.marks import pin_stroke
from inspector.views.field.units_canvas import LEAST_HEIGHT, MOST_LINES, UnitsCanvas, edges
from inspector.views.overlays import PATCH
from inspector.views.theme import colours_of

HEIGHT, WIDTH = 6, 9
RGB = np.ascontiguousarray(
    np.stack(np.broadcast_arrays(np.arange(HEIGHT)[:, None] * 30 + 60, np.arange(WIDTH) * 20 + 60, 90), -1).astype(np.uint8)
)
EVERY = [(y, x) for y in range(HEIGHT) for x in range(WIDTH)]
LEFT = Qt.MouseButton.LeftButton


class Said:
    """What the canvas has signalled."""

    def __init__(self, canvas: UnitsCanvas) -> None:
        self.pointed: list[tuple[int, int] | None] = []
        self.chosen: list[tuple[int, int]] = []
        self.stepped: list[tuple[int, int]] = []
        self.climbed: list[int] = []
        canvas.unit_pointed.connect(self.pointed.append)
        canvas.unit_chosen.connect(lambda y, x: self.chosen.append((y, x)))
        canvas.stepped.connect(lambda dy, dx: self.stepped.append((dy, dx)))
        canvas.climbed.connect(self.climbed.append)

    @property
    def nothing(self) -> bool:
        return not (self.pointed or self.chosen or self.stepped or self.climbed)


@pytest.fixture
def canvas(qtbot: QtBot) -> UnitsCanvas:
    canvas = UnitsCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 190)
    canvas.show()
    canvas.activateWindow()
    canvas.show_units(RGB, "conv3 · map 4")
    return canvas


@pytest.fixture
def said(canvas: UnitsCanvas) -> Said:
    return Said(canvas)


def middle(canvas: UnitsCanvas, y: int, x: int) -> QPointF:
    return canvas.area((y, x, y + 1, x + 1)).center()


def image(canvas: UnitsCanvas) -> QImage:
    return canvas.grab().toImage()


def colour(seen: QImage, where: QPointF) -> tuple[int, int, int]:
    red, green, blue, _ = QColor(seen.pixel(where.toPoint())).getRgb()
    return red, green, blue


def colours(canvas: UnitsCanvas) -> np.ndarray:
    """(H, W, 3): what is seen in the middle of each unit."""
    seen = image(canvas)
    return np.array([colour(seen, middle(canvas, *unit)) for unit in EVERY]).reshape(HEIGHT, WIDTH, 3)


def at_edge(seen: QImage, canvas: UnitsCanvas, y: int, x: int) -> str:
    """What is seen half way along the upper edge of a unit."""
    return QColor(*colour(seen, canvas.area((y, x, y, x + 1)).center())).name()


# what lies where


def test_every_unit_is_a_square_of_its_colour(canvas: UnitsCanvas) -> None:
    assert np.array_equal(colours(canvas), RGB)
    area = canvas.area((0, 0, HEIGHT, WIDTH))
    assert area.width() / WIDTH == pytest.approx(area.height() / HEIGHT)
    assert max(area.width() / canvas.width(), area.height() / canvas.height()) > 0.95


def test_it_fills_the_room_of_its_column(qtbot: QtBot) -> None:
    column, canvas = QWidget(), UnitsCanvas()
    qtbot.addWidget(column)
    row = QHBoxLayout(column)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(canvas)
    column.resize(400, 250)
    column.show()
    assert (canvas.width(), canvas.height(), canvas.minimumHeight()) == (400, 250, LEAST_HEIGHT)


def test_one_unit_takes_all_the_room(canvas: UnitsCanvas, said: Said, mouse) -> None:
    canvas.show_units(np.full((1, 1, 3), 99, np.uint8), "fc · unit 4")
    mouse.move(canvas, QPointF(canvas.rect().center()))
    assert said.pointed == [(0, 0)]
    assert canvas.area((0, 0, 1, 1)).height() > 0.95 * canvas.height()


# what the hand does


def test_every_unit_is_pointed_at_where_it_is_seen(canvas: UnitsCanvas, said: Said, mouse) -> None:
    for unit in EVERY:
        mouse.move(canvas, middle(canvas, *unit))
    assert said.pointed == EVERY


def test_only_another_unit_is_told_and_none_beside_the_map(canvas: UnitsCanvas, said: Said, mouse) -> None:
    area = canvas.area((2, 3, 3, 4))
    for where in (area.center(), area.center() + QPointF(3, 3), QPointF(1, 1), middle(canvas, 0, 0)):
        mouse.move(canvas, where)
    mouse.leave(canvas)
    mouse.leave(canvas)
    assert said.pointed == [(2, 3), None, (0, 0), None]


def test_under_a_resting_mouse_another_map_has_another_unit(canvas: UnitsCanvas, said: Said, mouse) -> None:
    mouse.move(canvas, middle(canvas, 5, 8))
    canvas.show_units(np.zeros((2, 3, 3), np.uint8), "pool3 · map 4")
    assert (canvas.hovered, said.pointed) == ((1, 2), [(5, 8)])
    mouse.leave(canvas)
    assert (canvas.hovered, said.pointed) == (None, [(5, 8), None])


def test_a_click_chooses(canvas: UnitsCanvas, said: Said) -> None:
    QTest.mouseClick(canvas, LEFT, pos=middle(canvas, 4, 7).toPoint())
    QTest.mouseClick(canvas, LEFT, pos=QPoint(1, 1))
    assert said.chosen == [(4, 7)]


def test_keys_step_and_climb(canvas: UnitsCanvas, said: Said) -> None:
    keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
    for key in keys:
        QTest.keyClick(canvas, key)
    assert said.stepped == [(-1, 0), (1, 0), (0, -1), (0, 1)]
    assert said.climbed == [1, -1]


def test_the_wheel_climbs(canvas: UnitsCanvas, said: Said, mouse) -> None:
    for turn in (1, -2, 0.5, 0.5):
        mouse.wheel(canvas, turn)
    assert said.climbed == [1, -2, 1]


def test_nothing_is_said_by_what_is_shown(canvas: UnitsCanvas, said: Said) -> None:
    canvas.show_unit((1, 1))
    canvas.show_pins({1: (0, 0)})
    canvas.show_seers(np.ones((HEIGHT, WIDTH), bool))
    canvas.show_units(RGB[:3].copy(), "")
    canvas.show_units(None, "")
    assert said.nothing


def test_without_a_map_the_words_are_seen_and_nothing_is_chosen(canvas: UnitsCanvas, said: Said, mouse) -> None:
    canvas.show_units(None, "")
    empty = image(canvas)
    canvas.show_units(None, "This layer has no map.")
    assert image(canvas) != empty
    assert canvas.accessibleDescription() == "This layer has no map."
    mouse.move(canvas, QPointF(150, 95))
    QTest.mouseClick(canvas, LEFT, pos=QPoint(150, 95))
    assert said.nothing


# what is marked


def test_the_unit_is_framed_as_its_box_is_and_is_seen_itself(canvas: UnitsCanvas) -> None:
    plain = colours(canvas)
    for unit in ((0, 0), (3, 4), (HEIGHT - 1, WIDTH - 1)):
        canvas.show_unit(unit)
        assert at_edge(image(canvas), canvas, *unit) == PATCH.name()
        assert np.array_equal(colours(canvas), plain)
    canvas.show_unit(None)
    assert at_edge(image(canvas), canvas, 3, 4) != PATCH.name()


def test_pins_are_framed_in_the_colours_of_their_numbers(canvas: UnitsCanvas) -> None:
    canvas.show_pins({2: (3, 1), 3: (4, 6)})
    seen = image(canvas)
    assert at_edge(seen, canvas, 3, 1) == pin_stroke(2).colour.name()
    assert at_edge(seen, canvas, 4, 6) == pin_stroke(3).colour.name()


def test_the_unit_is_framed_over_a_pin(canvas: UnitsCanvas) -> None:
    canvas.show_pins({1: (3, 4)})
    canvas.show_unit((3, 4))
    assert at_edge(image(canvas), canvas, 3, 4) == PATCH.name()


@pytest.mark.parametrize("seed", range(4))
def test_exactly_the_units_that_do_not_see_the_pixel_are_dimmed(canvas: UnitsCanvas, seed: int) -> None:
    mask = np.random.default_rng(seed).random((HEIGHT, WIDTH)) < 0.4
    canvas.show_seers(mask)
    shown = colours(canvas)
    assert np.array_equal(shown[mask], RGB[mask])
    assert np.all(shown[~mask].sum(axis=1) < 0.6 * RGB[~mask].sum(axis=1))
    canvas.show_seers(None)
    assert np.array_equal(colours(canvas), RGB)


def test_those_that_see_it_are_outlined(canvas: UnitsCanvas) -> None:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[2:5, 3:7] = True
    canvas.show_seers(mask)
    seen = image(canvas)
    light = {at_edge(seen, canvas, y, x) for y, x in ((2, 3), (2, 6), (5, 4))}
    assert all(QColor(name).lightness() > 200 for name in light)
    assert QColor(at_edge(seen, canvas, 3, 4)).lightness() < 200


def test_a_mask_of_another_size_is_refused(canvas: UnitsCanvas) -> None:
    with pytest.raises(ValueError, match=r"\(6, 9\), not \(9, 6\)"):
        canvas.show_seers(np.ones((9, 6), bool))


def test_a_map_of_another_size_has_none_of_the_marks(canvas: UnitsCanvas) -> None:
    smaller = np.full((2, 2, 3), 80, np.uint8)
    canvas.show_units(smaller, "")
    plain = image(canvas)
    canvas.show_units(RGB, "")
    canvas.show_unit((5, 8))
    canvas.show_pins({1: (4, 4)})
    canvas.show_seers(np.zeros((HEIGHT, WIDTH), bool))
    canvas.show_units(smaller, "")
    assert image(canvas) == plain


def test_newer_values_keep_the_marks(canvas: UnitsCanvas) -> None:
    canvas.show_unit((3, 4))
    canvas.show_units(RGB.copy(), "another picture")
    assert canvas.mark == (3, 4, 4, 5)
    assert canvas.accessibleDescription() == "another picture; unit (y 3, x 4)"


def test_all_is_said_in_words(canvas: UnitsCanvas) -> None:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[:2, :3] = True
    canvas.show_unit((3, 4))
    canvas.show_pins({2: (0, 1)})
    canvas.show_seers(mask)
    words = "conv3 · map 4; unit (y 3, x 4); pin 2 (y 0, x 1); 6 of 54 units see the pixel"
    assert (canvas.accessibleName(), canvas.accessibleDescription()) == ("Units of the layer", words)


def test_the_keyboard_is_seen(canvas: UnitsCanvas) -> None:
    def framed(act: Callable[[], None]) -> bool:
        act()
        return QColor(image(canvas).pixel(0, 95)) == QColor(colours_of(canvas).accent)

    assert not framed(canvas.clearFocus)
    assert framed(canvas.setFocus)


# outlines: laws


def pieces(line: QLineF) -> list[tuple[float, float, float, float]]:
    """The parts of a line that are as long as a unit."""
    (x, y), across = (int(line.x1()), int(line.y1())), line.dy() == 0
    steps = range(int(line.length()))
    return [(x + step, y, x + step + 1, y) if across else (x, y + step, x, y + step + 1) for step in steps]


@settings(deadline=None, derandomize=True, max_examples=80)
@given(arrays(bool, st.tuples(st.integers(1, 7), st.integers(1, 7))))
def test_lines_lie_exactly_between_those_that_see_it_and_those_that_do_not(mask: np.ndarray) -> None:
    padded = np.pad(mask, 1)
    found = [piece for line in edges(mask) for piece in pieces(line)]
    wanted = set()
    for y in range(mask.shape[0] + 1):
        for x in range(mask.shape[1] + 1):
            here = padded[y + 1, x + 1]
            if here != padded[y, x + 1]:
                wanted.add((x, y, x + 1, y))
            if here != padded[y + 1, x]:
                wanted.add((x, y, x, y + 1))
    assert set(found) == wanted
    assert len(found) == len(wanted)


def test_a_block_has_four_lines_and_too_many_are_none() -> None:
    assert len(edges(np.ones((200, 300), bool))) == 4
    dots = np.zeros((100, 100), bool)
    dots[::3, ::3] = True
    assert 4 * np.count_nonzero(dots) > MOST_LINES
    assert edges(dots) == []
