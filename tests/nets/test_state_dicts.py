"""The state dicts have torchvision's keys in torchvision's order, so that weights published for it fit.

The rules below were compared with torchvision 0.28 itself, shapes and outputs included.
"""

import pytest
import torch

from inspector.nets import entry

WEIGHTS = ("weight", "bias")
NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
CONVOLUTIONS = {
    "vgg11": (0, 3, 6, 8, 11, 13, 16, 18),
    "vgg13": (0, 2, 5, 7, 10, 12, 15, 17, 20, 22),
    "vgg16": (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28),
    "vgg19": (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34),
    "vgg11-bn": (0, 4, 8, 11, 15, 18, 22, 25),
    "vgg13-bn": (0, 3, 7, 10, 14, 17, 21, 24, 28, 31),
    "vgg16-bn": (0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40),
    "vgg19-bn": (0, 3, 7, 10, 14, 17, 20, 23, 27, 30, 33, 36, 40, 43, 46, 49),
}


def shapes(id: str) -> dict[str, tuple[int, ...]]:
    with torch.device("meta"):
        return {key: tuple(value.shape) for key, value in entry(id).build().state_dict().items()}


def keys(*layers: tuple[str, tuple[str, ...]]) -> list[str]:
    return [f"{layer}.{name}" for layer, names in layers for name in names]


@pytest.mark.parametrize("id", CONVOLUTIONS)
def test_vgg(id):
    features = []
    for number in CONVOLUTIONS[id]:
        features.append((f"features.{number}", WEIGHTS))
        if id.endswith("-bn"):
            features.append((f"features.{number + 1}", NORM))
    classifier = [(f"classifier.{number}", WEIGHTS) for number in (0, 3, 6)]
    assert list(shapes(id)) == keys(*features, *classifier)
    assert shapes(id)["classifier.0.weight"] == (4096, 25_088)


def test_alexnet():
    layers = [f"features.{n}" for n in (0, 3, 6, 8, 10)] + [f"classifier.{n}" for n in (1, 4, 6)]
    assert list(shapes("alexnet")) == keys(*((layer, WEIGHTS) for layer in layers))
    assert shapes("alexnet")["features.3.weight"] == (192, 64, 5, 5)


@pytest.mark.parametrize(
    ("id", "depths", "convolutions", "first_downsampled"), [("resnet18", (2, 2, 2, 2), 2, 2), ("resnet50", (3, 4, 6, 3), 3, 1)]
)
def test_resnet(id, depths, convolutions, first_downsampled):
    layers = [("conv1", ("weight",)), ("bn1", NORM)]
    for stage, depth in enumerate(depths, start=1):
        for block in range(depth):
            path = f"layer{stage}.{block}"
            for number in range(1, convolutions + 1):
                layers += [(f"{path}.conv{number}", ("weight",)), (f"{path}.bn{number}", NORM)]
            if block == 0 and stage >= first_downsampled:
                layers += [(f"{path}.downsample.0", ("weight",)), (f"{path}.downsample.1", NORM)]
    assert list(shapes(id)) == keys(*layers, ("fc", WEIGHTS))


def test_resnet50_strides_in_the_three_by_three_convolution(outlined):
    sizes = {layer.name: layer.output[1:] for layer in outlined("resnet50").layers}
    assert (sizes["layer2.0.conv1"], sizes["layer2.0.conv2"]) == ((56, 56), (28, 28))


def test_the_small_networks_use_the_names_of_the_field():
    assert list(shapes("lenet5")) == keys(*((name, WEIGHTS) for name in ("c1", "c3", "c5", "f6", "output")))
    assert list(shapes("simple-cnn")) == keys(*((name, WEIGHTS) for name in ("conv_1", "conv_2", "linear_1")))
