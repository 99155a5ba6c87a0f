"""What turning and scaling a picture does, as a drawing: the probability of its class, and the errors of the layers."""

from collections.abc import Mapping

import numpy as np

from inspector.core.shift.plots import BELOW, LEFT, LEGEND, PLOT, TOP, Curve, Panel
from inspector.core.shift.report import Orbit
from inspector.core.shift.sheet import Shape, Sheet, Words

AXES = {"rotation": "degrees, counter-clockwise", "scale": "factor"}


def orbits(found: Mapping[str, Orbit], title: str) -> Sheet:
    """Two panels for each orbit, of the probability and of the errors, against degrees or factors."""
    shapes: list[Shape] = [Words(LEFT, 6, title)]
    top = TOP
    for name, orbit in found.items():
        for heading, curves in ((name, _judgement(orbit)), (f"{name}, errors", _errors(orbit))):
            if curves:
                panel = Panel(curves, orbit.amounts, np.nan, top, heading=heading)
                shapes += panel.shapes(None)
                top += panel.height + TOP
        shapes.append(Words(LEFT + PLOT / 2, top - TOP + 22, AXES[name], anchor="middle"))
        top += TOP
    return Sheet(LEFT + PLOT + LEGEND, top - TOP + BELOW, tuple(shapes), title)


def _judgement(orbit: Orbit) -> list[Curve]:
    known = np.isfinite(orbit.probability).any()
    return [Curve("probability of the class", np.nan, orbit.probability)] if known else []


def _errors(orbit: Orbit) -> list[Curve]:
    """Of the layers of which one is defined somewhere but where nothing is turned or scaled."""
    rest = np.arange(len(orbit.amounts)) == len(orbit.amounts) // 2
    return [Curve(row.name, np.nan, row.errors.equivariance) for row in orbit.rows
            if np.isfinite(row.errors.equivariance[~rest]).any()]  # fmt: skip
