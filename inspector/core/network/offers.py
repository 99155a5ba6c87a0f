"""The networks that can be chosen, as the window lists them: plain values, made by ``inspector.nets``."""

from dataclasses import dataclass
from enum import StrEnum


class OfferState(StrEnum):
    """What choosing a network means."""

    SHIPPED = "shipped"  # its weights are here: they came with the program or were downloaded
    DOWNLOADABLE = "downloadable"  # its weights are published and have to be fetched first
    UNTRAINED = "untrained"  # it has random weights


@dataclass(frozen=True)
class ModelOffer:
    """A network of the catalogue. ``line`` says more in a few words: "MNIST · 0.63 % error · 61,706 parameters"."""

    id: str
    title: str
    state: OfferState
    line: str
