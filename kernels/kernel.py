"""The frozen value that every part of the program calls a kernel."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False, init=False, slots=True)
class Kernel:
    """Weights ``(kh, kw)``, float32 and read-only, with what a user needs to know about them.

    ``anchor`` (y, x) is the tap that lies on the output pixel; by default ``(kh // 2, kw // 2)``,
    which is SciPy's rule for even sizes too. ``bias`` is added to every result.
    Raises TypeError or ValueError for weights that are not a finite, non-empty matrix of numbers.
    """

    id: str
    title: str
    weights: NDArray[np.float32]
    anchor: tuple[int, int]
    bias: float
    shows: str
    source: str

    def __init__(
        self,
        weights: ArrayLike,
        *,
        id: str = "custom",
        title: str = "Custom",
        anchor: tuple[int, int] | None = None,
        bias: float = 0.0,
        shows: str = "",
        source: str = "",
    ) -> None:
        with np.errstate(over="ignore"):  # looked for in the next line
            matrix = check_weights(weights).astype(np.float32)
        if not np.isfinite(matrix).all():
            raise ValueError("a kernel weight is too large for float32 (limit 3.4e38)")
        matrix.flags.writeable = False
        height, width = matrix.shape
        anchor = (height // 2, width // 2) if anchor is None else anchor
        if not (0 <= anchor[0] < height and 0 <= anchor[1] < width):
            raise ValueError(f"anchor {anchor} lies outside a kernel of {height} x {width}")
        if not np.isfinite(bias):
            raise ValueError(f"bias must be a finite number, got {bias}")
        for name, value in {
            "id": id, "title": title, "weights": matrix, "anchor": anchor,
            "bias": float(bias), "shows": shows, "source": source,
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the weights."""
        return self.weights.shape[0], self.weights.shape[1]

    def flipped(self) -> Self:
        """Turned by 180 degrees, anchor included: correlating with it is convolving with this one."""
        (height, width), (y, x) = self.shape, self.anchor
        return self.with_(weights=self.weights[::-1, ::-1], anchor=(height - 1 - y, width - 1 - x))

    def with_(self, **changes: Any) -> Self:
        """A copy with some fields changed; a new shape of weights gets the default anchor."""
        fields = {name: getattr(self, name) for name in self.__slots__} | changes
        if "anchor" not in changes and np.shape(fields["weights"]) != self.shape:
            fields["anchor"] = None
        return type(self)(fields.pop("weights"), **fields)

    def _key(self) -> tuple[Any, ...]:
        return (self.id, self.title, self.shape, self.weights.tobytes(), self.anchor, self.bias, self.shows, self.source)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kernel) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())


def check_weights(weights: ArrayLike) -> NDArray[np.float64]:
    """The weights as a contiguous float64 matrix, or an error that says what was given."""
    try:
        matrix = np.asarray(weights)
    except ValueError:
        raise ValueError("kernel rows must all have the same number of weights") from None
    if matrix.dtype.kind not in "buif":
        raise TypeError(f"kernel weights must be real numbers, got {matrix.dtype}")
    if matrix.ndim != 2 or matrix.size == 0:
        raise ValueError(f"a kernel must be a matrix of at least 1 x 1, got shape {matrix.shape}")
    matrix = np.ascontiguousarray(matrix, dtype=np.float64)
    if not np.isfinite(matrix).all():
        y, x = np.argwhere(~np.isfinite(matrix))[0]
        raise ValueError(f"kernel weight in row {y + 1}, column {x + 1} is {matrix[y, x]}, not a finite number")
    return matrix
