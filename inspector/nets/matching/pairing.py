"""Which tensor of a file goes where in a network."""

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from math import prod

import torch
from torch import Tensor, nn

from inspector.core.network.matching import How, Pair
from inspector.core.network.text import aligned
from inspector.core.network.weights_text import shape_text
from inspector.nets.matching.tidy import COUNTER, Tidy, leaf, orders, path, prefixes

Shape = tuple[int, ...]
_SHOWN = 3  # wrong tensors that a sentence names


def expected_shapes(network: nn.Module) -> dict[str, Shape]:
    """The parameters and buffers that a file must have, in the order of the state dict."""
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items() if leaf(name) != COUNTER}


def paired(expected: Mapping[str, Shape], found: Tidy, classifier: str = "") -> tuple[How, tuple[Pair, ...]] | None:
    """Each tensor of the network and the one of the file that goes there: by names, else by order and shape.

    ``classifier``: the path of the last linear layer, if that may have another number of outputs; its expected shapes are
    then those of the file. None where nothing fits.
    """
    for how, names in _alignments(tuple(expected), found):
        pairs = tuple(Pair(name, expected[name], other, found.shape(other)) for name, other in zip(expected, names, strict=True))
        last = [pair for pair in pairs if classifier and path(pair.expected) == classifier]
        if len({pair.found_shape[:1] for pair in last}) > 1:
            continue  # weight and bias do not belong together
        adapted = tuple(_with_classes(pair) if pair in last else pair for pair in pairs)
        if all(fits(pair.expected_shape, pair.found_shape) for pair in adapted):
            return how, adapted
    return None


def fits(expected: Shape, found: Shape) -> bool:
    """Whether the shapes are equal, or those of a linear layer and of a convolution over all of its input."""
    if expected == found:
        return True
    return {len(expected), len(found)} == {2, 4} and expected[0] == found[0] and prod(expected) == prod(found)


def fill(network: nn.Module, pairs: tuple[Pair, ...], tensors: Mapping[str, Tensor]) -> nn.Module:
    """Give a network on torch's "meta" device the tensors of the file, whose memory it shares; in evaluation mode."""
    counters = {name: torch.tensor(0) for name in network.state_dict() if leaf(name) == COUNTER}
    network.load_state_dict(values(pairs, tensors) | counters, assign=True)
    return network.eval()


def values(pairs: tuple[Pair, ...], tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The file's tensors by the names of the network, in its shapes."""
    return {pair.expected: tensors[pair.found].reshape(pair.expected_shape).contiguous() for pair in pairs}


def differences(
    expected: Mapping[str, Shape], found: Mapping[str, Shape], same: Callable[[Shape, Shape], bool] = fits
) -> tuple[str, str]:
    """What is wrong as half a sentence with the count and the first tensors, and the table of all: expected and found.

    Tensors are compared by name where any name agrees, else in their order.
    """
    rows = _by_name(expected, found) if expected.keys() & found.keys() else _in_order(expected, found)
    wrong = [row for row in rows if not (row[0] in expected and row[1] in found and same(expected[row[0]], found[row[1]]))]
    named = [f"{name or other} expected {_shape(name, expected)}, found {_shape(other, found)}" for name, other in wrong]
    more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    sentence = f"{len(wrong)} of {len(rows)} tensors differ: {'; '.join(named[:_SHOWN])}{more}"
    table = [(name, _shape(name, expected), other, _shape(other, found)) for name, other in rows]
    return sentence, aligned([("expected", "shape", "found", "shape"), *table], "<<<<")


def unprefixed(expected: Mapping[str, Shape], found: Tidy) -> dict[str, Shape]:
    """The file's shapes by names without the prefix that keeps most of them from being those of the network."""
    cut = max(prefixes(found.names), key=lambda prefix: sum(prefix + name in found.tensors for name in expected), default="")
    return {name.removeprefix(cut): shape for name, shape in found.shapes().items()}


def _alignments(expected: tuple[str, ...], found: Tidy) -> Iterator[tuple[How, tuple[str, ...]]]:
    """The file's names in the order of the network's; only complete ones."""
    if len(expected) != len(found.names):
        return
    for prefix in prefixes(found.names):
        names = tuple(prefix + name for name in expected)
        if set(names) == set(found.names):
            yield How.NAMES, names
    for order in orders(found):
        yield How.ORDER, order


def _with_classes(pair: Pair) -> Pair:
    """As if the layer had been made for the file's number of outputs."""
    return Pair(pair.expected, (*pair.found_shape[:1], *pair.expected_shape[1:]), pair.found, pair.found_shape)


def _by_name(expected: Mapping[str, Shape], found: Mapping[str, Shape]) -> list[tuple[str, str]]:
    names = {**dict.fromkeys(expected), **dict.fromkeys(found)}
    return [(name if name in expected else "", name if name in found else "") for name in names]


def _in_order(expected: Mapping[str, Shape], found: Mapping[str, Shape]) -> list[tuple[str, str]]:
    return list(zip_longest(expected, found, fillvalue=""))


def _shape(name: str, side: Mapping[str, Shape]) -> str:
    return shape_text(side[name]) if name else "nothing"
