"""Changing maps of a network while it computes: silenced, scaled, swapped, dropped. The network itself stays as it is."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from math import isfinite
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from inspector.core.network.facts import layer_key
from inspector.core.network.settings import Alteration, Change
from inspector.nets.borrowing import hooked, layers


class AlterationError(ValueError):
    """What is to be altered does not exist, or cannot be altered in this way."""


@contextmanager
def altered(network: nn.Module, alterations: Sequence[Alteration]) -> Iterator[None]:
    """Within it, the ``alterations`` change what layers hand on, one after the other; afterwards the network is as before.

    Layers are named by the keys of their facts, so that ``relu:2`` is the second pass of ``relu`` alone. Who watches the
    layers from within sees the altered maps.

    Raises:
        AlterationError: a layer is unknown or was not passed as often, an amount is out of range; and out of the
            network's ``forward``, where a layer has no such map.
    """
    for alteration in alterations:
        _check(alteration)
    surgeon = _Surgeon(alterations)
    with hooked(surgeon.hooks(network)):
        yield
        surgeon.check_all_done()


class _Surgeon:
    """Changes outputs as they come, counting the passes of each layer from the start of each forward."""

    def __init__(self, alterations: Sequence[Alteration]) -> None:
        self._wanted: dict[str, list[Alteration]] = {}
        for alteration in alterations:
            self._wanted.setdefault(alteration.layer, []).append(alteration)
        self._calls: Counter[str] = Counter()
        self._missed: set[str] = set()

    def hooks(self, network: nn.Module) -> Iterator[RemovableHandle]:
        """Raises AlterationError for a layer that the network does not have."""
        if not self._wanted:
            return
        names = dict(layers(network))
        touched = {key: _path(key, names) for key in self._wanted}
        yield network.register_forward_pre_hook(self._begins)
        for name in dict.fromkeys(touched.values()):
            yield names[name].register_forward_hook(partial(self._leaves, name))

    def check_all_done(self) -> None:
        """Raises AlterationError where the last forward did not come to a layer."""
        if self._missed:
            raise AlterationError(f"nothing is altered in {sorted(self._missed)[0]!r}: the input did not pass it")

    def _begins(self, *_: Any) -> None:
        self._calls.clear()
        self._missed = set(self._wanted)

    def _leaves(self, name: str, layer: nn.Module, given: tuple[Any, ...], made: Any) -> Any:
        self._calls[name] += 1
        key = layer_key(name, self._calls[name])
        self._missed.discard(key)
        for alteration in self._wanted.get(key, ()):
            made = _changed(made, alteration)
        return made


def _path(key: str, names: dict[str, nn.Module]) -> str:
    """The path of the layer with this key. Raises AlterationError."""
    path, _, call = key.rpartition(":")
    if key in names:
        return key
    if path in names and call.isdecimal():
        return path
    raise AlterationError(f"there is no layer {key!r} to alter, only {', '.join(names)}")


def _check(alteration: Alteration) -> None:
    """What can be said without the network. Raises AlterationError."""
    change, amount, maps = alteration.change, alteration.amount, alteration.maps
    if change is Change.SCALE and not isfinite(amount):
        raise AlterationError(f"maps of {alteration.layer!r} are scaled by a finite number, not by {amount}")
    if change is Change.DROP and not 0 <= amount <= 1:
        raise AlterationError(f"the share of maps of {alteration.layer!r} to drop lies between 0 and 1, and is not {amount}")
    if change is Change.SWAP and len(maps) != 2:
        raise AlterationError(f"two maps of {alteration.layer!r} change places, not {len(maps)}")


def _changed(made: Any, alteration: Alteration) -> Tensor:
    """A copy of the maps ``(N, C, …)`` with the change. Raises AlterationError."""
    if not isinstance(made, Tensor) or made.ndim < 2:
        raise AlterationError(f"layer {alteration.layer!r} makes no maps that could be altered")
    count = made.shape[1]
    if beyond := [index for index in alteration.maps if not 0 <= index < count]:
        raise AlterationError(f"there is no map {beyond[0]} in {alteration.layer!r}, whose {count} maps count from 0")
    return _CHANGES[alteration.change](made.clone(), alteration)


def _silenced(maps: Tensor, alteration: Alteration) -> Tensor:
    maps[:, list(alteration.maps)] = 0
    return maps


def _scaled(maps: Tensor, alteration: Alteration) -> Tensor:
    maps[:, list(alteration.maps)] *= alteration.amount
    return maps


def _swapped(maps: Tensor, alteration: Alteration) -> Tensor:
    maps[:, list(alteration.maps)] = maps[:, list(reversed(alteration.maps))]
    return maps


def _dropped(maps: Tensor, alteration: Alteration) -> Tensor:
    """As ``nn.Dropout2d`` does while training: the fate of each map is drawn by itself, so that the share varies.

    Source: Tompson, Goroshin, Jain, LeCun and Bregler, Efficient Object Localization Using Convolutional Networks, 2015.
    """
    kept = 1 - alteration.amount
    draw = torch.Generator().manual_seed(alteration.seed)
    fates = torch.empty(maps.shape[:2]).bernoulli_(kept, generator=draw)
    factors = fates / kept if kept else fates
    return maps * factors.to(maps).reshape(*factors.shape, *[1] * (maps.ndim - 2))


_CHANGES: dict[Change, Callable[[Tensor, Alteration], Tensor]] = {
    Change.SILENCE: _silenced,
    Change.SCALE: _scaled,
    Change.SWAP: _swapped,
    Change.DROP: _dropped,
}
