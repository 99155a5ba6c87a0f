"""From a network to the facts about its layers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from inspector.core.network.facts import Description, LayerFacts, Shape, layer_key
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.graph import INPUT
from inspector.nets.borrowing import FORWARD_FAULTS, borrowed, layers, stuck
from inspector.nets.catalogue import Entry
from inspector.nets.windows import macs, window


def outline(entry: Entry, input_shape: Shape | None = None) -> Description:
    """Describe a network of the catalogue, at its own input size or another, without memory for weights or maps.

    Raises ValueError for another number of channels, and as ``describe`` does.
    """
    shape = input_shape or entry.input
    if shape[0] != entry.input[0]:
        raise ValueError(f"the network takes pictures of {entry.input[0]} channels, not of {shape[0]}")
    with torch.device("meta"):
        network = entry.build()
    return describe(network, shape)


def describe(network: nn.Module, input_shape: Shape) -> Description:
    """What each layer makes of one picture of ``input_shape`` (C, H, W), in the order of the computation.

    A picture of zeros is passed through the network, on the device and in the dtype of its parameters; with parameters
    on torch's "meta" device nothing is computed. The network is handed back without hooks and in the modes it had.

    Receptive fields are composed from layer to layer along one path. They are None after a layer that has no one window
    for each unit (flatten, linear), after an operation that is no module, and so from the first sum of two branches on.

    Raises ValueError that names the layer behind which the picture does not pass, whatever the network's own code raised,
    or which makes no single tensor of it.
    """
    watch = _Watch()
    first = next(network.parameters(), torch.zeros(()))
    with borrowed(tuple(network.modules()), watch.hooks(network)), torch.no_grad():
        try:
            picture = torch.zeros(1, *input_shape, device=first.device, dtype=first.dtype)
            watch.starts(picture)
            network(picture)
        except _UndescribedError:
            raise
        except FORWARD_FAULTS as error:
            raise stuck(network, input_shape, [row.name for row in watch.rows], error) from error
    return Description(
        input=input_shape,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        macs=sum(row.macs for row in watch.rows),
        layers=tuple(watch.rows),
    )


@dataclass(frozen=True)
class _Origin:
    """Where a tensor comes from: the key of the layer that made it, and what its units see of the picture."""

    key: str = ""
    field: ReceptiveField | None = None


class _Watch:
    """Collects a row a layer while the picture passes.

    Tensors are told apart by identity, and are kept until the end so that no identity is used twice. What changes
    one in place without being a layer, such as ``maps += shortcut``, shows in its version.
    """

    def __init__(self) -> None:
        self.rows: list[LayerFacts] = []
        self._origins: dict[tuple[int, int], _Origin] = {}
        self._kept: list[Tensor] = []
        self._entered: list[_Origin] = []  # what the layers that compute now have been given
        self._calls: Counter[str] = Counter()
        self._counted: set[int] = set()

    def hooks(self, network: nn.Module) -> Iterator[RemovableHandle]:
        """Makes each layer tell when the picture enters and leaves it."""
        for name, layer in layers(network):
            yield layer.register_forward_pre_hook(self._enters)
            yield layer.register_forward_hook(partial(self._leaves, name))

    def starts(self, picture: Tensor) -> None:
        """The picture is about to enter the network."""
        self._remember(picture, _Origin(INPUT, ReceptiveField()))

    def _enters(self, layer: nn.Module, given: tuple[Any, ...]) -> None:
        source = given[0] if given else None
        self._entered.append(self._origins.get(_identity(source), _Origin()) if isinstance(source, Tensor) else _Origin())

    def _leaves(self, name: str, layer: nn.Module, given: tuple[Any, ...], made: Any) -> None:
        """Raises _UndescribedError where it made anything but one tensor of one picture; in place, ``given`` has changed."""
        source, result = _one_picture(name, given[0] if given else None), _one_picture(name, made)
        origin, seen = self._entered.pop(), window(layer, source)
        field = None if origin.field is None or seen is None else origin.field.through(seen)
        self._calls[name] += 1
        self._remember(result, _Origin(layer_key(name, self._calls[name]), field))
        size = result.numel() * result.element_size()
        facts = type(layer).__name__, _shape(result), self._parameters(layer), macs(layer, source, result), size
        self.rows.append(LayerFacts(name, *facts, field, self._calls[name], origin.key))

    def _remember(self, tensor: Tensor, origin: _Origin) -> None:
        self._origins[_identity(tensor)] = origin
        self._kept.append(tensor)

    def _parameters(self, layer: nn.Module) -> int:
        """Of the layer itself; parameters that an earlier row has counted are not counted again."""
        new = {id(one): one.numel() for one in layer.parameters(recurse=False) if id(one) not in self._counted}
        self._counted.update(new)
        return sum(new.values())


class _UndescribedError(ValueError):
    """A layer takes or makes anything but one tensor of one picture."""


def _identity(tensor: Tensor) -> tuple[int, int]:
    return id(tensor), tensor._version


def _one_picture(name: str, value: Any) -> Tensor:
    if isinstance(value, Tensor) and 2 <= value.ndim <= 4 and value.shape[0] == 1:
        return value
    found = tuple(value.shape) if isinstance(value, Tensor) else type(value).__name__
    raise _UndescribedError(
        f"layer {name!r} takes or makes {found}; described are layers from one tensor to one, of (1, C) to (1, C, H, W) a picture"
    )


def _shape(result: Tensor) -> Shape:
    channels, height, width = (*result.shape[1:], 1, 1)[:3]
    return channels, height, width
