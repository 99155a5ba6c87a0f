"""What is known of the tensors of a pass, and of the calls that make them."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from torch import Tensor

from inspector.core.receptive_field.field import Pair
from inspector.core.receptive_field.looks import Looks

Axes = tuple[int | None, int | None]


@dataclass(frozen=True)
class Traced:
    """A tensor that sees the picture: made by the node ``key``, whose units lie on ``grid``.

    ``axes``: which of its dimensions are y and x; None where it has only one place along that axis; the same one twice where
    the units lie in it row by row. ``layer``: the key of the layer that handed on just this tensor, or "".
    """

    key: str
    axes: Axes
    grid: Pair
    layer: str = ""


class Untraced(Enum):
    """Tensors of which no node is known."""

    CONSTANT = "constant"  # sees nothing of the picture
    LOST = "lost"  # may see anything


Origin = Traced | Untraced


@dataclass(frozen=True, eq=False)
class Source:
    """A traced tensor that a function is given; ``shape`` as it was before the call."""

    tensor: Tensor
    shape: tuple[int, ...]
    origin: Traced


@dataclass(frozen=True, eq=False)
class Call:
    """A call of one of torch's functions; ``made`` is the result number ``place`` of all its tensors."""

    function: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    sources: tuple[Source, ...]
    made: Tensor
    place: int = 0

    def given(self, place: int, name: str, usual: Any = None) -> Any:
        """An argument by its place or its name."""
        return self.args[place] if place < len(self.args) else self.kwargs.get(name, usual)


@dataclass(frozen=True)
class Seen:
    """How a result looks at each of the sources, in their order, and where its own units lie."""

    axes: Axes
    grid: Pair
    looks: tuple[Looks, ...]


def plain_axes(shape: tuple[int, ...]) -> Axes:
    """Where y and x are in (N, C, H, W), and y in (N, C, H); there are none in (N, C)."""
    return (2 if len(shape) > 2 else None, 3 if len(shape) > 3 else None)


def plain_grid(shape: tuple[int, ...]) -> Pair:
    """Height and width of (N, C, …)."""
    height, width = (*shape[2:], 1, 1)[:2]
    return height, width


def in_plain_order(origin: Traced, shape: tuple[int, ...]) -> bool:
    """Whether the units of a tensor lie where ``plain_axes`` says."""
    plain = plain_axes(shape)
    told = all(axis == usual or (axis is None and side == 1)
               for axis, usual, side in zip(origin.axes, plain, origin.grid, strict=True))  # fmt: skip
    return told and 2 <= len(shape) <= 4 and origin.grid == plain_grid(shape)


def tensors_in(value: Any) -> list[Tensor]:
    """All tensors of a value, in lists, tuples and dictionaries also, in their order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        return tensors_in(list(value.values()))
    return [tensor for one in value for tensor in tensors_in(one)] if isinstance(value, (list, tuple)) else []


def exchanged(value: Any, others: dict[int, Tensor]) -> Any:
    """The value with other tensors in the places of those whose ``id`` is named."""
    if isinstance(value, Tensor):
        return others.get(id(value), value)
    if isinstance(value, dict):
        return {key: exchanged(one, others) for key, one in value.items()}
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(exchanged(one, others) for one in value)
    return value
