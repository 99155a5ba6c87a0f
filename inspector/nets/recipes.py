"""How each network is trained: every number that a run depends on, as a value."""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import cos, pi

from torch import nn, optim


class Method(StrEnum):
    """The rule by which gradients change the weights."""

    SGD = "sgd"  # with Nesterov's momentum
    ADAMW = "adamw"


@dataclass(frozen=True)
class Recipe:
    """What makes a training run; two runs on one machine with as many threads give the same weights, bit for bit.

    ``rate``: the highest learning rate, reached after the share ``warm_up`` of all steps and then lowered to 0 along
    a half cosine. ``shift``: pictures are moved by up to so many whole pixels each way. ``flip``: half of them are mirrored.
    ``turn`` (degrees) and ``zoom`` (share): they are turned and scaled by up to so much, bilinearly. ``bfloat16``:
    products are computed with 8 significant bits, sums and weights kept in float32. ``channels_last``: the order in memory.
    """

    epochs: int
    rate: float
    method: Method = Method.SGD
    batch: int = 128
    warm_up: float = 0.2
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.0
    shift: int = 0
    flip: bool = False
    turn: float = 0.0
    zoom: float = 0.0
    bfloat16: bool = False
    channels_last: bool = False
    seed: int = 1

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch < 2 or self.seed < 0:
            raise ValueError(f"epochs {self.epochs} must be >= 1, batch {self.batch} >= 2 and seed {self.seed} >= 0")
        if not (0 <= self.warm_up < 1 and 0 < self.momentum < 1 and self.rate > 0):
            raise ValueError(
                f"warm-up {self.warm_up} must lie in [0, 1), momentum {self.momentum} in (0, 1), rate {self.rate} above 0"
            )

    def rate_at(self, progress: float) -> float:
        """The learning rate when the share ``progress`` in [0, 1] of all steps is done."""
        if progress < self.warm_up:
            return self.rate * progress / self.warm_up
        return self.rate * (1 + cos(pi * (progress - self.warm_up) / (1 - self.warm_up))) / 2

    def optimizer(self, network: nn.Module) -> optim.Optimizer:
        """The optimizer of the network's parameters; vectors (biases, batch norm) are not drawn towards zero."""
        tensors = list(network.parameters())
        groups = [
            {"params": [t for t in tensors if t.ndim > 1], "weight_decay": self.weight_decay},
            {"params": [t for t in tensors if t.ndim <= 1], "weight_decay": 0.0},
        ]
        if self.method is Method.SGD:
            return optim.SGD(groups, lr=self.rate, momentum=self.momentum, nesterov=True)
        return optim.AdamW(groups, lr=self.rate, betas=(self.momentum, 0.999))


_DIGITS = Recipe(epochs=20, rate=2e-3, method=Method.ADAMW, weight_decay=0.01, shift=2, turn=10.0, zoom=0.1)
_PLAIN = replace(_DIGITS, epochs=10, shift=0, turn=0.0, zoom=0.0)  # too small to learn distorted digits as well
_OBJECTS = Recipe(epochs=15, rate=0.05, shift=4, flip=True, label_smoothing=0.1, bfloat16=True, channels_last=True)

_RECIPES = {
    "lenet5": replace(_DIGITS, epochs=30, rate=4e-3),
    "lenet5-1998": _DIGITS,
    "lenet-deck": replace(_DIGITS, epochs=15, label_smoothing=0.05, bfloat16=True, channels_last=True),
    "simple-cnn": replace(_PLAIN, rate=1e-2),
    "mlp1": _PLAIN,
    "mlp3": replace(_PLAIN, epochs=15, shift=1),
    "locally-connected": replace(_PLAIN, shift=1),
    "vgg-deck": replace(_OBJECTS, rate=3e-4, method=Method.ADAMW, weight_decay=0.01),  # without batch norm SGD hardly starts
    "vgg-compact": _OBJECTS,
}


def recipe(id: str) -> Recipe:
    """The recipe of a network of the catalogue. Raises ValueError that names those that have one."""
    if id not in _RECIPES:
        raise ValueError(f"there is no recipe to train {id!r}; there are recipes for {', '.join(_RECIPES)}")
    return _RECIPES[id]
