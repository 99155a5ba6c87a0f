"""NumPy's .npy files (NEP 1): exact arrays, never pickles.

The header is read here by pattern: ``numpy.load`` would evaluate it as a Python literal, with warnings and a tokenizer's errors.
"""

import math
import re
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from inspector.core.images.errors import DAMAGED, BadPicture, decoding
from inspector.core.images.limits import check_frame, check_size
from inspector.core.images.numbers import pictured
from inspector.core.images.opening import read_exactly
from inspector.core.images.raster import Array, Raster, split_alpha

_MAX_HEADER = 10_000  # bytes, as numpy's own limit
_TYPE = re.compile(rb"""['"]descr['"]\s*:\s*['"]([<>|=]?[biuf][0-9]{1,2})['"]""")
_FORTRAN = re.compile(rb"""['"]fortran_order['"]\s*:\s*(True|False)""")
_SHAPE = re.compile(rb"""['"]shape['"]\s*:\s*\(([0-9, ]{0,200})\)""")


@dataclass(frozen=True)
class _Header:
    dtype: "np.dtype[np.generic]"
    shape: tuple[int, ...]
    fortran: bool


def decode(file: BinaryIO, frame: int) -> Raster:
    """The array ``(H, W)`` or ``(H, W, 1|2|3|4)``; two and four channels end in alpha."""
    check_frame(frame, 1)
    header = _read_header(file)
    shape = header.shape
    if len(shape) not in (2, 3) or (len(shape) == 3 and not 1 <= shape[2] <= 4):
        allowed = "(height, width) or (height, width, 1 to 4)"
        raise BadPicture(f"its array has the shape {shape}, and a picture has {allowed}; save it in such a shape")
    check_size(shape[1], shape[0], header.dtype.itemsize * math.prod(shape[2:]))
    data = read_exactly(file, header.dtype.itemsize * math.prod(shape))
    array: Array = np.frombuffer(data, header.dtype).reshape(shape, order="F" if header.fortran else "C")
    array, notes = pictured(array)
    values, alpha = split_alpha(array)
    return Raster(values, f"NPY, {header.dtype.name}, shape {shape}", alpha, notes=notes)


def _read_header(file: BinaryIO) -> _Header:
    """Type, shape and order; the length of the text before them has 2 bytes in version 1, 4 in later ones."""
    version = read_exactly(file, 8)[6]
    length = int.from_bytes(read_exactly(file, 2 if version == 1 else 4), "little")
    if length > _MAX_HEADER:
        raise BadPicture(DAMAGED, f"a header of {length} bytes")
    text = read_exactly(file, length)
    kind, fortran, shape = _TYPE.search(text), _FORTRAN.search(text), _SHAPE.search(text)
    if fortran is None or shape is None:
        raise BadPicture(DAMAGED, f"the header {text!r}")
    if kind is None:
        raise BadPicture("it holds no plain numbers; save it as an array of float32")
    with decoding():
        dtype: np.dtype[np.generic] = np.dtype(kind[1].decode("ascii"))
        sizes = tuple(int(size) for size in shape[1].split(b",") if size.strip())
    return _Header(dtype, sizes, fortran[1] == b"True")
