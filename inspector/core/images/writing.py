"""Writing pictures as they are shown, and the exact values behind them."""

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from inspector.core.files import atomic_write, save_refusal

_SHOWN: dict[str, tuple[str, dict[str, Any]]] = {
    ".png": ("PNG", {}),
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),  # colour maps have sharp edges of colour
    ".jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".bmp": ("BMP", {}),
    ".webp": ("WebP", {"lossless": True}),
}
_VALUES = (".tif", ".tiff", ".npy")
_LARGEST = {"JPEG": 65_535, "WebP": 16_383}  # pixels a side that the format can say
_WITH_ALPHA = ("PNG", "WebP")


def write_shown(path: str | os.PathLike[str], rgb: NDArray[np.uint8]) -> None:
    """Write what is seen: ``(H, W, 3)`` or ``(H, W, 4)`` uint8 as .png, .jpg (quality 95), .bmp or .webp (lossless).

    JPEG and BMP leave the fourth channel, alpha, out. The file is replaced whole or not at all.

    Raises:
        SaveError: another suffix, a picture too large for the format, or a place that cannot be written to.
    """
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] not in (3, 4):
        raise ValueError(f"what is shown has dtype {rgb.dtype} and shape {rgb.shape}; uint8 (H, W, 3) or (H, W, 4) is allowed")
    format_name, options = _SHOWN[_suffix(path, tuple(_SHOWN), "the picture as shown")]
    largest = _LARGEST.get(format_name)
    if largest is not None and max(rgb.shape) > largest:
        raise save_refusal(path, f"{format_name} holds at most {largest} pixels a side; save it as .png")
    pixels = rgb if format_name in _WITH_ALPHA else rgb[..., :3]
    image = import_module("PIL.Image").fromarray(np.ascontiguousarray(pixels))
    atomic_write(path, lambda file: image.save(file, format_name, **options))


def write_values(path: str | os.PathLike[str], values: NDArray[np.generic], description: dict[str, str]) -> None:
    """Write exact values ``(H, W)`` or ``(H, W, C)``: .tif and .tiff as float32 (float64 stays), .npy as they are.

    ``description`` (which tensor, kernel, border ...) goes into TIFF's ImageDescription as JSON; NPY has no place for it.
    The file is replaced whole or not at all.

    Raises:
        SaveError: another suffix, or a place that cannot be written to.
    """
    if values.dtype.kind not in "buif" or values.ndim not in (2, 3) or not values.size:
        raise ValueError(
            f"the values have dtype {values.dtype} and shape {values.shape}; numbers (H, W) or (H, W, C) are allowed"
        )
    suffix = _suffix(path, _VALUES, "the exact values")
    if suffix == ".npy":
        atomic_write(path, lambda file: _write_npy(file, np.ascontiguousarray(values)))
    else:
        atomic_write(path, lambda file: _write_tiff(file, values, description))


def _suffix(path: str | os.PathLike[str], allowed: tuple[str, ...], what: str) -> str:
    suffix = Path(path).suffix.lower()
    if suffix not in allowed:
        raise save_refusal(path, f"{what} can be saved under names that end in {', '.join(allowed)}; choose one of them")
    return suffix


def _write_npy(file: BinaryIO, values: NDArray[np.generic]) -> None:
    """As numpy.save does, but through ``write``: ``tofile`` hides why a disk refused."""
    npy_format.write_array_header_1_0(file, npy_format.header_data_from_array_1_0(values))
    file.write(values.data)


def _write_tiff(file: BinaryIO, values: NDArray[np.generic], description: dict[str, str]) -> None:
    colour = values.ndim == 3 and values.shape[2] in (3, 4)
    import_module("tifffile").imwrite(
        file,
        np.ascontiguousarray(values, dtype=np.float64 if values.dtype == np.float64 else np.float32),
        photometric="rgb" if colour else "minisblack",
        planarconfig="contig" if values.ndim == 3 else None,
        description=json.dumps(description),  # escaped to the ASCII that TIFF asks for
        metadata=None,
    )
