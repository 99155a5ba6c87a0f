"""Messages come and go without moving anything."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from inspector.views import message_bar
from inspector.views.message_bar import MessageBar


@pytest.fixture
def ground(qtbot: QtBot) -> QWidget:
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.resize(400, 300)
    ground.show()
    return ground


@pytest.fixture
def bar(ground: QWidget) -> MessageBar:
    return MessageBar(ground)


def marks(bar: MessageBar) -> list[QLabel]:
    return [label for label in bar.findChildren(QLabel) if not label.pixmap().isNull() and label.isVisible()]


def test_an_error_has_a_mark_and_stays(bar: MessageBar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_bar, "NOTICE_MS", 0)
    bar.show_message("Saved.", severity="notice")
    assert marks(bar) == []
    bar.show_message("cat.png is not a picture.")
    QApplication.processEvents()
    assert bar.text == "cat.png is not a picture."
    assert len(marks(bar)) == 1


def test_a_notice_leaves_by_itself(bar: MessageBar, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_bar, "NOTICE_MS", 0)
    with qtbot.waitSignal(bar.closed):
        bar.show_message("Saved.", severity="notice")
    assert bar.text == ""


def test_it_stays_inside_and_in_the_middle_when_its_parent_changes_size(bar: MessageBar, ground: QWidget) -> None:
    bar.show_message(
        "A sentence that is so long that it takes more than one line in a small window. " * 3, details="deep\ninside"
    )
    for width in (300, 900):
        ground.resize(width, 300)
        QApplication.processEvents()
        place = bar.geometry()
        assert place.width() == min(width - 16, message_bar.WIDEST)
        assert abs(place.center().x() - width // 2) <= 1
        assert place.height() >= bar.minimumSizeHint().height()


def test_it_covers_nothing_of_the_head_that_it_is_kept_below(ground: QWidget, bar: MessageBar) -> None:
    head = QWidget(ground)
    head.setGeometry(0, 0, 400, 60)
    head.show()
    bar.keep_below(head)
    bar.show_message("It failed.")
    assert bar.geometry().top() > 60
    head.resize(400, 160)
    assert bar.geometry().top() > 160
    bar.keep_below(None)
    assert bar.geometry().top() < 60
