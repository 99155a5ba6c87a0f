"""The VGG networks (Simonyan and Zisserman 2015), with the names of torchvision's state dicts, and two for CIFAR-10."""

from torch import nn

from inspector.nets.layers import chain

# maps of the convolutions of each block; every block ends with a pooling
VGG11 = ((64,), (128,), (256, 256), (512, 512), (512, 512))
VGG13 = ((64, 64), (128, 128), (256, 256), (512, 512), (512, 512))
VGG16 = ((64, 64), (128, 128), (256,) * 3, (512,) * 3, (512,) * 3)
VGG19 = ((64, 64), (128, 128), (256,) * 4, (512,) * 4, (512,) * 4)
COMPACT = ((64, 64), (128, 128), (256, 256), (512, 512))

Blocks = tuple[tuple[int, ...], ...]


def vgg(blocks: Blocks, *, batch_norm: bool = False) -> nn.Module:
    """VGG for ImageNet: (N, 3, H, W) -> (N, 1000), H and W at least 32, published for 224."""
    return chain(
        features=_features(blocks, batch_norm=batch_norm),
        avgpool=nn.AdaptiveAvgPool2d(7),
        flatten=nn.Flatten(),
        classifier=nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Dropout(),
            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 1000),
        ),
    )  # fmt: skip


def vgg_compact() -> nn.Module:
    """VGG for CIFAR-10 with batch norm and the mean of each map instead of wide linear layers.

    (N, 3, 32, 32) -> (N, 10), any size from 16. 4,694,346 parameters.
    """
    return chain(
        features=_features(COMPACT, batch_norm=True),
        avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), dropout=nn.Dropout(), classifier=nn.Linear(512, 10),
    )  # fmt: skip


def vgg_deck() -> nn.Module:
    """The lecture's VGG for CIFAR-10: (N, 3, 32, 32) -> (N, 10). 29,900,362 parameters."""
    return chain(
        **_block("1", 3, 64), **_block("2", 64, 128), **_block("3", 128, 256), **_block("4", 256, 512), flatten=nn.Flatten(),
        linear1=nn.Linear(512 * 2 * 2, 4096), relu5=nn.ReLU(),
        linear2=nn.Linear(4096, 4096), relu6=nn.ReLU(), linear3=nn.Linear(4096, 10),
    )  # fmt: skip


def _features(blocks: Blocks, *, batch_norm: bool) -> nn.Sequential:
    layers: list[nn.Module] = []
    channels = 3
    for block in blocks:
        for maps in block:
            norm = [nn.BatchNorm2d(maps)] if batch_norm else []
            layers += [nn.Conv2d(channels, maps, 3, padding=1), *norm, nn.ReLU()]
            channels = maps
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


def _block(number: str, channels: int, maps: int) -> dict[str, nn.Module]:
    return {
        f"conv{number}a": nn.Conv2d(channels, maps, 3, padding=1), f"relu{number}a": nn.ReLU(),
        f"conv{number}b": nn.Conv2d(maps, maps, 3, padding=1), f"relu{number}b": nn.ReLU(),
        f"pool{number}": nn.MaxPool2d(2),
    }  # fmt: skip
