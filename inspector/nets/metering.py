"""How far the maps of a layer moved along, for a batch of transforms at once, while they pass."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from inspector.core.shift.taps import Taps

BLOCK = 1 << 18  # values of maps at a time, so that temporaries stay in the cache
TINY = 1e-24  # sums of squares below which float32 has lost digits


class Sums(NamedTuple):
    """Sums of squares over the maps of one layer for n transforms, each (n,) float64 on the CPU.

    ``still``: of f(x), over all units. ``changed``: of f(Tx) - f(x). Over the valid units: ``wrong`` of f(Tx) - T'f(x),
    ``found`` and ``expected`` of both. ``inner``: as ``wrong``, over the interior units.
    """

    still: Tensor
    changed: Tensor
    wrong: Tensor
    inner: Tensor
    found: Tensor
    expected: Tensor

    @property
    def dot(self) -> Tensor:
        """Of the products of f(Tx) and T'f(x), over the valid units: 2 a b = a² + b² - (a - b)²."""
        return (self.found + self.expected - self.wrong) / 2


@dataclass(frozen=True, eq=False)
class Moves:
    """``Taps`` as tensors. ``index`` (K, n * h * w), ``weight`` (K, n, h, w), ``valid`` and ``interior`` (n, h, w) as numbers."""

    index: Tensor
    weight: Tensor
    valid: Tensor
    interior: Tensor

    @classmethod
    def of(cls, taps: Taps, like: Tensor) -> "Moves":
        """On the device of the maps and in their precision."""
        index = torch.from_numpy(taps.index).flatten(1).to(like.device)
        weight, valid, interior = (torch.from_numpy(part).to(like) for part in (taps.weight, taps.valid, taps.interior))
        return cls(index, weight, valid, interior)

    def expected(self, still: Tensor) -> Tensor:
        """T'f(x) of ``still`` (C, h, w): (C, n, h, w); whole steps bit by bit."""
        flat, shape = still.flatten(1), (len(still), *self.weight.shape[1:])
        first = flat.index_select(1, self.index[0]).view(shape)
        if len(self.index) == 1:
            return first
        first = first * self.weight[0]
        for index, weight in zip(self.index[1:], self.weight[1:], strict=True):
            first.addcmul_(flat.index_select(1, index).view(shape), weight)
        return first


def sums(still: Tensor, moved: Tensor, moves: Moves | None) -> Sums:
    """Of the maps f(x) (C, h, w) and f(Tx) (n, C, h, w); without ``moves``, only what needs none, and 0 for the rest."""
    found = _sums(still, moved, moves)
    clean = torch.isfinite(found).all() and (found[0] > TINY).all()
    if not clean and still.dtype is not torch.float64:  # squares leave the range of float32 before the values do
        found = _sums(still.double(), moved.double(), moves and Moves(
            moves.index, moves.weight.double(), moves.valid.double(), moves.interior.double(),
        ))  # fmt: skip
    return Sums(*found.cpu())


def _sums(still: Tensor, moved: Tensor, moves: Moves | None) -> Tensor:
    """(6, n) float64."""
    total = torch.zeros(6, len(moved), dtype=torch.float64, device=still.device)
    step = max(1, BLOCK // max(moved[:, :1].numel(), 1))
    for start in range(0, len(still), step):
        before, after = still[start : start + step], moved[:, start : start + step].transpose(0, 1)
        total[0] += before.square().sum(dtype=torch.float64)
        total[1] += (after - before[:, None]).square_().sum((0, 2, 3))
        if moves is not None:
            total[2:] += _compared(before, after, moves)
    return total


def _compared(before: Tensor, after: Tensor, moves: Moves) -> Tensor:
    """(4, n): what ``Sums`` has from ``wrong`` on, of some maps."""
    expected = moves.expected(before)
    found, ought = after.square().sum(0), expected.square().sum(0)
    wrong = expected.sub_(after).square_().sum(0)
    valid, interior = moves.valid, moves.interior
    each = (wrong, valid), (wrong, interior), (found, valid), (ought, valid)
    return torch.stack([(one * mask).sum((1, 2)) for one, mask in each])
