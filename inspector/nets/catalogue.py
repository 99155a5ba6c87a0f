"""The networks on offer, by the ids that scripts rely on."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, partial

from torch import nn

from inspector.core.network.facts import Shape
from inspector.nets import alexnet, lenet, mlp, resnet, vgg


@dataclass(frozen=True)
class Entry:
    """A network on offer.

    ``build`` makes it with random weights. ``input`` is the (C, H, W) that it was published for, ``dataset`` what
    it classifies, into ``classes`` classes.
    """

    id: str
    title: str
    build: Callable[[], nn.Module]
    input: Shape
    dataset: str
    classes: int


@cache
def entries() -> tuple[Entry, ...]:
    """Every network, from small to large."""
    return (*_digits(), *_objects(), *_imagenet())


def entry(id: str) -> Entry:
    """The network of an id such as ``vgg16-bn``. Raises ValueError that names similar ids."""
    known = {one.id: one for one in entries()}
    if id in known:
        return known[id]
    near = get_close_matches(id, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
    raise ValueError(f"there is no network {id[:40]!r}; {hint}")


def _digits() -> tuple[Entry, ...]:
    mnist = partial(Entry, input=(1, 28, 28), dataset="MNIST", classes=10)
    return (
        mnist("lenet5", "LeNet-5, modern form", lenet.lenet5),
        Entry("lenet5-1998", "LeNet-5 as published in 1998", lenet.lenet5_1998, (1, 32, 32), "MNIST", 10),
        mnist("lenet-deck", "LeNet of the lecture, 50 and 100 maps", lenet.lenet_deck),
        mnist("simple-cnn", "Simple CNN, 4 and 8 maps", lenet.simple_cnn),
        mnist("mlp1", "One linear layer", mlp.mlp1),
        mnist("mlp3", "Three linear layers", mlp.mlp3),
        mnist("locally-connected", "Simple CNN without weight sharing", lenet.locally_connected),
    )


def _objects() -> tuple[Entry, ...]:
    cifar = partial(Entry, input=(3, 32, 32), dataset="CIFAR-10", classes=10)
    return (
        Entry("convnet83", "ConvNet of the lecture, 83 × 83", lenet.convnet83, (1, 83, 83), "Caltech-101", 101),
        cifar("vgg-deck", "VGG of the lecture", vgg.vgg_deck),
        cifar("vgg-compact", "Compact VGG with batch norm", vgg.vgg_compact),
    )


def _imagenet() -> tuple[Entry, ...]:
    imagenet = partial(Entry, input=(3, 224, 224), dataset="ImageNet", classes=1000)
    depths = {"11": vgg.VGG11, "13": vgg.VGG13, "16": vgg.VGG16, "19": vgg.VGG19}
    return (
        *(imagenet(f"vgg{n}", f"VGG-{n}", partial(vgg.vgg, blocks)) for n, blocks in depths.items()),
        *(
            imagenet(f"vgg{n}-bn", f"VGG-{n} with batch norm", partial(vgg.vgg, blocks, batch_norm=True))
            for n, blocks in depths.items()
        ),
        imagenet("alexnet", "AlexNet", alexnet.alexnet),
        imagenet("resnet18", "ResNet-18", resnet.resnet18),
        imagenet("resnet50", "ResNet-50", resnet.resnet50),
    )
