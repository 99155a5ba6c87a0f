"""What is done to a picture: moved, turned, scaled, mirrored. Each is one affine map of places, which works on maps alike."""

from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from math import cos, isfinite, radians, sin

from inspector.core.numbers_text import significant

Size = tuple[int, int]  # height, width
Places = tuple[float, float]  # along y, along x
Matrix = tuple[float, float, float, float]  # yy, yx, xy, xx

_QUARTERS = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))  # cosine and sine, without the rounding of π


class Method(StrEnum):
    """How values between two pixels are found."""

    BILINEAR = "bilinear"
    FOURIER = "fourier"  # band-limited: as if the picture were the sum of its waves


@dataclass(frozen=True)
class Affine:
    """Where the pixel that is seen at (y, x) comes from: ``matrix`` times (y, x), plus ``offset``; pixel centres are whole."""

    matrix: Matrix = (1.0, 0.0, 0.0, 1.0)
    offset: Places = (0.0, 0.0)

    @property
    def straight(self) -> bool:
        """Whether rows come from rows and columns from columns."""
        return not self.matrix[1] and not self.matrix[2]

    def on(self, jump: Places, start: Places, origin: Places) -> "Affine":
        """The same for units that lie ``jump`` apart on the picture, in units.

        ``start``: the place of the first unit that is looked at; ``origin``: of the first of those that it may come from.
        """
        yy, yx, xy, xx = self.matrix
        seen = self.offset[0] + yy * start[0] + yx * start[1], self.offset[1] + xy * start[0] + xx * start[1]
        offset = (seen[0] - origin[0]) / jump[0], (seen[1] - origin[1]) / jump[1]
        return Affine((yy, yx * jump[1] / jump[0], xy * jump[0] / jump[1], xx), offset)

    def after(self, other: "Affine") -> "Affine":
        """One place to the next: ``other`` first, then this."""
        (yy, yx, xy, xx), (ayy, ayx, axy, axx) = self.matrix, other.matrix
        (down, right), (ady, adx) = self.offset, other.offset
        matrix = yy * ayy + yx * axy, yy * ayx + yx * axx, xy * ayy + xx * axy, xy * ayx + xx * axx
        return Affine(matrix, (yy * ady + yx * adx + down, xy * ady + xx * adx + right))


@dataclass(frozen=True)
class Translation:
    """Everything moves down by ``dy`` and right by ``dx`` pixels. Raises ValueError for amounts that are not finite."""

    dy: float = 0
    dx: float = 0
    method: Method = Method.BILINEAR

    def __post_init__(self) -> None:
        _check_finite(self.dy, self.dx)

    @property
    def whole(self) -> bool:
        """Whether pixels move to places of pixels, so that nothing is interpolated."""
        return self.dy == int(self.dy) and self.dx == int(self.dx)

    @property
    def inverse(self) -> "Translation":
        """Exact where the border is circular and the steps are whole, or of an odd size along both axes and Fourier."""
        return Translation(-self.dy, -self.dx, self.method)

    def sources(self, size: Size) -> Affine:
        """The map of places for a picture of ``size``."""
        return Affine(offset=(-float(self.dy), -float(self.dx)))


@dataclass(frozen=True)
class Rotation:
    """A turn about the middle of the picture, counter-clockwise on the screen. Raises ValueError if not finite."""

    degrees: float = 0

    def __post_init__(self) -> None:
        _check_finite(self.degrees)

    @property
    def inverse(self) -> "Rotation":
        """Exact for half turns, and for quarters of square pictures."""
        return Rotation(-self.degrees)

    def sources(self, size: Size) -> Affine:
        """The map of places for a picture of ``size``."""
        cosine, sine = _cosine_and_sine(self.degrees)
        return _about_middle((cosine, sine, -sine, cosine), size)


@dataclass(frozen=True)
class Scale:
    """Everything becomes ``factor`` times as large about the middle of the picture. Raises ValueError for a factor <= 0."""

    factor: float = 1

    def __post_init__(self) -> None:
        _check_finite(self.factor)
        if self.factor <= 0:
            raise ValueError(f"a picture is scaled by a factor larger than 0, not by {self.factor}")

    @property
    def inverse(self) -> "Scale":
        """Exact for 1 alone."""
        return Scale(1 / self.factor)

    def sources(self, size: Size) -> Affine:
        """The map of places for a picture of ``size``."""
        return _about_middle((1 / self.factor, 0.0, 0.0, 1 / self.factor), size)


@dataclass(frozen=True)
class Flip:
    """Left and right change places."""

    @property
    def inverse(self) -> "Flip":
        """Exact."""
        return self

    def sources(self, size: Size) -> Affine:
        """The map of places for a picture of ``size``."""
        return _about_middle((1.0, 0.0, 0.0, -1.0), size)


@dataclass(frozen=True)
class Together:
    """Several, one after the other, as one: values are interpolated once, bilinearly."""

    parts: "tuple[Transform, ...]"

    @property
    def inverse(self) -> "Together":
        """Exact where all parts have exact inverses."""
        return Together(tuple(part.inverse for part in reversed(self.parts)))

    def sources(self, size: Size) -> Affine:
        """The map of places for a picture of ``size``."""
        return reduce(lambda found, part: found.after(part.sources(size)), self.parts, Affine())


Transform = Translation | Rotation | Scale | Flip | Together


def words(transform: Transform) -> str:
    """A transform for messages: "a shift of 2 px down and 3 px right", "a turn of 15°"."""
    match transform:
        case Translation(dy, dx):
            ways = (f"{significant(abs(dy), 4)} px {'down' if dy > 0 else 'up'}" if dy else "",
                    f"{significant(abs(dx), 4)} px {'right' if dx > 0 else 'left'}" if dx else "")  # fmt: skip
            return f"a shift of {' and '.join(filter(None, ways)) or '0 px'}"
        case Rotation(degrees):
            return f"a turn of {significant(degrees, 4)}°"
        case Scale(factor):
            return f"scaling by {significant(factor, 4)}"
        case Flip():
            return "mirroring"
        case Together(parts):
            return " with ".join(map(words, parts))


def _about_middle(matrix: Matrix, size: Size) -> Affine:
    middle = (size[0] - 1) / 2, (size[1] - 1) / 2
    yy, yx, xy, xx = matrix
    seen = yy * middle[0] + yx * middle[1], xy * middle[0] + xx * middle[1]
    return Affine(matrix, (middle[0] - seen[0], middle[1] - seen[1]))


def _cosine_and_sine(degrees: float) -> tuple[float, float]:
    quarters, rest = divmod(degrees, 90)
    return (cos(radians(degrees)), sin(radians(degrees))) if rest else _QUARTERS[int(quarters) % 4]


def _check_finite(*amounts: float) -> None:
    if not all(isfinite(amount) for amount in amounts):
        raise ValueError(f"a picture is moved by finite amounts, not by {' and '.join(map(str, amounts))}")
