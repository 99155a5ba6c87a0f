"""A network with weights, and all that its judgements depend on."""

from dataclasses import dataclass, replace

from torch import nn

from inspector.core.network.facts import Shape
from inspector.core.network.settings import Answers, Fit
from inspector.core.picture import Picture
from inspector.nets.catalogue import Entry
from inspector.nets.datasets import CLASS_NAMES, Dataset
from inspector.nets.evaluation import Evaluation, Guess, evaluate, guesses
from inspector.nets.preprocessing import Preprocessing, natural_fit, network_input


@dataclass(frozen=True)
class Trained:
    """A network ready to judge; ``fit`` None means what is natural for each picture.

    ``id``: that of the catalogue, "rebuilt", or where the user's own code is. ``title`` names the network, ``line`` says whose
    weights it has, such as 'MNIST · 0.63 % error', and ``notes`` what the user must know. ``dataset``: what it classifies, ""
    where that is not known.
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

    def predict(self, picture: Picture, top: int) -> tuple[Guess, ...]:
        """The ``top`` likeliest classes of the picture, the likeliest first. Raises ValueError."""
        fit = self.fit or natural_fit(picture, self.preprocessing.input)
        values = network_input(picture, replace(self.preprocessing, fit=fit))
        return guesses(self.network, values, self.class_names, top)

    def evaluate(self, dataset: Dataset) -> Evaluation:
        """How it judges the pictures of a data set. Raises ValueError."""
        fit = self.fit or self.preprocessing.fit
        return evaluate(self.network, dataset, replace(self.preprocessing, fit=fit))


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
