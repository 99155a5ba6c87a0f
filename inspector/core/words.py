"""What single words of the command line mean. The functions for argparse raise its ``ArgumentTypeError``."""

import os
from argparse import ArgumentTypeError

from inspector.core.kernel_file import read_kernel
from kernels import Kernel, Padding, parse_kernel, parse_number, preset, presets

LARGEST = 999_999_999  # of the options that count pixels


def padding(text: str) -> Padding | int:
    """The word of a padding, or a number of pixels."""
    if text in {p.value for p in Padding}:
        return Padding(text)
    if _is_count(text):
        return int(text)
    raise ArgumentTypeError(f"{text!r} is neither same, valid, full nor a number of pixels from 0 to {LARGEST:,}")


def count(text: str) -> int:
    """A whole number from 1 on."""
    if _is_count(text) and int(text) >= 1:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is not a whole number from 1 to {LARGEST:,}")


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST))


def number(text: str) -> float:
    """A number or a fraction, as in kernel texts."""
    try:
        return parse_number(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def size(text: str) -> tuple[int, int]:
    """Width and height of a window in pixels."""
    width, _, height = text.partition("x")
    if not (_is_count(width) and _is_count(height) and 640 <= int(width) <= 7680 and 480 <= int(height) <= 4320):
        raise ArgumentTypeError(f"{text!r} is not a size such as 1280x800, from 640x480 to 7680x4320")
    return int(width), int(height)


def find_kernel(word: str) -> Kernel:
    """The kernel that a word of the command line means: a preset's id, a file, or the text itself. Raises ValueError."""
    if os.path.exists(word) and word not in {kernel.id for kernel in presets()}:  # noqa: PTH110 - a text may be too long for Path
        return read_kernel(word)
    try:
        if word[:1].isalpha() and not any(c in word for c in ";\n "):
            return preset(word)
        return parse_kernel(word)
    except ValueError as error:
        shown = word if len(word) <= 60 else f"{word[:60]}…"
        raise ValueError(f"-k {shown} is neither a file nor a kernel: {error}") from error
