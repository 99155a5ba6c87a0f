"""Pictures passed beside the one that they are compared with, so that both are computed alike, bit by bit."""

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from inspector.core.shift.measures import Numbers
from inspector.core.shift.sampling import Values
from inspector.core.shift.transforms import Transform
from inspector.nets.passes import Passes
from inspector.nets.reuse import Reuse
from kernels import Cancel

Pictures = NDArray[np.float32]
PairWatch = Callable[[str, Tensor, Tensor], None]  # the key of a layer, f(x) (C, h, w), and f of the others (n, C, h, w)


class Pairs:
    """One picture ``still`` (C, H, W) and any number of transforms of it before a network; shares of white.

    torch sums in another order in batches of another size, and then maps that ought to be equal differ in their last bits. So
    the one is passed again with each batch of the others; where pictures pass one by one, its maps are kept instead, and
    ``reuse`` saves what is known from it.
    """

    def __init__(self, passes: Passes, still: Values, reuse: Reuse) -> None:
        self._passes, self._still, self._reuse = passes, still[np.newaxis], reuse
        self._kept: dict[str, Tensor] = {}
        self._judged: Numbers | None = None

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
        found = self._passes.judged(
            np.concatenate([self._still, others]), cancel, keys, lambda key, made: watch(key, made[0], made[1:])
        )
        return found[0], found[1:]

    def _one_by_one(
        self, transforms: Sequence[Transform], others: Pictures, cancel: Cancel, keys: Collection[str], watch: PairWatch
    ) -> tuple[Numbers, Numbers]:
        if self._judged is None or not set(keys) <= set(self._kept):
            with self._reuse.recording():
                self._judged = self._passes.judged(self._still, cancel, keys, self._keep)[0]
        found = []
        for transform, other in zip(transforms, others, strict=True):
            with self._reuse.moved(transform):
                found.append(
                    self._passes.judged(other[np.newaxis], cancel, keys, lambda key, made: watch(key, self._kept[key], made))
                )
        return self._judged, np.concatenate(found)

    def _keep(self, key: str, made: Tensor) -> None:
        self._kept[key] = made[0].clone()  # what comes later in the network may change it in place
