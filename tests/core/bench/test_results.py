"""Ratios, what is below the wish, and that table and JSON say the same."""

import json

import pytest

from inspector.core.bench.results import Outcome, Row, Wish, as_json, as_text

ROWS = [
    Row("filters", "small", {"ours": 1e-3, "A": 4e-3, "B": 2e-3}, "direct"),
    Row("filters", "large", {"ours": 2e-3, "A": 1e-3}),
    Row("filters", "alone", {"ours": 2e-3}),
    Row("memory", "small", {"ours": 2e6, "allowed": 8e6}, unit="MB"),
]
WISHES = [Wish("filters", 1.0, 0.9), Wish("filters", mean=2.0, against=("B",)), Wish("memory", 1.0), Wish("nowhere", 1.0)]
OUTCOME = Outcome(ROWS, WISHES, ["C is not installed."], {"cores": "2"})


def test_a_ratio_is_to_the_best_of_those_it_is_asked_against():
    assert ROWS[0].ratio(WISHES[0]) == pytest.approx(2.0)
    assert ROWS[0].ratio(Wish("filters", against=("A",))) == pytest.approx(4.0)
    assert ROWS[1].ratio(WISHES[1]) is None
    assert ROWS[2].ratio(WISHES[0]) is None


def test_means_are_geometric_over_the_rows_that_have_a_ratio():
    first, second, memory = OUTCOME.verdicts()
    assert (first.mean, first.below) == (pytest.approx(1.0), True)  # 2 and 0.5; the least is below
    assert (second.mean, second.below) == (pytest.approx(2.0), False)
    assert (memory.mean, memory.below) == (pytest.approx(4.0), False)


def test_a_mean_below_its_wish_is_marked_where_no_row_is():
    verdict = Outcome(ROWS[:1], [Wish("filters", 1.0, 2.5)]).verdicts()[0]
    assert verdict.below
    assert "below" not in as_text(Outcome(ROWS[:1], [Wish("filters", 1.0, 1.9)]))


def test_the_table_marks_the_rows_that_are_below():
    lines = as_text(OUTCOME).splitlines()
    marked = [line.split()[0] for line in lines if line.endswith("below")]
    assert marked == ["large"]
    assert "least 0.50× (wished 1.00×), geometric mean 1.00× (wished 0.90×): below the wish" in lines
    assert lines[0] == "cores 2"
    assert lines[-1] == "C is not installed."


def test_the_table_tells_milliseconds_and_megabytes():
    (small,) = (line.split() for line in as_text(OUTCOME).splitlines() if line.startswith("small ") and "direct" in line)
    assert small[2:] == ["1", "4", "2", "2.00×", "2.00×"]
    assert "ours, MB" in as_text(OUTCOME)


def test_json_holds_all_medians_as_they_were_measured():
    facts = json.loads(json.dumps(as_json(OUTCOME), allow_nan=False))
    assert facts["rows"][0]["seconds"] == {"ours": 1e-3, "A": 4e-3, "B": 2e-3}
    assert facts["rows"][3]["bytes"] == {"ours": 2e6, "allowed": 8e6}
    assert [row["below"] for row in facts["rows"]] == [False, True, False, False]
    assert [topic["below"] for topic in facts["topics"]] == [True, False, False]
    assert facts["remarks"] == ["C is not installed."]
