"""Folders of this user for what outlives the program; temporary ones for a user without a home."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs


def config() -> Path:
    """For settings."""
    return _own(platformdirs.user_config_path)


def state() -> Path:
    """For what a crash must not lose."""
    return _own(platformdirs.user_state_path)


def log() -> Path:
    """For the log."""
    return _own(platformdirs.user_log_path)


def downloads() -> Path:
    """For published weights, which can be fetched again."""
    return _own(platformdirs.user_cache_path)


def _own(find: Callable[..., Path]) -> Path:
    try:
        folder = find("cnn-inspector", appauthor=False)
    except RuntimeError:  # HOME is unset and the user unknown; older platformdirs return "~" as it is
        folder = Path()
    if folder.is_absolute():
        return folder
    return Path(tempfile.gettempdir()) / f"cnn-inspector-{os.getuid() if hasattr(os, 'getuid') else 0}"
