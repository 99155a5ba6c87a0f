"""The command line. No Qt here: ``__main__`` hands in the window for the two commands that need one."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn, Protocol

from inspector import (
    cli_activations,
    cli_bench,
    cli_download,
    cli_fields,
    cli_filter,
    cli_models,
    cli_networks,
    cli_shift,
    cli_training,
    version,
)
from inspector.core.console import say
from inspector.core.files import make_folder
from inspector.core.names import printable
from inspector.core.resources import SAMPLE, picture_path
from inspector.core.screenshots import Screenshots
from inspector.core.state import Theme, Workspace
from inspector.core.system import display_problem
from inspector.core.words import find_kernel, size
from kernels.hardware import UnavailableError


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
        say(_sentence(error))
        return 2
    return status


def _sentence(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory; take a smaller picture, less padding or a larger stride"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{printable(str(error.filename or 'the output'))}: {error.strerror}"
    return str(error)


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


def _add_screenshot(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="where the pictures go")
    parser.add_argument("files", nargs="*", metavar="FILE", help=f"a picture to show, or {SAMPLE}ID; without, the first sample")
    parser.add_argument(
        "--size", type=size, action="append", metavar="WxH", help="size of the window (1280x800); may be repeated"
    )
    parser.add_argument("--theme", choices=["light", "dark", "both"], default="both")
    parser.add_argument("--workspace", choices=[w.value for w in Workspace], help="one of them; without, all")
    parser.add_argument("--layer", default="", metavar="L", help="the layer of the network whose maps and fields are shown")
    parser.add_argument("--unit", type=cli_fields.pair, metavar="Y,X", help="the unit of the layer that is looked at")
    cli_models.add_model_arguments(parser, pictures=False)
    parser.add_argument("-k", "--kernel", help="a preset's id, a kernel text file, or the text itself")


# ---- the window -----------------------------------------------------------------------------------------------


def _screenshot(asked: argparse.Namespace) -> None:
    window = _needed(asked.window, offscreen=not os.environ.get("QT_QPA_PLATFORM"))
    make_folder(asked.folder)
    themes = (Theme.LIGHT, Theme.DARK) if asked.theme == "both" else (Theme(asked.theme),)
    kernel = find_kernel(asked.kernel) if asked.kernel else None
    model = cli_models.model_choice(asked) if asked.model or asked.weights or asked.module else None
    files = tuple(str(picture_path(word)) for word in asked.files)
    wanted = Screenshots(
        Path(asked.folder), tuple(asked.size or [(1280, 800)]), themes, files, kernel,
        (Workspace(asked.workspace),) if asked.workspace else tuple(Workspace), model, asked.layer, asked.unit,
    )  # fmt: skip
    for path in window.screenshots(wanted):
        print(path)


def _version(_: argparse.Namespace) -> None:
    print(f"cnn-inspector {version()}")


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    **cli_filter.COMMANDS,
    **cli_networks.COMMANDS,
    **cli_training.COMMANDS,
    **cli_activations.COMMANDS,
    **cli_fields.COMMANDS,
    **cli_shift.COMMANDS,
    **cli_download.COMMANDS,
    **cli_bench.COMMANDS,
    "screenshot": (_add_screenshot, _screenshot, "Render the real window to PNG files, without a screen."),
}

__all__ = ["main"]
