"""What the CUDA engine is measured beside: the same work on pictures that lie on the GPU already. Nothing else uses this."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels import gpu, hardware
from kernels.border import Border
from kernels.gpu_ends import End
from kernels.plan import plan

Runs = dict[str, Callable[[], Any]]


def problem() -> str:
    """Why there is no GPU to measure, in one sentence, or ''."""
    return hardware.gpu.reason if hardware.gpu.get(wait=True) is None else ""


def wait() -> None:
    """Until the GPU has done all that CuPy has given to it."""
    import cupy  # noqa: PLC0415 - takes long to import and fails without its libraries

    cupy.cuda.Device().synchronize()


def fetched(array: Any) -> NDArray[Any]:
    """In main memory."""
    return np.asarray(array.get())


def runs(picture: NDArray[np.float32], weights: NDArray[np.float32]) -> Runs:
    """The correlation of ``picture`` (H, W), outside of which lie zeros: by this engine, by cupyx, and a copy.

    Each returns a CuPy array and does not wait for it. Raises what CuPy raises.
    """
    import cupy  # noqa: PLC0415
    from cupyx.scipy import ndimage  # noqa: PLC0415

    here, kernel = cupy.asarray(picture), cupy.asarray(weights)
    return {
        "kernels": _engine(picture, weights),
        "cupyx": lambda: ndimage.correlate(here, kernel, mode="constant"),
        "copy": here.copy,
    }


def _engine(picture: NDArray[np.float32], weights: NDArray[np.float32]) -> Callable[[], Any]:
    """What ``gpu.run`` does, with everything it needs on the GPU."""
    anchor = weights.shape[0] // 2, weights.shape[1] // 2
    task = plan((*picture.shape, 1), picture.dtype, weights.astype(np.float64), anchor=anchor, border=Border.ZERO)
    compute = gpu.resident(task, picture[:, :, np.newaxis], End(task.dtype))
    return lambda: compute().values.reshape(picture.shape)
