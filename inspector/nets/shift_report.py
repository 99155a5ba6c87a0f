"""All that is to be known of a picture that moves, measured at once: for a command line or a script."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from inspector.core.shift.frames import FACTORS, TURNS, scales, turns
from inspector.core.shift.measures import Numbers, OutputChange
from inspector.core.shift.plots import Curve, Moment
from inspector.core.shift.report import Along, Orbit, Report, Row
from inspector.core.shift.results import UNKNOWN, LayerErrors, ShiftErrors
from inspector.core.shift.transforms import Transform
from inspector.nets.shifting import Shifting

ORBITS: Mapping[str, tuple[Transform, ...]] = {"rotation": turns(), "scale": scales()}
AMOUNTS = {"rotation": TURNS, "scale": FACTORS}

Layers = Mapping[str, str]  # the key of the tensor that is measured, by the name of its layer


@dataclass(frozen=True, eq=False)
class Measuring:
    """A picture before a network, moved along an axis; everything raises as ``Shifting``."""

    shifting: Shifting
    along: Along
    layers: Layers

    def filled(self, report: Report, *, split: bool | None, decide: bool = True, orbits: tuple[str, ...] = ()) -> Report:
        """``report`` with all that is measured. ``split``: whether with shares of padding; None: where that is possible.

        ``decide``: whether every shift in the square around the picture is judged. ``orbits``: keys of ``ORBITS``.

        Raises ValueError where the share is asked for, and the padding cannot be made circular.
        """
        errors = self.shifting.errors(self.along.transforms, self.layers.values())
        circular, notes = (None, ()) if split is False else self._circular(must=bool(split))
        decision = deque(self.shifting.decisions(self.along.reach), maxlen=1).pop() if decide else None
        return replace(
            report, rows=split_rows(self.layers, errors, circular), split=circular is not None, output=errors.output,
            decision=decision, orbits={name: self._orbit(name) for name in orbits}, notes=notes,
        )  # fmt: skip

    def moment(self, amount: float, key: str) -> Moment:
        """The layer ``key`` at one shift. Raises ValueError for one without a grid."""
        case = self.shifting.case(self.along.shift(amount), key)
        if case.expected is None:
            raise ValueError(f"layer {key!r} has no grid, so that it is not known what its maps ought to become")
        return Moment(amount, case.shown, case.expected, case.after)

    def curve(self, report: Report, name: str) -> Curve | None:
        """Of the layer called ``name``, or where that is "", of the first that leaves out pixels; None where there is none."""
        curves = [curve for curve in report.curves if not name or curve.name == name]
        return next((curve for curve in curves if curve.jump > 1), curves[0] if curves else None)

    def _circular(self, *, must: bool) -> tuple[ShiftErrors | None, tuple[str, ...]]:
        """The errors with circular padding, and what has to be known of them."""
        try:
            circular = self.shifting.round
        except ValueError as error:
            if must:
                raise
            return None, (f"How much of the errors is due to padding is not known: {error}.",)
        return circular.errors(self.along.transforms, self.layers.values()), ()

    def _orbit(self, name: str) -> Orbit:
        amounts = np.array(AMOUNTS[name], np.float64)
        found = self.shifting.errors(ORBITS[name], self.layers.values())
        middle = len(amounts) // 2
        probability = _probability(found.output, middle)
        slope = (probability[middle + 1] - probability[middle - 1]) / (amounts[middle + 1] - amounts[middle - 1])
        return Orbit(amounts, rows(self.layers, found.layers), found.output, probability, float(slope))


def rows(layers: Layers, errors: Mapping[str, LayerErrors]) -> tuple[Row, ...]:
    """The layers by the names that the user knows, as far as they were measured."""
    return tuple(Row(name, errors[key], np.full(len(errors[key].lacks), np.nan)) for name, key in layers.items() if key in errors)


def split_rows(layers: Layers, errors: ShiftErrors, circular: ShiftErrors | None) -> tuple[Row, ...]:
    """The same with shares of padding, as far as these can be told."""
    plain = rows(layers, errors.layers)
    if circular is None:
        return plain
    shares = errors.padding_shares(circular)
    return tuple(replace(row, padding_share=shares.get(row.errors.key, row.padding_share),
                         unsplit=circular.unsplit.get(row.errors.key)) for row in plain)  # fmt: skip


def _probability(output: OutputChange, middle: int) -> Numbers:
    """Of the class at the middle one."""
    first = int(output.top[middle])
    return np.full(len(output.top), np.nan) if first == UNKNOWN else output.probabilities[:, first]
