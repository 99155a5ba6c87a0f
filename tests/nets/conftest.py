"""What the tests of the networks share."""

from collections.abc import Callable
from functools import cache

import pytest
from torch import nn

from inspector.core.network.facts import Description
from inspector.nets import entry, outline


@pytest.fixture(scope="session")
def outlined() -> Callable[[str], Description]:
    """The description of a network of the catalogue at its own input size, made once."""
    return cache(lambda id: outline(entry(id)))


@pytest.fixture(scope="session")
def state() -> Callable[[nn.Module], tuple[list[int], list[bool]]]:
    """What a network has to be handed back with: how many hooks each module has, and its mode."""

    def found(network: nn.Module) -> tuple[list[int], list[bool]]:
        hooks = [len(m._forward_hooks) + len(m._forward_pre_hooks) + len(m._backward_hooks) for m in network.modules()]
        return hooks, [module.training for module in network.modules()]

    return found
