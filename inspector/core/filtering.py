"""What the filter bench is asked to do, as one frozen value, and doing it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from inspector.core.display import Display, Distribution, Levels, levels_after, levels_before, pyramid, resolve_display, shown
from inspector.core.picture import Picture
from kernels import Border, Colours, Kernel, Padding, engine
from kernels.engine import Result
from kernels.levels import Statistics, histogram, outside, statistics
from kernels.plan import Plan

BINS = 256
COUNTED = 2_000_000  # values; of larger results every second, third … row is counted, so that the histogram stays live


class Channels(StrEnum):
    """Filter the colour channels one by one, or the luminance alone."""

    RGB = "rgb"
    LUMINANCE = "luminance"


@dataclass(frozen=True)
class FilterSettings:
    """Every choice of the Filter workspace; the command line fills the same value.

    The weights that are used are ``kernel.weights * scale``, or with ``normalize`` the weights
    divided by their sum; ``kernel.bias`` is added to each result, in the units of the picture.
    """

    kernel: Kernel
    convolve: bool = False
    normalize: bool = False
    scale: float = 1.0
    border: Border = Border.REFLECT
    cval: float = 0.0
    stride: int = 1
    dilation: int = 1
    padding: Padding | int = Padding.SAME
    channels: Channels = Channels.RGB
    display: Display = Display.AUTO
    device: str = "auto"


@dataclass(frozen=True, eq=False)
class Filtered:
    """A result with all that a label, an export or a check needs to know about it.

    ``values``: ``(H', W')`` or ``(H', W', 3)`` float32 (float64 for float64 pictures), read-only,
    the exact result; ``rgb``: ``(H', W', 3)`` uint8, what is shown, and ``smaller`` its
    ``pyramid``. ``kernel``: the weights that were
    correlated (scaled, and flipped for a convolution). ``counts`` ``(C, 256)`` and ``input_counts``
    ``(1, 256)``: histograms of the result and of the picture over ``span``;
    of the result every ``counted_rows``-th row is counted. ``clipped``: values below
    and above the levels. ``milliseconds``: the filtering, with the colours where they are made in the same pass.
    """

    values: NDArray[np.floating]
    rgb: NDArray[np.uint8]
    smaller: tuple[NDArray[np.uint8], ...]
    kernel: Kernel
    plan: Plan
    levels: Levels
    statistics: Statistics
    span: tuple[float, float]
    counts: NDArray[np.int64]
    input_counts: NDArray[np.int64]
    counted_rows: int
    clipped: tuple[int, int]
    algorithm: str
    why: str
    device: str
    device_name: str
    why_device: str
    milliseconds: float


def effective_kernel(settings: FilterSettings) -> tuple[Kernel, str]:
    """The kernel with scale or normalisation applied, and a sentence where that could not be done."""
    kernel, scale, note = settings.kernel, settings.scale, ""
    if settings.normalize:
        total = float(kernel.weights.sum(dtype=np.float64))
        if abs(total) <= 1e-6 * float(np.abs(kernel.weights).sum(dtype=np.float64)):
            scale, note = 1.0, "The weights sum to 0, so no scale makes their sum 1: they are used as they are."
        else:
            scale = 1.0 / total
    if scale == 1.0:
        return kernel, note
    with np.errstate(over="ignore"):
        return kernel.with_(weights=kernel.weights * np.float64(scale)), note


def source_values(picture: Picture, channels: Channels) -> NDArray[np.generic]:
    """What is filtered: the picture's values, or their luminance."""
    return picture.luminance if channels is Channels.LUMINANCE else picture.values


def apply_filter(
    picture: Picture,
    settings: FilterSettings,
    *,
    cancel: Callable[[], bool] | None = None,
    wait: bool = True,
) -> Filtered:
    """Filter the picture and prepare everything that shows the result.

    Raises ValueError for settings that the picture's size does not allow, ``kernels.engine.Cancelled``.
    With ``wait=False`` what is compiled already is used instead of waiting for a faster engine.
    """
    kernel, _ = effective_kernel(settings)
    values = source_values(picture, settings.channels)
    display = resolve_display(settings.display, kernel)
    before = levels_before(display, picture.low, picture.high)
    start = perf_counter()
    colours = before.colours if before else None
    result = run_filter(values, settings, settings.device, cancel=cancel, wait=wait, display=colours)
    milliseconds = (perf_counter() - start) * 1e3
    facts = statistics(result.values)
    span = (min(facts.minimum, picture.low), max(facts.maximum, picture.high))
    every = -(-result.values.size // COUNTED)
    counts = histogram(result.values[::every], *span, BINS)
    levels = before or levels_after(display, Distribution(facts, counts, span))
    rgb = result.rgb if before else shown(result.values, levels)
    return Filtered(
        values=result.values, rgb=rgb, smaller=pyramid(rgb), kernel=kernel.flipped() if settings.convolve else kernel,
        plan=result.plan, levels=levels, statistics=facts, span=span, counts=counts, input_counts=picture.tally.over(*span, BINS),
        counted_rows=every,
        clipped=_clipped(result.values, facts, levels), algorithm=str(result.algorithm), why=result.why, device=result.device,
        device_name=result.device_name, why_device=result.why_device, milliseconds=milliseconds,
    )  # fmt: skip


def _clipped(values: NDArray[np.floating], facts: Statistics, levels: Levels) -> tuple[int, int]:
    """Counted only where the statistics say that there are any."""
    lowest = -levels.high if levels.display is Display.ABS else levels.low
    if not facts.infinite and lowest <= facts.minimum and facts.maximum <= levels.high:
        return 0, 0
    return outside(values, lowest, levels.high)


def run_filter(
    values: NDArray[np.generic],
    settings: FilterSettings,
    device: str,
    *,
    cancel: Callable[[], bool] | None,
    wait: bool = True,
    display: Colours | None = None,
) -> Result:
    """The bare result on a device of ``kernels``, with its colours where a ``display`` is given.

    Errors and ``wait`` as for ``apply_filter``.
    """
    kernel, _ = effective_kernel(settings)
    return engine.run(
        values, kernel, convolve=settings.convolve, border=settings.border, cval=settings.cval, stride=settings.stride,
        dilation=settings.dilation, padding=settings.padding, device=device, cancel=cancel, wait=wait,
        display=display,
    )  # fmt: skip


def description(picture: Picture, settings: FilterSettings, filtered: Filtered) -> dict[str, str]:
    """What an export of the exact values says about itself: every choice, the range, the device."""
    facts = filtered.statistics
    return {
        "picture": picture.name,
        "frame": f"{picture.frame + 1} of {picture.frames}",
        "kernel": settings.kernel.title,
        "weights": np.array2string(filtered.kernel.weights, threshold=1024),
        "bias": repr(filtered.kernel.bias),
        "operation": "convolve" if settings.convolve else "correlate",
        "border": str(settings.border),
        "constant": str(settings.cval) if settings.border is Border.CONSTANT else "",
        "stride": str(settings.stride),
        "dilation": str(settings.dilation),
        "padding": str(settings.padding),
        "channels": str(settings.channels),
        "minimum": repr(facts.minimum),
        "maximum": repr(facts.maximum),
        "display": filtered.levels.text,
        "algorithm": filtered.algorithm,
        "device": filtered.device_name,
    }
