"""What every decoder returns, and the steps that they share."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]


@dataclass(frozen=True, eq=False)
class Raster:
    """One decoded frame, as it lies in the file.

    ``values``: ``(H, W)`` or ``(H, W, 3)``; ``alpha``: ``(H, W)`` or None; ``high``: the value of white
    of integers that use fewer bits than their dtype, else None; ``orientation``: EXIF 1 to 8.
    """

    values: Array
    form: str
    alpha: Array | None = None
    frames: int = 1
    high: float | None = None
    orientation: int = 1
    notes: tuple[str, ...] = ()


def split_alpha(samples: Array) -> tuple[Array, Array | None]:
    """Colours and alpha of ``(H, W)`` or ``(H, W, 1|2|3|4)`` samples, where 2 and 4 end in alpha."""
    if samples.ndim == 2:
        return samples, None
    count = samples.shape[2]
    colours = samples[..., 0] if count < 3 else samples[..., :3]
    return colours, samples[..., -1] if count in (2, 4) else None


# EXIF 2.32, tag 274: where row 0 and column 0 are, as a transposition and two flips (rows, columns)
_TURNS = {
    1: (False, False, False),
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}


def upright(raster: Raster) -> Raster:
    """The raster turned so that it is seen as it was taken."""
    if raster.orientation == 1:
        return raster
    alpha = None if raster.alpha is None else _turn(raster.alpha, raster.orientation)
    return replace(raster, values=_turn(raster.values, raster.orientation), alpha=alpha, orientation=1)


def _turn(array: Array, orientation: int) -> Array:
    transposed, flip_rows, flip_columns = _TURNS[orientation]
    if transposed:
        array = array.swapaxes(0, 1)
    axes = tuple(axis for axis, flipped in enumerate((flip_rows, flip_columns)) if flipped)
    return np.flip(array, axes)


def bits_to_bytes(values: Array, bits: int) -> Array:
    """Values of 1, 2 or 4 bits spread over 0 ... 255, as uint8."""
    spread: Array = np.multiply(values, 255 // (2**bits - 1), dtype=np.uint8, casting="unsafe")
    return spread
