"""From pictures to what a network takes: fitted to its size, as shares of white, standardized."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inspector.core.network.facts import Shape
from inspector.core.network.settings import Fit
from inspector.core.picture import LUMA, Picture
from inspector.nets import fitting

# means and standard deviations of the training pixels as shares of white, per channel; computed from the files
STATISTICS = {
    "MNIST": ((0.1307,), (0.3081,)),
    "CIFAR-10": ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
    "ImageNet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),  # the published ones
}


class NormalizationError(ValueError):
    """Means and deviations that are not for the network's channels."""


@dataclass(frozen=True)
class Preprocessing:
    """The input ``(C, H, W)`` of a network, the mean and standard deviation of each channel, white being 1, and the fit."""

    input: Shape
    mean: tuple[float, ...]
    std: tuple[float, ...]
    fit: Fit = Fit.PAD

    def __post_init__(self) -> None:
        if not len(self.mean) == len(self.std) == self.input[0]:
            raise NormalizationError(
                f"{len(self.mean)} means and {len(self.std)} deviations were given for {self.input[0]} channels"
            )
        if not all(np.isfinite(self.mean)) or not all(0 < deviation < np.inf for deviation in self.std):
            raise NormalizationError(f"means must be finite and deviations positive, not {self.mean} and {self.std}")

    def standardized(self, images: Tensor) -> Tensor:
        """Images ``(N, C, h, w)`` float32, white being 1, as the network takes them. Raises ValueError as ``fitted`` does."""
        return self.normalized(self.fitted(images))

    def fitted(self, images: Tensor) -> Tensor:
        """Images ``(N, C, h, w)`` in the size of the input, (N, C, H, W), white being 1.

        Raises ValueError where they have other channels, or are larger than the input and only to be padded.
        """
        if images.shape[1] != self.input[0]:
            raise ValueError(f"the pictures have {images.shape[1]} channels, and the network takes {self.input[0]}")
        return fitting.fit(images, self.input, self.fit)

    def normalized(self, fitted: Tensor) -> Tensor:
        """Fitted images as the network takes them: each channel minus its mean, over its deviation."""
        mean, std = (torch.tensor(numbers).reshape(-1, 1, 1) for numbers in (self.mean, self.std))
        return (fitted - mean).div_(std)

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Preprocessing":
        """From the values of a card, as ``dataclasses.asdict`` makes them. Raises ValueError, TypeError or KeyError."""
        channels, height, width = map(int, facts["input"])
        mean, std = (tuple(map(float, facts[key])) for key in ("mean", "std"))
        return cls((channels, height, width), mean, std, Fit(facts["fit"]))


def shares(images: Tensor) -> Tensor:
    """Bytes as float32 shares of white, in [0, 1]."""
    return images.to(torch.float32) / 255


def network_input(picture: Picture, wanted: Preprocessing) -> Tensor:
    """The picture as the network's input ``(1, C, H, W)`` float32. Raises ValueError as ``fitted_shares`` does."""
    return wanted.normalized(fitted_shares(picture, wanted))


def fitted_shares(picture: Picture, wanted: Preprocessing) -> Tensor:
    """The picture in the size of the network's input, ``(1, C, H, W)`` float32, black being 0 and white 1.

    Grey is repeated for a network of colours, colours become luma for one of grey; what is transparent lies on white.

    Raises:
        ValueError: the picture is to be padded and is larger than the input, or has values that are not finite; or the
            network takes neither grey nor colours.
    """
    image = _with_channels(_on_white(picture), wanted.input[0])
    if not bool(torch.isfinite(image).all()):
        raise ValueError("the picture has values that are not finite, which no network can judge")
    return wanted.fitted(image[None])


def shown(fitted: Tensor) -> NDArray[np.uint8]:
    """Fitted shares of white ``(1, C, H, W)``, C = 1 or 3, as a picture ``(H, W, 3)`` uint8, contiguous and read-only."""
    levels = (fitted[0] * 255 + 0.5).clamp(0, 255).to(torch.uint8)
    picture = np.ascontiguousarray(levels.expand(3, -1, -1).permute(1, 2, 0).numpy())
    picture.flags.writeable = False
    return picture


def natural_fit(picture: Picture, size: Shape) -> Fit:
    """What is usual: small pictures are padded, of others the middle is taken."""
    return Fit.PAD if picture.height <= size[1] and picture.width <= size[2] else Fit.CROP


def _on_white(picture: Picture) -> Tensor:
    """Shares of white ``(c, h, w)`` with c = 1 or 3."""
    values = _between(picture.values, picture)
    image = values[None] if picture.channels == 1 else values.permute(2, 0, 1)
    if picture.alpha is None:
        return image
    alpha = _between(picture.alpha, picture)
    return image * alpha + (1 - alpha)


def _between(values: np.ndarray[Any, Any], picture: Picture) -> Tensor:
    scaled = (values.astype(np.float32) - picture.low) / (picture.high - picture.low)
    return torch.from_numpy(scaled)


def _with_channels(image: Tensor, channels: int) -> Tensor:
    if channels not in (1, 3):
        raise ValueError(f"the network takes {channels} channels, and pictures have 1 or 3")
    if channels == 1 and len(image) == 3:
        return torch.einsum("c,chw->hw", torch.tensor(LUMA), image)[None]
    return image.expand(channels, -1, -1)
