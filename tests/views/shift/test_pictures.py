"""The moved input and the maps beside it, as a hand moves and chooses them."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.core.shift.grid import Course, Grid
from inspector.core.shift.measures import invariance
from inspector.core.shift.pictures import CaseShown, case_shown
from inspector.core.shift.results import Case
from inspector.core.shift.scene import Scene
from inspector.core.shift.transforms import Translation
from inspector.views.shift.case_pane import ALL, BEFORE, EMPTY, HERE, NO_MAPS, ONE, CasePane
from inspector.views.shift.side_by_side import Side

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
INPUT = np.full((28, 28, 3), 90, np.uint8)
RNG = np.random.default_rng(3)


def a_case() -> Case:
    before, after = RNG.normal(size=(2, 6, 8, 8)).astype(np.float32)
    grid, move = Grid((8, 8)), Translation(0, 2)
    course = Course(Scene(np.zeros((1, 8, 8), np.float32)), grid, move)
    expected = course.moved(before)
    return Case(move, "conv", grid, before, before, after, invariance(before, after), expected, valid=course.valid)


CASE = a_case()


def shown(chosen: int = 1, *, all_maps: bool = True, case: Case | None = None, unmoved: bool = False) -> CaseShown:
    found = case_shown(case or a_case(), "conv", chosen, all_maps=all_maps, unmoved=unmoved)
    assert found is not None
    return found


class Told:
    def __init__(self, pane: CasePane) -> None:
        self.places: list[tuple[float, float]] = []
        self.maps: list[int] = []
        self.back = 0
        self.updates: list[object] = []
        pane.input.dragged.connect(lambda dy, dx: self.places.append((dy, dx)))
        pane.input.put_back.connect(self._count)
        pane.map_chosen.connect(self.maps.append)
        pane.updated.connect(self.updates.append)

    def _count(self) -> None:
        self.back += 1


@pytest.fixture
def pane(qtbot: QtBot) -> CasePane:
    pane = CasePane()
    qtbot.addWidget(pane)
    pane.resize(612, 440)
    pane.show_input(INPUT, "input 28 × 28")
    pane.show_case(shown())
    pane.show_transform("as it is", all_maps=True)
    pane.show()
    qtbot.waitExposed(pane)
    return pane


def drag(pane: CasePane, mouse, way: tuple[float, float], *, steps: int = 4, release: bool = True) -> None:
    """By pixels of the picture (dy, dx) from the middle of the input."""
    canvas, scale = pane.input, pane.input.viewport.scale
    start = QPointF(canvas.rect().center())
    QTest.mousePress(canvas, LEFT, pos=start.toPoint())
    for step in range(1, steps + 1):
        move = QPointF(way[1], way[0]) * (scale * step / steps)
        mouse.move(canvas, start + move, held=LEFT)
    if release:
        QTest.mouseRelease(canvas, LEFT, pos=start.toPoint())


def test_a_drag_moves_the_picture_by_whole_pixels(pane, mouse):
    told = Told(pane)
    drag(pane, mouse, (-2, 4))
    assert told.places[-1] == (-2, 4)
    assert all(part == int(part) for place in told.places for part in place)
    assert len(set(told.places)) == len(told.places)


def test_the_next_drag_goes_on_from_there_and_is_a_step_of_its_own(pane, mouse):
    told = Told(pane)
    drag(pane, mouse, (0, 3))
    first = pane.input.session
    pane.input.show_shift(0, 3)
    drag(pane, mouse, (5, -1))
    assert told.places[-1] == (5, 2)
    assert pane.input.session == first + 1


def test_a_drag_from_a_fraction_of_a_pixel_ends_on_whole_ones(pane, mouse):
    told = Told(pane)
    pane.input.show_shift(0.4, -0.3)
    drag(pane, mouse, (1, 1))
    assert told.places[-1] == (1, 1)


def test_arrow_keys_move_by_one_or_by_eight(pane):
    told = Told(pane)
    QTest.keyClick(pane.input, Qt.Key.Key_Right)
    QTest.keyClick(pane.input, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert told.places == [(0, 1), (-8, 1)]
    assert pane.input.session == 1


def test_a_double_click_or_home_puts_it_back(pane):
    told = Told(pane)
    QTest.mouseDClick(pane.input, LEFT)
    QTest.keyClick(pane.input, Qt.Key.Key_Home)
    assert told.back == 2


def test_the_middle_button_pans_and_moves_nothing(pane, mouse):
    told, before = Told(pane), pane.input.viewport
    start = QPointF(pane.input.rect().center())
    QTest.mousePress(pane.input, MIDDLE, pos=start.toPoint())
    mouse.move(pane.input, start + QPointF(20, 0), held=MIDDLE)
    QTest.mouseRelease(pane.input, MIDDLE, pos=start.toPoint())
    assert told.places == []
    assert pane.input.viewport != before


def test_showing_emits_nothing(pane):
    told = Told(pane)
    pane.input.show_shift(3, 4)
    pane.show_case(shown(2))
    pane.show_case(shown(2, all_maps=False))
    pane.show_transform("right 4 px", all_maps=False)
    assert (told.places, told.maps, told.updates) == ([], [], [])
    assert pane.line.full == "right 4 px"
    assert pane.input.accessibleDescription() == "right 4 px, down 3 px"


def centre(pane: CasePane, place: int) -> QPoint:
    """The middle of a map on the screen."""
    y0, x0, y1, x1 = pane._shown.grid.box(place)
    frame = pane.after.frame
    return QPointF(frame.screen_x((x0 + x1) / 2), frame.screen_y((y0 + y1) / 2)).toPoint()


def test_a_click_on_any_of_the_maps_chooses_it(pane):
    told = Told(pane)
    for canvas, place in ((pane.after, 4), (pane.expected, 0), (pane.difference, 5), (pane.after, 1)):
        QTest.mouseClick(canvas, LEFT, pos=centre(pane, place))
    assert told.maps == [4, 0, 5]  # the last one is looked at already


def test_arrow_keys_step_through_the_maps(pane):
    told = Told(pane)
    QTest.keyClick(pane.after, Qt.Key.Key_Right)
    QTest.keyClick(pane.difference, Qt.Key.Key_Left)
    pane.show_case(shown(5, all_maps=False))
    QTest.keyClick(pane.after, Qt.Key.Key_Right)
    QTest.keyClick(pane.after, Qt.Key.Key_Left)
    assert told.maps == [2, 0, 4]


def test_the_maps_are_zoomed_together(pane, mouse):
    mouse.wheel(pane.difference, 2)
    assert pane.expected.viewport == pane.after.viewport == pane.difference.viewport
    zoomed = pane.after.viewport
    pane.show_case(shown())
    assert pane.after.viewport == zoomed
    pane.fit()
    assert pane.expected.viewport == pane.difference.viewport != zoomed


def test_numbers_under_the_mouse(pane, mouse):
    mouse.move(pane.after, QPointF(centre(pane, 3) + QPoint(3, 3)))  # the middle lies between four units
    assert pane.reading.full.startswith("map 3 · unit (y 4, x 4): expected ")
    mouse.leave(pane.after)
    assert pane.reading.full == ""


def test_one_map_or_all_is_a_choice_of_the_hand(pane, loop):
    pane.updated.connect(loop.take)
    QTest.mouseClick(pane.way.button(ONE), LEFT)
    assert loop.state.shift.all_maps is False
    pane.show_transform("", all_maps=False)
    QTest.keyClick(pane.after, Qt.Key.Key_Return)
    assert loop.state.shift.all_maps is True
    assert [update.title for update in loop.updates] == [f"Show {ONE.lower()}", f"Show {ALL.lower()}"]


def test_empty_views_say_what_to_do(pane):
    pane.show_case(None)
    assert pane.after._text == NO_MAPS
    pane.show_input(None, "")
    assert (pane.input._text, pane.after._text, pane.empty) == (EMPTY, "", EMPTY)
    pane.show_empty("Opening LeNet-5 …")
    assert pane.input._text == "Opening LeNet-5 …"


def test_the_hand_moves_the_picture_no_farther_than_it_is_large(pane, mouse):
    told = Told(pane)
    drag(pane, mouse, (-500, 900))
    assert told.places[-1] == (-28, 28)
    pane.input.show_shift(0, 0, limit=16)
    drag(pane, mouse, (500, 3))
    assert told.places[-1] == (16, 3)


def test_before_in_the_place_of_what_is_expected(pane, loop):
    pane.updated.connect(loop.take)
    QTest.mouseClick(pane.first.button(BEFORE), LEFT)
    assert loop.state.shift.unmoved is True
    found = shown(case=CASE), shown(case=CASE, unmoved=True)
    assert [one.expected.label[:12] for one in found] == ["expected, T\u2032", "before, f(x)"]
    assert found[0].after.label.startswith("after, f(Tx) · symmetric ±")
    assert not np.array_equal(found[0].expected.rgb, found[1].expected.rgb)
    assert np.array_equal(found[0].difference.rgb, found[1].difference.rgb)
    before = shown(case=replace(CASE, after=CASE.before), unmoved=True)
    assert np.array_equal(before.expected.rgb, before.after.rgb)


def test_of_layers_without_a_grid_nothing_is_expected(pane):
    pane.show_case(shown(case=replace(CASE, expected=None, valid=None, grid=None)))
    assert not pane.first.isEnabled()
    pane.show_case(shown())
    assert pane.first.isEnabled()


def test_several_networks_side_by_side(pane, loop):
    pane.updated.connect(loop.take)
    assert not pane.networks.isVisible()
    pane.show_side_by_side(True, offered=True)
    pane.show_sides(tuple(Side(name, "conv", "equivariance 0.1", INPUT, INPUT) for name in ("LeNet-5", "MLP", "LC")))
    assert (pane.input.isVisible(), pane.after.isVisible(), pane.expected.isVisible()) == (True, False, False)
    assert [column.title.full for column in pane.sides.columns if column.isVisible()] == ["LeNet-5", "MLP", "LC"]
    assert all(column.after.height() > 80 for column in pane.sides.columns)
    pane.show_sides(())
    assert pane.sides.waiting.isVisible()
    QTest.mouseClick(pane.networks.button(HERE), LEFT)
    assert loop.state.shift.side_by_side is False
    pane.show_side_by_side(False, offered=False)
    assert (pane.after.isVisible(), pane.sides.isVisible(), pane.networks.isVisible()) == (True, False, False)
    assert pane.input.height() < 250


def test_the_edge_of_the_picture_is_framed_where_it_has_gone(pane):
    pane.input.show_shift(1, 2)
    assert pane.input._marks.patch == (1, 2, 29, 30)
    pane.input.show_shift(1, 2, framed=False)
    assert pane.input._marks.patch is None
    pane.input.show_shift(0, 0)
    assert pane.input._marks.patch is None


def test_an_altered_network_is_said_to_be(pane, qtbot):
    pane.show_altered("altered: pooling: blur, 3 taps")
    assert "altered" in pane.altered.full
    assert pane.altered.isVisible()
    narrow = pane.line.width()
    pane.show_altered("")
    assert not pane.altered.isVisible()
    qtbot.waitUntil(lambda: pane.line.width() > narrow)
