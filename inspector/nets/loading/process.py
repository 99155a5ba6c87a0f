"""A Python process of its own, with nothing of the user's surroundings, that is stopped when it takes too long."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import inspector
from kernels import Cancel, Cancelled

_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would open a console
_POLL = 0.05  # seconds between two looks at the clock and at ``cancel``
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "OMP_NUM_THREADS")
# isolated, Python looks neither into the current folder nor at the user's settings; the program is found by its own path
_START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    " from importlib import import_module; import_module(sys.argv.pop(1)).main(sys.argv[1:])"
)


class TooLong(Exception):  # noqa: N818 - the caller says what took too long
    """The process was stopped at its time limit."""


def run_apart(module: str, words: Sequence[str], folder: Path, *, seconds: float, cancel: Cancel) -> str:
    """Run ``main(words)`` of a module of the program in a process whose home is ``folder``; what it said on standard error.

    Nothing of it is left running when this returns or raises.

    Raises:
        TooLong: it was stopped after ``seconds`` of the clock.
        Cancelled: ``cancel`` said yes.
    """
    root = str(Path(inspector.__file__).parents[1])
    said = folder / "stderr"
    with said.open("wb") as stderr:
        process = subprocess.Popen(  # noqa: S603 - this very Python, with a program that is written here
            [sys.executable, "-I", "-c", _START, root, module, *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr, cwd=folder, env=_environment(folder),
            start_new_session=True, creationflags=_NO_WINDOW,
        )  # fmt: skip
        try:
            _watch(process, time.monotonic() + seconds, cancel)
        finally:
            _stop(process)
    return said.read_text(encoding="utf-8", errors="replace")


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {"OMP_NUM_THREADS": "1", **kept, "HOME": str(folder), "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}


def _watch(process: "subprocess.Popen[bytes]", end: float, cancel: Cancel) -> None:
    while True:
        try:
            process.wait(_POLL)
        except subprocess.TimeoutExpired:
            if cancel():
                raise Cancelled from None
            if time.monotonic() > end:
                raise TooLong from None
        else:
            return


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Kill it with all that it may have started, and reap it."""
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
