"""Layers of a network recomputed by the program's own engine from what torch gave to them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.modules import conv, pooling
from torch.utils.hooks import RemovableHandle

import kernels
from inspector.core.network.agreement import Agreement, difference
from inspector.core.network.facts import layer_key
from inspector.core.network.settings import Alteration, Fit
from inspector.core.picture import Picture
from inspector.nets.altering import altered
from inspector.nets.bordered import padded
from inspector.nets.borrowing import as_its_own, hooked, layers
from inspector.nets.layers import LocallyConnected2d, PartialConv2d, Subsampling
from inspector.nets.opened import OpenNetwork
from inspector.nets.surgery import own_border
from inspector.nets.threads import fitting_threads
from inspector.nets.windows import window
from kernels import Cancel, Cancelled

Array = NDArray[np.floating[Any]]
Recompute = Callable[[Any, Array, str], Array]

CHECKED = (
    conv._ConvNd, nn.Linear, nn.Bilinear, pooling._MaxPoolNd, pooling._AvgPoolNd, pooling._AdaptiveMaxPoolNd,
    pooling._AdaptiveAvgPoolNd, pooling._LPPoolNd, nn.FractionalMaxPool2d, PartialConv2d, LocallyConnected2d, Subsampling,
)  # fmt: skip
TYPES = (torch.float32, torch.float64)


class Unlike(ValueError):  # noqa: N818 - not an error but an answer
    """The engine has nothing like the layer; the message says why, after the layer's name."""


@dataclass(frozen=True, eq=False)
class Passed:
    """One pass of a layer: copies of what it was given and of what it made, None where that is not one tensor."""

    key: str
    layer: nn.Module
    given: Tensor | None
    made: Tensor | None


def agreements(
    network: OpenNetwork, picture: Picture, fit: Fit | None = None, alterations: Sequence[Alteration] = (), *,
    keys: Collection[str] | None = None, cancel: Cancel = lambda: False,
) -> tuple[Agreement, ...]:  # fmt: skip
    """How well the engine agrees with torch for each convolution, pooling and linear layer, in the order of the computation.

    The picture is passed through the network once; each layer is recomputed on the CPU, and on the GPU where there is one,
    from what it was given there, which alterations may have changed. ``keys``: of the layers to look at, None for all.

    Raises:
        Cancelled: ``cancel``, which is asked before each layer, said yes.
        ValueError: as ``OpenNetwork.inspect``.
    """
    there = devices()
    found = []
    for passed in passes(network, picture, fit, alterations, keys=keys, cancel=cancel):
        if cancel():
            raise Cancelled
        found.append(agreement(passed, there))
    return tuple(found)


def passes(
    network: OpenNetwork, picture: Picture, fit: Fit | None = None, alterations: Sequence[Alteration] = (), *,
    keys: Collection[str] | None = None, cancel: Cancel = lambda: False,
) -> tuple[Passed, ...]:  # fmt: skip
    """What each of these layers was given and made, in one pass; arguments and errors as for ``agreements``."""
    trained = network.trained
    listener = _Listener(keys)
    with fitting_threads(network.facts.description.macs):
        values = as_its_own(network.values(picture, fit), trained.network)
        trained.limited(partial(_listened, network, listener, values, alterations), cancel)
    return tuple(listener.passed)


def devices() -> tuple[str, ...]:
    """The devices of ``kernels`` that there are; the first call may take seconds."""
    return tuple(device.id for device in kernels.devices() if device.available)


def agreement(passed: Passed, devices: Sequence[str]) -> Agreement:
    """Of one layer, on each of the devices of ``kernels``."""
    differences: dict[str, float] = {}
    reason = ""
    try:
        recompute, given, made = _recomputable(passed)
        for device in devices:
            differences[device] = difference(recompute(passed.layer, given, device), made)
    except Unlike as error:
        reason = str(error)
    except (ValueError, RuntimeError) as error:  # what the engine does not take, and a GPU that fails
        reason = f"cannot be recomputed: {error}"
    return Agreement(passed.key, type(passed.layer).__name__, MappingProxyType(differences), reason)


# ---- what passes -----------------------------------------------------------------------------------------------


def _listened(network: OpenNetwork, listener: "_Listener", values: Tensor, alterations: Sequence[Alteration]) -> None:
    """One pass; the listener is nearer to the layers than the alterations, so that it hears what the layers made."""
    listener.passed.clear()
    with hooked(listener.hooks(network.trained.network)), altered(network.trained.network, alterations):
        network.recorder.record(values, keys=())


class _Listener:
    """Keeps what goes into layers and comes out of them."""

    def __init__(self, keys: Collection[str] | None) -> None:
        self._keys = keys
        self._calls: Counter[str] = Counter()
        self.passed: list[Passed] = []

    def hooks(self, network: nn.Module) -> Iterator[RemovableHandle]:
        """On the layers that can be meant."""
        for name, layer in layers(network):
            if isinstance(layer, CHECKED):
                yield layer.register_forward_hook(partial(self._leaves, name))

    def _leaves(self, name: str, layer: nn.Module, given: tuple[Any, ...], made: Any) -> None:
        self._calls[name] += 1
        key = layer_key(name, self._calls[name])
        if self._keys is None or key in self._keys:
            first = made[0] if isinstance(made, tuple) and made else made  # poolings may hand on indices, too
            self.passed.append(Passed(key, layer, _copy(given[0] if len(given) == 1 else None), _copy(first)))


def _copy(value: Any) -> Tensor | None:
    """As it is now: what follows in the network may change it in place."""
    return value.detach().to("cpu", copy=True) if isinstance(value, Tensor) else None


# ---- what the engine makes of it -------------------------------------------------------------------------------


def _recomputable(passed: Passed) -> tuple[Recompute, Array, Array]:
    """How, from what, and what should come out. Raises Unlike."""
    layer, given, made = passed.layer, passed.given, passed.made
    kind = next((kind for kind in RECOMPUTED if isinstance(layer, kind)), None)
    if kind is None:
        raise Unlike("cannot be recomputed: the engine has no such layer")
    if type(layer).forward is not kind.forward:
        raise Unlike(f"cannot be recomputed: it computes in its own way, not as {kind.__name__}")
    if given is None or made is None:
        raise Unlike("cannot be recomputed: it takes or makes other things than one tensor")
    if given.dtype not in TYPES:
        raise Unlike(f"cannot be recomputed: it computes in {str(given.dtype).removeprefix('torch.')}")
    if kind is not nn.Linear and given.ndim == 3:  # one picture without an axis for it
        given, made = given[None], made[None]
    return RECOMPUTED[kind], given.numpy(), made.numpy()


def _convolved(layer: nn.Conv2d, x: Array, device: str) -> Array:
    left, right, top, bottom = layer._reversed_padding_repeated_twice
    border, padding = own_border(layer), (top, left)
    if layer.padding_mode != "zeros" or (top, left) != (bottom, right):
        x = padded(torch.from_numpy(x), ((top, left), (bottom, right)), border).numpy()
        padding = (0, 0)
    seen = window(layer, torch.from_numpy(x))
    assert seen is not None  # noqa: S101 - for mypy: convolutions have windows
    return kernels.conv2d(
        x, _array(layer.weight), _bias(layer.bias), stride=seen.stride, padding=padding, dilation=seen.dilation,
        groups=layer.groups, device=device,
    )  # fmt: skip


def _linear(layer: nn.Linear, x: Array, device: str) -> Array:
    """A convolution of maps of one pixel."""
    pixels = x.reshape(-1, x.shape[-1], 1, 1)
    sums: Array = kernels.conv2d(pixels, _array(layer.weight)[:, :, None, None], _bias(layer.bias), device=device)
    return sums.reshape(*x.shape[:-1], -1)


def _largest(layer: nn.MaxPool2d, x: Array, device: str) -> Array:
    seen = window(layer, torch.from_numpy(x))
    assert seen is not None  # noqa: S101 - for mypy
    values, _ = kernels.max_pool2d(
        x, seen.kernel, stride=seen.stride, padding=seen.padding, dilation=seen.dilation, ceil_mode=layer.ceil_mode, device=device
    )
    return values


def _means(layer: nn.AvgPool2d, x: Array, device: str) -> Array:
    if layer.divisor_override is not None:
        raise Unlike("cannot be recomputed: it divides by a number of its own")
    seen = window(layer, torch.from_numpy(x))
    assert seen is not None  # noqa: S101 - for mypy
    return kernels.avg_pool2d(
        x, seen.kernel, stride=seen.stride, padding=seen.padding, ceil_mode=layer.ceil_mode,
        count_include_pad=layer.count_include_pad, device=device,
    )  # fmt: skip


def _adaptive(layer: nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d, x: Array, device: str) -> Array:
    seen = window(layer, torch.from_numpy(x))
    if seen is None:
        raise Unlike("cannot be recomputed: its windows differ from unit to unit")
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        return kernels.avg_pool2d(x, seen.kernel, device=device)
    return kernels.max_pool2d(x, seen.kernel, device=device)[0]


def _partly_connected(layer: PartialConv2d, x: Array, device: str) -> Array:
    return kernels.conv2d(x, _array(layer.dense_weight()), _bias(layer.bias), device=device)


def _locally_connected(layer: LocallyConnected2d, x: Array, device: str) -> Array:
    """Every place has weights of its own for its patch."""
    patches = kernels.im2col(x, layer.kernel_size, padding=layer.padding, device=device)
    sums: Array = np.einsum("ntp,opt->nop", patches, _array(layer.weight)) + _array(layer.bias)
    return sums.reshape(*sums.shape[:2], *layer.output_size)


def _subsampled(layer: Subsampling, x: Array, device: str) -> Array:
    sums = 4 * kernels.avg_pool2d(x, layer.kernel_size, device=device)
    return sums * _array(layer.weight)[:, None, None] + _array(layer.bias)[:, None, None]


def _array(values: Tensor) -> Array:
    found: Array = values.detach().cpu().numpy()
    return found


def _bias(values: Tensor | None) -> Array | None:
    return None if values is None else _array(values)


RECOMPUTED: dict[type[nn.Module], Recompute] = {
    nn.Conv2d: _convolved, nn.Linear: _linear, nn.MaxPool2d: _largest, nn.AvgPool2d: _means,
    nn.AdaptiveAvgPool2d: _adaptive, nn.AdaptiveMaxPool2d: _adaptive,
    PartialConv2d: _partly_connected, LocallyConnected2d: _locally_connected, Subsampling: _subsampled,
}  # fmt: skip
