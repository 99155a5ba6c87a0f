"""Every change of state, as a value: a title for the Undo menu and a pure function."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspector.core.state import AppState, Layout, Source, Theme
from kernels import Kernel


@dataclass(frozen=True)
class Update:
    """``apply`` maps a state to the next one and has no other effect.

    Consecutive updates with the same non-empty ``merges`` become one step of undo (a drag, a
    slider); updates that are not ``undoable`` (where the mouse is) leave the history alone.
    """

    title: str
    apply: Callable[[AppState], AppState]
    merges: str = ""
    undoable: bool = True


def set_filter(title: str, *, merges: str = "", **fields: Any) -> Update:
    """Set fields of ``FilterSettings`` as they are named there."""
    return Update(title, lambda state: replace(state, filter=replace(state.filter, **fields)), merges)


def set_kernel(kernel: Kernel, title: str = "Choose kernel") -> Update:
    """Take another kernel; scale and normalisation go back to none, since they belonged to the last one."""
    return set_filter(title, kernel=kernel, scale=1.0, normalize=False)


def edit_kernel(title: str, edit: Callable[[Kernel], Kernel], *, merges: str = "") -> Update:
    """Change the kernel in place by a pure function (flip, rotate, resize, set bias)."""

    def apply(state: AppState) -> AppState:
        return replace(state, filter=replace(state.filter, kernel=edit(state.filter.kernel)))

    return Update(title, apply, merges)


def set_weight(row: int, column: int, value: float, *, merges: str = "") -> Update:
    """Set one weight; a cell that no longer exists is left alone."""

    def edit(kernel: Kernel) -> Kernel:
        height, width = kernel.shape
        if row >= height or column >= width or kernel.weights[row, column] == np.float32(value):
            return kernel
        weights = kernel.weights.copy()
        weights[row, column] = value
        return customized(kernel, weights)

    return edit_kernel(f"Weight in row {row + 1}, column {column + 1}", edit, merges=merges)


def set_weights(weights: NDArray[np.floating], title: str = "Edit kernel") -> Update:
    """Take a whole matrix of weights."""
    return edit_kernel(title, lambda kernel: customized(kernel, weights))


def customized(kernel: Kernel, weights: NDArray[np.floating]) -> Kernel:
    """The kernel with other weights: no longer the preset that it may have been."""
    return Kernel(weights, bias=kernel.bias)


def set_source(source: Source, title: str = "Open picture", *, merges: str = "") -> Update:
    """Look at another picture; the inspected pixel is forgotten."""
    return Update(title, lambda state: replace(state, source=source, pixel=None), merges)


def set_frame(frame: int) -> Update:
    """Turn to another frame of the same file."""
    return Update("Frame", lambda state: replace(state, source=replace(state.source, frame=frame)), merges="frame")


def set_layout(layout: Layout) -> Update:
    """Arrange input and output."""
    return Update("Layout", lambda state: replace(state, layout=layout))


def set_split(split: float) -> Update:
    """Move the dividing line; ``split`` is the share of the picture's width that shows the input."""
    return Update("Move the dividing line", lambda state: replace(state, split=min(max(split, 0.0), 1.0)), merges="split")


def set_pixel(pixel: tuple[int, int] | None) -> Update:
    """Inspect the output pixel (y, x), or none."""
    return Update("Inspect pixel", lambda state: replace(state, pixel=pixel), undoable=False)


def set_channel(channel: int) -> Update:
    """Inspect another colour channel."""
    return Update("Inspect channel", lambda state: replace(state, channel=channel), undoable=False)


def set_theme(theme: Theme) -> Update:
    """Choose light, dark, or what the system says."""
    return Update("Theme", lambda state: replace(state, theme=theme))
