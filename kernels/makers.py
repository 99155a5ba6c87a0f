"""Kernels of any size from a few numbers; on the command line ``name:number:number``, as ``gaussian:15:2.5``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.kernel import Kernel
from kernels.numerals import format_weight, parse_number

LARGEST_SIDE = 1000

Reals = NDArray[np.floating[Any]]


def box(size: int) -> Kernel:
    """Mean of ``size`` x ``size`` pixels."""
    size = _side(size)
    return Kernel(
        np.full((size, size), 1 / size**2),
        id=f"box:{size}",
        title=f"Box {size}",
        shows="Replaces each pixel by the plain average of its square neighbourhood: a fast, blocky blur.",
        source="Mean filter; R. C. Gonzalez and R. E. Woods, Digital Image Processing",
    )


def gaussian(size: int, sigma: float | None = None) -> Kernel:
    """Samples of a Gaussian, summing to 1. ``sigma`` in pixels, by default ``0.15 * size + 0.35``, as OpenCV chooses."""
    size = _side(size)
    sigma = 0.15 * size + 0.35 if sigma is None else _positive(sigma, "sigma")
    weights = np.exp(-_squared_radius(size) / (2 * sigma**2))
    return Kernel(
        weights / weights.sum(),
        id=f"gaussian:{size}:{_number(sigma)}",
        title=f"Gaussian {size}",
        shows=f"Blurs smoothly and the same in all directions, with a standard deviation of {sigma:.4g} pixels.",
        source="Sampled normal distribution",
    )


def laplacian_of_gaussian(size: int, sigma: float) -> Kernel:
    """The negative Laplacian of a Gaussian of ``sigma`` pixels, summing to 0, positive in the middle.

    Scaled so that the positive weights sum to 1. Source: D. Marr and E. Hildreth, Theory of edge detection, 1980.
    """
    size, sigma = _side(size), _positive(sigma, "sigma")
    ratio = _squared_radius(size) / (2 * sigma**2)
    return Kernel(
        _balanced((1 - ratio) * np.exp(-ratio)),
        id=f"log:{size}:{_number(sigma)}",
        title=f"LoG {size}",
        shows="Answers to spots and edges of one size and to nothing in flat areas; edges lie where its sign changes.",
        source="D. Marr and E. Hildreth, Theory of edge detection, 1980",
    )


def gabor(size: int, wavelength: float, theta: float = 0.0, sigma: float | None = None, aspect: float = 0.5) -> Kernel:
    """A cosine wave under a Gaussian window, summing to 0 with positive weights summing to 1.

    ``wavelength`` and ``sigma`` (by default 0.56 wavelengths, one octave) in pixels; the wave runs
    along ``theta`` degrees, counted from the x axis towards the y axis (downwards); ``aspect`` is the
    width of the window along the wave divided by that across. Source: J. G. Daugman, 1985.
    """
    size, wavelength = _side(size), _positive(wavelength, "wavelength")
    sigma = 0.56 * wavelength if sigma is None else _positive(sigma, "sigma")
    along, across = _rotated(size, theta)
    window = np.exp(-(along**2 + (_positive(aspect, "aspect") * across) ** 2) / (2 * sigma**2))
    wave = np.cos(2 * np.pi * along / wavelength)
    return Kernel(
        _balanced(window * (wave - (window * wave).sum() / window.sum())),
        id=f"gabor:{size}:{_number(wavelength)}:{_number(theta)}:{_number(sigma)}:{_number(aspect)}",
        title=f"Gabor {theta:.4g}°",
        shows="Answers to stripes of one width and one direction, as simple cells of the visual cortex do.",
        source="J. G. Daugman, Uncertainty relation for resolution in space …, 1985",
    )


def motion_blur(size: int, angle: float = 0.0) -> Kernel:
    """Mean along a line of ``size`` pixels at ``angle`` degrees, counter-clockwise from the x axis."""
    size = _side(size)
    along, across = _rotated(size, -angle)
    cover = np.clip(1 - np.abs(across), 0, 1) * np.clip(size / 2 - np.abs(along) + 0.5, 0, 1)
    return Kernel(
        cover / cover.sum(),
        id=f"motion:{size}:{_number(angle)}",
        title=f"Motion {size}",
        shows=f"Smears the picture along a line at {angle:.4g} degrees, as a camera moving during the exposure does.",
        source="Point spread function of uniform linear motion",
    )


@dataclass(frozen=True)
class Maker:
    """A parametric kernel: its name on the command line, its parameters, how many must be given."""

    make: Callable[..., Kernel]
    parameters: tuple[str, ...]
    required: int


MAKERS = {
    "box": Maker(box, ("size",), 1),
    "gaussian": Maker(gaussian, ("size", "sigma"), 1),
    "log": Maker(laplacian_of_gaussian, ("size", "sigma"), 2),
    "gabor": Maker(gabor, ("size", "wavelength", "theta", "sigma", "aspect"), 2),
    "motion": Maker(motion_blur, ("size", "angle"), 1),
}


def make(id: str) -> Kernel:
    """The kernel of an id such as ``gaussian:15:2.5``. Raises ValueError saying how to write it."""
    name, *texts = id.split(":")
    maker = MAKERS.get(name)
    if maker is None:
        raise ValueError(f"there is no kernel {name!r} with parameters; there are {', '.join(MAKERS)}")
    if not maker.required <= len(texts) <= len(maker.parameters):
        optional = "".join(f"[:{parameter}]" for parameter in maker.parameters[maker.required :])
        raise ValueError(f"{id!r}: write {':'.join((name, *maker.parameters[: maker.required]))}{optional}")
    try:
        return maker.make(*map(parse_number, texts))
    except ValueError as error:
        raise ValueError(f"{id!r}: {error}") from None


def _side(size: float) -> int:
    if size != int(size) or not 1 <= size <= LARGEST_SIDE:
        raise ValueError(f"size must be a whole number from 1 to {LARGEST_SIDE}, got {size:.6g}")
    return int(size)


def _positive(value: float, name: str) -> float:
    if not (np.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a positive number, got {value:.6g}")
    return value


def _number(value: float) -> str:
    return format_weight(value)


def _positions(size: int) -> Reals:
    """Distances in pixels from the middle, between two pixels for even sizes."""
    return np.arange(size) - (size - 1) / 2


def _squared_radius(size: int) -> Reals:
    return np.add.outer(_positions(size) ** 2, _positions(size) ** 2)


def _rotated(size: int, degrees: float) -> tuple[Reals, Reals]:
    """Coordinates along and across a direction, for every pixel."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    y, x = np.meshgrid(_positions(size), _positions(size), indexing="ij")
    return cosine * x + sine * y, cosine * y - sine * x


def _balanced(weights: Reals) -> Reals:
    """Shifted to sum to 0 and scaled so that the positive weights sum to 1; all 0 where they were all equal."""
    weights = weights - weights.mean()
    positive = weights[weights > 0].sum()
    return weights / positive if positive > 1e-12 else np.zeros_like(weights)
