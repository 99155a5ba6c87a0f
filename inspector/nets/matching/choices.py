"""A network with other activation functions or poolings than it was written with."""

from collections.abc import Callable, Mapping

from torch import nn

ACTIVATIONS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "tanh": nn.Tanh}
POOLS: dict[str, type[nn.Module]] = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}


def with_choices(network: nn.Module, activation: str = "", pool: str = "") -> nn.Module:
    """The network itself, with ReLU and tanh, and maximum and mean over the same windows, exchanged as asked; "" keeps them.

    Layers of a plain sequence that are named after what they were are renamed (``tanh1``, ``relu1``), so that no name lies.
    """
    if activation:
        _exchange(network, ACTIVATIONS, activation, lambda _: ACTIVATIONS[activation]())
    if pool:
        _exchange(network, POOLS, pool, lambda layer: POOLS[pool](layer.kernel_size, layer.stride, layer.padding))
    return network


def kind_of(network: nn.Module, kinds: Mapping[str, type[nn.Module]]) -> str:
    """Which of the kinds the network has: the word of the first layer that is one, "" where none is."""
    return next((word for layer in network.modules() for word, kind in kinds.items() if type(layer) is kind), "")


def _exchange(
    network: nn.Module, kinds: Mapping[str, type[nn.Module]], word: str, make: Callable[[nn.Module], nn.Module]
) -> None:
    for parent in list(network.modules()):
        children = dict(parent.named_children())
        for name, child in children.items():
            old = next((known for known, kind in kinds.items() if type(child) is kind), word)
            changed = make(child) if old != word else child
            if isinstance(parent, nn.Sequential):  # all are put in anew, so that the order stays when a name changes
                renamed = name.replace(old, word)
                delattr(parent, name)
                parent.add_module(name if renamed in children else renamed, changed)
            elif changed is not child:
                setattr(parent, name, changed)
