"""Networks whose weights lie in files: those of the program, downloaded ones, and other people's."""

from dataclasses import replace
from pathlib import Path

import torch

from inspector.core.names import printable
from inspector.core.network.facts import Shape
from inspector.core.network.matching import How, WeightsReport
from inspector.core.network.settings import Answers, ModelChoice, ModelKind
from inspector.core.network.text import percent
from inspector.nets.catalogue import Entry, entry
from inspector.nets.describe import describe, outline
from inspector.nets.loading.downloads import class_names, downloaded, published
from inspector.nets.loading.reading import read_weights_file
from inspector.nets.matching import Recognition, recognition, with_choices
from inspector.nets.matching.candidate import Candidate
from inspector.nets.prepared import Trained, as_answered, class_names_of, input_of
from inspector.nets.preprocessing import STATISTICS, Preprocessing
from inspector.nets.tensors_file import WeightsError
from inspector.nets.weights import SUFFIX, Card, read_card, read_weights, shipped
from kernels import Cancel

NOTHING = Answers()
NEUTRAL = 0.0, 1.0  # mean and deviation of each channel that leave pictures as they are


def from_catalogue(choice: ModelChoice, cancel: Cancel) -> Trained:
    """A network with the weights that come with the program or were downloaded. Raises WeightsError where none are here."""
    one = entry(choice.name)
    path = shipped(one.id)
    if (card := read_card(path)) is not None:
        return _with_card(path, one, card, choice.answers)
    if (fetched := downloaded(one.id)) is not None:
        return _published(fetched, one, choice.answers, cancel)
    if path.is_file():
        raise WeightsError(f"{printable(path)} has no card beside it; install the program again.")
    fetch = f"fetch them with cnn-inspector download {one.id}, or " if published(one.id) else ""
    raise WeightsError(f"No weights for {one.id} come with the program; {fetch}name a file with --weights.")


def untrained(choice: ModelChoice, cancel: Cancel) -> Trained:
    """A network with random weights, the same each time."""
    one = entry(choice.name)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = with_choices(one.build(), choice.answers.activation, choice.answers.pool)
    _check_size(one, choice.answers)
    preprocessing = as_answered(_usual(one, one.input), choice.answers)
    note = "The weights are random: the maps are those of random filters, the probabilities say nothing."
    names = class_names_of(one, one.classes)
    return Trained(
        network.eval(),
        preprocessing,
        names,
        id=one.id,
        title=one.title,
        line="random weights",
        notes=(note,),
        dataset=one.dataset,
    )


def from_file(choice: ModelChoice, cancel: Cancel) -> Trained:
    """A network with the weights of a file: that of its card, else the one that it is recognized as.

    Raises:
        WeightsError: it cannot be read or fits no network.
        NeedsAnswers: the weights do not say enough.
        NormalizationError: means and deviations for other numbers of channels.
    """
    path, answers = Path(choice.name), choice.answers
    if path.suffix == SUFFIX and (card := read_card(path)) is not None:
        return _own(path, card, answers)
    known = recognize(path, answers, cancel)
    candidate = known.chosen(answers.architecture)
    known.check_answered(candidate, answers)
    size = checked_input(candidate, answers)
    preprocessing = as_answered(_usual(candidate.entry, size), answers)
    notes = (*known.notes, *_taken(candidate, answers))
    how = {How.NAMES: "by their names", How.ORDER: "matched by order", How.REBUILT: "rebuilt from shapes"}[candidate.match.how]
    return Trained(
        known.network(candidate, answers), preprocessing, class_names_of(candidate.entry, candidate.classes),
        id=candidate.match.architecture, title=candidate.match.title,
        line=f"weights of {printable(path.name)}, {how}", notes=notes,
        dataset=candidate.entry.dataset if candidate.entry else "",
    )  # fmt: skip


def recognize(path: Path, answers: Answers, cancel: Cancel) -> Recognition:
    """Read a file and compare it with the networks. Raises WeightsError, or ValueError for an id that is none."""
    if answers.architecture not in ("", "rebuilt"):
        entry(answers.architecture)
    return recognition(path, read_weights_file(path, cancel=cancel), answers)


def report_of(path: str | Path, answers: Answers = NOTHING, *, cancel: Cancel = lambda: False) -> WeightsReport:
    """What a file of weights could be, and what would have to be answered. Raises WeightsError where it cannot be read."""
    return recognize(Path(path), answers, cancel).report


def checked_input(candidate: Candidate, answers: Answers) -> Shape:
    """The size of the input, which was asked for or is usual. Raises ValueError where the network does not take it."""
    wanted = input_of(answers, candidate.input)
    if wanted != candidate.input:
        describe(candidate.hollow(answers), wanted)
    return wanted


def _own(path: Path, card: Card, answers: Answers) -> Trained:
    """A file that this program has written."""
    if answers.architecture not in ("", card.architecture):
        raise WeightsError(f"{printable(path)} holds weights of {card.architecture}, not of {answers.architecture}.")
    opened = _with_card(path, entry(card.architecture), card, answers)
    return replace(opened, line=f"{opened.line} · {printable(path.name)}")


def _with_card(path: Path, one: Entry, card: Card, answers: Answers) -> Trained:
    network = with_choices(read_weights(path, one), answers.activation, answers.pool)
    _check_size(one, answers)
    preprocessing = as_answered(card.preprocessing, answers)
    line = f"{card.dataset} · {percent(card.test_error)} error"
    return Trained(network, preprocessing, card.class_names, id=one.id, title=one.title, line=line, dataset=card.dataset)


def _published(path: Path, one: Entry, answers: Answers, cancel: Cancel) -> Trained:
    opened = from_file(_file_choice(path, one, answers), cancel)
    names = class_names(path.parent) if len(opened.class_names) == one.classes else None
    return replace(opened, class_names=names or opened.class_names, line=f"{one.dataset} · published weights")


def _file_choice(path: Path, one: Entry, answers: Answers) -> ModelChoice:
    return ModelChoice(ModelKind.FILE, str(path), replace(answers, architecture=one.id))


def _usual(one: Entry | None, size: Shape) -> Preprocessing:
    """That of the data set; pictures are left as they are where it is not known."""
    neutral = tuple((number,) * size[0] for number in NEUTRAL)
    mean, std = STATISTICS.get(one.dataset, neutral) if one else neutral
    return Preprocessing(size, mean, std)


def _taken(candidate: Candidate, answers: Answers) -> tuple[str, ...]:
    """What was neither in the file nor answered."""
    if candidate.match.how is How.NAMES or answers.mean or candidate.entry is None:
        return ()
    return (f"Pictures are normalized as is usual for {candidate.entry.dataset}, since the weights do not say how.",)


def _check_size(one: Entry, answers: Answers) -> None:
    """Raises ValueError where a network of the catalogue does not take the answered input."""
    if answers.input:
        outline(one, input_of(answers, one.input))
