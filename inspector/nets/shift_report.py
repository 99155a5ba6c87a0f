"""All that is to be known of a picture that moves, measured at once: for a command line or a script."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from inspector.core.network.inspection import NO_CLASSES
from inspector.core.shift.animation import Moment, clearest
from inspector.core.shift.frames import FACTORS, TURNS, scales, turns
from inspector.core.shift.measures import Numbers, OutputChange
from inspector.core.shift.plots import Curve
from inspector.core.shift.pooled import Jumps, jumps, pool_at
from inspector.core.shift.report import Along, MeanParts, Orbit, Report, Row
from inspector.core.shift.results import UNKNOWN, LayerErrors, ShiftErrors
from inspector.core.shift.transforms import Transform
from inspector.nets.framing import framed
from inspector.nets.shifting import Shifting, never

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

        Raises ValueError where the share is asked for, and the padding cannot be made circular, and where shifts are to be judged
        by a network that gives no classes.
        """
        judges = self.shifting.network.facts.judges
        errors = self.shifting.errors(self.along.transforms, self.layers.values())
        circular, notes = (None, ()) if split is False else self._circular(must=bool(split))
        decision = deque(self.shifting.decisions(self.along.reach), maxlen=1).pop() if decide else None
        return replace(
            report, rows=split_rows(self.layers, errors, circular), split=circular is not None, decision=decision,
            output=errors.output if judges else None, orbits={name: self._orbit(name) for name in orbits},
            notes=notes if judges else (*notes, NO_CLASSES),
        )  # fmt: skip

    def with_parts(self, report: Report) -> Report:
        """``report`` with the errors of each map and of each place of its layers, over all shifts but none at all."""
        means: dict[str, tuple[Mean, Mean]] = {}
        graph = self.shifting.network.facts.description.graph
        pools = {key: pool for key in self.layers.values() if (pool := pool_at(graph, key)) and pool.key == key}
        won: dict[str, list[Jumps]] = {key: [] for key in pools}
        closely = (*self.layers.values(), *(pool.takes for pool in pools.values()))
        for transform in self.along.transforms:
            cases = framed(self.shifting, transform, closely, never, parts=True).cases
            for key, pool in pools.items():
                won[key].append(jumps(cases[pool.takes], pool))
            for key, case in cases.items():
                if case.equivariance is not None and (transform.dy or transform.dx):
                    by_map, by_place = means.setdefault(key, (Mean(), Mean()))
                    by_map.add(case.equivariance.by_map)
                    by_place.add(case.equivariance.by_place)
        parts = {key: MeanParts(by_map.value, by_place.value) for key, (by_map, by_place) in means.items()
                 if np.isfinite(by_map.value).any()}  # fmt: skip
        return replace(report, rows=tuple(
            replace(row, parts=parts.get(row.errors.key), winners=tuple(won.get(row.errors.key, ()))) for row in report.rows
        ))  # fmt: skip

    def moments(self, amounts: Sequence[float], key: str) -> tuple[Moment, ...]:
        """The clearest map of the layer ``key`` at these shifts. Raises ValueError for a layer without a grid."""
        still = self.shifting.case(self.along.shift(0), key)
        index = clearest(still.before)
        return tuple(self._moment(amount, key, index) for amount in amounts)

    def _moment(self, amount: float, key: str, index: int) -> Moment:
        case = self.shifting.case(self.along.shift(amount), key)
        if case.expected is None or case.valid is None:
            raise ValueError(f"the units of {key} have no places on the picture")
        maps = (case.before[index], case.expected[index], case.after[index])
        return Moment(amount, case.shown, *maps, case.valid)

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


class Mean:
    """Of arrays of one shape, at each place over those that are defined there; NaN where none is."""

    def __init__(self) -> None:
        self._sum: Numbers = np.zeros(())
        self._count: Numbers = np.zeros(())

    def add(self, values: Numbers) -> None:
        """Count one more."""
        known = np.isfinite(values)
        self._sum, self._count = self._sum + np.where(known, values, 0), self._count + known

    @property
    def value(self) -> Numbers:
        """The mean."""
        return np.where(self._count > 0, self._sum / np.maximum(self._count, 1), np.nan)


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
                         unsplit=errors.unsplit_layer(row.errors.key, circular)) for row in plain)  # fmt: skip


def _probability(output: OutputChange, middle: int) -> Numbers:
    """Of the class at the middle one."""
    first = int(output.top[middle])
    return np.full(len(output.top), np.nan) if first == UNKNOWN else output.probabilities[:, first]
