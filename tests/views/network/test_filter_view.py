"""The filter's pictures and numbers belong together."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.core.network.view import Detail, Grid, Sees
from inspector.core.numbers_text import MINUS
from inspector.views.network.filter_view import EMPTY, SINGLE, FilterView

INPUTS, COLUMNS = 6, 3


def detail(inputs: int = INPUTS, side: int = 3, *, colour: bool = False) -> Detail:
    """A filter whose weights are 0.1 × the input channel + 0.01 × row − 0.001 × column."""
    place, row, column = np.indices((inputs, side, side))
    weights = (0.1 * place + 0.01 * row - 0.001 * column).astype(np.float32)
    grid = Grid(1, side, side, 1) if colour else Grid(inputs, side, side, COLUMNS)
    picture = np.zeros((8, 8, 3), np.uint8)
    return Detail(
        map=1, picture=picture, overlay=picture, rows=np.zeros(8, np.int64), columns=np.zeros(8, np.int64),
        colours="", counts=np.array([1]), span=(0.0, 1.0), unit=(0, 0), value=0.0,
        sees=Sees.ALL, patch=None, patch_box=None,
        filter=weights, filter_picture=np.zeros((*grid.shape, 3), np.uint8), filter_grid=grid,
    )  # fmt: skip


@pytest.fixture
def view(qtbot: QtBot) -> FilterView:
    view = FilterView()
    qtbot.addWidget(view)
    view.setFixedWidth(290)
    view.show_filter(detail())
    view.show()
    view.activateWindow()
    return view


def tile(view: FilterView, place: int) -> QPoint:
    return view.picture.area(Grid(INPUTS, 3, 3, COLUMNS).box(place)).center().toPoint()


def numbers(view: FilterView) -> np.ndarray:
    return np.array([[float(text.replace(MINUS, "-")) for text in row] for row in view.grid.table.texts])


def test_the_caption_says_size_inputs_and_range(view: FilterView) -> None:
    assert view.caption.full == "3 × 3, 6 inputs, symmetric ±0.52"
    assert view.picture.accessibleDescription() == view.caption.full


@pytest.mark.parametrize("place", range(INPUTS))
def test_a_click_shows_the_numbers_of_its_tile(view: FilterView, place: int) -> None:
    QTest.mouseClick(view.picture, Qt.MouseButton.LeftButton, pos=tile(view, place))
    assert view.input == place
    assert view.channel.full == f"input channel {place}"
    assert view.picture.mark == Grid(INPUTS, 3, 3, COLUMNS).box(place)
    np.testing.assert_allclose(numbers(view), detail().filter[place], rtol=1e-3, atol=1e-6)


def test_the_mouse_looks_and_the_click_stays(view: FilterView) -> None:
    QTest.mouseClick(view.picture, Qt.MouseButton.LeftButton, pos=tile(view, 1))
    QTest.mouseMove(view.picture, tile(view, 4))
    assert view.channel.full == "input channel 4"
    assert view.picture.mark == Grid(INPUTS, 3, 3, COLUMNS).box(1)
    QTest.mouseMove(view.picture, QPoint(0, 0))
    assert view.channel.full == "input channel 1"


def test_the_arrow_keys_go_from_tile_to_tile(view: FilterView) -> None:
    found = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(view.picture, key)
        found.append(view.input)
    assert found == [0, 1, 4, 5, 5, 4]


def test_the_chosen_channel_stays_while_the_map_changes(view: FilterView) -> None:
    QTest.mouseClick(view.picture, Qt.MouseButton.LeftButton, pos=tile(view, 5))
    view.show_filter(replace(detail(), map=2))
    assert view.input == 5
    view.show_filter(detail(2))
    assert view.input == 1


def test_to_the_filter_bench(view: FilterView) -> None:
    asked: list[int] = []
    view.to_bench.connect(asked.append)
    QTest.mouseClick(view.picture, Qt.MouseButton.LeftButton, pos=tile(view, 3))
    assert asked == []
    QTest.mouseClick(view.open, Qt.MouseButton.LeftButton)
    assert asked == [3]


def test_colours_are_one_picture_with_a_choice_of_the_channel(view: FilterView) -> None:
    view.show_filter(detail(3, colour=True))
    assert view.colours.isVisible()
    assert view.picture.mark is None
    QTest.mouseClick(view.colours.button("B"), Qt.MouseButton.LeftButton)
    assert view.input == 2
    assert view.channel.full == "B channel"
    np.testing.assert_allclose(numbers(view), detail(3).filter[2], rtol=1e-3, atol=1e-6)
    QTest.mouseMove(view.picture, view.picture.rect().center())
    assert view.channel.full == "B channel"
    QTest.keyClick(view.picture, Qt.Key.Key_Left)
    assert (view.input, view.colours.word) == (1, "G")
    view.show_filter(detail())
    assert not view.colours.isVisible()


@pytest.mark.parametrize(("side", "first"), [(7, 0), (8, 0), (11, 2)])
def test_of_large_filters_the_middle_is_shown(view: FilterView, side: int, first: int) -> None:
    view.show_filter(detail(2, side))
    assert view.grid.table.shape == (7, 7)
    assert view.grid.table.tips[0][0].startswith(f"row {first}, column {first}:")
    assert ("the middle 7 × 7" in view.channel.full) == (side > 7)
    np.testing.assert_allclose(
        numbers(view), detail(2, side).filter[0, first : first + 7, first : first + 7], rtol=6e-3, atol=1e-6
    )


def test_tints_are_those_of_the_picture(view: FilterView) -> None:
    weights = np.zeros((1, 1, 3), np.float32)
    weights[0, 0] = -2.0, 1.0, np.nan
    view.show_filter(replace(detail(1), filter=weights, filter_grid=Grid(1, 1, 3, 1)))
    assert view.grid.table.tints.tolist() == [[-1.0, 0.5, 0.0]]
    assert view.grid.table.texts == ((f"{MINUS}2", "1", "NaN"),)
    assert view.caption.full == "1 × 3, 1 input, symmetric ±2"


def test_a_single_weight_cannot_go_to_the_bench(view: FilterView) -> None:
    view.show_filter(detail(INPUTS, 1))
    assert not view.open.isEnabled()
    assert view.open.toolTip() == SINGLE
    view.show_filter(detail())
    assert view.open.isEnabled()


@pytest.mark.parametrize("nothing", [None, {"filter": None}, {"filter_picture": None, "filter_grid": None}])
def test_a_layer_without_filters_says_so(view: FilterView, nothing: dict[str, None] | None) -> None:
    view.show_filter(None if nothing is None else replace(detail(), **nothing))
    assert view.caption.full == EMPTY
    assert not any(part.isVisible() for part in (view.picture, view.grid, view.channel, view.open, view.colours))
    view.show_filter(detail())
    assert view.picture.isVisible()


def test_every_control_has_a_name_and_a_tooltip(view: FilterView) -> None:
    for control in (view.picture, *(view.colours.button(word) for word in "RGB")):
        assert control.accessibleName()
        assert control.toolTip()
    assert view.open.toolTip()
