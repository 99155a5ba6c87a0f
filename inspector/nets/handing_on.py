"""What layers and networks hand on, as far as it is maps of pictures: of several tensors the first, by one rule everywhere."""

from typing import Any

from torch import Tensor

from inspector.nets.tracing.values import tensors_in


def maps_in(made: Any, pictures: int = 1) -> Tensor | None:
    """The first tensor of what was made of so many pictures N, where that is (N, C), (N, C, H) or (N, C, H, W); else None."""
    first = made if isinstance(made, Tensor) else next(iter(tensors_in(made)), None)
    return first if first is not None and 2 <= first.ndim <= 4 and first.shape[0] == pictures else None


def kind_of(made: Any) -> str:
    """Such as "(4, 49, 96)", "a tuple of 2", "a str" or "None"."""
    if isinstance(made, Tensor):
        return str(tuple(made.shape))
    if made is None:
        return "None"
    return f"a {type(made).__name__}" + (f" of {len(made)}" if isinstance(made, (tuple, list, dict)) else "")


def remark_on(key: str, made: Any) -> str:
    """What has to be known of the layer ``key`` that has made this of one picture; "" where that is one tensor of maps."""
    if maps_in(made) is None:
        return f"{key} hands on {kind_of(made)}, no maps of one picture, (1, C) to (1, C, H, W): what its units see is not known"
    return "" if isinstance(made, Tensor) else f"{key} hands on {kind_of(made)}: shape and field are those of its first tensor"
