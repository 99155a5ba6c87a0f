"""Watching a network at work, and handing it back as it was found."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn

Watch = Callable[[str, nn.Module, tuple[Any, ...], Any], None]  # path of the layer, the layer, what went in, what came out


@contextmanager
def borrowed(network: nn.Module, watch: Watch) -> Iterator[None]:
    """Within it, the network is in evaluation mode and ``watch`` is called after each of its layers, in order.

    Layers are the modules without children, and those that hold parameters of their own. Afterwards, whatever
    happened, the hooks are gone and every module is in the mode that it had.
    """
    modes = {module: module.training for module in network.modules()}
    handles = []
    try:
        handles += [_hooked(name, layer, watch) for name, layer in layers(network)]
        network.eval()
        yield
    finally:
        for handle in handles:
            handle.remove()
        for module, training in modes.items():
            module.training = training


def layers(network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The layers with their paths, such as ``features.28``; '' where the network is one layer itself."""
    for name, module in network.named_modules():
        if not any(module.children()) or any(True for _ in module.parameters(recurse=False)):
            yield name, module


def _hooked(name: str, layer: nn.Module, watch: Watch) -> Any:
    def hook(module: nn.Module, given: tuple[Any, ...], made: Any) -> None:
        watch(name, module, given, made)

    return layer.register_forward_hook(hook)
