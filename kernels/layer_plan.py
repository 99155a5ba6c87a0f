"""From the shapes of a layer to a frozen plan: what a convolution of many channels will compute, and how."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import prod

from kernels.windows import Pair, Window

# measured on two cores: direct sums beat gathered patches for few outputs, unless the planes are so small that calls count
DIRECT_UP_TO = 8  # outputs of a group
DIRECT_FROM = 8192  # places of a plane
FLOAT64 = 8  # bytes
BAND_BYTES = 1 << 20  # of the input that a thread sums directly at a time: it stays in the processor's cache

Shape = tuple[int, int, int, int]


class LayerAlgorithm(StrEnum):
    """How the sums of a layer are formed. All give the same result up to rounding."""

    PRODUCT = "product"
    DIRECT = "direct"
    PATCHES = "patches"


@dataclass(frozen=True)
class LayerPlan:
    """A convolution of maps ``x`` (N, C, H, W) with filters ``w`` (O, C / groups, kh, kw), fully decided.

    ``y[n, o, i, j] = b[o] + sum over c, u, v of w[o, c, u, v] * x[n, first(o) + c, i * stride + u * dilation - padding, ...]``
    with zeros outside and ``first(o)`` the first channel of the group of o; ``units`` are the rows and columns of y.
    ``why``: a sentence about the algorithm.
    """

    x: Shape
    w: Shape
    window: Window
    groups: int
    units: Pair
    algorithm: LayerAlgorithm
    why: str

    @property
    def y(self) -> Shape:
        """(N, O, H', W')."""
        return self.x[0], self.w[0], *self.units

    @property
    def macs(self) -> int:
        """Multiplications."""
        return prod(self.y) * prod(self.w[1:])

    @property
    def column(self) -> int:
        """Values that all groups see for one place of y."""
        return self.x[1] * self.window.taps


@lru_cache(maxsize=256)  # a network has some hundred layers
def layer_plan(x: Shape, w: Shape, window: Window, groups: int) -> LayerPlan:
    """Plan the convolution; shapes must fit each other. Raises ValueError where the window does not fit into the maps."""
    units = window.units((x[2], x[3]))
    return LayerPlan(x, w, window, groups, units, *_choose(x, w, window, groups, units))


def row_values(x: Shape, w: Shape, window: Window) -> int:
    """Values of one padded row of all channels of a group."""
    return w[1] * (x[3] + 2 * window.padding[1] + window.stride[1])


def _choose(x: Shape, w: Shape, window: Window, groups: int, units: Pair) -> tuple[LayerAlgorithm, str]:
    outputs = w[0] // groups
    if window == Window((1, 1)):
        return LayerAlgorithm.PRODUCT, "1 x 1 filters: the maps are the matrix already"
    fits = row_values(x, w, window) * window.reach[0] * FLOAT64 <= BAND_BYTES
    if outputs <= DIRECT_UP_TO and units[0] * units[1] >= DIRECT_FROM and fits:
        return LayerAlgorithm.DIRECT, f"{outputs} outputs of each group: patches would be used too seldom to be worth gathering"
    return LayerAlgorithm.PATCHES, f"patches gathered once, and multiplied with the {outputs} filters of each group"
