"""Dragging a weight in the real window: frames, delay of the last one, stalls of the main thread, memory."""

from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

RUNS = 7


@pytest.mark.parametrize(("name", "size"), [("1080p", "1920x1080"), ("4K", "3840x2160")])
def test_drag(name: str, size: str, child: Callable[..., Any], report: Callable[[str], None]) -> None:
    runs = [child("drag.py", size) for _ in range(RUNS)]

    def over(key: str, how: Callable[[list[float]], float] = median) -> float:
        return how([run[key] for run in runs])

    report(
        f"drag of a 5x5 weight over {name} RGB ({runs[0]['algorithm']}, {runs[0]['device']}), medians of {RUNS} runs:\n"
        f"  new frames in 1 s {over('frames'):.0f} (least {over('frames', min):.0f}), job {over('job_ms'):.1f} ms\n"
        f"  last frame {over('last_frame_jobs'):.2f} jobs after the last input (most {over('last_frame_jobs', max):.2f})\n"
        f"  main thread waits {over('stall_99_ms'):.1f} ms (99th percentile), {over('stall_max_ms'):.1f} ms (longest)\n"
        f"  resident {over('resident_mb'):.0f} MB, at most {over('peak_mb', max):.0f} MB"
    )
