"""Moving pictures before networks: frames of a drag in the real window, and passes against those of torch itself."""

from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

RUNS = 5


@pytest.mark.parametrize("model", ["shipped:lenet5", "shipped:vgg-compact", "untrained:vgg16"])
def test_drag(model: str, child: Callable[..., Any], report: Callable[[str], None]) -> None:
    runs = [child("shift_drag.py", model) for _ in range(RUNS)]
    frames = [run["frames"] for run in runs]
    report(
        f"drag of the picture before {model}, all layers measured, medians of {RUNS} runs: {median(frames):.0f} new frames a"
        f" second (least {min(frames):.0f}), {median(run['pass_ms'] for run in runs):.1f} ms each on the worker"
    )


@pytest.mark.parametrize(("id", "layer", "rounds"), [
    ("vgg16", "features.14", 15), ("vgg-compact", "features.6", 51), ("lenet5", "s4", 301),
])  # fmt: skip
def test_frame(id: str, layer: str, rounds: int, child: Callable[..., Any], report: Callable[[str], None]) -> None:
    found = child("shift.py", "frame", id, layer, str(rounds))
    report(
        f"a frame of {id}, all layers measured, to the bare forward pass of {found['bare']:.2f} ms: moved by whole pixels"
        f" {found['whole'] / found['bare']:.2f} times (VGG-16 at most 1.2), between pixels {found['between'] / found['bare']:.2f}"
    )


def test_decisions(child: Callable[..., Any], report: Callable[[str], None]) -> None:
    found = child("shift.py", "decisions", "lenet5", "51")
    report(
        f"decision map of LeNet-5 over 33 × 33 shifts: {found['all'] / found['bare']:.2f} times the bare batched forward pass of"
        f" {found['bare']:.1f} ms (at most 1.3); the first coarse map after {found['first']:.1f} ms (33)"
    )
