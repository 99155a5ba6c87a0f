"""What the Receptive field workspace shows of units and their fields, as frozen values, and the words that say it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.core.display import sequential
from inspector.core.numbers_text import MINUS, four_digits, significant
from inspector.core.receptive_field.compose import Box
from inspector.core.receptive_field.effective import SHARES, EffectiveField, EffectiveNumbers, Lack
from inspector.core.receptive_field.settings import Pin
from kernels.levels import to_rgb

Rgb = NDArray[np.uint8]  # (H, W, 3), contiguous
Pair = tuple[float, float]  # along y, along x

NOTHING = "–"
NUMBERS = ("σ, y × x", "±", "centre, y × x", "correlation", "Gaussian fit", "inside the box")
EXPLANATIONS = (
    "Standard deviation of the energy along y and x, in pixels of the picture",
    "Standard error of σ over the pictures; not known for fewer than three",
    "Centre of mass of the energy, in pixels of the picture from its top left corner",
    "Correlation of the energy's y with its x: how far the ellipse leans",
    "Share of the energy's variance inside the box that a Gaussian explains: 1 is a perfect fit",
    "Share of the energy that lies inside the box",
)
BOX = ("box", "rows", "columns", "outside")
BOX_EXPLANATIONS = (
    "Height and width of what the unit sees, in pixels of the picture",
    "The first and the last row that it sees; the picture begins at 0",
    "The first and the last column that it sees; the picture begins at 0",
    "Share of the box that lies outside of the picture, where padding stands for pixels",
)
DEAD = "every gradient is 0, as behind a ReLU that is off, so that no pixel matters"
NAN = "Some gradient is NaN or infinite, so that nothing can be said of this unit. Look at the weights."


@dataclass(frozen=True, eq=False)
class UnitSeen:
    """What a unit sees by its theoretical field alone, made at once under the mouse.

    ``label`` says which tensor of the row ``layer`` it belongs to. ``map`` None: all maps are looked at, and ``value`` is their
    sum; None while no picture has passed. ``crop``: the picture's pixels in ``box``, None where the box is not known to be
    worth a look. ``outside``: share of the box that lies outside of the picture. ``whole``: the box covers the picture.
    ``note``: what the user must know of it. ``vector``: the layer has no image plane.
    """

    layer: str
    label: str
    map: int | None
    unit: tuple[int, int]
    value: float | None
    box: Box
    crop: Rgb | None
    outside: float
    whole: bool
    note: str = ""
    vector: bool = False


@dataclass(frozen=True, eq=False)
class FieldShown:
    """An effective field that has been measured; ``numbers`` and ``heat`` (colours) are None where it is of no use."""

    effective: EffectiveField
    numbers: EffectiveNumbers | None
    heat: Rgb | None


@dataclass(frozen=True)
class PinShown:
    """A pinned unit with the ``number`` that marks it; ``numbers`` are None until its gradient has come."""

    pin: Pin
    number: int
    box: Box
    numbers: EffectiveNumbers | None


# ---- one unit --------------------------------------------------------------------------------------------------


def unit_line(seen: UnitSeen) -> str:
    """Such as "Unit (17, 12, 18) = 2.17", map before y before x; the index alone where a layer has no image plane."""
    if seen.map is None:
        value = "" if seen.value is None else f", sum {four_digits(seen.value)}"
        return f"All units of the layer{value}" if seen.vector else f"Units {place(seen.unit)} of all maps{value}"
    value = "" if seen.value is None else f" = {four_digits(seen.value)}"
    return f"Unit {seen.map if seen.vector else place(seen.unit, seen.map)}{value}"


def place(unit: tuple[int, int], map: int | None = None) -> str:
    """A unit by its indices: "(17, 12, 18)" or, of all maps, "(12, 18)"."""
    return f"({', '.join(str(index) for index in (map, *unit) if index is not None)})"


def box_line(seen: UnitSeen) -> str:
    """Such as "box 196 × 196, 11 % outside the picture"."""
    size, outside = f"box {_size(seen.box)}", share(seen.outside)
    if seen.whole:
        return f"{size} covers the picture" + (f", {outside} outside it" if seen.outside else "")
    return f"{size}, {outside} outside the picture" if seen.outside else f"{size}, all inside the picture"


def box_texts(seen: UnitSeen | None) -> tuple[str, ...]:
    """The ``BOX`` of a unit: size, first and last row and column, share outside; dashes for none."""
    if seen is None:
        return (NOTHING,) * len(BOX)
    y0, x0, y1, x1 = seen.box
    return _size(seen.box), _ends(y0, y1), _ends(x0, x1), share(seen.outside)


def place_line(box: Box) -> str:
    """The first and last row and column of a box, such as "rows −4 … 191, columns 20 … 215"."""
    y0, x0, y1, x1 = box
    return f"rows {_ends(y0, y1)}, columns {_ends(x0, x1)}"


def label_line(seen: UnitSeen) -> str:
    """All of it in the one line over the picture: "conv5_3 unit (7, 10): box 196 × 196, 11 % outside the picture"."""
    name = seen.map if seen.vector and seen.map is not None else place(seen.unit)
    return f"{seen.layer} unit {name}: {box_line(seen)}"


def padding_line(unit: tuple[int, int], outside: float, *, energy: bool) -> str:
    """Such as "unit (7, 10): 11 % of its box is padding"."""
    what = "effective energy" if energy else "box"
    return f"unit {place(unit)}: {share(outside)} of its {what} is padding"


# ---- effective fields ------------------------------------------------------------------------------------------


def sigma_line(shown: FieldShown, box: Box) -> str:
    """Such as "σ 34 × 33 px · 50 % of the energy in 8.2 % of the box"; of the box only what lies on the picture counts."""
    if shown.numbers is None:
        return lack_line(shown.effective)
    height, width = shown.effective.heat.shape
    y0, x0, y1, x1 = box
    on_picture = max(min(y1, height) - max(y0, 0), 0) * max(min(x1, width) - max(x0, 0), 0)
    spread = f"σ {_lengths(shown.numbers.sigma)} px"
    if not on_picture:
        return spread
    part = min(shown.numbers.area_ratio[0.5] * height * width / on_picture, 1.0)
    return f"{spread} · 50 % of the energy in {share(part)} of the box"


def number_texts(shown: FieldShown | None) -> tuple[str, ...]:
    """The ``NUMBERS`` of a field; dashes for what is not known."""
    numbers = shown.numbers if shown is not None else None
    if shown is None or numbers is None:
        return (NOTHING,) * len(NUMBERS)
    error = shown.effective.sigma_error
    return (
        f"{_lengths(numbers.sigma)} px",
        NOTHING if error is None else f"{_lengths(error, 2)} px",
        _lengths(numbers.centre, 4),
        significant(round(numbers.correlation, 3), 2),
        significant(numbers.fit, 3),
        share(numbers.inside),
    )


def area_texts(shown: FieldShown | None) -> tuple[str, ...]:
    """For each of ``SHARES`` of the energy, how much of the picture it takes; dashes where that is not known."""
    numbers = shown.numbers if shown is not None else None
    return (NOTHING,) * len(SHARES) if numbers is None else tuple(share(numbers.area_ratio[part]) for part in SHARES)


def measured_line(effective: EffectiveField) -> str:
    """Over which pictures it was measured: "64 pictures, dead for 3 of them, 1 left out · 812 ms"."""
    count = "one picture" if effective.pictures == 1 else f"{effective.pictures:,} pictures"
    dead = f", dead for {effective.dead:,} of them" if effective.dead and effective.pictures > 1 else ""
    skipped = f", {effective.skipped:,} left out" if effective.skipped else ""
    return f"{count}{dead}{skipped} · {duration(effective.milliseconds)}"


def gradient_line(effective: EffectiveField) -> str:
    """Of what it is the gradient: "absolute gradient of unit (17, 12, 18)" or "… of units (12, 18) of all maps"."""
    target = effective.target
    of = f"units {place(target.unit)} of all maps" if target.map is None else f"unit {place(target.unit, target.map)}"
    return f"{effective.part} gradient of {of}"


def duration(milliseconds: float) -> str:
    """Such as "22.4 ms" or "2.03 s", at most three significant digits."""
    in_seconds = milliseconds >= 999.5  # which would be read as 1e3 ms
    return f"{significant(milliseconds / 1e3, 3)} s" if in_seconds else f"{significant(milliseconds, 3)} ms"


def lack_line(effective: EffectiveField) -> str:
    """Why there is no effective field, as a sentence, or ""."""
    match effective.lack:
        case Lack.DEAD:
            of = "this picture" if effective.pictures == 1 else f"all {effective.pictures:,} pictures"
            return f"Dead for {of}: {DEAD}."
        case Lack.NAN:
            return NAN
        case None:
            return ""


# ---- pins ------------------------------------------------------------------------------------------------------


def pin_texts(shown: PinShown) -> tuple[str, str, str]:
    """A pinned unit behind its number, the side of its box, and 2σ."""
    y0, x0, y1, x1 = shown.box
    sigma = NOTHING if shown.numbers is None else _both(*(significant(2 * part, 3) for part in shown.numbers.sigma))
    unit = f"{shown.number} · {shown.pin.layer} {place(shown.pin.unit, shown.pin.map)}"
    return unit, _both(str(y1 - y0), str(x1 - x0)), sigma


def pin_words(shown: PinShown) -> str:
    """All of it, for tooltips and screen readers."""
    unit, side, sigma = pin_texts(shown)
    spread = "2σ not measured yet" if shown.numbers is None else f"2σ {sigma} px"
    return f"pin {unit} sees {side} px of the picture, {spread}"


# ---- numbers ---------------------------------------------------------------------------------------------------


def share(part: float) -> str:
    """A share in [0, 1] in per cent, at most three significant digits; "0 %" and "100 %" mean exactly that."""
    if 0 < part < 1e-4:
        return "< 0.01 %"
    if 0.9995 <= part < 1:
        return "> 99.9 %"
    return f"{significant(100 * part, 3)} %"


def shares_rgb(shares: NDArray[np.float64]) -> Rgb:
    """Shares (H, W) in colours, 0 to 1 in viridis, the same for all layers so that they can be compared."""
    return to_rgb(shares, 0.0, 1.0, lut=sequential())


def _ends(first: int, behind: int) -> str:
    return f"{first} … {behind - 1}".replace("-", MINUS)


def _size(box: Box) -> str:
    return f"{box[2] - box[0]} × {box[3] - box[1]}"


def _lengths(pair: Pair, digits: int = 3) -> str:
    """Both, to a thousandth of a pixel at best."""
    return " × ".join(significant(round(part, 3), digits) for part in pair)


def _both(y: str, x: str) -> str:
    """One text where both axes agree."""
    return y if y == x else f"{y} × {x}"
