"""The works as the engine does them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

import kernels
from inspector.core.bench.timing import Way
from inspector.core.bench.works import Work
from kernels import hardware
from kernels.border import Border
from kernels.engine import Result
from kernels.plan import plan

NAME = "kernels"


def way(work: Work, *, stride: int = 1) -> Way:
    """By the public calls on the CPU; the result is of the picture's type."""
    picture, kernel = work.picture(), work.kernel()
    if work.rgb:
        return Way(lambda: kernels.correlate(picture, kernel, border="zero", stride=stride, out_dtype=np.uint8, device="cpu"))
    return Way(lambda: _exact(picture, kernel, stride).values)


def algorithm(work: Work) -> str:
    """How the engine does it, such as "separable"."""
    picture, weights = work.picture(), work.kernel().astype(np.float64)
    shape = (*picture.shape, 1)[:3]
    task = plan(shape, picture.dtype, weights, anchor=(work.side // 2, work.side // 2), border=Border.ZERO)
    return task.algorithm.value


def layer_way(x: NDArray[np.float32], w: NDArray[np.float32], bias: NDArray[np.float32], device: str) -> Way:
    """A 3 × 3 layer of maps (N, C, H, W), padded by 1."""
    return Way(lambda: kernels.conv2d(x, w, bias, padding=1, device=device))


def kept_bytes() -> int:
    """What the engine's threads keep from call to call."""
    compiled = hardware.compiled.get(wait=True)
    return 0 if compiled is None else int(compiled.kept_bytes())


def _exact(picture: NDArray[Any], kernel: NDArray[np.float32], stride: int) -> Result:
    return kernels.run(picture, kernel, border="zero", stride=stride, device="cpu")
