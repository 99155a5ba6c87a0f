"""The graph of networks of all kinds: what is followed exactly, what is measured, and what is said where neither is possible."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from inspector.core.receptive_field.compose import box, layer_fields
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.graph import INPUT, Edge, FieldError, Graph
from inspector.core.receptive_field.looks import SAME, Listed, Repeated, Whole, Windowed
from inspector.nets import describe


class Network(nn.Module):
    """Layers, and a function of them and of the picture."""

    def __init__(self, function, **parts: nn.Module) -> None:
        super().__init__()
        self.function = function
        for name, layer in parts.items():
            self.add_module(name, layer)

    def forward(self, maps: Tensor) -> Tensor:
        return self.function(self, maps)


class Leaf(nn.Module):
    """One function."""

    def __init__(self, function) -> None:
        super().__init__()
        self.function = function

    def forward(self, maps: Tensor) -> Tensor:
        return self.function(maps)


def conv(size=3, stride=1, padding=0, inputs=1, outputs=1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, size, stride, padding=padding)


def traced(function, size=(1, 12, 10), **parts: nn.Module) -> Graph:
    return describe(Network(function, **parts), size).graph


def made_by(function, size=(1, 12, 10)):
    """The looks of one function at the picture."""
    (node,) = traced(lambda own, maps: own.leaf(maps), size, leaf=Leaf(function)).nodes
    assert not node.problem
    assert not node.measured
    assert node.key == "leaf"
    ((edge),) = node.edges
    return edge.looks


TAKEN = {
    "mean": (lambda maps: maps.mean((2, 3)), (Whole(12), Whole(10))),
    "mean of rows": (lambda maps: maps.mean(2, keepdim=True), (Whole(12), Windowed())),
    "softmax of columns": (lambda maps: maps.softmax(-1), (Windowed(), Whole(10))),
    "softmax of channels": (lambda maps: functional.softmax(maps, dim=1), SAME),
    "slice": (lambda maps: maps[:, :, 2:-1:3, 4:], (Windowed(stride=3, padding=-2), Windowed(padding=-4))),
    "row": (lambda maps: maps[..., 3:4, :], (Windowed(padding=-3), Windowed())),
    "flip": (lambda maps: maps.flip(-1), (Windowed(), Listed(tuple((9 - place,) for place in range(10))))),
    "padding": (lambda maps: functional.pad(maps, (1, 0, 2, 3)), (Windowed(padding=2), Windowed(padding=1))),
    "cropping": (lambda maps: functional.pad(maps, (-1, -1)), (Windowed(), Windowed(padding=-1))),
    "reflection": (lambda maps: functional.pad(maps, (0, 0, 1, 1), "reflect"),
                   (Listed(((1,), *((place,) for place in range(12)), (10,))), Windowed())),
    "conv": (lambda maps: functional.conv2d(maps, torch.ones(1, 1, 3, 2), None, (2, 1), (0, 1), (3, 1)),
             (Windowed(3, 2, 0, 3), Windowed(2, 1, 1))),
    "max": (lambda maps: functional.max_pool2d(maps, 3, 2, padding=1), (Windowed(3, 2, 1), Windowed(3, 2, 1))),
    "max and where": (lambda maps: functional.max_pool2d(maps, 3, dilation=2, return_indices=True)[0],
                      (Windowed(3, 3, 0, 2), Windowed(3, 3, 0, 2))),
    "average": (lambda maps: functional.avg_pool2d(maps, (2, 3), stride=1), (Windowed(2), Windowed(3))),
    "power": (lambda maps: functional.lp_pool2d(maps, 2, 2), (Windowed(2, 2), Windowed(2, 2))),
    "even sharing": (lambda maps: functional.adaptive_avg_pool2d(maps, (4, 5)), (Windowed(3, 3), Windowed(2, 2))),
    "uneven sharing": (lambda maps: functional.adaptive_max_pool2d(maps, (5, 10)),
                       (Listed(((0, 1, 2), (2, 3, 4), (4, 5, 6, 7), (7, 8, 9), (9, 10, 11))), Windowed(1, 1))),
    "nearest": (lambda maps: functional.interpolate(maps, scale_factor=(3, 2)), (Repeated(3), Repeated(2))),
    "shuffle": (lambda maps: functional.pixel_shuffle(maps.expand(1, 4, 12, 10), 2), (Repeated(2), Repeated(2))),
    "unshuffle": (lambda maps: functional.pixel_unshuffle(maps, 2), (Windowed(2, 2), Windowed(2, 2))),
    "linear over columns": (lambda maps: functional.linear(maps, torch.ones(3, 10)), (Windowed(), Whole(10))),
    "linear over rows": (lambda maps: torch.ones(3, 12) @ maps, (Whole(12), Windowed())),
    "norm over all": (lambda maps: functional.layer_norm(maps, (12, 10)), (Whole(12), Whole(10))),
    "norm of the picture": (lambda maps: functional.batch_norm(maps, None, None, training=True), (Whole(12), Whole(10))),
    "flatten": (lambda maps: maps.flatten(1), (Whole(12), Whole(10))),
    "statistics": (lambda maps: torch.amax(maps, 3, keepdim=True), (Windowed(), Whole(10))),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_functions_look_as_they_are_known_to(name):
    function, looks = TAKEN[name]
    assert made_by(function) == looks


SAME_PLACE = {
    "arithmetic": lambda maps: 1 - 2 * maps / (maps.abs() + 1),
    "in place": lambda maps: maps.clone().add_(1).relu_().mul_(2),
    "channels last": lambda maps: functional.linear(maps.permute(0, 2, 3, 1), torch.ones(4, 1)).movedim(-1, 1),
    "channels shuffled": lambda maps: maps.expand(1, 6, 12, 10).reshape(1, 2, 3, 12, 10).transpose(1, 2).flatten(1, 2),
    "flat and back": lambda maps: maps.flatten(2).sigmoid().unflatten(2, (12, 10)),
    "one picture": lambda maps: maps[0].square().unsqueeze(0),
    "no ramps": lambda maps: maps + torch.linspace(0, 1, 10) * torch.zeros_like(maps),
    "casts": lambda maps: maps.double().clamp(0, 1).to(torch.float32).contiguous(),
    "halves": lambda maps: torch.cat(maps.expand(1, 4, 12, 10).chunk(2, 1)[::-1], 1),
    "unbound": lambda maps: torch.stack(maps.expand(1, 4, 12, 10).unbind(1), 1),
}


@pytest.mark.parametrize("name", sorted(SAME_PLACE))
def test_what_stays_in_its_place_is_followed_through_all_shapes(name):
    described = describe(
        Network(lambda own, maps: own.last(own.leaf(maps)), leaf=Leaf(SAME_PLACE[name]), last=nn.ReLU()), (1, 12, 10)
    )
    assert [row.receptive_field for row in described.layers] == [ReceptiveField(), ReceptiveField()]
    assert not any(node.measured or node.problem for node in described.graph.nodes)


def t1(own: Network, maps: Tensor) -> Tensor:
    return own.sum(own.left(maps) + own.last(own.right(functional.pad(maps, (1, 0, 1, 0)))))


def test_the_published_case_of_two_branches():
    described = describe(Network(t1, left=conv(1, 4), right=conv(3, 2), last=conv(1, 2), sum=nn.ReLU()), (1, 16, 24))
    assert described.layers[-1].receptive_field == ReceptiveField((3, 3), (4, 4), (1, 1))
    assert [edge.key for edge in described.graph.node("add").edges] == ["left", "last"]
    assert described.layers[-1].takes == ""


def test_paths_that_do_not_fit_are_both_named():
    def function(own, maps):
        return own.sum(own.left(maps)[:, :, :3, :3] + own.right(maps)[:, :, :3, :3])

    described = describe(Network(function, left=conv(1, 4), right=conv(3, 2), sum=nn.ReLU()), (1, 16, 16))
    problem = layer_fields(described.graph)["sum"].problem
    assert described.layers[-1].receptive_field is None
    assert all(word in problem for word in ("left", "jump 4", "right", "jump 2", "add"))


def test_a_dense_block_sees_as_much_as_its_longest_path():
    def function(own, maps):
        first = torch.cat([maps, own.first(maps)], 1)
        return own.last(torch.cat([first, own.second(first)], 1))

    rows = describe(Network(function, first=conv(3, 1, 1), second=conv(3, 1, 1, 2), last=conv(1, 1, 0, 3)), (1, 9, 9)).layers
    assert [row.receptive_field.size[0] for row in rows] == [3, 5, 5]


def test_behind_squeeze_and_excitation_everything_is_seen():
    def function(own, maps):
        made = own.first(maps)
        return own.last(made * torch.sigmoid(own.weigh(made.mean((2, 3))))[:, :, None, None])

    graph = traced(function, (1, 20, 30), first=conv(), weigh=nn.Linear(1, 1), last=conv(1))
    assert box(graph, "last", (5, 7)) == (0, 0, 20, 30)
    assert box(graph, "first", (5, 7)) == (5, 7, 8, 10)


def test_a_network_of_functions_alone():
    weight = nn.Conv2d(1, 2, 3)

    def function(own, maps):
        return functional.linear(
            functional.max_pool2d(functional.relu(functional.conv2d(maps, own.held.weight)), 2).flatten(1), own.weights
        )

    network = Network(function, held=weight)
    network.register_buffer("weights", torch.ones(5, 2 * 9 * 4))
    graph = describe(network, (1, 20, 10)).graph
    assert [node.key for node in graph.nodes] == ["conv2d", "max_pool2d", "flatten"]  # others change no place
    assert layer_fields(graph)["max_pool2d"].field == ReceptiveField((4, 4), (2, 2), (0, 0))
    assert box(graph, "flatten", (0, 0)) == (0, 0, 20, 10)


def test_upsampling_makes_jumps_that_are_fractions():
    rows = describe(nn.Sequential(nn.Upsample(scale_factor=2), conv(3, 1, 1)), (1, 6, 6)).layers
    assert rows[-1].receptive_field.jump == (Fraction(1, 2), Fraction(1, 2))
    assert rows[-1].receptive_field.size == (2, 2)


def test_keys_of_operations_are_those_of_no_layer():
    def function(own, maps):
        return own.get_submodule("input")(own.add(maps + maps.flip(2)) + own.mul(maps))

    graph = traced(function, add=nn.ReLU(), mul=nn.ReLU(), **{"input": nn.ReLU()})
    assert [node.key for node in graph.nodes] == ["flip", "add_", "add", "mul", "add_:2", "input:1"]
    assert [edge.key for edge in graph.node("add_").edges] == [INPUT, "flip"]


@pytest.mark.parametrize("size", [(1, 7, 19), (3, 31, 8)])
def test_pictures_of_any_shape(size):
    network = nn.Sequential(nn.Conv2d(size[0], 2, (3, 1), (2, 1)), nn.ReLU(), nn.MaxPool2d((1, 2)))
    rows = describe(network, size).layers
    assert rows[-1].receptive_field == ReceptiveField((3, 2), (2, 2), (0, 0))


def test_layers_that_do_not_what_their_class_does_are_looked_into():
    class Wider(nn.Conv2d):
        def forward(self, maps):
            return super().forward(functional.pad(maps, (2, 2, 2, 2)))

    assert describe(Wider(1, 1, 3), (1, 9, 9)).layers[0].receptive_field.padding == (2, 2)
    hooked = conv()
    hooked.register_forward_hook(lambda layer, given, made: made[:, :, ::2])
    assert describe(nn.Sequential(hooked), (1, 9, 9)).layers[0].receptive_field.jump == (2, 1)
    own = conv()
    own.forward = lambda maps: functional.max_pool2d(maps, 5)
    assert describe(nn.Sequential(own), (1, 9, 9)).layers[0].receptive_field.size == (5, 5)
    unfixed = nn.BatchNorm2d(1, track_running_stats=False)
    assert box(describe(nn.Sequential(unfixed), (1, 5, 5)).graph, "0", (2, 2)) == (0, 0, 5, 5)


def test_maps_in_another_order_are_told_and_passed_on():
    def function(own, maps):
        return own.last(own.norm(own.first(maps).permute(0, 2, 3, 1)).permute(0, 3, 1, 2))

    described = describe(Network(function, first=conv(), norm=nn.LayerNorm(1), last=conv()), (1, 9, 9))
    assert described.layers[-1].receptive_field == ReceptiveField((5, 5))
    with pytest.raises(FieldError, match="another order"):
        box(described.graph, "norm", (0, 0))


def test_every_node_comes_after_those_that_it_takes_and_layers_have_their_keys(outlined):
    for id in ("resnet50", "lenet5-1998", "locally-connected"):
        description = outlined(id)
        before = {INPUT}
        for node in description.graph.nodes:
            assert {edge.key for edge in node.edges} <= before
            before.add(node.key)
        assert {row.key for row in description.layers} <= before
        assert not any(node.measured or node.problem for node in description.graph.nodes)


def test_the_same_twice_is_the_same():
    network = Network(t1, left=conv(1, 4), right=conv(3, 2), last=conv(1, 2), sum=nn.ReLU())
    assert describe(network, (1, 16, 24)).graph == describe(network, (1, 16, 24)).graph


def test_numbers_that_only_decide_are_no_reason_to_measure():
    def function(own, maps):
        return own.last(maps if bool(maps.sum() > 1e9) else maps + 1)

    graph = traced(function, last=conv())
    assert graph.note.startswith("The network reads numbers of the picture, perhaps to decide by them:")
    assert graph.node("last").edges[0].key == INPUT
    assert not graph.node("last").measured


def test_without_weights_what_cannot_be_followed_is_a_problem():
    network = Network(lambda own, maps: own.last(functional.unfold(maps, 3).reshape(1, 9, 10, 8)), last=conv(1, inputs=9))
    (node,) = describe(network.to("meta"), (1, 12, 10)).graph.nodes
    assert node.problem == "what last sees could not be followed, and its weights are not there, so that it cannot be tried"
    assert describe(network.to("meta"), (1, 12, 10)).layers[0].receptive_field is None


def test_tensors_of_a_tuple_keep_what_is_known_of_them():
    """The layer itself is its first tensor; the others are known by what was done."""
    halves = Leaf(lambda maps: (maps, functional.avg_pool2d(maps, 2)))
    graph = traced(lambda own, maps: own.last(own.halves(own.first(maps))[1]), first=conv(), halves=halves, last=conv())
    assert graph.node("halves").edges == (Edge("first"),)
    assert layer_fields(graph)["last"].field == ReceptiveField((8, 8), (2, 2))
    assert not any(node.measured for node in graph.nodes)


def test_a_pooling_that_hands_on_places_too_is_known():
    pool, back = nn.MaxPool2d(2, return_indices=True), nn.MaxUnpool2d(2)
    graph = traced(lambda own, maps: own.last(own.back(*own.pool(own.first(maps)))),
                   first=conv(padding=1), pool=pool, back=back, last=conv(1))  # fmt: skip
    assert layer_fields(graph)["pool"].field == ReceptiveField((4, 4), (2, 2), (1, 1))
    assert [graph.node(key).measured for key in ("pool", "back", "last")] == [False, True, False]


def test_what_is_no_maps_may_hang_on_the_picture():
    def function(own, maps):
        assert own.some(maps).ndim == 1
        return own.last(maps if bool(maps.sum() > 1e9) else maps + 1)

    graph = traced(function, some=Leaf(lambda maps: maps[maps > 0]), last=conv())
    assert graph.node("some").problem.startswith("some hands on (0,), no maps")
    assert graph.node("last").edges[0].key == INPUT


def test_what_is_given_in_a_list_or_by_name_is_followed():
    class Joined(nn.Module):
        def forward(self, *, both: list[Tensor]) -> Tensor:
            return torch.cat(both, 1)

    def function(own, maps):
        left = own.left(input=maps)
        return own.last(own.joined(both=[left, own.right(maps)]))

    graph = traced(function, left=conv(3, padding=1), right=conv(5, padding=2), joined=Joined(), last=conv(1, inputs=2))
    assert [edge.key for edge in graph.node("joined").edges] == ["left", "right"]
    assert layer_fields(graph)["last"].field == ReceptiveField((5, 5), padding=(2, 2))


def test_a_layer_that_is_given_several_tensors_is_not_measured_by_one_of_them():
    class Odd(nn.Module):
        def forward(self, maps: Tensor, skip: Tensor | None = None) -> Tensor:
            made = torch.special.i0e(maps) if skip is None else torch.special.i0e(maps) + torch.special.i0e(skip)
            return functional.fold(functional.unfold(made, 1), made.shape[2:], 1)

    def function(own, maps):
        return own.odd(own.left(maps), own.right(maps))

    graph = traced(function, left=conv(3, padding=1), right=conv(7, padding=3), odd=Odd())
    assert graph.node("odd").measured
    assert box(graph, "odd", (5, 5)) == (2, 2, 9, 9)


def test_parts_of_a_picture_do_not_count_as_its_rows():
    """Parts one behind the other are no maps; put together again, each sees its own part alone."""
    graph = traced(lambda own, maps: own.last(own.parts(maps).reshape(1, 1, 12, 10)),
                   parts=Leaf(lambda maps: maps.reshape(4, 1, 3, 10)), last=conv())  # fmt: skip
    assert graph.node("parts").problem.startswith("parts hands on (4, 1, 3, 10), no maps of one picture")
    assert graph.node("last").measured
    assert box(graph, "last", (0, 0)) == (0, 0, 3, 3)


def test_attention_between_maps_sees_all_and_is_marked():
    def function(own, maps):
        tokens = own.patch(maps).flatten(2).transpose(1, 2)
        tokens = own.mlp(tokens + own.attention(own.norm(tokens), own.norm(tokens), own.norm(tokens))[0])
        return own.last(tokens.transpose(1, 2).unflatten(2, (4, 3)))

    torch.manual_seed(0)
    parts = {"norm": nn.LayerNorm(4), "attention": nn.MultiheadAttention(4, 2, batch_first=True), "mlp": nn.Linear(4, 4)}
    description = describe(Network(function, patch=conv(3, 3, outputs=4), **parts, last=conv(1, inputs=4)), (1, 12, 9))
    outputs = {row.name: row.output for row in description.layers}
    assert (outputs["attention"], outputs["last"]) == ((12, 4, 1), (1, 4, 3))
    fields = layer_fields(description.graph)
    assert (fields["patch"].field, fields["patch"].measured) == (ReceptiveField((3, 3), (3, 3)), False)
    assert (fields["last"].covers, fields["last"].measured, fields["last"].problem) == ((True, True), True, "")
    assert box(description.graph, "last", (2, 1)) == (0, 0, 12, 9)


def test_what_comes_out_of_another_kind_of_layer_is_found_by_trying():
    """An LSTM hands on a tuple, of which nothing can be followed: each column of pixels sees those before it."""
    network = Network(lambda own, maps: own.last(own.first(maps).flatten(1, 2).mT)[0][..., None].permute(0, 2, 3, 1),
                      first=conv(1), last=nn.LSTM(12, 2, batch_first=True), end=conv(1, inputs=2))  # fmt: skip
    whole = Network(lambda own, maps: own.end(own.body(maps)), body=network, end=conv(1, inputs=2))
    graph = describe(whole, (1, 12, 10)).graph
    assert graph.node("body.last").measured
    assert graph.node("end").measured
    assert [box(graph, "end", (0, column)) for column in (0, 6)] == [(0, 0, 12, 1), (0, 0, 12, 7)]


def test_a_rolled_picture_sees_the_other_side():
    graph = traced(lambda own, maps: own.leaf(maps), leaf=Leaf(lambda maps: maps.roll(1, 2)))
    assert box(graph, "leaf", (0, 0)) == (11, 0, 12, 1)


def test_numpy_keeps_what_was_constant():
    shade = np.linspace(1, 2, 10, dtype=np.float32)
    graph = traced(lambda own, maps: own.last(maps * torch.from_numpy(shade)), last=conv())
    assert layer_fields(graph)["last"].field == ReceptiveField((3, 3))  # found by trying: it may have come from anywhere
