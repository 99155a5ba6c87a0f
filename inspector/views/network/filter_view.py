"""The weights behind a map, as pictures and as numbers."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from inspector.core.network.view import Detail, Unit
from inspector.core.numbers_text import MINUS, four_digits, significant
from inspector.views.network.picture_box import PictureBox
from inspector.views.network.segments import Segments
from inspector.views.widgets.number_grid import NumberGrid, Table
from inspector.views.widgets.section import Elided, Section, row

HEIGHT = 176  # of the picture, pixels
MOST = 7  # rows and columns of numbers
FEW_COLUMNS = 5  # more than these have no room for a sign, a point and four digits
COLOURS = ("R", "G", "B")
EMPTY = "This layer has no weights that can be shown as filters."
SINGLE = "A single weight is no filter: it only scales"
TO_BENCH = "Put these weights onto the filter bench and see what they do to any picture"

Filter = NDArray[np.float32]  # (inputs, kh, kw)


class FilterView(QWidget):
    """A tile for each input channel; the numbers of the one under the mouse, else of the one that was clicked.

    ``to_bench`` carries the index of the input channel whose weights are to be put onto the filter bench.
    """

    to_bench = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detail: Detail | None = None
        self._input = 0
        self._make_parts()
        self._lay_out()
        self._connect()
        self.show_filter(None)

    @property
    def input(self) -> int:
        """The input channel that was clicked."""
        return self._input

    def show_filter(self, detail: Detail | None) -> None:
        """Show the filter of a map; None, or a layer without filters, says so."""
        if detail is not None and (detail.filter is None or detail.filter_picture is None):
            detail = None
        self._detail = detail
        weights = detail.filter if detail else None
        self._input = 0 if weights is None else min(self._input, len(weights) - 1)
        caption = EMPTY if weights is None else filter_line(weights)
        self.caption.show_text(caption)
        self.picture.show_picture(detail.filter_picture if detail else None, caption)
        for part in (self.picture, self.grid, self.channel, self.open):
            part.setVisible(detail is not None)
        self.colours.setVisible(_in_colour(detail))
        single = weights is not None and weights[0].size == 1
        self.open.setEnabled(not single)
        self.open.setToolTip(SINGLE if single else TO_BENCH)
        self._show_input(self._input)

    def _make_parts(self) -> None:
        self.picture = PictureBox("Filter", QSize(0, HEIGHT), active=True)
        self.picture.setToolTip("Blue is negative, white zero, red positive. A click or the arrow keys choose an input channel")
        self.caption = Elided("muted")
        tips = ("red", "green", "blue")
        items = {word: f"The weights of the {tip} channel" for word, tip in zip(COLOURS, tips, strict=True)}
        self.colours = Segments("Colour channel", items)
        self.channel = Elided()
        self.grid = NumberGrid("Weights")
        self.open = QPushButton("Open on the filter bench")
        self.open.setObjectName("compact")

    def _lay_out(self) -> None:
        self.section = Section("Filter")
        for part in (self.caption, self.picture, self.colours, self.channel, self.grid):
            self.section.column.addWidget(part)
        self.section.column.addLayout(row(self.open))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.section)

    def _connect(self) -> None:
        self.picture.clicked.connect(self._click)
        self.picture.pointed.connect(self._point)
        self.picture.stepped.connect(self._step)
        self.colours.chosen.connect(self._choose_colour)
        self.open.clicked.connect(self._open)

    def _click(self, y: int, x: int) -> None:
        place = self._place_at((y, x))
        if place is not None:
            self._choose(place)

    def _point(self, pixel: Unit | None) -> None:
        place = self._place_at(pixel) if pixel is not None else None
        self._show_input(self._input if place is None else place)

    def _step(self, dy: int, dx: int) -> None:
        if self._detail is None or self._detail.filter is None or self._detail.filter_grid is None:
            return
        columns = self._detail.filter_grid.columns if not _in_colour(self._detail) else 1
        place = self._input + dy * columns + dx
        if 0 <= place < len(self._detail.filter):
            self._choose(place)

    def _choose_colour(self, word: str) -> None:
        self._choose(COLOURS.index(word))

    def _choose(self, place: int) -> None:
        self._input = place
        self._show_input(place)

    def _open(self) -> None:
        self.to_bench.emit(self._input)

    def _place_at(self, pixel: Unit) -> int | None:
        """The input channel of a pixel of the picture; a picture in colour holds all three."""
        if self._detail is None or self._detail.filter_grid is None or _in_colour(self._detail):
            return None
        found = self._detail.filter_grid.at(*pixel)
        return found[0] if found else None

    def _show_input(self, place: int) -> None:
        """The numbers of an input channel; the clicked one stays marked."""
        detail = self._detail
        if detail is None or detail.filter is None or detail.filter_grid is None:
            return
        in_colour = _in_colour(detail)
        if in_colour:
            self.colours.show_choice(COLOURS[self._input])
        self.picture.show_mark(None if in_colour or len(detail.filter) == 1 else detail.filter_grid.box(self._input))
        self.channel.show_text(channel_line(detail.filter, place, in_colour=in_colour))
        self.grid.show_table(table(detail.filter, place))


def filter_line(weights: Filter) -> str:
    """What the picture shows, such as "3 × 3, 64 inputs, symmetric ±0.21"."""
    inputs, height, width = weights.shape
    many = "1 input" if inputs == 1 else f"{inputs} inputs"
    return f"{height} × {width}, {many}, symmetric ±{four_digits(_reach(weights))}"


def channel_line(weights: Filter, place: int, *, in_colour: bool) -> str:
    """Whose numbers the table holds, and how much of them."""
    _, height, width = weights.shape
    name = f"{COLOURS[place]} channel" if in_colour else f"input channel {place}"
    part = f", the middle {min(height, MOST)} × {min(width, MOST)}" if max(height, width) > MOST else ""
    return f"{name}{part}"


def table(weights: Filter, place: int) -> Table:
    """The weights of an input channel ``(kh, kw)``, of large ones the middle; tints are relative to the whole filter."""
    _, height, width = weights.shape
    rows, columns = _middle(height), _middle(width)
    part = weights[place, rows, columns].astype(np.float64)
    digits = 4 if part.shape[1] <= FEW_COLUMNS else 3
    texts = tuple(tuple(significant(float(value), digits) for value in line) for line in part)
    tips = tuple(
        tuple(f"row {y}, column {x}: {weights[place, y, x]:.9g}".replace("-", MINUS) for x in range(columns.start, columns.stop))
        for y in range(rows.start, rows.stop)
    )
    tints = np.nan_to_num(np.clip(part / (_reach(weights) or 1.0), -1.0, 1.0), nan=0.0)
    return Table(texts, tips, tints, np.zeros(part.shape, bool))


def _middle(length: int) -> slice:
    start = max(length - MOST, 0) // 2
    return slice(start, start + min(length, MOST))


def _reach(weights: Filter) -> float:
    """The largest size of a finite weight, 0 where there is none."""
    return float(np.abs(weights[np.isfinite(weights)]).max(initial=0.0))


def _in_colour(detail: Detail | None) -> bool:
    """Whether the picture is one tile in colour instead of a tile for each input channel."""
    if detail is None or detail.filter is None or detail.filter_grid is None:
        return False
    return detail.filter_grid.count == 1 and len(detail.filter) == len(COLOURS)
