"""LeNet-5 in two forms, and the small networks of lectures."""

import torch
from torch import Tensor, nn

from inspector.nets.layers import LocallyConnected2d, PartialConv2d, Subsampling, chain

# which maps of S2 each map of C3 sees: LeCun et al. 1998, table I
C3_SOURCES = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5),
)  # fmt: skip

# the digits 0 … 9, 7 pixels wide and 12 high, drawn for this project: two hexadecimal digits a row, its leftmost pixel bit 6
DIGITS = (
    "1c3663636363636363361c00", "0c1c3c0c0c0c0c0c0c0c3f00", "3e63030303060c1830607f00", "3e6303031e03030303633e00",
    "060e1e366666667f06060600", "7f6060607e63030303633e00", "1e3060606e73636363633e00", "7f0303060c0c181818303000",
    "3e636363633e636363633e00", "3e63636363673b0303063c00",
)  # fmt: skip


class ScaledTanh(nn.Module):
    """``1.7159 tanh(2/3 x)``, which maps ±1 to ±1 (LeCun et al. 1998, appendix A)."""

    def forward(self, values: Tensor) -> Tensor:
        """Same shape."""
        return 1.7159 * torch.tanh(values * (2 / 3))


class Prototypes(nn.Module):
    """The output of LeNet-5 of 1998: minus the squared distance to a fixed picture of each digit, so that the largest wins.

    (N, 84) -> (N, 10). ``weight`` (10, 84), ±1, is a buffer: it is not trained.
    """

    weight: Tensor

    def __init__(self) -> None:
        super().__init__()
        rows = [[2.0 * int(bit) - 1 for byte in bytes.fromhex(digit) for bit in f"{byte:07b}"] for digit in DIGITS]
        self.register_buffer("weight", torch.tensor(rows))  # computing with it on torch's "meta" device imports its compiler

    def forward(self, units: Tensor) -> Tensor:
        """See the class."""
        return -(units[:, None, :] - self.weight).square().sum(2)


def lenet5() -> nn.Module:
    """LeNet-5 as it is written today: C3 sees all maps, plain average pooling, a linear output.

    (N, 1, 28, 28) -> (N, 10); the border of 2 that LeCun's 32 × 32 pictures had is the padding of C1. 61,706 parameters.
    """
    return chain(
        c1=nn.Conv2d(1, 6, 5, padding=2), tanh1=nn.Tanh(), s2=nn.AvgPool2d(2),
        c3=nn.Conv2d(6, 16, 5), tanh3=nn.Tanh(), s4=nn.AvgPool2d(2),
        c5=nn.Conv2d(16, 120, 5), tanh5=nn.Tanh(), flatten=nn.Flatten(),
        f6=nn.Linear(120, 84), tanh6=nn.Tanh(), output=nn.Linear(84, 10),
    )  # fmt: skip


def lenet5_1998() -> nn.Module:
    """LeNet-5 as published: partial C3, trainable pooling, distances to fixed codes (LeCun et al. 1998, section II.B).

    (N, 1, 32, 32) -> (N, 10). 60,000 parameters.
    """
    return chain(
        c1=nn.Conv2d(1, 6, 5), tanh1=ScaledTanh(), s2=Subsampling(6), tanh2=ScaledTanh(),
        c3=PartialConv2d(6, C3_SOURCES, 5), tanh3=ScaledTanh(), s4=Subsampling(16), tanh4=ScaledTanh(),
        c5=nn.Conv2d(16, 120, 5), tanh5=ScaledTanh(), flatten=nn.Flatten(),
        f6=nn.Linear(120, 84), tanh6=ScaledTanh(), output=Prototypes(),
    )  # fmt: skip


def lenet_deck() -> nn.Module:
    """The lecture's LeNet with 50 and 100 maps: (N, 1, 28, 28) -> (N, 10). 536,710 parameters."""
    return chain(
        conv1=nn.Conv2d(1, 50, 3, padding=1), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(50, 100, 3, padding=1), relu2=nn.ReLU(), pool2=nn.MaxPool2d(2), flatten=nn.Flatten(),
        linear1=nn.Linear(100 * 7 * 7, 100), relu3=nn.ReLU(), linear2=nn.Linear(100, 10),
    )  # fmt: skip


def simple_cnn() -> nn.Module:
    """The lecture's simplest network, 4 and 8 maps: (N, 1, 28, 28) -> (N, 10). 4,266 parameters."""
    return _simple(nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1))


def locally_connected() -> nn.Module:
    """The simple network with as many maps and products, but without weight sharing: (N, 1, 28, 28) -> (N, 10)."""
    return _simple(LocallyConnected2d(1, 4, 3, (28, 28), padding=1), LocallyConnected2d(4, 8, 3, (14, 14), padding=1))


def _simple(first: nn.Module, second: nn.Module) -> nn.Module:
    return chain(
        conv_1=first, relu_1=nn.ReLU(), pool_1=nn.MaxPool2d(2),
        conv_2=second, relu_2=nn.ReLU(), pool_2=nn.MaxPool2d(2),
        flatten=nn.Flatten(), linear_1=nn.Linear(8 * 7 * 7, 10),
    )  # fmt: skip


def convnet83() -> nn.Module:
    """The lecture's sizes worked by hand, 83 -> 75 -> 14 -> 6 -> 1: (N, 1, 83, 83) -> (N, 101)."""
    return chain(
        conv1=nn.Conv2d(1, 64, 9), relu1=nn.ReLU(), pool1=nn.MaxPool2d(10, stride=5),
        conv2=nn.Conv2d(64, 256, 9), relu2=nn.ReLU(), pool2=nn.MaxPool2d(6), flatten=nn.Flatten(),
        linear1=nn.Linear(256, 101),
    )  # fmt: skip
