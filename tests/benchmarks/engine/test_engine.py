"""The engine beside its peers, as ``cnn-inspector bench`` measures it: the table is printed, no time is asserted."""

from collections.abc import Callable

from inspector import cli_bench
from inspector.core.bench.results import as_text


def test_engine(report: Callable[[str], None]) -> None:
    outcome = cli_bench.on_cpu(quick=False)
    assert not outcome.remarks, "all libraries of the test extra are there"
    report(as_text(outcome))
