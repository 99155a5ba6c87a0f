"""The sheet to draw on, with a mouse whose events come one by one."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inspector.core.drawing import SIDE, Stroke, render
from inspector.views.widgets.drawing_canvas import DrawingCanvas
from inspector.views.widgets.drawing_pad import DrawingPad

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
DOT = Stroke(((140.0, 140.0),))
LINE = Stroke(((60.0, 140.0), (220.0, 140.0)))


class Hand:
    """Moves over a canvas, in the drawing's (y, x), and notes what the canvas tells."""

    def __init__(self, canvas: DrawingCanvas) -> None:
        self.canvas = canvas
        self.told: list[tuple[tuple[Stroke, ...], int]] = []
        canvas.stroke_drawn.connect(lambda strokes, serial: self.told.append((strokes, serial)))

    def press(self, y: float, x: float, button: Qt.MouseButton = LEFT) -> None:
        self._send(QEvent.Type.MouseButtonPress, y, x, button, button)

    def move(self, y: float, x: float, button: Qt.MouseButton = LEFT) -> None:
        self._send(QEvent.Type.MouseMove, y, x, Qt.MouseButton.NoButton, button)

    def release(self, y: float, x: float, button: Qt.MouseButton = LEFT) -> None:
        self._send(QEvent.Type.MouseButtonRelease, y, x, button, Qt.MouseButton.NoButton)

    def pull(self, *points: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
        self.press(*points[0], button)
        for point in points[1:]:
            self.move(*point, button)
        self.release(*points[-1], button)

    def _send(self, kind: QEvent.Type, y: float, x: float, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        place = QPointF(x, y) * self.canvas.width() / SIDE
        event = QMouseEvent(kind, place, self.canvas.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.canvas, event)


@pytest.fixture
def pad(qtbot):
    pad = DrawingPad()
    qtbot.addWidget(pad)
    pad.setFixedWidth(232)
    pad.show()
    return pad


@pytest.fixture
def canvas(qtbot):
    canvas = DrawingCanvas()
    qtbot.addWidget(canvas)
    canvas.setFixedSize(SIDE, SIDE)
    canvas.show()
    return canvas


@pytest.fixture
def hand(canvas):
    return Hand(canvas)


def ink_of(canvas: DrawingCanvas) -> np.ndarray:
    """The grey values inside the frame, (h, w) float64."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[1:-1, 1 : image.width() - 1].astype(np.float64)


def test_a_pull_is_one_stroke_in_the_units_of_the_drawing(hand, canvas):
    hand.pull((60, 140), (100.5, 150.5), (220, 140))
    assert canvas.strokes == (Stroke(((60.0, 140.0), (100.5, 150.5), (220.0, 140.0))),)
    assert hand.told == [(canvas.strokes, 1)]


@pytest.mark.parametrize("side", [112, 200, 232])
def test_the_size_on_the_screen_does_not_matter(hand, canvas, side):
    canvas.setFixedSize(side, side)
    hand.pull((70, 210))
    assert canvas.strokes[0].points[0] == pytest.approx((70, 210), abs=SIDE / side / 2)


def test_a_click_makes_a_dot(hand, canvas):
    hand.pull((140, 140))
    assert canvas.strokes == (DOT,)
    ink = ink_of(canvas) > 127
    assert ink.sum() == pytest.approx(np.pi * 11**2, rel=0.03)


def test_the_hand_is_followed_at_once_and_told_of_once_in_a_turn(hand, canvas, qtbot):
    hand.press(60, 140)
    for y in range(60, 221, 8):
        hand.move(y, 140)
    assert ink_of(canvas)[100:200, 138].min() == 255
    assert hand.told == []
    qtbot.waitUntil(lambda: bool(hand.told))
    assert hand.told == [(canvas.strokes, 1)]
    hand.move(230, 150)
    qtbot.waitUntil(lambda: len(hand.told) == 2)
    hand.release(230, 150)
    assert [serial for _, serial in hand.told] == [1, 1]


def test_each_pull_has_a_serial_of_its_own(hand):
    hand.pull((60, 60))
    hand.pull((90, 90))
    assert [serial for _, serial in hand.told] == [1, 2]
    assert [len(strokes) for strokes, _ in hand.told] == [1, 2]


def test_the_right_button_and_the_eraser_take_ink_away(hand, canvas):
    hand.pull((60, 140), (220, 140))
    hand.pull((140, 100), (140, 180), button=RIGHT)
    canvas.erasing = True
    hand.pull((200, 140))
    assert [stroke.erases for stroke in canvas.strokes] == [False, True, True]
    ink = ink_of(canvas)
    assert (ink[80, 138], ink[138, 138], ink[198, 138]) == (255, 0, 0)


def test_to_erase_the_same_way_leaves_nothing(hand, canvas):
    hand.pull((60, 140), (220, 100))
    hand.pull((60, 140), (220, 100), button=RIGHT)
    assert ink_of(canvas).max() == 0


def test_another_button_does_not_disturb_a_pull(hand, canvas):
    hand.press(60, 140)
    hand.press(100, 140, RIGHT)
    hand.release(100, 140, RIGHT)
    hand.move(120, 140)
    hand.release(120, 140)
    assert canvas.strokes == (Stroke(((60.0, 140.0), (120.0, 140.0))),)


def test_a_release_that_never_came_ends_with_the_next_press(hand, canvas):
    hand.press(60, 140)
    hand.pull((90, 140))
    assert [stroke.points for stroke in canvas.strokes] == [((60.0, 140.0),), ((90.0, 140.0),)]
    assert [len(strokes) for strokes, _ in hand.told] == [1, 2]


def test_beyond_the_edge_the_pull_goes_on(hand, canvas):
    hand.pull((140, 140), (140, 400), (260, 400), (260, 140))
    assert canvas.strokes[0].points[1] == (140.0, 400.0)
    assert ink_of(canvas)[258, 150:].min() == 255


def test_hiding_the_canvas_lifts_the_pen(hand, canvas):
    hand.press(60, 140)
    canvas.hide()
    hand.move(90, 140)
    assert canvas.strokes == (Stroke(((60.0, 140.0),)),)
    assert len(hand.told) == 1


def test_delete_clears(hand, canvas, qtbot):
    hand.pull((60, 140))
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.strokes == ()
    assert hand.told[-1] == ((), 2)
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(hand.told) == 2
    assert canvas.accessibleDescription() == "Draw a digit"


def test_what_is_shown_replaces_and_is_not_told(hand, canvas):
    hand.pull((60, 60))
    canvas.show_strokes((LINE,))
    canvas.show_strokes((LINE, DOT))
    canvas.show_strokes((LINE,))
    assert canvas.strokes == (LINE,)
    assert ink_of(canvas)[58, 58] == 0
    assert len(hand.told) == 1
    canvas.show_strokes(())
    assert ink_of(canvas)[160:].max() == 0  # below the hint


def test_an_undo_takes_what_is_painted_away(hand, canvas):
    hand.pull((60, 60))
    canvas.show_strokes(hand.told[0][0])
    hand.pull((90, 90))
    canvas.show_strokes(hand.told[1][0])
    canvas.show_strokes(hand.told[0][0])
    assert canvas.strokes == hand.told[0][0]


def test_an_echo_that_comes_late_leaves_the_hand_alone(hand, canvas, qtbot):
    hand.press(60, 140)
    qtbot.waitUntil(lambda: len(hand.told) == 1)
    hand.move(90, 140)
    qtbot.waitUntil(lambda: len(hand.told) == 2)
    hand.move(120, 140)
    canvas.show_strokes(hand.told[0][0])
    hand.move(150, 140)
    canvas.show_strokes(hand.told[1][0])
    hand.release(150, 140)
    assert canvas.strokes == (Stroke(((60.0, 140.0), (90.0, 140.0), (120.0, 140.0), (150.0, 140.0))),)


def test_another_drawing_ends_the_pull(hand, canvas):
    hand.press(60, 140)
    canvas.show_strokes((LINE,))
    hand.move(90, 140)
    hand.release(90, 140)
    assert canvas.strokes == (LINE,)
    assert hand.told == []


points = st.tuples(st.integers(-40, SIDE + 40), st.integers(-40, SIDE + 40))
pulls = st.lists(st.tuples(st.lists(points, min_size=1, max_size=6), st.sampled_from([LEFT, RIGHT])), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pulls=pulls)
def test_what_the_hand_has_drawn_is_what_its_strokes_show(canvas, hand, qtbot, pulls):
    canvas.show_strokes(())
    for places, button in pulls:
        canvas.grab()  # so that the ink grows instead of being laid anew
        hand.pull(*places, button=button)
    grown = ink_of(canvas)
    again = DrawingCanvas()
    qtbot.addWidget(again)
    again.resize(SIDE, SIDE)
    again.show_strokes(canvas.strokes)
    np.testing.assert_array_equal(ink_of(again), grown)
    apart = np.abs(render(canvas.strokes)[1:-1, 1:-1] - grown)
    assert apart.mean() < 2.0  # of 255: the edges are smoothed in two ways
    assert (apart > 128).mean() < 0.002


def test_the_tools_say_what_the_next_pull_does(pad):
    assert pad.pen.isChecked()
    QTest.mouseClick(pad.eraser, LEFT)
    assert (pad.canvas.erasing, pad.pen.isChecked()) == (True, False)
    QTest.mouseClick(pad.pen, LEFT)
    QTest.keyClick(pad.thickness, Qt.Key.Key_Right)
    QTest.mouseClick(pad.canvas, LEFT)
    assert [(stroke.width, stroke.erases) for stroke in pad.canvas.strokes] == [(23.0, False)]
    QTest.keyClick(pad.thickness, Qt.Key.Key_Home)
    QTest.mouseClick(pad.canvas, RIGHT)
    assert (pad.canvas.strokes[-1].width, pad.canvas.strokes[-1].erases) == (8.0, True)
    QTest.mouseClick(pad.clear, LEFT)
    assert pad.canvas.strokes == ()


def test_the_pad_is_square_over_its_tools(pad):
    assert (pad.canvas.width(), pad.canvas.height()) == (232, 232)
    assert pad.clear.geometry().right() == pad.canvas.geometry().right()


def test_every_control_has_a_name_and_a_tooltip(pad):
    for control in (pad.canvas, pad.pen, pad.eraser, pad.thickness, pad.clear):
        assert control.accessibleName()
        assert control.toolTip()
    pad.canvas.show_strokes((LINE, DOT))
    assert pad.canvas.accessibleDescription() == "2 strokes"
