"""The samples and recent files, driven as by a hand."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inspector.core.state import Source, SourceKind
from inspector.views.gallery_panel import GalleryPanel

SAMPLES = tuple((f"s{i}", f"Sample {i}", np.full((24, 32, 3), 20 * i, np.uint8)) for i in range(8))


@pytest.fixture
def panel(qtbot, loop):
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(208)
    panel.show_samples(SAMPLES)
    panel.updated.connect(loop.take)
    panel.show()
    return panel


def test_without_recent_files_there_is_no_list(panel):
    assert not panel.recent.isVisible()


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
    panel.show_sample("s1")
    panel.show_sample("")
    assert panel.samples.chosen_id == ""


def test_recent_files_are_named_and_opened(panel, loop):
    panel.show_recent(("/pictures/a.png", "/elsewhere/b.tif"))
    assert panel.recent.isVisible()
    assert [panel.recent.item(i).text() for i in range(2)] == ["a.png", "b.tif"]
    rect = panel.recent.visualItemRect(panel.recent.item(1))
    found: list[str] = []
    panel.recent_chosen.connect(found.append)
    QTest.mouseClick(panel.recent.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert found == ["/elsewhere/b.tif"]
    assert loop.updates == []
    panel.show_recent(())
    assert not panel.recent.isVisible()


def test_everything_has_a_name(panel):
    assert panel.recent.accessibleName()
    assert panel.samples.accessibleName()
