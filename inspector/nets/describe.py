"""From a network to the facts about its layers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from inspector.core.network.facts import NO_MAPS, Description, LayerFacts, Shape, layer_key
from inspector.core.receptive_field.compose import layer_fields
from inspector.nets.borrowing import FORWARD_FAULTS, borrowed, hooked, layers, stuck
from inspector.nets.catalogue import Entry
from inspector.nets.handing_on import maps_in, remark_on
from inspector.nets.threads import fitting_threads
from inspector.nets.tracing.limits import TooManyCalls, generous
from inspector.nets.tracing.settling import graph_of
from inspector.nets.tracing.tracer import Pass, Tracer, plain_tensors
from inspector.nets.tracing.values import tensors_in
from inspector.nets.windows import macs


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

    The graph is that of torch's functions and layers that this picture passes. Where it hangs on the picture or cannot be
    followed, further pictures of noise are passed, and what units see is measured; see ``tracing``.

    Layers that hand on several tensors are described by the first, and those that hand on no maps without them, with a remark.

    Raises ValueError that names the layer behind which the picture does not pass, whatever the network's own code raised.
    """
    first = next(network.parameters(), torch.zeros(()))
    picture = torch.zeros(1, *input_shape, device=first.device, dtype=first.dtype)
    modules = tuple(network.modules())
    with borrowed(modules, ()), torch.random.fork_rng([first.device] if first.is_cuda else []):
        watch = _watch(network, modules)
        _pass(network, picture, watch)
        with fitting_threads(sum(row.macs for row in watch.rows)):
            graph = graph_of(network, picture, [watch.tracer, *_again(network, modules, picture, watch.tracer)])
    fields = layer_fields(graph)
    return Description(
        input=input_shape,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        macs=sum(row.macs for row in watch.rows),
        layers=tuple(replace(row, receptive_field=fields[row.key].field) for row in watch.rows),
        graph=graph,
    )


def _watch(network: nn.Module, modules: Sequence[nn.Module], most: float = float("inf")) -> "_Watch":
    return _Watch(Tracer((name for name, _ in network.named_modules()), plain_tensors(modules), most))


def _pass(network: nn.Module, picture: Tensor, watch: "_Watch") -> None:
    """Raises ValueError as ``describe`` does, and TooManyCalls where the watch allows no more."""
    watch.tracer.starts(picture)
    with hooked(watch.hooks(network)), torch.no_grad():
        try:
            with watch.tracer:
                network(picture)
        except FORWARD_FAULTS as error:
            raise stuck(network, tuple(picture.shape[1:]), [row.name for row in watch.rows], error) from error


def _again(network: nn.Module, modules: Sequence[nn.Module], picture: Tensor, first: Tracer) -> Iterator[Tracer]:
    """The passes of noise and of its negative, where what is computed may hang on the picture.

    A picture that the network refuses shows nothing; one that comes to no end has gone another way.
    """
    if not first.decides:
        return
    noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(1)).to(picture)
    for other in (noise, -noise):
        watch = _watch(network, modules, generous(first.calls))
        with suppress(TooManyCalls):
            try:
                _pass(network, other, watch)
            except ValueError:
                continue
        yield watch.tracer


class _Watch:
    """Collects a row a layer while the picture passes; their fields are those of the graph, which is not known yet."""

    def __init__(self, tracer: Tracer) -> None:
        self.rows: list[LayerFacts] = []
        self.tracer = tracer
        self._calls: Counter[str] = Counter()
        self._counted: set[int] = set()

    def hooks(self, network: nn.Module) -> Iterator[RemovableHandle]:
        """Makes each layer tell when the picture enters and leaves it."""
        for name, layer in layers(network):
            yield layer.register_forward_pre_hook(self._enters, with_kwargs=True)
            yield layer.register_forward_hook(partial(self._leaves, name), with_kwargs=True)

    def _enters(self, layer: nn.Module, given: tuple[Any, ...], options: dict[str, Any]) -> None:
        with torch._C.DisableTorchFunction():  # what is asked of a tensor here is no work of the network
            self.tracer.enters(layer, given, options)

    def _leaves(self, name: str, layer: nn.Module, given: tuple[Any, ...], options: dict[str, Any], made: Any) -> None:
        with torch._C.DisableTorchFunction():
            self._left(name, layer, tensors_in([given, options]), made)

    def _left(self, name: str, layer: nn.Module, given: Sequence[Tensor], made: Any) -> None:
        """In place, ``given`` has changed."""
        self._calls[name] += 1
        call, kind, results = self._calls[name], type(layer).__name__, tensors_in(made)
        key = layer_key(name, call)
        maps, remark = maps_in(made), remark_on(key, made)
        takes = self.tracer.leaves(key, Pass(name, call, kind), maps, remark)
        cost = macs(layer, given[0], results[0]) if given and results else 0
        size = sum(result.numel() * result.element_size() for result in results)
        facts = kind, _shape(maps), self._parameters(layer), cost, size
        self.rows.append(LayerFacts(name, *facts, None, call, takes, remark))

    def _parameters(self, layer: nn.Module) -> int:
        """Of the layer itself; parameters that an earlier row has counted are not counted again."""
        new = {id(one): one.numel() for one in layer.parameters(recurse=False) if id(one) not in self._counted}
        self._counted.update(new)
        return sum(new.values())


def _shape(maps: Tensor | None) -> Shape:
    if maps is None:
        return NO_MAPS
    channels, height, width = (*maps.shape[1:], 1, 1)[:3]
    return channels, height, width
