"""What a file of weights could be, as text."""

from collections.abc import Sequence

from inspector.core.names import printable
from inspector.core.network.matching import How, Match, WeightsReport
from inspector.core.network.text import aligned

HOW = {How.NAMES: "by names", How.ORDER: "by order and shape", How.REBUILT: "rebuilt from names and shapes"}


def report_text(report: WeightsReport, matches: Sequence[Match] | None = None) -> str:
    """The file, the networks that it fits with what goes where, and the notes; of all networks, or of ``matches``."""
    head = f"{printable(report.path)}: {report.tensors} tensors, {report.parameters:,} parameters"
    shown = report.matches if matches is None else matches
    nothing = [f"It fits no network: {report.reason}."] if not report.matches else []
    return "\n\n".join([head, *map(_match_text, shown), *nothing, *(["\n".join(report.notes)] if report.notes else [])])


def shape_text(shape: tuple[int, ...]) -> str:
    """Such as "6x1x5x5"."""
    return "x".join(map(str, shape)) or "one number"


def _match_text(match: Match) -> str:
    rows = [(pair.expected, shape_text(pair.expected_shape), pair.found, shape_text(pair.found_shape)) for pair in match.pairs]
    table = aligned([("expected", "shape", "found", "shape"), *rows], "<<<<")
    asked = zip(match.asks, match.usual, strict=True)
    asks = [f"The weights do not say --{ask}" + (f"; usual is {word}." if word else ".") for ask, word in asked]
    return "\n".join([f"{match.title} ({match.architecture}), {HOW[match.how]}", table, *asks])
