"""The input with its fields: what lies where, what is seen of it, and what mouse and keyboard make it say."""

from collections.abc import Callable
from math import cos, pi, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.core.receptive_field.effective import Ellipse
from inspector.views import image_layer
from inspector.views.field.field_canvas import FieldCanvas
from inspector.views.field.marks import Kind, Mark, apart, pin_stroke
from inspector.views.overlays import PATCH
from inspector.views.theme import colours_of

SIDE = 20  # of the picture
GREY = np.full((SIDE, SIDE, 3), 120, np.uint8)
BOX = (4, -5, 14, 5)  # half of it to the left of the picture
MARK = Mark(BOX)
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class Said:
    """What the canvas has signalled."""

    def __init__(self, canvas: FieldCanvas) -> None:
        self.pointed: list[tuple[int, int] | None] = []
        self.clicked: list[tuple[int, int]] = []
        self.climbed: list[int] = []
        canvas.pixel_pointed.connect(self.pointed.append)
        canvas.pixel_clicked.connect(lambda y, x: self.clicked.append((y, x)))
        canvas.climbed.connect(self.climbed.append)

    @property
    def nothing(self) -> bool:
        return not (self.pointed or self.clicked or self.climbed)


@pytest.fixture
def canvas(qtbot: QtBot) -> FieldCanvas:
    canvas = FieldCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(600, 400)
    canvas.show()
    canvas.activateWindow()
    canvas.show_picture(GREY)
    return canvas


@pytest.fixture
def said(canvas: FieldCanvas) -> Said:
    return Said(canvas)


def at(canvas: FieldCanvas, y: float, x: float) -> QPointF:
    """Where a point of the picture is seen."""
    return QPointF(canvas.frame.screen_x(x), canvas.frame.screen_y(y))


def pixel(canvas: FieldCanvas, y: int, x: int) -> QPointF:
    """Where the middle of a pixel is seen."""
    return at(canvas, y + 0.5, x + 0.5)


def image(canvas: FieldCanvas) -> QImage:
    return canvas.grab().toImage()


def colours(seen: QImage, start: QPointF, end: QPointF) -> list[str]:
    """Along a line on the screen, pixel by pixel."""
    steps = max(int((end - start).manhattanLength()), 1)
    points = [(start + (end - start) * step / steps).toPoint() for step in range(steps + 1)]
    return [QColor(seen.pixel(point)).name() for point in points if seen.rect().contains(point)]


def luminance(name: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in QColor(name).getRgbF()[:3]]
    return float(np.dot(parts, (0.2126, 0.7152, 0.0722)))


def changed(canvas: FieldCanvas, act: Callable[[], None], where: QPointF, around: int = 1) -> bool:
    """Whether the screen differs near a point after ``act``."""
    before = image(canvas)
    act()
    after, middle = image(canvas), where.toPoint()
    near = [QPoint(middle.x() + dx, middle.y() + dy) for dx in range(-around, around + 1) for dy in range(-around, around + 1)]
    return any(before.pixel(point) != after.pixel(point) for point in near)


# pointing


def test_every_pixel_is_pointed_at_where_it_is_seen(canvas: FieldCanvas, said: Said, mouse) -> None:
    every = [(y, x) for y in range(SIDE) for x in range(SIDE)]
    for y, x in every:
        mouse.move(canvas, pixel(canvas, y, x))
    assert said.pointed == every


def test_only_another_pixel_is_told_and_none_beside_the_picture(canvas: FieldCanvas, said: Said, mouse) -> None:
    for point in (at(canvas, 3.2, 4.2), at(canvas, 3.8, 4.9), at(canvas, -0.5, 4), at(canvas, 3, SIDE + 0.5), at(canvas, 0, 0)):
        mouse.move(canvas, point)
    mouse.leave(canvas)
    mouse.leave(canvas)
    assert said.pointed == [(3, 4), None, (0, 0), None]


def test_a_click_chooses_the_pixel_and_a_drag_pans(canvas: FieldCanvas, said: Said, mouse) -> None:
    where = pixel(canvas, 7, 11)
    QTest.mouseClick(canvas, LEFT, pos=where.toPoint())
    QTest.mouseClick(canvas, LEFT, pos=at(canvas, -1, 5).toPoint())
    QTest.mouseClick(canvas, RIGHT, pos=where.toPoint())
    assert said.clicked == [(7, 11)]
    QTest.mousePress(canvas, LEFT, pos=where.toPoint())
    mouse.move(canvas, where + QPointF(30, 10), held=LEFT)
    QTest.mouseRelease(canvas, LEFT, pos=(where + QPointF(30, 10)).toPoint())
    assert said.clicked == [(7, 11)]
    moved = pixel(canvas, 7, 11) - where
    assert (moved.x(), moved.y()) == pytest.approx((30, 10), abs=1)


def test_a_double_click_shows_the_whole_picture_again(canvas: FieldCanvas, mouse) -> None:
    fitted = canvas.viewport
    mouse.wheel(canvas, 4)
    assert canvas.viewport != fitted
    QTest.mouseDClick(canvas, LEFT, pos=QPoint(300, 200))
    assert canvas.viewport == fitted


# climbing


def test_the_wheel_zooms_and_with_ctrl_it_climbs(canvas: FieldCanvas, said: Said, mouse) -> None:
    before = canvas.viewport
    mouse.wheel(canvas, 1, ctrl=True)
    mouse.wheel(canvas, -1, ctrl=True)
    mouse.wheel(canvas, -3, ctrl=True)
    assert (said.climbed, canvas.viewport) == ([1, -1, -3], before)
    mouse.wheel(canvas, 4)
    assert canvas.viewport.scale == pytest.approx(2 * before.scale)
    assert said.climbed == [1, -1, -3]


def test_fine_turns_of_the_wheel_add_up_to_layers(canvas: FieldCanvas, said: Said, mouse) -> None:
    for turn in (0.25, 0.25, 0.25, 0.25, 0.5, 0.75):
        mouse.wheel(canvas, turn, ctrl=True)
    assert said.climbed == [1, 1]
    mouse.wheel(canvas, -0.75, ctrl=True)  # the quarter that was left does not count backwards
    assert said.climbed == [1, 1]
    mouse.wheel(canvas, -0.25, ctrl=True)
    assert said.climbed == [1, 1, -1]


def test_the_page_keys_climb(canvas: FieldCanvas, said: Said) -> None:
    QTest.keyClick(canvas, Qt.Key.Key_PageUp)
    QTest.keyClick(canvas, Qt.Key.Key_PageDown)
    assert said.climbed == [1, -1]


def test_arrow_keys_point_and_enter_chooses(canvas: FieldCanvas, said: Said) -> None:
    middle = SIDE // 2
    QTest.keyClick(canvas, Qt.Key.Key_Return)  # nothing is pointed at yet
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)  # as far as the picture goes
    QTest.keyClick(canvas, Qt.Key.Key_Enter)
    row = middle + 1
    assert said.pointed == [(row, middle), (row, middle + 1), (row, 1), (row, 0)]
    assert said.clicked == [(row, 0)]


def test_arrow_keys_begin_where_the_cross_is(canvas: FieldCanvas, said: Said) -> None:
    canvas.show_pixel((2, 3))
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert said.pointed == [(1, 3)]


def test_the_keyboard_that_goes_away_points_at_nothing(canvas: FieldCanvas, said: Said) -> None:
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    accent = QColor(colours_of(canvas).accent)
    assert QColor(image(canvas).pixel(1, 200)) == accent
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    canvas.clearFocus()
    assert said.pointed[-1] is None
    assert QColor(image(canvas).pixel(1, 200)) != accent


# what is seen


def test_nothing_is_said_by_what_is_shown(canvas: FieldCanvas, said: Said) -> None:
    canvas.show_marks((MARK,))
    canvas.show_pixel((3, 3))
    canvas.reveal_box(True)
    canvas.show_picture(np.zeros((30, 40, 3), np.uint8))
    canvas.show_picture(None)
    canvas.show_marks(())
    canvas.reveal_box(False)
    assert said.nothing


def test_without_a_picture_nothing_is_drawn_or_pointed_at(canvas: FieldCanvas, said: Said, mouse) -> None:
    canvas.show_picture(None)
    empty = image(canvas)
    canvas.show_marks((MARK,))
    canvas.show_pixel((3, 3))
    assert image(canvas) == empty
    mouse.move(canvas, QPointF(300, 200))
    QTest.mouseClick(canvas, LEFT, pos=QPoint(300, 200))
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert said.nothing


def test_the_present_box_is_a_whole_line_in_the_picture_and_dotted_beside_it(canvas: FieldCanvas) -> None:
    canvas.show_marks((MARK,))
    seen = image(canvas)
    y0, _, y1, x1 = BOX
    for line in ((at(canvas, y0, 1), at(canvas, y0, x1)), (at(canvas, y0, x1), at(canvas, y1, x1))):
        assert set(colours(seen, *line)) == {PATCH.name()}
    beside = colours(seen, at(canvas, y0, -1.6), at(canvas, y0, -0.3))
    assert 0.2 < beside.count(PATCH.name()) / len(beside) < 0.8


def test_a_box_around_the_whole_picture_is_a_whole_line(canvas: FieldCanvas) -> None:
    canvas.show_marks((Mark((0, 0, SIDE, SIDE)),))
    seen = image(canvas)
    for y, x in ((0, SIDE), (SIDE, 0), (SIDE, SIDE)):
        assert set(colours(seen, at(canvas, 0, 0) if y != x else at(canvas, 0, SIDE), at(canvas, y, x))) == {PATCH.name()}


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (127, 127, 127), (255, 212, 0), (200, 30, 30)])
def test_every_mark_is_seen_on_every_picture(canvas: FieldCanvas, colour: tuple[int, int, int]) -> None:
    canvas.show_picture(np.full((SIDE, SIDE, 3), colour, np.uint8))
    pins = tuple(Mark(BOX, None, str(number), Kind.PIN) for number in range(1, 5))
    for mark in (MARK, *pins, Mark((1, 1, 2, 2), Ellipse((9, 4.5), (5, 5), 0.0))):
        canvas.show_marks((mark,))
        light = [luminance(name) for name in colours(image(canvas), at(canvas, 9.5, 3), at(canvas, 9.5, 11))]
        assert (max(light) + 0.05) / (min(light) + 0.05) >= 3


def test_pins_differ_in_colour_and_in_dashes() -> None:
    four = [pin_stroke(number) for number in range(1, 5)]
    assert len({stroke.colour.name() for stroke in four} | {PATCH.name()}) == 5
    assert len({stroke.dashes for stroke in four} | {()}) == 5
    assert [pin_stroke(number) for number in range(5, 9)] == four


def test_the_present_box_lies_over_the_pins(canvas: FieldCanvas) -> None:
    pin = Mark(BOX, None, "1", Kind.PIN)
    for marks in ((MARK, pin), (pin, MARK)):
        canvas.show_marks(marks)
        assert set(colours(image(canvas), at(canvas, BOX[2], 1), at(canvas, BOX[2], BOX[3]))) == {PATCH.name()}


@pytest.mark.parametrize("angle", [0.0, 0.5, pi / 2, 2.5, -1.0])
def test_an_ellipse_has_its_axes_where_they_are_said_to_be(canvas: FieldCanvas, angle: float) -> None:
    centre, (long, short) = (9.0, 8.0), (7.0, 3.0)
    bare = image(canvas)
    canvas.show_marks((Mark((0, 0, 1, 1), Ellipse(centre, (long, short), angle)),))
    seen = image(canvas)
    ways = [(sin(angle) * long, cos(angle) * long), (cos(angle) * short, -sin(angle) * short)]
    for dy, dx in [*ways, *((-dy, -dx) for dy, dx in ways)]:
        on = at(canvas, centre[0] + 0.5 + dy, centre[1] + 0.5 + dx).toPoint()
        near = [QPoint(on.x() + right, on.y() + down) for right in (-1, 0, 1) for down in (-1, 0, 1)]
        assert any(seen.pixel(point) != bare.pixel(point) for point in near)
        inner = at(canvas, centre[0] + 0.5 + 0.8 * dy, centre[1] + 0.5 + 0.8 * dx).toPoint()
        assert seen.pixel(inner) == bare.pixel(inner)


def test_the_cross_lies_on_its_pixel(canvas: FieldCanvas) -> None:
    for y, x in ((0, 0), (3, 12), (SIDE - 1, SIDE - 1)):
        where = pixel(canvas, y, x)
        canvas.show_pixel(None)
        assert changed(canvas, lambda y=y, x=x: canvas.show_pixel((y, x)), where, 0)
        assert not changed(canvas, lambda y=y, x=x: canvas.show_pixel((y, x)), where)


def test_another_box_leaves_nothing_of_the_one_before(canvas: FieldCanvas) -> None:
    plain = image(canvas)
    canvas.show_marks((MARK, Mark((0, 0, 9, 9), Ellipse((4, 4), (3, 2), 0.0), "1", Kind.PIN)))
    assert image(canvas) != plain
    canvas.show_marks(())
    assert image(canvas) == plain


def test_labels_are_drawn_where_the_box_is(canvas: FieldCanvas) -> None:
    canvas.show_marks((MARK,))
    corner = at(canvas, BOX[0], BOX[1]) + QPointF(10, -10)
    assert changed(canvas, lambda: canvas.show_marks((Mark(BOX, None, "conv1"),)), corner)


def test_marks_are_said_in_words(canvas: FieldCanvas) -> None:
    canvas.show_marks((Mark(BOX, None, "conv1"), Mark((0, 0, 3, 3), None, "1", Kind.PIN)))
    assert canvas.accessibleDescription() == "conv1: rows 4 to 13, columns -5 to 4; 1: rows 0 to 2, columns 0 to 2"


def test_a_box_that_moves_does_not_shrink_the_picture_anew(canvas: FieldCanvas, monkeypatch: pytest.MonkeyPatch) -> None:
    shrunk: list[object] = []
    whole = image_layer.shrink
    monkeypatch.setattr(image_layer, "shrink", lambda *given: shrunk.append(given) or whole(*given))
    canvas.show_picture(np.zeros((1000, 1000, 3), np.uint8))
    image(canvas)
    for step in range(5):
        canvas.show_marks((Mark((step, step, step + 300, step + 300)),))
        image(canvas)
    assert len(shrunk) == 1


# labels that stand apart


VIEW = QRectF(0, 0, 800, 300)
wishes = st.lists(st.builds(QRectF, st.floats(-900, 900), st.floats(-900, 900), st.floats(5, 60), st.floats(8, 20)), max_size=6)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(wishes)
def test_labels_lie_in_the_view_and_on_no_other(areas: list[QRectF]) -> None:
    found = apart(VIEW, areas)
    assert [area.size() for area in found] == [area.size() for area in areas]
    assert all(VIEW.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(area) for area in found)
    assert not any(one.intersects(other) for place, one in enumerate(found) for other in found[:place])
    if areas and VIEW.contains(areas[0]):
        assert found[0] == areas[0]


# room for what lies beside the picture


def in_sight(canvas: FieldCanvas, box: tuple[float, float, float, float]) -> bool:
    return all(canvas.rect().contains(at(canvas, y, x).toPoint()) for y in box[::2] for x in box[1::2])


def test_the_box_comes_into_sight_when_asked_for(canvas: FieldCanvas) -> None:
    fitted, wide = canvas.viewport, (-30, -60, 40, 10)
    canvas.show_marks((Mark(wide),))
    assert canvas.viewport == fitted
    assert not in_sight(canvas, wide)
    canvas.reveal_box(True)
    assert in_sight(canvas, wide)
    assert in_sight(canvas, (0, 0, SIDE, SIDE))
    canvas.resize(300, 500)
    QApplication.processEvents()
    assert in_sight(canvas, wide)
    canvas.resize(600, 400)
    QApplication.processEvents()
    canvas.reveal_box(False)
    assert canvas.viewport == fitted


def test_a_box_that_moves_does_not_make_the_picture_jump(canvas: FieldCanvas) -> None:
    canvas.reveal_box(True)
    for box in ((-5, 0, 15, 20), (0, -5, 20, 15)):
        canvas.show_marks((Mark(box),))
    settled = canvas.viewport
    for box in ((-5, -5, 15, 15), (0, 0, 20, 20), (-2, -3, 18, 17), (-2, -3, 16, 15)):  # the last of a smaller window
        canvas.show_marks((Mark(box),))
        assert canvas.viewport == settled
    canvas.show_marks((Mark((2, 2, 5, 5)),))  # of another layer
    assert canvas.viewport.scale > settled.scale


def test_what_the_hand_has_zoomed_stays(canvas: FieldCanvas, mouse) -> None:
    canvas.reveal_box(True)
    mouse.wheel(canvas, 2)
    zoomed = canvas.viewport
    canvas.show_marks((Mark((-30, -60, 40, 10)),))
    assert canvas.viewport == zoomed
    canvas.fit()
    assert in_sight(canvas, (-30, -60, 40, 10))


def test_another_picture_has_its_own_room(canvas: FieldCanvas) -> None:
    canvas.reveal_box(True)
    canvas.show_marks((Mark((-200, -200, 200, 200)),))
    canvas.show_marks(())
    canvas.show_picture(np.zeros((50, 50, 3), np.uint8))
    assert canvas.viewport.scale == pytest.approx((400 - 80) / 50)
