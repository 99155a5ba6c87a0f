"""The tensors of a file without what only training needs, and the orders in which they may have been passed."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor

COUNTER = "num_batches_tracked"  # of batch norms; plays no part in judging
LEAVES = ("weight", "bias", "running_mean", "running_var")  # as torch orders the tensors of one layer
_LAST = (10**9,)  # behind all layers that have a number


@dataclass(frozen=True, eq=False)
class Tidy:
    """``tensors`` by the names and in the order of the file, all float32; ``notes`` say what was converted.

    ``ordered``: whether the order is that of who saved them, else it is that of the names.
    """

    tensors: dict[str, Tensor]
    ordered: bool = True
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """As in the file."""
        return tuple(self.tensors)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of all tensors by name."""
        return {name: self.shape(name) for name in self.tensors}

    def shape(self, name: str) -> tuple[int, ...]:
        """Of one tensor."""
        return tuple(self.tensors[name].shape)


def tidied(tensors: Mapping[str, Tensor], *, ordered: bool = True) -> Tidy:
    """Without counters, and as float32; a note tells what had another type."""
    kept = {name: tensor for name, tensor in tensors.items() if leaf(name) != COUNTER}
    types = Counter(str(tensor.dtype).removeprefix("torch.") for tensor in kept.values() if tensor.dtype != torch.float32)
    notes = tuple(f"{count} tensors are {kind} in the file and are used as float32." for kind, count in types.items())
    return Tidy({name: tensor.to(torch.float32) for name, tensor in kept.items()}, ordered, notes)


def prefixes(names: tuple[str, ...]) -> Iterator[str]:
    """What may be cut off the names, the shortest first: nothing, then each path that all of them begin with."""
    cut = ""
    while names:
        yield cut
        first = names[0][len(cut) :].partition(".")[0]
        cut += f"{first}."
        if not all(name.startswith(cut) and "." in name[len(cut) :] for name in names):
            return


def orders(found: Tidy) -> Iterator[tuple[str, ...]]:
    """The names in the orders in which the layers may be passed, the most trustworthy first.

    torch's files keep the order of the state dict, which is that of the layers. Where there is only an order of names, the
    kinds of layers say more. The tensors of one layer come as torch orders them.
    """
    if not found.ordered:
        yield tuple(sorted(found.names, key=lambda name: _by_container(name, found)))
        yield tuple(sorted(found.names, key=lambda name: _by_stage(name, found)))
        return
    runs = (list(run) for _, run in groupby(found.names, key=path))
    yield tuple(name for run in runs for name in sorted(run, key=_leaf_rank))


def path(name: str) -> str:
    """The layer of a tensor: ``features.0`` of ``features.0.weight``."""
    return name.rpartition(".")[0]


def leaf(name: str) -> str:
    """The tensor's name within its layer: ``weight`` of ``features.0.weight``."""
    return name.rpartition(".")[2]


def _by_container(name: str, found: Tidy) -> tuple[object, ...]:
    """Containers with convolutions first, such as ``features`` before ``classifier``; in them, by number."""
    container = name.partition(".")[0] if name.count(".") > 1 else ""
    of_maps = any(tensor.ndim == 4 and other.startswith(container) for other, tensor in found.tensors.items())
    return not of_maps, _numbers(container), container, *_within(name, found)


def _by_stage(name: str, found: Tidy) -> tuple[object, ...]:
    """Linear layers last, such as ``conv1 bn1 conv2 bn2 fc1``."""
    weight = found.tensors.get(f"{path(name)}.weight")
    return weight is not None and weight.ndim == 2, *_within(name, found)


def _within(name: str, found: Tidy) -> tuple[object, ...]:
    """By number, and a norm behind the layer of the same number."""
    return _numbers(path(name)), f"{path(name)}.running_mean" in found.tensors, path(name), _leaf_rank(name), _numbers(name), name


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(digits[:9]) for digits in re.findall(r"[0-9]+", text)) or _LAST


def _leaf_rank(name: str) -> int:
    return LEAVES.index(leaf(name)) if leaf(name) in LEAVES else len(LEAVES)
