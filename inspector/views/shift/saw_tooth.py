"""Errors against shift: the saw-tooth whose period is the jump of the layer."""

from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inspector.core.numbers_text import significant
from inspector.core.shift.measures import Numbers
from inspector.core.shift.settings import Axis
from inspector.core.shift.shown import Curves, Measure, amount_of, number, on_axis, shift_at, shift_line
from inspector.core.shift.transforms import Places
from inspector.core.shift.updates import set_shift
from inspector.views.network.segments import Segments
from inspector.views.shift.curve_names import NARROW, WIDTH, CurveNames, Named
from inspector.views.shift.fixed import fixed
from inspector.views.shift.layer_lines import LayerLines
from inspector.views.shift.plots import DASHED, Plot, broken, pen
from inspector.views.theme import GRID, Palette
from inspector.views.widgets.choice import Choice
from inspector.views.widgets.section import Elided

EMPTY = "The errors appear here once a network has seen a picture."
TIP = "Error against shift: a click or the arrow keys choose a shift"
MEASURES: dict[str, str] = {
    Measure.EQUIVARIANCE: "How far the maps are from having moved along",
    Measure.INTERIOR: "The same over the units whose field never meets an edge",
    Measure.INVARIANCE: "How far the maps are from having stayed",
    Measure.OUTPUT: "How much of the probability moves from class to class, of the network as a whole",
}
AXES = {"x": "Move to the sides", "y": "Move up and down", "xy": "Move down and right alike"}
BELOW = {Axis.X: "pixels to the right", Axis.Y: "pixels down", Axis.DIAGONAL: "pixels right and down"}
BY_AXIS = dict(zip((Axis.X, Axis.Y, Axis.DIAGONAL), AXES, strict=True))
THIN, MIDDLE, BOLD = 1.0, 2.0, 2.5  # lines of marks, of other networks, and of the layer that is looked at
TOOTH, MARK = 70, 8  # strength of the lines at multiples of the jump, and size of the rings on the curve there, pixels
MOST_TEETH = 34  # more cannot be told apart
TICK, WIDE = 24, 460  # room for a number below the plot; a plot that is less wide has less room beside it; pixels


class SawTooth(QWidget):
    """A line for each layer, coloured by its jump; that of the present one is bold, and marked at the multiples of its jump.

    The line under the mouse is named and thickened.

    ``shift_chosen`` (dy, dx): what the hand picks. ``updated`` carries an ``Update`` for another axis.
    """

    shift_chosen = Signal(float, float)
    updated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: Curves | None = None
        self._others: tuple[Curves, ...] = ()
        self._key = ""
        self._shift: Places = (0.0, 0.0)
        self._pointed: float | None = None
        self.measure = Choice("Measure", "What is drawn against the shift", MEASURES)
        self.measure.show_choice(Measure.EQUIVARIANCE)
        self.axis = Segments("Move along", AXES)
        self.reading = Elided("muted", lines=2)
        self.plot = Plot("Errors against shift", TIP)
        self._lines = LayerLines(self.plot)
        self.names = CurveNames("Lines of the plot")
        self._lay_out()
        self._connect()
        self._draw()

    def show_curves(self, curves: Curves | None, others: tuple[Curves, ...] = ()) -> None:
        """Show these; ``others``, of other networks or of this one before surgery, have broken lines and say their titles."""
        self._curves, self._others = curves, others
        self._draw()

    def show_axis(self, axis: Axis) -> None:
        """Along which way."""
        self.axis.show_choice(BY_AXIS[axis])

    def show_layer(self, key: str) -> None:
        """Which layer is looked at."""
        if key != self._key:
            self._key = key
            self._draw()

    def show_shift(self, dy: float, dx: float) -> None:
        """Where the picture is now."""
        if (dy, dx) != self._shift:
            self._shift = (dy, dx)
            self._show_present()

    @property
    def teeth(self) -> list[float]:
        """Where the curve is marked, at multiples of the jump; nowhere where every pixel is one."""
        curve = self._curves.layer(self._key) if self._curves is not None else None
        if self._curves is None or curve is None or not curve.jump or curve.jump <= 1 or self._measure is Measure.OUTPUT:
            return []
        first, last = self._curves.amounts[0] / curve.jump, self._curves.amounts[-1] / curve.jump
        if last - first > MOST_TEETH:
            return []
        return [curve.jump * step for step in range(int(np.ceil(first)), int(np.floor(last)) + 1)]

    # drawing

    @property
    def _measure(self) -> Measure:
        return Measure(self.measure.currentText())

    def _draw(self, *_: object) -> None:
        colours = self.plot.begin("", BELOW[self.axis_shown])
        self._lines.clear()
        names: list[Named] = []
        if self._curves is not None and len(self._curves.amounts):
            for tooth in self.teeth:
                self.plot.mark(tooth, pen(colours.muted, THIN, strength=TOOTH))
            names = self._draw_lines(self._curves, colours)
            self._span(self._curves.amounts)
        self._show_ticks()
        self.names.show_names(*names)
        self._present = self.plot.mark(0.0, pen(colours.text, THIN))
        self._show_present()
        self.plot.setAccessibleDescription("; ".join(self._described()))

    def _show_ticks(self) -> None:
        """Numbers at the multiples of the jump, or at some of them, where there is little room."""
        teeth = self.teeth
        thin = int(np.ceil(TICK * len(teeth) / max(self.plot.width(), 1)))
        middle = teeth.index(0.0) if 0.0 in teeth else 0
        self.plot.show_ticks(teeth[middle % thin :: thin] if len(teeth) > 1 else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the plot where there is little."""
        super().resizeEvent(event)
        self.names.setFixedWidth(WIDTH if self.width() >= WIDE else NARROW)
        self._show_ticks()

    def _draw_lines(self, curves: Curves, colours: Palette) -> list[Named]:
        """The names of what is drawn: what is looked at, the same of other networks, and the other layers by their jumps."""
        behind = self._lines.draw(curves, self._measure, self._key)
        names = []
        for number_, other in enumerate(self._others):
            if (found := self._values(other)) is not None:
                style = pen(colours.warning, MIDDLE, broken(number_))
                self.plot.draw(other.amounts, found[1], style, f"{other.title}: {found[0]}")
                names.append(Named(f"{other.title}: {found[0]}", style))
        if (found := self._values(curves)) is not None:
            style = pen(colours.accent, BOLD)
            self.plot.draw(curves.amounts, found[1], style, found[0])
            places = np.isin(curves.amounts, self.teeth)
            self.plot.ring(curves.amounts[places], found[1][places], pen(colours.accent, MIDDLE), colours.field, MARK)
            names.insert(0, Named(found[0], style, bold=True))
        return names + behind

    def _values(self, curves: Curves) -> tuple[str, Numbers] | None:
        """The name and the values of what is looked at in a network."""
        if self._measure is Measure.OUTPUT:
            return "output", curves.output
        curve = curves.like(self._key, self._measure) if curves is not self._curves else curves.layer(self._key)
        return None if curve is None else (curve.key, curve.values[self._measure])

    def _span(self, amounts: Numbers) -> None:
        self.plot.span((float(amounts[0]), float(amounts[-1])), (0.0, self.plot.highest or 1.0))

    # what is read

    def _show_present(self) -> None:
        amount = amount_of(self.axis_shown, self._shift)
        self._present.setPos(amount)
        self._present.setPen(pen(self.plot.palette().text().color().name(), THIN, *self._off_axis))
        self._show_reading()

    @property
    def axis_shown(self) -> Axis:
        """The axis of the curves that are drawn."""
        return self._curves.axis if self._curves is not None else Axis.X

    @property
    def _off_axis(self) -> tuple[Any, ...]:
        """Broken where the picture has been moved off the axis, so that the curve does not tell what became of it."""
        return () if on_axis(self.axis_shown, self._shift) else (DASHED,)

    def _show_reading(self) -> None:
        if self._curves is None or not len(self._curves.amounts):
            self.reading.show_text(EMPTY)
            return
        amount = amount_of(self._curves.axis, self._shift) if self._pointed is None else self._pointed
        where = shift_line(*shift_at(self._curves.axis, amount))
        curve = self._lines.near or self._curves.layer(self._key)
        words = [text for curves in (self._curves, *self._others) if (text := self._read(curves, amount))]
        jump = "" if curve is None or curve.jump is None else f" · jump {significant(curve.jump, 4)}"
        self.reading.show_text(f"{where}: {'; '.join(words)}{jump}" if words else f"{where}{jump}")

    def _read(self, curves: Curves, amount: float) -> str:
        found = self._values(curves)
        if (near := self._lines.near) is not None and curves is self._curves:
            found = near.key, near.values[self._measure]
        places = np.flatnonzero(np.isclose(curves.amounts, amount))
        if found is None or not len(places):
            return ""
        title = f"{curves.title}: " if curves is not self._curves else ""
        return f"{title}{found[0]} {number(float(found[1][places[0]]))}"

    def _described(self) -> list[str]:
        """All values of what is looked at."""
        curves = self._curves
        if curves is None or (found := self._values(curves)) is None:
            return []
        pairs = zip(curves.amounts, found[1], strict=True)
        return [f"{found[0]} {self._measure}", *(f"{significant(at, 4)}: {number(float(value))}" for at, value in pairs)]

    # what the hand does

    def _point(self, point: tuple[float, float] | None) -> None:
        self._pointed = None if point is None else self._nearest(point[0])
        if self._curves is not None and point is not None and self._pointed is not None:
            found = self._values(self._curves)
            place = int(np.flatnonzero(self._curves.amounts == self._pointed)[0])
            self._lines.point(place, point[1], np.nan if found is None else float(found[1][place]))
        else:
            self._lines.point(None, 0.0, 0.0)
        self._show_reading()

    def _pick(self, x: float, _: float) -> None:
        if (amount := self._nearest(x)) is not None:
            self._go(amount)

    def _step(self, way: int) -> None:
        if self._curves is not None:
            self._go(amount_of(self._curves.axis, self._shift) + way)

    def _go(self, amount: float) -> None:
        if self._curves is not None and self._curves.amounts[0] <= amount <= self._curves.amounts[-1]:
            self.shift_chosen.emit(*shift_at(self._curves.axis, amount))

    def _nearest(self, x: float) -> float | None:
        if self._curves is None or not len(self._curves.amounts):
            return None
        return float(self._curves.amounts[np.abs(self._curves.amounts - x).argmin()])

    def _choose_axis(self, word: str) -> None:
        axis = next(axis for axis, text in BY_AXIS.items() if text == word)
        self.updated.emit(set_shift(f"Errors along {word}", axis=axis))

    def _connect(self) -> None:
        self.measure.chosen.connect(self._draw)
        self.axis.chosen.connect(self._choose_axis)
        self.plot.picked.connect(self._pick)
        self.plot.pointed.connect(self._point)
        self.plot.stepped.connect(self._step)
        self.plot.recoloured.connect(self._draw)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(fixed(self.measure, 112))
        head.addWidget(fixed(self.axis, 72))
        head.addWidget(self.reading, 1)
        body = QHBoxLayout()
        body.setSpacing(GRID)
        body.addWidget(self.plot, 1)
        body.addWidget(self.names)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(body, 1)
