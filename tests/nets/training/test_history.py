"""The table and the picture of a run."""

import csv
from dataclasses import asdict

import numpy as np
import pytest

from inspector.nets.history import EpochFacts, as_csv, drawn

HISTORY = [EpochFacts(n, 0.1 / n, 2.0 / n, 0.5 / n, 0.4 / n, 1.25) for n in (1, 2, 3, 4)]
TEST_COLOUR = (214, 96, 20)


def test_the_table_holds_every_number_exactly():
    rows = list(csv.DictReader(as_csv(HISTORY).splitlines()))
    assert [{name: float(value) for name, value in row.items()} for row in rows] == [asdict(epoch) for epoch in HISTORY]


def places(picture: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """(N, 2) row and column of the pixels of that colour."""
    return np.argwhere((picture == colour).all(axis=2))


def test_the_test_errors_are_drawn_where_they_belong():
    picture = np.asarray(drawn(HISTORY))
    found = places(picture, TEST_COLOUR)
    found = found[found[:, 0] > 46]  # the legend lies above
    assert found[:, 1].min() >= 480  # in the right panel only
    highest, lowest = found[found[:, 0].argmin()], found[found[:, 0].argmax()]
    assert highest[1] < lowest[1]  # errors fall from left to right
    assert highest[0] == pytest.approx(320 - 48 - 0.8 * 224, abs=4)  # 0.4 of a largest error of 0.5
    assert lowest[0] == pytest.approx(320 - 48 - 0.2 * 224, abs=4)


@pytest.mark.parametrize("history", [HISTORY[:1], [EpochFacts(1, 0.1, 0.0, 0.0, 0.0, 0.0)]])
def test_one_epoch_and_no_error_at_all_can_be_drawn(history):
    assert drawn(history).size == (960, 320)
