"""What was measured, and what was wished: ratios, geometric means, and the table of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import geometric_mean
from typing import Any

from inspector.core.network.text import aligned
from inspector.core.numbers_text import significant

BELOW = "below"
UNITS = {"ms": 1e-3, "MB": 1e6}


@dataclass(frozen=True)
class Wish:
    """Of all rows of ``topic``: the least ratio, and that of the geometric mean; None where nothing is wished.

    A ratio is the value of the best one of ``against`` (all others, if empty) over that of the first: of times, how many times
    as fast the first is.
    """

    topic: str
    least: float | None = None
    mean: float | None = None
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One work: seconds or bytes by name, the first of which is judged; ``unit`` is that of the table."""

    topic: str
    work: str
    values: Mapping[str, float]
    note: str = ""
    unit: str = "ms"

    def ratio(self, wish: Wish) -> float | None:
        """None where there is nothing to compare with."""
        (_, own), *others = self.values.items()
        others = [(name, value) for name, value in others if not wish.against or name in wish.against]
        return min(value for _, value in others) / own if others else None


@dataclass(frozen=True)
class Verdict:
    """A wish beside what was reached: the ratio of each row (None where there is none) and their geometric mean."""

    wish: Wish
    ratios: Sequence[float | None]

    @property
    def mean(self) -> float | None:
        """The geometric mean of the ratios that there are."""
        found = [ratio for ratio in self.ratios if ratio is not None]
        return geometric_mean(found) if found else None

    @property
    def below(self) -> bool:
        """Whether the mean, or one of the rows, is less than was wished."""
        return less(self.mean, self.wish.mean) or any(less(ratio, self.wish.least) for ratio in self.ratios)


@dataclass(frozen=True)
class Outcome:
    """All rows, the wishes in the order of the table, and ``remarks``: sentences on what could not be measured."""

    rows: Sequence[Row]
    wishes: Sequence[Wish]
    remarks: Sequence[str] = ()
    machine: Mapping[str, Any] = field(default_factory=dict)

    def verdicts(self) -> list[Verdict]:
        """Of every wish whose topic was measured."""
        found = [Verdict(wish, [row.ratio(wish) for row in self.rows if row.topic == wish.topic]) for wish in self.wishes]
        return [verdict for verdict in found if verdict.ratios]


def less(found: float | None, wished: float | None) -> bool:
    """Less than was wished, where both are known."""
    return found is not None and wished is not None and found < wished


# ---- for a script ------------------------------------------------------------------------------------------------


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Everything: seconds and bytes as they were measured."""
    return {
        "machine": dict(outcome.machine), "remarks": list(outcome.remarks),
        "rows": [_row_json(row, outcome.wishes) for row in outcome.rows],
        "topics": [_verdict_json(verdict) for verdict in outcome.verdicts()],
    }  # fmt: skip


def _row_json(row: Row, wishes: Sequence[Wish]) -> dict[str, Any]:
    unit = "bytes" if row.unit == "MB" else "seconds"
    own = [wish for wish in wishes if wish.topic == row.topic]
    ratios = [{"against": list(wish.against), "ratio": row.ratio(wish), "wished": wish.least} for wish in own]
    below = any(less(row.ratio(wish), wish.least) for wish in own)
    facts = {"topic": row.topic, "work": row.work, "how": row.note, unit: dict(row.values)}
    return facts | {"ratios": ratios, "below": below}


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    wish = verdict.wish
    least = min((ratio for ratio in verdict.ratios if ratio is not None), default=None)
    return {
        "topic": wish.topic, "against": list(wish.against), "least": least, "wished_least": wish.least,
        "mean": verdict.mean, "wished_mean": wish.mean, "below": verdict.below,
    }  # fmt: skip


# ---- for people --------------------------------------------------------------------------------------------------


def as_text(outcome: Outcome) -> str:
    """A table for each topic, and under it the ratios; then the remarks."""
    tables = [
        _table(topic, list(rows), [verdict for verdict in outcome.verdicts() if verdict.wish.topic == topic])
        for topic, rows in groupby(outcome.rows, lambda row: row.topic)
    ]
    machine = ", ".join(f"{name} {value}" for name, value in outcome.machine.items())
    return "\n\n".join([machine, *tables, *outcome.remarks])


def _table(topic: str, rows: Sequence[Row], verdicts: Sequence[Verdict]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row.values))
    ratios = [f"to {' or '.join(verdict.wish.against) or 'the best'}" for verdict in verdicts]
    head = (topic, "how", *(f"{name}, {rows[0].unit}" for name in names), *ratios, "")
    lines = [_line(row, names, [(verdict.ratios[number], verdict.wish.least) for verdict in verdicts])
             for number, row in enumerate(rows)]  # fmt: skip
    return "\n".join([aligned([head, *lines], f"<<{'>' * (len(names) + len(ratios))}<"), *map(_summary, verdicts)])


def _line(row: Row, names: Sequence[str], ratios: Sequence[tuple[float | None, float | None]]) -> tuple[str, ...]:
    values = (significant(row.values[name] / UNITS[row.unit], 3) if name in row.values else "–" for name in names)
    mark = BELOW if any(less(ratio, wished) for ratio, wished in ratios) else ""
    return row.work, row.note, *values, *(_times(ratio) for ratio, _ in ratios), mark


def _summary(verdict: Verdict) -> str:
    wish = verdict.wish
    against = f" to {' or '.join(wish.against)}" if wish.against else ""
    found = [ratio for ratio in verdict.ratios if ratio is not None]
    if not found:
        return f"nothing to compare with{against}"
    parts = [_reached("least", min(found), wish.least), _reached("geometric mean", verdict.mean, wish.mean)]
    return f"{', '.join(parts)}{against}{f': {BELOW} the wish' if verdict.below else ''}"


def _reached(name: str, found: float | None, wished: float | None) -> str:
    return f"{name} {_times(found)}{f' (wished {_times(wished)})' if wished is not None else ''}"


def _times(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}×"
