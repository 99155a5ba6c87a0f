"""The Network workspace in the real window: from the pen to the maps, and what importing torch costs the hand."""

from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

RUNS = 5


@pytest.mark.parametrize(("model", "moves"), [("shipped:lenet5", 100), ("shipped:vgg-compact", 100), ("untrained:vgg16", 20)])
def test_pen(model: str, moves: int, child: Callable[..., Any], report: Callable[[str], None]) -> None:
    runs = [child("pen.py", model, str(moves)) for _ in range(RUNS)]
    p95, forward = median(run["p95_ms"] for run in runs), median(run["forward_ms"] for run in runs)
    report(
        f"pen to maps and probabilities with {model}, medians of {RUNS} runs of {moves} moves:\n"
        f"  median {median(run['median_ms'] for run in runs):.1f} ms, 95th percentile {p95:.1f} ms"
        f" (most {max(run['p95_ms'] for run in runs):.1f}), bare forward {forward:.2f} ms: {p95 / forward:.2f} times"
    )


def test_torch_import(child: Callable[..., Any], report: Callable[[str], None]) -> None:
    runs = [child("torch_import.py") for _ in range(RUNS)]
    report(
        f"to the Network workspace for the first time, medians of {RUNS} runs: {median(run['seconds'] for run in runs):.1f} s;\n"
        f"  longest wait of the main thread {median(run['longest_ms'] for run in runs):.0f} ms (inside torch's import),"
        f" second {median(run['second_ms'] for run in runs):.0f} ms (most {max(run['second_ms'] for run in runs):.0f}),"
        f" third {median(run['third_ms'] for run in runs):.0f} ms"
    )
