"""A small network as plain values, and what a picture made in it."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from inspector.core.network.facts import Description, LayerFacts
from inspector.core.network.inspection import Inspection, NetworkFacts
from inspector.core.network.settings import Fit
from inspector.core.network.steps import steps
from inspector.core.receptive_field.field import ReceptiveField

SIDE = 12
CONV = ReceptiveField((3, 3), (1, 1), (1, 1))
POOL = ReceptiveField((4, 4), (2, 2), (1, 1))
LAYERS = (
    LayerFacts("conv", "Conv2d", (5, SIDE, SIDE), 140, 19_440, 2_880, CONV, takes="input"),
    LayerFacts("relu", "ReLU", (5, SIDE, SIDE), 0, 0, 2_880, CONV, takes="conv"),
    LayerFacts("pool", "MaxPool2d", (5, 6, 6), 0, 0, 720, POOL, takes="relu"),
    LayerFacts("flatten", "Flatten", (180, 1, 1), 0, 0, 720, None, takes="pool"),
    LayerFacts("fc", "Linear", (4, 1, 1), 724, 720, 16, None, takes="flatten"),
)


@pytest.fixture
def facts() -> NetworkFacts:
    """Convolution, ReLU, pooling and a linear layer, for colour pictures of 12 × 12."""
    description = Description((3, SIDE, SIDE), 864, 20_160, LAYERS)
    random = np.random.default_rng(1)
    weights = {"conv": random.normal(size=(5, 3, 3, 3)), "fc": random.normal(size=(4, 180, 1, 1))}
    return NetworkFacts(
        "small", "random", description, steps(description), tuple("abcd"), (0.0,) * 3, (1.0,) * 3,
        {key: value.astype(np.float32) for key, value in weights.items()},
    )  # fmt: skip


@pytest.fixture
def inspection() -> Inspection:
    """Made-up maps of every layer; those of "conv" are signed, those of "relu" are not."""
    random = np.random.default_rng(2)
    fitted = random.integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    maps = {layer.key: random.normal(size=layer.output).astype(np.float32) for layer in LAYERS}
    maps["relu"], maps["pool"] = np.maximum(maps["conv"], 0), np.abs(maps["pool"])
    maps["input"] = np.moveaxis(fitted / np.float32(255), 2, 0).astype(np.float32)
    return Inspection(maps, fitted, np.full(4, 0.25), Fit.STRETCH, 1.0)


@pytest.fixture
def of_maps(inspection: Inspection) -> Callable[[NDArray[np.float32]], Inspection]:
    """An inspection whose only tensor, "conv", is the given one."""
    return lambda maps: Inspection({"conv": maps}, inspection.fitted, inspection.probabilities, Fit.STRETCH, 1.0)
