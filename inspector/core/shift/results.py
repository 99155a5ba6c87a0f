"""What moving a picture makes of the layers and of the judgement of a network: plain values, made by ``inspector.nets``."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inspector.core.shift.grid import Grid, Mask
from inspector.core.shift.measures import Error, Lack, Numbers, OutputChange, Parts
from inspector.core.shift.sampling import Values
from inspector.core.shift.scene import Incoming
from inspector.core.shift.splitting import Split, Unsplit, padding_share, rest, unsplit
from inspector.core.shift.transforms import Method, Transform, Translation

MEASURES = ("equivariance", "interior", "invariance", "cosine", "compared")  # the fields of ``LayerErrors``
UNKNOWN = -1  # in a decision map: a class that is not known yet, or where outputs are not finite


@dataclass(frozen=True, eq=False)
class LayerErrors:
    """The measures of ``measures.py`` of one layer, for each of S transforms; (S,) float64, NaN where not defined.

    ``grid``: None where units have no places on the picture, or there is one alone; then invariance alone is defined.
    ``interior``: the equivariance error of the interior units. ``compared``: the share of units that could be compared. ``whole``
    (S,): whether T' moves units to places of units; else it is interpolated. ``lacks``: why equivariance is not defined, for each
    transform. ``round``: whether the maps are, so that Fourier moves them as it moves the picture.
    """

    key: str
    grid: Grid | None
    equivariance: Numbers
    interior: Numbers
    invariance: Numbers
    cosine: Numbers
    compared: Numbers
    whole: Mask
    lacks: tuple[Lack | None, ...]
    round: bool = False

    def between(self, transform: Transform) -> Method:
        """How T' finds values between units."""
        moved = isinstance(transform, Translation) and self.round
        return transform.method if moved and isinstance(transform, Translation) else Method.BILINEAR


@dataclass(frozen=True, eq=False)
class ShiftErrors:
    """What S ``transforms`` of one picture make of the layers, by key, and of the judgement.

    ``unsplit``: with circular padding, the layers whose errors tell nothing of that without it, and why.
    """

    transforms: tuple[Transform, ...]
    incoming: Incoming
    layers: Mapping[str, LayerErrors]
    output: OutputChange
    unsplit: Mapping[str, Unsplit] = field(default_factory=dict)

    def padding_shares(self, circular: "ShiftErrors") -> Mapping[str, Numbers]:
        """For each layer, the share of each equivariance error that vanishes with ``circular`` padding and shift.

        The same transforms of the same picture in the network with circular padding, as ``nets.shifting`` makes them. NaN where
        errors cannot be split.
        """
        return {key: self._padding_share(key, circular) for key in self.layers if key in circular.layers}

    def split(self, key: str, place: int, circular: "ShiftErrors") -> Split | None:
        """The error of one layer under the transform at ``place``, taken apart; None where it is not defined."""
        layer, transform = self.layers[key], self.transforms[place]
        if layer.grid is None or layer.lacks[place] is not None or key not in circular.layers:
            return None
        reason = unsplit(transform, self.unsplit_layer(key, circular))
        share = float(self._padding_share(key, circular)[place])
        return Split(share, 1 - share, rest(transform, layer.grid.jump, reason), reason)

    def unsplit_layer(self, key: str, circular: "ShiftErrors") -> Unsplit | None:
        """Why none of the errors of a layer can be split; None where those of moved pictures can."""
        return circular.unsplit.get(key, Unsplit.CROP if self.incoming is Incoming.CROP else None)

    def _padding_share(self, key: str, circular: "ShiftErrors") -> Numbers:
        shares = padding_share(self.layers[key].equivariance, circular.layers[key].equivariance)
        layer = self.unsplit_layer(key, circular)
        split = [unsplit(transform, layer) is None for transform in self.transforms]
        return np.where(split, shares, np.nan)


@dataclass(frozen=True, eq=False)
class DecisionMap:
    """The judgement at every whole shift of up to ``reach`` pixels; all (2 reach + 1, 2 reach + 1), rows dy from -reach on.

    ``classes`` int64, ``UNKNOWN`` where not ``known`` yet or where outputs are not finite; ``probability`` of that class and its
    ``margin`` to the next, NaN there.
    """

    reach: int
    classes: NDArray[np.int64]
    probability: Numbers
    margin: Numbers
    known: Mask

    @property
    def complete(self) -> bool:
        """Whether every shift has been judged."""
        return bool(self.known.all())

    @property
    def consistency(self) -> float:
        """Of the known shifts, the share that leaves the class of the picture as it is; NaN before that is known."""
        middle = self.classes[self.reach, self.reach]
        return float((self.classes[self.known] == middle).mean()) if middle != UNKNOWN else np.nan


@dataclass(frozen=True, eq=False)
class Case:
    """One transform and one layer, looked at closely; all arrays read-only.

    ``shown`` (C, h, w): the transformed input, white being 1. ``before``, ``after`` and ``expected`` (C, h, w): f(x), f(Tx) and
    T'f(x), which is interpolated unless ``whole``, and None where the layer has no ``grid``, as are the measures that need it.
    ``then``: the grid of ``after``, where that does not begin at the same place. All measures are None where they were not asked
    for.
    """

    transform: Transform
    key: str
    grid: Grid | None
    shown: Values
    before: Values
    after: Values
    invariance: Parts | None = None
    expected: Values | None = None
    whole: bool = False
    valid: Mask | None = None
    equivariance: Parts | None = None
    interior: Parts | None = None
    cosine: Error | None = None
    then: Grid | None = None
