"""The command palette and the key sheet, both made from the command table."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inspector.views.commands import COMMANDS, FIELD_MENU, MENUS, Command


def matches(query: str, command: Command) -> bool:
    """Whether every word of the query occurs in the command's title, menu or tip."""
    text = f"{command.menu} {command.title} {command.tip}".lower()
    return all(word in text for word in query.lower().split())


def rank(query: str, command: Command) -> int:
    """0 where the title begins with the query, 1 where it contains it, 2 where only the rest does."""
    title, query = command.title.lower(), query.lower().strip()
    return 0 if title.startswith(query) else 1 if query in title else 2


STEPS = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}


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
        self._list = QTreeWidget()
        self._list.setAccessibleName("Commands")
        self._list.setColumnCount(2)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
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
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in STEPS:
            self._select(STEPS[event.key()])
            return True
        return super().eventFilter(watched, event)

    def _filter(self, query: str) -> None:
        self._list.clear()
        found = (command for command in COMMANDS if command.id != "palette" and matches(query, command))
        for command in sorted(found, key=partial(rank, query)):
            self._list.addTopLevelItem(self._item(command))
        self._select(0)

    def _select(self, step: int) -> None:
        """Go to the next command in this direction that can be used; 0 is the first one."""
        items = [item for row in range(self._list.topLevelItemCount()) if (item := self._list.topLevelItem(row))]
        usable = [item for item in items if not item.isDisabled()]
        if not usable:
            return
        current = self._list.currentItem()
        place = usable.index(current) + step if step and current in usable else 0
        self._list.setCurrentItem(usable[min(max(place, 0), len(usable) - 1)])

    def _item(self, command: Command) -> QTreeWidgetItem:
        item = QTreeWidgetItem([command.title, shortcut_text(command)])
        item.setData(0, Qt.ItemDataRole.UserRole, command.id)
        item.setToolTip(0, command.tip)
        item.setDisabled(command.id not in self._enabled)
        return item

    def _take(self) -> None:
        item = self._list.currentItem()
        if item is not None and not item.isDisabled():
            self.accept()
            self.chosen.emit(item.data(0, Qt.ItemDataRole.UserRole))


class KeySheet(QDialog):
    """Every shortcut on one page: a group for each menu, in three columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        row = QHBoxLayout(self)
        row.setSpacing(32)
        row.setContentsMargins(24, 24, 24, 24)
        for titles in SHEET:
            column = QVBoxLayout()
            column.setSpacing(8)
            for title in titles:
                _add_group(column, title, _keys_of(title))
            column.addStretch(1)
            row.addLayout(column)


SHEET = (("File", "Edit", FIELD_MENU, "Fields"), ("View", "Picture"), ("Source", "Network", "Maps", "Shift", "Help"))
HAND_KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "Picture": (
        ("Move the pixel", "Arrow keys"),
        ("Move it by ten", "Shift+Arrow keys"),
        ("Zoom", "Mouse wheel"),
        ("Pan", "Drag"),
        ("Fit", "Double click"),
        ("Change a weight", "Drag its cell, or Up and Down"),
    ),
    "Maps": (
        ("Choose a map", "Arrow keys, or click"),
        ("First and last map", "Home, End"),
        ("Large and back", "Enter, or double click"),
        ("All maps again", "Esc"),
    ),
    "Fields": (
        ("Point at a unit, or a pixel", "Arrow keys, or mouse"),
        ("Choose it", "Enter, or click"),
        ("Climb through the layers", "Ctrl+Mouse wheel"),
    ),
}


def shortcut_text(command: Command) -> str:
    """The shortcut as this system writes it."""
    return QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def _keys_of(menu: str) -> list[tuple[str, str]]:
    """Title and shortcut of a menu's commands; what hands do for the others, such as "Maps", which are no menus."""
    if menu not in MENUS:
        return list(HAND_KEYS[menu])
    return [(c.title.rstrip("…"), shortcut_text(c)) for c in COMMANDS if c.menu == menu and c.shortcut]


def _add_group(column: QVBoxLayout, title: str, rows: list[tuple[str, str]]) -> None:
    heading = QLabel(title.upper())
    heading.setProperty("role", "heading")
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    for number, (name, keys) in enumerate(rows):
        grid.addWidget(QLabel(name), number, 0)
        grid.addWidget(QLabel(keys), number, 1)
    column.addWidget(heading)
    column.addLayout(grid)
    column.addSpacing(16)
