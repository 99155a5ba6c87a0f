"""A headed part of a side column, and the small pieces that all of them use."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from inspector.views.theme import GRID


class Section(QWidget):
    """A small heading, with room for a few words ``aside``, over a column of contents."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = label(title.upper(), "heading")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GRID)
        self.aside = label("", "muted")
        self.aside.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.column.addLayout(row(self.heading, self.aside, stretch=False))


class Elided(QLabel):
    """A text in the room of ``lines`` lines; what does not fit is cut with "…" and is whole in the tooltip.

    Its height never changes, so that nothing below it jumps.
    """

    def __init__(self, role: str = "", lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self.full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(lines > 1)
        self.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setProperty("role", role)

    def show_text(self, text: str) -> None:
        """Show another text."""
        if text != self.full:
            self.full = text
            self.setToolTip(text)
            self.setAccessibleName(text)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text for the new width."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(super().sizeHint().width(), self._lines * self.fontMetrics().lineSpacing() + 1)

    def heightForWidth(self, width: int) -> int:
        """The same at every width."""
        return self.sizeHint().height()

    def minimumSizeHint(self) -> QSize:
        """As high as its lines, and as narrow as one likes."""
        return QSize(0, self.sizeHint().height())

    def _fit(self) -> None:
        ragged = 1.0 if self._lines == 1 else 0.9  # what wrapping between words leaves unused
        room = int(self.width() * self._lines * ragged)
        self.setText(self.fontMetrics().elidedText(self.full, Qt.TextElideMode.ElideRight, room))


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A text in one of the style sheet's roles: heading, muted, warning, title or plain.

    The text is shown as it is, never as HTML: names of files come here.
    """
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("role", role)
    result.setWordWrap(wrap)
    if not wrap:
        result.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return result


def row(*widgets: QWidget, spacing: int = GRID, stretch: bool = True) -> QHBoxLayout:
    """Widgets side by side, from the reading direction's start; ``stretch`` leaves the rest empty."""
    layout = QHBoxLayout()
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    if stretch:
        layout.addStretch(1)
    return layout


def set_role(target: QLabel, role: str) -> None:
    """Draw a text in another of the style sheet's roles."""
    if target.property("role") != role:
        target.setProperty("role", role)
        target.style().unpolish(target)
        target.style().polish(target)
