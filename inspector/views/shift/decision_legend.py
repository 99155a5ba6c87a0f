"""The classes of a decision map: their colours, letters, names and shares."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.core.shift.deciding import LETTERS, OTHER_LETTER, OTHERS, Decided
from inspector.views.theme import colours_of

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#8c6bb1", "#8a8a8a")  # Okabe and Ito
ROW = 14  # height of a line, pixels
LEAST_PART = 0.005  # of the shifts; less would be printed as none


class Legend(QWidget):
    """The classes of the map: colour, letter, name and share; what there is no room for is in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Classes of the map")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.setMaximumHeight((OTHERS + 1) * ROW)
        self._entries: tuple[Decided, ...] = ()

    @property
    def entries(self) -> tuple[Decided, ...]:
        """What is shown."""
        return self._entries

    def show_entries(self, entries: tuple[Decided, ...]) -> None:
        """Show these from the top."""
        if entries != self._entries:
            self._entries = entries
            self.setAccessibleDescription("; ".join(entry.words for entry in entries))
            self.setToolTip("\n".join(entry.words for entry in entries))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a line for each class."""
        with QPainter(self) as painter:
            for number, entry in enumerate(self._entries):
                self._paint_entry(painter, number * ROW, entry)

    def _paint_entry(self, painter: QPainter, top: int, entry: Decided) -> None:
        box = QRectF(0, top + 1, ROW - 2, ROW - 2)
        painter.fillRect(box, QColor(COLOURS[entry.number]))
        painter.setPen(ink(entry.number))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, entry.letter)
        painter.setPen(QColor(colours_of(self).text))
        share = f"{100 * entry.part:.0f} %" if entry.part >= LEAST_PART else "<1 %"
        room = self.width() - ROW - 8 - self.fontMetrics().horizontalAdvance("100 %")
        line = QRectF(ROW + 2, top, self.width() - ROW - 2, ROW)
        name = self.fontMetrics().elidedText(entry.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, share)


def ink(number: int) -> QColor:
    """Dark or light, whichever reads on the colour of a class."""
    colour = QColor(COLOURS[number])
    luminance = 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue()
    return QColor("#0c0d0f" if luminance > 120 else "#f2f2f4")


def letter_of(number: int) -> str:
    """The letter of a class by its number in the legend."""
    return (LETTERS + OTHER_LETTER)[number]
