"""What is known of an open network, and what one picture made in it: plain values, made by ``inspector.nets``."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.core.network.facts import Description
from inspector.core.network.settings import Fit
from inspector.core.network.steps import Step

Maps = NDArray[np.float32]  # (C, H, W); H = W = 1 where a layer has no image plane
NO_CLASSES = "The network gives no classes."  # in place of a judgement


@dataclass(frozen=True, eq=False)
class NetworkFacts:
    """An open network. ``line`` says whose weights they are, such as 'MNIST · 0.63 % error'.

    ``mean`` and ``std`` of each channel standardize the input, white being 1. ``weights``: what the filters of a layer are,
    by its key: ``(outputs, inputs, kh, kw)`` float32, read-only (linear layers ``(outputs, inputs, 1, 1)``), for layers
    that have such. ``class_names``: empty for a network that does not judge, such as one that makes maps. ``notes``: what the
    user must know (NaN in the weights, layers left random).
    """

    title: str
    line: str
    description: Description
    steps: tuple[Step, ...]
    class_names: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    weights: Mapping[str, NDArray[np.float32]]
    notes: tuple[str, ...] = ()

    @property
    def judges(self) -> bool:
        """Whether it gives classes."""
        return bool(self.class_names)


@dataclass(frozen=True, eq=False)
class Inspection:
    """One forward pass. All arrays are read-only.

    ``maps``: the output of every layer by its key, and the standardized input as "input". ``fitted``: the input as a picture
    before it was standardized, ``(H, W, 3)`` uint8. ``probabilities``: softmax of the outputs, ``(classes,)`` float64, all NaN
    where one output is not finite; ``(0,)`` of a network that gives no classes.
    ``fit``: how the picture was fitted. ``milliseconds``: of the forward pass alone.
    """

    maps: Mapping[str, Maps]
    fitted: NDArray[np.uint8]
    probabilities: NDArray[np.float64]
    fit: Fit
    milliseconds: float
