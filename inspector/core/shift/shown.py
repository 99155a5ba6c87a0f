"""What the Shift workspace shows of measures, as frozen values, and the words that say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import isnan

import numpy as np
from numpy.typing import NDArray

from inspector.core.network.inspection import NO_CLASSES
from inspector.core.numbers_text import MINUS, significant
from inspector.core.receptive_field.shown import share
from inspector.core.shift.measures import Lack, Numbers, OutputChange
from inspector.core.shift.results import LayerErrors, ShiftErrors
from inspector.core.shift.settings import Axis, ShiftSettings
from inspector.core.shift.splitting import Rest, Split
from inspector.core.shift.transforms import Method, Places, Together, Transform, Translation

NOTHING = "–"
MEASURES = ("equivariance", "padding part", "rest", "interior", "invariance", "cosine")
EXPLANATIONS = (
    "‖f(Tx) − T′f(x)‖ / ‖f(x)‖: how far the maps are from having moved along; 0 is exactly equivariant",
    "How much of the equivariance error vanishes with circular padding and circular shift",
    "How much of the equivariance error stays then; the line below says where it comes from",
    "Equivariance error of the units whose field never meets an edge",
    "‖f(Tx) − f(x)‖ / ‖f(x)‖: how far the maps are from having stayed; 0 is exactly invariant",
    "Cosine of the angle between f(Tx) and T′f(x); 1 is the same direction",
)


# ---- the present transform -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LayerNow:
    """What one transform makes of the layer whose row has ``key``; numbers are NaN where they are not defined.

    ``padding``: the share of the equivariance error that vanishes with circular padding. ``compared``: the share of units that
    could be compared; ``whole``: in whole steps of units, else interpolated as ``between`` says. ``lack``: why there is no
    equivariance error. ``jump`` (y, x): None where units have no places on the picture. ``split``: the error taken apart, None
    while that is not known.
    """

    key: str
    jump: Places | None
    equivariance: float
    interior: float
    invariance: float
    cosine: float
    padding: float
    compared: float
    whole: bool
    lack: Lack | None = None
    split: Split | None = None
    between: Method = Method.BILINEAR


def layers_now(
    errors: ShiftErrors, rows: Mapping[str, str], circular: ShiftErrors | None = None, place: int = 0
) -> tuple[LayerNow, ...]:
    """The layers under the transform at ``place`` of ``errors``.

    ``rows``: the keys of the measured tensors in the order of the computation, each with the key of its row. ``circular``: the
    same transforms with circular padding, None while they are not known.
    """
    return tuple(
        _now(errors.layers[key], row, None if circular is None else errors.split(key, place, circular), errors.transforms, place)
        for key, row in rows.items() if key in errors.layers
    )  # fmt: skip


def _now(layer: LayerErrors, row: str, split: Split | None, transforms: Sequence[Transform], place: int) -> LayerNow:
    return LayerNow(
        row, layer.grid.jump if layer.grid is not None else None, float(layer.equivariance[place]),
        float(layer.interior[place]), float(layer.invariance[place]), float(layer.cosine[place]),
        np.nan if split is None else split.padding, float(layer.compared[place]), bool(layer.whole[place]), layer.lacks[place],
        split, layer.between(transforms[place]),
    )  # fmt: skip


def measure_texts(now: LayerNow | None) -> tuple[str, ...]:
    """The ``MEASURES`` of a layer; dashes for what is not known."""
    if now is None:
        return (NOTHING,) * len(MEASURES)
    parts = (_part(now.equivariance, now.padding), _part(now.equivariance, 1 - now.padding))
    return number(now.equivariance), *parts, number(now.interior), number(now.invariance), number(now.cosine)


def compared_line(now: LayerNow) -> str:
    """Over which units, and how: "compared over 87 % of the units, in whole steps"; or why there is nothing to compare.

    Also, where the rest of the error comes from, or why there is no part of padding.
    """
    if now.lack is not None:
        return f"No equivariance error: {now.lack}."
    how = "in whole steps" if now.whole else f"interpolated between units ({now.between})"
    return f"compared over {share(now.compared)} of the units, {how}{_cause(now.split)}"


def _cause(split: Split | None) -> str:
    if split is None or (split.reason is None and (isnan(split.rest) or split.name is Rest.OTHER)):
        return ""
    return f"; the rest is {split.name}" if split.reason is None else f"; no part of padding: {split.reason}"


def jump_text(jump: Places | None) -> str:
    """One number where both axes agree, "–" where there is none."""
    if jump is None:
        return NOTHING
    y, x = (significant(part, 4) for part in jump)
    return y if y == x else f"{y}×{x}"


def number(value: float) -> str:
    """At most three significant digits and never smaller than a thousandth, but 0 means exactly that; "–" for NaN."""
    if isnan(value):
        return NOTHING
    if 0 < abs(value) < 5e-4:
        return f"{MINUS if value < 0 else ''}<.001"
    return significant(round(value, 3), 3)


def _part(error: float, part: float) -> str:
    return NOTHING if isnan(error) or isnan(part) else f"{number(error * part)} · {share(part)}"


# ---- errors against shift --------------------------------------------------------------------------------------


class Measure(StrEnum):
    """What is drawn against the shift."""

    EQUIVARIANCE = "equivariance"
    INTERIOR = "interior"
    INVARIANCE = "invariance"
    OUTPUT = "output"  # the change of the probabilities, of the network as a whole


@dataclass(frozen=True, eq=False)
class Curve:
    """One layer: ``values`` (S,) for each measure but OUTPUT, NaN where not defined, and its ``jump`` along the axis."""

    key: str
    values: Mapping[Measure, Numbers]
    jump: float | None = None


@dataclass(frozen=True, eq=False)
class Curves:
    """What becomes of one network when the picture moves along ``axis`` by ``amounts`` (S,), rising, in pixels.

    ``layers`` in the order of the computation; ``output`` (S,): the change of the probabilities. ``title``: of the network.
    ``stands_for``: layers of the network that this one is compared with, each with the one of this network that is most like it.
    """

    axis: Axis
    amounts: Numbers
    layers: tuple[Curve, ...]
    output: Numbers
    title: str = ""
    stands_for: Mapping[str, str] = field(default_factory=dict)

    def layer(self, key: str) -> Curve | None:
        """The layer whose row has this key."""
        return next((curve for curve in self.layers if curve.key == key), None)

    def like(self, key: str, measure: Measure) -> Curve | None:
        """The layer that stands for this key; else the last one of which the measure is defined where something moves."""
        moved = self.amounts != 0
        defined = [curve for curve in self.layers if np.isfinite(curve.values[measure][moved]).any()]
        return self.layer(self.stands_for.get(key, key)) or (defined[-1] if defined else None)


def curves_of(errors: ShiftErrors, rows: Mapping[str, str], axis: Axis, title: str = "") -> Curves:
    """The curves of translations along ``axis``; ``rows`` as for ``layers_now``. Raises TypeError for other transforms."""
    amounts = np.array([_along(transform, axis) for transform in errors.transforms])
    order = np.argsort(amounts, kind="stable")
    layers = tuple(_curve(errors.layers[key], row, axis, order) for key, row in rows.items() if key in errors.layers)
    return Curves(axis, amounts[order], layers, errors.output.change[order], title)


def _along(transform: Transform, axis: Axis) -> float:
    if not isinstance(transform, Translation):
        raise TypeError(f"errors are drawn against translations, not against {transform}")
    return float(transform.dy if axis is Axis.Y else transform.dx)


def _curve(layer: LayerErrors, row: str, axis: Axis, order: NDArray[np.intp]) -> Curve:
    values = {Measure.EQUIVARIANCE: layer.equivariance, Measure.INTERIOR: layer.interior, Measure.INVARIANCE: layer.invariance}
    jump = None if layer.grid is None else jump_along(layer.grid.jump, axis)
    return Curve(row, {measure: found[order] for measure, found in values.items()}, jump)


def jump_along(jump: Places, axis: Axis) -> float | None:
    """After how many pixels along ``axis`` the units fall on each other again; None on a diagonal where axes differ."""
    if axis is Axis.DIAGONAL:
        return jump[0] if jump[0] == jump[1] else None
    return jump[axis is Axis.X]


def shift_at(axis: Axis, amount: float) -> Places:
    """The shift (dy, dx) of an amount along ``axis``."""
    return (0.0 if axis is Axis.X else amount), (0.0 if axis is Axis.Y else amount)


def amount_of(axis: Axis, shift: Places) -> float:
    """How far along ``axis`` a shift (dy, dx) goes; on the diagonal, the mean of both."""
    return (shift[0] + shift[1]) / 2 if axis is Axis.DIAGONAL else shift[axis is Axis.X]


def on_axis(axis: Axis, shift: Places) -> bool:
    """Whether a shift (dy, dx) lies on ``axis``, so that the curve tells what becomes of it."""
    return shift_at(axis, amount_of(axis, shift)) == shift


# ---- orbits ----------------------------------------------------------------------------------------------------


class Turning(StrEnum):
    """Which transform an orbit goes through."""

    ROTATION = "rotation"  # amounts in degrees
    SCALE = "scale"  # amounts are factors

    @property
    def rest(self) -> float:
        """The amount that changes nothing."""
        return 0.0 if self is Turning.ROTATION else 1.0


@dataclass(frozen=True, eq=False)
class Orbit:
    """The ``probability`` (S,) of the class ``name`` that the picture as it is has, and the ``error`` (S,) of ``layer``.

    ``amounts`` (S,), rising. Values are NaN where they are not defined. ``name`` is "" where there are no classes.
    """

    turning: Turning
    amounts: Numbers
    probability: Numbers
    error: Numbers
    name: str
    layer: str


def slope(orbit: Orbit, values: Numbers, *, right: bool = False) -> float:
    """The derivative of ``values`` (S,) where the transform rests, by differences to the nearest amounts; NaN if not known.

    ``right``: from there upwards alone, as for an error, which has a corner where it is 0.
    """
    places = np.flatnonzero(orbit.amounts == orbit.turning.rest)
    if not len(places) or not 0 < places[0] < len(values) - 1:
        return float("nan")
    first, last = places[0] - (not right), places[0] + 1
    return float((values[last] - values[first]) / (orbit.amounts[last] - orbit.amounts[first]))


# ---- the judgement ---------------------------------------------------------------------------------------------


def output_line(before: Numbers, change: OutputChange, names: tuple[str, ...], place: int = 0) -> str:
    """Such as "top-1 stays 7 · change of the probabilities 0.12"; ``before`` (classes,) are those of the picture as it is."""
    if not len(before):
        return NO_CLASSES
    first, now = int(np.nan_to_num(before).argmax()), int(change.top[place])
    if now < 0:
        return "The outputs are not finite, so that there is no judgement."
    top = f"top-1 stays {named(names, now)}" if change.same[place] else f"top-1 {named(names, first)} → {named(names, now)}"
    return f"{top} · change of the probabilities {number(float(change.change[place]))}"


def named(names: tuple[str, ...], index: int) -> str:
    """A class by its name, else by its index."""
    return names[index] if 0 <= index < len(names) and names[index] else f"class {index}"


# ---- the transform ---------------------------------------------------------------------------------------------


def transform_line(settings: ShiftSettings) -> str:
    """What is done to the picture: "right 3 px, down 2 px · turned 15° · × 1.2 · mirrored", or "as it is"."""
    parts = (
        shift_line(settings.dy, settings.dx) if settings.dy or settings.dx else "",
        f"turned {significant(settings.angle, 4)}°" if settings.angle else "",
        f"× {significant(settings.scale, 4)}" if settings.scale != 1 else "",
        "mirrored" if settings.flip else "",
        "bilinear, for waves are only moved" if _falls_back(settings) else "",
    )
    return " · ".join(part for part in parts if part) or "as it is"


def _falls_back(settings: ShiftSettings) -> bool:
    """Whether Fourier is asked for, and not to be had since the picture is not moved alone."""
    fourier = settings.method is Method.FOURIER and bool(settings.dy % 1 or settings.dx % 1)
    return fourier and isinstance(settings.transform, Together)


def shift_line(dy: float, dx: float) -> str:
    """A shift in words: "right 3 px, up 2 px", or "not moved"."""
    ways = ((dx, "right", "left"), (dy, "down", "up"))
    words = (f"{positive if way > 0 else negative} {significant(abs(way), 4)} px" for way, positive, negative in ways if way)
    return ", ".join(words) or "not moved"
