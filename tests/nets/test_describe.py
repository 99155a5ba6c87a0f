"""Facts about layers: laws against gradients, published receptive fields, and the network given back as it was found."""

import re

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from inspector.core.network.facts import NO_MAPS
from inspector.core.network.settings import Alteration, Change
from inspector.core.network.steps import steps
from inspector.core.network.text import description_table
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.text import remarks
from inspector.nets import describe, entry, outline
from inspector.nets.altering import altered
from inspector.nets.borrowing import StuckError
from inspector.nets.layers import chain
from inspector.nets.recording import record

SIDE = 160  # every drawn network of four layers passes it


@st.composite
def looking(draw: st.DrawFn) -> nn.Module:
    """A convolution or an average of positive weights: what it sees, it depends on."""
    kernel, stride = draw(st.tuples(st.integers(1, 4), st.integers(1, 4))), draw(st.integers(1, 2))
    if draw(st.booleans()):
        padding = tuple(draw(st.integers(0, side // 2)) for side in kernel)
        return nn.AvgPool2d(kernel, stride, padding)
    if stride == 1 and draw(st.booleans()):
        layer = nn.Conv2d(1, 1, kernel, padding="same", dilation=draw(st.integers(1, 2)), bias=False)
    else:
        layer = nn.Conv2d(1, 1, kernel, stride, padding=draw(st.integers(0, 2)), dilation=draw(st.integers(1, 2)), bias=False)
    nn.init.ones_(layer.weight)
    return layer


def seen_box(network: nn.Module, row: int, column: int) -> list[int]:
    """First row, first column, last row and last column that the unit depends on, by its gradient."""
    picture = torch.zeros(1, 1, SIDE, SIDE, requires_grad=True)
    (slope,) = torch.autograd.grad(network(picture)[0, 0, row, column], picture)
    touched = slope[0, 0].nonzero()
    return [*touched.amin(0).tolist(), *touched.amax(0).tolist()]


@settings(deadline=None)
@given(st.lists(looking(), min_size=1, max_size=4), st.data())
@pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning")
def test_a_unit_depends_on_its_receptive_field_and_on_nothing_else(layers, data):
    network = nn.Sequential(*layers)
    facts = describe(network, (1, SIDE, SIDE)).layers[-1]
    row, column = (data.draw(st.integers(0, side - 1)) for side in facts.output[1:])
    field = facts.receptive_field
    first = [place * jump - pad for place, jump, pad in zip((row, column), field.jump, field.padding, strict=True)]
    last = [start + size - 1 for start, size in zip(first, field.size, strict=True)]
    assume(min(first) >= 0 and max(last) < SIDE)  # at the edge, the field reaches into the padding
    assert seen_box(network, row, column) == [*first, *last]


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(1, 2), st.integers(1, 2))
def test_operations_are_outputs_times_what_each_is_summed_from(groups, wide, kernel, stride, padding):
    layer = nn.Conv2d(2 * groups, wide * groups, kernel, stride, padding=padding, groups=groups)
    (row,) = describe(layer, (2 * groups, 9, 7)).layers
    channels, height, width = row.output
    assert row.macs == channels * height * width * 2 * kernel**2
    assert row.parameters == channels * (2 * kernel**2 + 1)
    assert row.bytes == 4 * channels * height * width


VGG16 = """3,1,1 5,1,2 6,2,2 10,2,4 14,2,6 16,4,6 24,4,10 32,4,14 40,4,18 44,8,18
    60,8,26 76,8,34 92,8,42 100,16,42 132,16,58 164,16,74 196,16,90 212,32,90"""
ALEXNET = "11,4,2 19,8,2 51,8,18 67,16,18 99,16,34 131,16,50 163,16,66 195,32,66"


def fields(rows, kinds=("Conv2d", "PartialConv2d", "MaxPool2d", "AvgPool2d", "Subsampling")):
    """(r, j, P) of the layers that look around; along y, and the same along x."""
    found = [row.receptive_field for row in rows if row.kind in kinds]
    assert all(pair[0] == pair[1] for field in found for pair in (field.size, field.jump, field.padding))
    return [(field.size[0], field.jump[0], field.padding[0]) for field in found]


@pytest.mark.parametrize(("id", "published"), [("vgg16", VGG16), ("vgg16-bn", VGG16), ("alexnet", ALEXNET)])
def test_published_receptive_fields(outlined, id, published):
    assert fields(outlined(id).layers) == [tuple(map(int, triple.split(","))) for triple in published.split()]


@pytest.mark.parametrize(("id", "last"), [("vgg11", (150, 32, 59)), ("vgg13", (156, 32, 62)), ("vgg19", (268, 32, 118))])
def test_published_receptive_fields_of_the_last_pooling(outlined, id, last):
    assert fields(outlined(id).layers)[-1] == last


@pytest.mark.parametrize("id", ["lenet5", "lenet5-1998"])
def test_receptive_fields_of_lenet5(outlined, id):
    found = fields(outlined(id).layers)
    assert [(size, jump) for size, jump, _ in found] == [(5, 1), (6, 2), (14, 2), (16, 4), (32, 4)]


def test_the_average_at_the_end_sees_what_it_averages():
    def averaged(side):
        rows = outline(entry("vgg16"), (3, side, side)).layers
        return next(row.receptive_field for row in rows if row.kind == "AdaptiveAvgPool2d")

    assert averaged(448) == ReceptiveField((244, 244), (64, 64), (90, 90))  # means of 2 × 2
    assert averaged(300) is None  # 9 rows to 7: some units average one, some two


def test_no_receptive_field_after_flattening(outlined):
    rows = outlined("lenet-deck").layers
    assert [row.name for row in rows if row.receptive_field is None] == ["flatten", "linear1", "relu3", "linear2"]


@pytest.mark.parametrize(("id", "sizes"), [("resnet18", (43, 99, 211, 435)), ("resnet50", (35, 91, 267, 427))])
def test_published_receptive_fields_of_residual_networks(outlined, id, sizes):
    rows = outlined(id).layers
    lasts = [next(row for row in reversed(rows) if row.name.startswith(f"layer{stage}.")) for stage in (1, 2, 3, 4)]
    assert [row.kind for row in lasts] == ["ReLU"] * 4
    assert [row.receptive_field.size for row in lasts] == [(size, size) for size in sizes]
    assert [row.receptive_field.jump for row in lasts] == [(4, 4), (8, 8), (16, 16), (32, 32)]


class Summing(nn.Module):
    """Adds a shortcut in place, as many published networks do."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.last = nn.Conv2d(1, 1, 3, padding=1), nn.Conv2d(1, 1, 3, padding=1), nn.ReLU()

    def forward(self, maps):
        result = self.second(self.first(maps))
        result += maps
        return self.last(result)


def test_a_sum_in_place_is_noticed():
    described = describe(Summing(), (1, 8, 8))
    assert [row.receptive_field.size for row in described.layers] == [(3, 3), (5, 5), (5, 5)]
    assert [edge.key for edge in described.graph.node("add").edges] == ["second", "input"]


def test_layers_that_work_in_place_keep_the_receptive_field():
    rows = describe(nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(inplace=True), nn.Conv2d(1, 1, 3)), (1, 8, 8)).layers
    assert [row.receptive_field.size for row in rows] == [(3, 3), (3, 3), (5, 5)]


@pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning")
def test_the_odd_pixel_of_same_padding_is_at_the_bottom_and_right():
    layer = nn.Conv2d(1, 1, (4, 2), padding="same", bias=False)
    nn.init.ones_(layer.weight)
    assert describe(layer, (1, SIDE, SIDE)).layers[0].receptive_field.padding == (1, 0)
    assert seen_box(layer, 5, 5) == [4, 5, 7, 6]


def test_dilations_of_1_2_4_8_see_31_pixels():
    network = nn.Sequential(*(nn.Conv2d(1, 1, 3, dilation=d) for d in (1, 2, 4, 8)))
    assert describe(network, (1, 40, 40)).layers[-1].receptive_field.size == (31, 31)


@pytest.mark.parametrize("id", ["simple-cnn", "lenet5-1998", "locally-connected", "vgg-compact"])
def test_real_weights_and_none_give_the_same_facts(outlined, id):
    assert describe(entry(id).build(), entry(id).input) == outlined(id)


def test_a_layer_passed_twice_has_two_rows_and_counts_its_parameters_once():
    shared = nn.Conv2d(1, 1, 3, padding=1)
    facts = describe(nn.Sequential(shared, nn.ReLU(), shared), (1, 5, 5))
    assert [(row.name, row.parameters, row.macs) for row in facts.layers] == [("0", 10, 225), ("1", 0, 0), ("0", 0, 225)]
    assert (facts.parameters, facts.macs) == (10, 450)


def test_the_memory_follows_the_precision():
    assert describe(entry("simple-cnn").build().double(), (1, 28, 28)).layers[0].bytes == 8 * 4 * 28 * 28


class Calling(nn.Module):
    """Does what it is given."""

    def __init__(self, function) -> None:
        super().__init__()
        self.forward = function


def mixed(second: nn.Module) -> nn.Module:
    """A network with one hook of its owner, part of it training."""
    network = chain(norm=nn.BatchNorm2d(1), second=second, dropout=nn.Dropout()).train()
    network.dropout.eval()
    network.norm.register_forward_hook(lambda *_: None)
    return network


@pytest.mark.parametrize("error", [ValueError("mine"), KeyError("mine"), SystemExit(3), KeyboardInterrupt()])
def test_the_network_is_handed_back_as_found_when_it_raises(error, state):
    def raising(_):
        raise error

    network = mixed(Calling(raising))
    before = state(network)
    # what is an error becomes a sentence; who presses Ctrl+C is obeyed
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else StuckError) as caught:
        describe(network, (1, 4, 4))
    assert error in (caught.value, caught.value.__cause__)
    assert state(network) == before
    assert sum(before[0]) == 1  # that of its owner


def test_the_network_is_handed_back_as_found_and_its_statistics_untouched(state):
    network = mixed(nn.ReLU())
    before, values = state(network), {key: value.clone() for key, value in network.state_dict().items()}
    randomness = torch.get_rng_state()
    describe(network, (1, 4, 4))
    assert torch.is_grad_enabled()
    assert state(network) == before
    assert all(torch.equal(values[key], value) for key, value in network.state_dict().items())
    assert torch.equal(torch.get_rng_state(), randomness)
    assert all(parameter.grad is None for parameter in network.parameters())


def test_nothing_is_kept_for_gradients():
    asked = []

    def passing(maps):
        asked.append(maps.requires_grad)
        return maps

    describe(nn.Sequential(nn.Conv2d(1, 1, 3), Calling(passing)), (1, 4, 4))
    assert asked == [False]


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (lambda maps: None, "None"),
        (lambda maps: "words", "a str"),
        (lambda maps: [maps[0, 0], maps], "a list of 2"),
        (lambda maps: maps.reshape(-1, 4), r"\(4, 4\)"),
        (lambda maps: maps[..., None], r"\(1, 1, 4, 4, 1\)"),
    ],
)
def test_what_is_no_maps_of_one_picture_is_described_without_them_and_said(made, found, state):
    network = mixed(Calling(made))
    network.forward = lambda maps: network.dropout(maps + 0 * len(str(network.second(network.norm(maps)))))
    before = state(network)
    description = describe(network, (1, 4, 4))
    first, second, last = description.layers
    assert [row.key for row in steps(description)] == ["norm", "dropout"]
    assert (second.output, second.has_maps, second.receptive_field) == (NO_MAPS, False, None)
    assert re.match(rf"second hands on {found}, no maps of one picture", second.remark)
    assert description.graph.node("second").problem == second.remark in remarks(description.graph)
    assert (first.remark, last.remark, last.receptive_field) == ("", "", ReceptiveField())
    assert second.as_json()["output"] is None
    assert second.remark == second.as_json()["remark"]
    assert state(network) == before


def test_several_tensors_are_described_by_the_first_and_it_is_said():
    network = chain(first=nn.Conv2d(1, 2, 3, padding=1), second=Calling(lambda maps: {"a": (maps[:, :1, 1:], maps), "b": None}))
    description = describe(network, (1, 4, 4))
    row = description.layers[1]
    assert (row.output, row.bytes, row.receptive_field) == ((1, 3, 4), 4 * (12 + 32), ReceptiveField((3, 3), padding=(0, 1)))
    assert row.remark == "second hands on a dict of 2: shape and field are those of its first tensor"
    assert f"\n{row.remark}." in description_table("net", description)


def test_operations_of_parts_of_one_picture_are_those_of_all_parts():
    tokens = Calling(lambda maps: maps.unfold(2, 2, 2).unfold(3, 2, 2).reshape(4, 4))
    rows = describe(chain(tokens=tokens, mix=nn.Linear(4, 5)), (1, 4, 4)).layers
    assert [row.macs for row in rows] == [0, 4 * 4 * 5]


def test_a_picture_that_does_not_fit_names_the_layer_where_it_stopped():
    with pytest.raises(ValueError, match=r"3 × 16 × 16 stops after layer 'features\.29'.*too small"):
        outline(entry("vgg16"), (3, 16, 16))
    with pytest.raises(ValueError, match=r"2 × 9 × 9 cannot enter layer '0'"):
        describe(nn.Sequential(nn.Conv2d(1, 1, 3)), (2, 9, 9))


def test_functions_between_the_layers_are_followed():
    class Functional(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.linear = nn.Conv2d(1, 2, 3), nn.Linear(2 * 4, 3)

        def forward(self, maps):
            return self.linear(functional.max_pool2d(functional.relu(self.conv(maps)), 2).flatten(1))

    rows = describe(Functional(), (1, 6, 6)).layers
    assert [(row.name, row.output, row.receptive_field is None) for row in rows] == [
        ("conv", (2, 4, 4), False), ("linear", (3, 1, 1), True),
    ]  # fmt: skip


def taken(network: nn.Module, size: tuple[int, int, int] = (1, 8, 8)) -> list[tuple[str, str]]:
    return [(row.key, row.takes) for row in describe(network, size).layers]


@pytest.mark.parametrize("in_place", [False, True])
def test_each_layer_of_a_chain_takes_what_the_one_before_made(in_place):
    shared = nn.ReLU(inplace=in_place)
    network = chain(conv=nn.Conv2d(1, 2, 3), relu=shared, norm=nn.BatchNorm2d(2), again=shared, flatten=nn.Flatten())
    assert taken(network) == [
        ("conv", "input"), ("relu", "conv"), ("norm", "relu"), ("relu:2", "norm"), ("flatten", "relu:2"),
    ]  # fmt: skip


def test_what_was_computed_between_the_layers_is_taken_from_none():
    assert taken(Summing()) == [("first", "input"), ("second", "first"), ("last", "")]
    double = nn.Sequential(nn.Conv2d(1, 1, 1), Calling(lambda maps: 2 * maps), nn.ReLU())
    assert taken(double) == [("0", "input"), ("1", "0"), ("2", "1")]


def test_branches_take_the_same(outlined):
    rows = {row.key: row.takes for row in outlined("resnet18").layers}
    assert rows["layer2.0.conv1"] == rows["layer2.0.downsample.0"] == "layer1.1.relu"
    assert rows["layer2.0.bn2"] == "layer2.0.conv2"
    assert rows["layer2.0.relu"] == ""  # the sum is no layer


def test_a_layer_called_input_is_not_taken_for_the_picture():
    network = chain(input=nn.Conv2d(1, 1, 1), relu=nn.ReLU())
    assert taken(network) == [("input:1", "input"), ("relu", "input:1")]
    assert list(record(network, torch.zeros(1, 1, 4, 4), ["input:1"]).maps) == ["input:1"]
    with altered(network, [Alteration("input:1", Change.SILENCE, (0,))]):
        assert not record(network, torch.ones(1, 1, 4, 4)).output.any()
