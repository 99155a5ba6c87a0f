"""Layers whose looks are known without looking inside."""

from typing import Any

from torch import Tensor, nn

from inspector.core.receptive_field.looks import SAME, Looks
from inspector.nets.layers import LocallyConnected2d, PartialConv2d, Subsampling
from inspector.nets.lenet import Prototypes
from inspector.nets.tracing.values import Traced, in_plain_order
from inspector.nets.windows import POINTWISE, window

SLIDING = (
    nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d,
    PartialConv2d, LocallyConnected2d, Subsampling,
)  # fmt: skip
VECTORS = (*POINTWISE, *SLIDING, nn.Linear, nn.Flatten, Prototypes)


def looks_of(layer: nn.Module, given: Any, origin: Traced) -> Looks | None:
    """How a layer looks at what it is given; None where that has to be found out by following what it does.

    Only layers that do what their class does are known: no others' hooks, no ``forward`` of their own.
    """
    if not isinstance(given, Tensor) or not _as_its_class(layer):
        return None
    if origin.grid == (1, 1) and given.ndim == 2:
        return SAME
    found = window(layer, given) if given.ndim == 4 and in_plain_order(origin, tuple(given.shape)) else None
    return None if found is None else found.looks


def _as_its_class(layer: nn.Module) -> bool:
    base = next((kind for kind in VECTORS if isinstance(layer, kind)), None)
    if base is None or type(layer).forward is not base.forward or "forward" in vars(layer) or len(layer._forward_hooks) > 1:
        return False
    if isinstance(layer, nn.Conv2d):
        return layer.padding_mode == "zeros" and type(layer)._conv_forward is nn.Conv2d._conv_forward
    return not isinstance(layer, nn.BatchNorm2d) or layer.running_mean is not None
