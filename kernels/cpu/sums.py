"""Sums over taps that lie anywhere in a source, for layers of networks."""

import numpy as np

from kernels.cpu.blocks import Goal, Origin, sum_rows
from kernels.cpu.passes import Pass
from kernels.cpu.vectors import PANEL
from kernels.layout import Floats
from kernels.sliding import Taps, Window


def accumulate(source: Floats, taps: Taps, out: Floats, window: Window) -> None:
    """See ``sliding.Accumulate``; both arrays are C-contiguous."""
    (top, left, height, width), count, pitch = window, len(taps.weights), out.shape[1]
    panels = np.ones((count, PANEL), np.intp)
    panels[:, 0] = taps.rows * source.shape[1] + taps.columns
    panels[:, 3] = np.arange(count)
    ends = np.array([0, panels.size], np.intp)
    task = Pass(panels.reshape(-1), taps.weights, ends, taps.step, 1, 1, 0, source.dtype.type(taps.start))
    sum_rows(Origin(source, 0, source.shape[1]), task, 0, Goal(out, top * pitch + left, pitch, height, width))
