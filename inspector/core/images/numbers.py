"""Numbers of any type as one of the five that pictures have, saying so where that is not the type of the file."""

import numpy as np

from inspector.core.images.raster import Array

PICTURE_TYPES = ("uint8", "uint16", "float16", "float32", "float64")


def pictured(array: Array) -> tuple[Array, tuple[str, ...]]:
    """The array as uint8, uint16, float16, float32 or float64, and a note if its type had to change.

    Truth values become 0 and 255; other integers the smallest float that holds their type exactly,
    64-bit integers float64.
    """
    dtype = array.dtype.newbyteorder("=")
    if dtype.name in PICTURE_TYPES:
        return array.astype(dtype, copy=False), ()
    if dtype.kind == "b":
        return array.astype(np.uint8) * np.uint8(255), ()
    if dtype.kind == "f":
        return array.astype(np.float64), (f"The values were {dtype.name}; they are held as float64, rounded.",)
    target = np.float32 if dtype.itemsize <= 2 else np.float64
    exact = dtype.itemsize <= 4 or not array.size or bool(np.abs(array.astype(np.float64)).max() <= 2**53)
    how = "exactly" if exact else "rounded"
    return array.astype(target), (f"The values were {dtype.name}; they are held {how} as {np.dtype(target).name}.",)
