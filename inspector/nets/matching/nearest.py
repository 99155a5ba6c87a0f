"""The network that a file which fits none was meant for."""

from dataclasses import dataclass

from inspector.nets.catalogue import Entry
from inspector.nets.matching.known import known_shapes
from inspector.nets.matching.pairing import differences, fits, unprefixed
from inspector.nets.matching.tidy import Tidy

_ENOUGH = 0.5  # of all tensors have the same names and shapes: fewer are chance


@dataclass(frozen=True)
class Near:
    """``reason``: in what the file differs, as half a sentence; ``table``: all tensors, expected and found.

    ``share`` of all tensors that agree. ``partial``: all that the file has do, and some are missing.
    """

    reason: str
    table: str
    share: float
    partial: bool


def nearest(networks: tuple[Entry, ...], found: Tidy) -> Near | None:
    """The one of the networks that has most tensors in common with the file, by name and shape; None where none has many."""
    best = max((_near(one, found) for one in networks), key=lambda near: near.share, default=None)
    return best if best is not None and best.share > _ENOUGH else None


def _near(one: Entry, found: Tidy) -> Near:
    expected = known_shapes(one.id)
    shapes = unprefixed(expected, found)
    agree = sum(name in expected and fits(expected[name], shape) for name, shape in shapes.items())
    wrong, table = differences(expected, shapes)
    share = agree / len(expected.keys() | shapes.keys())
    return Near(f"it has most tensors of {one.title}, but {wrong}", table, share, agree == len(shapes))
