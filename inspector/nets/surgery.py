"""Changing the architecture of a trained network without training: other poolings, other padding, no sub-sampling."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial

from torch import nn

from inspector.core.network.facts import Description
from inspector.core.network.steps import steps
from inspector.core.receptive_field.field import Pair, Window
from inspector.core.shift.surgery import TAPS, Densify, Pooling, Repad, Repool, Surgery, SurgeryError
from inspector.nets.bordered import BorderedConv2d, BorderedPool2d, Edges, Pooled
from inspector.nets.borrowing import FORWARD_FAULTS, layers, reason
from inspector.nets.layers import LocallyConnected2d, PartialConv2d, Subsampling
from inspector.nets.misfit import fitting
from inspector.nets.opened import OpenNetwork
from inspector.nets.polyphase import BlurPool2d, PolyphasePool2d
from inspector.nets.recording import Recorder
from inspector.nets.redescribing import redescribed
from kernels import Border

_POOLS = (nn.MaxPool2d, nn.AvgPool2d)
_FIXED = (LocallyConnected2d, PartialConv2d, Subsampling)  # layers on a grid that cannot be dilated


def reopened(network: OpenNetwork, surgeries: Sequence[Surgery]) -> OpenNetwork:
    """The network with the ``surgeries`` done, to be looked at beside the one that it was.

    Raises SurgeryError, also where the new sizes do not pass: it names the layer and says what would be needed.
    """
    before = network.trained.network
    after = operated(before, surgeries, network.facts.description)
    with fitting(after, network.facts.description):
        description = network.trained.limited(partial(redescribed, network.facts.description, before, after))
    facts = replace(network.facts, description=description, steps=steps(description))
    return replace(network, facts=facts, trained=replace(network.trained, network=after), recorder=Recorder(after))


def circularized(network: OpenNetwork) -> OpenNetwork:
    """The network with circular padding, itself where it has no padding. Raises as ``reopened``."""
    pads = any(isinstance(layer, (nn.Conv2d, *_POOLS)) for _, layer in layers(network.trained.network))
    return reopened(network, [Repad(Border.WRAP)]) if pads else network


def operated(network: nn.Module, surgeries: Sequence[Surgery], description: Description) -> nn.Module:
    """A copy with the ``surgeries`` done, whatever their order; of those that concern one thing of a layer, the last counts.

    Parameters and buffers are shared with ``network``, which stays as it is; layers keep their paths. ``description``: of the
    network before, which says how dense each layer becomes.

    Raises SurgeryError that names a layer that is unknown or cannot be changed, or a surgery that finds no layer.
    """
    copy = _sharing_copy(network)
    found = dict(layers(copy))
    plans: dict[str, _Plan] = {}
    for surgery in surgeries:
        for path in _touched(surgery, found):
            plans[path] = plans.get(path, _Plan()).with_(surgery)
    if any(isinstance(surgery, Densify) for surgery in surgeries):
        plans = _densified(plans, found, description)
    made = {found[path]: _made(path, found[path], plan) for path, plan in plans.items()}
    return _with(copy, made)


@dataclass(frozen=True)
class _Plan:
    """What becomes of one layer; None: what it is. ``rate``: how much denser than before its input is, if it is to be dense."""

    pooling: Pooling | None = None
    edges: Edges | None = None
    rate: Pair | None = None

    def with_(self, surgery: Surgery) -> "_Plan":
        """The plan with one surgery more."""
        match surgery:
            case Repool(pooling):
                return replace(self, pooling=pooling)
            case Repad(border, _, complete):
                return replace(self, edges=Edges(border, complete))
            case Densify():
                return self


def _sharing_copy(network: nn.Module) -> nn.Module:
    shared = {id(tensor): tensor for tensor in (*network.parameters(), *network.buffers())}
    try:
        return deepcopy(network, shared)
    except FORWARD_FAULTS as error:
        raise SurgeryError(f"the network cannot be copied to be altered: {reason(error)}") from error


# ---- which layers ----------------------------------------------------------------------------------------------


def _touched(surgery: Surgery, found: Mapping[str, nn.Module]) -> Sequence[str]:
    """The paths that a surgery is about. Raises SurgeryError."""
    if isinstance(surgery, Densify):
        return ()
    kinds, what = (_POOLS, "pooling") if isinstance(surgery, Repool) else ((nn.Conv2d, *_POOLS), "convolution or pooling")
    for path in surgery.layers:
        _check(path, found, kinds, what)
    if isinstance(surgery, Repad):
        _check_border(surgery)
    chosen = surgery.layers or [path for path, layer in found.items() if isinstance(layer, kinds)]
    if not chosen:
        raise SurgeryError(f"the network has no {what} that could be altered")
    return chosen


def _check(path: str, found: Mapping[str, nn.Module], kinds: tuple[type, ...], what: str) -> None:
    if path not in found:
        raise SurgeryError(f"there is no layer {path!r} to alter, only {', '.join(found)}")
    if not isinstance(found[path], kinds):
        raise SurgeryError(f"layer {path!r} is a {type(found[path]).__name__} and no {what}, and cannot be altered so")


def _check_border(surgery: Repad) -> None:
    if surgery.border is Border.CONSTANT:
        raise SurgeryError("padding of another constant than zero is not on offer")
    if surgery.complete and surgery.border is not Border.WRAP:
        raise SurgeryError(f"maps are completed by going round them (wrap), not by {surgery.border}")


# ---- how dense -------------------------------------------------------------------------------------------------


def _densified(plans: Mapping[str, _Plan], found: Mapping[str, nn.Module], description: Description) -> dict[str, _Plan]:
    """The plans with the rate of every layer on a grid. Raises SurgeryError."""
    dense = dict(plans)
    for path, layer in found.items():
        if isinstance(layer, (nn.Conv2d, *_POOLS)):
            dense[path] = replace(dense.get(path, _Plan()), rate=_rate(path, layer, description))
        elif isinstance(layer, _FIXED) and _rate(path, layer, description, after=True) != (1, 1):
            raise SurgeryError(f"layer {path!r} is a {type(layer).__name__}, which cannot be made dense")
    return dense


def _rate(path: str, layer: nn.Module, description: Description, *, after: bool = False) -> Pair:
    """How far apart the units are that the layer is given, in pixels; ``after``: those that it makes. Raises SurgeryError."""
    fields = [row.receptive_field for row in description.layers if row.name == path]
    jumps = {None if field is None else field.jump for field in fields}
    if not jumps:  # the picture does not pass it
        return 1, 1
    jump, stride = jumps.pop(), (1, 1) if after else _seen(path, layer).stride
    if jumps or jump is None or jump[0] % stride[0] or jump[1] % stride[1]:
        raise SurgeryError(f"layer {path!r} cannot be made dense: its units have no whole steps on the picture")
    return int(jump[0] // stride[0]), int(jump[1] // stride[1])


# ---- the new layers --------------------------------------------------------------------------------------------


def _made(path: str, layer: nn.Module, plan: _Plan) -> nn.Module:
    """The layer as planned, itself if nothing about it changes."""
    if isinstance(layer, nn.Conv2d):
        return _conv(path, layer, plan)
    pooled, edges = _pooled(path, layer), plan.edges or Edges()
    if plan.rate:
        pooled = replace(pooled, seen=_dense(pooled.seen, plan.rate))
    match plan.pooling:
        case None | Pooling.AVERAGE:
            return _plain_pool(path, layer, pooled, plan)
        case Pooling.POLYPHASE:
            return PolyphasePool2d(pooled, edges)
        case blur:
            return BlurPool2d(pooled, edges, TAPS[blur], plan.rate or (1, 1))


def _plain_pool(path: str, layer: nn.Module, pooled: Pooled, plan: _Plan) -> nn.Module:
    """A maximum or an average."""
    if plan.pooling and not pooled.average:
        if pooled.seen.dilation != (1, 1) and not plan.rate:
            raise SurgeryError(f"layer {path!r} is dilated, and averages are not")
        pooled = replace(pooled, average=True, counts_padding=False)  # as a maximum does not see the padding either
    elif not plan.rate and not _pads(pooled.seen, plan.edges):
        return layer
    return BorderedPool2d(pooled, plan.edges or Edges())


def _conv(path: str, layer: nn.Conv2d, plan: _Plan) -> nn.Module:
    seen = _seen(path, layer)
    if not plan.rate and not _pads(seen, plan.edges):
        return layer
    edges = plan.edges or Edges(own_border(layer))
    if plan.rate:
        seen = _dense(seen, plan.rate)
    made = BorderedConv2d(layer.in_channels, layer.out_channels, seen.kernel, seen.stride, seen.padding, seen.dilation,
                          layer.groups, bias=layer.bias is not None, device="meta")  # fmt: skip
    made.weight, made.bias, made.edges, made.training = layer.weight, layer.bias, edges, layer.training
    return made


def _pads(seen: Window, edges: Edges | None) -> bool:
    """Whether there is anything that ``edges`` would change."""
    return edges is not None and (edges.complete or any(seen.padding))


def own_border(layer: nn.Conv2d) -> Border:
    """What the layer sees beyond the edge."""
    return {"zeros": Border.ZERO, "reflect": Border.MIRROR, "replicate": Border.REPLICATE, "circular": Border.WRAP}[
        layer.padding_mode
    ]


def _dense(seen: Window, rate: Pair) -> Window:
    """The same window on an input that is ``rate`` times as dense, without a stride."""
    (down, right), padding, dilation = rate, seen.padding, seen.dilation
    return Window(seen.kernel, (1, 1), (padding[0] * down, padding[1] * right), (dilation[0] * down, dilation[1] * right))


def _pooled(path: str, layer: nn.Module) -> Pooled:
    seen = _seen(path, layer)
    if isinstance(layer, nn.MaxPool2d) and not layer.return_indices:
        return Pooled(seen, average=False, ceil=layer.ceil_mode)
    if isinstance(layer, nn.AvgPool2d) and layer.divisor_override is None:
        return Pooled(seen, average=True, ceil=layer.ceil_mode, counts_padding=layer.count_include_pad)
    raise SurgeryError(f"layer {path!r} is a pooling with settings of its own, and cannot be altered")


def _seen(path: str, layer: nn.Module) -> Window:
    match layer:
        case nn.MaxPool2d():
            return Window(_pair(layer.kernel_size), _pair(layer.stride), _pair(layer.padding), _pair(layer.dilation))
        case nn.AvgPool2d():
            return Window(_pair(layer.kernel_size), _pair(layer.stride), _pair(layer.padding))
        case nn.Conv2d():
            return Window(_pair(layer.kernel_size), _pair(layer.stride), _conv_padding(path, layer), _pair(layer.dilation))
        case _:
            return Window((1, 1))


def _conv_padding(path: str, layer: nn.Conv2d) -> Pair:
    """Raises SurgeryError where more is padded on one side than on the other."""
    if layer.padding == "valid":
        return 0, 0
    if not isinstance(layer.padding, str):
        return _pair(layer.padding)
    down, right = (side - 1 for side in Window(_pair(layer.kernel_size), dilation=_pair(layer.dilation)).extent)
    if down % 2 or right % 2:
        raise SurgeryError(f"layer {path!r} has more padding on one side than on the other, and cannot be altered")
    return down // 2, right // 2


def _pair(value: int | tuple[int, ...]) -> Pair:
    return (value, value) if isinstance(value, int) else (value[0], value[1])


# ---- into their places -----------------------------------------------------------------------------------------


def _with(network: nn.Module, made: Mapping[nn.Module, nn.Module]) -> nn.Module:
    """The network with layers exchanged wherever they stand."""
    for parent, name, layer in list(_places(network)):
        if layer in made:
            setattr(parent, name, made[layer])
    return made.get(network, network)


def _places(network: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Module]]:
    for parent in network.modules():
        for name, layer in parent._modules.items():  # named_children tells a layer that is there twice only once
            if layer is not None:
                yield parent, name, layer
