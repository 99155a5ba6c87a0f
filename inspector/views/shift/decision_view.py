"""The judgement for every shift as a map: top-1 by colour and letter, its probability, or its margin."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from inspector.core.network.atlas import GROUND
from inspector.core.receptive_field.shown import shares_rgb
from inspector.core.shift.deciding import LETTERS, OTHER_LETTER, OTHERS, Decided, case_line, consistency_line, legend, numbered
from inspector.core.shift.results import UNKNOWN, DecisionMap
from inspector.views.field.padding_panel import ColourScale
from inspector.views.network.picture_box import PictureBox
from inspector.views.network.segments import Segments
from inspector.views.shift.fixed import fixed
from inspector.views.theme import GRID, colours_of
from inspector.views.widgets.section import Elided

TOP, PROBABILITY, MARGIN = "Top-1", "Probability", "Margin"
VIEWS = {
    TOP: "Which class is judged likeliest, by colour and letter",
    PROBABILITY: "How likely that class is",
    MARGIN: "By how much it leads the next class",
}
EMPTY = "The judgements appear here once a network has seen a picture."
TIP = "A judgement for every shift, right is right and down is down: a click or the arrow keys choose one"
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#8c6bb1", "#8a8a8a")  # Okabe and Ito
LETTER = 16.0  # screen units from letter to letter, at least
ROW, LEGEND = 16, 132  # height of a line of the legend and its width, pixels
LEAST = 96  # pixels


class DecisionView(QWidget):
    """Shows a ``DecisionMap`` while it fills; ``shift_chosen`` (dy, dx): what the hand picks in it."""

    shift_chosen = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decisions: DecisionMap | None = None
        self._names: tuple[str, ...] = ()
        self._empty = EMPTY
        self.view = Segments("Show of the judgement", VIEWS)
        self.reading, self.line = Elided("muted"), Elided("muted", lines=2)
        self.cells, self.legend, self.scale = DecisionCells(), Legend(), ColourScale()
        self._lay_out()
        self.view.chosen.connect(self._draw)
        self.cells.picked.connect(self._pick)
        self.cells.pointed.connect(self._point)
        self.show_decisions(None, ())

    def show_decisions(self, decisions: DecisionMap | None, names: tuple[str, ...], empty: str = EMPTY) -> None:
        """Show the judgements that are known; ``names`` of the classes. ``empty`` says why there are none."""
        self._decisions, self._names, self._empty = decisions, names, empty
        self.cells.show_empty(empty)
        self._draw()

    def show_shift(self, dy: float, dx: float) -> None:
        """Frame the shift that is looked at."""
        self.cells.show_present(dy, dx)

    def _draw(self, *_: object) -> None:
        found = self._decisions
        if found is None:
            self.cells.show_cells(None, None)
            self.legend.show_entries(())
        else:
            values = {PROBABILITY: found.probability, MARGIN: found.margin}.get(self.view.word)
            numbers = numbered(found)
            rgb = classes_rgb(numbers) if values is None else _values_rgb(values)
            self.cells.show_cells(rgb, found.known, numbers if values is None else None)
            self.legend.show_entries(legend(found, self._names))
        self.legend.setVisible(self.view.word == TOP)
        self.scale.setVisible(self.view.word != TOP)
        self.line.show_text("" if found is None else consistency_line(found))
        self._point(None)
        self.cells.setAccessibleDescription(self.line.full)

    def _point(self, place: tuple[int, int] | None) -> None:
        place = place or self.cells.present
        if self._decisions is None:
            self.reading.show_text(self._empty)
        elif place is None:
            self.reading.show_text("the picture lies beyond the map, or between its cells")
        else:
            self.reading.show_text(case_line(self._decisions, self._names, place))

    def _pick(self, y: int, x: int) -> None:
        if self._decisions is not None:
            self.shift_chosen.emit(float(y - self._decisions.reach), float(x - self._decisions.reach))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(fixed(self.view, 208))
        head.addWidget(self.reading, 1)
        side = QVBoxLayout()
        side.setSpacing(2)
        for part in (self.legend, self.scale):
            part.setFixedWidth(LEGEND)
            side.addWidget(part)
        side.addStretch(1)
        self.line.setFixedWidth(LEGEND)
        side.addWidget(self.line)
        body = QHBoxLayout()
        body.setSpacing(GRID)
        body.addWidget(self.cells, 1)
        body.addLayout(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(body, 1)


class DecisionCells(PictureBox):
    """A cell for each shift; what is not known yet is hatched. ``picked`` (row, column): what the hand chooses."""

    picked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Judgement for every shift", QSize(0, LEAST), active=True, parent=parent)
        self.setMaximumHeight(self.maximumWidth())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setToolTip(TIP)
        self._known: NDArray[np.bool_] | None = None
        self._numbers: NDArray[np.int64] | None = None
        self._shift = (0.0, 0.0)
        self._empty = EMPTY
        self.clicked.connect(self._pick)
        self.stepped.connect(self._step)

    def show_cells(
        self, rgb: NDArray[np.uint8] | None, known: NDArray[np.bool_] | None, numbers: NDArray[np.int64] | None = None
    ) -> None:
        """Show these colours (side, side, 3) where they are ``known``; ``numbers`` of the classes get letters."""
        self._known, self._numbers = known, numbers
        self.show_picture(rgb)
        self._frame()
        self.update()

    def show_empty(self, text: str) -> None:
        """What is said where there are no cells."""
        self._empty = text
        self.update()

    def show_present(self, dy: float, dx: float) -> None:
        """Frame this shift."""
        self._shift = (dy, dx)
        self._frame()

    @property
    def present(self) -> tuple[int, int] | None:
        """Row and column of the shift that is looked at; None where it lies beyond the map or between cells."""
        if self._known is None or any(part % 1 for part in self._shift):
            return None
        y, x = (int(part) + side // 2 for part, side in zip(self._shift, self._known.shape, strict=True))
        return (y, x) if 0 <= y < self._known.shape[0] and 0 <= x < self._known.shape[1] else None

    def _frame(self) -> None:
        place = self.present
        self.show_mark(None if place is None else (place[0], place[1], place[0] + 1, place[1] + 1))

    def _pick(self, y: int, x: int) -> None:
        if (y, x) != self.present:
            self.picked.emit(y, x)

    def _step(self, dy: int, dx: int) -> None:
        if self._known is None:
            return
        start = self.present or (self._known.shape[0] // 2, self._known.shape[1] // 2)
        y, x = (min(max(at + way, 0), side - 1) for at, way, side in zip(start, (dy, dx), self._known.shape, strict=True))
        self._pick(y, x)

    # how it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells, or what there is to say."""
        super().paintEvent(event)
        if self.picture is None:
            with QPainter(self) as painter:
                painter.setPen(QColor(colours_of(self).muted))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)

    def _paint_picture(self, painter: QPainter) -> None:
        super()._paint_picture(painter)
        self._paint_unknown(painter)
        for area, number in self._lettered():
            painter.setPen(ink(number))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, letter_of(number))
        self._paint_middle(painter)

    def _paint_unknown(self, painter: QPainter) -> None:
        if self._known is None or self._known.all():
            return
        brush = QBrush(QColor(colours_of(self).muted), Qt.BrushStyle.BDiagPattern)
        for y, x in np.argwhere(~self._known).tolist():
            painter.fillRect(self.area((y, x, y + 1, x + 1)), brush)

    def _paint_middle(self, painter: QPainter) -> None:
        """A dot on the picture as it is."""
        if self._known is not None:
            height, width = self._known.shape
            middle = self.area((height // 2, width // 2, height // 2 + 1, width // 2 + 1)).center()
            painter.setBrush(QColor("#ffffff"))
            painter.setPen(QColor("#000000"))
            painter.drawEllipse(middle, 2.0, 2.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _lettered(self) -> Iterator[tuple[QRectF, int]]:
        """Squares of cells that are judged alike and large enough for the letter of their class."""
        if self._numbers is None:
            return
        cell = self.area((0, 0, 1, 1)).width()
        side = max(int(np.ceil(LETTER / max(cell, 0.1))), 1)
        for y in range(0, self._numbers.shape[0] - side + 1, side):
            for x in range(0, self._numbers.shape[1] - side + 1, side):
                block = self._numbers[y : y + side, x : x + side]
                if block[0, 0] != UNKNOWN and (block == block[0, 0]).all():
                    yield self.area((y, x, y + side, x + side)), int(block[0, 0])


class Legend(QWidget):
    """The classes of the map: colour, letter, name and share, as high without any as with the most of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Classes of the map")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight((OTHERS + 1) * ROW)
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
        share = f"{100 * entry.part:.0f} %"
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


def classes_rgb(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The colours (side, side, 3) of classes by their numbers; the ground where they are not known."""
    table = np.array([*((c.red(), c.green(), c.blue()) for c in map(QColor, COLOURS)), GROUND], np.uint8)
    return np.ascontiguousarray(table[np.where(numbers == UNKNOWN, len(COLOURS), numbers)])


def _values_rgb(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    rgb = shares_rgb(np.nan_to_num(values))
    rgb[~np.isfinite(values)] = GROUND
    return rgb
