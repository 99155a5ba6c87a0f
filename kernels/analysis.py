"""What can be said of a kernel before it meets a picture: rank, frequency response, gains, symmetry, likeness.

Everything is computed in float64 from the weights (kh, kw) as they are correlated; biases play no part but in ``folded``.
Kernels are ``Kernel`` values or matrices; all functions raise TypeError or ValueError for what is no finite matrix of numbers.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kernels.factor import RESIDUAL, decomposed
from kernels.handmade import presets
from kernels.kernel import Kernel, check_weights

Matrix = NDArray[np.float64]
GRID = (64, 64)  # frequencies along y and x
RINGS, SPOKES = 16, 64  # of the frequencies at which directions are compared
SAME = 1e-6  # relative; weights that differ by less are equal, since they are rounded to float32


class Symmetry(StrEnum):
    """What mirroring a kernel about its middle does: nothing, a change of sign, or something else."""

    EVEN = "even"
    ODD = "odd"
    NONE = "none"


@dataclass(frozen=True, eq=False)
class Factors:
    """``columns`` (r, kh) and ``rows`` (r, kw) whose outer products add up to a kernel of rank r; the largest comes first."""

    columns: Matrix
    rows: Matrix

    @property
    def rank(self) -> int:
        """The number r of terms."""
        return len(self.columns)

    @property
    def weights(self) -> Matrix:
        """The kernel again, (kh, kw)."""
        made: Matrix = self.columns.T @ self.rows
        return made


@dataclass(frozen=True, eq=False)
class FrequencyResponse:
    """``magnitude`` and ``phase`` (radians in (-π, π]), each (n, m), at frequencies ``y`` (n,) and ``x`` (m,), rising.

    Frequencies are in cycles a pixel, from -0.5 on; 0 is at index n // 2. The phase is 0 where the magnitude vanishes.
    """

    y: Matrix
    x: Matrix
    magnitude: Matrix
    phase: Matrix


class Likeness(NamedTuple):
    """A preset, and how much a kernel is like it: the cosine of the angle between their weights, in [-1, 1]."""

    kernel: Kernel
    similarity: float


def factors(kernel: Kernel | ArrayLike, tolerance: float = RESIDUAL) -> Factors:
    """The fewest columns and rows that make up the kernel but for a ``tolerance`` of its norm.

    From the singular value decomposition ``w = Σ s_k u_k v_kᵀ``, each side taking ``√s_k``; see ``factor.decomposed``.
    """
    columns, sizes, rows = decomposed(_matrix(kernel), tolerance)
    share = np.sqrt(sizes)[:, np.newaxis]
    return Factors(columns * share, rows * share)


def rank(kernel: Kernel | ArrayLike, tolerance: float = RESIDUAL) -> int:
    """How many separable kernels it is the sum of: 0 for all zeros, 1 for a separable one. See ``factors``."""
    return factors(kernel, tolerance).rank


def frequency_response(kernel: Kernel | ArrayLike, size: tuple[int, int] = GRID) -> FrequencyResponse:
    """What the kernel makes of waves of every frequency, on a grid of ``size`` frequencies along y and x.

    The wave ``exp(2πi (f_y y + f_x x))`` comes out times ``H(f) = Σ w[u, v] exp(2πi (f_y (u - a_y) + f_x (v - a_x)))``, with
    (a_y, a_x) the anchor; correlation has this sign, convolution the other. Raises ValueError for a size below 1.
    Source: Gonzalez and Woods, Digital Image Processing, chapter 4.
    """
    if min(size) < 1:
        raise ValueError(f"a frequency response needs at least 1 x 1 frequencies, got {size}")
    weights, anchor = _matrix(kernel), _anchor(kernel)
    y, x = (np.fft.fftshift(np.fft.fftfreq(count)) for count in size)
    waves_y, waves_x = (_waves(f, weights.shape[axis], anchor[axis]) for axis, f in enumerate((y, x)))
    response = waves_y @ weights @ waves_x.T
    magnitude = np.abs(response)
    vanishes = magnitude <= weights.size * np.finfo(np.float64).eps * np.abs(weights).sum()
    return FrequencyResponse(y, x, magnitude, np.where(vanishes, 0.0, np.angle(response)))


def dc_gain(kernel: Kernel | ArrayLike) -> float:
    """What a constant picture is multiplied by: the sum of the weights, which is H(0)."""
    return float(_matrix(kernel).sum())


def noise_gain(kernel: Kernel | ArrayLike) -> float:
    """What the standard deviation of white noise is multiplied by: ``√Σ w²``.

    By Parseval's theorem also the root of the mean of ``|H|²`` over all frequencies.
    """
    return float(np.linalg.norm(_matrix(kernel)))


def symmetry(kernel: Kernel | ArrayLike) -> tuple[Symmetry, Symmetry]:
    """What mirroring along y (top to bottom) and along x (left to right) does to the weights. All zeros are even."""
    weights = _matrix(kernel)
    return _mirrored(weights, weights[::-1]), _mirrored(weights, weights[:, ::-1])


def isotropy(kernel: Kernel | ArrayLike) -> float:
    """How alike the kernel treats all directions: 1 where ``|H|`` depends on the length of the frequency alone, down to 0.

    ``∫ r ⟨|H|⟩² dr / ∫ r ⟨|H|²⟩ dr`` over rings of frequencies up to 0.5, with the means ⟨⟩ over the directions of a ring, so
    that a ring counts as what it covers; by Cauchy and Schwarz never above 1. ``|cos θ|``, as of a derivative, gives
    8 / π² = 0.81. All zeros give 1.
    """
    weights, anchor = _matrix(kernel), _anchor(kernel)
    radii = 0.5 * np.arange(1, RINGS + 1) / RINGS
    angles = np.pi * np.arange(SPOKES) / SPOKES  # |H(-f)| = |H(f)|
    f_y, f_x = (np.outer(radii, along(angles)).ravel() for along in (np.sin, np.cos))
    waves = _waves(f_y, weights.shape[0], anchor[0]) @ weights * _waves(f_x, weights.shape[1], anchor[1])
    magnitude = np.abs(waves.sum(axis=1)).reshape(RINGS, SPOKES)
    energy = float(radii @ np.square(magnitude).mean(axis=1))
    return float(radii @ np.square(magnitude.mean(axis=1))) / energy if energy else 1.0


def folded(*chain: Kernel | ArrayLike) -> Kernel:
    """The one kernel that does what the kernels of a chain do one after the other, the first one first.

    Away from the borders ``correlate(correlate(x, a), b)`` is ``correlate(x, a * b)`` with the full convolution ``a * b``: its
    size, ``Σ (k - 1) + 1``, is the receptive field of the chain. Anchors add up, and a bias passes the kernels behind it.
    Source: Dumoulin and Visin, A guide to convolution arithmetic, 2016. Raises ValueError for an empty chain.
    """
    if not chain:
        raise ValueError("a chain must have at least one kernel")
    return reduce(_after, (one if isinstance(one, Kernel) else Kernel(one) for one in chain))


def nearest_preset(kernel: Kernel | ArrayLike) -> Likeness | None:
    """The preset with the largest cosine similarity ``Σ w p / (‖w‖ ‖p‖)``, anchors on each other; None for all zeros.

    The smaller one of two kernels goes on with zeros.
    """
    weights, anchor = _matrix(kernel), _anchor(kernel)
    length = float(np.linalg.norm(weights))
    if length == 0:
        return None
    found = (Likeness(one, _overlap(weights / length, anchor, one)) for one in presets())
    return max(found, key=lambda one: one.similarity)


def _matrix(kernel: Kernel | ArrayLike) -> Matrix:
    return check_weights(kernel.weights if isinstance(kernel, Kernel) else kernel)


def _anchor(kernel: Kernel | ArrayLike) -> tuple[int, int]:
    if isinstance(kernel, Kernel):
        return kernel.anchor
    height, width = np.shape(kernel)
    return height // 2, width // 2


def _waves(frequencies: Matrix, count: int, anchor: int) -> NDArray[np.complex128]:
    """Their values (n, count) at places counted from the anchor."""
    values: NDArray[np.complex128] = np.exp(2j * np.pi * np.outer(frequencies, np.arange(count) - anchor))
    return values


def _mirrored(weights: Matrix, mirrored: Matrix) -> Symmetry:
    near = SAME * np.abs(weights).max()
    if (np.abs(weights - mirrored) <= near).all():
        return Symmetry.EVEN
    return Symmetry.ODD if (np.abs(weights + mirrored) <= near).all() else Symmetry.NONE


def _after(first: Kernel, second: Kernel) -> Kernel:
    """``first``, then ``second``."""
    a, b = first.weights.astype(np.float64), second.weights.astype(np.float64)
    few, many = sorted((a, b), key=np.size)
    whole = np.zeros((a.shape[0] + b.shape[0] - 1, a.shape[1] + b.shape[1] - 1))
    for (u, v), weight in np.ndenumerate(few):
        whole[u : u + many.shape[0], v : v + many.shape[1]] += weight * many
    anchor = first.anchor[0] + second.anchor[0], first.anchor[1] + second.anchor[1]
    bias = first.bias * float(b.sum()) + second.bias
    return Kernel(whole, id="folded", title=f"{first.title}, then {second.title}", anchor=anchor, bias=bias)


def _overlap(unit: Matrix, anchor: tuple[int, int], preset: Kernel) -> float:
    """The cosine of the angle between a kernel of norm 1 and a preset."""
    other = preset.weights.astype(np.float64)
    rows, columns = (_common(unit.shape[axis], anchor[axis], other.shape[axis], preset.anchor[axis]) for axis in (0, 1))
    common = (unit[rows[0], columns[0]] * other[rows[1], columns[1]]).sum()
    return float(common / np.linalg.norm(other))


def _common(length: int, anchor: int, other: int, other_anchor: int) -> tuple[slice, slice]:
    """What two sides share when their anchors lie on each other."""
    before, after = min(anchor, other_anchor), min(length - anchor, other - other_anchor)
    return slice(anchor - before, anchor + after), slice(other_anchor - before, other_anchor + after)
