"""The table and the strip: saw-tooth, decisions, orbits, places and winners, read and chosen as by a hand."""

from math import nan

import numpy as np
import pytest
from pyqtgraph import PlotDataItem, ScatterPlotItem
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.core.shift.measures import Lack
from inspector.core.shift.pictures import positions_shown
from inspector.core.shift.pooled import PoolShown
from inspector.core.shift.results import UNKNOWN, DecisionMap
from inspector.core.shift.settings import Axis, Strip
from inspector.core.shift.shown import Curve, Curves, LayerNow, Measure, Orbit, Turning
from inspector.views import theme
from inspector.views.shift.decision_cells import EMPTY as NOT_JUDGED
from inspector.views.shift.decision_legend import COLOURS
from inspector.views.shift.decision_view import MARGIN, PROBABILITY, TOP, DecisionView
from inspector.views.shift.orbits import Orbits
from inspector.views.shift.pooling_view import EMPTY as NO_POOL
from inspector.views.shift.pooling_view import PoolingView
from inspector.views.shift.positions import Positions
from inspector.views.shift.saw_tooth import EMPTY, SawTooth
from inspector.views.shift.shift_table import ShiftTable, heat_colour
from inspector.views.shift.strip import BY_STRIP, StripPane

LEFT = Qt.MouseButton.LeftButton
AMOUNTS = np.arange(-16.0, 17.0)
TOLD = list[tuple[float, float]]


def made(qtbot: QtBot, kind, width: int = 560, height: int = 220):
    widget = kind()
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


# the table


def now(key: str, error: float = 0.3, lack: Lack | None = None) -> LayerNow:
    return LayerNow(key, (2.0, 2.0), error, 0.1, 1.4, 0.9, nan, 0.87, True, lack)


ROWS = (now("conv1"), now("pool1", 0.0), now("fc", nan, Lack.NO_GRID))


@pytest.fixture
def table(qtbot: QtBot) -> ShiftTable:
    table = made(qtbot, ShiftTable, 344, 300)
    table.show_layers(ROWS)
    return table


def test_every_cell_has_its_number_and_its_colour(table):
    assert table.lines[0].cells == ("conv1", "2", "0.3", "0.1", "1.4", "0.9", "–")
    assert [table.heat(0, column) for column in range(7)] == [None, None, 0.3, 0.1, 1.0, 0.9, None]
    assert (table.heat(1, 2), table.heat(2, 2)) == (0.0, None)
    assert heat_colour(0.0).lightness() < heat_colour(0.5).lightness() < heat_colour(1.0).lightness()
    assert str(Lack.NO_GRID) in table.lines[2].tip


def test_the_colours_are_on_the_screen(table):
    index = table.model().index(0, 2)
    corner = table.visualRect(index).topLeft() + QPoint(2, 2)
    assert table.viewport().grab().toImage().pixelColor(corner) == heat_colour(0.3)


def test_new_numbers_move_nothing(table):
    told: list[str] = []
    table.chosen.connect(told.append)
    table.show_chosen("pool1")
    widths = [table.columnWidth(column) for column in range(7)]
    table.show_layers((now("conv1", 0.123), now("pool1", 1.0), now("fc", nan)))
    assert [table.columnWidth(column) for column in range(7)] == widths
    assert (table.chosen_key, told) == ("pool1", [])
    assert table.model().index(0, 2).data() == "0.123"
    where = table.visualRect(table.model().index(0, 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=where)
    QTest.keyClick(table, Qt.Key.Key_End)
    assert told == ["conv1", "fc"]


# the saw-tooth


def tooth(jump: float) -> np.ndarray:
    return np.abs((AMOUNTS / jump) % 1 - np.round((AMOUNTS / jump) % 1))


def curve(key: str, jump: float | None, scale: float = 1.0) -> Curve:
    values = tooth(jump or 1.0) * scale if jump else np.full(len(AMOUNTS), nan)
    return Curve(key, {Measure.EQUIVARIANCE: values, Measure.INTERIOR: values / 2, Measure.INVARIANCE: AMOUNTS**2 / 256}, jump)


def curves(axis: Axis = Axis.X, title: str = "LeNet") -> Curves:
    layers = curve("conv1", 1.0), curve("pool1", 2.0), curve("pool2", 4.0), curve("fc", None)
    return Curves(axis, AMOUNTS, layers, np.abs(AMOUNTS) / 20, title)


@pytest.fixture
def plot(qtbot: QtBot) -> SawTooth:
    plot = made(qtbot, SawTooth)
    plot.show_curves(curves())
    plot.show_layer("pool2")
    return plot


def at(plot, x: float) -> QPoint:
    """Where an amount lies on the screen."""
    view = plot.getPlotItem().getViewBox()
    return plot.mapFromScene(view.mapViewToScene(QPointF(x, view.viewRect().center().y())))


def test_lines_stand_at_the_multiples_of_the_jump(plot):
    assert plot.teeth == [-16, -12, -8, -4, 0, 4, 8, 12, 16]
    for without in ("fc", "conv1"):  # no jump, and a jump that every pixel is a multiple of
        plot.show_layer(without)
        assert plot.teeth == []


def test_the_present_layer_is_bold_and_others_are_thin(plot):
    bold = plot.plot.curves["pool2"]
    thin = [item for item in plot.plot.getPlotItem().listDataItems() if isinstance(item, PlotDataItem) and not item.name()]
    assert len(thin) == 2  # conv1 and pool1; of fc nothing is defined
    assert all(item.opts["pen"].widthF() < bold.opts["pen"].widthF() for item in thin)
    assert np.array_equal(bold.getOriginalDataset()[1], curves().layers[2].values[Measure.EQUIVARIANCE])


def test_the_curve_is_ringed_at_the_multiples_of_the_jump(plot):
    (rings,) = [item for item in plot.plot.getPlotItem().listDataItems() if isinstance(item, ScatterPlotItem)]
    assert list(rings.data["x"]) == plot.teeth
    assert not rings.data["y"].any()
    assert plot.names.texts == ("pool2", "jump 1: conv1", "jump 2: pool1", "jump 4: pool2")


@pytest.mark.parametrize(("y", "said", "thick"), [
    (0.5, "right 3 px: pool1 0.5 · jump 2", 2), (0.25, "right 3 px: pool2 0.25 · jump 4", 1),
    (0.4, "right 3 px: pool2 0.25 · jump 4", 1),
])  # fmt: skip
def test_the_line_under_the_mouse_is_named_and_thickened(plot, mouse, y, said, thick):
    view = plot.plot.getPlotItem().getViewBox()
    mouse.move(plot.plot.viewport(), QPointF(plot.plot.mapFromScene(view.mapViewToScene(QPointF(3, y)))))
    assert plot.reading.full == said
    lines = [item for item in plot.plot.getPlotItem().listDataItems() if isinstance(item, PlotDataItem)]
    assert len([item for item in lines if item.opts["pen"].widthF() > 1]) == thick
    mouse.leave(plot.plot)
    assert plot.reading.full == "not moved: pool2 0 · jump 4"


def test_a_click_chooses_the_nearest_shift_along_the_axis(plot):
    told: TOLD = []
    plot.shift_chosen.connect(lambda dy, dx: told.append((dy, dx)))
    QTest.mouseClick(plot.plot.viewport(), LEFT, pos=at(plot.plot, 5.2))
    plot.show_curves(curves(Axis.Y))
    QTest.mouseClick(plot.plot.viewport(), LEFT, pos=at(plot.plot, -8.1))
    plot.show_curves(curves(Axis.DIAGONAL))
    QTest.mouseClick(plot.plot.viewport(), LEFT, pos=at(plot.plot, 3))
    assert told == [(0, 5), (-8, 0), (3, 3)]


def test_arrow_keys_go_to_the_next_shift(plot):
    told: TOLD = []
    plot.shift_chosen.connect(lambda dy, dx: told.append((dy, dx)))
    plot.show_shift(0, 15)
    QTest.keyClick(plot.plot, Qt.Key.Key_Right)
    QTest.keyClick(plot.plot, Qt.Key.Key_Left)
    plot.show_shift(0, 16)
    QTest.keyClick(plot.plot, Qt.Key.Key_Right)
    assert told == [(0, 16), (0, 14)]


def test_the_present_shift_is_marked_and_read(plot):
    plot.show_shift(0, 2)
    assert plot._present.value() == 2
    assert plot.reading.full == "right 2 px: pool2 0.5 · jump 4"
    assert plot._present.pen.style() is Qt.PenStyle.SolidLine
    plot.show_shift(3, 2)
    assert plot._present.pen.style() is Qt.PenStyle.DashLine


def test_other_networks_have_broken_lines_with_their_title(plot):
    plot.show_curves(curves(), (curves(title="MLP"),))
    other = plot.plot.curves["MLP: pool2"]
    assert other.opts["pen"].style() is not Qt.PenStyle.SolidLine
    assert "MLP: pool2 0" in plot.reading.full


def test_measures_are_drawn_in_turn(plot):
    plot.measure.setCurrentText(Measure.OUTPUT)
    plot.measure.textActivated.emit(Measure.OUTPUT)
    assert set(plot.plot.curves) == {"output"}
    assert plot.teeth == []


def test_the_axis_is_a_choice_of_the_hand(plot, loop):
    plot.updated.connect(loop.take)
    QTest.mouseClick(plot.axis.button("xy"), LEFT)
    assert loop.state.shift.axis is Axis.DIAGONAL


def test_a_plot_of_nothing_says_so(plot):
    plot.show_curves(None)
    assert plot.reading.full == EMPTY
    QTest.keyClick(plot.plot, Qt.Key.Key_Right)
    for colours in (theme.DARK, theme.LIGHT):
        plot.plot.setPalette(theme.qt_palette(colours))
        assert plot.plot.backgroundBrush().color().name() == colours.field


# decisions

CLASSES = np.where(np.arange(33)[:, None] > 20, 1, 0) + np.zeros((33, 33), int)


def decided(known: np.ndarray | None = None) -> DecisionMap:
    seen = np.ones((33, 33), bool) if known is None else known
    classes = np.where(seen, CLASSES, UNKNOWN)
    values = np.where(seen, 0.75, nan)
    return DecisionMap(16, classes, values, values / 2, seen)


@pytest.fixture
def view(qtbot: QtBot) -> DecisionView:
    view = made(qtbot, DecisionView)
    view.show_decisions(decided(), ("cat", "dog"))
    return view


def cell(view: DecisionView, dy: int, dx: int) -> QPoint:
    return view.cells.area((dy + 16, dx + 16, dy + 17, dx + 17)).center().toPoint()


def test_a_click_on_a_cell_chooses_its_shift(view):
    told: TOLD = []
    view.shift_chosen.connect(lambda dy, dx: told.append((dy, dx)))
    for shift in ((0, 5), (-16, 16), (16, -16)):
        QTest.mouseClick(view.cells, LEFT, pos=cell(view, *shift))
    assert told == [(0, 5), (-16, 16), (16, -16)]


def test_arrow_keys_step_from_the_present_cell(view):
    told: TOLD = []
    view.shift_chosen.connect(lambda dy, dx: told.append((dy, dx)))
    view.show_shift(2, -3)
    QTest.keyClick(view.cells, Qt.Key.Key_Down)
    assert told == [(3, -3)]


def test_the_present_shift_is_framed(view):
    view.show_shift(2, -3)
    assert view.cells.mark == (18, 13, 19, 14)
    for beyond in ((17, 0), (0.5, 0)):
        view.show_shift(*beyond)
        assert view.cells.mark is None


def test_classes_have_colours_letters_and_names(view):
    assert [(entry.letter, entry.name) for entry in view.legend.entries] == [("A", "cat"), ("B", "dog")]
    assert {number for _, number in view.cells._lettered()} == {0, 1}
    assert "of 1,089 shifts judged alike" in view.line.full


def test_what_is_under_the_mouse_is_read(view, mouse):
    mouse.move(view.cells, QPointF(cell(view, 6, 1)))
    assert view.reading.full == "right 1 px, down 6 px: dog, probability 0.75, margin 0.375"


def test_the_present_shift_is_read_anew_as_it_moves(view):
    view.show_shift(6, 1)
    assert view.reading.full.startswith("right 1 px, down 6 px: dog")
    view.show_shift(0, 40)
    assert view.reading.full == "the picture lies beyond the map, or between its cells"


def test_unknown_cells_are_hatched(view):
    known = np.zeros((33, 33), bool)
    known[::8, ::8] = True
    view.show_decisions(decided(known), ("cat", "dog"))
    image = view.cells.grab().toImage()
    area = view.cells.area((1, 1, 7, 7)).toRect()
    seen = {image.pixelColor(x, y).name() for x in range(area.left(), area.right()) for y in range(area.top(), area.bottom())}
    assert len(seen) >= 2
    full = view.cells.area((0, 0, 1, 1)).center().toPoint()
    assert image.pixelColor(full).name() == COLOURS[0]
    assert "so far" in view.line.full


def test_probability_and_margin_have_a_scale(view):
    for word in (PROBABILITY, MARGIN):
        view.view.setCurrentText(word)
        view.view.textActivated.emit(word)
        assert view.scale.isVisible()
        assert not view.legend.isVisible()
    view.view.setCurrentText(TOP)
    view.view.textActivated.emit(TOP)
    assert view.legend.isVisible()


def test_without_judgements_nothing_can_be_chosen(view):
    view.show_decisions(None, ())
    QTest.mouseClick(view.cells, LEFT)
    QTest.keyClick(view.cells, Qt.Key.Key_Up)
    assert view.cells.picture is None
    assert view.reading.full == NOT_JUDGED


# orbits

ANGLES = np.arange(-180.0, 181.0, 10)


def turned() -> Orbit:
    return Orbit(Turning.ROTATION, ANGLES, 0.5 + 0.4 * np.cos(np.deg2rad(ANGLES)), np.abs(ANGLES) / 180, "7", "conv1")


def scaled() -> Orbit:
    factors = 2.0 ** np.linspace(-1, 1, 9)
    return Orbit(Turning.SCALE, factors, 1 / factors / 2, np.abs(factors - 1), "7", "conv1")


@pytest.fixture
def orbits(qtbot: QtBot) -> Orbits:
    orbits = made(qtbot, Orbits)
    orbits.show_orbits(turned(), scaled())
    return orbits


def test_probability_and_error_round_the_pole(orbits):
    x, y = orbits.polar.curves["probability: 7"].getOriginalDataset()
    assert np.allclose(np.hypot(x, y), turned().probability)
    assert set(orbits.line.curves) == {"probability: 7", "error: conv1"}
    assert orbits.names.texts == ("probability: 7", "error: conv1", "slope at rest")
    assert "error 0.00556 (upwards)" in orbits.slopes.full


def test_a_click_turns_the_picture(orbits, loop):
    orbits.updated.connect(loop.take)
    QTest.mouseClick(orbits.line.viewport(), LEFT, pos=at(orbits.line, 42))
    assert loop.state.shift.angle == 40
    view = orbits.polar.getPlotItem().getViewBox()
    QTest.mouseClick(orbits.polar.viewport(), LEFT, pos=orbits.polar.mapFromScene(view.mapViewToScene(QPointF(0, 0.8))))
    assert loop.state.shift.angle == 90
    orbits.show_present(90, 1)
    QTest.keyClick(orbits.line, Qt.Key.Key_Left)
    assert loop.state.shift.angle == 80


def test_scales_are_chosen_alike(orbits, loop):
    orbits.updated.connect(loop.take)
    told: list[object] = []
    orbits.turning_chosen.connect(told.append)
    QTest.mouseClick(orbits.choice.button("Scale"), LEFT)
    assert told == [Turning.SCALE]
    assert not orbits.polar.isVisible()
    QTest.mouseClick(orbits.line.viewport(), LEFT, pos=at(orbits.line, 1.95))
    assert loop.state.shift.scale == 2


def test_orbits_of_nothing(orbits):
    orbits.show_orbits()
    assert "orbit appears here" in orbits.reading.full
    QTest.keyClick(orbits.line, Qt.Key.Key_Right)


# places and winners


def test_errors_of_places_and_maps(qtbot, mouse):
    view = made(qtbot, Positions)
    view.show_positions(positions_shown(np.array([[0.1, nan], [0.3, 0.4]]), np.array([0.5, nan, 1.0]), "conv1"), 0)
    told: list[int] = []
    view.map_chosen.connect(told.append)
    mouse.move(view.places, view.places.area((1, 0, 2, 1)).center())
    assert view.reading.full == "place (y 1, x 0): error 0.3 · conv1"
    mouse.move(view.places, view.places.area((0, 1, 1, 2)).center())
    assert "not compared" in view.reading.full
    assert view.maps.bar(2).height() == pytest.approx(2 * view.maps.bar(0).height())
    assert view.maps.bar(1).height() == 0
    QTest.mouseClick(view.maps, LEFT, pos=QPoint(view.maps.width() - 4, 20))
    QTest.keyClick(view.maps, Qt.Key.Key_Right)
    QTest.keyClick(view.maps, Qt.Key.Key_Left)
    assert told == [2, 1]
    assert view.scale.words == ("0", "grey: not compared", "0.4")
    view.show_positions(None)
    assert view.places.picture is None


def test_errors_that_are_not_defined_are_no_errors_of_nothing(qtbot):
    view = made(qtbot, Positions)
    view.show_positions(positions_shown(np.full((2, 2), nan), np.full(3, nan), "conv1"), 0)
    assert view.reading.full == "conv1 · undefined: nothing could be compared"
    assert view.scale.words is None
    image = view.maps.grab().toImage()
    middle = image.height() // 2
    assert len({image.pixelColor(x, y).name() for x in range(image.width()) for y in range(middle - 8, middle + 8)}) > 1


def test_winners_are_marked_each_kind_by_its_sign(qtbot):
    view = made(qtbot, PoolingView)
    assert view.words.full == NO_POOL
    view.show_winners(None, "No max pooling in LeNet-5")
    assert view.words.full == "No max pooling in LeNet-5"
    rgb, none = np.zeros((4, 4, 3), np.uint8), np.empty((0, 2), np.int64)
    places = [np.array([place]) for place in ([0, 0], [1, 1], [2, 2], [3, 3])]
    view.show_winners(PoolShown(rgb, rgb, *places, (0.0, 1.0), "conv1 · map 0"))
    assert view.words.full == "1 of 2 winners new, 1 lost · the map moves by dy 0, dx 1"
    image = view.after.grab().toImage()
    colours = [image.pixelColor(view.after.area((y, y, y + 1, y + 1)).center().toPoint()).name() for y in (1, 2, 3)]
    assert len(set(colours)) == 3
    view.show_winners(PoolShown(rgb, rgb, none, none, none, none, None, ""))
    assert "not known" in view.words.full


def test_the_strip_shows_what_is_chosen(qtbot, loop):
    strip = made(qtbot, StripPane, 600, 252)
    strip.updated.connect(loop.take)
    for wanted in (*Strip, Strip.SAWTOOTH):
        QTest.mouseClick(strip.choice.button(BY_STRIP[wanted]), LEFT)
        assert loop.state.shift.strip is wanted
        strip.show_strip(wanted)
    views = strip.saw_tooth, strip.decisions, strip.orbits, strip.positions, strip.pooling
    for wanted, view in zip(Strip, views, strict=True):
        strip.show_strip(wanted)
        assert view.isVisible()
