"""Actions, menus and the tool bar, made from the command table."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QSizePolicy, QToolBar, QWidget

from inspector.views.commands import COMMANDS, MENUS, Command, tooltip

TOOLS_LEFT = ("workspace-filter", "workspace-network", "workspace-field", "workspace-shift")
TOOLS_RIGHT = (
    ("layout-split", "layout-side", "layout-input", "layout-output"),
    ("undo", "redo"),
    ("copy-command", "export-shown"),
)
TOOL_TITLES = {
    "workspace-field": "Receptive field",
    "layout-split": "Split", "layout-side": "Side by side", "layout-input": "Input", "layout-output": "Output",
    "copy-command": "Copy as command", "export-shown": "Export…",
}  # fmt: skip


class Actions(QObject):
    """One QAction for each command; ``triggered`` carries the command's id."""

    triggered = Signal(str)
    recent_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.by_id = {command.id: self._action(command, parent) for command in COMMANDS}
        self._recent = QMenu("Open Recent", parent)
        self._menus: list[QMenu] = []
        self._lines: list[tuple[QAction, tuple[str, ...]]] = []  # of the tool bar, with the group before each
        self._shown: tuple[frozenset[str], frozenset[str], dict[str, str]] | None = None
        self.show_workspace("filter")

    def fill(self, bar: QMenuBar) -> None:
        """Put every command into its menu, in the order of the table."""
        for title in MENUS:
            menu = bar.addMenu(title)
            menu.setToolTipsVisible(True)
            self._menus.append(menu)
            for command in (c for c in COMMANDS if c.menu == title):
                if command.separator:
                    menu.addSeparator()
                menu.addAction(self.by_id[command.id])
                if command.id == "open-folder":
                    menu.addMenu(self._recent)
        self._hide_empty_menus()

    def fill_tools(self, bar: QToolBar) -> None:
        """Workspaces on the left, what is used all the time on the right."""
        for id in TOOLS_LEFT:
            bar.addAction(self._tool(id))
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        for number, group in enumerate(TOOLS_RIGHT):
            if number:
                self._lines.append((bar.addSeparator(), TOOLS_RIGHT[number - 1]))
            for id in group:
                bar.addAction(self._tool(id))

    def show_commands(self, enabled: frozenset[str], checked: frozenset[str], titles: dict[str, str]) -> None:
        """What can be done now, which alternatives are chosen, and titles that say more ("Undo Border")."""
        if (enabled, checked, titles) == self._shown:
            return
        self._shown = enabled, checked, titles
        for id, action in self.by_id.items():
            action.setEnabled(id in enabled)
            if action.isCheckable():
                action.setChecked(id in checked)
            if id in titles and action.text() != titles[id]:
                icon_text = action.iconText()
                action.setText(titles[id])
                action.setIconText(icon_text)

    def show_workspace(self, workspace: str) -> None:
        """Offer the commands of this workspace and those of all, and no others; a menu without any goes."""
        for command in COMMANDS:
            self.by_id[command.id].setVisible(command.workspace in ("", workspace))
        self._hide_empty_menus()
        for line, group in self._lines:
            line.setVisible(any(self.by_id[id].isVisible() for id in group))

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """The files in File > Open Recent, newest first."""
        self._recent.clear()
        self._recent.setEnabled(bool(paths))
        for path in paths:
            action = self._recent.addAction(path)
            action.setData(path)
            action.triggered.connect(self._emit_recent)

    def _hide_empty_menus(self) -> None:
        for menu in self._menus:
            menu.menuAction().setVisible(any(action.isVisible() for action in menu.actions() if not action.isSeparator()))

    def _tool(self, id: str) -> QAction:
        """The action with what its button says."""
        action = self.by_id[id]
        action.setIconText(TOOL_TITLES.get(id, action.text()))
        return action

    def _action(self, command: Command, parent: QWidget) -> QAction:
        action = QAction(command.title, parent)
        action.setData(command.id)
        action.setToolTip(tooltip(command.id))
        action.setStatusTip(command.tip)
        if command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
        action.setCheckable(bool(command.check))
        action.triggered.connect(self._emit)
        parent.addAction(action)
        return action

    def _emit(self) -> None:
        self.triggered.emit(self.sender().data())  # type: ignore[attr-defined]

    def _emit_recent(self) -> None:
        self.recent_chosen.emit(self.sender().data())  # type: ignore[attr-defined]
