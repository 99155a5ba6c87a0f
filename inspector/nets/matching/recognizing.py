"""What a file of weights could be, and which of that it is to be."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from inspector.core.names import listed, printable
from inspector.core.network.matching import Ask, How, WeightsReport
from inspector.core.network.settings import Answers
from inspector.nets.catalogue import entries, entry
from inspector.nets.loading.reading import FoundTensors
from inspector.nets.matching.candidate import FLAGS, Candidate
from inspector.nets.matching.known import known_candidate, known_shapes
from inspector.nets.matching.nearest import Near, nearest
from inspector.nets.matching.pairing import differences, expected_shapes, fill, paired, unprefixed, values
from inspector.nets.matching.rebuilding import ID, rebuilt
from inspector.nets.matching.sequence import UndeterminedError
from inspector.nets.matching.tidy import COUNTER, Tidy, leaf, tidied
from inspector.nets.tensors_file import WeightsError

_QUESTIONS = {
    Ask.ACTIVATION: "the activation function", Ask.POOL: "the pooling", Ask.NORMALIZE: "how pictures are normalized",
    Ask.INPUT: "the size of its input",
}  # fmt: skip


class NeedsAnswers(WeightsError):  # noqa: N818 - a question rather than an error
    """The file can be used once some questions are answered; ``report`` has them."""

    def __init__(self, message: str, report: WeightsReport) -> None:
        super().__init__(message)
        self.report = report


@dataclass(frozen=True, eq=False)
class Recognition:
    """A file and the networks that it could be, the best first.

    ``reason`` says why there is none, and ``table`` compares it with the one that was probably meant, or is "".
    """

    path: Path
    found: Tidy
    candidates: tuple[Candidate, ...]
    reason: str
    notes: tuple[str, ...]
    table: str = ""

    @property
    def report(self) -> WeightsReport:
        """As a plain value."""
        tensors = self.found.tensors.values()
        matches = tuple(candidate.match for candidate in self.candidates)
        parameters = sum(tensor.numel() for tensor in tensors)
        return WeightsReport(str(self.path), len(tensors), parameters, matches, self.reason, self.notes)

    def chosen(self, architecture: str = "") -> Candidate:
        """The best one, or that of the catalogue's id. Raises WeightsError where there is none."""
        fitting = (one for one in self.candidates if architecture in ("", one.match.architecture))
        if (first := next(fitting, None)) is not None:
            return first
        name = printable(self.path)
        if architecture in ("", ID):
            raise WeightsError(f"{name} fits no network: {self.reason or 'it fits one of the catalogue already'}.", self.table)
        expected = known_shapes(architecture)
        wrong, table = differences(expected, unprefixed(expected, self.found))
        raise WeightsError(f"{name} does not hold the weights of {architecture}: {wrong}.", table)

    def check_answered(self, candidate: Candidate, answers: Answers) -> None:
        """Raises NeedsAnswers that names what has to be said, and how on the command line."""
        if missing := candidate.missing(answers):
            says = " and ".join(_QUESTIONS[ask] for ask in missing)
            flags = " ".join(FLAGS[ask] for ask in missing)
            raise NeedsAnswers(
                f"{printable(self.path)} {how_text(candidate)}, but does not say {says}; give {flags}.", self.report
            )

    def network(self, candidate: Candidate, answers: Answers) -> nn.Module:
        """The network as answered, with the weights of the file."""
        return fill(candidate.hollow(answers), candidate.match.pairs, self.found.tensors)


def recognition(path: Path, found: FoundTensors, answers: Answers) -> Recognition:
    """Compare the tensors with the network of ``answers.architecture``, or with all and then with plain sequences.

    Raises ValueError where there is no such network.
    """
    tidy = tidied(found.tensors, ordered=found.ordered)
    known = sorted(_known(tidy, answers.architecture), key=lambda one: one.match.how is not How.NAMES)
    reason, table = "", ""
    if not known and answers.architecture in ("", ID):
        near = nearest(entries(), tidy) if not answers.architecture else None
        try:
            known = [_rebuilt(tidy, answers, near)]
        except UndeterminedError as error:
            reason, table = str(error), near.table if near else ""
    notes = (*found.notes, *tidy.notes, *(note for one in known for note in one.notes))
    return Recognition(path, tidy, tuple(known), reason, notes, table)


def _rebuilt(found: Tidy, answers: Answers, near: Near | None) -> Candidate:
    """A plain sequence; not of a part of a network. Raises UndeterminedError that says what the file most resembles."""
    if near is not None and near.partial:
        raise UndeterminedError(near.reason)
    try:
        return rebuilt(found, answers)
    except UndeterminedError as error:
        unlike = (
            f"{near.reason}; nor is it a plain sequence:" if near else "its tensors are those of no network of the catalogue, and"
        )
        raise UndeterminedError(f"{unlike} {error}") from error


def load_into(network: nn.Module, path: Path, found: FoundTensors) -> tuple[str, ...]:
    """Give somebody's network the weights of a file, by names or else by order and shape; notes say how.

    Raises WeightsError with the differing tensors; then nothing is loaded.
    """
    tidy, expected = tidied(found.tensors, ordered=found.ordered), expected_shapes(network)
    aligned = paired(expected, tidy)
    if aligned is None:
        wrong, table = differences(expected, unprefixed(expected, tidy))
        raise WeightsError(f"{printable(path)} does not hold the weights of this network: {wrong}.", table)
    how, pairs = aligned
    own = {name: tensor for name, tensor in network.state_dict().items() if leaf(name) == COUNTER}
    network.load_state_dict(own | values(pairs, tidy.tensors))
    by_order = f"The weights of {printable(path.name)} are matched by order and shape, since they have other names."
    return (*found.notes, *tidy.notes, *((by_order,) if how is How.ORDER else ()))


def how_text(candidate: Candidate) -> str:
    """By what a file was recognized, as a part of a sentence."""
    title = candidate.match.title
    return {
        How.NAMES: f"has the names and shapes of {title}", How.ORDER: f"has the shapes of {title}, in its order",
        How.REBUILT: f"could be a plain network ({listed([title])})",
    }[candidate.match.how]  # fmt: skip


def _known(found: Tidy, architecture: str) -> Iterator[Candidate]:
    if architecture == ID:
        return
    for one in [entry(architecture)] if architecture else entries():
        if (candidate := known_candidate(one, found)) is not None:
            yield candidate
