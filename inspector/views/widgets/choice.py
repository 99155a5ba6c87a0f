"""A combo box whose items each say what they mean."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget


class Choice(QComboBox):
    """One of several words; ``chosen`` carries the word that the hand picks."""

    chosen = Signal(str)

    def __init__(self, name: str, tip: str, items: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tip = tip
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(26)  # as high as the fields beside it
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_items(items)
        self.textActivated.connect(self.chosen)

    def show_items(self, items: Mapping[str, str]) -> None:
        """Offer these words, each with its explanation; the choice stays where it can."""
        word = self.currentText()
        self.clear()
        for item, explanation in items.items():
            self.addItem(item)
            self.setItemData(self.count() - 1, explanation, Qt.ItemDataRole.ToolTipRole)
        self.show_choice(word)

    def show_choice(self, word: str) -> None:
        """Show a word; nothing is emitted."""
        if word != self.currentText():
            self.setCurrentIndex(self.findText(word))
        explanation = self.currentData(Qt.ItemDataRole.ToolTipRole)
        self.setToolTip(f"{self._tip}\n{word}: {explanation}" if explanation else self._tip)

    def disable(self, word: str, reason: str) -> None:
        """Show that a word cannot be chosen, and why."""
        model, place = self.model(), self.findText(word)
        if isinstance(model, QStandardItemModel) and place >= 0:
            model.item(place).setEnabled(False)
            self.setItemData(place, reason, Qt.ItemDataRole.ToolTipRole)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the column; it changes a choice only where the keyboard is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
