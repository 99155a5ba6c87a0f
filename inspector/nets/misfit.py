"""Altered networks whose new sizes do not fit their linear layers, told before torch does."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from torch import Tensor, nn

from inspector.core.network.facts import Description
from inspector.core.shift.surgery import SurgeryError
from inspector.nets.borrowing import StuckError, hooked, layers

NEEDED = "where maps change their size, a network needs a mean of each map before its linear layers"


@contextmanager
def fitting(network: nn.Module, description: Description) -> Iterator[None]:
    """Within it, a pass that does not fit raises SurgeryError that names the layer and says what would be needed.

    ``description``: of the network, for the order of its layers.
    """
    checks = (layer.register_forward_pre_hook(partial(_check, name))
              for name, layer in layers(network) if isinstance(layer, nn.Linear))  # fmt: skip
    try:
        with hooked(checks):
            yield
    except StuckError as error:
        if isinstance(error.__cause__, SurgeryError):
            raise error.__cause__ from error
        behind = f"behind layer {description.layers[error.passed - 1].key!r}" if error.passed else "in its first layer"
        raise SurgeryError(f"the network does not take maps of the new size {behind}; {NEEDED}") from error


def _check(name: str, layer: nn.Linear, given: tuple[Tensor, ...]) -> None:
    count = given[0].shape[-1]
    if count != layer.in_features:
        raise SurgeryError(f"layer {name!r} would be given {count:,} numbers and takes {layer.in_features:,}: {NEEDED}")
