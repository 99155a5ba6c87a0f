"""Finding the weights in what a file holds: bare, wrapped in a checkpoint, nested or in a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from inspector.core.names import listed, printable
from inspector.nets.loading.formats import Refused

# names under which people save the weights beside other things, the likeliest first
WRAPPERS = (
    "state_dict", "model_state_dict", "model_state", "model", "net_state_dict", "net", "network", "weights", "params",
    "parameters", "module", "ema_state_dict", "model_ema", "ema", "params_ema",
)  # fmt: skip
DTYPES = frozenset({
    torch.float64, torch.float32, torch.float16, torch.bfloat16,
    torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool,
})  # fmt: skip
_BOOKKEEPING = ("optim", "sched", "scaler")  # parts with tensors that are no weights have such words in their names
_OPTIMIZER = {"state", "param_groups"}  # the state of an optimizer that was saved alone
_DEEPEST = 4  # levels of nesting that are followed
_NOTED = 8  # things beside the weights that a note names
_LONGEST = 40  # characters of a text beside the weights
_MOST = 10**18  # a number beside the weights

Parts = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Unwrapped:
    """The tensors as they are in the file, the names under which they lay, and sentences about what lay beside."""

    tensors: dict[str, Tensor]
    wrapped_in: str
    notes: tuple[str, ...]


def unwrap(loaded: Any) -> Unwrapped:
    """The weights in what torch has loaded. Raises Refused where there are none."""
    inside = _parts([loaded] if isinstance(loaded, Tensor) else loaded)
    if inside.keys() == _OPTIMIZER:
        raise Refused("it holds the state of an optimizer, not weights; choose the file that was saved beside it")
    path: list[str] = []
    notes: list[str] = []
    while len(path) < _DEEPEST and (name := _wrapper(inside)):
        notes += _notes(inside, name)
        inside = _parts(inside[name])
        path.append(name)
    tensors = _tensors(inside) if _is_bare(inside) else _flat(inside)
    notes += _notes({name: part for name, part in inside.items() if not _holds_tensors(part)}, "")
    if not tensors:
        raise Refused("it holds no tensors; choose a file of weights")
    return Unwrapped(tensors, ".".join(path), tuple(notes))


def check_plain(name: str, tensor: Tensor) -> None:
    """Refuse a tensor that is anything but ordinary numbers in memory. Raises Refused."""
    odd = (
        "sparse" if tensor.layout is not torch.strided
        else "quantized" if tensor.is_quantized
        else "nested" if tensor.is_nested
        else "without numbers" if tensor.device.type != "cpu"
        else f"of the type {str(tensor.dtype).removeprefix('torch.')}" if tensor.dtype not in DTYPES
        else ""
    )  # fmt: skip
    if odd:
        raise Refused(f"its tensor {printable(name)} is {odd}; save it as ordinary floating point numbers")


def _parts(value: Any) -> Parts:
    """The parts of a mapping, list or tuple by their names; none of anything else."""
    if isinstance(value, list | tuple):
        return {str(index): part for index, part in enumerate(value)}
    if not isinstance(value, Mapping):
        return {}
    if value and all(isinstance(key, int) for key in value):
        return {str(int(key)): part for key, part in value.items()}
    return {key: part for key, part in value.items() if isinstance(key, str)}


def _wrapper(inside: Parts) -> str:
    """The part that holds the weights, "" where ``inside`` is those itself."""
    sets = [name for name, part in inside.items() if _can_wrap(name, part) and _holds_tensors(part)]
    if known := [name for name in WRAPPERS if name in sets]:
        return known[0]
    if not sets or _is_bare(inside) or (len(sets) > 1 and all(_is_module(inside[name]) for name in sets)):
        return ""
    return max(sets, key=lambda name: sum(tensor.numel() for tensor in _flat(_parts(inside[name])).values()))


def _can_wrap(name: str, part: Any) -> bool:
    return not isinstance(part, Tensor) and not any(word in name.lower() for word in _BOOKKEEPING)


def _is_module(part: Any) -> bool:
    """It is one module of a network saved as mappings in mappings: its names are not paths."""
    return not any("." in name for name in _flat(_parts(part), separator=" "))


def _is_bare(inside: Parts) -> bool:
    """Tensors with axes lie here themselves; an accuracy that lies beside weights has none."""
    return any(isinstance(part, Tensor) and part.ndim for part in inside.values())


def _holds_tensors(part: Any, deep: int = _DEEPEST) -> bool:
    if isinstance(part, Tensor):
        return True
    return deep > 0 and any(_holds_tensors(inner, deep - 1) for inner in _parts(part).values())


def _tensors(inside: Parts) -> dict[str, Tensor]:
    return {name: part for name, part in inside.items() if isinstance(part, Tensor)}


def _flat(inside: Parts, separator: str = ".", deep: int = _DEEPEST) -> dict[str, Tensor]:
    """All tensors, by the path of names that leads to them."""
    found = {}
    for name, part in inside.items():
        if isinstance(part, Tensor):
            found[name] = part
        elif deep > 0 and _can_wrap(name, part):
            found |= {f"{name}{separator}{path}": one for path, one in _flat(_parts(part), separator, deep - 1).items()}
    return found


# ---- what lies beside ------------------------------------------------------------------------------------------


def _notes(inside: Parts, chosen: str) -> list[str]:
    """Sentences about everything but ``chosen``: other sets of weights, and the facts of the training."""
    beside = {name: part for name, part in inside.items() if name != chosen}
    sets = [name[:_LONGEST] for name, part in beside.items() if _can_wrap(name, part) and _holds_tensors(part)]
    facts = [_fact(name[:_LONGEST], part) for name, part in beside.items() if name[:_LONGEST] not in sets]
    notes = [f"Not used: {listed(sets, _NOTED)}, of which {chosen} was taken instead."] if sets else []
    return [*notes, f"Beside the weights: {listed(facts, _NOTED)}."] if facts else notes


def _fact(name: str, part: Any) -> str:
    """Such as "epoch = 12", or the name alone."""
    value = part.item() if isinstance(part, Tensor) and part.numel() == 1 and part.layout is torch.strided else part
    if isinstance(value, str):
        return f"{name} = {value[:_LONGEST]}"
    if isinstance(value, bool | int | float) and abs(value) < _MOST:
        return f"{name} = {value if isinstance(value, int) else format(value, '.6g')}"
    return name
