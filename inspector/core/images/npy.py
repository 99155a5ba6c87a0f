"""NumPy's .npy files: exact arrays, never pickles."""

import io
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy_format

from inspector.core.images.errors import CUT_SHORT, BadPicture, decoding
from inspector.core.images.limits import check_frame, check_size
from inspector.core.images.numbers import pictured
from inspector.core.images.opening import remaining
from inspector.core.images.raster import Raster, split_alpha

_SHAPES = "a picture has the shape (height, width) or (height, width, 1 to 4)"


def decode(file: BinaryIO, frame: int) -> Raster:
    """The array ``(H, W)`` or ``(H, W, 1|2|3|4)``; two and four channels end in alpha."""
    check_frame(frame, 1)
    shape, dtype = _read_header(file)
    _check_shape(shape)
    if dtype.hasobject or dtype.kind not in "buif":
        raise BadPicture(f"it holds {dtype} values, not numbers that can be shown; save it as float32")
    check_size(shape[1], shape[0], dtype.itemsize * (shape[2] if len(shape) == 3 else 1))
    if remaining(file) < dtype.itemsize * int(np.prod(shape, dtype=np.int64)):
        raise BadPicture(CUT_SHORT)
    file.seek(0)
    with decoding():
        array = np.load(io.BytesIO(file.read()), allow_pickle=False)
    array, notes = pictured(array)
    values, alpha = split_alpha(array)
    return Raster(values, f"NPY, {dtype.name}, shape {shape}", alpha, notes=notes)


def _read_header(file: BinaryIO) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    with decoding():
        version = npy_format.read_magic(file)
        readers = {(1, 0): npy_format.read_array_header_1_0, (2, 0): npy_format.read_array_header_2_0}
        shape, _, dtype = readers[version](file)
    return shape, dtype


def _check_shape(shape: tuple[int, ...]) -> None:
    if len(shape) not in (2, 3) or (len(shape) == 3 and not 1 <= shape[2] <= 4):
        raise BadPicture(f"its array has the shape {shape}, but {_SHAPES}")
