"""The lines of the layers that are not looked at, behind the one that is."""

from typing import Any

import numpy as np

from inspector.core.numbers_text import significant
from inspector.core.shift.shown import Curve, Curves, Measure
from inspector.views.shift.curve_names import Named
from inspector.views.shift.plots import Plot, pen

COLOURS = ("#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8c6bb1")  # of jumps; after Okabe and Ito
FAINT, THIN, THICK = 150, 1.0, 3.0  # strength and width of the lines, and width of the one that is pointed at
AT_HAND = 0.05  # of the height of the plot: a line is pointed at from no further away


class LayerLines:
    """Draws them into a plot, those of one jump in one colour, and thickens the one that is pointed at."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._lines: list[tuple[Curve, Any, str]] = []  # with its item and colour
        self._measure = Measure.EQUIVARIANCE
        self.near: Curve | None = None

    def clear(self) -> None:
        """Forget what was drawn; the plot has been cleared."""
        self._lines, self.near = [], None

    def draw(self, curves: Curves, measure: Measure, key: str) -> list[Named]:
        """All layers but ``key``; the names of the groups, in which it is named as well."""
        self._measure = measure
        names: list[Named] = []
        for jump, alike in _by_jump(curves, measure).items():
            colour = COLOURS[len(names) % len(COLOURS)]
            style = pen(colour, THIN, strength=FAINT)
            for curve in (curve for curve in alike if curve.key != key):
                self._lines.append((curve, self._plot.draw(curves.amounts, curve.values[measure], style), colour))
            keys = ", ".join(curve.key for curve in alike)
            names.append(Named(f"jump {significant(jump, 4)}: {keys}" if jump else f"no places: {keys}", pen(colour, 2)))
        return names

    def point(self, place: int | None, y: float, other: float) -> None:
        """Thicken the line next to a point, by the index of its amount and its value, unless ``other`` is nearer."""
        near = None if place is None else self._under(place, y, other)
        if near is not self.near:
            self.near = near
            for curve, item, colour in self._lines:
                item.setPen(pen(colour, THICK) if curve is near else pen(colour, THIN, strength=FAINT))

    def _under(self, place: int, y: float, other: float) -> Curve | None:
        away = [(abs(float(curve.values[self._measure][place]) - y), curve) for curve, _, _ in self._lines]
        reach = AT_HAND * self._plot.getPlotItem().getViewBox().viewRect().height()
        least = reach if np.isnan(other) else min(reach, abs(other - y))
        within = [one for one in away if one[0] < least]
        return min(within, key=lambda one: one[0])[1] if within else None


def _by_jump(curves: Curves, measure: Measure) -> dict[float, list[Curve]]:
    """The layers of which a measure is defined when the picture is moved, by their jumps; 0 stands for none."""
    found: dict[float, list[Curve]] = {}
    if measure is Measure.OUTPUT:
        return found
    for curve in curves.layers:
        if np.isfinite(curve.values[measure][curves.amounts != 0]).any():
            found.setdefault(curve.jump or 0.0, []).append(curve)
    return found
