"""Which networks of the catalogue a file of weights fits."""

from dataclasses import dataclass
from functools import cache, partial

import torch
from torch import nn

from inspector.core.network.facts import Shape
from inspector.core.network.matching import Ask, How, Match, Pair
from inspector.core.network.settings import Answers
from inspector.nets.catalogue import Entry, entry
from inspector.nets.matching.candidate import Candidate, input_text, normalization_text
from inspector.nets.matching.choices import ACTIVATIONS, POOLS, kind_of, with_choices
from inspector.nets.matching.pairing import expected_shapes, paired
from inspector.nets.matching.tidy import Tidy
from inspector.nets.preprocessing import STATISTICS

# without the padding of its first layer, the same network takes pictures that have their border already
UNPADDED: dict[str, Shape] = {"lenet5": (1, 32, 32)}


@dataclass(frozen=True)
class _Outline:
    """What a network of the catalogue needs of a file. ``classifier``: the path of its last linear layer, or ""."""

    shapes: dict[str, tuple[int, ...]]
    classifier: str
    activation: str
    pool: str


def known_candidate(one: Entry, found: Tidy) -> Candidate | None:
    """The network with what goes where; None where the tensors are not those of it."""
    outline = _outline(one.id)
    aligned = paired(outline.shapes, found, outline.classifier)
    if aligned is None:
        return None
    how, pairs = aligned
    classes = pairs[-1].expected_shape[0] if outline.classifier else one.classes
    other = classes != one.classes
    usual = _questions(one, outline, how)
    title = f"{one.title}, {classes} classes" if other else one.title
    note = f"The last layer has {classes} outputs instead of {one.classes}; the classes are numbered."
    match = Match(one.id, title, how, pairs, tuple(usual), tuple(usual.values()))
    return Candidate(match, one.input, classes, partial(_built, one, outline, pairs), one, (note,) if other else ())


def known_shapes(id: str) -> dict[str, tuple[int, ...]]:
    """The tensors of a network of the catalogue. Raises ValueError for an id that is none."""
    return _outline(id).shapes


@cache
def _outline(id: str) -> _Outline:
    with torch.device("meta"):
        network = entry(id).build()
    last = list(network.named_modules())[-1]
    classifier = last[0] if isinstance(last[1], nn.Linear) else ""
    return _Outline(expected_shapes(network), classifier, kind_of(network, ACTIVATIONS), kind_of(network, POOLS))


def _questions(one: Entry, outline: _Outline, how: How) -> dict[Ask, str]:
    """What the weights do not say, and what is usual: other networks may have the same shapes, but not the same names too."""
    statistics = STATISTICS.get(one.dataset)
    if how is How.NAMES:
        return {} if statistics else {Ask.NORMALIZE: ""}
    usual = {Ask.ACTIVATION: outline.activation, Ask.POOL: outline.pool}
    asked = {ask: word for ask, word in usual.items() if word}
    asked[Ask.NORMALIZE] = normalization_text(*statistics) if statistics else ""
    return asked | ({Ask.INPUT: input_text(one.input)} if one.id in UNPADDED else {})


def _built(one: Entry, outline: _Outline, pairs: tuple[Pair, ...], answers: Answers) -> nn.Module:
    network = with_choices(one.build(), answers.activation, answers.pool)
    if answers.input and answers.input == UNPADDED.get(one.id):
        next(layer for layer in network.modules() if isinstance(layer, nn.Conv2d)).padding = (0, 0)
    if outline.classifier:
        classes, inputs = next(pair for pair in pairs if pair.expected == f"{outline.classifier}.weight").expected_shape
        network.set_submodule(outline.classifier, nn.Linear(inputs, classes))
    return network
