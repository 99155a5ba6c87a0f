"""Watching a network at work, and handing it back as it was found."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

from torch import nn
from torch.utils.hooks import RemovableHandle


class Watcher(Protocol):
    """Who is told of the layers while something passes through a network. ``given``: what a layer was called with."""

    def enters(self, layer: nn.Module, given: tuple[Any, ...]) -> None:
        """A layer is about to compute."""

    def leaves(self, name: str, layer: nn.Module, given: tuple[Any, ...], made: Any) -> None:
        """The layer at the path ``name`` has made ``made``; if it works in place, ``given`` has changed."""


@contextmanager
def borrowed(network: nn.Module, watcher: Watcher) -> Iterator[None]:
    """Within it, the network is in evaluation mode and ``watcher`` is told of each of its layers, in order.

    Afterwards, whatever happened, the hooks are gone and every module is in the mode that it had.
    """
    modes = {module: module.training for module in network.modules()}
    handles: list[RemovableHandle] = []
    try:
        for name, layer in layers(network):
            handles.append(layer.register_forward_pre_hook(watcher.enters))
            handles.append(layer.register_forward_hook(partial(watcher.leaves, name)))
        network.eval()
        yield
    finally:
        for handle in handles:
            handle.remove()
        for module, training in modes.items():
            module.training = training


def layers(network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The modules without children and those that hold parameters of their own, with their paths, such as ``features.28``.

    The path is '' where the network is one layer itself.
    """
    for name, module in network.named_modules():
        if not any(module.children()) or any(True for _ in module.parameters(recurse=False)):
            yield name, module
