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
from inspector.core.filtering import Channels, Filtered, FilterSettings, apply_filter, description
from inspector.core.images import read_picture, write_shown, write_values
from inspector.core.picture import Picture
from inspector.core.resources import sample
from inspector.core.screenshots import Screenshots
from inspector.core.state import Theme
from inspector.core.system import display_problem
from kernels import Border, Kernel, Padding, parse_kernel, preset, presets

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
        return _run(list(words), window)
    except (UsageError, ValueError, RuntimeError, OSError, MemoryError) as error:
        text = " ".join((str(error) or type(error).__name__).split())
        sys.stderr.write(f"cnn-inspector: {text}\n")
        return 2
    except KeyboardInterrupt:
        return 130


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
    parser.add_argument("-k", "--kernel", required=True, help="a preset's id, a kernel text file, or the text itself")
    parser.add_argument("-o", "--output", metavar="OUT", help=".tif or .npy: exact values; .png or .jpg: as shown; or a folder")
    parser.add_argument("--frame", type=int, default=0, help="frame of an animation or page of a stack, from 0")
    parser.add_argument("--border", choices=[b.value for b in Border])
    parser.add_argument("--cval", type=float, metavar="V", help="the value outside the picture; makes the border constant")
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--dilation", type=int, default=1)
    parser.add_argument("--padding", type=_padding, default=Padding.SAME, metavar="same|valid|full|N")
    parser.add_argument("--convolve", action="store_true", help="turn the kernel by 180 degrees; without, correlate")
    parser.add_argument("--channels", choices=[c.value for c in Channels], default="rgb")
    parser.add_argument("--bias", type=float, metavar="V", help="added to every result, in units of the picture")
    parser.add_argument("--scale", type=float, default=1.0, metavar="V", help="multiplies the weights")
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
        "--size", type=_size, action="append", metavar="WxH", help="size of the window (1280x800); may be repeated"
    )
    parser.add_argument("--theme", choices=["light", "dark", "both"], default="both")
    parser.add_argument("-k", "--kernel", help="a preset's id, a kernel text file, or the text itself")


def _padding(text: str) -> Padding | int:
    if text in {p.value for p in Padding}:
        return Padding(text)
    if text.isascii() and text.isdigit():
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is neither same, valid, full nor a whole number of pixels")


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 640 <= int(width) <= 7680 and 480 <= int(height) <= 4320):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1280x800, from 640x480 to 7680x4320")
    return int(width), int(height)


# ---- filter ----------------------------------------------------------------------------------------------------


def _filter(asked: argparse.Namespace) -> None:
    settings = _settings(asked)
    outputs = _outputs(asked)
    rows = [_filter_one(image, output, asked, settings) for image, output in zip(asked.images, outputs, strict=True)]
    if asked.json:
        _print_json(rows)
    else:
        for row in rows:
            saved = f" -> {row['output']}" if row["output"] else ""
            size = " × ".join(map(str, row["shape"]))
            print(f"{row['image']}: {row['kernel']}, {size} {row['dtype']}, {row['min']:.6g} … {row['max']:.6g}, "
                  f"{row['algorithm']}, {row['device']}, {row['milliseconds']:.1f} ms{saved}")  # fmt: skip


def _filter_one(image: str, output: Path | None, asked: argparse.Namespace, settings: FilterSettings) -> dict[str, Any]:
    picture = _picture(image, asked.frame)
    try:
        filtered = apply_filter(picture, settings)
    except ValueError as error:
        raise UsageError(f"{image}: {error}") from error
    if output is not None:
        _write(output, filtered, picture, settings)
    return {
        "image": image, "kernel": settings.kernel.id, "output": str(output) if output else None,
        "shape": list(filtered.values.shape), "dtype": str(filtered.values.dtype), "min": filtered.statistics.minimum,
        "max": filtered.statistics.maximum, "border": settings.border.value, "device": filtered.device,
        "algorithm": filtered.algorithm, "milliseconds": round(filtered.milliseconds, 3),
    }  # fmt: skip


def _settings(asked: argparse.Namespace) -> FilterSettings:
    kernel = find_kernel(asked.kernel)
    if asked.bias is not None:
        kernel = kernel.with_(bias=asked.bias)
    if asked.cval is not None and asked.border not in (None, Border.CONSTANT.value):
        raise UsageError(f"--cval belongs to --border constant, not to --border {asked.border}")
    border = Border(asked.border) if asked.border else Border.REFLECT if asked.cval is None else Border.CONSTANT
    return FilterSettings(
        kernel=kernel, convolve=asked.convolve, normalize=asked.normalize, scale=asked.scale, border=border,
        cval=asked.cval or 0.0, stride=asked.stride, dilation=asked.dilation, padding=asked.padding,
        channels=Channels(asked.channels), display=Display(asked.display), device=asked.device,
    )  # fmt: skip


def find_kernel(word: str) -> Kernel:
    """The kernel that a word of the command line means. Raises UsageError."""
    try:
        if Path(word).is_file():
            return parse_kernel(Path(word).read_text(encoding="utf-8-sig"))
        if any(c.isalpha() for c in word) and not any(c in word for c in ";\n "):
            return preset(word)
        return parse_kernel(word)
    except UnicodeDecodeError:
        raise UsageError(f"-k {word}: the file is no text") from None
    except ValueError as error:
        raise UsageError(f"-k {word}: {error}") from error


def _picture(image: str, frame: int) -> Picture:
    path = sample(image.removeprefix(SAMPLE)).path if image.startswith(SAMPLE) else Path(image)
    return read_picture(path, frame=frame)


def _outputs(asked: argparse.Namespace) -> list[Path | None]:
    """Where each result goes: nowhere, the named file, or files in the named folder."""
    if asked.output is None:
        return [None] * len(asked.images)
    target = Path(asked.output)
    if len(asked.images) == 1 and not target.is_dir() and not asked.output.endswith(("/", os.sep)):
        if target.suffix.lower() not in VALUE_SUFFIXES | SHOWN_SUFFIXES:
            raise UsageError(f"{target}: the name must end in one of {' '.join(sorted(VALUE_SUFFIXES | SHOWN_SUFFIXES))}")
        return [target]
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target}: for several pictures, -o must name a folder, and this is a file")
    names = [f"{Path(image.removeprefix(SAMPLE)).stem}.png" for image in asked.images]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UsageError(f"{target}: several pictures would be saved as {sorted(twice)[0]}; filter them one by one")
    target.mkdir(parents=True, exist_ok=True)
    return [target / name for name in names]


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
    themes = (Theme.LIGHT, Theme.DARK) if asked.theme == "both" else (Theme(asked.theme),)
    kernel = find_kernel(asked.kernel) if asked.kernel else None
    wanted = Screenshots(Path(asked.folder), tuple(asked.size or [(1280, 800)]), themes, tuple(asked.files), kernel)
    for path in window.screenshots(wanted):
        print(path)


def _version(_: argparse.Namespace) -> None:
    print(f"cnn-inspector {version()}")


def _print_json(rows: list[dict[str, Any]]) -> None:
    json.dump(rows, sys.stdout, indent=1, allow_nan=False)
    print()


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    "filter": (_add_filter, _filter, "Filter pictures with a kernel."),
    "kernels": (_add_kernels, _kernels, "List the hand-made kernels."),
    **cli_networks.COMMANDS,
    **cli_training.COMMANDS,
    "screenshot": (_add_screenshot, _screenshot, "Render the real window to PNG files, without a screen."),
}

__all__ = ["UsageError", "find_kernel", "main"]
