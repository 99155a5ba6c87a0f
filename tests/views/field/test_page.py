"""The workspace as a whole: everything is there, nothing is cut, and the picture says what it shows."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSlider, QSplitter
from pytestqt.qtbot import QtBot

from inspector.views.field.field_pane import EMPTY
from inspector.views.field.page import FieldPage
from inspector.views.network.segments import Segments

PICTURE = np.full((60, 80, 3), (30, 120, 60), np.uint8)


@pytest.fixture
def page(qtbot: QtBot) -> FieldPage:
    return FieldPage()


@pytest.fixture
def splitter(qtbot: QtBot, page: FieldPage) -> QSplitter:
    """The three columns as the window lays them out."""
    splitter = QSplitter(childrenCollapsible=False)
    qtbot.addWidget(splitter)
    for column in (page.left, page.middle, page.right):
        splitter.addWidget(column)
    splitter.resize(1280, 690)
    splitter.setSizes([364, 612, 304])
    splitter.show()
    return splitter


@pytest.mark.parametrize(("width", "height"), [(1280, 690), (1024, 590)])
def test_parts_of_the_middle_are_within_it_and_beside_each_other(page, splitter, qtbot, width, height):
    splitter.resize(width, height)
    splitter.setSizes([364, width - 668, 304])
    middle = page.middle
    parts = (page.field, page.climb, page.units, page.plot)
    places = [part.rect().translated(part.mapTo(middle, QPoint())) for part in parts]
    assert all(middle.rect().contains(place) for place in places)
    assert not any(one.intersects(other) for one in places for other in places if one is not other)
    assert page.field.height() > height / 2
    assert min(page.units.width(), page.plot.width()) > 100
    assert page.units.mapTo(middle, QPoint()).y() == page.plot.plot.mapTo(middle, QPoint()).y()


def test_the_right_column_is_no_wider_than_its_room(page, splitter):
    content = page.right.widget()
    assert content.minimumSizeHint().width() <= page.right.viewport().width()
    for panel in (page.unit, page.effective, page.padding, page.pins):
        assert panel.geometry().right() < page.right.viewport().width()


def test_every_control_has_a_tooltip_and_a_name(page, splitter):
    for column in (page.left, page.middle, page.right):
        for kind in (QAbstractButton, QComboBox, QLineEdit, QSlider):
            for control in column.findChildren(kind):
                named = control.accessibleName() or getattr(control, "text", str)()
                if control.isVisible() and control.parent() is not None and not control.objectName().startswith("qt_"):
                    assert named, control
                    assert control.toolTip() or isinstance(control.parent(), Segments), control


def test_without_a_picture_the_pane_says_what_to_do(page, splitter):
    assert page.field.empty == EMPTY
    page.field.show_empty("Opening LeNet-5 …")
    assert page.field.empty == "Opening LeNet-5 …"


def test_what_the_labels_say(page, splitter):
    page.field.canvas.show_picture(PICTURE)
    page.field.show_labels("conv1 unit (1, 2): box 5 × 5", "σ 1 × 1 px", "larger than the picture")
    assert page.field.words == "conv1 unit (1, 2): box 5 × 5; larger than the picture; σ 1 × 1 px"
    assert page.field.accessibleDescription() == page.field.words
    page.field.show_labels("", "")
    assert page.field.words == ""


def test_the_zoom_commands_reach_the_picture(page, splitter):
    pane = page.field
    pane.canvas.show_picture(PICTURE)
    fitted = pane.viewport.scale
    pane.zoom_in()
    assert pane.viewport.scale > fitted
    pane.actual_size()
    assert pane.viewport.scale == pytest.approx(1 / pane.devicePixelRatioF())
    pane.zoom_out()
    assert pane.viewport.scale < 1
    pane.fit()
    assert pane.viewport.scale == fitted


def test_the_keyboard_goes_to_the_picture(page, splitter):
    splitter.activateWindow()
    page.field.setFocus()
    assert page.field.canvas.hasFocus()
