"""Pillow's decoders, one plug-in at a time and on streams that have been checked before."""

import io
from importlib import import_module
from typing import Any

import numpy as np

from inspector.core.images.errors import decoding
from inspector.core.images.limits import check_frame
from inspector.core.images.raster import Array, split_alpha

CMYK_NOTE = "The colours were CMYK; shown as RGB without a colour profile."


def open_image(format_name: str, data: bytes) -> Any:
    """A Pillow image of the plug-in ``format_name`` ("Png", "Jpeg" ...), not yet decoded.

    ``Image.open`` would import five plug-ins and warn from whatever thread it runs on; the plug-in's class does neither.
    """
    module = import_module(f"PIL.{format_name}ImagePlugin")
    with decoding():
        return next(kind for name, kind in vars(module).items() if name.lower() == f"{format_name}imagefile".lower())(
            io.BytesIO(data)
        )


def samples(image: Any, frame: int = 0) -> tuple[Array, Array | None, tuple[str, ...]]:
    """Decode one frame: uint8 colours ``(H, W)`` or ``(H, W, 3)``, alpha ``(H, W)`` or None, and notes."""
    check_frame(frame, frames_of(image))
    with decoding():
        if frame:
            image.seek(frame)
        image.load()  # once: after a failed load Pillow hands out damaged pixels without an error
        wanted = _wanted_mode(image)
        notes = (CMYK_NOTE,) if image.mode == "CMYK" else ()
        pixels = np.asarray(image if image.mode == wanted else image.convert(wanted))
    values, alpha = split_alpha(pixels)
    return values, alpha, notes


def frames_of(image: Any) -> int:
    """How many frames the file has."""
    return int(getattr(image, "n_frames", 1))


def _wanted_mode(image: Any) -> str:
    mode: str = image.mode
    see_through = "transparency" in image.info
    if mode in ("1", "L"):
        return "LA" if see_through else "L"
    if mode in ("LA", "RGBA"):
        return mode
    return "RGBA" if see_through or mode == "PA" else "RGB"
