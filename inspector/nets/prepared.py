"""A network with weights, and all that its judgements depend on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from torch import nn

from inspector.core.network.facts import Shape
from inspector.core.network.settings import Alteration, Answers, Fit
from inspector.core.picture import Picture
from inspector.nets.altering import altered
from inspector.nets.borrowing import FORWARD_FAULTS, reason
from inspector.nets.catalogue import Entry
from inspector.nets.datasets import CLASS_NAMES, Dataset
from inspector.nets.evaluation import Evaluation, Guess, evaluate, guesses
from inspector.nets.loading.timebox import NeverEnded, bounded
from inspector.nets.preprocessing import Preprocessing, natural_fit, network_input
from kernels import Cancel, Cancelled

Result = TypeVar("Result")
LONGEST = 60.0  # seconds that somebody else's code may take for one picture


@dataclass(frozen=True)
class Trained:
    """A network ready to judge; ``fit`` None means what is natural for each picture.

    ``id``: that of the catalogue, "rebuilt", or where the user's own code is. ``title`` names the network, ``line`` says whose
    weights it has, such as 'MNIST · 0.63 % error', and ``notes`` what the user must know. ``class_names``: empty for a network
    that does not judge. ``dataset``: what it classifies, "" where that is not known. ``foreign``: its code is the user's own,
    which may raise anything or never end.
    """

    network: nn.Module
    preprocessing: Preprocessing
    class_names: tuple[str, ...]
    fit: Fit | None = None
    id: str = ""
    title: str = ""
    line: str = ""
    notes: tuple[str, ...] = ()
    dataset: str = ""
    foreign: bool = False

    def predict(self, picture: Picture, top: int, alterations: Sequence[Alteration] = ()) -> tuple[Guess, ...]:
        """The ``top`` likeliest classes, the likeliest first, as the altered network sees them. Raises ValueError."""
        self.check_judges()
        fit = self.fit or natural_fit(picture, self.preprocessing.input)
        values = network_input(picture, replace(self.preprocessing, fit=fit))
        with altered(self.network, alterations):
            return self.limited(partial(guesses, self.network, values, self.class_names, top))

    def evaluate(self, dataset: Dataset, alterations: Sequence[Alteration] = ()) -> Evaluation:
        """How it judges the pictures of a data set, altered as asked. Raises ValueError."""
        self.check_judges()
        fit = self.fit or self.preprocessing.fit
        judge = partial(evaluate, self.network, dataset, replace(self.preprocessing, fit=fit))
        with altered(self.network, alterations):
            return self.limited(judge, seconds=LONGEST * max(len(dataset), 1))

    def check_judges(self) -> None:
        """Raises ValueError for a network that gives no classes."""
        if not self.class_names:
            raise ValueError("the network gives no classes, so that it does not judge")

    def limited(self, run: Callable[[], Result], cancel: Cancel = lambda: False, seconds: float | None = None) -> Result:
        """What ``run`` makes with the network; where that is foreign, it is stopped after ``LONGEST`` or other ``seconds``.

        Raises:
            ValueError: it took too long, or foreign code raised something.
            Cancelled: foreign code took long, and ``cancel`` said yes.
        """
        if not self.foreign:
            return run()
        try:
            return bounded(run, cancel=cancel, seconds=LONGEST if seconds is None else seconds)
        except (ValueError, Cancelled):
            raise
        except NeverEnded as error:
            raise ValueError(f"the network's forward was stopped: {error}") from error
        except FORWARD_FAULTS as error:
            raise ValueError(f"the network's forward raises {reason(error)}") from error


def as_answered(usual: Preprocessing, answers: Answers) -> Preprocessing:
    """What is usual, as far as nothing else was answered. Raises NormalizationError for other numbers of channels."""
    return Preprocessing(input_of(answers, usual.input), answers.mean or usual.mean, answers.std or usual.std, usual.fit)


def input_of(answers: Answers, usual: Shape) -> Shape:
    """The (C, H, W) that was answered, or else what is usual."""
    return (answers.input[0], answers.input[1], answers.input[2]) if answers.input else usual


def class_names_of(entry: Entry | None, classes: int) -> tuple[str, ...]:
    """The names of the data set; numbers where they are not known."""
    known = CLASS_NAMES.get(entry.dataset, ()) if entry else ()
    return known if len(known) == classes else tuple(map(str, range(classes)))
