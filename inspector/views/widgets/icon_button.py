"""A small button with one of the project's icons."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QToolButton, QWidget

from inspector.views.icons import icon
from inspector.views.theme import colours_of


class IconButton(QToolButton):
    """Says what it does in its tooltip and to screen readers; its icon follows the theme."""

    def __init__(self, icon_name: str, title: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setAccessibleName(title)
        self.setToolTip(tip or title)
        self.setIconSize(QSize(16, 16))
        self._colour_icon()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon anew when light turns to dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour_icon()

    def _colour_icon(self) -> None:
        colours = colours_of(self)
        self.setIcon(icon(self._icon_name, colours.text, colours.on_accent))
