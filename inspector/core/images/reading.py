"""From a path to a Picture, or to one clear sentence."""

import os
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import numpy as np

from inspector.core.images.errors import NO_MEMORY, BadPicture, refusal
from inspector.core.images.opening import format_of, open_regular
from inspector.core.images.raster import Array, Raster, upright
from inspector.core.names import printable
from inspector.core.picture import Picture, float_range

# imported when first needed: starting with a PNG must not pay for the others
_DECODERS = {
    "PNG": "png",
    "JPEG": "jpeg",
    "TIFF": "tiff",
    "GIF": "gif",
    "NPY": "npy",
    "BMP": "bmp",
    "WebP": "webp",
    "PNM": "pnm",
}


class _Decoder(Protocol):
    def decode(self, file: BinaryIO, frame: int) -> Raster:
        """The frame of the open file."""


def read_picture(path: str | os.PathLike[str], frame: int = 0) -> Picture:
    """Read frame ``frame`` (from 0) of a PNG, JPEG, TIFF, BMP, GIF, WebP, PBM, PGM, PPM, PFM or NPY file.

    The format is told by the content, never by the name. May be called from any thread.

    Raises:
        PictureError: the file is missing, not a picture, damaged, cut short, too large or has no such frame.
    """
    path = Path(path)
    try:
        with open_regular(path) as file:
            raster = _decode(file, frame)
    except BadPicture as bad:
        raise refusal(path, bad.reason, bad.detail) from bad
    except MemoryError as error:
        raise refusal(path, NO_MEMORY, str(error)) from error
    return _picture(upright(raster), printable(path.name), frame)


def _decode(file: BinaryIO, frame: int) -> Raster:
    name = format_of(file.read(16))
    if name is None:
        raise BadPicture(
            "it is none of the formats that can be read (PNG, JPEG, TIFF, BMP, GIF, WebP, PBM, PGM, PPM, PFM, NPY); "
            "convert it with another program"
        )
    file.seek(0)
    return cast("_Decoder", import_module(f"inspector.core.images.{_DECODERS[name]}")).decode(file, frame)


def _picture(raster: Raster, name: str, frame: int) -> Picture:
    values = _settled(raster.values)
    low, high = _black_and_white(values, raster.high)
    return Picture(
        values,
        low,
        high,
        name,
        form=raster.form,
        alpha=None if raster.alpha is None else _settled(raster.alpha),
        frame=frame,
        frames=raster.frames,
        notes=raster.notes + _special_values(values),
    )


def _settled(array: Array) -> Array:
    """The array in native byte order, contiguous and read-only."""
    settled = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))
    settled = settled.view()  # so that a writeable owner elsewhere is not frozen by surprise
    settled.setflags(write=False)
    return settled


def _black_and_white(values: Array, high: float | None) -> tuple[float, float]:
    if values.dtype.kind == "f":
        return float_range(values)
    return 0.0, float(2 ** (8 * values.dtype.itemsize) - 1) if high is None else high


def _special_values(values: Array) -> tuple[str, ...]:
    """A sentence that counts NaN and infinity, if there are any."""
    if values.dtype.kind != "f":
        return ()
    nans, infinities = int(np.isnan(values).sum()), int(np.isinf(values).sum())
    if not nans and not infinities:
        return ()
    verb = "value is" if nans == 1 else "values are"
    return (f"{nans} {verb} NaN and {infinities} {'is' if infinities == 1 else 'are'} infinite.",)
