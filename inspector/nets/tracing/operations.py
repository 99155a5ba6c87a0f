"""The functions of torch whose looks are known exactly, each with the rule that tells them."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from inspector.nets.tracing import pointwise as points
from inspector.nets.tracing import shaping, sliding
from inspector.nets.tracing.sliding import Rule

# names in torch, in Tensor and in torch.nn.functional; those that work in place end with "_"
_RULES: dict[str, Rule] = {
    """abs absolute acos acosh add addcdiv addcmul asin asinh atan atan2 atanh bfloat16 ceil clamp clamp_max clamp_min clip clone
    contiguous copy copysign cos cosh cpu cuda deg2rad detach div divide double eq erf erfc exp exp2 expand expand_as expm1
    float floor floor_divide fmod frac ge gelu greater gt half heaviside hypot isfinite isinf isnan le lerp less log log10 log1p
    log2 logical_and logical_not logical_or logical_xor lt masked_fill maximum minimum mul multiply nan_to_num ne neg negative
    pow positive rad2deg real reciprocal remainder requires_grad_ round rsqrt rsub sgn sigmoid sign sin sinc sinh sqrt
    square sub subtract tan tanh to true_divide trunc type type_as where __pow__ __rdiv__ __rpow__ __rsub__ __rtruediv__
    __and__ __or__ __xor__ __invert__ __rmul__ __radd__ __floordiv__ __rfloordiv__ __mod__ __rmod__
    alpha_dropout celu dropout dropout1d dropout2d dropout3d elu feature_alpha_dropout feature_dropout hardsigmoid
    hardswish hardtanh leaky_relu local_response_norm logsigmoid mish prelu relu relu6 rrelu selu silu softplus softsign
    softshrink hardshrink tanhshrink threshold""": points.pointwise,
    "sum mean amax amin max min prod std var any all logsumexp nansum nanmean median argmax argmin count_nonzero":
        points.reduced,
    "norm": points.norm,
    "softmax log_softmax softmin": points.mixed,
    "normalize": points.normalized,
    "layer_norm": points.layer_norm,
    "group_norm": points.group_norm,
    "batch_norm": points.batch_norm,
    "instance_norm": points.instance_norm,
    "reshape view flatten unflatten squeeze unsqueeze ravel view_as reshape_as": shaping.reshaped,
    "permute transpose swapaxes swapdims movedim moveaxis t adjoint": shaping.turned,
    """__getitem__ narrow select unbind chunk split tensor_split split_with_sizes flip fliplr flipud roll rot90 index_select
    repeat tile repeat_interleave hsplit vsplit""": shaping.moved,
    "cat concat concatenate": shaping.joined,
    "stack": shaping.stacked,
    "pad": shaping.padded,
    "conv1d conv2d conv3d": sliding.convolved,
    "conv_transpose1d conv_transpose2d conv_transpose3d": sliding.spread,
    "max_pool1d max_pool1d_with_indices": sliding.pooled(1, dilated=4),
    "max_pool2d max_pool2d_with_indices": sliding.pooled(2, dilated=4),
    "max_pool3d max_pool3d_with_indices": sliding.pooled(3, dilated=4),
    "avg_pool1d": sliding.pooled(1), "avg_pool2d": sliding.pooled(2), "avg_pool3d": sliding.pooled(3),
    "lp_pool1d": sliding.pooled(1, first=2), "lp_pool2d": sliding.pooled(2, first=2),
    "adaptive_avg_pool1d adaptive_max_pool1d adaptive_max_pool1d_with_indices": sliding.adaptive(1),
    "adaptive_avg_pool2d adaptive_max_pool2d adaptive_max_pool2d_with_indices": sliding.adaptive(2),
    "interpolate upsample": sliding.enlarged,
    "pixel_shuffle": sliding.shuffled,
    "pixel_unshuffle": sliding.unshuffled,
    "linear": sliding.linear,
    "matmul bmm mm": sliding.product,
}  # fmt: skip

_CONSTANT = "zeros_like ones_like full_like empty_like rand_like randn_like new_zeros new_ones new_empty new_full"
_READING = "__bool__ __int__ __float__ __index__ __complex__ __contains__ __array__ item tolist numpy equal allclose is_nonzero"


def _named(name: str) -> Iterator[Any]:
    """The functions of a name, and their like that work in place."""
    for home in (torch, Tensor, functional):
        for written in (name, f"{name}_", f"__{name}__", f"__i{name}__"):
            if callable(found := getattr(home, written, None)):
                yield found


NAMES: dict[Any, str] = {function: name for names in _RULES for name in names.split() for function in _named(name)}
RULES: dict[Any, Rule] = {function: rule for names, rule in _RULES.items() for name in names.split() for function in _named(name)}
RULES |= {
    Tensor.T.__get__: shaping.turned,  # type: ignore[attr-defined]
    Tensor.mT.__get__: shaping.turned,  # type: ignore[attr-defined]
    Tensor.data.__get__: points.pointwise,  # type: ignore[attr-defined]
}
CONSTANT = {function for name in _CONSTANT.split() for function in _named(name)}  # what they make sees nothing
READING = {function for name in _READING.split() for function in _named(name)}  # numbers leave torch
DECIDING = {Tensor.__bool__, Tensor.is_nonzero, torch.is_nonzero, torch.equal, Tensor.equal, torch.allclose, Tensor.allclose}
"""Of those that read, the ones that say yes or no, which decide and are not computed with."""


def name_of(function: Any) -> str:
    """Such as "add" or "max_pool2d", for people."""
    return str(NAMES.get(function) or getattr(function, "__name__", "operation")).strip("_")
