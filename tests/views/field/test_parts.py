"""Where marks move, only what lies under them is painted; the screen is to look as if all had been."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from inspector.core.receptive_field.effective import Ellipse
from inspector.views.field.field_canvas import FieldCanvas
from inspector.views.field.marks import Kind, Mark
from inspector.views.field.units_canvas import UnitsCanvas

SIDE = 24  # of the picture and of the map
RGB = np.random.default_rng(5).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
some = settings(deadline=None, derandomize=True, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

lengths = st.floats(0.1, SIDE)
ellipses = st.builds(Ellipse, st.tuples(lengths, lengths), st.tuples(lengths, lengths), st.floats(-4, 4))
edges = st.integers(-SIDE, 2 * SIDE)
boxes = st.builds(lambda y, x, tall, wide: (y, x, y + tall, x + wide), edges, edges, *[st.integers(1, SIDE)] * 2)
present = st.builds(Mark, boxes, st.none() | ellipses)
pin = st.builds(Mark, boxes, st.none() | ellipses, st.sampled_from("123"), st.just(Kind.PIN))
units = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))


def on_screen(widget: QWidget) -> QImage:
    """What has been painted, bit by bit as it came."""
    QApplication.processEvents()
    return widget.screen().grabWindow(widget.winId()).toImage()


def painted_anew(widget: QWidget) -> QImage:
    widget.update()
    return on_screen(widget)


@some
@given(st.lists(st.lists(present, max_size=1).flatmap(lambda own: st.lists(pin, max_size=2).map(lambda pins: (*pins, *own)))))
def test_marks_that_come_move_and_go_leave_nothing_behind(qtbot: QtBot, shown: list[tuple[Mark, ...]]) -> None:
    canvas = FieldCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(360, 320)
    canvas.show_picture(RGB)
    canvas.show()
    for marks in shown:
        canvas.show_marks(marks)
        seen = on_screen(canvas)
        assert seen == painted_anew(canvas)


@some
@given(st.lists(st.none() | units), st.integers(30, 160))
def test_the_framed_unit_leaves_nothing_behind(qtbot: QtBot, shown: list[tuple[int, int] | None], width: int) -> None:
    canvas = UnitsCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(width, 120)
    canvas.show_units(RGB, "")
    canvas.show()
    for unit in shown:
        canvas.show_unit(unit)
        seen = on_screen(canvas)
        assert seen == painted_anew(canvas)


def test_a_mark_that_moves_over_a_large_canvas_is_painted_alone(qtbot: QtBot) -> None:
    """What lies inside of the box, and beside it, is not painted again."""
    canvas = FieldCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(360, 320)
    canvas.show_picture(RGB)
    canvas.show()
    canvas.show_marks((Mark((0, 0, SIDE, SIDE)),))
    on_screen(canvas)
    regions = []
    paint = canvas.paintEvent
    canvas.paintEvent = lambda event: (regions.append(event.region()), paint(event))  # type: ignore[method-assign]
    canvas.show_marks((Mark((0, 0, SIDE - 1, SIDE)),))
    QApplication.processEvents()
    assert len(regions) == 1
    assert not regions[0].contains(canvas.rect().center())
