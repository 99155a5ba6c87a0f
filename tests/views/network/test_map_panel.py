"""The map, its numbers and its unit, looked at and chosen as by a hand."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.core.network.view import Detail, Grid, MapsShown, MapStatistics, MapsView, Sees
from inspector.core.numbers_text import four_digits
from inspector.core.receptive_field.shown import UnitSeen, box_line
from inspector.views.field.marks import Mark
from inspector.views.network.map_panel import ALONE, FIELD, HINT, MODES, OVER, UNKNOWN, WHOLE, MapPanel
from inspector.views.network.picture_box import PictureBox

COUNT, HEIGHT, WIDTH = 5, 8, 12
TITLE = "conv1 · after ReLU · 5 maps of 8 × 12"


def picture(height: int, width: int) -> np.ndarray:
    """Every pixel of another colour."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[..., 0], rgb[..., 1] = np.arange(height)[:, None] * 7, np.arange(width) * 7
    return rgb


def shown(shape: tuple[int, int, int] = (COUNT, HEIGHT, WIDTH)) -> MapsShown:
    count, height, width = shape
    detail = Detail(
        map=1, picture=picture(height, width), overlay=picture(32, 32), rows=np.arange(32), columns=np.arange(32),
        colours="viridis 0 … 3.41",
        counts=np.array([3, 0, 1]), span=(0.0, 3.41), unit=(min(2, height - 1), min(5, width - 1)), value=2.171,
        sees=Sees.PART, patch=picture(9, 6), patch_box=(-1, 4, 8, 10), filter=None, filter_picture=None, filter_grid=None,
    )  # fmt: skip
    statistics = MapStatistics(
        low=np.zeros(count), high=np.full(count, 3.41), mean=np.full(count, 0.52), std=np.full(count, 0.61),
        zeros=np.full(count, 0.382), dead=np.zeros(count, bool), order=np.arange(count)[::-1], bad=0,
    )  # fmt: skip
    atlas = picture(8, 8)
    return MapsShown(MapsView("conv1", map=1), shape, Grid(count, height, width, 3), atlas, (), "each map", statistics, detail)


def with_detail(one: MapsShown, **fields: object) -> MapsShown:
    return replace(one, detail=replace(one.detail, **fields))


def with_statistics(one: MapsShown, **fields: object) -> MapsShown:
    return replace(one, statistics=replace(one.statistics, **fields))


@pytest.fixture
def panel(qtbot: QtBot) -> MapPanel:
    panel = MapPanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(290)
    panel.show_detail(shown(), TITLE)
    panel.show()
    panel.activateWindow()
    return panel


@pytest.fixture
def units(panel: MapPanel) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    panel.unit_chosen.connect(lambda y, x: found.append((y, x)))
    return found


@pytest.fixture
def opacities(panel: MapPanel) -> list[float]:
    found: list[float] = []
    panel.opacity_changed.connect(found.append)
    return found


def centre(box: PictureBox, y: int, x: int) -> QPoint:
    return box.area((y, x, y + 1, x + 1)).center().toPoint()


def press(panel: MapPanel, mode: str) -> None:
    QTest.mouseClick(panel.mode.button(mode), Qt.MouseButton.LeftButton)


def test_all_is_said(panel: MapPanel) -> None:
    assert (panel.section.heading.text(), panel.section.aside.text(), panel.title.full) == ("MAP 1", "4 of 5", TITLE)
    numbers = panel.numbers
    assert [value.text() for value in numbers.values.values()] == ["0", "3.41", "0.52", "0.61", "38.2 %"]
    assert panel.numbers.warning.full == ""
    assert panel.colours.full == "viridis 0 … 3.41"
    assert panel.unit.heading.text() == "UNIT (1, 2, 5) = 2.171"
    assert panel.unit.sees.text() == panel.unit.patch.accessibleDescription() == "sees 9 × 6 px of the input"
    assert panel.histogram.range_at(panel.histogram.width() / 2) == (1, 3.41 / 3, 2 * 3.41 / 3)


def test_a_click_chooses_the_unit_under_it(panel: MapPanel, units: list[tuple[int, int]]) -> None:
    for unit in ((0, 0), (7, 11), (3, 9)):
        QTest.mouseClick(panel.picture, Qt.MouseButton.LeftButton, pos=centre(panel.picture, *unit))
    assert units == [(0, 0), (7, 11), (3, 9)]


def test_what_is_beside_or_chosen_already_chooses_nothing(panel: MapPanel, units: list[tuple[int, int]]) -> None:
    QTest.mouseClick(panel.picture, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))  # the ground above the picture
    QTest.mouseClick(panel.picture, Qt.MouseButton.LeftButton, pos=centre(panel.picture, 2, 5))
    QTest.mouseClick(panel.picture, Qt.MouseButton.RightButton, pos=centre(panel.picture, 3, 3))
    QTest.mouseMove(panel.picture, centre(panel.picture, 4, 4))
    assert units == []


def test_dragging_chooses_on_the_way(panel: MapPanel, units: list[tuple[int, int]]) -> None:
    QTest.mousePress(panel.picture, Qt.MouseButton.LeftButton, pos=centre(panel.picture, 3, 3))
    QTest.mouseMove(panel.picture, centre(panel.picture, 3, 4))
    QTest.mouseRelease(panel.picture, Qt.MouseButton.LeftButton, pos=centre(panel.picture, 3, 4))
    assert units == [(3, 3), (3, 4)]


def test_arrow_keys_step_within_the_map(panel: MapPanel, units: list[tuple[int, int]]) -> None:
    panel.unit_chosen.connect(lambda y, x: panel.show_detail(with_detail(shown(), unit=(y, x)), TITLE))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        QTest.keyClick(panel.picture, key)
    assert units == [(1, 5), (0, 5), (0, 6), (1, 6), (1, 5)]


def test_the_unit_is_marked_in_the_map_and_its_field_over_the_input(panel: MapPanel, units: list[tuple[int, int]]) -> None:
    assert panel.picture.mark == (2, 5, 3, 6)
    assert panel.picture.picture.shape == (HEIGHT, WIDTH, 3)
    press(panel, OVER)
    assert panel.picture.mark == (-1, 4, 8, 10)
    assert panel.picture.picture.shape == (32, 32, 3)
    QTest.mouseClick(panel.picture, Qt.MouseButton.LeftButton, pos=centre(panel.picture, 3, 3))
    QTest.keyClick(panel.picture, Qt.Key.Key_Up)
    assert units == []


def test_the_mark_is_painted_around_the_unit(panel: MapPanel) -> None:
    image = panel.picture.grab().toImage()
    area = panel.picture.area((2, 5, 3, 6))
    assert image.pixelColor(area.topLeft().toPoint()) == Qt.GlobalColor.white
    assert image.pixelColor(area.center().toPoint()).getRgb()[:3] == (14, 35, 0)


def test_a_unit_of_a_vector_that_is_zero_is_not_called_dead(panel: MapPanel) -> None:
    fields = {"dead": np.ones(COUNT, bool), "zeros": np.ones(COUNT)}
    panel.show_detail(with_statistics(shown(), **fields), TITLE)
    assert panel.numbers.warning.full == "dead: every value is 0"
    panel.show_detail(with_statistics(shown((COUNT, 1, 1)), **fields), TITLE)
    assert panel.numbers.warning.full == ""


def test_pixels_stay_crisp(panel: MapPanel) -> None:
    image = panel.picture.grab().toImage()
    for unit in ((0, 0), (7, 11), (4, 8)):
        area = panel.picture.area((unit[0], unit[1], unit[0] + 1, unit[1] + 1)).adjusted(1, 1, -2, -2)
        for corner in (area.topLeft(), area.bottomRight(), QPointF(area.left(), area.bottom())):
            assert image.pixelColor(corner.toPoint()).getRgb()[:2] == (7 * unit[0], 7 * unit[1])


def test_the_slider_tells_live_and_turns_to_the_input(panel: MapPanel, opacities: list[float]) -> None:
    one = shown()
    panel.show_detail(one, TITLE)
    assert panel.picture.picture is one.detail.picture
    panel.opacity.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_End):
        QTest.keyClick(panel.opacity, key)
    assert opacities == [0.61, 0.71, 1.0]
    assert panel.opacity.value() == 100
    assert panel.mode.word == OVER
    assert panel.picture.picture is one.detail.overlay


@pytest.mark.parametrize("opacity", [0.0, 0.333, 0.6, 1.0])
def test_showing_emits_nothing(panel: MapPanel, opacities: list[float], units: list[tuple[int, int]], opacity: float) -> None:
    panel.show_opacity(opacity)
    panel.show_detail(with_detail(shown(), unit=(0, 1), map=2), "")
    panel.show_detail(None, "")
    assert panel.opacity.value() == round(100 * opacity)
    assert opacities == []
    assert units == []


def test_a_late_result_leaves_the_slider_where_the_hand_has_put_it(panel: MapPanel) -> None:
    press(panel, OVER)
    panel.opacity.setValue(85)
    panel.show_detail(shown(), TITLE)
    assert panel.opacity.value() == 85


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"dead": np.ones(COUNT, bool), "zeros": np.ones(COUNT)}, "dead: every value is 0"),
        ({"dead": np.ones(COUNT, bool), "zeros": np.zeros(COUNT), "bad": 480}, "dead: no value is finite · 480 values"),
        ({"bad": 1234}, "1,234 values of the layer are NaN or infinite"),
    ],
)
def test_what_is_wrong_is_said(panel: MapPanel, fields: dict[str, object], words: str) -> None:
    panel.show_detail(with_statistics(shown(), **fields), TITLE)
    assert panel.numbers.warning.full.startswith(words)
    no_numbers = "no value is finite" in words
    assert (panel.numbers.values["mean"].text() == "–") == no_numbers


@pytest.mark.parametrize(
    ("sees", "words"),
    [(Sees.ALL, WHOLE), (Sees.UNKNOWN, UNKNOWN)],
)
@pytest.mark.parametrize("shape", [(COUNT, HEIGHT, WIDTH), (COUNT, 1, 1)])
def test_without_a_patch_it_is_said_why(panel: MapPanel, sees: Sees, shape: tuple[int, int, int], words: str) -> None:
    panel.show_detail(with_detail(shown(shape), patch=None, patch_box=None, sees=sees), TITLE)
    assert panel.unit.sees.text() == words
    assert not panel.unit.patch.isVisible()
    without = panel.unit.sizeHint().height()
    panel.show_detail(shown(), TITLE)
    assert panel.unit.sizeHint().height() == without, "what is below keeps its place"


def test_a_layer_without_an_image_plane(panel: MapPanel) -> None:
    panel.show_detail(shown((COUNT, 1, 1)), TITLE)
    assert panel.unit.heading.text() == f"UNIT 1 = {four_digits(2.171)}"
    assert panel.picture.mark is None
    panel.grab()


def test_nothing_to_show_says_what_to_do(panel: MapPanel, units: list[tuple[int, int]]) -> None:
    height = panel.sizeHint().height()
    panel.show_detail(None, "")
    assert panel.title.full == HINT
    assert panel.sizeHint().height() == height
    QTest.mouseClick(panel.picture, Qt.MouseButton.LeftButton)
    QTest.keyClick(panel.picture, Qt.Key.Key_Up)
    press(panel, OVER)
    assert units == []
    panel.grab()


@pytest.mark.parametrize("shape", [(0, HEIGHT, WIDTH), (COUNT, 0, 0)])
def test_a_tensor_without_values(panel: MapPanel, units: list[tuple[int, int]], shape: tuple[int, int, int]) -> None:
    nothing = {"map": 0, "picture": np.zeros((*shape[1:], 3), np.uint8), "unit": (0, 0), "value": np.nan}
    empty = replace(with_detail(shown(), **nothing), shape=shape)
    panel.show_detail(with_statistics(empty, order=np.arange(shape[0])), TITLE)
    QTest.keyClick(panel.picture, Qt.Key.Key_Down)
    assert units == []
    assert (panel.title.full, panel.numbers.values["min"].text(), panel.picture.picture) == (TITLE, "–", None)


def test_the_wheel_moves_the_slider_only_with_the_focus(panel: MapPanel, opacities: list[float]) -> None:
    press(panel, OVER)
    panel.picture.setFocus()
    turn = QPoint(0, 120)
    for focused in (False, True):
        if focused:
            panel.opacity.setFocus()
        QApplication.sendEvent(panel.opacity, wheel(panel, turn))
        assert bool(opacities) == focused


def wheel(panel: MapPanel, turn: QPoint) -> QWheelEvent:
    place = QPointF(panel.opacity.rect().center())
    return QWheelEvent(
        place, QPointF(panel.opacity.mapToGlobal(place)), QPoint(), turn,
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip


def test_every_control_has_a_name_and_a_tooltip(panel: MapPanel) -> None:
    for control in (*(panel.mode.button(word) for word in MODES), panel.opacity, panel.picture, panel.unit.filter):
        assert control.accessibleName()
        assert control.toolTip()


# ---- fields ----------------------------------------------------------------------------------------------------

INPUT = np.full((32, 32, 3), 90, np.uint8)
SEEN = UnitSeen("conv1", TITLE, 3, (1, 8), 0.75, (2, -4, 9, 6), picture(7, 10), 0.4, whole=False)
MARK = Mark(SEEN.box)


@pytest.fixture
def wishes(panel: MapPanel) -> list[bool]:
    found: list[bool] = []
    panel.field_wished.connect(found.append)
    return found


def test_the_field_takes_the_place_of_the_map_and_is_asked_for(panel: MapPanel, wishes: list[bool]) -> None:
    assert not panel.wishes_field
    press(panel, FIELD)
    assert panel.wishes_field
    assert wishes == [True]
    assert panel.field.isVisible()
    assert not panel.picture.isVisible()
    press(panel, ALONE)
    assert wishes == [True, False]
    assert panel.picture.isVisible()
    assert not panel.field.isVisible()


def test_the_unit_under_the_mouse_is_told_over_the_chosen_one(panel: MapPanel) -> None:
    press(panel, FIELD)
    panel.show_seen(SEEN, INPUT, (MARK,), "absolute gradient, this picture · σ 2 × 3 px")
    assert panel.unit.heading.text() == "UNIT (3, 1, 8) = 0.75"
    assert panel.unit.patch.picture is SEEN.crop
    assert panel.unit.sees.text() == panel.unit.patch.accessibleDescription() == box_line(SEEN)
    assert panel.field.fields == (MARK,)
    assert panel.field.picture is INPUT
    assert panel.colours.full == panel.field.accessibleDescription() == "absolute gradient, this picture · σ 2 × 3 px"


def test_without_a_unit_under_the_mouse_the_chosen_one_stays(panel: MapPanel) -> None:
    before = panel.unit.heading.text()
    panel.show_seen(None, INPUT, (MARK,), "")
    assert panel.unit.heading.text() == before
    panel.show_seen(SEEN, INPUT, (MARK,), "")
    panel.show_detail(shown(), TITLE)
    assert panel.unit.heading.text() == before


def test_what_is_said_of_a_field_is_not_said_of_a_map(panel: MapPanel) -> None:
    panel.show_seen(SEEN, INPUT, (MARK,), "σ 2 × 3 px")
    assert panel.colours.full == "viridis 0 … 3.41"
    press(panel, FIELD)
    panel.show_seen(SEEN, INPUT, (MARK,), "σ 2 × 3 px")
    press(panel, ALONE)
    assert panel.colours.full == "viridis 0 … 3.41"


def test_a_unit_without_a_crop_has_words_alone(panel: MapPanel) -> None:
    panel.show_seen(replace(SEEN, crop=None), INPUT, (), "")
    assert not panel.unit.patch.isVisible()
    assert panel.unit.sees.text() == box_line(SEEN)


def test_the_slider_turns_from_the_field_to_the_input(panel: MapPanel, wishes: list[bool]) -> None:
    press(panel, FIELD)
    panel.opacity.setFocus()
    QTest.keyClick(panel.opacity, Qt.Key.Key_Right)
    assert panel.mode.word == OVER
    assert wishes == [True, False]
    assert panel.picture.isVisible()
