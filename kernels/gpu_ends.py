"""Where the sums of a launch of the CUDA code go: exact or rounded values, the displayed picture, or exact values and that."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.scale import Colours

Shape = tuple[int, int, int]
Array = tuple[Shape, str]  # shape and type of an array that is to be made

LOOK = np.dtype(
    [("low", np.float64), ("factor", np.float64), ("absolute", np.int32), ("exact", np.int32), ("nan", np.uint8, 4),
     ("lut", np.uint8, (256, 4))], align=True,
)  # fmt: skip
"""The ``Look`` of ends.cu."""


@dataclass(frozen=True, eq=False)
class End:
    """Values of ``dtype``, or with ``colours`` the displayed picture; then values only if they are to be ``exact`` too."""

    dtype: str
    colours: Colours | None = None
    exact: bool = True

    def arrays(self, shape: Shape) -> tuple[Array, Array]:
        """Values ``shape`` (H', W', C) and colours (H', W', 3) uint8; without any rows where they are not wanted."""
        height, width, channels = shape
        with_values, with_colours = self.exact or self.colours is None, self.colours is not None
        return ((with_values * height, width, channels), self.dtype), ((with_colours * height, width, 3), "uint8")

    def out(self, channels: int) -> str:
        """What the functions of the CUDA code are told of it: the type of values, "grey" or "rgb", see ``gpu_names``."""
        if self.colours is None:
            return self.dtype
        return "grey" if channels == 1 else "rgb"

    @cached_property
    def look(self) -> NDArray[np.uint8]:
        """The bytes of one ``Look``; none without colours."""
        if self.colours is None:
            return np.empty(0, np.uint8)
        scale, look = self.colours.scale, np.zeros(1, LOOK)
        look["low"], look["factor"], look["absolute"], look["exact"] = scale.low, scale.factor, scale.absolute, self.exact
        look["nan"][:, :3], look["lut"][:, :, :3] = scale.nan, scale.lut
        return look.view(np.uint8)


class Target(NamedTuple):
    """Arrays of the host for an end."""

    end: End
    values: NDArray[Any]
    rgb: NDArray[np.uint8]

    @classmethod
    def of(cls, end: End, shape: Shape) -> "Target":
        """New ones, of whatever content."""
        values, rgb = (np.empty(*array) for array in end.arrays(shape))
        return cls(end, values, rgb)

    def rows(self, start: int, stop: int) -> "Target":
        """A part of them."""
        return self._replace(values=self.values[start:stop], rgb=self.rgb[start:stop])
