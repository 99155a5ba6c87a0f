"""Benchmarks are opt-in: ``python -m pytest tests/benchmarks -s``. They print ratios and figures, and assert no times."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
LONGEST = 1200  # seconds; far more than a test may take


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is measured takes its time."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(LONGEST))


@pytest.fixture
def child() -> Callable[..., Any]:
    """Runs a script of this folder in a process of its own and returns the JSON that it prints last."""

    def run(script: str, *words: str) -> Any:
        done = subprocess.run(
            [sys.executable, str(HERE / script), *words], capture_output=True, text=True, timeout=900, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints through pytest's capture."""

    def write(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}")

    return write
