"""The question whether code of the user's own may run."""

from keyword import iskeyword
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from inspector.views.theme import GRID
from inspector.views.widgets.section import label, row

WIDTH = 440
NAME_TIP = "A function without arguments that returns the network, a network's class, or a network itself"


class CodeQuestion(QDialog):
    """Asks about the Python file at ``path``; ``accepted_code`` carries "path:callable". To be shown with ``open()``."""

    accepted_code = Signal(str)

    def __init__(self, path: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self.setWindowTitle("Run a Python file")
        self.setMinimumWidth(WIDTH)
        self.warning = _sentences(path)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the callable")
        self.name.setPlaceholderText("such as make_network or Net")
        self.name.setToolTip(NAME_TIP)
        self.problem = label("", "muted")
        self._make_buttons()
        self._lay_out()
        self.name.textChanged.connect(self._show_problem)
        self.accepted.connect(self._accept)
        self._show_problem("")

    def _make_buttons(self) -> None:
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.run = self.buttons.addButton("Run", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        caption = QLabel("&Callable")
        caption.setBuddy(self.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addWidget(self.warning)
        column.addSpacing(GRID)
        column.addLayout(row(caption, self.name, stretch=False))
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addWidget(self.buttons)

    def _show_problem(self, text: str) -> None:
        name = text.strip()
        reason = "" if name.isidentifier() and not iskeyword(name) else "Give the name in the file that makes the network."
        self.problem.setText(reason)
        self.run.setEnabled(not reason)
        self.run.setToolTip(reason or "Run the file and take the network that this name makes")

    def _accept(self) -> None:
        self.accepted_code.emit(f"{self._path}:{self.name.text().strip()}")


def _sentences(path: str) -> QLabel:
    result = label(f"This runs the Python code in {Path(path).name} with your rights. Only go on if you trust it.", wrap=True)
    result.setToolTip(path)
    result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return result
