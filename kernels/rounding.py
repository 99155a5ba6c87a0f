"""From exact results to a type that was asked for."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def convert(values: NDArray[np.floating[Any]], dtype: DTypeLike | None) -> NDArray[Any]:
    """``values`` as a new array of ``dtype`` (None: their own), writable.

    To integers: rounded half to even, saturated at the ends of the type, NaN becomes 0.
    Raises TypeError for a type that is neither integer nor float.
    """
    target = values.dtype if dtype is None else np.dtype(dtype)
    if target.kind == "f":
        with np.errstate(over="ignore"):  # beyond the type's range is infinity
            return values.astype(target)
    if target.kind not in "iu":
        raise TypeError(f"out_dtype must be an integer or floating-point type, got {target}")
    return _saturated(np.rint(values), target)


def _saturated(whole: NDArray[np.floating[Any]], target: np.dtype[Any]) -> NDArray[Any]:
    """Compared before the cast, since the ends of 32 and 64-bit types are no float32 values."""
    limits = np.iinfo(target)
    below, above = whole <= limits.min, whole >= limits.max
    result = np.where(below | above | np.isnan(whole), 0, whole).astype(target)
    result[below] = limits.min
    result[above] = limits.max
    return result
