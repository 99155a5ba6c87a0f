"""Where CuPy keeps compiled code between runs."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def find_cache_folder() -> None:
    """Where CuPy cannot write its own folder for compiled code it does not even import: give it a passing one."""
    if "CUPY_CACHE_DIR" not in os.environ and not _is_writable(_usual_cache_folder()):
        folder = tempfile.mkdtemp(prefix="cnn-inspector-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["CUPY_CACHE_DIR"] = folder


def _usual_cache_folder() -> Path | None:
    try:
        return Path.home() / ".cupy" / "kernel_cache"
    except RuntimeError:  # nobody knows where home is
        return None


def _is_writable(folder: Path | None) -> bool:
    if folder is None:
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
