"""What the layers take: arrays of float32 or float64 in their usual shapes, or an error that says what was given."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kernels.windows import Window


def real(values: ArrayLike, name: str) -> NDArray[Any]:
    """As a C-contiguous array of this machine's byte order. Raises TypeError for other than float32 and float64."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be an array; its rows have different lengths") from None
    native = array.dtype.newbyteorder("=")
    if native not in (np.float32, np.float64):
        raise TypeError(f"{name} must be float32 or float64, got {array.dtype}")
    return np.ascontiguousarray(array, native)


def maps_of(values: ArrayLike, name: str) -> NDArray[Any]:
    """Maps (N, C, H, W). Raises TypeError and ValueError."""
    array = real(values, name)
    if array.ndim != 4 or not array.size:
        raise ValueError(f"{name} must have shape (N, C, H, W) without an empty axis, got {array.shape}")
    return array


def check_one_type(given: dict[str, NDArray[Any]]) -> None:
    """Raises TypeError where arrays mix float32 and float64."""
    if len({array.dtype for array in given.values()}) > 1:
        kinds = ", ".join(f"{name} is {array.dtype}" for name, array in given.items())
        raise TypeError(f"all arrays must be float32, or all float64; {kinds}")


def check_filters(x: tuple[int, ...], w: tuple[int, ...], groups: int) -> None:
    """Raises ValueError where filters (O, C / groups, kh, kw) do not fit maps (N, C, H, W)."""
    if x[1] % groups or w[0] % groups:
        raise ValueError(f"groups = {groups} must divide the {x[1]} channels of x and the {w[0]} filters")
    if w[1] != x[1] // groups:
        raise ValueError(f"each filter must see {x[1] // groups} channels ({x[1]} of x in {groups} groups), got {w[1]}")


def check_pooling(window: Window) -> None:
    """Raises ValueError for more padding than half a window, as torch does: windows would see nothing else."""
    if any(2 * padding > reach for padding, reach in zip(window.padding, window.reach, strict=True)):
        raise ValueError(f"padding {window.padding} is more than half of the window {window.reach} (dilation included)")


def check_shape(array: NDArray[Any], shape: tuple[int, ...], name: str) -> None:
    """Raises ValueError for another one."""
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
