"""The source panel, driven as by a hand."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from inspector.core.drawing import Stroke
from inspector.core.facts import SourceFacts
from inspector.core.state import SourceKind
from inspector.views.source_panel import SourcePanel
from inspector.views.widgets.pictures import image_of

PICTURE = np.zeros((40, 60, 3), np.uint8)
DOT = Stroke(((140.0, 140.0),))


def drawing(*strokes):
    """Facts of a drawing with these strokes."""
    return SourceFacts("drawing", "", drawing=strokes)


@pytest.fixture
def panel(qtbot, loop):
    panel = SourcePanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(208)
    panel.updated.connect(loop.take)
    panel.show()
    return panel


def test_the_empty_panel_says_what_to_do(panel):
    assert "Drop a picture anywhere" in panel.thumbnail.text()
    assert not panel.previous.isEnabled()
    assert not panel.next.isEnabled()
    assert not panel.frame.isVisible()
    assert not panel.pad.isVisible()


def test_facts_are_shown_in_words(panel, loop):
    panel.show_source(SourceFacts("a.tif", "512 × 512 · RGB", ("3 values are NaN.", "Colours were CMYK."), 2, 5, 3, 12))
    assert (panel.name.full, panel.line.full) == ("a.tif", "512 × 512 · RGB")
    assert panel.notes.text() == "3 values are NaN.\nColours were CMYK."
    assert panel.position.text() == "3 of 12"
    assert (panel.frame.slider.value(), panel.frame.number.value, panel.frame.total.text()) == (2, 3, "of 5")
    assert loop.updates == []


def test_names_are_not_read_as_html_and_long_ones_are_cut(panel):
    name = "<b>" + "long " * 20 + ".png"
    panel.show_source(SourceFacts(name, ""))
    assert panel.name.textFormat() is Qt.TextFormat.PlainText
    assert panel.name.text().endswith("…")
    assert panel.name.toolTip() == panel.name.accessibleName() == name


@pytest.mark.parametrize(("position", "back", "on"), [(1, False, True), (2, True, True), (3, True, False), (0, False, True)])
def test_the_ends_of_a_folder(panel, position, back, on):
    panel.show_source(SourceFacts("a", "", position=position, count=3))
    assert (panel.previous.isEnabled(), panel.next.isEnabled()) == (back, on)


def test_the_buttons_ask(panel, qtbot):
    panel.show_source(SourceFacts("a", "", position=2, count=3))
    steps = []
    panel.step_requested.connect(steps.append)
    with qtbot.waitSignals([panel.open_requested, panel.paste_requested, panel.draw_requested]):
        panel.open.click()
        panel.paste.click()
        panel.draw.click()
    panel.previous.click()
    panel.next.click()
    assert steps == [-1, 1]


def test_the_picture_is_fitted_and_goes_away_again(panel):
    panel.show_thumbnail(PICTURE)
    pixmap = panel.thumbnail.pixmap()
    assert pixmap.width() <= panel.width()
    assert pixmap.width() * 40 == pytest.approx(pixmap.height() * 60, rel=0.02)
    panel.setFixedWidth(100)
    QTest.qWait(0)
    assert panel.thumbnail.pixmap().width() <= 100
    panel.show_thumbnail(None)
    assert "Drop a picture" in panel.thumbnail.text()


def test_a_picture_of_qt_outlives_the_array():
    rgb = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    image = image_of(rgb[:, ::-1])
    assert image.pixelColor(0, 0).getRgb()[:3] == tuple(rgb[0, 4].tolist())


def test_frames_by_slider_and_number(panel, loop):
    facts = SourceFacts("a.gif", "", frame=0, frames=12)
    panel.show_source(facts)
    assert panel.frame.isVisible()
    QTest.keyClick(panel.frame.slider, Qt.Key.Key_Right)
    assert loop.state.source.frame == 1
    panel.frame.number.selectAll()
    QTest.keyClicks(panel.frame.number, "12")
    assert loop.state.source.frame == 11
    panel.frame.number.selectAll()
    QTest.keyClicks(panel.frame.number, "13")
    assert loop.state.source.frame == 0
    assert panel.frame.number.property("invalid")


def test_every_control_has_a_name_and_a_tooltip(panel):
    for control in (panel.open, panel.paste, panel.draw, panel.previous, panel.next, panel.frame.slider, panel.frame.number):
        assert control.accessibleName() or control.text()
        assert control.toolTip()


def test_a_drawing_takes_the_place_of_the_thumbnail(panel):
    panel.show_source(drawing(DOT))
    assert (panel.pad.isVisible(), panel.thumbnail.isVisible()) == (True, False)
    assert panel.pad.canvas.strokes == (DOT,)
    panel.show_source(SourceFacts("a.png", ""))
    assert (panel.pad.isVisible(), panel.thumbnail.isVisible()) == (False, True)


@pytest.mark.parametrize(("column", "side"), [(176, 176), (208, 208), (316, 232)])
def test_the_canvas_is_as_wide_as_the_column_up_to_a_limit(panel, column, side):
    panel.setFixedWidth(column)
    panel.show_source(drawing())
    QTest.qWait(0)
    assert (panel.pad.canvas.width(), panel.pad.canvas.height()) == (side, side)
    left = panel.pad.canvas.mapTo(panel, panel.pad.canvas.rect().topLeft()).x()
    assert left == (column - side) // 2
    assert panel.draw.geometry().right() < column


def test_each_pull_is_one_step_of_undo(panel, loop, qtbot):
    loop.show = lambda state: panel.show_source(drawing(*state.source.strokes))
    panel.show_source(drawing())
    canvas = panel.pad.canvas
    for number, x in enumerate((60, 120), 1):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, 60))
        qtbot.waitUntil(lambda number=number: len(loop.state.source.strokes) == number)
        QTest.mouseMove(canvas, QPoint(x, 120))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, 140))
    assert [len(stroke.points) for stroke in loop.state.source.strokes] == [3, 3]
    assert loop.state.source.kind is SourceKind.DRAWING
    assert len(loop.updates) > 2
    both = loop.state.source.strokes
    loop.undo()
    assert canvas.strokes == loop.state.source.strokes == both[:1]
    QTest.mouseClick(panel.pad.clear, Qt.MouseButton.LeftButton)
    assert (loop.updates[-1].title, loop.state.source.strokes) == ("Clear the drawing", ())
    loop.undo()
    assert canvas.strokes == both[:1]


def test_to_show_a_drawing_tells_nothing(panel, loop):
    panel.show_source(drawing(DOT))
    panel.show_source(drawing())
    panel.show_source(SourceFacts("a.png", ""))
    QTest.qWait(0)
    assert loop.updates == []
