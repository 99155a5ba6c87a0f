"""A network with weights, and all that its judgements depend on."""

from dataclasses import dataclass, replace
from pathlib import Path

from torch import nn

from inspector.core.names import printable
from inspector.core.network.settings import Fit
from inspector.core.picture import Picture
from inspector.nets.catalogue import Entry
from inspector.nets.datasets import CLASS_NAMES, Dataset
from inspector.nets.evaluation import Evaluation, Guess, evaluate, guesses
from inspector.nets.preprocessing import STATISTICS, NormalizationError, Preprocessing, natural_fit, network_input
from inspector.nets.tensors_file import WeightsError
from inspector.nets.weights import Card, read_card, read_weights, shipped

Normalization = tuple[tuple[float, ...], tuple[float, ...]]  # means, standard deviations


@dataclass(frozen=True)
class Trained:
    """A network ready to judge; ``fit`` None means what is natural for each picture."""

    network: nn.Module
    preprocessing: Preprocessing
    class_names: tuple[str, ...]
    fit: Fit | None = None

    def predict(self, picture: Picture, top: int) -> tuple[Guess, ...]:
        """The ``top`` likeliest classes of the picture, the likeliest first. Raises ValueError."""
        fit = self.fit or natural_fit(picture, self.preprocessing.input)
        values = network_input(picture, replace(self.preprocessing, fit=fit))
        return guesses(self.network, values, self.class_names, top)

    def evaluate(self, dataset: Dataset) -> Evaluation:
        """How it judges the pictures of a data set. Raises ValueError."""
        fit = self.fit or self.preprocessing.fit
        return evaluate(self.network, dataset, replace(self.preprocessing, fit=fit))


def open_trained(
    entry: Entry, weights: Path | None = None, *, fit: Fit | None = None, normalize: Normalization | None = None
) -> Trained:
    """The network of ``entry`` with the weights of a file, or with those that come with the program.

    The card beside the file says how pictures are prepared and what the classes are called; without one, it is what is
    usual for the network's data set.

    Raises:
        WeightsError: there are no weights, or the file, its card and the network do not belong together.
        NormalizationError: nothing says how to normalize, or ``normalize`` is not for as many channels.
    """
    path = weights or _shipped(entry)
    network = read_weights(path, entry)
    card = read_card(path)
    if card is not None and card.architecture != entry.id:
        raise WeightsError(f"{printable(path)} holds weights of {card.architecture}, not of {entry.id}.")
    preprocessing = _preprocessing(entry, card, normalize)
    return Trained(network, preprocessing, card.class_names if card else _class_names(entry), fit)


def _shipped(entry: Entry) -> Path:
    path = shipped(entry.id)
    if not path.is_file():
        raise WeightsError(f"No weights for {entry.id} come with the program; name a file with --weights.")
    return path


def _preprocessing(entry: Entry, card: Card | None, normalize: Normalization | None) -> Preprocessing:
    if normalize is not None:
        return Preprocessing(entry.input, *normalize)
    if card is not None:
        return card.preprocessing
    if entry.dataset not in STATISTICS:
        raise NormalizationError(f"nothing says how pictures for {entry.id} are normalized; give means and deviations")
    return Preprocessing(entry.input, *STATISTICS[entry.dataset])


def _class_names(entry: Entry) -> tuple[str, ...]:
    """The names of the data set; numbers where they are not known."""
    known = CLASS_NAMES.get(entry.dataset, ())
    return known if len(known) == entry.classes else tuple(map(str, range(entry.classes)))
