"""What the user wants and what there is -> what is shown. Pure and total."""

from dataclasses import dataclass, fields, replace

import numpy as np

from inspector.core.filtering import FilterSettings, effective_kernel
from inspector.core.network.settings import Feed, NetworkSettings
from inspector.core.picture import Picture
from inspector.core.receptive_field.settings import FieldSettings
from inspector.core.shift.settings import ShiftSettings
from inspector.core.state import AppState, Layout, Source, Theme, Workspace
from kernels import Border
from kernels.plan import Plan, plan


@dataclass(frozen=True)
class FilterRequest:
    """Everything that a filter job needs; made on the main thread, read on a worker."""

    picture: Picture
    settings: FilterSettings


@dataclass(frozen=True)
class Resolved:
    """The parts of the window, each with the value it shows; compared part by part by ``changed``.

    ``request`` is None where no filter result is asked for: there is no picture, or the network looks at the picture itself.
    """

    source: Source
    picture: Picture | None
    filter: FilterSettings
    kernel_note: str
    constant_enabled: bool
    layout: Layout
    split: float
    theme: Theme
    request: FilterRequest | None
    problem: str
    pixel: tuple[int, int] | None
    channel: int
    workspace: Workspace
    network: NetworkSettings
    field: FieldSettings
    shift: ShiftSettings


def resolve(state: AppState, picture: Picture | None) -> Resolved:
    """Complete and clamp the state against the picture that is loaded."""
    request, problem, note, pixel = None, "", "", None
    try:
        _, note = effective_kernel(state.filter)
        if picture is not None:
            planned = plan_of(picture, state.filter)
            request = FilterRequest(picture, request_settings(state.filter)) if _filters(state) else None
            pixel = _clamped(state.pixel, planned.out_shape)
    except ValueError as error:
        problem = str(error)
    return Resolved(
        source=state.source, picture=picture, filter=state.filter, kernel_note=note,
        constant_enabled=state.filter.border is Border.CONSTANT, layout=state.layout, split=state.split,
        theme=state.theme, request=request, problem=problem, pixel=pixel,
        channel=min(state.channel, channels_of(picture, state.filter) - 1),
        workspace=state.workspace, network=state.network, field=state.field, shift=state.shift,
    )  # fmt: skip


def changed(before: Resolved | None, after: Resolved) -> frozenset[str]:
    """Names of the parts that differ; all of them at the start."""
    return frozenset(f.name for f in fields(after) if before is None or getattr(before, f.name) != getattr(after, f.name))


def channels_of(picture: Picture | None, settings: FilterSettings) -> int:
    """Channels of the result: 3 only for RGB pictures filtered per channel."""
    return 1 if picture is None or settings.channels == "luminance" else picture.channels


def request_settings(settings: FilterSettings) -> FilterSettings:
    """The settings without what does not matter to the result, so that equal work compares equal."""
    if settings.border is not Border.CONSTANT:
        return replace(settings, cval=0.0)
    return settings


def plan_of(picture: Picture, settings: FilterSettings) -> Plan:
    """The plan that filtering ``picture`` with ``settings`` will follow. Raises ValueError where it does not fit."""
    kernel, _ = effective_kernel(settings)
    used = kernel.flipped() if settings.convolve else kernel
    float64 = picture.values.dtype.itemsize == 8
    return plan(
        (picture.height, picture.width, channels_of(picture, settings)), "float64" if float64 else "float32",
        used.weights.astype(np.float64), anchor=used.anchor, bias=used.bias, border=settings.border, cval=settings.cval,
        stride=settings.stride, dilation=settings.dilation, padding=settings.padding,
    )  # fmt: skip


def _filters(state: AppState) -> bool:
    """Whether anything shows or takes the filter's result."""
    return state.workspace is Workspace.FILTER or state.network.feed is Feed.RESULT


def _clamped(pixel: tuple[int, int] | None, shape: tuple[int, int, int]) -> tuple[int, int]:
    """Inside the output; while none was chosen, in the middle of its right half, which every layout shows."""
    if pixel is None:
        return shape[0] // 2, 3 * shape[1] // 4
    return min(max(pixel[0], 0), shape[0] - 1), min(max(pixel[1], 0), shape[1] - 1)
