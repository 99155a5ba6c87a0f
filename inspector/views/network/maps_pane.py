"""The middle of the Network workspace: all maps of a layer as one picture, one map over the input, or a vector as bars."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inspector.core.network.inspection import Maps
from inspector.core.network.view import MapsShown
from inspector.core.state import Layout
from inspector.views.network.maps_canvas import MapsCanvas, Signs
from inspector.views.network.maps_reading import Found, Point, is_vector, place_of, under, under_large, unit_box, words
from inspector.views.network.segments import Segments
from inspector.views.network.unit_bars import MOST, UnitBars
from inspector.views.network.zoom_canvas import ZoomCanvas
from inspector.views.overlays import Marks
from inspector.views.picture_labels import PictureLabels
from inspector.views.picture_pane import ARROWS, BY_KEYBOARD
from inspector.views.theme import DARK, GRID
from inspector.views.viewport import Viewport

LEAST_CELL = 8.0  # screen units for each unit of a fitted vector
EMPTY = "Choose a network on the left, and open a picture or draw a digit."
CELLS, BARS = "Grid", "Bars"
WAYS = {CELLS: "Each unit is a cell in the colours of maps", BARS: "Each unit is a bar from a zero line"}
TOO_MANY = f"Bars are for layers of at most {MOST} units"
TOGGLES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ENDS = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}


class MapsPane(QWidget):
    """Shows what it is given by ``show_…`` and signals only what the user's hand does.

    A click says ``unit_chosen`` with the map's own index and the unit (y, x) under the mouse; the arrow keys, Home and End,
    and clicks on the units of a vector say ``map_chosen`` with the index alone. ``unit_pointed`` carries the (map, unit) under
    the mouse or None, whenever it is another one.
    """

    map_chosen = Signal(int)
    unit_chosen = Signal(int, object)
    large_wished = Signal(bool)
    unit_pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Maps")
        self._shown: MapsShown | None = None
        self._values: Maps | None = None
        self._label, self._names, self._empty = "", tuple[str, ...](), EMPTY
        self._point: Point | None = None
        self._told: Found | None = None
        self._all, self._one, self._bars = MapsCanvas(), ZoomCanvas(), UnitBars()
        self._way = Segments("Show units as", WAYS)
        self._stack, self._head = QStackedWidget(), QWidget()
        self._arrange()
        self._labels = PictureLabels(self)
        self._labels.output.set_ink(QColor(DARK.warning))  # labels are dark in both themes
        self._connect()
        self._show_all()

    def _arrange(self) -> None:
        head = QHBoxLayout(self._head)
        head.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._way.setFixedWidth(144)
        head.addWidget(self._way)
        head.addStretch(1)
        for view in (self._all, self._one, self._bars):
            self._stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        for canvas in (self._all, self._one):
            canvas.viewed.connect(self._place_labels)
            canvas.pointed.connect(self._hover)
            canvas.clicked.connect(self._click)
        self._one.slack = self._all.slack
        self._all.double_clicked.connect(self._enlarge)
        self._one.double_clicked.connect(self._leave)
        self._bars.pointed.connect(self._show_reading)
        self._bars.pointed.connect(self._tell)
        self._bars.chosen.connect(self.map_chosen)
        self._way.chosen.connect(self._show_all)

    # what is shown

    def show_maps(self, shown: MapsShown | None, values: Maps | None, label: str, names: tuple[str, ...] = ()) -> None:
        """Show the maps of a layer; None empties the pane.

        ``values`` (C, H, W) are the numbers behind them; ``label`` says which tensor that is; ``names`` are those of the
        units, where there are C of them. Maps on the same grid as before leave zoom and place as they are.

        A layer without any values empties the pane too. Raises ValueError for values of another shape than ``shown`` says.
        """
        if shown is not None and not shown.atlas.size:
            shown = None
        if shown is not None and values is not None and values.shape != shown.shape:
            raise ValueError(f"values of maps of shape {shown.shape} must have that shape, not {values.shape}")
        keep = shown is not None and self._shown is not None and shown.grid == self._shown.grid
        self._shown, self._values, self._label, self._names = shown, values, label, names
        if shown is not None:
            self._all.show_picture(shown.atlas, shown.smaller, keep=keep, least=LEAST_CELL if self._vector else 0.0)
        else:
            self._all.show_picture(None)
            self._one.show_picture(None)
        self._show_all()
        self._told = self._under()

    def show_large(self, overlay: NDArray[np.uint8] | None) -> None:
        """Show one map over the input, uint8 (H, W, 3) and contiguous, in place of all; None shows all again."""
        if self._large != (overlay is not None):
            self._point = None  # it was one of the other picture
        self._one.show_picture(overlay)
        self._show_all()

    def show_busy(self, busy: bool) -> None:
        """Grey the label while newer maps are on their way."""
        self._labels.input.show_faint(busy)

    def show_altered(self, text: str) -> None:
        """Say that and how the network is altered, such as "altered: map 3 silenced"; "" says nothing."""
        self._labels.output.show_text(text)
        self._place_labels()

    def show_empty(self, text: str) -> None:
        """What to do, said in the middle while there are no maps."""
        self._empty = text
        self._all.show_text("" if self._shown is not None else text)

    # what the user sees of it

    @property
    def empty(self) -> str:
        """What is said while there are no maps."""
        return self._empty

    @property
    def pointed_unit(self) -> Found | None:
        """The (map, unit) under the mouse, also where that has rested while other maps were shown."""
        return self._under()

    @property
    def viewport(self) -> Viewport:
        """The part of the atlas, or of the large map, that is seen."""
        return self._canvas.viewport

    def fit(self) -> None:
        """Show the whole picture, and keep it whole when the window changes size."""
        self._canvas.fit()

    def zoom_in(self) -> None:
        """Enlarge about the middle."""
        self._canvas.zoom_in()

    def zoom_out(self) -> None:
        """Shrink about the middle."""
        self._canvas.zoom_out()

    def actual_size(self) -> None:
        """One value of a map, or one pixel of the input, on one pixel of the screen."""
        self._canvas.actual_size()

    @property
    def _large(self) -> bool:
        return self._one.shape is not None

    @property
    def _canvas(self) -> ZoomCanvas:
        return self._one if self._large else self._all

    @property
    def _vector(self) -> bool:
        return self._shown is not None and is_vector(self._shown)

    @property
    def _as_bars(self) -> bool:
        few = self._values is not None and len(self._values) <= MOST
        return self._vector and few and not self._large and self._way.word == BARS

    # passing it on

    def _show_all(self) -> None:
        self._show_way()
        self.show_empty(self._empty)
        if self._shown is not None:
            self._show_chosen(self._shown)
        else:
            self._all.show_signs(None)
            self._all.show_marks(Marks())
        self._show_reading()

    def _show_way(self) -> None:
        """The choice that vectors leave open, and what was chosen; laid out at once, since labels go by the sizes."""
        self._head.setVisible(self._vector and not self._large)
        self._way.explain(TOO_MANY if self._shown is not None and self._shown.shape[0] > MOST else "")
        self._stack.setCurrentWidget(self._bars if self._as_bars else self._canvas)
        if (layout := self.layout()) is not None:
            layout.activate()

    def _show_chosen(self, shown: MapsShown) -> None:
        """Mark the map, and the unit or what it sees; a unit that is 0 for one picture is nothing special."""
        dead = shown.statistics.dead & (not self._vector)
        self._all.show_signs(Signs(shown.grid, shown.statistics.order, dead, place_of(shown), self._names))
        self._all.show_marks(Marks() if self._vector else Marks(pixel=unit_box(shown)))
        self._one.show_marks(Marks(patch=shown.detail.patch_box))
        if self._values is not None and self._as_bars:
            self._bars.show_values(self._values[:, 0, 0], shown.detail.map, self._names, shown.statistics.order)

    def _show_reading(self) -> None:
        """The number under the mouse, else that of the chosen unit, and what else the labels say."""
        reading = label = ""
        if self._shown is not None:
            found = self._under() or (self._shown.detail.map, self._shown.detail.unit)
            reading = words(self._shown, self._values, self._names, found)
            colours = "" if self._as_bars else self._shown.detail.colours if self._large else self._shown.colours
            one = f"map {self._shown.detail.map} over the input" if self._large else ""
            label = " · ".join(part for part in (self._label, one, colours) if part)
        self._labels.reading.show_text(reading)
        self._labels.input.show_text(label)
        self._place_labels()

    def _place_labels(self) -> None:
        view = self._stack.geometry()
        if self._shown is None or self._as_bars:
            self._labels.zoom.show_text("")
        else:
            self._labels.show_zoom(self.viewport.scale * self.devicePixelRatioF())
        self._labels.place(Layout.SPLIT if self._labels.output.text else Layout.INPUT, view, view)
        self.setAccessibleDescription(self._labels.plain)

    # what the hand does

    def _under(self) -> Found | None:
        """The map and unit under the mouse."""
        if self._as_bars:
            return (self._bars.hovered, (0, 0)) if self._bars.hovered is not None else None
        return self._at(*self._point) if self._point is not None else None

    def _at(self, y: float, x: float) -> Found | None:
        if self._shown is None:
            return None
        return under_large(self._shown, (y, x)) if self._large else under(self._shown, (y, x))

    def _hover(self, point: Point | None) -> None:
        self._point = point
        self._show_reading()
        self._tell()

    def _tell(self) -> None:
        """Say what is under the mouse, if it is something else than before."""
        if (found := self._under()) != self._told:
            self._told = found
            self.unit_pointed.emit(found)

    def _click(self, y: float, x: float) -> None:
        found = self._at(y, x)
        if found is not None and self._vector:
            self.map_chosen.emit(found[0])
        elif found is not None:
            self.unit_chosen.emit(*found)

    def _enlarge(self, y: float, x: float) -> None:
        if self._at(y, x) is not None:
            self.large_wished.emit(True)

    def _leave(self) -> None:
        self.large_wished.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys, Home and End choose maps; Enter enlarges the chosen one and goes back, as Escape does."""
        if self._shown is None or not self._obey(self._shown, Qt.Key(event.key())):
            super().keyPressEvent(event)

    def _obey(self, shown: MapsShown, key: Qt.Key) -> bool:
        if key in ARROWS:
            self._step(shown, *ARROWS[key])
        elif key in ENDS:
            self._choose(shown, ENDS[key] % shown.grid.count)
        elif key in TOGGLES or (key == Qt.Key.Key_Escape and self._large):
            self.large_wished.emit(not self._large)
        else:
            return False
        return True

    def _step(self, shown: MapsShown, dy: int, dx: int) -> None:
        """Rows and columns of the atlas; bars have one row."""
        place = place_of(shown) + dx + (0 if self._as_bars else dy * shown.grid.columns)
        if 0 <= place < shown.grid.count:
            self._choose(shown, place)

    def _choose(self, shown: MapsShown, place: int) -> None:
        if place != place_of(shown):
            self._all.reveal(shown.grid.box(place))
            self.map_chosen.emit(int(shown.statistics.order[place]))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard goes, to those who came by the keyboard."""
        self._show_focus(event.reason() in BY_KEYBOARD)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard goes elsewhere."""
        self._show_focus(False)

    def _show_focus(self, focused: bool) -> None:
        for view in (self._all, self._one, self._bars):
            view.show_focus(focused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the labels in place."""
        super().resizeEvent(event)
        self._place_labels()
