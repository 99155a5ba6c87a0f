"""How columns and stacks of panels are put together, the same in every workspace."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget


class Page(Protocol):
    """What a workspace puts into the three columns of the window."""

    @property
    def left(self) -> QWidget:
        """Below the source."""

    @property
    def middle(self) -> QWidget:
        """What it is for."""

    @property
    def right(self) -> QWidget:
        """What can be chosen, and what came of it."""


@dataclass(frozen=True)
class Columns:
    """A page that is nothing but its columns."""

    left: QWidget
    middle: QWidget
    right: QWidget


class Pages(QStackedWidget):
    """One page for each workspace; it asks for the room that the page in sight needs, not for that of the largest."""

    def sizeHint(self) -> QSize:
        """That of the page in sight."""
        page = self.currentWidget()
        return page.sizeHint() if page is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """That of the page in sight."""
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        """No: Qt would take the height that the tallest page would like for the least that it needs."""
        return False


def stacked(*widgets: QWidget, stretch: QWidget | None = None) -> QWidget:
    """The widgets on top of each other without gaps; ``stretch`` takes the room that is left."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget in widgets:
        layout.addWidget(widget, 1 if widget is stretch else 0)
    return holder


def scrolled(*widgets: QWidget) -> QScrollArea:
    """Panels in a column that scrolls."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(12, 8, 2, 8)  # the scroll bar is the rest of the margin
    layout.setSpacing(8)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # its room is kept, so that nothing moves
    area.setWidget(holder)
    return area


def framed(widget: QWidget, *, top: int = 8, bottom: int = 8) -> QWidget:
    """The widget with the margins that scrolling columns have."""
    holder = stacked(widget)
    layout = holder.layout()
    if isinstance(layout, QLayout):
        layout.setContentsMargins(12, top, 12, bottom)
    return holder
