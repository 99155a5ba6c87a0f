"""A network that a file of weights fits, and how it is made."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from inspector.core.network.facts import Shape
from inspector.core.network.matching import Ask, How, Match
from inspector.core.network.settings import Answers
from inspector.nets.catalogue import Entry

# what a user gives for each question, on the command line
FLAGS = {
    Ask.ACTIVATION: "--activation relu|tanh", Ask.POOL: "--pool max|avg", Ask.NORMALIZE: "--normalize M,S",
    Ask.INPUT: "--input C,H,W",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Candidate:
    """``match`` says what goes where; ``build`` makes the network as answered, with random weights.

    ``input`` and ``classes`` are the network's own. ``entry``: that of the catalogue; None where it was rebuilt.
    """

    match: Match
    input: Shape
    classes: int
    build: Callable[[Answers], nn.Module]
    entry: Entry | None = None
    notes: tuple[str, ...] = ()

    def hollow(self, answers: Answers) -> nn.Module:
        """The network as answered, on torch's "meta" device: without memory for weights."""
        with torch.device("meta"):
            return self.build(answers)

    def missing(self, answers: Answers) -> tuple[Ask, ...]:
        """What has to be asked and has not been answered."""
        given = {
            Ask.ACTIVATION: answers.activation, Ask.POOL: answers.pool, Ask.NORMALIZE: answers.mean, Ask.INPUT: answers.input,
        }  # fmt: skip
        return tuple(ask for ask in self.match.asks if not given[ask] and not self._has_usual(ask))

    def _has_usual(self, ask: Ask) -> bool:
        """What goes without asking: how pictures of the network's data set are prepared."""
        known = self.match.how is How.ORDER and ask in (Ask.NORMALIZE, Ask.INPUT)
        return known and bool(self.usual(ask))

    def usual(self, ask: Ask) -> str:
        """The answer that is proposed, or ""."""
        return dict(zip(self.match.asks, self.match.usual, strict=True)).get(ask, "")


def normalization_text(mean: tuple[float, ...], std: tuple[float, ...]) -> str:
    """As ``--normalize`` takes it."""
    return ",".join(f"{number:g}" for number in (*mean, *std))


def input_text(shape: tuple[int, ...]) -> str:
    """As ``--input`` takes it."""
    return ",".join(map(str, shape))
