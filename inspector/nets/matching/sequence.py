"""The layers of a plain sequence, as far as the names and shapes of its tensors tell them."""

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Self

from inspector.core.network.matching import Pair
from inspector.nets.matching.tidy import LEAVES, Tidy, leaf, path

CONV, NORM, LINEAR = "conv", "norm", "linear"
_NORM = set(LEAVES)


class UndeterminedError(ValueError):
    """Tensors that do not tell their layers; the sentence says which and why."""


@dataclass(frozen=True)
class Layer:
    """A layer with weights: ``kind``, the ``shape`` of its weight, and the file's names of its tensors."""

    path: str
    kind: str
    shape: tuple[int, ...]
    tensors: tuple[str, ...]

    @property
    def number(self) -> int | None:
        """Its place in its container, such as 3 of ``features.3``; None where it has a name."""
        last = self.path.rpartition(".")[2]
        return int(last) if last.isdecimal() else None

    @property
    def bias(self) -> bool:
        """Whether it has one."""
        return len(self.tensors) > 1

    def pairs(self, name: str, found: Tidy) -> tuple[Pair, ...]:
        """Its tensors in a network where it is called ``name``."""
        return tuple(Pair(f"{name}.{leaf(tensor)}", found.shape(tensor), tensor, found.shape(tensor)) for tensor in self.tensors)

    def before(self, other: Self) -> int | None:
        """How many layers without weights lie between it and the next one; None where the numbers do not say."""
        if self.number is None or other.number is None or path(self.path) != path(other.path):
            return None
        return other.number - self.number - 1


def layers_of(order: tuple[str, ...], found: Tidy) -> tuple[Layer, ...]:
    """The layers of a plain sequence of convolutions, batch norms and linear layers. Raises UndeterminedError."""
    layers = tuple(_layer(where, tuple(names), found) for where, names in groupby(order, key=path))
    _check_names(layers)
    _check_kinds(layers)
    _check_chain(layers)
    return layers


def _layer(where: str, names: tuple[str, ...], found: Tidy) -> Layer:
    leaves = {leaf(name) for name in names}
    if strange := leaves - _NORM:
        raise UndeterminedError(
            f"{where or 'the file'} has {sorted(strange)[0]!r}, as no convolution, batch norm or linear layer has"
        )
    if "weight" not in leaves:
        raise UndeterminedError(f"{where} has no weight")
    shape = found.shape(names[0])
    if len(shape) == 1:
        if leaves != _NORM:
            raise UndeterminedError(f"{where} has no running_mean and running_var: it is no whole batch norm")
    elif leaves - {"weight", "bias"} or len(shape) not in (2, 4):
        raise UndeterminedError(f"{where} has weights of {len(shape)} dimensions, as no 2-D convolution or linear layer has")
    _check_sizes(where, names, found)
    return Layer(where, {1: NORM, 2: LINEAR, 4: CONV}[len(shape)], shape, names)


def _check_sizes(where: str, names: tuple[str, ...], found: Tidy) -> None:
    """Every other tensor of a layer has one number for each output."""
    if not all(found.shape(names[0])) or any(found.shape(name) != found.shape(names[0])[:1] for name in names[1:]):
        raise UndeterminedError(f"the tensors of {where} do not belong together")


def _check_names(layers: tuple[Layer, ...]) -> None:
    for layer in layers:
        words = layer.path.split(".")
        if any(first.isdecimal() and not second.isdecimal() for first, second in pairwise(words)):
            raise UndeterminedError(f"{layer.path} lies in a block, and what a block does with its layers is not in the weights")
        if any(word in layer.path.lower() for word in ("transpos", "deconv", "upconv")):
            raise UndeterminedError(f"{layer.path} seems to be a transposed convolution")


def _check_kinds(layers: tuple[Layer, ...]) -> None:
    kinds = [layer.kind for layer in layers]
    if not kinds or kinds[-1] != LINEAR:
        raise UndeterminedError("there is no linear layer at the end that gives a number for each class")
    if kinds[0] == NORM:
        raise UndeterminedError(f"it begins with the batch norm {layers[0].path}")
    for before, after in pairwise(layers):
        if before.kind == after.kind == NORM or (after.kind == CONV and LINEAR in kinds[: layers.index(after)]):
            raise UndeterminedError(f"{after.path} cannot come behind {before.path}")


def _check_chain(layers: tuple[Layer, ...]) -> None:
    """Every layer takes what the one before it makes; the first linear layer, whole maps."""
    for before, after in pairwise(layer for layer in layers if layer.kind != NORM):
        made, taken = before.shape[0], after.shape[1]
        if taken % made if (before.kind, after.kind) == (CONV, LINEAR) else taken != made:
            raise UndeterminedError(f"{after.path} takes {taken:,} maps or units, and {before.path} before it makes {made:,}")
    for before, after in pairwise(layers):
        if after.kind == NORM and after.shape[0] != before.shape[0]:
            raise UndeterminedError(
                f"{after.path} is for {after.shape[0]} maps, and {before.path} before it makes {before.shape[0]}"
            )
