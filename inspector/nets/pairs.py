"""Pictures passed beside the one that they are compared with, so that both are computed alike, bit by bit."""

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from inspector.core.shift.measures import Numbers
from inspector.core.shift.sampling import Values
from inspector.core.shift.taps import Starts
from inspector.core.shift.transforms import Transform
from inspector.nets.passes import Passes, Watch
from inspector.nets.phases import Phases
from inspector.nets.reuse import Reuse
from kernels import Cancel

Pictures = NDArray[np.float32]

# is told the key of a layer, f(x) (C, h, w), f of the others (n, C, h, w), and where they begin, if not where their grid says
PairWatch = Callable[[str, Tensor, Tensor, Starts | None], None]


class Pairs:
    """One picture ``still`` (C, H, W) and any number of transforms of it before a network; shares of white.

    torch sums in another order in batches of another size, and then maps that ought to be equal differ in their last bits. So
    the one is passed again with each batch of the others; where pictures pass one by one, its maps are kept instead, and
    ``reuse`` saves what is known from it. ``phases`` tell where maps begin.
    """

    def __init__(self, passes: Passes, still: Values, reuse: Reuse, phases: Phases) -> None:
        self._passes, self._still, self._reuse, self._phases = passes, still[np.newaxis], reuse, phases
        self._kept: dict[str, tuple[Tensor, Starts | None]] = {}
        self._of_one: Numbers | None = None

    @property
    def most(self) -> int:
        """How many others one pass takes."""
        return max(self._passes.at_once - 1, 1)

    def judged(
        self, transforms: Sequence[Transform], others: Pictures, cancel: Cancel, keys: Collection[str], watch: PairWatch
    ) -> tuple[Numbers, Numbers]:
        """The probabilities of the one (classes,) and of the ``others`` (n, classes); raises as ``Passes.judged``.

        ``others`` (n, C, H, W) are what the ``transforms`` make of it. ``watch`` sees what the layers
        ``keys`` make; what it does with it has to be done when it returns.
        """
        if self._passes.at_once == 1:
            return self._one_by_one(transforms, others, cancel, keys, watch)
        found = self._judged(
            np.concatenate([self._still, others]), cancel, keys,
            lambda key, made: watch(key, made[0], made[1:], self._phases.begins(key)),
        )  # fmt: skip
        return found[0], found[1:]

    def _one_by_one(
        self, transforms: Sequence[Transform], others: Pictures, cancel: Cancel, keys: Collection[str], watch: PairWatch
    ) -> tuple[Numbers, Numbers]:
        if self._of_one is None or not set(keys) <= set(self._kept):
            with self._reuse.recording():
                self._of_one = self._judged(self._still, cancel, keys, self._keep)[0]
        found = []
        for transform, other in zip(transforms, others, strict=True):
            with self._reuse.moved(transform):
                found.append(self._judged(other[np.newaxis], cancel, keys, lambda key, made: self._compare(watch, key, made)))
        return self._of_one, np.concatenate(found)

    def _keep(self, key: str, made: Tensor) -> None:
        self._kept[key] = made[0].clone(), self._phases.begins(key)  # what comes later may change it in place

    def _compare(self, watch: PairWatch, key: str, made: Tensor) -> None:
        still, before = self._kept[key]
        after = self._phases.begins(key)
        watch(key, still, made, None if before is None or after is None else np.concatenate([before, after]))

    def _judged(self, pictures: Pictures, cancel: Cancel, keys: Collection[str], watch: Watch) -> Numbers:
        """As ``Passes.judged``, with the choices of the phases noted."""
        asked = frozenset(keys)

        def seen(key: str, made: Tensor) -> None:
            self._phases.note(key)
            if key in asked:
                watch(key, made)

        return self._passes.judged(pictures, cancel, asked | frozenset(self._phases.keys), seen)
