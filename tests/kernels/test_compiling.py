"""Compiled code that is kept on disk."""

import os
from pathlib import Path

import pytest

pytest.importorskip("numba")

from kernels.cpu.compiling import forget_older_code


def test_a_change_in_any_file_makes_all_compiled_code_old(tmp_path: Path) -> None:
    cache = tmp_path / "__pycache__"
    cache.mkdir()
    for time, path in enumerate(["a.py", "__pycache__/old.nbi", "b.py", "__pycache__/new.nbi", "__pycache__/old.nbc"]):
        (tmp_path / path).touch()
        os.utime(tmp_path / path, (time, time))
    forget_older_code(tmp_path)
    assert sorted(path.name for path in cache.iterdir()) == ["new.nbi", "old.nbc"]


def test_a_package_without_compiled_code_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    forget_older_code(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]
