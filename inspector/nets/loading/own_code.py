"""The user's own networks: a callable in a Python file. This runs code; who calls it has asked the user."""

import hashlib
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from torch import nn

from inspector.core.names import printable

_LONGEST = 200  # characters of an error that the sentence repeats


class OwnCodeError(ValueError):
    """The user's code cannot be used: ``str`` is one sentence with its file and line, ``detail`` the traceback or ""."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


def build_own(spec: str) -> nn.Module:
    """The network of "path/to/file.py:callable": what the callable returns without arguments, or the nn.Module itself.

    The file is run anew each time. Modules beside it can be imported while it runs.

    Raises:
        OwnCodeError: there is no such file or name, its code raises or exits, or what it makes is no nn.Module.
    """
    path, name = _parsed(spec)
    with _beside(path.parent), _reporting(path):
        made = _made(_run(path), name)
    if isinstance(made, nn.Module):
        return made
    raise OwnCodeError(f"{printable(path)}: {name} gives {_a(made)}, not an nn.Module; let it return the network.")


def _parsed(spec: str) -> tuple[Path, str]:
    file, _, name = spec.rpartition(":")  # the last colon: Windows has one behind the drive
    if not file or not name.isidentifier():
        raise OwnCodeError(f"{printable(spec)!r} is not path/to/file.py:callable, such as nets.py:make_net.")
    path = Path(file).absolute()
    if not path.is_file():
        raise OwnCodeError(f"Cannot open {printable(file)}: there is no such file; give path/to/file.py:callable.")
    return path, name


class _Fresh(SourceFileLoader):
    """Compiles the file as it is now; neither reads nor leaves compiled files beside it."""

    def get_code(self, fullname: str) -> CodeType:
        compiled: CodeType = self.source_to_code(self.get_data(self.path), self.path)
        return compiled


def _run(path: Path) -> ModuleType:
    """The module under a private name, which stays registered: classes look their module up later."""
    name = f"_own_network_{hashlib.sha256(str(path).encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"
    loader = _Fresh(name, str(path))
    spec = ModuleSpec(name, loader, origin=str(path))
    spec.has_location = True
    module = sys.modules[name] = module_from_spec(spec)
    loader.exec_module(module)
    return module


def _made(module: ModuleType, name: str) -> Any:
    found = getattr(module, name, None)
    if found is None:
        raise OwnCodeError(f"{printable(str(module.__file__))} has no {name}; give the name of a function or class in it.")
    return found if isinstance(found, nn.Module) or not callable(found) else found()


@contextmanager
def _beside(folder: Path) -> Iterator[None]:
    """Let the code import what lies beside it; afterwards nothing else finds those modules, and the next run reads them anew."""
    before, known = list(sys.path), set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path[:] = before
        for name in [name for name in sys.modules if name not in known and _lies_in(folder, name)]:
            del sys.modules[name]


def _lies_in(folder: Path, name: str) -> bool:
    """The module, or the package that it belongs to, lies in the folder itself (not deeper, as in an environment there)."""
    file = getattr(sys.modules.get(name.partition(".")[0]), "__file__", None)
    if file is None or name.startswith("_own_network_"):
        return False
    place = Path(file)
    return folder in ((place.parents[1] if place.stem == "__init__" else place.parent),)


@contextmanager
def _reporting(path: Path) -> Iterator[None]:
    """Turn whatever the user's code raises into one sentence with the line of the file."""
    try:
        yield
    except OwnCodeError:
        raise
    except (Exception, SystemExit) as error:  # it is the user's code: it can raise anything
        kind, text = type(error).__name__, " ".join(str(error).split())[:_LONGEST]
        said = f"{kind}: {text}" if text else kind
        message = f"{printable(path)}, line {_line(path, error)}: {said}; correct it and open it again."
        raise OwnCodeError(message, traceback.format_exc()) from error


def _line(path: Path, error: BaseException) -> int:
    """The last line of the file that was at work, or where its syntax is wrong."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno or 1
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return (lines or [None])[-1] or 1


def _a(made: Any) -> str:
    name = type(made).__name__
    return "nothing" if made is None else f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
