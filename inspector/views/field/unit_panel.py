"""One unit: its value, and the part of the picture that it sees."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.core.receptive_field.shown import BOX, BOX_EXPLANATIONS, UnitSeen, box_line, box_texts, unit_line
from inspector.views.field.number_rows import NumberRows
from inspector.views.network.picture_box import PictureBox
from inspector.views.widgets.section import Elided, Section, row

SIDE = 128  # of the crop, pixels
HINT = "Move over the units below the picture, or choose a layer on the left."


class UnitPanel(QWidget):
    """Shows a ``UnitSeen``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = Elided("muted")
        self.crop = PictureBox("What the unit sees", QSize(SIDE, SIDE))
        self.crop.setToolTip("The pixels in the unit's box; a checkerboard stands for those outside of the picture")
        self.numbers = NumberRows(BOX, BOX_EXPLANATIONS)
        self.note = Elided("warning", lines=3)
        self._lay_out()
        self.show_unit(None)

    def show_unit(self, seen: UnitSeen | None, problem: str = "") -> None:
        """Show a unit, or what to do, or by what ``problem`` nothing is known of it."""
        self.section.heading.setText(unit_line(seen).upper() if seen else "UNIT")
        self.label.show_text(seen.label if seen else "" if problem else HINT)
        self.crop.show_picture(seen.crop if seen else None, box_line(seen) if seen else "")
        self.numbers.show_texts(box_texts(seen))
        self.note.show_text(seen.note if seen else problem)

    def _lay_out(self) -> None:
        self.section = Section("Unit")
        self.section.aside.hide()  # the heading needs the whole line
        beside = QVBoxLayout()
        beside.addWidget(self.numbers)
        beside.addStretch(1)
        beside.addWidget(self.note)
        line = row(self.crop, stretch=False)
        line.addLayout(beside, 1)
        self.section.column.addWidget(self.label)
        self.section.column.addLayout(line)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.section)
