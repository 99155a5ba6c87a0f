"""All that is known of how moving pictures changes what a network makes of them, as one value to print and to write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from inspector.core.shift.measures import Numbers, OutputChange
from inspector.core.shift.plots import Curve, period
from inspector.core.shift.pooled import Jumps
from inspector.core.shift.results import DecisionMap, LayerErrors
from inspector.core.shift.settings import Axis
from inspector.core.shift.splitting import Unsplit
from inspector.core.shift.transforms import Method, Transform, Translation

DIRECTIONS = {Axis.X: (0, 1), Axis.Y: (1, 0), Axis.DIAGONAL: (1, 1)}  # y, x


@dataclass(frozen=True)
class Along:
    """Shifts by multiples of ``step`` pixels, up to ``reach`` to both sides of an axis."""

    reach: int = 16
    step: float = 1.0
    axis: Axis = Axis.X
    method: Method = Method.BILINEAR

    @property
    def amounts(self) -> Numbers:
        """(S,) ascending, pixels along each axis that is moved along; 0 is the middle one."""
        count = int(self.reach / self.step + 1e-9)
        return np.arange(-count, count + 1, dtype=np.float64) * self.step

    @property
    def transforms(self) -> tuple[Translation, ...]:
        """The shifts by these amounts."""
        return tuple(self.shift(amount) for amount in self.amounts.tolist())

    def shift(self, amount: float) -> Translation:
        """The shift by one amount."""
        down, right = DIRECTIONS[self.axis]
        return Translation(_shortest(down * amount), _shortest(right * amount), self.method)

    def jump(self, errors: LayerErrors) -> float:
        """Of a layer along the axis, in pixels: where both axes are moved along, the longer one; NaN without a grid."""
        if errors.grid is None:
            return np.nan
        return max(jump for jump, moved in zip(errors.grid.jump, DIRECTIONS[self.axis], strict=True) if moved)


@dataclass(frozen=True, eq=False)
class MeanParts:
    """The equivariance error of each map (C,) and of each place (h, w): means over the shifts for which it is defined."""

    by_map: Numbers
    by_place: Numbers


@dataclass(frozen=True, eq=False)
class Row:
    """A layer, called ``name`` by the user: its ``errors`` and, for each shift, the share of them that is due to padding.

    ``parts``: None where they were not asked for, or where the layer has none. ``winners``: of a max pooling, what becomes of
    them under each shift, as far as that was asked for. ``unsplit``: why no such share can be told.
    """

    name: str
    errors: LayerErrors
    padding_share: Numbers
    parts: MeanParts | None = None
    winners: tuple[Jumps, ...] = ()
    unsplit: Unsplit | None = None


@dataclass(frozen=True, eq=False)
class Orbit:
    """A picture turned or scaled by ``amounts`` (degrees, factors): measures, and the judgement.

    ``probability`` (S,): of the class that the picture has as it is. ``slope``: how fast that changes at no change at all, for
    a degree or for a factor.
    """

    amounts: Numbers
    rows: tuple[Row, ...]
    output: OutputChange
    probability: Numbers
    slope: float


@dataclass(frozen=True, eq=False)
class Study:
    """Over ``pictures`` of a data set, ``skipped`` more left out: how they are judged as they are and shifted at random.

    ``consistency``: the share whose two random shifts are judged alike; ``kept``: the share of the shifts that are judged as the
    picture itself. ``accuracy`` and ``accuracy_shifted`` are None where no labels are known. ``curves``: over how many pictures
    the measures of the layers are means. All shares in [0, 1].
    """

    pictures: int
    skipped: int
    consistency: float
    kept: float
    accuracy: float | None
    accuracy_shifted: float | None
    curves: int
    layers: Mapping[str, LayerErrors]
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Report:
    """``subject``: the picture or the folder; ``surgeries`` as texts; ``split``: whether padding shares were measured.

    A picture has ``output``, ``decision`` and ``orbits`` ("rotation", "scale"), a data set has a ``study``.
    """

    model: str
    subject: str
    border: str
    along: Along
    rows: tuple[Row, ...]
    class_names: Sequence[str]
    surgeries: tuple[str, ...] = ()
    split: bool = False
    output: OutputChange | None = None
    decision: DecisionMap | None = None
    orbits: Mapping[str, Orbit] = field(default_factory=dict)
    study: Study | None = None
    notes: tuple[str, ...] = ()

    @property
    def transforms(self) -> tuple[Transform, ...]:
        """The shifts along the axis."""
        return self.along.transforms

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The errors of the layers for which one is defined at some shift."""
        moved = self.along.amounts != 0
        return tuple(Curve(row.name, self.along.jump(row.errors), row.errors.equivariance) for row in self.rows
                     if np.isfinite(row.errors.equivariance[moved]).any())  # fmt: skip

    def period(self, row: Row) -> float:
        """Of the saw-tooth of a layer, measured; NaN where it has none, or where two teeth cannot be seen.

        Shifts of less than two jumps show other valleys, such as those between which pixels are interpolated.
        """
        seen = 2 * self.along.jump(row.errors) <= self.along.reach
        return period(row.errors.equivariance, self.along.amounts) if seen else np.nan

    @property
    def title(self) -> str:
        """For drawings."""
        altered = f", {', '.join(self.surgeries)}" if self.surgeries else ""
        return f"{self.model}, {self.subject}, border {self.border}{altered}"


def _shortest(amount: float) -> float:
    """A whole number as an integer, without the minus of a zero."""
    return int(amount) if amount == int(amount) else amount
