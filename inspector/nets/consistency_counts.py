"""What pictures of a data set have shown so far: counts and sums, in memory and on the disk."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspector.core.files import atomic_write
from inspector.core.shift.grid import Grid
from inspector.core.shift.measures import Lack, Numbers
from inspector.core.shift.results import MEASURES, UNKNOWN, LayerErrors
from inspector.nets.shift_sources import UNLABELLED

SAVED = 1.0  # seconds between two states on the disk


class StateError(ValueError):
    """A file that does not hold the state of this run: ``str`` names it and says what to do."""


@dataclass
class Sums:
    """Of one layer and one measure, over pictures: the ``total`` of those for which it is defined, and their ``count``."""

    total: list[float]
    count: list[int]

    def add(self, values: Numbers) -> None:
        """The values (S,) of one picture, NaN where not defined."""
        known = np.isfinite(values)
        self.total = [float(old + new) for old, new in zip(self.total, np.where(known, values, 0), strict=True)]
        self.count = [old + int(new) for old, new in zip(self.count, known, strict=True)]

    @property
    def mean(self) -> Numbers:
        """(S,), NaN where it was never defined."""
        total, count = np.array(self.total, np.float64), np.array(self.count, np.float64)
        with np.errstate(invalid="ignore"):
            return np.where(count > 0, total / count, np.nan)


@dataclass
class Layer:
    """The sums of a layer by measure; ``lacks``: why equivariance was not defined when it last was not, "" where it was.

    ``whole`` and ``round`` as ``LayerErrors`` has them, which are the same for all pictures.
    """

    sums: dict[str, Sums]
    whole: list[bool]
    lacks: list[str]
    round: bool

    @classmethod
    def empty(cls, errors: LayerErrors) -> "Layer":
        """For as many shifts as there are in ``errors``."""
        many = len(errors.lacks)
        sums = {name: Sums([0.0] * many, [0] * many) for name in MEASURES}
        return cls(sums, errors.whole.tolist(), [""] * many, errors.round)

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Layer":
        """From the values of JSON that ``asdict`` makes."""
        sums = {name: Sums(**facts["sums"][name]) for name in MEASURES}
        return cls(sums, facts["whole"], facts["lacks"], facts["round"])

    def add(self, errors: LayerErrors) -> None:
        """The errors of one picture."""
        for name in MEASURES:
            self.sums[name].add(getattr(errors, name))
        self.lacks = [lack.value if lack else old for lack, old in zip(errors.lacks, self.lacks, strict=True)]

    def errors(self, key: str, grid: Grid | None) -> LayerErrors:
        """The means; a lack only where no picture had the error."""
        means = {name: self.sums[name].mean for name in MEASURES}
        undefined = np.isnan(means["equivariance"])
        lacks = tuple(Lack(lack) if lack and gone else None for lack, gone in zip(self.lacks, undefined, strict=True))
        return LayerErrors(key, grid, **means, whole=np.array(self.whole, np.bool_), lacks=lacks, round=self.round)


@dataclass
class Found:
    """What the first ``done`` pictures have shown: counts, and sums of the layers over ``curves`` of them.

    ``alike``: pictures whose two shifts are judged alike; ``kept``: shifts judged as the picture itself; ``right`` and
    ``right_shifted``: judged as the label says, of ``labelled`` pictures, and of twice as many shifts. ``problem``: why the
    first of the ``skipped`` could not be taken.
    """

    done: int = 0
    pictures: int = 0
    skipped: int = 0
    alike: int = 0
    kept: int = 0
    labelled: int = 0
    right: int = 0
    right_shifted: int = 0
    curves: int = 0
    problem: str = ""
    layers: dict[str, Layer] = field(default_factory=dict)

    def judge(self, tops: NDArray[np.int64], labels: NDArray[np.int64]) -> None:
        """Count the likeliest classes (n, VERSIONS) of n pictures."""
        still, first, second = tops.T
        known = labels != UNLABELLED
        self.pictures += len(tops)
        self.alike += int(((first == second) & (first != UNKNOWN)).sum())
        self.kept += int(((tops[:, 1:] == still[:, np.newaxis]) & (still != UNKNOWN)[:, np.newaxis]).sum())
        self.labelled += int(known.sum())
        self.right += int((known & (still == labels)).sum())
        self.right_shifted += int((known[:, np.newaxis] & (tops[:, 1:] == labels[:, np.newaxis])).sum())

    def skip(self, problem: str) -> None:
        """Count a picture that cannot be taken."""
        self.skipped += 1
        self.problem = self.problem or problem

    def measure(self, errors: Mapping[str, LayerErrors]) -> None:
        """Add the layers of one picture."""
        self.curves += 1
        for key, found in errors.items():
            self.layers.setdefault(key, Layer.empty(found)).add(found)

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Found":
        """From the values of JSON that ``asdict`` makes."""
        layers = {key: Layer.of(layer) for key, layer in facts["layers"].items()}
        return cls(**{one.name: facts[one.name] for one in fields(cls) if one.name != "layers"}, layers=layers)


# ---- on the disk -----------------------------------------------------------------------------------------------


class Keeper:
    """The state of a run as a file; of nothing where ``path`` is None."""

    def __init__(self, path: Path | None, run: dict[str, Any]) -> None:
        self._path, self._run, self._written = path, run, -SAVED

    def read(self) -> Found:
        """What was found before, nothing where there is no file. Raises StateError."""
        if self._path is None or not self._path.exists():
            return Found()
        try:
            facts = json.loads(self._path.read_bytes())
            found = Found.of(facts["found"])
            run = dict(facts["run"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StateError(f"{self._path} holds no state of a measurement; remove it to begin again") from error
        if run != self._run:
            differing = ", ".join(key for key in self._run if run.get(key) != self._run[key])
            raise StateError(f"{self._path} belongs to another run, with other {differing}; remove it to begin again")
        return found

    def write(self, found: Found, *, at_once: bool = False) -> None:
        """Unless that was done a moment ago. Raises SaveError."""
        if self._path is None or not (at_once or monotonic() - self._written >= SAVED):
            return
        text = json.dumps({"run": self._run, "found": asdict(found)}, allow_nan=False)
        atomic_write(self._path, lambda file: file.write(text.encode()))
        self._written = monotonic()

    def remove(self) -> None:
        """The run has come to its end."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
