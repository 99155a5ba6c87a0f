"""How each kind of layer looks at its input, and what it costs."""

from functools import singledispatch
from typing import cast

from torch import Tensor, nn

from inspector.core.receptive_field.field import Pair, Window
from inspector.nets.layers import LocallyConnected2d, PartialConv2d, Subsampling
from inspector.nets.lenet import Prototypes, ScaledTanh

POINTWISE = (
    nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Hardswish, nn.Tanh, nn.Hardtanh, nn.Sigmoid,
    nn.Softplus, ScaledTanh, nn.BatchNorm2d, nn.LocalResponseNorm, nn.Dropout, nn.Dropout2d, nn.Identity,
)  # fmt: skip
SHARED = (nn.Conv1d, nn.Conv2d, nn.Conv3d, PartialConv2d, Subsampling)  # each weight is used at each place of the output
SPREAD = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)  # each weight is used at each place of the input
ONCE = (LocallyConnected2d, Prototypes)  # each weight is used once for a picture


@singledispatch
def window(layer: nn.Module, given: Tensor) -> Window | None:
    """How the layer looks at the (1, C, H, W) that it was given; None where that is not one window for every unit."""
    return Window((1, 1)) if isinstance(layer, POINTWISE) else None


@window.register
def _(layer: nn.Conv2d, given: Tensor) -> Window:
    return Window(_pair(layer.kernel_size), _pair(layer.stride), _conv_padding(layer), _pair(layer.dilation))


@window.register
def _(layer: nn.MaxPool2d, given: Tensor) -> Window:
    return Window(_pair(layer.kernel_size), _pair(layer.stride), _pair(layer.padding), _pair(layer.dilation))


@window.register
def _(layer: nn.AvgPool2d, given: Tensor) -> Window:
    return Window(_pair(layer.kernel_size), _pair(layer.stride), _pair(layer.padding))


@window.register
def _(layer: nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d, given: Tensor) -> Window | None:
    return _adaptive(layer.output_size, given)


@window.register
def _(layer: PartialConv2d, given: Tensor) -> Window:
    return Window(layer.kernel_size)


@window.register
def _(layer: LocallyConnected2d, given: Tensor) -> Window:
    return Window(layer.kernel_size, padding=layer.padding)


@window.register
def _(layer: Subsampling, given: Tensor) -> Window:
    return Window(layer.kernel_size, stride=layer.kernel_size)


def macs(layer: nn.Module, given: Tensor, made: Tensor) -> int:
    """Multiply-accumulate operations of one picture; counted for convolutions and linear layers, 0 for all others.

    ``given`` and ``made``: input and output, (parts, …) of one picture, which is one part as a rule. Biases, norms and poolings
    are not counted, as is usual.
    """
    if isinstance(layer, SHARED):
        return _weights(layer) * made.shape[:1].numel() * made.shape[2:].numel()
    if isinstance(layer, SPREAD):
        return _weights(layer) * given.shape[:1].numel() * given.shape[2:].numel()
    if isinstance(layer, nn.Linear):
        return _weights(layer) * made.shape[:-1].numel()
    return _weights(layer) if isinstance(layer, ONCE) else 0


def _weights(layer: nn.Module) -> int:
    return cast(Tensor, layer.weight).numel()


def _conv_padding(layer: nn.Conv2d) -> Pair:
    """At the top and left; "same" puts the odd pixel at the bottom and right."""
    if layer.padding == "valid":
        return 0, 0
    if isinstance(layer.padding, str):
        reach = Window(_pair(layer.kernel_size), dilation=_pair(layer.dilation)).extent
        return (reach[0] - 1) // 2, (reach[1] - 1) // 2
    return _pair(layer.padding)


def _adaptive(asked: int | tuple[int | None, ...] | None, given: Tensor) -> Window | None:
    """Windows of one size where the output divides the input; elsewhere they differ from unit to unit."""
    sides = tuple(given.shape[-2:])
    wanted = tuple(side if want is None else want for want, side in zip(_both(asked), sides, strict=True))
    if any(side % want for side, want in zip(sides, wanted, strict=True)):
        return None
    kernel = sides[0] // wanted[0], sides[1] // wanted[1]
    return Window(kernel, stride=kernel)


def _both(value: int | tuple[int | None, ...] | None) -> tuple[int | None, ...]:
    return value if isinstance(value, tuple) else (value, value)


def _pair(value: int | tuple[int, ...]) -> Pair:
    """The (y, x) of a setting that torch also takes as one number for both."""
    return (value, value) if isinstance(value, int) else (value[0], value[1])
