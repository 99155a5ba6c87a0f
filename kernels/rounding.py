"""From exact results to a type that was asked for."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def check_dtype(dtype: DTypeLike | None) -> np.dtype[Any] | None:
    """TypeError for a type that is neither integer nor float; None is the type of the values themselves."""
    target = None if dtype is None else np.dtype(dtype)
    if target is not None and target.kind not in "iuf":
        raise TypeError(f"out_dtype must be an integer or floating-point type, got {target}")
    return target


def convert(values: NDArray[np.floating[Any]], dtype: DTypeLike | None) -> NDArray[Any]:
    """``values`` as an array of ``dtype`` (None: their own), see ``check_dtype``: themselves, or a new one.

    To integers: rounded half to even, saturated at the ends of the type, NaN becomes 0.
    """
    target = values.dtype if dtype is None else np.dtype(dtype)
    if target.kind == "f":
        with np.errstate(over="ignore"):  # beyond the type's range is infinity
            return values.astype(target, copy=False)
    return _saturated(np.rint(values), target)


def _saturated(whole: NDArray[np.floating[Any]], target: np.dtype[Any]) -> NDArray[Any]:
    """Compared before the cast, since the ends of 32 and 64-bit types are no float32 values."""
    limits = np.iinfo(target)
    below, above = whole <= limits.min, whole >= limits.max
    result = np.where(below | above | np.isnan(whole), 0, whole).astype(target)
    result[below] = limits.min
    result[above] = limits.max
    return result
