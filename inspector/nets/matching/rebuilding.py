"""Plain sequences of layers that are no network of the catalogue, made from names and shapes where these determine them."""

from collections import Counter
from functools import partial

from torch import nn

from inspector.core.network.matching import Ask, How, Match, Pair
from inspector.core.network.settings import Answers
from inspector.core.network.text import size
from inspector.nets.layers import chain
from inspector.nets.matching.arrangements import Arrangement, Unit, arrangements, units_of
from inspector.nets.matching.candidate import Candidate, input_text, normalization_text
from inspector.nets.matching.choices import ACTIVATIONS, POOLS
from inspector.nets.matching.sequence import CONV, Layer, UndeterminedError, layers_of
from inspector.nets.matching.tidy import Tidy, orders
from inspector.nets.preprocessing import STATISTICS

ID = "rebuilt"
NOTHING = Answers()
_TYPICAL = {(1, 28, 28): "MNIST", (3, 32, 32): "CIFAR-10", (3, 224, 224): "ImageNet"}
_MODULE = "write the network as a Python file and give --module"


def rebuilt(found: Tidy, answers: Answers = NOTHING) -> Candidate:
    """The one plain sequence that has these tensors. Raises UndeterminedError with the reason where none or several have."""
    units = units_of(_layers(found))
    possible = arrangements(units, answers.input)
    _check_unique(units, possible, answers)
    one = possible[0]
    names = _names(units)
    pairs = tuple(pair for unit, name in zip(units, names, strict=True) for pair in _pairs(unit, name, found))
    usual = _questions(possible)
    match = Match(ID, _title(units, one), How.REBUILT, pairs, tuple(usual), tuple(usual.values()))
    build = partial(_built, units, names, {each.input: each for each in possible}, one)
    return Candidate(match, one.input, units[-1].layer.shape[0], build)


def _layers(found: Tidy) -> tuple[Layer, ...]:
    """By the first order in which the layers fit each other; the reason of the last where none does."""
    reasons: list[UndeterminedError] = []
    for order in orders(found):
        try:
            return layers_of(order, found)
        except UndeterminedError as error:
            reasons.append(error)
    raise reasons[-1]


def _check_unique(units: tuple[Unit, ...], possible: tuple[Arrangement, ...], answers: Answers) -> None:
    """Each input must leave one arrangement; which input it is can be asked."""
    if not possible:
        last = next(unit.layer for unit in units if unit.layer.kind != CONV)
        tried = f"an input of {input_text(answers.input)}" if answers.input else "a usual input"
        raise UndeterminedError(
            f"no paddings and 2 × 2 poolings make the {last.shape[1]:,} numbers that {last.path} takes out of {tried};"
            f" give --input C,H,W, or {_MODULE}"
        )
    most, ways = Counter(each.input for each in possible).most_common(1)[0]
    if ways > 1:
        raise UndeterminedError(f"{_open(units, [each for each in possible if each.input == most])}; {_MODULE}")


def _open(units: tuple[Unit, ...], several: list[Arrangement]) -> str:
    """What differs between arrangements of the same input."""
    layers = [unit.layer.path for unit in units]
    places = [
        layers[place] for place, pooled in enumerate(zip(*(each.pooled for each in several), strict=True)) if len(set(pooled)) > 1
    ]
    differing = [f"a pooling may lie behind {' or '.join(places)}"] if places else []
    differing += ["the convolutions may be padded or not"] if len({each.padded for each in several}) > 1 else []
    return f"for an input of {size(several[0].input)}, {len(several)} arrangements fit: {', and '.join(differing)}"


def _questions(possible: tuple[Arrangement, ...]) -> dict[Ask, str]:
    first = possible[0]
    dataset = _TYPICAL.get(first.input)
    asked = {Ask.ACTIVATION: "relu"}
    if any(any(each.pooled) for each in possible):
        asked[Ask.POOL] = "max"
    asked[Ask.NORMALIZE] = normalization_text(*STATISTICS[dataset]) if dataset else ""
    return asked | ({Ask.INPUT: input_text(first.input)} if len(possible) > 1 else {})


def _names(units: tuple[Unit, ...]) -> tuple[str, ...]:
    """Numbered by kind: ``conv1``, ``conv2``, ``linear1``."""
    kinds = [unit.layer.kind for unit in units]
    return tuple(f"{kind}{kinds[: place + 1].count(kind)}" for place, kind in enumerate(kinds))


def _pairs(unit: Unit, name: str, found: Tidy) -> tuple[Pair, ...]:
    return unit.layer.pairs(name, found) + (unit.norm.pairs(f"{name}_norm", found) if unit.norm else ())


def _built(
    units: tuple[Unit, ...], names: tuple[str, ...], by_input: dict[tuple[int, ...], Arrangement], usual: Arrangement,
    answers: Answers,
) -> nn.Module:  # fmt: skip
    chosen = by_input.get(answers.input, usual)
    layers: dict[str, nn.Module] = {}
    for place, (unit, name) in enumerate(zip(units, names, strict=True)):
        if unit.layer.kind != CONV:
            layers.setdefault("flatten", nn.Flatten())
        layers[name] = _made(unit.layer, padded=chosen.padded)
        if unit.norm:
            layers[f"{name}_norm"] = (nn.BatchNorm2d if unit.layer.kind == CONV else nn.BatchNorm1d)(unit.layer.shape[0])
        if place < len(units) - 1:
            layers[f"{name}_{answers.activation or 'relu'}"] = ACTIVATIONS[answers.activation or "relu"]()
        if place < len(chosen.pooled) and chosen.pooled[place]:
            layers[f"{name}_pool"] = POOLS[answers.pool or "max"](2)
    return chain(**layers)


def _made(layer: Layer, *, padded: bool) -> nn.Module:
    if layer.kind != CONV:
        return nn.Linear(layer.shape[1], layer.shape[0], bias=layer.bias)
    outputs, inputs, height, width = layer.shape
    padding = (height // 2, width // 2) if padded else (0, 0)
    return nn.Conv2d(inputs, outputs, (height, width), padding=padding, bias=layer.bias)


def _title(units: tuple[Unit, ...], one: Arrangement) -> str:
    """Such as "Sequence: conv 6, pool, conv 16, pool, linear 120, linear 10; padded"."""
    words = []
    for place, unit in enumerate(units):
        words.append(f"{unit.layer.kind} {unit.layer.shape[0]}")
        words += ["norm"] * (unit.norm is not None) + ["pool"] * (place < len(one.pooled) and bool(one.pooled[place]))
    padding = f"; {'padded' if one.padded else 'not padded'}" if one.pooled else ""
    return f"Sequence: {', '.join(words)}{padding}"
