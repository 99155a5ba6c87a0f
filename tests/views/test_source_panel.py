"""The source panel, driven as by a hand."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inspector.core.facts import SourceFacts
from inspector.core.state import Source, SourceKind
from inspector.views.source_panel import SourcePanel
from inspector.views.widgets.pictures import image_of

SAMPLES = tuple((f"s{i}", f"Sample {i}", np.full((24, 32, 3), 20 * i, np.uint8)) for i in range(8))
PICTURE = np.zeros((40, 60, 3), np.uint8)


@pytest.fixture
def panel(qtbot, loop):
    panel = SourcePanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(208)
    panel.show_samples(SAMPLES)
    panel.updated.connect(loop.take)
    panel.show()
    return panel


def test_the_empty_panel_says_what_to_do(panel):
    assert "Drop a picture anywhere" in panel.thumbnail.text()
    assert not panel.previous.isEnabled()
    assert not panel.next.isEnabled()
    assert not panel.frame.isVisible()
    assert not panel.recent.isVisible()


def test_facts_are_shown_in_words(panel, loop):
    panel.show_source(SourceFacts("a.tif", "512 × 512 · RGB", ("3 values are NaN.", "Colours were CMYK."), 2, 5, 3, 12, "s4"))
    assert (panel.name.full, panel.line.full) == ("a.tif", "512 × 512 · RGB")
    assert panel.notes.text() == "3 values are NaN.\nColours were CMYK."
    assert panel.position.text() == "3 of 12"
    assert panel.samples.chosen_id == "s4"
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
    with qtbot.waitSignals([panel.open_requested, panel.paste_requested]):
        panel.open.click()
        panel.paste.click()
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


def test_samples_by_mouse_and_keyboard(panel, loop):
    tiles = panel.samples
    QTest.mouseClick(tiles.viewport(), Qt.MouseButton.LeftButton, pos=tiles.visualItemRect(tiles.item(3)).center())
    assert loop.state.source == Source(SourceKind.SAMPLE, "s3")
    QTest.keyClick(tiles, Qt.Key.Key_Right)
    assert loop.state.source == Source(SourceKind.SAMPLE, "s4")
    assert loop.updates[-1].title == "Sample Sample 4"


def test_all_samples_are_in_sight_in_rows_of_three(panel):
    rects = [panel.samples.visualItemRect(panel.samples.item(i)) for i in range(8)]
    assert [len({rect.top() for rect in rects[i : i + 3]}) for i in (0, 3, 6)] == [1, 1, 1]
    assert all(panel.samples.viewport().rect().contains(rect.center()) for rect in rects)


def test_another_source_unmarks_the_sample(panel):
    panel.show_source(SourceFacts("a", "", sample="s1"))
    panel.show_source(SourceFacts("b", ""))
    assert panel.samples.chosen_id == ""


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


def test_recent_files_are_named_and_opened(panel, loop):
    panel.show_recent(("/pictures/a.png", "/elsewhere/b.tif"))
    assert panel.recent.isVisible()
    assert [panel.recent.item(i).text() for i in range(2)] == ["a.png", "b.tif"]
    rect = panel.recent.visualItemRect(panel.recent.item(1))
    QTest.mouseClick(panel.recent.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert loop.state.source == Source(SourceKind.FILE, "/elsewhere/b.tif")
    panel.show_recent(())
    assert not panel.recent.isVisible()


def test_every_control_has_a_name_and_a_tooltip(panel):
    for control in (panel.open, panel.paste, panel.previous, panel.next, panel.frame.slider, panel.frame.number):
        assert control.accessibleName() or control.text()
        assert control.toolTip()
    assert panel.recent.accessibleName()
    assert panel.samples.accessibleName()
