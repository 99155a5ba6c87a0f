"""The command palette and the key sheet, both made from the command table."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inspector.views.commands import COMMANDS, MENUS, Command


def matches(query: str, command: Command) -> bool:
    """Whether every word of the query occurs in the command's title, menu or tip."""
    text = f"{command.menu} {command.title} {command.tip}".lower()
    return all(word in text for word in query.lower().split())


class CommandPalette(QDialog):
    """Type a few letters, Enter does it."""

    chosen = Signal(str)

    def __init__(self, enabled: frozenset[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Commands")
        self.resize(480, 400)
        self._enabled = enabled
        self._query = QLineEdit(placeholderText="Type to find a command")
        self._query.setAccessibleName("Find a command")
        self._list = QListWidget()
        self._list.setAccessibleName("Commands")
        column = QVBoxLayout(self)
        column.addWidget(self._query)
        column.addWidget(self._list)
        self._query.textChanged.connect(self._filter)
        self._query.returnPressed.connect(self._take)
        self._list.itemActivated.connect(self._take)
        self._query.installEventFilter(self)
        self._filter("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down in the text field move through the list."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
            if step is not None:
                self._list.setCurrentRow(min(max(self._list.currentRow() + step, 0), self._list.count() - 1))
                return True
        return super().eventFilter(watched, event)

    def _filter(self, query: str) -> None:
        self._list.clear()
        for command in COMMANDS:
            if command.id != "palette" and matches(query, command):
                item = QListWidgetItem(f"{command.title}    {shortcut_text(command)}".rstrip())
                item.setData(Qt.ItemDataRole.UserRole, command.id)
                item.setToolTip(command.tip)
                if command.id not in self._enabled:
                    item.setFlags(Qt.ItemFlag.NoItemFlags)
                self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _take(self) -> None:
        item = self._list.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.accept()
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


class KeySheet(QDialog):
    """Every shortcut on one page, a column for each menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        row = QHBoxLayout(self)
        row.setSpacing(32)
        row.setContentsMargins(24, 24, 24, 24)
        for menu in MENUS:
            row.addLayout(_column(menu, [c for c in COMMANDS if c.menu == menu and c.shortcut]))
        row.addLayout(_column("Picture", [], POINTER_KEYS))


POINTER_KEYS: tuple[tuple[str, str], ...] = (
    ("Move the pixel", "Arrow keys"),
    ("Move it by ten", "Shift+Arrow keys"),
    ("Zoom", "Mouse wheel"),
    ("Pan", "Drag"),
    ("Fit", "Double click"),
    ("Change a weight", "Drag its cell, or Up and Down"),
)


def shortcut_text(command: Command) -> str:
    """The shortcut as this system writes it."""
    return QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def _column(title: str, commands: list[Command], extra: tuple[tuple[str, str], ...] = ()) -> QVBoxLayout:
    heading = QLabel(title.upper())
    heading.setProperty("role", "heading")
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    rows = [(command.title.rstrip("…"), shortcut_text(command)) for command in commands] + list(extra)
    for number, (name, keys) in enumerate(rows):
        grid.addWidget(QLabel(name), number, 0)
        grid.addWidget(QLabel(keys), number, 1)
    column = QVBoxLayout()
    column.addWidget(heading)
    column.addLayout(grid)
    column.addStretch(1)
    return column
