"""From the colours of print and of measurement to RGB."""

import numpy as np
from numpy.typing import NDArray

from inspector.core.images.errors import BadPicture
from inspector.core.images.raster import Array

_ROWS = 256  # converted together, to bound the floats in memory
# CIE 1976 L*a*b* with the D50 white that TIFF means (ICC PCS), CIE 15:2004
_WHITE = np.array([0.9642, 1.0, 0.8249])
# XYZ (D50) to linear sRGB: Bradford adaptation and IEC 61966-2-1, as B. Lindbloom tabulates
_FROM_XYZ = np.array(
    [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]]
)


def cmyk_to_rgb(inks: Array) -> Array:
    """``(H, W, 4)`` uint8 or uint16 ink to ``(H, W, 3)`` of the same dtype: (1 - ink) (1 - black), without a profile."""
    top = _top(inks)
    out = np.empty((*inks.shape[:2], 3), inks.dtype)
    for y in range(0, len(inks), _ROWS):
        light = top - inks[y : y + _ROWS].astype(np.float64)
        out[y : y + _ROWS] = np.rint(light[..., :3] * light[..., 3:] / top)
    return out


def lab_to_rgb(lab: Array, *, signed: bool) -> Array:
    """``(H, W, 3)`` uint8 or uint16 L*a*b* to sRGB of the same dtype.

    L* runs over the whole dtype as 0 ... 100. a* and b* are two's complement if ``signed`` (TIFF's
    CIELAB), else offset by half the range (ICCLAB); 16-bit ones count 1/256 (TIFF 6.0 section 23, TIFF Technical Note 4).
    """
    top = _top(lab)
    out = np.empty(lab.shape, lab.dtype)
    for y in range(0, len(lab), _ROWS):
        part = lab[y : y + _ROWS].astype(np.float64)
        chroma = _centred(part[..., 1:], (top + 1) / 2, signed=signed) / (1 if top < 256 else 256)
        out[y : y + _ROWS] = np.rint(_srgb(part[..., 0] * (100 / top), chroma) * top)
    return out


def _centred(chroma: NDArray[np.float64], half: float, *, signed: bool) -> NDArray[np.float64]:
    """Values around 0 from two's complement, or from values around ``half``."""
    return np.where(chroma >= half, chroma - 2 * half, chroma) if signed else chroma - half


def _srgb(lightness: NDArray[np.float64], chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Colours of sRGB in [0, 1] from L* ``(H, W)`` in [0, 100] and a*, b* ``(H, W, 2)``; those outside are clipped."""
    fy = (lightness + 16) / 116
    f = np.stack([fy + chroma[..., 0] / 500, fy, fy - chroma[..., 1] / 200], axis=-1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * _WHITE
    linear = np.clip(xyz @ _FROM_XYZ.T, 0, 1)
    encoded: NDArray[np.float64] = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return encoded


def _top(values: Array) -> float:
    if values.dtype not in (np.uint8, np.uint16):
        raise BadPicture(f"its colours of type {values.dtype} cannot be shown; convert it to RGB")
    return float(2 ** (8 * values.dtype.itemsize) - 1)
