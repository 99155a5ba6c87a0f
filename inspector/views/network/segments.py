"""One of a few words, all in sight, side by side."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget


class Segments(QWidget):
    """Buttons of which one is pressed; ``chosen`` carries the word that the hand picks."""

    chosen = Signal(str)

    def __init__(self, name: str, items: Mapping[str, str], parent: QWidget | None = None) -> None:
        """``items``: the words, each with its explanation; the first is chosen."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._items = dict(items)
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for word in items:
            layout.addWidget(self._button(word))
        self._word, self._reason = next(iter(items)), ""
        self._group.buttonToggled.connect(self._toggle)
        self.explain("")

    @property
    def word(self) -> str:
        """The word that is chosen."""
        return self._word

    def button(self, word: str) -> QToolButton:
        """The button of a word."""
        return next(button for button in self.findChildren(QToolButton) if button.text() == word)

    def show_choice(self, word: str) -> None:
        """Show a word; nothing is emitted."""
        self._word = word
        self._show_pressed()

    def explain(self, reason: str) -> None:
        """Why nothing can be chosen now: the buttons are disabled and none is pressed; "" enables them."""
        self._reason = reason
        self.setEnabled(not reason)
        self._show_pressed()
        self.setToolTip(reason)
        for word, explanation in self._items.items():
            self.button(word).setToolTip(reason or explanation)

    def _show_pressed(self) -> None:
        self._group.setExclusive(False)  # an exclusive group keeps its last button pressed
        for button in self._group.buttons():
            button.setChecked(not self._reason and button.text() == self._word)
        self._group.setExclusive(True)

    def _button(self, word: str) -> QToolButton:
        button = QToolButton()
        button.setText(word)
        button.setCheckable(True)
        button.setAccessibleName(f"{self.accessibleName()}: {word}")
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._group.addButton(button)
        return button

    def _toggle(self, button: QToolButton, checked: bool) -> None:
        if checked and button.text() != self._word:
            self._word = button.text()
            self.chosen.emit(self._word)
