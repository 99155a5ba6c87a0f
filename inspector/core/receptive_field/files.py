"""What is known of a unit as files in a folder: pictures to look at, and the exact values.

Everything raises SaveError where it cannot be written.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.core.files import atomic_write
from inspector.core.images import write_shown, write_values
from inspector.core.receptive_field.contamination import Shares
from inspector.core.receptive_field.crop import crop
from inspector.core.receptive_field.effective import ellipse
from inspector.core.receptive_field.export import (
    Rgb,
    enlarged,
    field_picture,
    heat_colours,
    heat_over,
    near,
    shares_colours,
)  # fmt: skip
from inspector.core.receptive_field.report import UnitReport
from inspector.core.receptive_field.svg import field_svg
from inspector.core.receptive_field.text import caption


def write_unit(folder: Path, report: UnitReport, picture: Rgb) -> list[Path]:
    """The box on ``picture``, the network's input, as PNG and SVG, and what the unit sees; its heat, as it was measured."""
    heat = curve = None
    if report.measured is not None:
        heat, curve = report.measured[0].heat, ellipse(report.measured[1])
    drawn = field_picture(picture, heat, report.box, curve)
    seen = crop(picture, near(picture.shape[:2], report.box))
    drawing = field_svg(picture if heat is None else heat_over(picture, heat), report.box, curve, caption(report))
    written = [
        _shown(folder / "box.png", drawn), write_text(folder / "box.svg", drawing), _shown(folder / "crop.png", enlarged(seen)),
    ]  # fmt: skip
    if heat is not None:
        written += [_values(folder / "heat.npy", heat), _shown(folder / "heat.png", enlarged(heat_colours(heat)))]
    return written


def write_shares(folder: Path, name: str, shares: Shares) -> list[Path]:
    """A map of a layer such as that of padding, exact and in colours from 0 to 1."""
    return [
        _values(folder / f"{name}.npy", shares), _shown(folder / f"{name}.png", enlarged(shares_colours(shares))),
    ]  # fmt: skip


def write_text(path: Path, text: str) -> Path:
    """UTF-8, replaced whole or not at all."""
    atomic_write(path, lambda file: file.write(text.encode()))
    return path


def _shown(path: Path, rgb: Rgb) -> Path:
    write_shown(path, rgb)
    return path


def _values(path: Path, values: NDArray[np.generic]) -> Path:
    write_values(path, values, {})  # .npy has no place for a description
    return path
