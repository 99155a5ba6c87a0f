"""Residual networks (He, Zhang, Ren and Sun 2015), with the names of torchvision's state dicts."""

from collections.abc import Callable

from torch import Tensor, nn

from inspector.nets.layers import chain


class Residual(nn.Module):
    """A block: the layers of its ``branch`` plus the shortcut, then ReLU. (N, C, H, W) -> (N, C', H', W').

    ``downsample`` changes the input to the shape of the result; None where it has that shape already.
    Every layer is passed once, so that each has one output to look at.
    """

    def __init__(self, branch: dict[str, nn.Module], downsample: nn.Module | None) -> None:
        super().__init__()
        self.branch = tuple(branch)
        for name, layer in branch.items():
            self.add_module(name, layer)
        self.downsample = downsample
        self.relu = nn.ReLU()

    def forward(self, maps: Tensor) -> Tensor:
        """See the class."""
        result = maps
        for name in self.branch:
            result = self.get_submodule(name)(result)
        shortcut = maps if self.downsample is None else self.downsample(maps)
        total: Tensor = self.relu(result + shortcut)
        return total


Block = Callable[[int, int, int], Residual]  # channels in, channels out, stride


def resnet18() -> nn.Module:
    """(N, 3, H, W) -> (N, 1000), published for 224. 11,689,512 parameters."""
    return _resnet(_basic, (64, 128, 256, 512), (2, 2, 2, 2))


def resnet50() -> nn.Module:
    """(N, 3, H, W) -> (N, 1000), published for 224. 25,557,032 parameters."""
    return _resnet(_bottleneck, (256, 512, 1024, 2048), (3, 4, 6, 3))


def _resnet(block: Block, maps: tuple[int, int, int, int], depths: tuple[int, int, int, int]) -> nn.Module:
    return chain(
        conv1=_conv(3, 64, 7, 2), bn1=nn.BatchNorm2d(64), relu=nn.ReLU(), maxpool=nn.MaxPool2d(3, stride=2, padding=1),
        layer1=_stage(block, 64, maps[0], depths[0], stride=1),
        layer2=_stage(block, maps[0], maps[1], depths[1], stride=2),
        layer3=_stage(block, maps[1], maps[2], depths[2], stride=2),
        layer4=_stage(block, maps[2], maps[3], depths[3], stride=2),
        avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(maps[3], 1000),
    )  # fmt: skip


def _stage(block: Block, channels: int, maps: int, depth: int, stride: int) -> nn.Module:
    return nn.Sequential(block(channels, maps, stride), *(block(maps, maps, 1) for _ in range(depth - 1)))


def _basic(channels: int, maps: int, stride: int) -> Residual:
    """Two 3 × 3 convolutions."""
    branch = {
        "conv1": _conv(channels, maps, 3, stride), "bn1": nn.BatchNorm2d(maps), "relu1": nn.ReLU(),
        "conv2": _conv(maps, maps, 3), "bn2": nn.BatchNorm2d(maps),
    }  # fmt: skip
    return Residual(branch, _downsample(channels, maps, stride))


def _bottleneck(channels: int, maps: int, stride: int) -> Residual:
    """1 × 1, 3 × 3 and 1 × 1 convolutions; the stride is that of the 3 × 3, as torchvision has it."""
    narrow = maps // 4
    branch = {
        "conv1": _conv(channels, narrow, 1), "bn1": nn.BatchNorm2d(narrow), "relu1": nn.ReLU(),
        "conv2": _conv(narrow, narrow, 3, stride), "bn2": nn.BatchNorm2d(narrow), "relu2": nn.ReLU(),
        "conv3": _conv(narrow, maps, 1), "bn3": nn.BatchNorm2d(maps),
    }  # fmt: skip
    return Residual(branch, _downsample(channels, maps, stride))


def _downsample(channels: int, maps: int, stride: int) -> nn.Module | None:
    if stride == 1 and channels == maps:
        return None
    return nn.Sequential(_conv(channels, maps, 1, stride), nn.BatchNorm2d(maps))


def _conv(channels: int, maps: int, size: int, stride: int = 1) -> nn.Conv2d:
    """Without bias, since a batch norm follows; padded so that only the stride shrinks."""
    return nn.Conv2d(channels, maps, size, stride, padding=size // 2, bias=False)
