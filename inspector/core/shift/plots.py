"""What moving a picture does, as drawings: the saw-tooth of errors, and the decision map."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from inspector.core.display import sequential
from inspector.core.numbers_text import four_digits
from inspector.core.shift.measures import Numbers
from inspector.core.shift.results import UNKNOWN, DecisionMap
from inspector.core.shift.sheet import DASHES, FAINT, INK, LETTER, Box, Line, Point, Shape, Sheet, Words

WHOLE = 1e-6  # steps of a fraction are not exact
MARK = "#c2410c"  # of the present shift
PLOT, HIGH = 560, 150  # pixels of a panel
LEFT, TOP, LEGEND, ROW = 56, 30, 260, 18
BELOW = 44  # of the last panel
CELL = 16  # pixels of a decision
CLASSES = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#999999",
    "#8c6d31", "#b2df8a", "#6a3d9a", "#fb9a99",
)  # the eight of Okabe and Ito, 2008, which all eyes tell apart, and four more; letters say the same  # fmt: skip
OTHERS, NOTHING = "#e8e8e8", "#ffffff"


@dataclass(frozen=True, eq=False)
class Curve:
    """The ``errors`` (S,) of a layer against the shift, NaN where not defined; its ``jump`` along the shift, in pixels."""

    name: str
    jump: float
    errors: Numbers


# ---- the saw-tooth ---------------------------------------------------------------------------------------------


def period(curve: Numbers, amounts: Numbers) -> float:
    """The distance of the teeth of a ``curve`` of errors over shifts by ``amounts``, pixels; NaN where it has none.

    It is the distance at whose multiples every error lies below all errors in between, the furthest in the mean; two multiples
    at least have to be measured. No shift at all is left out, where there is no error whatever the period.
    """
    moved = np.isfinite(curve) & (amounts != 0)
    sizes, errors = np.abs(amounts[moved]), curve[moved]
    depths = {step: _depth(errors, sizes / step) for step in np.unique(sizes).tolist() if (sizes >= 2 * step).any()}
    best = max(depths, key=lambda step: depths[step], default=np.nan)
    return best if depths.get(best, 0) > 0 else np.nan


def _depth(errors: Numbers, steps: Numbers) -> float:
    """How far the errors at whole ``steps`` lie below the others; 0 where not all do."""
    whole = np.abs(steps - np.rint(steps)) < WHOLE
    low, high = errors[whole], errors[~whole]
    return float(high.mean() - low.mean()) if low.size and high.size and low.max() < high.min() else 0.0


def sawtooth(curves: Sequence[Curve], amounts: Numbers, title: str, axis: str, mark: float | None = None) -> Sheet:
    """Errors against shifts by ``amounts``, a panel for the layers of each jump, whose multiples are lines from top to bottom.

    ``axis`` says along what the shift is; ``mark``: the present one.
    """
    shapes: list[Shape] = [Words(LEFT, 6, title)]
    top = TOP
    for jump in sorted({curve.jump for curve in curves}):
        panel = Panel([curve for curve in curves if curve.jump == jump], amounts, jump, top)
        shapes += panel.shapes(mark)
        top += panel.height + TOP
    shapes += [Words(LEFT + PLOT / 2, top - TOP + 22, f"shift along {axis}, pixels", anchor="middle")]
    return Sheet(LEFT + PLOT + LEGEND, top - TOP + BELOW, tuple(shapes), title)


@dataclass(frozen=True, eq=False)
class Panel:
    """The curves of the layers with one ``jump``, NaN where they have none in common; ``heading``: what is said in its place."""

    curves: Sequence[Curve]
    amounts: Numbers
    jump: float
    top: int
    left: int = LEFT
    heading: str = ""

    @property
    def height(self) -> int:
        """Room for the curves, and for the name of each."""
        return max(HIGH, ROW * (len(self.curves) + 1))

    @property
    def most(self) -> float:
        """The error at the upper edge."""
        errors = np.concatenate([curve.errors for curve in self.curves])
        finite = errors[np.isfinite(errors)]
        return float(finite.max(initial=0.0)) or 1.0

    def shapes(self, mark: float | None) -> list[Shape]:
        """The frame, lines at multiples of the jump, the curves and their names."""
        colours = _ramp(len(self.curves))
        drawn: list[Shape] = [Box(self.left, self.top, PLOT, self.height, "#fafafa"), *self._multiples(), *self._ticks()]
        for row, (curve, colour) in enumerate(zip(self.curves, colours, strict=True)):
            dash = list(DASHES)[row % len(DASHES)]
            drawn += [Line(run, colour, 2, dash) for run in self._runs(curve)]
            drawn += self._legend(row, curve.name, colour, dash)
        if mark is not None:
            drawn.append(Line((self.point(mark, 0), self.point(mark, self.most)), MARK, 3))
        return drawn

    def _multiples(self) -> list[Shape]:
        """The lines of the period, unless they would cover everything."""
        if np.isnan(self.jump):
            return []
        low, high = float(self.amounts[0]), float(self.amounts[-1])
        places = np.arange(np.ceil(low / self.jump), floor(high / self.jump) + 1) * self.jump
        if (high - low) / self.jump > PLOT / 6:
            return []
        return [Line((self.point(place, 0), self.point(place, self.most)), FAINT) for place in places.tolist()]

    def _ticks(self) -> list[Shape]:
        low, high = float(self.amounts[0]), float(self.amounts[-1])
        bottom = self.top + self.height + 4
        across: list[Shape] = [Words(self.point(place, 0)[0], bottom, four_digits(place), size=11, anchor="middle")
                               for place in np.linspace(low, high, 5).tolist()]  # fmt: skip
        up: list[Shape] = [Words(self.left - 6, self.point(0, level)[1] - 6, f"{level:.2g}", size=11, anchor="end")
                           for level in (0, self.most / 2, self.most)]  # fmt: skip
        return across + up

    def _legend(self, row: int, name: str, colour: str, dash: str) -> list[Shape]:
        x, y = self.left + PLOT + 12, self.top + ROW * row
        heading: list[Shape] = [] if row else [Words(x, y, self.heading or f"jump {four_digits(self.jump)}", size=LETTER)]
        y += ROW
        return [*heading, Line(((x, y + 7), (x + 24, y + 7)), colour, 2, dash), Words(x + 30, y, name[-32:], size=12)]

    def _runs(self, curve: Curve) -> list[tuple[Point, ...]]:
        """The points of each stretch without a gap."""
        known = np.isfinite(curve.errors)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
        return [
            tuple(self.point(float(self.amounts[place]), float(curve.errors[place])) for place in range(start, end))
            for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        ]

    @property
    def right(self) -> int:
        """Where the curves end, in pixels."""
        return self.left + PLOT

    def point(self, amount: float, error: float) -> Point:
        """Where an error is drawn."""
        low, high = float(self.amounts[0]), float(self.amounts[-1])
        across = (amount - low) / (high - low) if high > low else 0.5
        return self.left + PLOT * across, self.top + self.height * (1 - error / self.most)


def _ramp(count: int) -> list[str]:
    """Colours from dark to light, by depth; the palest of viridis are hard to see on white."""
    return [f"#{sequential()[place].tobytes().hex()}" for place in np.linspace(0, 190, max(count, 1)).astype(int)][:count]


# ---- the decision map ------------------------------------------------------------------------------------------


def decisions(found: DecisionMap, class_names: Sequence[str], title: str) -> Sheet:
    """The likeliest class of every shift, as a colour and a letter; the picture itself is framed."""
    counts = Counter(found.classes[found.classes != UNKNOWN].tolist())
    order = [number for number, _ in counts.most_common()]
    left, top, side = LEFT, TOP + 8, 2 * found.reach + 1
    cells = [shape for y in range(side) for x in range(side)
             for shape in _cell(order, int(found.classes[y, x]), left + CELL * x, top + CELL * y)]  # fmt: skip
    middle = Box(left + CELL * found.reach, top + CELL * found.reach, CELL, CELL, "none", INK)
    keys = _keys(order, counts, class_names, left + CELL * side + 16, top)
    below = top + CELL * side + 6
    marks: list[Shape] = [
        *(Words(left + CELL * (place + found.reach) + CELL / 2, below, str(place), size=11, anchor="middle")
          for place in (-found.reach, 0, found.reach)),
        *(Words(left - 6, top + CELL * (place + found.reach) + 2, str(place), size=11, anchor="end")
          for place in (-found.reach, 0, found.reach)),
        Words(left, below + 16, "dx to the right, dy downwards, in pixels"),
    ]  # fmt: skip
    height = max(below + BELOW, top + ROW * (len(keys) // 3 + 1))
    return Sheet(left + CELL * side + LEGEND, height, (Words(left, 8, title), *cells, middle, *keys, *marks), title)


def _cell(order: Sequence[int], number: int, x: int, y: int) -> list[Shape]:
    if number == UNKNOWN:
        return [Box(x, y, CELL, CELL, NOTHING), Words(x + CELL / 2, y + 3, "?", size=10, anchor="middle")]
    place = order.index(number)
    return [Box(x, y, CELL, CELL, _class_colour(place)), Words(x + CELL / 2, y + 3, _letter(place), size=10, anchor="middle")]


def _keys(order: Sequence[int], counts: Counter[int], names: Sequence[str], x: int, y: int) -> list[Shape]:
    drawn: list[Shape] = []
    for place, number in enumerate(order[: len(CLASSES)]):
        share = 100 * counts[number] / counts.total()
        drawn += [
            Box(x, y + ROW * place, CELL, CELL, _class_colour(place)),
            Words(x + CELL / 2, y + ROW * place + 3, _letter(place), size=10, anchor="middle"),
            Words(x + CELL + 8, y + ROW * place + 2, f"{names[number][:22]}, {share:.1f} %", size=12),
        ]
    if len(order) > len(CLASSES):
        drawn.append(Words(x, y + ROW * len(CLASSES) + 2, f"and {len(order) - len(CLASSES)} other classes", size=12))
    return drawn


def _class_colour(place: int) -> str:
    return CLASSES[place] if place < len(CLASSES) else OTHERS


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < len(CLASSES) else ""
