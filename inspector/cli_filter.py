"""The commands that filter pictures, and list what they are filtered with."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inspector.core.console import say, show
from inspector.core.display import Display
from inspector.core.files import make_folder
from inspector.core.filtering import Channels, Filtered, FilterSettings, apply_filter, description, effective_kernel
from inspector.core.images import read_picture, write_shown, write_values
from inspector.core.picture import Picture
from inspector.core.resources import SAMPLE, picture_path
from inspector.core.words import count, find_kernel, number, padding
from kernels import Border, Kernel, Padding, presets
from kernels.levels import Statistics

VALUE_SUFFIXES = {".tif", ".tiff", ".npy"}
SHOWN_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp"}

# ---- filter ----------------------------------------------------------------------------------------------------


def _add_filter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", nargs="+", metavar="IMAGE", help=f"a picture file, or {SAMPLE}ID")
    parser.add_argument("-k", "--kernel", required=True, help="a preset's id (gaussian:15:2.5 too), a text file, or the text")
    parser.add_argument("-o", "--output", metavar="OUT", help=".tif or .npy: exact values; .png or .jpg: as shown; or a folder")
    parser.add_argument("--frame", type=count, default=1, metavar="N", help="frame of an animation or page of a stack, from 1")
    parser.add_argument("--border", choices=[b.value for b in Border])
    parser.add_argument("--cval", type=number, metavar="V", help="the value outside the picture; makes the border constant")
    parser.add_argument("--stride", type=count, default=1, metavar="N")
    parser.add_argument("--dilation", type=count, default=1, metavar="N")
    parser.add_argument("--padding", type=padding, default=Padding.SAME, metavar="same|valid|full|N")
    parser.add_argument("--convolve", action="store_true", help="turn the kernel by 180 degrees; without, correlate")
    parser.add_argument("--channels", choices=[c.value for c in Channels], default="rgb")
    parser.add_argument("--bias", type=number, metavar="V", help="added to every result, in units of the picture")
    parser.add_argument("--scale", type=number, default=1.0, metavar="V", help="multiplies the weights")
    parser.add_argument("--normalize", action="store_true", help="divide the weights by their sum")
    parser.add_argument("--display", choices=[d.value for d in Display], default="auto")
    parser.add_argument("--device", choices=["auto", "cpu", "gpu"], default="auto")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _filter(asked: argparse.Namespace) -> None:
    settings = _settings(asked)
    if note := effective_kernel(settings)[1]:
        say(f"-k {asked.kernel}: {note}")
    rows = []
    for image, output in zip(asked.images, _outputs(asked), strict=True):
        filtered = _filter_one(image, output, asked.frame - 1, settings)
        rows.append(_row(image, output, settings, filtered))
        if not asked.json:
            print(_line(rows[-1], filtered.statistics))
    if asked.json:
        show(rows, "", as_json=True)


def _filter_one(image: str, output: Path | None, frame: int, settings: FilterSettings) -> Filtered:
    picture = read_picture(picture_path(image), frame=frame)
    try:
        filtered = apply_filter(picture, settings)
    except ValueError as error:
        raise ValueError(f"{image}: {error}") from error
    if output is not None:
        _write(output, filtered, picture, settings)
    return filtered


def _row(image: str, output: Path | None, settings: FilterSettings, filtered: Filtered) -> dict[str, Any]:
    """The facts; least and largest are null where no value is finite."""
    facts = filtered.statistics
    least, largest = (facts.minimum, facts.maximum) if facts.count else (None, None)
    return {
        "image": image, "kernel": settings.kernel.id, "output": str(output) if output else None,
        "shape": list(filtered.values.shape), "dtype": str(filtered.values.dtype), "min": least, "max": largest,
        "border": settings.border.value, "device": filtered.device, "algorithm": filtered.algorithm, "why": filtered.why,
        "milliseconds": round(filtered.milliseconds, 3),
    }  # fmt: skip


def _line(row: dict[str, Any], facts: Statistics) -> str:
    shape = " × ".join(map(str, row["shape"]))
    values = f"{facts.minimum:.6g} … {facts.maximum:.6g}" if facts.count else "no finite value"
    if facts.nan or facts.infinite:
        values += f" ({facts.nan} NaN, {facts.infinite} infinite)"
    saved = f" -> {row['output']}" if row["output"] else ""
    return (
        f"{row['image']}: {row['kernel']}, {shape} {row['dtype']}, {values}, "
        f"{row['algorithm']}, {row['device']}, {row['milliseconds']:.1f} ms{saved}"
    )


def _settings(asked: argparse.Namespace) -> FilterSettings:
    kernel = find_kernel(asked.kernel)
    if asked.bias is not None:
        kernel = kernel.with_(bias=asked.bias)
    if asked.cval is not None and asked.border not in (None, Border.CONSTANT.value):
        raise ValueError(f"--cval belongs to --border constant, not to --border {asked.border}")
    if asked.normalize and asked.scale != 1.0:
        raise ValueError("--normalize decides the scale itself; leave out --scale or --normalize")
    border = Border(asked.border) if asked.border else Border.REFLECT if asked.cval is None else Border.CONSTANT
    return FilterSettings(
        kernel=kernel, convolve=asked.convolve, normalize=asked.normalize, scale=asked.scale, border=border,
        cval=asked.cval or 0.0, stride=asked.stride, dilation=asked.dilation, padding=asked.padding,
        channels=Channels(asked.channels), display=Display(asked.display), device=asked.device,
    )  # fmt: skip


def _outputs(asked: argparse.Namespace) -> list[Path | None]:
    """Where each result goes: nowhere, the named file, or files in the named folder."""
    if asked.output is None:
        return [None] * len(asked.images)
    target = Path(asked.output)
    if len(asked.images) == 1 and not target.is_dir() and not asked.output.endswith(("/", os.sep)):
        if target.suffix.lower() not in VALUE_SUFFIXES | SHOWN_SUFFIXES:
            raise ValueError(f"{target}: the name must end in one of {' '.join(sorted(VALUE_SUFFIXES | SHOWN_SUFFIXES))}")
        return [_apart(target, asked.images)]
    names = [f"{Path(image.removeprefix(SAMPLE)).stem}.png" for image in asked.images]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"{target}: several pictures would be saved as {sorted(twice)[0]}; filter them one by one")
    make_folder(target)
    return [_apart(target / name, asked.images) for name in names]


def _apart(output: Path, images: list[str]) -> Path:
    """The output, which must not replace one of the pictures. Raises ValueError."""
    if any(os.path.realpath(output) == os.path.realpath(image) for image in images):
        raise ValueError(f"{output}: the result would replace the picture itself; choose another name or folder")
    return output


def _write(output: Path, filtered: Filtered, picture: Picture, settings: FilterSettings) -> None:
    if output.suffix.lower() in VALUE_SUFFIXES:
        write_values(output, filtered.values, description(picture, settings, filtered))
    else:
        write_shown(output, filtered.rgb)


# ---- kernels --------------------------------------------------------------------------------------------------


def _add_kernels(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _kernels(asked: argparse.Namespace) -> None:
    facts = [{"id": k.id, "title": k.title, "shows": k.shows, "source": k.source, "weights": _weights(k)} for k in presets()]
    lines = [f"{kernel.id:24} {kernel.shape[0]}×{kernel.shape[1]}  {kernel.shows}" for kernel in presets()]
    show(facts, "\n".join(lines), as_json=asked.json)


def _weights(kernel: Kernel) -> list[list[float]]:
    """The weights as the shortest decimals that are the same float32 numbers."""
    return [[float(str(weight)) for weight in row] for row in kernel.weights]


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    "filter": (_add_filter, _filter, "Filter pictures with a kernel."),
    "kernels": (_add_kernels, _kernels, "List the hand-made kernels."),
}
