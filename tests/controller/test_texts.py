"""What the window says about a result."""

from types import SimpleNamespace

import numpy as np
import pytest

from inspector.controller import texts


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
