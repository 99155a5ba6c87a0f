"""The functions of the CUDA code: which types they take, what their template instances are called, and where they are written."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

FOLDER = Path(__file__).with_name("cuda")
FILES = {
    "correlate": ("common.cu", "ends.cu", "correlate.cu"),
    "correlate_square": ("common.cu", "ends.cu", "tiles.cu", "tiled.cu"),
    "correlate_large": ("common.cu", "ends.cu", "tiles.cu", "tiled.cu"),
    "correlate_pairs": ("common.cu", "ends.cu", "tiles.cu", "separable.cu"),
}

INPUTS = {
    "uint8": "unsigned char",
    "uint16": "unsigned short",
    "float16": "Half",
    "float32": "float",
    "float64": "double",
    "int8": "signed char",
    "int16": "short",
    "int32": "int",
    "uint32": "unsigned int",
    "int64": "long long",
    "uint64": "unsigned long long",
}
SUMS = {"float32": "float", "float64": "double"}
COLOURS = {"grey": "Grey", "rgb": "Rgb"}  # ends for each of CHANNELS
ROUNDED = ("uint8", "uint16")  # types of pictures whose results can be rounded to the same type
SQUARES = (3, 5, 7, 9)  # sides of kernels whose sums are unrolled
SQUARE_INPUTS = ("uint8", "uint16", "float16", "float32")
CHANNELS = (1, 3)  # that tiles are made for
USUAL = {"uint8": ("float32", "uint8"), "uint16": ("float32",), "float32": ("float32",)}  # pictures, and results beside colours


def function_name(function: str, image_dtype: str, dtype: str, out: str, *constants: int) -> str:
    """A template instance, such as ``correlate_square<float, float, float, 1, 3>``; TypeError for other types.

    ``out``: the type of the values that it writes, or "grey" or "rgb".
    """
    if image_dtype not in INPUTS or dtype not in SUMS:
        raise TypeError(
            f"the GPU takes pictures of {', '.join(INPUTS)} and sums in {', '.join(SUMS)}, not {image_dtype} in {dtype}"
        )
    types = INPUTS[image_dtype], SUMS[dtype], (SUMS | INPUTS | COLOURS)[out]
    return f"{function}<{', '.join((*types, *map(str, constants)))}>"


def out_dtype(image_dtype: str, dtype: str, wanted: DTypeLike | None) -> str:
    """The type that a function writes: the wanted one, or that of the sums, from which the host converts."""
    rounded = wanted is not None and np.dtype(wanted).name == image_dtype and image_dtype in ROUNDED
    return image_dtype if rounded else dtype


def source(name: str) -> str:
    """The text that a template instance is compiled from."""
    return "\n".join((FOLDER / file).read_text(encoding="utf-8") for file in FILES[name.partition("<")[0]])


def every() -> Iterator[str]:
    """All template instances that a launch can name."""
    for image_dtype in INPUTS:
        dtype = "float64" if np.dtype(image_dtype).itemsize >= (8 if image_dtype.startswith("float") else 4) else "float32"
        values = dtype, *(rounded for rounded in ROUNDED if rounded == image_dtype)
        yield from (function_name("correlate", image_dtype, dtype, out) for out in (*values, *COLOURS))
        for channels, colours in zip(CHANNELS, COLOURS, strict=True):
            for types in ((image_dtype, dtype, out) for out in (*values, colours)):
                yield function_name("correlate_large", *types, channels)
                yield function_name("correlate_pairs", *types, channels)
                if image_dtype in SQUARE_INPUTS:
                    yield from (function_name("correlate_square", *types, channels, side) for side in SQUARES)


def usual() -> Iterator[str]:
    """The functions for pictures and kernels that are met most, the smallest kernels first."""
    tiles: tuple[tuple[str, tuple[int, ...]], ...] = (
        *(("correlate_square", (side,)) for side in SQUARES[:3]), ("correlate_pairs", ()), ("correlate_large", ()),
    )  # fmt: skip
    for (name, side), image in product(tiles, USUAL):
        for channels, colours in zip(CHANNELS, COLOURS, strict=True):
            yield from (function_name(name, image, "float32", out, channels, *side) for out in (*USUAL[image], colours))
