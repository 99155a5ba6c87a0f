"""The picture area: what is seen where, and what the hand makes it say."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from inspector.core.placement import Placement
from inspector.core.state import Layout
from inspector.views.picture_canvas import PictureCanvas
from inspector.views.picture_pane import PicturePane
from inspector.views.theme import colours_of
from inspector.views.widgets.chip import Chip
from inspector.views.widgets.split_line import SplitLine

RED, BLUE = (200, 30, 20), (10, 40, 210)
SIZE = 40  # of the pictures


def plain(colour: tuple[int, int, int], height: int = SIZE, width: int = SIZE) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


class Said:
    """What the pane has signalled."""

    def __init__(self, pane: PicturePane) -> None:
        self.splits: list[float] = []
        self.pixels: list[object] = []
        self.steps: list[tuple[int, int]] = []
        pane.split_moved.connect(self.splits.append)
        pane.pixel_hovered.connect(self.pixels.append)
        pane.pixel_stepped.connect(self._step)

    def _step(self, dy: int, dx: int) -> None:
        self.steps.append((dy, dx))


@pytest.fixture
def pane(qtbot: QtBot) -> PicturePane:
    pane = PicturePane()
    qtbot.addWidget(pane)
    pane.resize(400, 400)
    pane.show()
    pane.show_input(plain(RED), "input · 40 × 40 · RGB uint8")
    pane.show_output(plain(BLUE), Placement(0, 0, SIZE, SIZE), "Sobel x · reflect")
    return pane


@pytest.fixture
def said(pane: PicturePane) -> Said:
    return Said(pane)


def canvases(pane: PicturePane) -> list[PictureCanvas]:
    return [canvas for canvas in pane.findChildren(PictureCanvas) if canvas.isVisible()]


def chips(pane: PicturePane) -> dict[str, Chip]:
    return {chip.text: chip for chip in pane.findChildren(Chip) if chip.isVisible()}


def line(pane: PicturePane) -> SplitLine:
    return pane.findChild(SplitLine)


def at(pane: PicturePane, y: float, x: float, canvas: int = 0) -> QPoint:
    """Where input point (y, x) is seen, in a canvas."""
    frame = canvases(pane)[canvas].frame
    return QPoint(round(frame.screen_x(x)), round(frame.screen_y(y)))


def colour(pane: PicturePane, y: float, x: float, canvas: int = 0) -> tuple[int, int, int]:
    view = canvases(pane)[canvas]
    return QColor(pane.grab().toImage().pixel(view.mapTo(pane, at(pane, y, x, canvas)))).getRgb()[:3]


def ground(pane: PicturePane) -> tuple[int, int, int]:
    return QColor(colours_of(pane).picture).getRgb()[:3]


def move(canvas: QWidget, position: QPoint, buttons: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    """QTest.mouseMove needs a pointer; a synthetic event does not."""
    where = QPointF(position)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, where, canvas.mapToGlobal(where), none, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


def wheel(canvas: QWidget, position: QPoint, notches: float) -> None:
    where, turn = QPointF(position), QPoint(0, round(120 * notches))
    QApplication.sendEvent(
        canvas,
        QWheelEvent(
            where, canvas.mapToGlobal(where), QPoint(), turn, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


# what is seen


@pytest.mark.parametrize("split", [0.0, 0.25, 0.5, 1.0])
def test_the_line_has_the_input_on_its_left_and_the_output_on_its_right(pane: PicturePane, split: float) -> None:
    pane.show_split(split)
    for x in (2.5, 12.5, 17.5, 22.5, 37.5):
        assert colour(pane, 4, x) == (RED if x < split * SIZE else BLUE)


def test_side_by_side_shows_both_whole_and_without_a_line(pane: PicturePane) -> None:
    pane.show_layout(Layout.SIDE)
    QApplication.processEvents()
    assert [colour(pane, 20, 20, canvas) for canvas in (0, 1)] == [RED, BLUE]
    assert not line(pane).isVisible()


@pytest.mark.parametrize(("layout", "seen"), [(Layout.INPUT, RED), (Layout.OUTPUT, BLUE)])
def test_one_alone(pane: PicturePane, layout: Layout, seen: tuple[int, int, int]) -> None:
    pane.show_layout(layout)
    assert colour(pane, 4, 4) == colour(pane, 4, 36) == seen
    assert not line(pane).isVisible()


def test_flipping_between_input_and_output_moves_nothing(pane: PicturePane) -> None:
    pane.show_output(plain(BLUE, 20, 20), Placement(-4, -4, 60, 60), "full")
    before = pane.viewport
    for layout in (Layout.INPUT, Layout.OUTPUT, Layout.SPLIT):
        pane.show_layout(layout)
        assert pane.viewport == before


def test_the_output_lies_at_its_placement_and_leaves_the_ground_beside_it(pane: PicturePane) -> None:
    pane.show_output(plain(BLUE, 36, 36), Placement(2, 2, 36, 36), "valid")
    pane.show_split(0.25)
    assert colour(pane, 1, 5) == RED
    assert colour(pane, 1, 25) == ground(pane)
    assert colour(pane, 3, 25) == BLUE


def test_marks_are_drawn_where_the_patch_and_the_pixel_are(pane: PicturePane) -> None:
    pane.show_layout(Layout.OUTPUT)
    pane.show_output(plain(BLUE, 20, 20), Placement(0, 0, SIZE, SIZE), "stride 2")
    before = pane.grab().toImage()
    pane.show_patch((8, 8, 13, 13), (5, 5, 6, 6))
    after = pane.grab().toImage()
    middle = at(pane, 11, 11)
    left = at(pane, 11, 10)
    assert after.pixel(left) != before.pixel(left)
    assert after.pixel(middle) == before.pixel(middle)
    pane.show_patch(None, None)
    assert pane.grab().toImage() == before


def test_side_by_side_marks_the_patch_on_the_input_and_the_pixel_on_the_output(pane: PicturePane) -> None:
    pane.show_layout(Layout.SIDE)
    QApplication.processEvents()
    pane.show_patch((10, 10, 30, 30), (15, 15, 25, 25))
    assert colour(pane, 20, 10, 0) != RED
    assert colour(pane, 20, 10, 1) == BLUE
    assert colour(pane, 20, 15, 1) != BLUE


def test_empty_says_what_to_do(qtbot: QtBot) -> None:
    pane = PicturePane()
    qtbot.addWidget(pane)
    pane.resize(400, 300)
    empty = pane.grab().toImage()
    pane.show_empty("")
    assert pane.grab().toImage() != empty
    assert not line(pane).isVisible()


def test_taking_the_pictures_away_empties_the_pane(pane: PicturePane, said: Said) -> None:
    pane.show_output(None, None, "")
    assert colour(pane, 20, 36) == RED
    pane.show_input(None, "")
    move(canvases(pane)[0], QPoint(200, 200))
    pane.zoom_in()
    assert said.pixels == []


def test_labels_shorten_themselves_and_are_read_out_whole(pane: PicturePane) -> None:
    label = "Laplacian of Gaussian 9 × 9 · convolve · reflect · symmetric ±0.83"
    pane.show_output(plain(BLUE), Placement(0, 0, SIZE, SIZE), label)
    chip = chips(pane)[label]
    assert chip.shown_text.endswith("…")
    assert chip.geometry().right() < 400
    assert chip.geometry().left() > chips(pane)["input · 40 × 40 · RGB uint8"].geometry().right()
    pane.show_reading("pixel (3, 4) = −41")
    assert pane.accessibleDescription() == f"input · 40 × 40 · RGB uint8; {label}; pixel (3, 4) = −41"


def test_busy_greys_the_label_and_moves_nothing(pane: PicturePane) -> None:
    chip = chips(pane)["Sobel x · reflect"]
    before, idle = chip.geometry(), chip.grab().toImage()
    pane.show_busy(True)
    assert chip.geometry() == before
    assert chip.grab().toImage() != idle


def test_labels_of_what_is_not_shown_are_hidden(pane: PicturePane) -> None:
    pane.show_layout(Layout.INPUT)
    assert "Sobel x · reflect" not in chips(pane)
    pane.show_layout(Layout.OUTPUT)
    assert "input · 40 × 40 · RGB uint8" not in chips(pane)


# zoom and pan


def test_it_starts_fitted_and_stays_fitted_when_the_window_grows(pane: PicturePane) -> None:
    small = pane.viewport.scale
    assert small == pytest.approx((400 - 80) / SIZE)
    pane.resize(800, 800)
    QApplication.processEvents()
    assert pane.viewport.scale == pytest.approx((800 - 80) / SIZE)


def test_a_picture_of_the_same_size_keeps_the_view_and_another_is_fitted(pane: PicturePane) -> None:
    pane.zoom_in()
    zoomed = pane.viewport
    pane.show_input(plain(BLUE), "next frame")
    assert pane.viewport == zoomed
    pane.show_input(plain(BLUE, 20, 20), "another picture")
    pane.show_output(None, None, "")
    assert pane.viewport.scale == pytest.approx((400 - 80) / 20)


def test_actual_size_is_one_to_one(pane: PicturePane) -> None:
    pane.actual_size()
    assert pane.viewport.scale == 1
    assert "100 %" in chips(pane)


def test_zooming_in_and_out_again_is_where_it_was(pane: PicturePane) -> None:
    before = pane.viewport
    pane.zoom_in()
    assert pane.viewport.scale > before.scale
    pane.zoom_out()
    assert pane.viewport.scale == pytest.approx(before.scale)


def test_the_wheel_zooms_about_the_mouse(pane: PicturePane) -> None:
    canvas = canvases(pane)[0]
    point = QPoint(120, 150)
    before = canvas.frame
    wheel(canvas, point, 4)
    assert canvas.frame.viewport.scale == pytest.approx(2 * before.viewport.scale)
    assert canvas.frame.picture_x(120) == pytest.approx(before.picture_x(120))
    assert canvas.frame.picture_y(150) == pytest.approx(before.picture_y(150))


def test_dragging_pans_and_a_double_click_fits(pane: PicturePane) -> None:
    canvas, fitted = canvases(pane)[0], pane.viewport
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    move(canvas, QPoint(110, 85), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(110, 85))
    assert pane.viewport.x == pytest.approx(fitted.x - 10 / fitted.scale)
    assert pane.viewport.y == pytest.approx(fitted.y + 15 / fitted.scale)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert pane.viewport == fitted


def test_both_views_are_linked(pane: PicturePane) -> None:
    pane.show_layout(Layout.SIDE)
    QApplication.processEvents()
    wheel(canvases(pane)[1], QPoint(60, 70), 3)
    first, second = canvases(pane)
    assert first.frame.viewport == second.frame.viewport == pane.viewport


def test_the_picture_cannot_be_dragged_away(pane: PicturePane) -> None:
    canvas = canvases(pane)[0]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    move(canvas, QPoint(100000, 100000), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton)
    assert (pane.viewport.x, pane.viewport.y) == (0, 0)


# what it says


def test_showing_never_signals(pane: PicturePane, said: Said) -> None:
    for layout in Layout:
        pane.show_layout(layout)
        pane.show_split(0.3 if layout is Layout.SPLIT else 0.7)
    pane.show_patch((0, 0, 3, 3), (1, 1, 2, 2))
    pane.show_output(plain(RED, 10, 10), Placement(0, 0, 10, 10), "other")
    pane.fit()
    assert (said.splits, said.pixels, said.steps) == ([], [], [])


def test_the_mouse_names_the_output_pixel_once_and_none_when_it_leaves(pane: PicturePane, said: Said) -> None:
    pane.show_output(plain(BLUE, 20, 20), Placement(0, 0, SIZE, SIZE), "stride 2")
    canvas = canvases(pane)[0]
    move(canvas, at(pane, 10.5, 6.5))
    move(canvas, at(pane, 10.7, 6.3))
    move(canvas, at(pane, 12.5, 6.5))
    move(canvas, QPoint(1, 1))
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert said.pixels == [(5, 3), (6, 3), None]


def test_either_view_names_the_same_pixel(pane: PicturePane, said: Said) -> None:
    pane.show_layout(Layout.SIDE)
    QApplication.processEvents()
    for number, canvas in enumerate(canvases(pane)):
        move(canvas, at(pane, 10.5, 6.5, number))
        QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert said.pixels == [(10, 6), None, (10, 6), None]


@pytest.mark.parametrize(
    ("key", "step"),
    [(Qt.Key.Key_Up, (-1, 0)), (Qt.Key.Key_Down, (1, 0)), (Qt.Key.Key_Left, (0, -1)), (Qt.Key.Key_Right, (0, 1))],
)
def test_arrow_keys_step_and_shift_goes_far(pane: PicturePane, said: Said, key: Qt.Key, step: tuple[int, int]) -> None:
    QTest.keyClick(pane, key)
    QTest.keyClick(pane, key, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(pane, Qt.Key.Key_A)
    assert said.steps == [step, (10 * step[0], 10 * step[1])]


def drag_line(pane: PicturePane, to: int) -> None:
    handle = line(pane)
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(10, 50))
    move(handle, QPoint(10 + to, 50), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton)


def test_dragging_the_line_asks_for_a_share_and_moves_only_when_told(pane: PicturePane, said: Said) -> None:
    before = line(pane).geometry()
    drag_line(pane, -80)
    assert said.splits == [pytest.approx(0.25, abs=1 / 320)]
    assert line(pane).geometry() == before
    pane.show_split(said.splits[0])
    assert line(pane).geometry().center().x() == pytest.approx(120, abs=1)
    drag_line(pane, 5000)
    assert said.splits[-1] == 1.0


def test_a_line_out_of_sight_waits_at_the_edge(pane: PicturePane) -> None:
    pane.show_split(1.0)
    wheel(canvases(pane)[0], QPoint(50, 200), 8)
    assert line(pane).geometry().center().x() == pytest.approx(400, abs=1)


def test_the_line_listens_to_the_keyboard(pane: PicturePane, said: Said) -> None:
    QTest.keyClick(line(pane), Qt.Key.Key_Left)
    QTest.keyClick(line(pane), Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert said.splits == [pytest.approx(0.49), pytest.approx(0.6)]
    assert said.steps == []


def test_everything_has_a_name(pane: PicturePane) -> None:
    assert pane.accessibleName() == "Picture"
    assert line(pane).accessibleName()
    assert pane.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_the_frame_of_the_focus_is_for_those_who_come_by_keyboard(pane: PicturePane) -> None:
    def seen(kind: QEvent.Type, reason: Qt.FocusReason) -> QImage:
        QApplication.sendEvent(pane, QFocusEvent(kind, reason))
        return pane.grab().toImage()

    plain_view = seen(QEvent.Type.FocusOut, Qt.FocusReason.OtherFocusReason)
    assert seen(QEvent.Type.FocusIn, Qt.FocusReason.MouseFocusReason) == plain_view
    assert seen(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason) != plain_view
    assert seen(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason) == plain_view
