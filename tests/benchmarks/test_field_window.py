"""The Receptive field workspace in the real window: how closely box and crop follow the mouse."""

from collections.abc import Callable
from statistics import median
from typing import Any

RUNS = 7


def test_hover(child: Callable[..., Any], report: Callable[[str], None]) -> None:
    runs = [child("hover.py") for _ in range(RUNS)]
    for cases in zip(*runs, strict=True):
        report(
            f"from a move of the mouse to box and crop, {cases[0]['case']},"
            f" medians of {RUNS} runs of {cases[0]['moves']} moves:\n"
            f"  median {median(case['median_ms'] for case in cases):.1f} ms,"
            f" 95th percentile {median(case['p95_ms'] for case in cases):.1f} ms"
            f" (most {max(case['p95_ms'] for case in cases):.1f});"
            f" gradients meanwhile {median(case['gradients'] for case in cases):.0f}"
        )
