"""Commands are found by their words, chosen by keyboard, and all listed on the key sheet."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QLineEdit, QTreeWidget
from pytestqt.qtbot import QtBot

from inspector.views.commands import COMMANDS, MENUS, command, tooltip
from inspector.views.palette import CommandPalette, KeySheet, matches

ALL = frozenset(c.id for c in COMMANDS)


def test_ids_and_shortcuts_are_used_once_and_menus_exist() -> None:
    assert len({c.id for c in COMMANDS}) == len(COMMANDS)
    shortcuts = [QKeySequence(c.shortcut).toString() for c in COMMANDS if c.shortcut]
    assert all(shortcuts), "every shortcut is one that Qt knows"
    assert len(set(shortcuts)) == len(shortcuts)
    assert {c.menu for c in COMMANDS} == set(MENUS)
    assert all(c.tip for c in COMMANDS)


def test_a_tooltip_names_the_shortcut() -> None:
    assert tooltip("undo").endswith("(Ctrl+Z)")
    assert "(" not in tooltip("theme-light")


@pytest.mark.parametrize(
    ("query", "found"), [("", True), ("undo", True), ("last change", True), ("EDIT undo", True), ("zoom", False)]
)
def test_every_word_must_occur(query: str, found: bool) -> None:
    assert matches(query, command("undo")) is found


def test_a_title_that_begins_with_the_query_comes_first(qtbot: QtBot) -> None:
    palette = CommandPalette(ALL)
    qtbot.addWidget(palette)
    palette.findChild(QLineEdit).setText("dark")
    found = palette.findChild(QTreeWidget)
    titles = [found.topLevelItem(row).text(0) for row in range(found.topLevelItemCount())]
    assert titles[0] == "Dark"
    assert "System Colours" in titles


def test_typing_and_enter_run_a_command(qtbot: QtBot) -> None:
    palette = CommandPalette(ALL)
    qtbot.addWidget(palette)
    field = palette.findChild(QLineEdit)
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.keyClicks(field, "side by")
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == ["layout-side"]


def test_up_and_down_pass_over_what_cannot_be_used(qtbot: QtBot) -> None:
    palette = CommandPalette(ALL - {"layout-input"})
    qtbot.addWidget(palette)
    field, rows = palette.findChild(QLineEdit), palette.findChild(QTreeWidget)
    qtbot.keyClicks(field, "view only")
    assert [rows.topLevelItem(n).text(0) for n in range(rows.topLevelItemCount())] == ["Input Only", "Output Only"]
    assert rows.currentItem().text(0) == "Output Only"
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert rows.currentItem().text(0) == "Output Only"
    field.clear()
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert rows.currentItem().text(0) == COMMANDS[2].title


def test_the_sheet_shows_every_shortcut_and_fits_a_small_screen(qtbot: QtBot) -> None:
    sheet = KeySheet()
    qtbot.addWidget(sheet)
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    assert {c.title.rstrip("…") for c in COMMANDS if c.shortcut} <= texts
    assert sheet.sizeHint().width() <= 1280
    assert sheet.sizeHint().height() <= 800
