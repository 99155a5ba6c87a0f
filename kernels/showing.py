"""The displayed picture alone, without the exact values in between."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kernels.border import Border
from kernels.engine import run
from kernels.kernel import Kernel
from kernels.plan import Padding
from kernels.scale import Colours


def show(
    image: ArrayLike,
    kernel: Kernel | ArrayLike,
    *,
    low: float,
    high: float,
    absolute: bool = False,
    lut: NDArray[np.uint8] | None = None,
    nan: tuple[int, int, int] = (255, 0, 255),
    convolve: bool = False,
    border: Border | str = "reflect",
    cval: float = 0.0,
    stride: int = 1,
    dilation: int = 1,
    padding: Padding | str | int = "same",
    device: str = "auto",
) -> NDArray[np.uint8]:
    """Filter ``image`` (H, W) or (H, W, 3) as ``correlate`` does and colour the result as ``levels.to_rgb`` does, in one pass.

    ``low`` becomes black and ``high`` white; ``absolute``, ``lut`` and ``nan`` as in ``Colours``, ``convolve`` as in ``run``,
    the other options as in ``correlate``. Compiled code needs no memory for the values themselves.

    Returns (H', W', 3) uint8, C-contiguous. Raises what ``correlate`` and ``to_rgb`` raise.
    """
    return run(
        image, kernel, convolve=convolve, border=border, cval=cval, stride=stride, dilation=dilation, padding=padding,
        device=device, display=Colours(low, high, absolute, lut, nan), exact=False,
    ).rgb  # fmt: skip
