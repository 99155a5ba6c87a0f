"""The command line. No Qt here: ``__main__`` hands in the window for the two commands that need one."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn, Protocol

from inspector import cli_networks, cli_training, version
from inspector.core.display import Display
from inspector.core.files import make_folder
from inspector.core.filtering import Channels, Filtered, FilterSettings, apply_filter, description, effective_kernel
from inspector.core.images import read_picture, write_shown, write_values
from inspector.core.names import printable
from inspector.core.picture import Picture
from inspector.core.resources import sample
from inspector.core.screenshots import Screenshots
from inspector.core.state import Theme
from inspector.core.system import display_problem
from inspector.core.words import count, find_kernel, number, padding, size
from kernels import Border, Kernel, Padding, presets
from kernels.hardware import UnavailableError
from kernels.levels import Statistics

VALUE_SUFFIXES = {".tif", ".tiff", ".npy"}
SHOWN_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp"}
SAMPLE = "sample:"


class Window(Protocol):
    """What the command line needs of the window."""

    def run(self, files: tuple[str, ...]) -> int:
        """Open it with these files; the exit status."""

    def screenshots(self, asked: Screenshots) -> Iterable[Path]:
        """Render it; the files as they are written."""


class UsageError(Exception):
    """Bad input on the command line: one line on standard error, exit status 2."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def main(words: Sequence[str], window: Window | None = None) -> int:
    """Run the program; the exit status: 0, or 2 for bad input. Without ``window``, no window can be opened."""
    try:
        status = _run(list(words), window)
        if sys.stdout is not None:  # closed, or a program of Windows without a console
            sys.stdout.flush()
    except BrokenPipeError:  # who reads has read enough, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except (UsageError, ValueError, UnavailableError, OSError, MemoryError) as error:
        _say(_sentence(error))
        return 2
    return status


def _sentence(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory; take a smaller picture, less padding or a larger stride"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{printable(str(error.filename or 'the output'))}: {error.strerror}"
    return str(error)


def _say(sentence: str) -> None:
    """One line on standard error, where there is one."""
    if sys.stderr is not None:
        sys.stderr.write(f"cnn-inspector: {' '.join(sentence.split())}\n")


def _run(words: list[str], window: Window | None) -> int:
    if words and words[0] in {*COMMANDS, "-h", "--help", "--version"}:
        asked = _parser().parse_args(words, argparse.Namespace(window=window, run=_version))
        asked.run(asked)
        return 0
    files = tuple(_window_parser().parse_args(words).files)
    return _needed(window, offscreen=False).run(files)


def _needed(window: Window | None, *, offscreen: bool) -> Window:
    """The window, once it is certain that Qt can open it. Raises UsageError where it cannot."""
    problem = display_problem(offscreen=offscreen)
    if problem or window is None:
        raise UsageError(problem or "this installation has no window")
    return window


# ---- the grammar -----------------------------------------------------------------------------------------------


def _window_parser() -> argparse.ArgumentParser:
    parser = _Parser("cnn-inspector", description="Open the window with these pictures, folders or kernel texts.")
    parser.add_argument("files", nargs="*", metavar="FILE")
    return parser


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        "cnn-inspector",
        description="See what convolution does. Without a command: cnn-inspector [FILE ...] opens the window.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    commands = parser.add_subparsers(metavar="COMMAND")
    for name, (add, run, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        add(command)
        command.set_defaults(run=run)
    return parser


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


def _add_kernels(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _add_screenshot(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="where the pictures go")
    parser.add_argument("files", nargs="*", metavar="FILE", help="a picture to show; without, the first sample")
    parser.add_argument(
        "--size", type=size, action="append", metavar="WxH", help="size of the window (1280x800); may be repeated"
    )
    parser.add_argument("--theme", choices=["light", "dark", "both"], default="both")
    parser.add_argument("-k", "--kernel", help="a preset's id, a kernel text file, or the text itself")


# ---- filter ----------------------------------------------------------------------------------------------------


def _filter(asked: argparse.Namespace) -> None:
    settings = _settings(asked)
    if note := effective_kernel(settings)[1]:
        _say(f"-k {asked.kernel}: {note}")
    rows = []
    for image, output in zip(asked.images, _outputs(asked), strict=True):
        filtered = _filter_one(image, output, asked.frame - 1, settings)
        rows.append(_row(image, output, settings, filtered))
        if not asked.json:
            print(_line(rows[-1], filtered.statistics))
    if asked.json:
        _print_json(rows)


def _filter_one(image: str, output: Path | None, frame: int, settings: FilterSettings) -> Filtered:
    picture = read_picture(_path(image), frame=frame)
    try:
        filtered = apply_filter(picture, settings)
    except ValueError as error:
        raise UsageError(f"{image}: {error}") from error
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
        "border": settings.border.value, "device": filtered.device, "algorithm": filtered.algorithm,
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
        raise UsageError(f"--cval belongs to --border constant, not to --border {asked.border}")
    if asked.normalize and asked.scale != 1.0:
        raise UsageError("--normalize decides the scale itself; leave out --scale or --normalize")
    border = Border(asked.border) if asked.border else Border.REFLECT if asked.cval is None else Border.CONSTANT
    return FilterSettings(
        kernel=kernel, convolve=asked.convolve, normalize=asked.normalize, scale=asked.scale, border=border,
        cval=asked.cval or 0.0, stride=asked.stride, dilation=asked.dilation, padding=asked.padding,
        channels=Channels(asked.channels), display=Display(asked.display), device=asked.device,
    )  # fmt: skip


def _path(image: str) -> Path:
    return sample(image.removeprefix(SAMPLE)).path if image.startswith(SAMPLE) else Path(image)


def _outputs(asked: argparse.Namespace) -> list[Path | None]:
    """Where each result goes: nowhere, the named file, or files in the named folder."""
    if asked.output is None:
        return [None] * len(asked.images)
    target = Path(asked.output)
    if len(asked.images) == 1 and not target.is_dir() and not asked.output.endswith(("/", os.sep)):
        if target.suffix.lower() not in VALUE_SUFFIXES | SHOWN_SUFFIXES:
            raise UsageError(f"{target}: the name must end in one of {' '.join(sorted(VALUE_SUFFIXES | SHOWN_SUFFIXES))}")
        return [_apart(target, asked.images)]
    names = [f"{Path(image.removeprefix(SAMPLE)).stem}.png" for image in asked.images]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UsageError(f"{target}: several pictures would be saved as {sorted(twice)[0]}; filter them one by one")
    make_folder(target)
    return [_apart(target / name, asked.images) for name in names]


def _apart(output: Path, images: list[str]) -> Path:
    """The output, which must not replace one of the pictures. Raises UsageError."""
    if any(os.path.realpath(output) == os.path.realpath(image) for image in images):
        raise UsageError(f"{output}: the result would replace the picture itself; choose another name or folder")
    return output


def _write(output: Path, filtered: Filtered, picture: Picture, settings: FilterSettings) -> None:
    if output.suffix.lower() in VALUE_SUFFIXES:
        write_values(output, filtered.values, description(picture, settings, filtered))
    else:
        write_shown(output, filtered.rgb)


# ---- kernels and the window --------------------------------------------------------------------------------------


def _kernels(asked: argparse.Namespace) -> None:
    if asked.json:
        _print_json([
            {"id": k.id, "title": k.title, "shows": k.shows, "source": k.source, "weights": _weights(k)} for k in presets()
        ])  # fmt: skip
        return
    for kernel in presets():
        print(f"{kernel.id:24} {kernel.shape[0]}×{kernel.shape[1]}  {kernel.shows}")


def _weights(kernel: Kernel) -> list[list[float]]:
    """The weights as the shortest decimals that are the same float32 numbers."""
    return [[float(str(weight)) for weight in row] for row in kernel.weights]


def _screenshot(asked: argparse.Namespace) -> None:
    window = _needed(asked.window, offscreen=not os.environ.get("QT_QPA_PLATFORM"))
    make_folder(asked.folder)
    themes = (Theme.LIGHT, Theme.DARK) if asked.theme == "both" else (Theme(asked.theme),)
    kernel = find_kernel(asked.kernel) if asked.kernel else None
    wanted = Screenshots(Path(asked.folder), tuple(asked.size or [(1280, 800)]), themes, tuple(asked.files), kernel)
    for path in window.screenshots(wanted):
        print(path)


def _version(_: argparse.Namespace) -> None:
    print(f"cnn-inspector {version()}")


def _print_json(rows: list[dict[str, Any]]) -> None:
    print(json.dumps(rows, indent=1, allow_nan=False))


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    "filter": (_add_filter, _filter, "Filter pictures with a kernel."),
    "kernels": (_add_kernels, _kernels, "List the hand-made kernels."),
    **cli_networks.COMMANDS,
    **cli_training.COMMANDS,
    "screenshot": (_add_screenshot, _screenshot, "Render the real window to PNG files, without a screen."),
}

__all__ = ["main"]
