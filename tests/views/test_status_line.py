"""The line at the bottom: what runs, and how much of it is done."""

import pytest
from PySide6.QtWidgets import QProgressBar
from pytestqt.qtbot import QtBot

from inspector.views.status_line import StatusLine


@pytest.fixture
def status(qtbot: QtBot) -> StatusLine:
    status = StatusLine()
    qtbot.addWidget(status)
    status.show()
    return status


def test_how_much_is_done_is_drawn_where_it_is_known(status: StatusLine) -> None:
    bar = status.findChild(QProgressBar)
    status.show_running("Averaging 16 of 64 pictures …", share=0.25)
    assert bar.isVisible()
    assert (bar.value() - bar.minimum()) / (bar.maximum() - bar.minimum()) == 0.25
    status.show_running("Computing the maps …")
    assert bar.minimum() == bar.maximum()  # it moves to and fro
    status.show_running("")
    assert not bar.isVisible()
    assert status.running_text == ""
