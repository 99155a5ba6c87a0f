"""Convolutions of a moved picture that are computed where something changes: equal to those that are computed everywhere."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from inspector.core.shift.grid import grids
from inspector.core.shift.scene import Incoming, Scene
from inspector.core.shift.taps import Tapping
from inspector.core.shift.transforms import Flip, Rotation, Transform, Translation
from inspector.nets.describe import describe
from inspector.nets.reuse import Reuse

LAW = settings(deadline=None, derandomize=True, max_examples=60)


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def reusing(network: nn.Module, scene: Scene) -> Reuse:
    description = describe(network, scene.still.shape)
    return Reuse(network, description, {key: Tapping(scene, grid) for key, grid in grids(description).items()})


def outputs(network: nn.Module, picture: np.ndarray) -> list[Tensor]:
    """What each of its layers makes."""
    made: list[Tensor] = []
    with torch.inference_mode():
        values = torch.tensor(picture)[None]
        for layer in network.children():
            values = layer(values)
            made.append(values.clone())
    return made


@st.composite
def networks(draw: st.DrawFn) -> nn.Sequential:
    """Convolutions of any kernel, stride, padding, dilation and groups, among poolings."""
    torch.manual_seed(draw(st.integers(0, 99)))
    parts: list[nn.Module] = []
    for _ in range(draw(st.integers(1, 4))):
        kernel, stride, dilation = (draw(st.integers(1, most)) for most in (3, 2, 2))
        padding = draw(st.integers(0, dilation * (kernel - 1)))
        maps, groups = (2, draw(st.sampled_from([1, 2]))) if parts else (1, 1)
        parts += [nn.Conv2d(maps, 2, kernel, stride, padding, dilation, groups), nn.ReLU(inplace=True)]
        if draw(st.booleans()):
            parts.append(nn.MaxPool2d(2, 1))
    return nn.Sequential(*parts).eval()


@LAW
@given(
    networks(), st.sampled_from([Incoming.ZERO, Incoming.EDGE, Incoming.CIRCULAR, Incoming.CROP]),
    st.integers(-9, 9), st.integers(-9, 9),
)  # fmt: skip
def test_every_layer_is_what_it_would_be_without(network, incoming, dy, dx):
    margin = 9 if incoming is Incoming.CROP else 0
    values = np.random.default_rng(0).random((1, 60 + 2 * margin, 64 + 2 * margin), np.float32)
    scene = Scene(values, incoming, window=(60, 64))
    known, shift = reusing(network, scene), Translation(dy, dx)
    with known.recording():
        outputs(network, scene.still)
    with known.moved(shift):
        found = outputs(network, scene.seen(shift))
    for one, plain in zip(found, outputs(network, scene.seen(shift)), strict=True):
        torch.testing.assert_close(one, plain, rtol=1e-4, atol=1e-6)


class Counting(TorchFunctionMode):
    """Counts the units that convolutions compute."""

    def __init__(self) -> None:
        super().__init__()
        self.units = 0

    def __torch_function__(self, func: object, types: object, args: tuple = (), kwargs: dict | None = None) -> object:
        made = func(*args, **(kwargs or {}))
        if func is functional.conv2d:
            self.units += made[:, 0].numel()
        return made


def blocks() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3, padding=1)).eval()


def computed(network: nn.Module, scene: Scene, transform: Transform) -> int:
    """How many units of a moved picture are computed."""
    known = reusing(network, scene)
    with known.recording():
        outputs(network, scene.still)
    with known.moved(transform), Counting() as counting:
        outputs(network, scene.seen(transform))
    return counting.units


ALL = 64 * 64 + 32 * 32


@pytest.mark.parametrize(("transform", "units"), [
    # eight columns at each end see the edge before or after, of 64 × 64 and of 32 × 32 units
    (Translation(0, 4), 2 * 8 * 64 + 2 * 8 * 32), (Translation(-4, 0), 2 * 8 * 64 + 2 * 8 * 32),
    (Translation(2, 2), 2 * (2 * 8 * 64 + 2 * 8 * 32)),
    (Translation(0, 1), 2 * 8 * 64 + 32 * 32),  # half a step of the second layer
    (Translation(0, 0), 0),
    (Translation(0, 0.5), ALL), (Rotation(90), ALL), (Flip(), ALL), (Translation(0, 30), ALL),
])  # fmt: skip
def test_only_what_sees_the_edge_is_computed(transform, units):
    scene = Scene(np.random.default_rng(0).random((1, 64, 64), np.float32))
    assert computed(blocks(), scene, transform) == units


def test_the_network_is_handed_back_as_it_was():
    network, scene = blocks(), Scene(np.zeros((1, 32, 32), np.float32))
    computed(network, scene, Translation(0, 2))
    with pytest.raises(ZeroDivisionError), reusing(network, scene).recording():
        raise ZeroDivisionError
    assert not any("forward" in vars(layer) for layer in network.modules())
