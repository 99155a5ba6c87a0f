"""Correlation and convolution of pictures with hand-made kernels: arrays in, arrays out.

``correlate`` and ``convolve`` are all that most callers need; ``run`` tells how the result came
about and can be cancelled. Importing the package needs numpy only.
"""

from kernels.bands import Cancel, Cancelled
from kernels.border import Border
from kernels.engine import Result, convolve, correlate, run
from kernels.handmade import preset, presets
from kernels.hardware import DeviceInfo, devices, is_warm, warm_up
from kernels.kernel import Kernel
from kernels.layers import conv2d, conv2d_backward
from kernels.moving import Moves, moved_sums
from kernels.numerals import format_weight, parse_number
from kernels.patches import col2im, im2col
from kernels.plan import Algorithm, Padding, Plan
from kernels.pooling import avg_pool2d, max_pool2d
from kernels.scale import Colours
from kernels.showing import show
from kernels.text import format_kernel, format_weights, parse_kernel

__all__ = [
    "Algorithm",
    "Border",
    "Cancel",
    "Cancelled",
    "Colours",
    "DeviceInfo",
    "Kernel",
    "Moves",
    "Padding",
    "Plan",
    "Result",
    "avg_pool2d",
    "col2im",
    "conv2d",
    "conv2d_backward",
    "convolve",
    "correlate",
    "devices",
    "format_kernel",
    "format_weight",
    "format_weights",
    "im2col",
    "is_warm",
    "max_pool2d",
    "moved_sums",
    "parse_kernel",
    "parse_number",
    "preset",
    "presets",
    "run",
    "show",
    "warm_up",
]
