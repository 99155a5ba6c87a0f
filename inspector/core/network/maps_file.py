"""Tensors by name in one file that numpy and every other reader of .npz opens."""

import os
from collections.abc import Mapping
from typing import Any, BinaryIO
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from inspector.core.files import atomic_write

Arrays = Mapping[str, NDArray[np.generic]]


def write_maps(path: str | os.PathLike[str], arrays: Arrays) -> None:
    """Write the exact values of ``arrays`` as .npz, not compressed; names may be any text, unlike in ``numpy.savez``.

    The file is replaced whole or not at all. Raises SaveError.
    """
    atomic_write(path, lambda file: _write(file, arrays))


def _write(file: BinaryIO, arrays: Arrays) -> None:
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                values: NDArray[Any] = np.ascontiguousarray(array)
                npy_format.write_array(entry, values, allow_pickle=False)
