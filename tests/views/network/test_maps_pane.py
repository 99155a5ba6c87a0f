"""The maps pane: what lies where, and what mouse and keyboard make it say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from inspector.core.network.inspection import Maps
from inspector.core.network.settings import Order
from inspector.core.network.statistics import statistics
from inspector.core.network.view import Box, Detail, Grid, MapsShown, MapsView, Sees
from inspector.core.numbers_text import four_digits
from inspector.views.network.maps_canvas import NUMBERED, Cells, MapsCanvas, Signs
from inspector.views.network.maps_pane import BARS, CELLS, EMPTY, MapsPane
from inspector.views.network.maps_reading import under, under_large, unit_box
from inspector.views.network.segments import Segments
from inspector.views.network.unit_bars import MOST, UnitBars, span
from inspector.views.network.zoom_canvas import ZoomCanvas
from inspector.views.theme import DARK, colours_of
from inspector.views.viewport import Frame, Viewport
from inspector.views.widgets.chip import Chip

SIDE = 8  # of the maps
OVERLAY = np.full((64, 64, 3), (30, 120, 60), np.uint8)
NAMES = tuple(f"class {index}" for index in range(10))


def some_maps(count: int = 12, side: int = SIDE) -> Maps:
    """Ramps with noise; every fifth map is dead."""
    maps = np.random.default_rng(count).uniform(0.5, 3, (count, side, side)).astype(np.float32)
    maps[::5] = 0
    return maps


def some_units(count: int = 10) -> Maps:
    return np.random.default_rng(count).normal(0, 1, (count, 1, 1)).astype(np.float32)


def shown_of(maps: Maps, index: int = 1, *, columns: int = 4, order: Order = Order.INDEX, patch: Box | None = None) -> MapsShown:
    count, height, width = maps.shape
    grid = Grid(count, height, width, min(columns, count), 1 if height > 1 else 0)
    unit = tuple(int(number) for number in np.unravel_index(maps[index].argmax(), maps.shape[1:]))
    rows, columns = (np.arange(64) * side // 64 for side in (height, width))
    detail = Detail(
        index, OVERLAY, OVERLAY, rows, columns, "viridis 0 … 3", np.zeros(4, np.int64), (0.0, 3.0), (unit[0], unit[1]),
        float(maps[index].max()),
        Sees.UNKNOWN if patch is None else Sees.PART, None, patch, None, None, None,
    )  # fmt: skip
    atlas = np.full((*grid.shape, 3), (10, 90, 100), np.uint8)
    return MapsShown(
        MapsView("conv1", order=order), maps.shape, grid, atlas, (), "each map its own", statistics(maps, order), detail
    )


class Said:
    """What the pane has signalled."""

    def __init__(self, pane: MapsPane) -> None:
        self.maps: list[int] = []
        self.units: list[tuple[int, tuple[int, int]]] = []
        self.large: list[bool] = []
        pane.map_chosen.connect(self.maps.append)
        pane.unit_chosen.connect(self._unit)
        pane.large_wished.connect(self.large.append)

    def _unit(self, index: int, unit: tuple[int, int]) -> None:
        self.units.append((index, unit))

    @property
    def nothing(self) -> bool:
        return not (self.maps or self.units or self.large)


MAPS = some_maps()
SHOWN = shown_of(MAPS)


@pytest.fixture
def pane(qtbot: QtBot) -> MapsPane:
    pane = MapsPane()
    qtbot.addWidget(pane)
    pane.resize(640, 700)
    pane.show()
    pane.show_maps(SHOWN, MAPS, "conv1 · after ReLU")
    return pane


@pytest.fixture
def said(pane: MapsPane) -> Said:
    return Said(pane)


@pytest.fixture
def pointed(pane: MapsPane) -> list[object]:
    """The units that have been told to be under the mouse."""
    found: list[object] = []
    pane.unit_pointed.connect(found.append)
    return found


def canvas(pane: MapsPane) -> ZoomCanvas:
    (seen,) = (view for view in pane.findChildren(ZoomCanvas) if view.isVisible())
    return seen


def bars(pane: MapsPane) -> UnitBars:
    return pane.findChild(UnitBars)


def ways(pane: MapsPane) -> Segments:
    return pane.findChild(Segments)


def texts(pane: MapsPane) -> list[str]:
    return [chip.text for chip in pane.findChildren(Chip) if chip.isVisible()]


def at(pane: MapsPane, y: float, x: float) -> QPoint:
    """Where a point of the picture is seen on its canvas."""
    frame = canvas(pane).frame
    return QPoint(round(frame.screen_x(x)), round(frame.screen_y(y)))


def cell(pane: MapsPane, place: int, y: float = 4.5, x: float = 4.5, grid: Grid = SHOWN.grid) -> QPoint:
    """Where a point of the map at a place is seen."""
    top, left, _, _ = grid.box(place)
    return at(pane, top + y, left + x)


def click(pane: MapsPane, where: QPoint) -> None:
    QTest.mouseClick(canvas(pane), Qt.MouseButton.LeftButton, pos=where)


def move(widget: QWidget, where: QPoint, buttons: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    position, none = QPointF(where), Qt.MouseButton.NoButton
    over = widget.mapToGlobal(position)
    event = QMouseEvent(QEvent.Type.MouseMove, position, over, none, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def wheel(widget: QWidget, where: QPoint, notches: int) -> None:
    position = QPointF(where)
    event = QWheelEvent(
        position, widget.mapToGlobal(position), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def image(pane: MapsPane) -> QImage:
    return canvas(pane).grab().toImage()


# where things are: laws


grids = st.builds(
    Grid,
    count=st.integers(1, 40), height=st.integers(1, 9), width=st.integers(1, 9), columns=st.integers(1, 9), gap=st.integers(0, 2),
)  # fmt: skip


parts = st.builds(QRect, st.integers(0, 90), st.integers(0, 60), st.integers(1, 30), st.integers(1, 30))


@given(grids, st.floats(0.5, 40), st.floats(-50, 50), st.floats(-50, 50), parts)
def test_the_cells_in_sight_are_those_that_touch_the_part_of_the_view(
    grid: Grid, scale: float, y: float, x: float, part: QRect
) -> None:
    cells = Cells.of(Frame(Viewport(scale, x, y), 120, 90), grid)
    seen = set(cells.seen(part))
    assert {place for place in range(grid.count) if cells.area(place).intersects(QRectF(part))} <= seen
    assert seen <= set(range(grid.count))
    apart = [max(cells.step_x, cells.step_y) + 1] * 2
    assert all(cells.area(place).adjusted(*(-by for by in apart), *apart).intersects(QRectF(part)) for place in seen)


@given(grids, st.data())
def test_a_cell_lies_where_the_grid_says(grid: Grid, data: st.DataObject) -> None:
    frame = Frame(Viewport(3.5, 2.0, 1.0), 120, 90)
    place = data.draw(st.integers(0, grid.count - 1))
    area, (y0, x0, y1, x1) = Cells.of(frame, grid).area(place), grid.box(place)
    edges = frame.screen_y(y0), frame.screen_x(x0), frame.screen_y(y1), frame.screen_x(x1)
    assert (area.top(), area.left(), area.bottom(), area.right()) == pytest.approx(edges)


@given(st.sampled_from(Order), st.integers(0, 11), st.integers(0, 7), st.integers(0, 7), st.floats(0.01, 0.99))
def test_the_middle_of_a_chosen_unit_is_under_the_mouse_there(order: Order, index: int, y: int, x: int, share: float) -> None:
    shown = shown_of(MAPS, index, order=order)
    shown = replace(shown, detail=replace(shown.detail, unit=(y, x)))
    y0, x0, y1, x1 = unit_box(shown)
    assert (y1 - y0, x1 - x0) == (1, 1)
    assert under(shown, (y0 + share, x0 + share)) == (index, (y, x))
    assert under_large(shown, ((y + share) * 8, (x + share) * 8)) == (index, (y, x))


def test_nothing_is_under_gaps_and_beside_the_maps() -> None:
    assert under(SHOWN, (8.5, 3)) is None
    assert under(SHOWN, (-1, 3)) is None
    assert under_large(SHOWN, (64.5, 3)) is None
    assert under_large(SHOWN, (3, -0.5)) is None
    covered = replace(SHOWN.detail, rows=np.where(np.arange(64) < 9, -1, SHOWN.detail.rows))
    assert under_large(replace(SHOWN, detail=covered), (8.5, 3)) is None
    assert under_large(replace(SHOWN, detail=covered), (9.5, 3)) == (1, (1, 0))


# what is seen


def test_labels_say_tensor_colours_unit_and_zoom(pane: MapsPane) -> None:
    y, x = SHOWN.detail.unit
    value = SHOWN.detail.value
    label, reading, zoom = texts(pane)
    assert label == "conv1 · after ReLU · each map its own"
    assert reading == f"map 1 · unit (y {y}, x {x}) = {value:.4g}"
    assert zoom.startswith(f"{100 * pane.viewport.scale:.0f} %")
    assert pane.accessibleDescription() == f"{label}; {reading}"


def test_values_of_another_shape_are_refused(pane: MapsPane) -> None:
    with pytest.raises(ValueError, match=r"\(12, 8, 8\).*\(3, 8, 8\)"):
        pane.show_maps(SHOWN, MAPS[:3], "")


def test_the_reading_follows_the_mouse_and_goes_back(pane: MapsPane) -> None:
    before = texts(pane)
    move(canvas(pane), cell(pane, 6, 2.5, 3.5))
    assert texts(pane)[1] == f"map 6 · unit (y 2, x 3) = {MAPS[6, 2, 3]:.4g}"
    move(canvas(pane), cell(pane, 10, 2.5, 3.5))
    assert texts(pane)[1] == "map 10 · unit (y 2, x 3) = 0 · dead: no finite value but 0"
    QApplication.sendEvent(canvas(pane), QEvent(QEvent.Type.Leave))
    assert texts(pane) == before


def test_newer_values_are_read_where_the_mouse_rests(pane: MapsPane) -> None:
    move(canvas(pane), cell(pane, 6, 2.5, 3.5))
    pane.show_maps(shown_of(2 * MAPS), 2 * MAPS, "conv1")
    assert texts(pane)[1] == f"map 6 · unit (y 2, x 3) = {2 * MAPS[6, 2, 3]:.4g}"


def test_every_other_unit_under_the_mouse_is_told_once(pane: MapsPane, pointed: list[object]) -> None:
    for where in (cell(pane, 6, 2.5, 3.5), cell(pane, 6, 2.6, 3.6), cell(pane, 6, 2.5, 4.5), cell(pane, 7, 2.5, 4.5)):
        move(canvas(pane), where)
    assert pointed == [(6, (2, 3)), (6, (2, 4)), (7, (2, 4))]
    QApplication.sendEvent(canvas(pane), QEvent(QEvent.Type.Leave))
    QApplication.sendEvent(canvas(pane), QEvent(QEvent.Type.Leave))
    assert pointed[3:] == [None]


def test_maps_that_change_under_the_resting_mouse_tell_nothing_but_are_known(pane: MapsPane, pointed: list[object]) -> None:
    move(canvas(pane), cell(pane, 0, 2.5, 3.5))
    shown = shown_of(MAPS, order=Order.MAX)
    pane.show_maps(shown, MAPS, "conv1")
    assert pointed == [(0, (2, 3))]
    largest = int(shown.statistics.order[0])
    assert pane.pointed_unit == (largest, (2, 3))
    move(canvas(pane), cell(pane, 0, 2.6, 3.6))  # still the same one
    assert pointed == [(0, (2, 3))]
    pane.show_maps(None, None, "")
    assert pane.pointed_unit is None


def test_units_of_the_large_map_and_of_bars_are_pointed_at(pane: MapsPane, pointed: list[object]) -> None:
    pane.show_large(OVERLAY)
    move(canvas(pane), at(pane, 33, 20))
    assert pointed == [(1, (4, 2))]
    pane.show_large(None)
    show_units(pane)
    ways(pane).button(BARS).click()
    middle = bars(pane).rect().center()
    move(bars(pane), middle)
    assert pointed[-1] == pane.pointed_unit == (bars(pane).hovered, (0, 0))


def test_sorted_maps_are_read_by_their_own_index(pane: MapsPane) -> None:
    shown = shown_of(MAPS, order=Order.MAX)
    pane.show_maps(shown, MAPS, "conv1")
    move(canvas(pane), cell(pane, 0))
    assert texts(pane)[1].startswith(f"map {shown.statistics.order[0]} ·")


def test_the_chosen_map_is_framed_with_the_accent_at_its_place(pane: MapsPane) -> None:
    for order in (Order.INDEX, Order.MAX):
        shown = shown_of(MAPS, 7, order=order)
        pane.show_maps(shown, MAPS, "conv1")
        place = shown.statistics.order.tolist().index(7)
        corner = cell(pane, place, 0, 0)
        seen = QColor(image(pane).pixel(corner.x() - 2, corner.y() + 30))
        assert seen == QColor(colours_of(pane).accent)


def test_the_chosen_unit_is_marked(pane: MapsPane) -> None:
    pane.show_maps(replace(SHOWN, detail=replace(SHOWN.detail, unit=(6, 6))), MAPS, "conv1")
    before = image(pane)
    pane.show_maps(replace(SHOWN, detail=replace(SHOWN.detail, unit=(4, 5))), MAPS, "conv1")
    after, edge = image(pane), cell(pane, 1, 4, 5.5)
    assert after.pixel(edge) != before.pixel(edge)


def test_dead_maps_have_a_sign_where_there_is_room(pane: MapsPane) -> None:
    alive = replace(SHOWN, statistics=replace(SHOWN.statistics, dead=np.zeros(12, bool)))

    def differ(place: int) -> bool:
        pane.show_maps(SHOWN, MAPS, "conv1")
        marked = image(pane)
        pane.show_maps(alive, MAPS, "conv1")
        plain, corner = image(pane), cell(pane, place, 8, 8)
        around = [(corner.x() - dx, corner.y() - dy) for dx in range(1, 14) for dy in range(1, 14)]
        return any(marked.pixel(*point) != plain.pixel(*point) for point in around)

    assert [differ(place) for place in (0, 1, 4, 5)] == [True, False, False, True]
    wheel(canvas(pane), QPoint(320, 350), -14)
    assert SIDE * pane.viewport.scale < 16
    assert not differ(0)


def test_indices_stand_on_large_cells_only(pane: MapsPane) -> None:
    view = canvas(pane)
    assert isinstance(view, MapsCanvas)

    def numbered() -> bool:
        corner = cell(pane, 6, 0, 0)
        seen = image(pane)
        return len({seen.pixel(corner.x() + dx, corner.y() + 5) for dx in range(1, 9)}) > 1

    assert SIDE * pane.viewport.scale >= NUMBERED
    assert numbered()
    wheel(canvas(pane), QPoint(320, 350), -8)
    assert SIDE * pane.viewport.scale < NUMBERED
    assert not numbered()


def test_busy_greys_the_label(pane: MapsPane) -> None:
    before = pane.grab().toImage()
    pane.show_busy(True)
    assert pane.grab().toImage() != before
    pane.show_busy(False)
    assert pane.grab().toImage() == before


def test_altered_is_always_in_sight_and_in_words(pane: MapsPane) -> None:
    pane.resize(200, 300)
    pane.show_maps(SHOWN, MAPS, "a very long name of a tensor, which has no room beside anything else")
    pane.show_altered("altered: maps 3, 5 silenced")
    assert "altered: maps 3, 5 silenced" in texts(pane)
    assert "altered: maps 3, 5 silenced" in pane.accessibleDescription()
    pane.show_large(OVERLAY)
    assert "altered: maps 3, 5 silenced" in texts(pane)
    pane.show_altered("")
    assert "altered" not in pane.accessibleDescription()


def test_altered_is_written_as_a_warning(pane: MapsPane) -> None:
    pane.show_altered("altered: ███")
    (chip,) = (chip for chip in pane.findChildren(Chip) if chip.text.startswith("altered"))
    seen = chip.grab().toImage()
    colours = {QColor(seen.pixel(x, seen.height() // 2)).name() for x in range(seen.width())}
    assert DARK.warning in colours


def test_no_maps_say_what_to_do(pane: MapsPane, said: Said) -> None:
    pane.show_maps(None, None, "")
    assert texts(pane) == []
    empty = image(pane)
    pane.show_empty("")
    assert image(pane) != empty
    pane.show_empty(EMPTY)
    assert image(pane) == empty
    click(pane, QPoint(300, 300))
    QTest.keyClick(pane, Qt.Key.Key_Right)
    pane.zoom_in()
    assert said.nothing


def test_a_layer_without_values_shows_nothing(pane: MapsPane) -> None:
    pane.show_maps(replace(SHOWN, atlas=np.zeros((0, 0, 3), np.uint8)), None, "empty")
    assert texts(pane) == []


# zoom and place


def test_the_atlas_is_fitted_and_stays_so(pane: MapsPane) -> None:
    height, width = SHOWN.grid.shape
    assert pane.viewport.scale == pytest.approx(min((640 - 32) / width, (700 - 80) / height))
    pane.resize(400, 700)
    QApplication.processEvents()
    assert pane.viewport.scale == pytest.approx((400 - 32) / width)


def test_the_same_grid_keeps_zoom_and_place_and_another_is_fitted(pane: MapsPane) -> None:
    wheel(canvas(pane), QPoint(100, 200), 4)
    zoomed = pane.viewport
    pane.show_maps(shown_of(MAPS, 5), MAPS, "next picture")
    assert pane.viewport == zoomed
    more = some_maps(30)
    pane.show_maps(shown_of(more), more, "another layer")
    assert pane.viewport != zoomed
    pane.show_maps(SHOWN, MAPS, "conv1")
    fitted = pane.viewport
    pane.fit()
    assert pane.viewport == fitted


def test_wheel_keys_and_buttons_zoom(pane: MapsPane) -> None:
    before, view = pane.viewport.scale, canvas(pane)
    held = view.frame.picture_x(100)
    wheel(view, QPoint(100, 200), 4)
    assert pane.viewport.scale == pytest.approx(2 * before)
    assert view.frame.picture_x(100) == pytest.approx(held)
    pane.zoom_in()
    pane.zoom_out()
    assert pane.viewport.scale == pytest.approx(2 * before)
    pane.actual_size()
    assert pane.viewport.scale == pytest.approx(1)
    assert "100 %" in texts(pane)


def test_a_drag_pans_and_chooses_nothing(pane: MapsPane, said: Said) -> None:
    view, before = canvas(pane), pane.viewport
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    move(view, QPoint(330, 290), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(330, 290))
    assert pane.viewport.x == pytest.approx(before.x - 30 / before.scale)
    assert said.nothing


def test_a_trembling_click_is_a_click(pane: MapsPane, said: Said) -> None:
    view, before, where = canvas(pane), pane.viewport, cell(pane, 6)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=where)
    move(view, where + QPoint(1, 2), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=where + QPoint(1, 2))
    assert said.units == [(6, (4, 4))]
    assert pane.viewport == before


# what the hand does


def test_showing_says_nothing(pane: MapsPane, said: Said) -> None:
    for shown, maps in ((shown_of(MAPS, 7), MAPS), (shown_of(some_units()), some_units()), (SHOWN, MAPS)):
        pane.show_maps(shown, maps, "x")
        pane.show_large(OVERLAY)
        pane.show_large(None)
    pane.show_altered("altered")
    pane.show_busy(True)
    assert said.nothing


@pytest.mark.parametrize("order", Order)
def test_a_click_chooses_the_unit_under_it_by_the_maps_own_index(pane: MapsPane, said: Said, order: Order) -> None:
    shown = shown_of(MAPS, order=order)
    pane.show_maps(shown, MAPS, "conv1")
    for place in (0, 3, 11):
        click(pane, cell(pane, place, 2.5, 5.5))
    assert said.units == [(int(shown.statistics.order[place]), (2, 5)) for place in (0, 3, 11)]
    assert said.maps == []


def test_a_click_beside_the_maps_chooses_nothing(pane: MapsPane, said: Said) -> None:
    click(pane, QPoint(3, 3))
    click(pane, cell(pane, 0, 8.5, 3))
    QTest.mouseClick(canvas(pane), Qt.MouseButton.RightButton, pos=cell(pane, 3))
    assert said.nothing


def test_arrow_keys_step_through_places(pane: MapsPane, said: Said) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(pane, key)
    assert said.maps == [2, 0, 5, 11, 0]
    shown = shown_of(MAPS, 7, order=Order.MAX)
    pane.show_maps(shown, MAPS, "conv1")
    order = shown.statistics.order.tolist()
    QTest.keyClick(pane, Qt.Key.Key_Right)
    assert said.maps[-1] == order[order.index(7) + 1]


def test_a_step_brings_the_map_into_sight(pane: MapsPane, said: Said) -> None:
    wheel(canvas(pane), cell(pane, 0, 0, 0), 8)
    assert not canvas(pane).rect().contains(cell(pane, 11))
    QTest.keyClick(pane, Qt.Key.Key_End)
    assert canvas(pane).rect().contains(cell(pane, 11))
    assert said.maps == [11]


def test_enter_and_a_double_click_wish_the_map_large_and_escape_leaves(pane: MapsPane, said: Said) -> None:
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    QTest.keyClick(pane, Qt.Key.Key_Return)
    QTest.mouseDClick(canvas(pane), Qt.MouseButton.LeftButton, pos=cell(pane, 3))
    QTest.mouseDClick(canvas(pane), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert said.large == [True, True]
    pane.show_large(OVERLAY)
    QTest.keyClick(pane, Qt.Key.Key_Enter)
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    QTest.mouseDClick(canvas(pane), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    assert said.large == [True, True, False, False, False]


# the one map


def test_the_large_map_has_its_own_fit_and_the_atlas_keeps_its_own(pane: MapsPane) -> None:
    pane.zoom_in()
    zoomed = pane.viewport
    pane.show_large(OVERLAY)
    QApplication.processEvents()
    assert pane.viewport.scale == pytest.approx((640 - 32) / 64)
    assert QColor(image(pane).pixel(at(pane, 32, 32))).getRgb()[:3] == (30, 120, 60)
    assert texts(pane)[0] == "conv1 · after ReLU · map 1 over the input · viridis 0 … 3"
    pane.zoom_in()
    large = pane.viewport
    pane.show_large(OVERLAY.copy())
    assert pane.viewport == large
    pane.show_large(None)
    assert pane.viewport == zoomed


def test_the_large_map_shows_what_the_unit_sees(pane: MapsPane) -> None:
    pane.show_large(OVERLAY)
    QApplication.processEvents()
    before = image(pane)
    pane.show_maps(shown_of(MAPS, patch=(8, 16, 40, 48)), MAPS, "conv1")
    after = image(pane)
    edge = at(pane, 8, 16)
    assert any(after.pixel(edge + QPoint(dx, 0)) != before.pixel(edge + QPoint(dx, 0)) for dx in range(8))


def test_a_click_on_the_large_map_chooses_its_unit(pane: MapsPane, said: Said) -> None:
    pane.show_large(OVERLAY)
    QApplication.processEvents()
    move(canvas(pane), at(pane, 20, 50))
    assert texts(pane)[1] == f"map 1 · unit (y 2, x 6) = {MAPS[1, 2, 6]:.4g}"
    click(pane, at(pane, 20, 50))
    assert said.units == [(1, (2, 6))]
    QTest.keyClick(pane, Qt.Key.Key_Right)
    assert said.maps == [2]


# vectors


def show_units(pane: MapsPane, count: int = 10, names: tuple[str, ...] = (), order: Order = Order.INDEX) -> MapsShown:
    units = some_units(count)
    shown = shown_of(units, 3, columns=max(int(count**0.5), 1), order=order)
    pane.show_maps(shown, units, "fc", names)
    QApplication.processEvents()
    return shown


def test_a_unit_with_a_name_has_it_beside_its_index() -> None:
    signs = Signs(SHOWN.grid, np.arange(12), np.zeros(12, bool), 0)
    assert signs.tag(3) == "3"
    assert replace(signs, names=NAMES).tag(3) == "3", "names of something else"
    assert replace(signs, names=(*"abcdefghijkl",)).tag(3) == "3 d"
    assert replace(signs, names=tuple(map(str, range(12)))).tag(3) == "3", "digits are their own names"


def test_a_short_label_leaves_its_room_to_the_other(pane: MapsPane) -> None:
    pane.show_altered("altered: 1 map silenced in conv1")
    label = "conv1 · after ReLU · 64 maps of 32 × 32"
    pane.show_maps(SHOWN, MAPS, label)
    QApplication.processEvents()
    (chip,) = (chip for chip in pane.findChildren(Chip) if chip.text.startswith(label))
    assert chip.sizeHint().width() > pane.width() // 2 - 20
    assert chip.shown_text == chip.text


def test_only_vectors_offer_bars(pane: MapsPane) -> None:
    assert not ways(pane).isVisible()
    show_units(pane)
    assert ways(pane).isVisible()
    pane.show_large(OVERLAY)
    assert not ways(pane).isVisible()


def test_units_are_chosen_as_maps(pane: MapsPane, said: Said) -> None:
    shown = show_units(pane, names=NAMES)
    where = cell(pane, 4, 0.5, 0.5, shown.grid)
    move(canvas(pane), where)
    assert texts(pane)[1] == f"unit 4 (class 4) = {four_digits(float(some_units()[4, 0, 0]))}"
    click(pane, where)
    assert (said.maps, said.units) == ([4], [])
    show_units(pane, names=tuple(map(str, range(10))))
    assert texts(pane)[1].startswith("unit 4 = "), "a name that is but the index says nothing"


def test_a_zero_unit_is_not_called_dead(pane: MapsPane) -> None:
    units = np.zeros((5, 1, 1), np.float32)
    shown = shown_of(units, 2)
    pane.show_maps(shown, units, "fc")
    QApplication.processEvents()
    assert texts(pane)[1] == "unit 2 = 0"
    marked = image(pane)
    pane.show_maps(replace(shown, statistics=replace(shown.statistics, dead=np.zeros(5, bool))), units, "fc")
    assert image(pane) == marked


def test_cells_of_a_long_vector_are_not_too_small_to_hit(pane: MapsPane) -> None:
    show_units(pane, 40_000)
    assert pane.viewport.scale == 8


def test_bars_are_chosen_by_hand_and_stay_chosen(pane: MapsPane, said: Said) -> None:
    show_units(pane)
    ways(pane).button(BARS).click()
    assert bars(pane).isVisible()
    pane.show_maps(SHOWN, MAPS, "conv1")
    assert not bars(pane).isVisible()
    show_units(pane, 20)
    assert bars(pane).isVisible()
    assert texts(pane)[0] == "fc"
    ways(pane).button(CELLS).click()
    assert not bars(pane).isVisible()
    assert said.nothing


def test_a_long_vector_has_no_bars_and_says_why(pane: MapsPane) -> None:
    show_units(pane)
    ways(pane).button(BARS).click()
    show_units(pane, MOST + 1)
    assert not bars(pane).isVisible()
    assert not ways(pane).isEnabled()
    assert str(MOST) in ways(pane).toolTip()
    show_units(pane)
    assert bars(pane).isVisible()


@pytest.mark.parametrize("order", [Order.INDEX, Order.MAX])
def test_bars_are_read_chosen_and_stepped_in_their_order(pane: MapsPane, said: Said, order: Order) -> None:
    shown = show_units(pane, names=NAMES, order=order)
    indices = shown.statistics.order.tolist()
    ways(pane).button(BARS).click()
    QApplication.processEvents()
    where, unit = QPoint(round(bars(pane).bar(6).center().x()), 200), indices[6]
    move(bars(pane), where)
    assert f"unit {unit} (class {unit}) = {four_digits(float(some_units()[unit, 0, 0]))}" in texts(pane)
    QTest.mouseClick(bars(pane), Qt.MouseButton.LeftButton, pos=where)
    QApplication.sendEvent(bars(pane), QEvent(QEvent.Type.Leave))
    assert any(text.startswith("unit 3 ") for text in texts(pane))
    place = indices.index(3)
    QTest.keyClick(pane, Qt.Key.Key_Left)
    QTest.keyClick(pane, Qt.Key.Key_Down)
    assert said.maps == [unit, indices[place - 1]]


# bars alone


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=20))
def test_the_span_holds_zero_and_all_values(values: list[float]) -> None:
    low, high = span(np.array(values, np.float32))
    assert low <= min(*values, 0.0) <= max(*values, 0.0) <= high
    assert low < high


@pytest.fixture
def units(qtbot: QtBot) -> UnitBars:
    units = UnitBars()
    qtbot.addWidget(units)
    units.resize(500, 400)
    units.show()
    return units


def test_bars_are_as_high_as_their_values_from_one_zero_line(units: UnitBars) -> None:
    units.show_values(np.array([2, -1, 0, 1], np.float32), 0)
    first, second, third, fourth = map(units.bar, range(4))
    assert (first.height(), third.height()) == (pytest.approx(2 * fourth.height()), 0)
    assert second.height() == pytest.approx(fourth.height())
    assert first.bottom() == fourth.bottom() == pytest.approx(second.top())
    assert first.left() < second.left() < third.left() < fourth.left()


def test_bars_stand_in_the_order_that_is_given(units: UnitBars) -> None:
    values = np.array([1, 3, 2], np.float32)
    units.show_values(values, 0)
    heights = [units.bar(place).height() for place in range(3)]
    units.show_values(values, 0, order=np.array([2, 0, 1]))
    assert [units.bar(place).height() for place in range(3)] == [heights[2], heights[0], heights[1]]


def test_positive_and_negative_bars_have_the_colours_of_such_numbers(units: UnitBars) -> None:
    units.show_values(np.array([2, -2], np.float32), 0)
    seen, colours = units.grab().toImage(), colours_of(units)
    for place, colour in ((0, colours.positive), (1, colours.negative)):
        assert QColor(seen.pixel(units.bar(place).center().toPoint())) == QColor(colour)


def test_values_that_are_not_finite_leave_the_others_as_they_are(units: UnitBars) -> None:
    units.show_values(np.array([1, np.nan, np.inf, -np.inf, -1], np.float32), 1)
    heights = [units.bar(place).height() for place in range(5)]
    assert heights == pytest.approx([heights[0], 0, heights[0], heights[0], heights[0]])
    assert units.reading(1) == "unit 1 = NaN"
    assert not units.grab().isNull()


def test_bars_say_in_words_what_they_show(units: UnitBars) -> None:
    units.show_values(np.array([2, -0.5], np.float32), 1, ("cat", "dog"))
    assert units.accessibleDescription() == "2 units, −0.5 to 2; unit 1 (dog) = −0.5"
    units.show_values(np.zeros(0, np.float32), 0)
    assert units.accessibleDescription() == ""
    assert not units.grab().isNull()


def test_more_units_than_there_is_room_for_are_refused(units: UnitBars) -> None:
    with pytest.raises(ValueError, match="256"):
        units.show_values(np.zeros(MOST + 1, np.float32), 0)


# keyboard


def test_the_frame_of_the_focus_is_for_those_who_come_by_keyboard(pane: MapsPane) -> None:
    def seen(kind: QEvent.Type, reason: Qt.FocusReason) -> QImage:
        QApplication.sendEvent(pane, QFocusEvent(kind, reason))
        return pane.grab().toImage()

    plain = seen(QEvent.Type.FocusOut, Qt.FocusReason.OtherFocusReason)
    assert seen(QEvent.Type.FocusIn, Qt.FocusReason.MouseFocusReason) == plain
    assert seen(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason) != plain
    assert pane.accessibleName() == "Maps"
    assert pane.focusPolicy() == Qt.FocusPolicy.StrongFocus
