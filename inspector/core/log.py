"""The log file, for what a user may be asked to send."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

LARGEST = 1 << 20


def open_log(folder: Path) -> TextIO | None:
    """Log warnings and errors of the program to a file in ``folder``.

    Returns a stream beside it for what the interpreter says when it crashes (the log itself is
    closed when it rotates, and its number may be that of another file by then), or None where
    nothing can be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / "cnn-inspector.log", maxBytes=LARGEST, backupCount=2, encoding="utf-8")
        crashes = (folder / "crash.log").open("a", encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger("inspector").addHandler(handler)
    return crashes
