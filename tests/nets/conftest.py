"""What the tests of the networks share."""

from collections.abc import Callable
from functools import cache

import pytest

from inspector.core.network.facts import Description
from inspector.nets import entry, outline


@pytest.fixture(scope="session")
def outlined() -> Callable[[str], Description]:
    """The description of a network of the catalogue at its own input size, made once."""
    return cache(lambda id: outline(entry(id)))
