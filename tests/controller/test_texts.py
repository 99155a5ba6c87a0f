"""What the window says about a result."""

from types import SimpleNamespace

import numpy as np
import pytest

from inspector.controller import texts
from inspector.work.runner import Operation, Running


@pytest.mark.parametrize(
    ("remainder", "said"),
    [
        ((1, 2), "the stride leaves out the last 1 row and 2 columns"),
        ((0, 1), "the stride leaves out the last 1 column"),
        ((3, 0), "the stride leaves out the last 3 rows"),
        ((0, 0), "result 5 × 4 · float32 · −1 … 2"),
    ],
)
def test_what_the_stride_leaves_out_is_counted(remainder: tuple[int, int], said: str) -> None:
    statistics = SimpleNamespace(minimum=-1.0, maximum=2.0, nan=0, infinite=0)
    plan = SimpleNamespace(remainder=remainder)
    result = SimpleNamespace(statistics=statistics, values=np.zeros((4, 5), np.float32), clipped=(0, 0), plan=plan)
    assert texts.result_facts(result).endswith(said)  # type: ignore[arg-type]


def running(kind: str) -> Running:
    return Running(Operation(kind, f"Doing {kind}", lambda _: None), 0.0)


@pytest.mark.parametrize(
    ("kind", "told", "said", "share"),
    [
        ("download", (120_000_000, 528_000_000), "Doing download 120 of 528 MB …", 120 / 528),
        ("download", (120_000_000, None), "Doing download 120 MB …", None),
        ("average", (12, 64), "Doing average 12 of 64 pictures …", 12 / 64),
        ("sigmas", (3, 16), "Doing sigmas 3 of 16 layers …", 3 / 16),
        ("inspect", None, "Doing inspect …", None),
        ("average", None, "Doing average …", None),
    ],
)
def test_work_says_how_far_it_is_in_its_own_measure(
    kind: str, told: tuple[int, int | None] | None, said: str, share: float | None
) -> None:
    progress = {"filter": (1, 2)} | ({kind: told} if told else {})
    assert texts.running((running(kind),), progress) == said
    assert texts.share_done((running(kind),), progress) == share


def test_nothing_is_said_of_nothing() -> None:
    assert texts.running(()) == ""
    assert texts.share_done((), {"average": (1, 2)}) is None
