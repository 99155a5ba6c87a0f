"""Effective receptive fields averaged over many pictures, of which only one batch is in memory."""

from collections.abc import Callable, Iterable
from time import perf_counter

import numpy as np
from torch import Tensor

from inspector.core.receptive_field.effective import EffectiveField, Target, sigma_error, sums
from inspector.core.receptive_field.settings import Part
from inspector.nets.effective_fields import Heats, field_of, heats_of
from inspector.nets.gradients import Gradients, Reach


def average_fields(
    gradients: Gradients, batches: Iterable[Tensor], target: Target, part: Part, progress: Callable[[int], None]
) -> EffectiveField:
    """The mean heat of a target over the pictures of ``batches`` (N, C, H, W), standardized.

    A batch is one pass forward and one backward; of past ones a heat map is kept, and five numbers a picture. ``progress`` is
    told how many pictures are done. Raises as ``effective_fields``, and ValueError where there are no pictures.
    """
    start, mean = perf_counter(), _Mean()

    def heats(reach: Reach) -> Heats:
        return heats_of(reach.gradient((target,) * reach.pictures), part)

    for values in batches:
        mean.add(gradients.taken(values, (target.key,), heats, len(values)))
        progress(mean.pictures)
    return mean.field(target, part, (perf_counter() - start) * 1e3)


class _Mean:
    """The sum of heat maps, and what the error of its spread follows from."""

    def __init__(self) -> None:
        self._sums: list[Heats] = []
        self._total: Heats | None = None

    @property
    def pictures(self) -> int:
        """How many have been added."""
        return sum(map(len, self._sums))

    def add(self, heats: Heats) -> None:
        """Heat maps (N, H, W)."""
        total = heats.sum(0)
        self._total = total if self._total is None else self._total + total
        self._sums.append(sums(heats))

    def field(self, target: Target, part: Part, milliseconds: float) -> EffectiveField:
        """Raises ValueError where nothing was added."""
        if self._total is None:
            raise ValueError("there are no pictures to average over")
        each = np.concatenate(self._sums)
        return field_of(
            target, part, self._total / len(each), pictures=len(each), dead=int((each[:, 0] == 0).sum()),
            milliseconds=milliseconds, sigma_error=sigma_error(each),
        )  # fmt: skip
