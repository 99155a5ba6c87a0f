"""Dragging a weight in the real window: frames, delay of the last one, stalls of the main thread, memory."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(("name", "size"), [("1080p", "1920x1080"), ("4K", "3840x2160")])
def test_drag(name: str, size: str, child: Callable[..., Any], report: Callable[[str], None]) -> None:
    got = child("drag.py", size)
    report(
        f"drag of a 5x5 weight over {name} RGB: {got['frames']} frames in 1 s, job {got['job_ms']:.1f} ms "
        f"({got['algorithm']}, {got['device']}), last frame {got['last_frame_jobs']:.2f} jobs after the last input, "
        f"main thread waits {got['stall_99_ms']:.1f} ms (99 %), {got['stall_max_ms']:.1f} ms (most), "
        f"memory {got['memory_mb']['now']:.0f} MB now, {got['memory_mb']['peak']:.0f} MB peak"
    )
