"""From process start to the first useful frame, against a bare window in the same run."""

import statistics
import time
from collections.abc import Callable
from typing import Any

RUNS = 7


def test_start(child: Callable[..., Any], report: Callable[[str], None], monkeypatch: Any) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    times: dict[str, list[float]] = {"start_bare.py": [], "start_program.py": []}
    for script in times:
        child(script, repr(time.time()))  # fills the disk cache
    for _ in range(RUNS):
        for script, seconds in times.items():
            seconds.append(child(script, repr(time.time())))
    bare, program = (statistics.median(seconds) for seconds in times.values())
    report(f"start: bare window {bare:.2f} s, program with the sample filtered {program:.2f} s, ratio {program / bare:.2f}")
