"""Networks without image planes, to compare with."""

from torch import nn

from inspector.nets.layers import chain


def mlp1(inputs: int = 28 * 28, classes: int = 10) -> nn.Module:
    """One linear layer on the pixels: (N, C, H, W) with ``inputs`` = C * H * W -> (N, classes)."""
    return chain(flatten=nn.Flatten(), linear1=nn.Linear(inputs, classes))


def mlp3(inputs: int = 28 * 28, classes: int = 10) -> nn.Module:
    """Three linear layers, 300 and 100 hidden units as LeCun et al. 1998 compare: (N, C, H, W) -> (N, classes)."""
    return chain(
        flatten=nn.Flatten(), linear1=nn.Linear(inputs, 300), relu1=nn.ReLU(),
        linear2=nn.Linear(300, 100), relu2=nn.ReLU(), linear3=nn.Linear(100, classes),
    )  # fmt: skip
