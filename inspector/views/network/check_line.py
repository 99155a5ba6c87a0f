"""Below the layer list: the button that checks the network by the engine, and what came of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from inspector.views.commands import tooltip
from inspector.views.theme import GRID
from inspector.views.widgets.section import Elided, set_role


class CheckLine(QWidget):
    """``wished``: the button was pressed."""

    wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton("Check")
        self.button.setAccessibleName("Check by the engine")
        self.button.setToolTip(tooltip("check-engine"))
        self.button.clicked.connect(lambda _: self.wished.emit())
        self.text = Elided("muted", lines=2)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.button)
        layout.addWidget(self.text, 1)

    def show_line(self, text: str, *, wrong: bool) -> None:
        """One line about the whole network; "" while nothing is known."""
        self.text.show_text(text)
        set_role(self.text, "warning" if wrong else "muted")
