"""What callers give, checked once: each function returns it as the engine wants it, or raises TypeError or ValueError."""

import operator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kernels.border import Border
from kernels.kernel import Kernel, check_weights
from kernels.plan import Padding

Word = TypeVar("Word", Border, Padding)

DEVICES = ("auto", "cpu", "gpu")


def check_picture(image: ArrayLike) -> NDArray[Any]:
    """``(H, W)`` or ``(H, W, C)`` of whole numbers or floats of this machine's byte order; bool as uint8."""
    array = np.asarray(image)
    if array.ndim not in (2, 3):
        raise ValueError(f"a picture must have shape (H, W) or (H, W, C), got {array.shape}")
    if array.size == 0:
        raise ValueError(f"a picture must have at least 1 x 1 pixels and one channel, got shape {array.shape}")
    if array.dtype.kind not in "buif" or array.dtype.itemsize > 8:
        raise TypeError(f"picture values must be bool, integers or float16, float32 or float64, got {array.dtype}")
    array = array.view(np.uint8) if array.dtype.kind == "b" else array
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def check_kernel(kernel: Kernel | ArrayLike, convolve: bool) -> tuple[NDArray[np.float64], tuple[int, int], float]:
    """Weights as they are correlated, anchor and bias."""
    if not isinstance(kernel, Kernel):
        matrix = check_weights(kernel)
        anchor, bias = (matrix.shape[0] // 2, matrix.shape[1] // 2), 0.0
    else:
        matrix, anchor, bias = kernel.weights.astype(np.float64), kernel.anchor, kernel.bias
    if not convolve:
        return matrix, anchor, bias
    height, width = matrix.shape
    return np.ascontiguousarray(matrix[::-1, ::-1]), (height - 1 - anchor[0], width - 1 - anchor[1]), bias


def check_cval(cval: float) -> float:
    """The value of the constant border."""
    try:
        return float(cval)
    except (TypeError, ValueError):
        raise TypeError(f"cval must be a number, got {cval!r}") from None


def check_step(value: int, name: str) -> int:
    """A stride or a dilation."""
    number = _whole(value, f"{name} must be a whole number of at least 1")
    if number < 1:
        raise ValueError(f"{name} must be at least 1, got {number}")
    return number


def check_padding(padding: Padding | str | int) -> Padding | int:
    """One of the named paddings, or a number of pixels."""
    if isinstance(padding, str):
        return one_of(Padding, padding, "padding", " or a number of pixels")
    number = _whole(padding, 'padding must be "same", "valid", "full" or a whole number of pixels')
    if number < 0:
        raise ValueError(f"padding must be at least 0 pixels, got {number}")
    return number


def _whole(value: Any, allowed: str) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{allowed}, got {value!r}") from None


def check_device(device: str) -> str:
    """One of ``DEVICES``."""
    if device not in DEVICES:
        raise ValueError(f"device must be one of {', '.join(DEVICES)}, got {device!r}")
    return device


def one_of(words: type[Word], value: Word | str, name: str, also: str = "") -> Word:
    """The member that is called ``value``; ``name`` and ``also`` are for the error."""
    try:
        return words(value)
    except ValueError:
        raise ValueError(f"{name} must be one of {', '.join(words)}{also}, got {value!r}") from None
