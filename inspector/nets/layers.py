"""Layers that torch does not have, and the one way in which the plain networks are put together."""

import torch
from torch import Tensor, nn
from torch.nn import functional

Pair = tuple[int, int]


def chain(**layers: nn.Module) -> nn.Sequential:
    """A network that passes its layers in the order of writing; the names become those of the state dict.

    Activation functions are layers of their own and never work in place, so that what went into them can be looked at.
    """
    network = nn.Sequential()
    for name, layer in layers.items():
        network.add_module(name, layer)
    return network


class Subsampling(nn.Module):
    """The trainable pooling of LeNet-5: the sum of 2 × 2 pixels, times a weight, plus a bias; one of each per map.

    (N, C, H, W) -> (N, C, H // 2, W // 2). Source: LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning
    Applied to Document Recognition, 1998, section II.B.
    """

    kernel_size = (2, 2)

    def __init__(self, maps: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((maps,), 0.25))  # starts as the average
        self.bias = nn.Parameter(torch.zeros(maps))

    def forward(self, maps: Tensor) -> Tensor:
        """See the class."""
        sums = 4 * functional.avg_pool2d(maps, self.kernel_size)
        return sums * self.weight[:, None, None] + self.bias[:, None, None]


class PartialConv2d(nn.Module):
    """A convolution of which each output map sees only some input maps: ``sources[i]`` for output map i.

    ``weight`` is (connections, k, k), in the order of ``sources``: what is not connected has no parameter.
    (N, C, H, W) -> (N, len(sources), H - k + 1, W - k + 1).
    """

    def __init__(self, in_channels: int, sources: tuple[tuple[int, ...], ...], kernel_size: int) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.sources = sources
        self.kernel_size = (kernel_size, kernel_size)
        connections = sum(map(len, sources))
        self.weight = nn.Parameter(torch.empty(connections, kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.zeros(len(sources)))
        _start_uniform(self.weight, kernel_size**2 * connections // len(sources))

    def dense_weight(self) -> Tensor:
        """The weights as of an ordinary convolution, (outputs, inputs, k, k), with 0 where nothing is connected."""
        outputs = [output for output, seen in enumerate(self.sources) for _ in seen]
        inputs = [place for seen in self.sources for place in seen]
        dense = self.weight.new_zeros(len(self.sources), self.in_channels, *self.kernel_size)
        places = torch.tensor(outputs, device=dense.device), torch.tensor(inputs, device=dense.device)
        return dense.index_put(places, self.weight)

    def forward(self, maps: Tensor) -> Tensor:
        """See the class."""
        return functional.conv2d(maps, self.dense_weight(), self.bias)


class LocallyConnected2d(nn.Module):
    """A convolution without weight sharing: every place of the output has its own kernel and bias.

    Stride 1. ``weight`` is (out, places, in * k * k), ``bias`` (out, places), places row by row.
    (N, C, H, W) -> (N, out, H + 2 padding - k + 1, W + 2 padding - k + 1), for the one size ``input_size`` (H, W).
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, input_size: Pair, padding: int = 0) -> None:
        super().__init__()
        self.kernel_size = (kernel_size, kernel_size)
        self.padding = (padding, padding)
        self.input_size = input_size
        self.output_size = tuple(side + 2 * padding - kernel_size + 1 for side in input_size)
        places, taps = self.output_size[0] * self.output_size[1], in_channels * kernel_size**2
        self.weight = nn.Parameter(torch.empty(out_channels, places, taps))
        self.bias = nn.Parameter(torch.zeros(out_channels, places))
        _start_uniform(self.weight, taps)

    def forward(self, maps: Tensor) -> Tensor:
        """See the class. Raises ValueError for maps of another size: their places would have no weights."""
        if tuple(maps.shape[-2:]) != self.input_size:
            raise ValueError(f"the layer has weights for maps of {self.input_size}, not of {tuple(maps.shape[-2:])}")
        patches = functional.unfold(maps, self.kernel_size, padding=self.padding)  # (N, taps, places)
        sums = torch.einsum("ntp,opt->nop", patches, self.weight) + self.bias
        return sums.reshape(*sums.shape[:2], *self.output_size)


def _start_uniform(weight: Tensor, fan_in: int) -> None:
    """Uniform in ±1 / sqrt(fan_in), as torch starts its own convolutions."""
    bound = fan_in**-0.5
    nn.init.uniform_(weight, -bound, bound)
