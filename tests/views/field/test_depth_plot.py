"""The fields of all layers as a table and as lines, and what the hand chooses in them."""

from math import isnan

import numpy as np
import pytest
from pyqtgraph.exporters import CSVExporter
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.core.network.depth import DepthRow
from inspector.core.network.facts import LayerFacts
from inspector.core.network.steps import Step
from inspector.core.receptive_field.field import LayerField, ReceptiveField, Window
from inspector.views import theme
from inspector.views.field.depth_plot import EFFECTIVE, EMPTY, THEORETICAL, DepthPlot
from inspector.views.field.depth_table import EXCEEDS, PROBLEM, UNPRODUCTIVE, DepthTable, depth_line

INPUT = (3, 24, 24)
TIP, WORDS = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole


def row_of(key: str, field: LayerField, *, exceeds: bool = False, unproductive: bool = False) -> DepthRow:
    facts = LayerFacts(key, "Conv2d", (8, 24, 24), 0, 0, 0, field.field)
    return DepthRow(Step(facts, key, key), field, exceeds, unproductive)


def stack(count: int, window: Window) -> tuple[DepthRow, ...]:
    """Equal convolutions behind each other, and a layer that sees everything."""
    rows, field = [], ReceptiveField()
    for number in range(count):
        before, field = field, field.through(window)
        known = LayerField(field, field.size, covers=(field.size[0] >= 24, field.size[1] >= 24))
        exceeds, idle = max(field.size) > 24, min(before.size) >= 24
        rows.append(row_of(f"conv{number}", known, exceeds=exceeds, unproductive=idle))
    return *rows, row_of("fc", LayerField(None, covers=(True, True)))


ROWS = stack(14, Window((3, 3), padding=(1, 1)))
FLAT = stack(5, Window((1, 5)))
SIGMAS = {"conv0": (1.0, 3.0), "conv2": (2.5, 2.5)}


class Told:
    def __init__(self, widget: DepthPlot | DepthTable) -> None:
        self.keys: list[str] = []
        widget.chosen.connect(self.keys.append)


# the table


@pytest.fixture
def table(qtbot: QtBot) -> DepthTable:
    table = DepthTable()
    qtbot.addWidget(table)
    table.resize(344, 480)
    table.show_depth(INPUT, ROWS)
    table.show_chosen("conv3")
    table.show()
    table.activateWindow()
    return table


def cells(row: DepthRow) -> tuple[str, ...]:
    return depth_line(row).cells


def marked(table: DepthTable) -> list[int]:
    return [index.row() for index in table.selectionModel().selectedRows()]


def test_rows_say_size_jump_and_padding() -> None:
    assert cells(ROWS[2]) == ("conv2", "8 × 24 × 24", "7", "1", "3", "")
    assert cells(FLAT[1])[2:5] == ("1×9", "1", "0")


def test_what_is_large_or_adds_nothing_is_said_by_sign_and_word() -> None:
    marks = [cells(row)[5] for row in ROWS]
    sizes = [row.field.field.size[0] for row in ROWS[:-1]]
    assert [mark == EXCEEDS for mark in marks[:-1]] == [size == 25 for size in sizes]
    assert [mark == UNPRODUCTIVE for mark in marks[:-1]] == [size > 25 for size in sizes]
    words = {mark[2:] for mark in (EXCEEDS, UNPRODUCTIVE)}
    assert words == {"exceeds", "unproductive"}
    assert "larger than the picture" in depth_line(ROWS[12]).tip
    assert "Unproductive" in depth_line(ROWS[12]).tip


def test_fields_that_were_measured_or_are_not_known() -> None:
    measured = row_of("a", LayerField(ReceptiveField((3, 3)), (3, 3), measured=True))
    assert cells(measured)[2] == "≈3"
    assert "Found by trying." in depth_line(measured).tip
    unknown = row_of("b", LayerField(None, problem="two paths meet"))
    assert cells(unknown)[2:] == ("–", "–", "–", PROBLEM)
    assert depth_line(unknown).tip.endswith("two paths meet")
    assert cells(ROWS[-1])[2] == "all"


def test_the_input_is_the_first_row(table):
    assert table.lines[0].key == "input"
    assert table.lines[0].cells[1:5] == ("3 × 24 × 24", "1", "1", "0")
    assert len(table.lines) == len(ROWS) + 1


def test_without_a_network_it_says_what_to_do(table):
    table.show_depth(None, ())
    assert table.lines == ()
    assert table.chosen_key == ""
    assert table.empty.startswith("Choose a network")
    table.show_empty("Opening LeNet-5 …")
    assert table.empty == "Opening LeNet-5 …"


def test_mouse_and_keys_choose_layers(table):
    told = Told(table)
    where = table.visualRect(table.model().index(6, 2)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(table, key)
    assert told.keys == ["conv5", "conv6", "input", "fc"]
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, where)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, where)
    assert told.keys[4:] == ["conv5"]
    assert marked(table) == [6]


def test_showing_emits_nothing(table):
    told = Told(table)
    for key in ("conv0", "nothing", "fc", ""):
        table.show_chosen(key)
    table.show_chosen("conv4")
    table.show_depth(INPUT, FLAT)
    table.show_depth(INPUT, ROWS)
    assert told.keys == []
    assert (marked(table), table.chosen_key) == ([5], "conv4")


def test_columns_give_way_in_their_order(table):
    def hidden() -> set[int]:
        return {column for column in range(6) if table.isColumnHidden(column)}

    seen = []
    for width in range(420, 120, -2):
        table.resize(width, 480)
        if not seen or hidden() != seen[-1]:
            seen.append(hidden())
        shown = sum(table.columnWidth(column) for column in range(6) if column not in hidden())
        assert shown <= table.viewport().width() or {1, 3, 4} <= hidden()
    assert seen == [set(), {1}, {1, 4}, {1, 3, 4}]


def test_heads_and_cells_explain_themselves(table):
    heads = [table.model().headerData(column, Qt.Orientation.Horizontal, TIP) for column in range(6)]
    assert all(heads)
    index = table.model().index(3, 2)
    assert index.data(WORDS) == "r 7"
    assert "jump 1 × 1" in index.data(TIP)
    assert table.model().index(3, 5).data(WORDS) == ""


# the plot


@pytest.fixture
def plot(qtbot: QtBot) -> DepthPlot:
    plot = DepthPlot()
    qtbot.addWidget(plot)
    plot.resize(360, 200)
    plot.show_depth(ROWS, SIGMAS, INPUT[1:])
    plot.show_layer("conv3")
    plot.show()
    plot.activateWindow()
    qtbot.waitExposed(plot)
    return plot


def values(plot: DepthPlot, name: str) -> list[float]:
    return [float(value) for value in plot.curves[name].getOriginalDataset()[1]]


def same(values: list[float], expected: list[float]) -> bool:
    return np.array_equal(np.array(values), np.array(expected), equal_nan=True)


def place(plot: DepthPlot, number: float) -> QPoint:
    """Where a layer lies on the screen, at half of the height."""
    view = plot.plot.getPlotItem().getViewBox()
    middle = view.viewRect().center().y()
    return plot.plot.mapFromScene(view.mapViewToScene(QPointF(number, middle)))


def test_lines_are_the_sizes_and_the_spreads(plot):
    assert set(plot.curves) == {THEORETICAL, EFFECTIVE}
    assert same(values(plot, THEORETICAL), [*(3.0 + 2 * number for number in range(14)), float("nan")])
    spreads = values(plot, EFFECTIVE)
    assert (spreads[0], spreads[2]) == (4.0, 5.0)
    assert all(isnan(value) for number, value in enumerate(spreads) if number not in (0, 2))


def test_without_spreads_there_is_no_line_of_them(plot):
    plot.show_depth(ROWS, {}, INPUT[1:])
    assert set(plot.curves) == {THEORETICAL}


def test_fields_that_are_no_squares_have_a_line_for_each_axis(plot):
    plot.show_depth(FLAT, {"conv0": (1.0, 3.0)}, INPUT[1:])
    assert set(plot.curves) == {f"{name} {axis}" for name in (THEORETICAL, EFFECTIVE) for axis in "yx"}
    assert values(plot, f"{THEORETICAL} y")[:5] == [1.0] * 5
    assert values(plot, f"{THEORETICAL} x")[:5] == [5.0, 9.0, 13.0, 17.0, 21.0]
    assert (values(plot, f"{EFFECTIVE} y")[0], values(plot, f"{EFFECTIVE} x")[0]) == (2.0, 6.0)
    styles = {plot.curves[f"{THEORETICAL} {axis}"].opts["pen"].style() for axis in "yx"}
    assert len(styles) == 2


def test_a_click_chooses_the_layer_under_it(plot):
    told = Told(plot)
    for number in (6, 0, 13):
        QTest.mouseClick(plot.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(plot, number))
    assert told.keys == ["conv6", "conv0", "conv13"]
    QTest.mouseClick(plot.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(plot, 13))
    assert len(told.keys) == 3


def test_arrow_keys_go_from_layer_to_layer(plot):
    told = Told(plot)
    plot.plot.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(plot.plot, key)
    assert told.keys == ["conv4", "conv3", "conv2"]
    plot.show_layer("fc")
    QTest.keyClick(plot.plot, Qt.Key.Key_Right)
    plot.show_layer("input")
    QTest.keyClick(plot.plot, Qt.Key.Key_Right)
    assert told.keys[3:] == ["conv0"]


def test_the_reading_is_of_the_present_layer_or_of_that_under_the_mouse(plot, mouse):
    assert plot.reading.full == "conv3: r 9"
    mouse.move(plot.plot.viewport(), QPointF(place(plot, 2)))
    assert plot.reading.full == "conv2: r 7, 2σ 5 × 5"
    mouse.leave(plot.plot)
    assert plot.reading.full == "conv3: r 9"


def test_showing_a_layer_emits_nothing(plot):
    told = Told(plot)
    for key in ("conv1", "unknown", "", "fc"):
        plot.show_layer(key)
    assert told.keys == []
    assert plot.reading.full == "fc: r all"


def test_measuring_is_asked_for(plot):
    asked: list[None] = []
    plot.sigmas_requested.connect(lambda: asked.append(None))
    QTest.mouseClick(plot.measure, Qt.MouseButton.LeftButton)
    assert len(asked) == 1


def test_a_plot_of_nothing_says_what_to_do(plot):
    plot.show_depth((), {}, (1, 1))
    assert plot.reading.full == EMPTY
    assert not plot.measure.isEnabled()
    QTest.keyClick(plot.plot, Qt.Key.Key_Right)


def test_the_exported_numbers_are_those_of_the_lines(plot, tmp_path):
    path = tmp_path / "fields.csv"
    CSVExporter(plot.plot.getPlotItem()).export(str(path))
    head, first, *_ = path.read_text().splitlines()
    assert THEORETICAL in head
    assert [float(cell) for cell in first.strip(",").split(",")[:2]] == [0.0, 3.0]


def test_colours_follow_the_theme(plot):
    for colours in (theme.DARK, theme.LIGHT):
        plot.setPalette(theme.qt_palette(colours))
        assert plot.plot.backgroundBrush().color().name() == colours.field
        assert plot.curves[THEORETICAL].opts["pen"].color().name() == colours.accent
        assert plot.curves[EFFECTIVE].opts["pen"].color().name() == colours.warning


def test_all_layers_in_words(plot):
    assert "conv0: r 3, 2σ 2 × 6" in plot.plot.accessibleDescription()
