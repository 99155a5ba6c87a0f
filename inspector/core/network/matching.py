"""What a file of weights could be: plain values for tables and questions, made by ``inspector.nets``."""

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """By what the tensors of a file were recognized."""

    NAMES = "names"  # every tensor has the name (after a common prefix) and shape of the network's
    ORDER = "order"  # the shapes are the network's, in its order, under other names
    REBUILT = "rebuilt"  # a plain sequence of layers made from names and shapes


class Ask(StrEnum):
    """What the weights do not say and the user has to."""

    ACTIVATION = "activation"
    POOL = "pool"
    NORMALIZE = "normalize"
    INPUT = "input"


@dataclass(frozen=True)
class Pair:
    """A tensor of the network and the one of the file that goes there; a shape may differ by a reshaping alone."""

    expected: str
    expected_shape: tuple[int, ...]
    found: str
    found_shape: tuple[int, ...]


@dataclass(frozen=True)
class Match:
    """One network that the file can be loaded into. ``architecture``: an id of the catalogue, or "rebuilt".

    ``asks``: what has to be answered before it can be opened. ``usual``: for each of ``asks``, the answer that is proposed
    ("relu", "max", "0.1307,0.3081", "1,28,28"), or "".
    """

    architecture: str
    title: str
    how: How
    pairs: tuple[Pair, ...]
    asks: tuple[Ask, ...] = ()
    usual: tuple[str, ...] = ()


@dataclass(frozen=True)
class WeightsReport:
    """A file of weights and what it could be, the best first; ``reason`` says why there is nothing.

    ``notes``: what was left out or is odd, as sentences ("2 tensors hold NaN", "epoch and accuracy lie beside").
    """

    path: str
    tensors: int
    parameters: int
    matches: tuple[Match, ...]
    reason: str = ""
    notes: tuple[str, ...] = ()
