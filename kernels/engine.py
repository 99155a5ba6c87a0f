"""The public calls: check what was given, plan, run on a device, answer."""

import math
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from kernels import hardware, numpy_path
from kernels.bands import Cancel
from kernels.border import Border
from kernels.checks import check_cval, check_device, check_kernel, check_padding, check_picture, check_step, one_of
from kernels.kernel import Kernel
from kernels.plan import Algorithm, Padding, Plan, plan
from kernels.rounding import check_dtype
from kernels.scale import Colours
from kernels.sliding import WildError

GPU_FROM_STEPS = 20_000_000  # multiplications; below, copying to the GPU and back takes longer


def _no_colours() -> NDArray[np.uint8]:
    return np.empty((0, 0, 3), np.uint8)


@dataclass(frozen=True, eq=False)
class Result:
    """``values`` (H', W') or (H', W', C), float32 or float64, read-only, and how they came about.

    ``algorithm`` is the one truly used; ``device`` "cpu", "gpu" or "cpu (numpy)"; ``device_name``
    e.g. "CPU, 2 threads"; ``why_device`` a sentence where the device was chosen by itself or fell back.
    ``rgb`` (H', W', 3) uint8: the displayed picture. What was not asked for is empty.
    """

    values: NDArray[Any]
    plan: Plan
    algorithm: Algorithm
    device: str
    device_name: str
    why_device: str
    rgb: NDArray[np.uint8] = field(default_factory=_no_colours)

    @property
    def why(self) -> str:
        """Why this algorithm, in a sentence for the user."""
        if self.algorithm is self.plan.algorithm:
            return self.plan.why
        if self.device == "gpu":
            return f"{self.algorithm}: the GPU has its own choice (on the CPU: {self.plan.algorithm})"
        return f"summed one by one: {self.plan.algorithm} would spread values of this picture beyond their places"


def correlate(
    image: ArrayLike,
    kernel: Kernel | ArrayLike,
    *,
    border: Border | str = "reflect",
    cval: float = 0.0,
    stride: int = 1,
    dilation: int = 1,
    padding: Padding | str | int = "same",
    out_dtype: DTypeLike | None = None,
    device: str = "auto",
) -> NDArray[Any]:
    """Slide ``kernel`` over ``image`` and sum the products, without flipping it.

    ``image``: (H, W) or (H, W, C), channels filtered independently; bool, integers or float16 to
    float64. ``kernel``: a ``Kernel`` with its anchor and bias, or a matrix (kh, kw) anchored at
    (kh // 2, kw // 2). ``border``: a ``Border`` or its name; ``cval`` the value of "constant".
    ``padding``: "same", "valid", "full" or a number of pixels on every side.
    ``device``: "auto", "cpu" or "gpu".

    Returns (H', W') or (H', W', C): float32, or float64 for float64 and 32 or 64-bit integers.
    With ``out_dtype`` an integer type, rounded half to even and saturated, NaN becoming 0.
    Raises TypeError or ValueError for what is not allowed, RuntimeError for a GPU that is not there.
    """
    return _run(
        image, kernel, border=border, cval=cval, stride=stride, dilation=dilation, padding=padding, out_dtype=out_dtype,
        device=device,
    ).values  # fmt: skip


def convolve(
    image: ArrayLike,
    kernel: Kernel | ArrayLike,
    *,
    border: Border | str = "reflect",
    cval: float = 0.0,
    stride: int = 1,
    dilation: int = 1,
    padding: Padding | str | int = "same",
    out_dtype: DTypeLike | None = None,
    device: str = "auto",
) -> NDArray[Any]:
    """Like ``correlate`` with the kernel turned by 180 degrees, anchor included (SciPy's rule for even sizes)."""
    return _run(
        image, kernel, convolve=True, border=border, cval=cval, stride=stride, dilation=dilation, padding=padding,
        out_dtype=out_dtype, device=device,
    ).values  # fmt: skip


def run(
    image: ArrayLike,
    kernel: Kernel | ArrayLike,
    *,
    convolve: bool = False,
    border: Border | str = Border.REFLECT,
    cval: float = 0.0,
    stride: int = 1,
    dilation: int = 1,
    padding: Padding | str | int = Padding.SAME,
    device: str = "auto",
    wait: bool = True,
    cancel: Cancel | None = None,
    display: Colours | None = None,
    exact: bool = True,
) -> Result:
    """``correlate`` or ``convolve`` with all that is known about how.

    With ``wait=False`` engines that are not loaded yet (see ``warm_up``) are passed over instead of
    waited for. ``cancel`` is asked several times a second; once it says yes, Cancelled is raised.
    With ``display`` the colours are made in the same pass, as ``levels.coloured`` makes them of the values, for pictures
    (H, W) or (H, W, 3); the values are left out where they need not be ``exact``.
    """
    result = _run(
        image, kernel, convolve=convolve, border=border, cval=cval, stride=stride, dilation=dilation, padding=padding,
        device=device, wait=wait, cancel=cancel, display=display, exact=exact,
    )  # fmt: skip
    result.values.flags.writeable = False
    return result


def _run(
    image: ArrayLike,
    kernel: Kernel | ArrayLike,
    *,
    convolve: bool = False,
    border: Border | str,
    cval: float,
    stride: int,
    dilation: int,
    padding: Padding | str | int,
    device: str,
    out_dtype: DTypeLike | None = None,
    wait: bool = True,
    cancel: Cancel | None = None,
    display: Colours | None = None,
    exact: bool = True,
) -> Result:
    """``run`` with values that may be written, of ``out_dtype``."""
    array = check_picture(image)
    if display is not None:
        display.check(array.shape)
    weights, anchor, bias = check_kernel(kernel, convolve)
    stacked = array if array.ndim == 3 else array[:, :, np.newaxis]
    height, width, channels = stacked.shape
    decided = plan(
        (height, width, channels), array.dtype, weights, anchor=anchor, bias=bias,
        border=one_of(Border, border, "border"), cval=check_cval(cval), stride=check_step(stride, "stride"),
        dilation=check_step(dilation, "dilation"), padding=check_padding(padding),
    )  # fmt: skip
    work = _Work(decided, stacked, check_dtype(out_dtype), cancel, display, exact, array.ndim == 2)
    return _dispatch(work, check_device(device), wait)


@dataclass(frozen=True, eq=False)
class _Work:
    """What is to be done, on whatever device; ``image`` (H, W, C), and so are the values unless they shall be ``flat``.

    ``out_dtype`` and ``display`` are not wanted at once.
    """

    plan: Plan
    image: NDArray[Any]
    out_dtype: DTypeLike | None
    cancel: Cancel | None
    display: Colours | None = None
    exact: bool = True
    flat: bool = False

    def result(self, made: "_Made", device: str, name: str, why: str) -> Result:
        """What a device has made."""
        values, rgb, algorithm = made
        return Result(values[:, :, 0] if self.flat else values, self.plan, algorithm, device, name, why, rgb)


_Made = tuple[NDArray[Any], NDArray[np.uint8], Algorithm]  # values (H', W', C), colours, and how


def _dispatch(work: _Work, device: str, wait: bool) -> Result:
    """On the GPU if it is wanted, worth it and in order, else on the CPU."""
    if device == "gpu":
        return _on_gpu(work)
    if device == "cpu":
        return _on_cpu(work, wait, "")
    worth_it = math.prod(work.plan.out_shape) * len(work.plan.taps[0]) >= GPU_FROM_STEPS
    if worth_it and hardware.gpu.get(wait=wait) is not None:
        return _on_gpu(work)
    why = hardware.gpu.reason or "for so little work, copying to it and back would take longer"
    return _on_cpu(work, wait, f"the GPU is not used: {why}")


def _on_gpu(work: _Work) -> Result:
    """On the GPU, or after its memory or the whole card failed, on the CPU with the reason."""
    card = hardware.gpu.get(wait=True)
    if card is None:
        raise hardware.UnavailableError(f'device "gpu" is not available: {hardware.gpu.reason}')
    try:
        return work.result(_by_card(card, work), "gpu", card.name(), "")
    except card.GpuOutOfMemory as error:
        return _on_cpu(work, True, f"the GPU has too little free memory ({error})")
    except card.GpuLost as error:
        hardware.gpu.lose(f"the GPU failed and is not used again until the program is restarted ({error})")
        return _on_cpu(work, True, hardware.gpu.reason)


def _by_card(card: ModuleType, work: _Work) -> _Made:
    image = np.ascontiguousarray(work.image)
    if work.display is None:
        values, algorithm = card.run(work.plan, image, work.cancel, work.out_dtype)
        return values, _no_colours(), algorithm
    made: _Made = card.show(work.plan, image, work.cancel, work.display, exact=work.exact)
    return made


def _on_cpu(work: _Work, wait: bool, why: str) -> Result:
    compiled = hardware.compiled.get(wait=wait)
    made = _in_order(work, numpy_path if compiled is None else compiled)
    if compiled is not None:
        return work.result(made, "cpu", hardware.cpu_name(), why)
    slower = f"numba is not used: {hardware.compiled.reason}"
    name = f"{hardware.cpu_name()}, numpy"
    return work.result(made, "cpu (numpy)", name, f"{why}; {slower}" if why else slower)


def _in_order(work: _Work, path: ModuleType) -> _Made:
    """As planned, or directly where the picture has values that only the direct sums keep in their place."""
    if work.plan.limit > 0:
        try:
            return *_made(work, path, work.plan.algorithm), work.plan.algorithm
        except WildError:
            pass
    return *_made(work, path, Algorithm.DIRECT), Algorithm.DIRECT


def _made(work: _Work, path: ModuleType, algorithm: Algorithm) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """Values and colours."""
    if work.display is None:
        return path.run(work.plan, work.image, algorithm, work.cancel, work.out_dtype), _no_colours()
    made: tuple[NDArray[Any], NDArray[np.uint8]] = path.show(
        work.plan, work.image, algorithm, work.cancel, work.display, exact=work.exact
    )
    return made
