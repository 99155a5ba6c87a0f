"""Several networks side by side on the same moved picture: the maps of one layer of each, and how far they moved along."""

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from inspector.core.shift.pictures import Rgb
from inspector.views.network.picture_box import PictureBox
from inspector.views.theme import GRID
from inspector.views.widgets.section import Elided

LEAST = 80  # height of a picture, pixels
WAITING = "The other networks are being opened …"


@dataclass(frozen=True, eq=False)
class Side:
    """One network: its ``title``, the layer that is shown, ``line`` in numbers, maps after the move and what they are off by.

    ``known``: whether it is known what they ought to be; else they are compared with the unmoved ones.
    """

    title: str
    layer: str
    line: str
    after: Rgb | None
    difference: Rgb | None
    known: bool = True


class SideBySide(QWidget):
    """A column for each ``Side``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID)
        self.waiting = QLabel(WAITING)
        self._row.addWidget(self.waiting)
        self.columns: tuple[SideColumn, ...] = ()
        self.show_sides(())

    def show_sides(self, sides: tuple[Side, ...]) -> None:
        """Show these, the present network first."""
        while len(self.columns) < len(sides):
            self.columns = (*self.columns, SideColumn())
            self._row.addWidget(self.columns[-1], 1)
        for place, column in enumerate(self.columns):
            column.setVisible(place < len(sides))
            if place < len(sides):
                column.show_side(sides[place])
        self.waiting.setVisible(not sides)


class SideColumn(QWidget):
    """One network."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.layer, self.line = Elided(), Elided("muted"), Elided(lines=3)
        self.after, self.difference = Picture("Maps after the move"), Picture("Difference from what they ought to be")
        self.words = Elided("muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        for part in (self.title, self.layer, self.after, self.words, self.difference, self.line):
            column.addWidget(part, 1 if isinstance(part, Picture) else 0)

    def show_side(self, side: Side) -> None:
        """Show another network, or it again."""
        self.title.show_text(side.title)
        self.layer.show_text(side.layer)
        self.line.show_text(side.line)
        self.words.show_text("f(Tx) − T′f(x)" if side.known else "f(Tx) − f(x)")
        self.after.show_picture(side.after)
        self.difference.show_picture(side.difference)
        for box in (self.after, self.difference):
            box.setAccessibleDescription(f"{side.title}: {side.layer}, {side.line}")


class Picture(PictureBox):
    """A picture as high as there is room."""

    def __init__(self, name: str) -> None:
        super().__init__(name, QSize(0, LEAST))
        self.setMaximumHeight(self.maximumWidth())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setToolTip(name)
