"""A network as a table, without computing anything: for looking at it before it is used."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from inspector.core.network.facts import Description
from inspector.core.network.matching import Match, WeightsReport
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.nets.catalogue import entry
from inspector.nets.describe import describe, outline
from inspector.nets.from_code import from_code
from inspector.nets.from_files import checked_input, recognize
from inspector.nets.prepared import input_of
from kernels import Cancel


@dataclass(frozen=True)
class Overview:
    """``model`` names the network. For a file of weights: what it could be, and which of that is described."""

    model: str
    facts: Description
    report: WeightsReport | None = None
    match: Match | None = None


def overview(choice: ModelChoice, *, cancel: Cancel = lambda: False) -> Overview:
    """Describe what would be opened. Questions that a file leaves open have the usual answers.

    Raises WeightsError, OwnCodeError or ValueError where it could not be opened at all.
    """
    if choice.kind is ModelKind.FILE:
        return _of_file(choice, cancel)
    if choice.kind is ModelKind.CODE:
        own = from_code(choice, cancel)
        return Overview(choice.name, own.limited(partial(describe, own.network, own.preprocessing.input), cancel))
    one = entry(choice.name)
    try:
        return Overview(one.id, outline(one, input_of(choice.answers, one.input)))
    except ValueError as error:
        raise ValueError(f"{one.id}: {error}") from error


def _of_file(choice: ModelChoice, cancel: Cancel) -> Overview:
    known = recognize(Path(choice.name), choice.answers, cancel)
    candidate = known.chosen(choice.answers.architecture)
    facts = describe(candidate.hollow(choice.answers), checked_input(candidate, choice.answers))
    return Overview(candidate.match.architecture, facts, known.report, candidate.match)
