"""What becomes of the judgement and of a layer when the picture is turned all round, or scaled."""

from math import isfinite

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inspector.core.numbers_text import significant
from inspector.core.shift.measures import Numbers
from inspector.core.shift.shown import NOTHING, Orbit, Turning, number, slope
from inspector.core.shift.updates import set_shift
from inspector.views.network.segments import Segments
from inspector.views.shift.curve_names import CurveNames, Named
from inspector.views.shift.fixed import fixed
from inspector.views.shift.plots import DASHED, DOTTED, SOLID, Plot, pen
from inspector.views.theme import GRID, Palette
from inspector.views.widgets.section import Elided

EMPTY = "Not turned yet: the orbit appears here once a network has seen a picture."
TURNINGS: dict[str, str] = {
    Turning.ROTATION.capitalize(): "Turned about the middle, counter-clockwise",
    Turning.SCALE.capitalize(): "Made larger and smaller about the middle",
}
LABELS = {Turning.ROTATION: "angle, degrees", Turning.SCALE: "scale factor"}
UNITS = {Turning.ROTATION: "°", Turning.SCALE: "×"}
POLAR_TIP = "The value is the distance from the middle, no further than 1; a click turns the picture"
LINE_TIP = "A click or the arrow keys choose an angle or a scale"
RINGS = (0.5, 1.0)  # of the polar plot
LABELS_AT, SEEN = 1.22, 1.5  # how far from the middle angles are written, and how far is seen
DIAGONAL = 0.5**0.5
FULL = np.linspace(0, 2 * np.pi, 181)
TANGENT = 0.12  # of the width of the plot, to each side


class Orbits(QWidget):
    """Shows an ``Orbit`` as a line and, of a rotation, round a pole; straight lines are the slopes where nothing is done.

    ``updated`` carries an ``Update`` for the angle or scale that is clicked; ``turning_chosen`` which ``Turning`` is looked at.
    """

    updated = Signal(object)
    turning_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._orbits: dict[Turning, Orbit] = {}
        self._present = {turning: turning.rest for turning in Turning}
        self.choice = Segments("Orbit of", TURNINGS)
        self.reading = Elided("muted")
        self.slopes = Elided("muted")
        self.names = CurveNames("Lines of the plots", across=True)
        self.polar = Plot("Probability and error round the circle", POLAR_TIP, bare=True)
        self.line = Plot("Probability and error against angle or scale", LINE_TIP)
        self._lay_out()
        self._connect()
        self._draw()

    @property
    def turning(self) -> Turning:
        """What is looked at."""
        return Turning(self.choice.word.lower())

    def show_orbits(self, *orbits: Orbit) -> None:
        """Show these, at most one for each ``Turning``."""
        self._orbits = {orbit.turning: orbit for orbit in orbits}
        self._draw()

    def show_present(self, angle: float, scale: float) -> None:
        """How the picture is turned and scaled now."""
        present = {Turning.ROTATION: angle, Turning.SCALE: scale}
        if present != self._present:
            self._present = present
            self._draw()

    # drawing

    def _draw(self, *_: object) -> None:
        orbit = self._orbits.get(self.turning)
        colours = self.line.begin("", LABELS[self.turning])
        self.polar.setVisible(self.turning is Turning.ROTATION)
        self._draw_polar(orbit)
        if orbit is not None and len(orbit.amounts):
            self._draw_line(orbit, colours)
        self._show_reading(orbit, None)
        self.names.show_names(*(() if orbit is None else _names(orbit, colours)))
        self.slopes.show_text("" if orbit is None else _slopes(orbit))

    def _draw_line(self, orbit: Orbit, colours: Palette) -> None:
        first, last = float(orbit.amounts[0]), float(orbit.amounts[-1])
        self.line.mark(self._at(orbit), pen(colours.text, 1))
        for values, colour, style, name, right in _curves(orbit, colours):
            self.line.draw(orbit.amounts, values, pen(colour, 2, style), name)
            self.line.draw(*_tangent(orbit, values, right=right), pen(colours.text, 1, DOTTED))
        self.line.span((first, last), (0.0, _highest(orbit)))

    def _draw_polar(self, orbit: Orbit | None) -> None:
        colours = self.polar.begin("", "")
        for ring in RINGS:
            self.polar.draw(ring * np.cos(FULL), ring * np.sin(FULL), pen(colours.line, 1))
            self.polar.write(significant(ring, 2), (-ring * DIAGONAL, ring * DIAGONAL), colours.muted)
        for angle in range(0, 360, 90):
            at = np.deg2rad(angle)
            self.polar.write(f"{angle}°", (LABELS_AT * np.cos(at), LABELS_AT * np.sin(at)), colours.muted)
        if orbit is not None and orbit.turning is Turning.ROTATION:
            self._draw_spoke(np.deg2rad(self._present[Turning.ROTATION]), colours)
            angles = np.deg2rad(orbit.amounts)
            for values, colour, style, name, _ in _curves(orbit, colours):
                far = np.minimum(values, 1.0)
                self.polar.draw(far * np.cos(angles), far * np.sin(angles), pen(colour, 2, style), name)
        self.polar.span((-SEEN, SEEN), (-SEEN, SEEN))

    def _draw_spoke(self, angle: float, colours: Palette) -> None:
        self.polar.draw(np.array([0, np.cos(angle)]), np.array([0, np.sin(angle)]), pen(colours.text, 1))

    def _at(self, orbit: Orbit) -> float:
        """Where the present angle lies among the amounts, which may go from −180 to 180 or from 0 to 360."""
        present = self._present[orbit.turning]
        if orbit.turning is Turning.SCALE:
            return present
        first = float(orbit.amounts[0])
        return (present - first) % 360 + first

    # what is read

    def _show_reading(self, orbit: Orbit | None, place: int | None) -> None:
        if orbit is None or not len(orbit.amounts):
            self.reading.show_text(EMPTY)
            return
        if place is None:
            place = int(np.abs(orbit.amounts - self._at(orbit)).argmin())
        amount = f"{significant(float(orbit.amounts[place]), 4)}{UNITS[orbit.turning]}"
        probability, error = number(float(orbit.probability[place])), number(float(orbit.error[place]))
        judged = f"p({orbit.name}) = {probability} · " if orbit.name else ""
        self.reading.show_text(f"{amount}: {judged}error of {orbit.layer} {error}")
        self.line.setAccessibleDescription(self.reading.full)

    def _point(self, point: tuple[float, float] | None) -> None:
        orbit = self._orbits.get(self.turning)
        if orbit is not None:
            self._show_reading(orbit, None if point is None else int(np.abs(orbit.amounts - point[0]).argmin()))

    # what the hand does

    def _pick(self, x: float, _: float) -> None:
        if (orbit := self._orbits.get(self.turning)) is not None:
            self._go(float(orbit.amounts[np.abs(orbit.amounts - x).argmin()]))

    def _pick_round(self, x: float, y: float) -> None:
        if (orbit := self._orbits.get(Turning.ROTATION)) is not None:
            away = np.abs((orbit.amounts - np.rad2deg(np.arctan2(y, x)) + 180) % 360 - 180)
            self._go(float(orbit.amounts[away.argmin()]))

    def _step(self, way: int) -> None:
        if (orbit := self._orbits.get(self.turning)) is not None:
            place = int(np.abs(orbit.amounts - self._at(orbit)).argmin()) + way
            if 0 <= place < len(orbit.amounts):
                self._go(float(orbit.amounts[place]))

    def _go(self, amount: float) -> None:
        words = significant(amount, 4)
        if self.turning is Turning.ROTATION:
            self.updated.emit(set_shift(f"Turn by {words}°", angle=amount))
        else:
            self.updated.emit(set_shift(f"Scale by {words}", scale=amount))

    def _choose(self, _: str) -> None:
        self._draw()
        self.turning_chosen.emit(self.turning)

    def _connect(self) -> None:
        self.choice.chosen.connect(self._choose)
        self.line.picked.connect(self._pick)
        self.line.pointed.connect(self._point)
        self.line.stepped.connect(self._step)
        self.line.recoloured.connect(self._draw)
        self.polar.picked.connect(self._pick_round)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(fixed(self.choice, 152))
        head.addWidget(self.reading, 1)
        plots = QHBoxLayout()
        plots.setSpacing(GRID)
        plots.addWidget(self.polar, 2)
        plots.addWidget(self.line, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(plots, 1)
        column.addWidget(self.names)
        column.addWidget(self.slopes)


def _curves(orbit: Orbit, colours: Palette) -> tuple[tuple[Numbers, str, Qt.PenStyle, str, bool], ...]:
    """Values, colour, style and name of both lines, and whether the slope is that to the right."""
    return (
        (orbit.probability, colours.accent, SOLID, f"probability: {orbit.name}" if orbit.name else "probability", False),
        (orbit.error, colours.warning, DASHED, f"error: {orbit.layer}", True),
    )


def _names(orbit: Orbit, colours: Palette) -> tuple[Named, ...]:
    drawn = (Named(name, pen(colour, 2, style)) for _, colour, style, name, _ in _curves(orbit, colours))
    return (*drawn, Named("slope at rest", pen(colours.text, 1, DOTTED)))


def _highest(orbit: Orbit) -> float:
    """How far the axis of the values reaches, at least to 1."""
    return float(np.nanmax(np.concatenate([[1.0], orbit.probability, orbit.error])))


def _tangent(orbit: Orbit, values: Numbers, *, right: bool) -> tuple[Numbers, Numbers]:
    """The straight line with the slope where nothing is done; NaN where that is not known."""
    rest, reach = orbit.turning.rest, TANGENT * float(orbit.amounts[-1] - orbit.amounts[0])
    start = values[orbit.amounts == rest]
    x = np.array([rest if right else rest - reach, rest + reach])
    at = float(start[0]) if len(start) else np.nan
    return x, at + slope(orbit, values, right=right) * (x - rest)


def _slopes(orbit: Orbit) -> str:
    unit = "degree" if orbit.turning is Turning.ROTATION else "factor of 1"
    first, second = slope(orbit, orbit.probability), slope(orbit, orbit.error, right=True)
    words = (significant(value, 3) if isfinite(value) else NOTHING for value in (first, second))
    return "slope for a {}: probability {}, error {} (upwards)".format(unit, *words)
