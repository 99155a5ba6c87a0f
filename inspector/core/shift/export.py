"""What moving pictures does, as files in a folder. Everything raises SaveError where it cannot be written."""

import json
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from inspector.core.files import atomic_write
from inspector.core.images import write_shown
from inspector.core.receptive_field.files import write_text
from inspector.core.shift.measures import Numbers
from inspector.core.shift.orbit_plots import orbits
from inspector.core.shift.plots import decisions, sawtooth
from inspector.core.shift.report import Report
from inspector.core.shift.sheet import Sheet, as_pixels, as_svg
from inspector.core.shift.text import layers_csv, orbits_csv, shift_json, shifts_csv

TICK = 10  # milliseconds: GIF tells time in hundredths of a second
FASTEST = 40  # milliseconds; viewers slow down what is to be shown faster
COLOURS, SAMPLES = 255, 6  # of a GIF, one being left for what stays as it is, and how many of its frames they are taken from
COARSE = np.uint8(0b11111100)  # the bits in which colours differ enough


def write_report(folder: Path, report: Report) -> list[Path]:
    """Tables, and plots of what there is, as SVG and PNG.

    shift.csv, layers.csv and shift.json always; sawtooth, decision, and orbits with orbits.csv where they were measured.
    """
    written = [
        write_text(folder / "shift.csv", shifts_csv(report)), write_text(folder / "layers.csv", layers_csv(report)),
        write_text(folder / "shift.json", json.dumps(shift_json(report), indent=1, allow_nan=False) + "\n"),
    ]  # fmt: skip
    if report.curves:
        written += _drawn(folder, "sawtooth", sawtooth(report.curves, report.along.amounts, report.title, report.along.axis))
    if report.decision is not None:
        written += _drawn(folder, "decision", decisions(report.decision, report.class_names, report.title))
    if report.orbits:
        written += [
            write_text(folder / "orbits.csv", orbits_csv(report)),
            *_drawn(folder, "orbits", orbits(report.orbits, report.title)),
        ]
    return written


def to_and_fro(amounts: Numbers, seconds: float) -> list[float]:
    """From 0 to the last of the ``amounts``, to the first and back, for frames that a viewer can show in ``seconds``."""
    middle = len(amounts) // 2
    path = np.concatenate([amounts[middle:], amounts[-2::-1], amounts[1:middle]])
    most = max(int(seconds * 1000 / FASTEST), 1)
    thinned: list[float] = path[:: -(-len(path) // most)].tolist()
    return thinned


def write_animation(path: Path, sheets: Sequence[Sheet], seconds: float) -> Path:
    """A GIF that shows the sheets, of one size, for ``seconds`` in all, for ever again."""
    colours = _colours(sheets)
    frames = [_image(sheet).quantize(palette=colours, dither=0) for sheet in sheets]
    options: dict[str, Any] = {"append_images": frames[1:], "duration": durations(seconds, len(frames)), "loop": 0}
    atomic_write(path, lambda file: frames[0].save(file, "GIF", save_all=True, optimize=True, disposal=1, **options))
    return path


def durations(seconds: float, count: int) -> list[int]:
    """Of each of ``count`` frames, milliseconds: whole ticks, as even as can be, ``seconds`` in all."""
    ends = [round(seconds * 1000 / TICK * place / count) * TICK for place in range(count + 1)]
    return [end - start for start, end in pairwise(ends)]


def _colours(sheets: Sequence[Sheet]) -> Any:
    """An image with colours for all sheets, so that what stands still does not flicker; rare colours count like frequent ones."""
    some = np.concatenate([as_pixels(sheet) for sheet in sheets[:: -(-len(sheets) // SAMPLES)]]).reshape(-1, 3)
    different = np.unique(some & COARSE, axis=0)
    return import_module("PIL.Image").fromarray(different[np.newaxis]).quantize(COLOURS, dither=0)


def _image(sheet: Sheet) -> Any:
    return import_module("PIL.Image").fromarray(as_pixels(sheet))


def _drawn(folder: Path, name: str, sheet: Sheet) -> list[Path]:
    png = folder / f"{name}.png"
    write_shown(png, as_pixels(sheet))
    return [write_text(folder / f"{name}.svg", as_svg(sheet)), png]
