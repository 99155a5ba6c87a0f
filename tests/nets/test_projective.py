"""Brute force: one pixel changes exactly the units that its projective field names, and gradients cover exactly what is seen."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from inspector.core.picture import Picture
from inspector.core.receptive_field.areas import seen, seers
from inspector.core.receptive_field.compose import box
from inspector.core.receptive_field.effective import Target
from inspector.nets import describe
from inspector.nets.borrowing import hooked
from inspector.nets.opened import opened
from inspector.nets.prepared import Trained
from inspector.nets.preprocessing import Preprocessing

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning")
LAW = settings(deadline=None, derandomize=True, max_examples=40)


class Branches(nn.Module):
    """Two branches, added or put one behind the other; what is too large is cut off at the bottom and right."""

    def __init__(self, left: nn.Module, right: nn.Module, how: str) -> None:
        super().__init__()
        self.left, self.right, self.how = left, right, how

    def forward(self, maps: Tensor) -> Tensor:
        left, right = self.left(maps), self.right(maps)
        height, width = (min(left.shape[dim], right.shape[dim]) for dim in (2, 3))
        left, right = left[:, :, :height, :width], right[:, :, :height, :width]
        return left + right if self.how == "add" else torch.cat([left, right], 1).sum(1, keepdim=True)


class Calling(nn.Module):
    """Does what it is given."""

    def __init__(self, function) -> None:
        super().__init__()
        self.forward = function


def pairs(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def convolutions(draw: st.DrawFn) -> nn.Module:
    """Of positive weights: what it sees, it depends on."""
    mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
    layer = nn.Conv2d(
        1, 1, draw(pairs(1, 3)), draw(pairs(1, 2)), draw(pairs(0, 2)), draw(pairs(1, 2)), padding_mode=mode, bias=False
    )
    nn.init.uniform_(layer.weight, 0.5, 1)
    return layer


@st.composite
def transposed(draw: st.DrawFn) -> nn.Module:
    layer = nn.ConvTranspose2d(
        1, 1, draw(pairs(1, 3)), draw(pairs(1, 3)), draw(pairs(0, 1)), bias=False, dilation=draw(pairs(1, 2))
    )
    nn.init.uniform_(layer.weight, 0.5, 1)
    return layer


@st.composite
def poolings(draw: st.DrawFn) -> nn.Module:
    kernel = draw(pairs(1, 3))
    padding = tuple(draw(st.integers(0, side // 2)) for side in kernel)
    return nn.AvgPool2d(kernel, draw(pairs(1, 3)), padding, ceil_mode=draw(st.booleans()))


@st.composite
def paddings(draw: st.DrawFn) -> nn.Module:
    sides, mode = (
        draw(st.tuples(*[st.integers(-1, 2)] * 4)),
        draw(st.sampled_from(["constant", "reflect", "replicate", "circular"])),
    )
    return Calling(lambda maps: functional.pad(maps, sides, mode))


@st.composite
def enlargements(draw: st.DrawFn) -> nn.Module:
    mode = draw(st.sampled_from(["nearest", "nearest-exact", "bilinear", "area"]))
    factor = draw(st.sampled_from([2, (1.0, 3.0), (1.5, 1.25)]))
    return nn.Upsample(scale_factor=factor, mode=mode)


SIMPLE = (nn.ReLU(), nn.Sigmoid(), Calling(lambda maps: maps * 2 + 1), Calling(lambda maps: maps[:, :, 1:, ::2]),
          Calling(lambda maps: maps + maps.mean(2, keepdim=True)),
          Calling(lambda maps: maps * maps.mean((2, 3))[..., None, None]),
          Calling(lambda maps: maps.flip(3)), Calling(lambda maps: maps.roll(1, 2)), nn.AdaptiveAvgPool2d((3, 4)),
          Calling(lambda maps: maps.permute(0, 2, 3, 1).exp().permute(0, 3, 1, 2)),
          Calling(lambda maps: maps.flatten(2).square().unflatten(2, maps.shape[2:])))  # fmt: skip
LAYERS = st.one_of(convolutions(), transposed(), poolings(), paddings(), enlargements(), st.sampled_from(SIMPLE))
CHAINS = st.lists(LAYERS, max_size=3).map(lambda layers: nn.Sequential(*layers))
BRANCHES = st.builds(Branches, CHAINS, CHAINS, st.sampled_from(["add", "cat"]))
NETWORKS = st.lists(st.one_of(LAYERS, BRANCHES), min_size=1, max_size=4).map(lambda parts: nn.Sequential(*parts).double())


def computed(network: nn.Module, picture: Tensor) -> dict[str, Tensor]:
    """What each layer makes of a picture, by its key."""
    made: dict[str, Tensor] = {}

    def leaves(name: str):
        def hook(layer, given, maps):
            made[name if name not in made else f"{name}:{1 + sum(key.split(':')[0] == name for key in made)}"] = maps

        return hook

    leaf = [(name, one) for name, one in network.named_modules() if not any(one.children())]
    with hooked(one.register_forward_hook(leaves(name)) for name, one in leaf):
        network(picture)
    return made


def described(network: nn.Module, size: tuple[int, int]):
    """The graph of a network that passes the picture, everything in it known without measuring."""
    try:
        graph = describe(network, (1, *size)).graph
    except ValueError:
        assume(False)
    assume(all(min(node.grid) for node in graph.nodes))
    assert not any(node.measured or node.problem for node in graph.nodes)
    return graph


@LAW
@given(NETWORKS, pairs(5, 11), st.data())
def test_a_pixel_changes_exactly_the_units_that_its_projective_field_names(network, size, data):
    graph = described(network, size)
    pixel = data.draw(st.tuples(*(st.integers(0, side - 1) for side in size)))
    picture = torch.rand(1, 1, *size, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    other = picture.clone()
    other[0, 0, *pixel] += 1e-3
    with torch.no_grad():
        before, after = computed(network, picture), computed(network, other)
    named = seers(graph, pixel)
    for key, maps in before.items():
        changed = (maps != after[key])[0].any(0).numpy()
        assert (named[key].mask() == changed).all(), key


@LAW
@given(NETWORKS, pairs(5, 11), st.data())
def test_gradients_cover_exactly_what_a_unit_sees(network, size, data):
    graph = described(network, size)
    picture = torch.rand(1, 1, *size, dtype=torch.float64, generator=torch.Generator().manual_seed(3)).requires_grad_()
    made = computed(network, picture)
    key = data.draw(st.sampled_from(sorted(made)))
    unit = data.draw(st.tuples(*(st.integers(0, side - 1) for side in made[key].shape[2:])))
    (slope,) = torch.autograd.grad(made[key][0, :, *unit].sum(), picture, allow_unused=True)
    covered = torch.zeros(size, dtype=torch.bool) if slope is None else slope[0, 0] != 0
    assert (seen(graph, key, unit).mask() == covered.numpy()).all()
    y0, x0, y1, x1 = box(graph, key, unit)
    assert all(y0 <= y < y1 and x0 <= x < x1 for y, x in covered.nonzero().tolist())


class SmallUNet(nn.Module):
    """Two levels down and up again by the nearest, with what was cut off laid beside; it makes maps and a mean of them."""

    def __init__(self) -> None:
        super().__init__()
        sizes = {"down": (1, 1), "deep": (1, 1), "deepest": (1, 1), "up": (2, 1), "out": (2, 2)}
        for name, (inputs, outputs) in sizes.items():
            layer = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
            nn.init.uniform_(layer.weight, 0.5, 1)
            self.add_module(name, layer)
        self.pool, self.twice = nn.AvgPool2d(2), nn.Upsample(scale_factor=2, mode="nearest")

    def forward(self, maps: Tensor) -> dict[str, Tensor]:
        first = self.down(maps)
        second = self.deep(self.pool(first))
        third = self.deepest(self.pool(second))
        second = self.up(torch.cat([self.twice(third), second], 1))
        maps = self.out(torch.cat([self.twice(second), first], 1))
        return {"maps": maps, "means": maps.mean((2, 3))}


def test_each_pixel_changes_exactly_the_units_of_a_u_net_that_see_it():
    torch.manual_seed(0)
    network, size = SmallUNet().double(), (16, 12)
    graph = describe(network, (1, *size)).graph
    assert not any(node.measured or node.problem for node in graph.nodes)
    picture = torch.rand(1, 1, *size, dtype=torch.float64)
    with torch.no_grad():
        before = computed(network, picture)
        for pixel in [(y, x) for y in range(0, 16, 3) for x in range(12)]:
            other = picture.clone()
            other[0, 0, *pixel] += 0.1
            after, named = computed(network, other), seers(graph, pixel)
            assert {"down", "twice:2", "out"} <= set(before)
            for key, maps in before.items():
                assert (named[key].mask() == (maps != after[key])[0].any(0).numpy()).all(), (key, pixel)


def test_gradients_of_layers_that_hand_on_several_tensors_fill_their_box():
    halves = Calling(lambda maps: (maps[:, :, 1:], maps.mean((2, 3))))
    network = nn.Sequential(nn.Conv2d(1, 1, 3, bias=False), halves)
    network[0].weight.data.fill_(1.0)
    one = opened(Trained(network, Preprocessing((1, 8, 8), (0.0,), (1.0,)), (), foreign=True))
    (field,) = one.effective(Picture(np.full((8, 8), 9, np.uint8), 0, 255, "grey"), [Target("1", (2, 1))])
    y0, x0, y1, x1 = box(one.facts.description.graph, "1", (2, 1))
    assert (y0, x0, y1, x1) == (3, 1, 6, 4)
    assert field.heat[y0:y1, x0:x1].all()
    assert (field.heat != 0).sum() == 9
