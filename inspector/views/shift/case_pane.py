"""The pictures of the workspace: the moved input, and the maps of a layer as they ought to be, as they are, and between."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from inspector.core.shift.pictures import CaseShown, MapsPicture, unit_line
from inspector.core.shift.updates import set_shift
from inspector.views.network.maps_canvas import CLICK, Signs
from inspector.views.network.segments import Segments
from inspector.views.shift.fixed import fixed
from inspector.views.shift.shifted_input import ShiftedInput
from inspector.views.shift.side_by_side import Side, SideBySide
from inspector.views.shift.snug_canvas import LinkedMaps, SnugCanvas
from inspector.views.theme import GRID
from inspector.views.viewport import Viewport
from inspector.views.widgets.section import Elided, row

EMPTY = "Choose a network on the left, and open a picture or draw a digit."
NO_GRID = "The units of this layer have no places on the picture: what they ought to become is not known"
NO_MAPS = "Choose a layer on the left to see its maps before and after."
ONE, ALL = "One map", "All maps"
HERE, BESIDE = "This network", "Side by side"
NETWORKS = {HERE: "The maps of the present network, before and after", BESIDE: "The maps of all networks that are compared"}
OUGHT, BEFORE = "T′f(x)", "f(x)"
FIRST = {OUGHT: "The maps as they ought to be: those of the unmoved picture, moved", BEFORE: "The maps of the unmoved picture"}
WAYS = {ONE: "The chosen map large", ALL: "All maps of the layer; a click chooses one"}
NAMES = ("Maps as they ought to be: those of the unmoved picture, moved", "Maps after the move", "Difference of the maps")
LEAST_CELL = 6.0  # screen units for each unit of a vector


class CasePane(QWidget):
    """Shows a ``CaseShown`` beside the input; the ``input`` is heard directly.

    ``map_chosen`` carries the index of the map that is clicked or stepped to, ``updated`` an ``Update`` for one map or all.
    """

    map_chosen = Signal(int)
    updated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: CaseShown | None = None
        self._names: tuple[str, ...] = ()
        self._empty = EMPTY
        self.input = ShiftedInput()
        self.expected, self.after, self.difference = self._maps = tuple(map(LinkedMaps, NAMES))
        self.labels = tuple(Elided("muted") for _ in range(4))
        self.line, self.altered, self.reading = Elided(), Elided("warning", lines=2), Elided("muted")
        self.way, self.networks, self.first = Segments("Maps", WAYS), Segments("Networks", NETWORKS), Segments("Before", FIRST)
        self.sides = SideBySide()
        self._note, self._beside = "", False
        self._lay_out()
        self._connect()
        self.show_input(None, "")
        self.show_case(None)
        self.show_side_by_side(False, offered=False)
        self.show_altered("")

    # what is shown

    def show_input(self, rgb: NDArray[np.uint8] | None, label: str) -> None:
        """Show the moved input, uint8 (H, W, 3) and contiguous; ``label`` says its size and what comes in at the edge."""
        self.input.show_picture(rgb)
        self.labels[0].show_text(label)
        self._show_empty()

    def show_case(self, shown: CaseShown | None, names: tuple[str, ...] = ()) -> None:
        """Show the maps of a layer; ``names`` are those of its units, where there are as many."""
        keep = shown is not None and self._shown is not None and shown.grid == self._shown.grid
        self._shown, self._names = shown, names
        pictures = (None,) * 3 if shown is None else (shown.expected, shown.after, shown.difference)
        for canvas, label, picture in zip(self._maps, self.labels[1:], pictures, strict=True):
            self._show_maps(canvas, picture, keep)
            label.show_text(picture.label if picture is not None else "")
        self.first.explain("" if shown is None or shown.known else NO_GRID)
        self._show_empty()

    def show_transform(self, line: str, *, all_maps: bool, unmoved: bool = False) -> None:
        """Say what is done to the picture, whether all maps are shown, and whether f(x) is in the place of T'f(x)."""
        self.line.show_text(line)
        self.way.show_choice(ALL if all_maps else ONE)
        self.first.show_choice(BEFORE if unmoved else OUGHT)

    def show_note(self, note: str) -> None:
        """What must be known of the view below, said while no unit is pointed at."""
        self._note = note
        self._point(None)

    def show_side_by_side(self, beside: bool, *, offered: bool) -> None:
        """Whether the maps of several networks are shown, and whether there are any to be chosen."""
        self._fixed_networks.setVisible(offered)
        self.networks.show_choice(BESIDE if beside else HERE)
        if beside != self._beside:
            self._beside = beside
            self._place_pictures()

    def show_sides(self, sides: tuple[Side, ...]) -> None:
        """Show what other networks make of the moved picture, after the present one."""
        self.sides.show_sides(sides)

    def show_altered(self, text: str) -> None:
        """Say that and how the network is altered; "" says nothing."""
        self.altered.show_text(text)
        self.altered.setVisible(bool(text))

    def show_busy(self, busy: bool) -> None:
        """Grey the labels of the maps while newer ones are on their way."""
        for label in self.labels[1:]:
            label.setEnabled(not busy)

    def show_empty(self, text: str) -> None:
        """What to do, said while there is no picture; "" for what to do by default."""
        self._empty = text or EMPTY
        self._show_empty()

    @property
    def empty(self) -> str:
        """What is said while there is no picture."""
        return self._empty

    # the commands of the View menu; they reach the maps, which move together

    @property
    def viewport(self) -> Viewport:
        """The part of the maps that is seen."""
        return self.after.viewport

    def fit(self) -> None:
        """Show all of every picture."""
        self.input.fit()
        self.after.fit()

    def zoom_in(self) -> None:
        """Enlarge the maps about their middle."""
        self.after.zoom_in()

    def zoom_out(self) -> None:
        """Shrink the maps about their middle."""
        self.after.zoom_out()

    def actual_size(self) -> None:
        """One value of a map on one pixel of the screen."""
        self.after.actual_size()

    # passing it on

    def _show_maps(self, canvas: LinkedMaps, picture: MapsPicture | None, keep: bool) -> None:
        shown = self._shown
        if shown is None or picture is None:
            canvas.show_signs(None)
            canvas.show_picture(None)
            return
        vector = shown.found.shape[1:] == (1, 1)
        canvas.show_picture(picture.rgb, keep=keep, least=LEAST_CELL if vector else 0.0)
        dead = np.zeros(int(shown.maps.max()) + 1, np.bool_)
        canvas.show_signs(Signs(shown.grid, shown.maps, dead, shown.place, self._names))
        canvas.setAccessibleDescription(picture.label)

    def _show_empty(self) -> None:
        there = self.input.shape is not None
        self.input.show_text("" if there else self._empty)
        for canvas in self._maps:
            canvas.show_text(NO_MAPS if there and self._shown is None else "")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.line, 3)
        head.addWidget(self.altered, 2)
        self._fixed_networks = fixed(self.networks, 180)
        head.addWidget(self._fixed_networks)
        head.addWidget(fixed(self.way, 152))
        self._expected_head = QWidget()
        first = row(self.labels[1], fixed(self.first, 96), stretch=False)
        first.setContentsMargins(0, 0, 0, 0)
        self._expected_head.setLayout(first)
        self._grid = QGridLayout()
        self._grid.setSpacing(GRID // 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, GRID, 12, GRID // 2)
        column.setSpacing(GRID // 2)
        column.addLayout(head)
        column.addLayout(self._grid, 1)
        column.addWidget(self.reading)
        self._grid.addWidget(self.sides, 0, 1, 4, 1)
        self._place_pictures()

    def _place_pictures(self) -> None:
        """The input and three maps in a square; or the input, and all networks beside it."""
        heads: tuple[QWidget, ...] = (self.labels[0], self._expected_head, *self.labels[2:])
        canvases: tuple[SnugCanvas, ...] = (self.input, *self._maps)
        for place, (head, canvas) in enumerate(zip(heads, canvases, strict=True)):
            down, right = divmod(place, 2)
            rows = 3 if self._beside and not place else 1
            self._grid.removeWidget(canvas)
            self._grid.addWidget(head, 2 * down, right)
            self._grid.addWidget(canvas, 2 * down + 1, right, rows, 1)
            self._grid.setRowStretch(2 * down + 1, 1)
            for part in (head, canvas):
                part.setVisible(not self._beside or not place)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 3 if self._beside else 1)
        self.sides.setVisible(self._beside)

    def _connect(self) -> None:
        self.way.chosen.connect(self._choose_way)
        self.networks.chosen.connect(self._choose_networks)
        self.first.chosen.connect(self._choose_first)
        for canvas in self._maps:
            canvas.slack = CLICK
            canvas.viewed.connect(self._link)
            canvas.clicked.connect(self._click)
            canvas.pointed.connect(self._point)
            canvas.stepped.connect(self._step)
            canvas.toggled.connect(self._toggle)
            canvas.double_clicked.connect(self._toggle)

    # what the hand does

    def _link(self) -> None:
        """The other maps show what the one that has been moved shows."""
        moved = self.sender()
        for canvas in self._maps:
            if canvas is not moved and isinstance(moved, LinkedMaps) and canvas.viewport != moved.viewport:
                canvas.follow(moved)

    def _at(self, y: float, x: float) -> tuple[int, tuple[int, int]] | None:
        return self._shown.grid.at(y, x) if self._shown is not None else None

    def _point(self, point: tuple[float, float] | None) -> None:
        found = self._at(*point) if point is not None else None
        line = unit_line(self._shown, *found) if self._shown is not None and found is not None else self._note
        self.reading.show_text(line)

    def _click(self, y: float, x: float) -> None:
        if self._shown is not None and (found := self._at(y, x)) is not None:
            self._choose(int(self._shown.maps[found[0]]))

    def _step(self, dy: int, dx: int) -> None:
        if self._shown is None:
            return
        alone = len(self._shown.maps) == 1  # then the next one is another picture
        index = self._shown.chosen + (dx or dy) if alone else self._shown.place + dx + dy * self._shown.grid.columns
        if 0 <= index < self._shown.count:
            self._choose(index if alone else int(self._shown.maps[index]))

    def _choose(self, index: int) -> None:
        if self._shown is not None and index != self._shown.chosen:
            self.map_chosen.emit(index)

    def _toggle(self, *_: object) -> None:
        self._choose_way(ONE if self.way.word == ALL else ALL)

    def _choose_way(self, word: str) -> None:
        self.updated.emit(set_shift(f"Show {word.lower()}", all_maps=word == ALL))

    def _choose_networks(self, word: str) -> None:
        self.updated.emit(set_shift(f"Show {word.lower()}", side_by_side=word == BESIDE))

    def _choose_first(self, word: str) -> None:
        self.updated.emit(set_shift(f"Show {word}", unmoved=word == BEFORE))
