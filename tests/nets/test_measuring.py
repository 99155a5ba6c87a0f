"""What is found by trying is what is there, in any kind of code that cannot be followed, and the network stays as it was."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from inspector.core.receptive_field.areas import seen
from inspector.core.receptive_field.compose import layer_fields
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.looks import Listed, Whole, Windowed
from inspector.nets import describe
from inspector.nets.tracing import measuring
from inspector.nets.tracing.measuring import UnmeasuredError, as_look, influences, time_limit

HELD = torch.ones(1)
LAW = settings(deadline=None, derandomize=True, max_examples=12)


@pytest.fixture(autouse=True)
def same_weights():
    torch.manual_seed(4)


class Network(nn.Module):
    """Two convolutions, and in between a function of what the first one made."""

    def __init__(self, between, padding: int = 1) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(1, 2, 3, padding=padding), nn.Conv2d(2, 1, 3)
        self.between = between

    def forward(self, maps: Tensor) -> Tensor:
        return self.last(self.between(self.first(maps)))


class Doubling(torch.autograd.Function):
    """Computes in numpy, and has a slope all the same."""

    @staticmethod
    def forward(ctx, maps):
        return torch.from_numpy(2 * np.roll(maps.detach().numpy(), 1, 3))

    @staticmethod
    def backward(ctx, slope):
        return 2 * slope.roll(-1, 3)


class Shrinking(nn.Module):
    """For the compiler."""

    def forward(self, maps: Tensor) -> Tensor:
        return functional.avg_pool2d(maps, 3, stride=2, padding=1)


class Patches(nn.Module):
    """A mean of all that a window shows, by way of its patches."""

    def forward(self, maps: Tensor) -> Tensor:
        patches = functional.unfold(maps, (3, 1), padding=(1, 0)).unflatten(1, (2, 3))
        return patches.mean(2).unflatten(2, (12, 10))


def in_numpy(maps: Tensor) -> Tensor:
    """The middle of three rows."""
    rows = np.pad(maps.detach().numpy(), ((0, 0), (0, 0), (1, 1), (0, 0)))
    return torch.from_numpy(np.median([rows[:, :, place : place + maps.shape[2]] for place in range(3)], axis=0))


def by_lists(maps: Tensor) -> Tensor:
    return torch.tensor(maps.tolist()) * 2


def mixing(maps: Tensor) -> Tensor:
    """A sum over pairs of columns that nobody could name."""
    return torch.einsum("nchw,wv->nchv", maps, torch.eye(10) + torch.diag(torch.ones(9), 1))


def written(maps: Tensor) -> Tensor:
    target = torch.zeros_like(maps)
    target[:, :, 1:] = maps[:, :, :-1]
    return target


def windows(maps: Tensor) -> Tensor:
    """Rows put in another order by cutting an axis, as networks with windows do."""
    return maps.reshape(1, 2, 3, 4, 10).transpose(2, 3).reshape(1, 2, 12, 10)


KINDS = {
    "numpy": in_numpy, "lists": by_lists, "einsum": mixing, "own slope": Doubling.apply, "written into": written,
    "windows": windows, "patches": Patches(), "a constant from elsewhere": lambda maps: maps * HELD,
}  # fmt: skip


def assert_right(network: nn.Module, picture: Tensor) -> None:
    """Each layer depends on exactly what it is said to see, by changing each pixel."""
    graph = describe(network, tuple(picture.shape[1:])).graph
    node = graph.nodes[-1]
    assert node.key == "last"
    assert not node.problem
    assert layer_fields(graph)["last"].measured
    with torch.no_grad():
        before = network(picture)[0, 0]
        changed = np.zeros((*node.grid, *graph.size), bool)
        for y in range(graph.size[0]):
            for x in range(graph.size[1]):
                for by in (-9.0, 9.0):
                    other = picture.clone()
                    other[0, 0, y, x] += by
                    changed[:, :, y, x] |= (network(other)[0, 0] != before).numpy()
    for unit in ((0, 0), (3, 4), (node.grid[0] - 1, node.grid[1] - 1)):
        assert (seen(graph, "last", unit).mask() >= changed[unit]).all()
        rows, columns = (changed[unit].any(1 - axis) for axis in (0, 1))
        told = seen(graph, "last", unit).mask()
        assert (told.any(1) == rows).all()
        assert (told.any(0) == columns).all()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_cannot_be_followed_is_found_by_trying(kind):
    assert_right(Network(KINDS[kind]).eval(), torch.randn(1, 1, 12, 10))


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
def test_compiled_modules_are_found_by_trying(state):
    network = Network(torch.jit.script(Shrinking())).train()
    network.last.eval()
    before = [module.training for module in network.modules()]
    assert_right(network, torch.randn(1, 1, 12, 14))
    assert [module.training for module in network.modules()] == before


def test_one_operation_is_measured_alone_and_the_others_stay_exact():
    graph = describe(Network(mixing), (1, 12, 10)).graph
    assert [(node.key, node.measured) for node in graph.nodes] == [("first", False), ("einsum", True), ("last", False)]
    rows, columns = graph.node("einsum").edges[0].looks
    assert rows.places(12).tolist() == [[place] for place in range(12)]
    assert columns == Listed(((0,), *((place - 1, place) for place in range(1, 10))))


def test_a_layer_is_measured_alone_where_it_is_known_what_it_takes():
    graph = describe(Network(Patches()), (1, 12, 10)).graph
    assert [(node.key, node.measured) for node in graph.nodes] == [("first", False), ("between", True), ("last", False)]
    assert [edge.key for edge in graph.node("between").edges] == ["first"]
    assert layer_fields(graph)["last"].field == ReceptiveField((7, 5), (1, 1), (2, 1))


def test_the_way_that_depends_on_the_picture_is_measured_and_told():
    def between(maps):
        return functional.max_pool2d(maps, 2, 1, 0) if maps.mean() > 0 else maps[:, :, 1:, 1:]

    network = Network(between)
    nn.init.zeros_(network.first.bias)
    graph = describe(network, (1, 12, 10)).graph
    assert graph.note.startswith("What the network computes with depends on the picture:")
    last = graph.node("last")
    assert last.measured
    assert [edge.key for edge in last.edges] == ["input"]
    assert layer_fields(graph)["last"].field.size == (6, 6)  # what it sees on either way
    assert layer_fields(graph)["first"].field == ReceptiveField((3, 3), (1, 1), (1, 1))


def test_a_way_that_no_other_picture_takes_is_a_problem():
    graph = describe(Network(lambda maps: maps if torch.equal(maps, maps.flip(2)) else maps[:, :, 1:]), (1, 12, 10)).graph
    assert "none of the pictures that were tried passes it as the first did" in graph.node("last").problem


def test_what_leaves_torch_is_told():
    assert describe(Network(in_numpy), (1, 12, 10)).graph.note.startswith("Numbers leave torch and come back:")


def test_code_that_hangs_on_nothing_is_a_problem():
    graph = describe(Network(lambda maps: torch.from_numpy(np.ones((1, 2, 8, 8), np.float32))), (1, 12, 10)).graph
    assert "it does not change whatever it is given" in graph.node("last").problem


def test_it_takes_no_longer_than_it_may(monkeypatch):
    monkeypatch.setattr(measuring, "SECONDS", 0.0)
    with time_limit(0.0), pytest.raises(UnmeasuredError, match="takes longer than 0 seconds"):
        influences(nn.Conv2d(1, 1, 3), [torch.zeros(1, 1, 5, 5)], (1, 1, 3, 3))


def test_the_network_and_the_chance_are_as_before(state):
    network = Network(in_numpy).train()
    network.first.eval()
    network.first.weight.requires_grad_(requires_grad=False)
    before, asked = state(network), [one.requires_grad for one in network.parameters()]
    values = {key: value.clone() for key, value in network.state_dict().items()}
    randomness = torch.get_rng_state()
    describe(network, (1, 12, 10))
    assert state(network) == before
    assert [one.requires_grad for one in network.parameters()] == asked
    assert all(one.grad is None for one in network.parameters())
    assert all(torch.equal(values[key], value) for key, value in network.state_dict().items())
    assert torch.equal(torch.get_rng_state(), randomness)
    assert torch.is_grad_enabled()


@LAW
@given(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2), st.sampled_from([9, 61]), st.booleans())
def test_measured_windows_are_those_of_the_convolution(size, stride, padding, dilation, side, slopes):
    layer = nn.Conv2d(1, 1, (size, 1), (stride, 1), (padding, 0), (dilation, 1))
    nn.init.ones_(layer.weight)
    like = torch.zeros(1, 1, side, 2)
    shape = tuple(layer(like).shape)
    ((rows, columns),) = influences(layer, [like], shape, gradients=slopes)
    expected = Windowed(size, stride, padding, dilation)
    for found, taps in zip(rows.places(shape[2]), expected.places(shape[2]), strict=True):
        inside = {place for place in taps.tolist() if 0 <= place < side}
        assert {place for place in found.tolist() if 0 <= place < side} == inside
    assert columns.places(2).tolist() == [[0], [1]]


@LAW
@given(st.lists(st.sets(st.integers(0, 5)), min_size=1, max_size=8))
def test_looks_say_the_rows_that_were_measured(rows):
    masks = [np.isin(np.arange(6), sorted(row)) for row in rows]
    look = as_look(masks)
    if not any(rows):
        assert look is None
        return
    if all(len(row) == 6 for row in rows):
        assert look == Whole(6)
    for row, places in zip(rows, look.places(len(rows)), strict=True):
        if row:
            assert set(places.tolist()) == row


def test_few_units_of_many_are_enough(monkeypatch):
    layer, asked = nn.Conv2d(1, 1, 3, padding=1), []
    row = measuring._Slopes.row
    monkeypatch.setattr(measuring._Slopes, "row", lambda own, axis, unit: asked.append((axis, unit)) or row(own, axis, unit))
    influences(layer, [torch.zeros(1, 1, 300, 4)], (1, 1, 300, 4))
    assert len({unit for axis, unit in asked if axis == 0}) == 3 * measuring.SOME
