"""A few lines, each with a button that takes it away."""

from collections.abc import Hashable, Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.views.theme import GRID
from inspector.views.widgets.icon_button import IconButton
from inspector.views.widgets.section import Elided, row


class LineList(QWidget):
    """``removed`` carries the key of the line that the hand takes away."""

    removed = Signal(object)

    def __init__(self, name: str, empty: str, remove: str, role: str = "", parent: QWidget | None = None) -> None:
        """``empty`` is said while there are no lines, "" for nothing; ``remove``: what the buttons do; ``role``: of the texts."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._empty, self._remove_tip, self._role = empty, remove, role
        self._shown: dict[Hashable, str] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2)
        self._widgets: tuple[QWidget, ...] = ()
        self.show_lines({})

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines as they are read."""
        return tuple((self._shown or {}).values()) or (self._empty,)

    def show_lines(self, lines: Mapping[Hashable, str]) -> None:
        """Show these texts by their keys, in their order."""
        if dict(lines) == self._shown:
            return
        self._shown = dict(lines)
        for widget in self._widgets:
            widget.hide()
            widget.deleteLater()  # not at once: its own button may be what asked for this
        none = (_text(self._empty, "muted"),) if self._empty else ()
        self._widgets = tuple(self._line(key, text) for key, text in lines.items()) or none
        for widget in self._widgets:
            self._column.addWidget(widget)
            widget.show()
        if self.parent() is not None or not self._widgets:  # what has no parent yet would be a window
            self.setVisible(bool(self._widgets))
        self.setAccessibleDescription("\n".join(self.texts))

    def _line(self, key: Hashable, text: str) -> QWidget:
        remove = IconButton("close", f"{self._remove_tip}: {text}")
        remove.clicked.connect(partial(self._remove, key))
        line = QWidget()
        layout = row(_text(text, self._role), remove, stretch=False)
        layout.setContentsMargins(0, 0, 0, 0)
        line.setLayout(layout)
        return line

    def _remove(self, key: Hashable, _checked: bool = False) -> None:
        self.removed.emit(key)


def _text(words: str, role: str) -> Elided:
    line = Elided(role)
    line.show_text(words)
    return line
