"""Recorded maps are what a plain forward computes, bit by bit, and the network is handed back as it was found."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from inspector.core.network.settings import Stage
from inspector.core.network.steps import steps
from inspector.nets import describe, entries, entry
from inspector.nets.borrowing import layers
from inspector.nets.layers import chain
from inspector.nets.recording import Recorder, record
from inspector.nets.resnet import Residual
from inspector.nets.weights import read_weights, shipped
from kernels import Cancelled

LAW = settings(deadline=None, derandomize=True, max_examples=60)


class Calling(nn.Module):
    """Does what it is given."""

    def __init__(self, function) -> None:
        super().__init__()
        self.forward = function


class Growing(nn.Module):
    """Changes what it is given, and hands on something else."""

    def forward(self, maps: Tensor) -> Tensor:
        maps += 1
        return maps * 0.5


def walked(network: nn.Module, values: Tensor, path: str = "") -> list[tuple[str, Tensor]]:
    """What each layer of a chain makes, by calling one after the other; copied at once."""
    made = []
    for name, layer in network.named_children():
        place = f"{path}{name}"
        if isinstance(layer, Residual):
            inside, values = block_by_block(layer, values, f"{place}.")
            made += inside
        elif isinstance(layer, nn.Sequential):
            made += walked(layer, values, f"{place}.")
            values = made[-1][1].clone()
        else:
            values = layer(values)
            made.append((place, values.clone()))
    return made


def block_by_block(block: Residual, values: Tensor, path: str) -> tuple[list[tuple[str, Tensor]], Tensor]:
    made, result = [], values
    for name in block.branch:
        result = block.get_submodule(name)(result)
        made.append((f"{path}{name}", result))
    shortcut = values
    if block.downsample is not None:
        made += walked(block.downsample, values, f"{path}downsample.")
        shortcut = made[-1][1]
    made.append((f"{path}relu", block.relu(result + shortcut)))
    return made, made[-1][1]


def same(first: Tensor, second: Tensor) -> bool:
    """Bit by bit, NaN included."""
    return first.shape == second.shape and torch.equal(
        first.contiguous().view(torch.int32), second.contiguous().view(torch.int32)
    )


def assert_recorded(network: nn.Module, values: Tensor) -> None:
    with torch.no_grad():
        expected, output = dict(walked(network, values.clone())), network(values.clone())
    found = record(network, values)
    assert list(found.maps) == list(expected)
    assert all(same(found.maps[key], expected[key]) for key in expected)
    assert same(found.output, output)


WITH_WEIGHTS = [one.id for one in entries() if shipped(one.id).is_file()]


@pytest.mark.parametrize("id", WITH_WEIGHTS)
def test_the_maps_of_each_network_of_the_program_are_those_of_a_plain_forward(id):
    one = entry(id)
    assert_recorded(read_weights(shipped(id), one), torch.randn(1, *one.input))


@pytest.mark.parametrize(("id", "size"), [("vgg11-bn", (3, 32, 32)), ("resnet18", (3, 64, 48)), ("lenet5-1998", (1, 32, 32))])
def test_the_maps_of_other_networks_are_those_of_a_plain_forward(id, size):
    assert_recorded(entry(id).build().eval(), torch.randn(1, *size))


CHANGING = {
    "conv": lambda: nn.Conv2d(2, 2, 3, padding=1), "norm": lambda: nn.BatchNorm2d(2),
    "relu": nn.ReLU, "relu in place": lambda: nn.ReLU(inplace=True), "tanh": nn.Tanh,
    "dropout": nn.Dropout, "identity": nn.Identity, "growing": Growing,
    "nested": lambda: nn.Sequential(nn.Identity(), nn.ReLU(inplace=True)),
}  # fmt: skip


@LAW
@given(st.lists(st.sampled_from(sorted(CHANGING)), min_size=1, max_size=6), st.integers(0, 99))
def test_maps_are_recorded_before_something_later_changes_them_in_place(kinds, seed):
    torch.manual_seed(seed)
    network = nn.Sequential(*(CHANGING[kind]() for kind in kinds)).eval()
    values = torch.randn(1, 2, 5, 4)
    before = values.clone()
    assert_recorded(network, values)
    assert torch.equal(values, before)


@LAW
@given(st.lists(st.sampled_from(sorted(CHANGING)), min_size=1, max_size=6), st.data())
def test_some_layers_alone_are_recorded_as_all_are(kinds, data):
    network = nn.Sequential(*(CHANGING[kind]() for kind in kinds)).eval()
    values = torch.randn(1, 2, 5, 4)
    every = record(network, values)
    keys = data.draw(st.lists(st.sampled_from(list(every.maps)), unique=True))
    some = record(network, values, keys)
    assert list(some.maps) == [key for key in every.maps if key in keys]
    assert all(same(some.maps[key], every.maps[key]) for key in keys)
    assert same(some.output, every.output)


def test_a_layer_passed_twice_has_two_keys():
    relu = nn.ReLU()
    network = nn.Sequential(nn.Conv2d(1, 1, 3), relu, nn.Conv2d(1, 1, 3), relu)
    values = torch.randn(1, 1, 8, 8)
    every = record(network, values).maps
    assert list(every) == ["0", "1", "2", "1:2"]
    assert torch.equal(record(network, values, ["1:2"]).maps["1:2"], every["2"].relu())


def test_every_tensor_that_a_row_shows_is_recorded():
    for one in entries():
        if one.input[1] > 83:  # the same layers as the others, only more
            continue
        network = one.build()
        found = record(network, torch.zeros(1, *one.input)).maps
        rows = steps(describe(network, one.input))
        assert {step.shown(stage) for step in rows for stage in Stage} <= set(found)
        assert all(tuple(found[row.key].shape[1:2]) == row.output[:1] for row in describe(network, one.input).layers)


@pytest.mark.parametrize(("id", "folded"), [("vgg-compact", "features.2"), ("vgg11-bn", "features.2")])
def test_convolution_norm_and_activation_are_one_row(outlined, id, folded):
    first = steps(outlined(id))[0]
    assert (first.key, first.before, first.after, first.activation) == ("features.0", "features.1", folded, "ReLU")


def test_the_activation_behind_a_sum_is_a_row_of_its_own(outlined):
    rows = {step.key: step for step in steps(outlined("resnet18"))}
    assert rows["layer1.0.conv1"].after == "layer1.0.relu1"
    assert rows["layer1.0.conv2"].after == "layer1.0.bn2"
    assert rows["layer1.0.relu"].activation == "ReLU"


# ---- what it costs ---------------------------------------------------------------------------------------------


def test_nothing_is_copied_where_nothing_works_in_place():
    places = []
    network = entry("lenet5").build()
    for _, layer in layers(network):
        layer.register_forward_hook(lambda layer, given, made: places.append(made.data_ptr()))
    found = record(network, torch.zeros(1, 1, 28, 28)).maps
    assert [tensor.data_ptr() for tensor in found.values()] == places


def test_what_works_in_place_costs_a_second_pass_only_once():
    passes = []
    network = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(inplace=True), Growing(), nn.Conv2d(1, 1, 3))
    network.register_forward_pre_hook(lambda *_: passes.append(1))
    recorder = Recorder(network)
    for expected in (2, 3, 4):
        recorder.record(torch.randn(1, 1, 8, 8))
        assert len(passes) == expected


@pytest.mark.parametrize("first", [Growing, nn.Identity])
def test_the_input_stays_as_it_is_in_every_pass(first):
    recorder, values = Recorder(nn.Sequential(first(), nn.Conv2d(1, 1, 3))), torch.randn(1, 1, 5, 5)
    before = values.clone()
    outputs = [recorder.record(values).output for _ in range(3)]
    assert torch.equal(values, before)
    assert all(torch.equal(one, outputs[0]) for one in outputs)


def test_many_passes_are_recorded_with_hooks_placed_once(state):
    network = chain(conv=nn.Conv2d(1, 1, 3), relu=nn.ReLU(inplace=True)).train()
    before, pictures = state(network), [torch.randn(1, 1, 6, 6) for _ in range(3)]
    with Recorder(network).watching() as once:
        inside = state(network)
        found = [once(picture).maps["conv"] for picture in pictures]
        assert state(network) == inside
    assert state(network) == before
    assert all(torch.equal(one, record(network, picture).maps["conv"]) for one, picture in zip(found, pictures, strict=True))


# ---- given back as found ---------------------------------------------------------------------------------------


def mixed(second: nn.Module) -> nn.Module:
    """A network with one hook of its owner, part of it training."""
    network = chain(norm=nn.BatchNorm2d(1), second=second, dropout=nn.Dropout()).train()
    network.dropout.eval()
    network.norm.register_forward_hook(lambda *_: None)
    return network


def raising(error: BaseException) -> nn.Module:
    def fail(_: Tensor) -> Tensor:
        raise error

    return Calling(fail)


def test_the_network_is_handed_back_as_found_and_its_statistics_untouched(state):
    network = mixed(nn.ReLU())
    before, values = state(network), {key: value.clone() for key, value in network.state_dict().items()}
    picture = torch.randn(1, 1, 4, 4)
    found = record(network, picture)
    assert torch.equal(found.output, network.eval()(picture))
    network.train().dropout.eval()
    assert state(network) == before
    assert all(torch.equal(values[key], value) for key, value in network.state_dict().items())
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("error", [ValueError("mine"), KeyError("mine"), RuntimeError(), AssertionError("mine")])
def test_a_forward_that_raises_is_a_sentence_that_says_where(error, state):
    network = mixed(raising(error))
    before = state(network)
    with pytest.raises(
        ValueError, match=r"1 × 4 × 4 stops after layer 'norm': (KeyError|ValueError|RuntimeError|Assertion)"
    ) as caught:
        record(network, torch.zeros(1, 1, 4, 4))
    assert caught.value.__cause__ is error
    assert state(network) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Cancelled()])
def test_what_is_no_error_of_the_network_passes_through(error, state):
    network = mixed(raising(error))
    before = state(network)
    with pytest.raises(type(error)) as caught:
        record(network, torch.zeros(1, 1, 4, 4))
    assert caught.value is error
    assert state(network) == before


def test_a_picture_that_cannot_enter_is_a_sentence():
    with pytest.raises(ValueError, match="2 × 9 × 9 cannot enter layer '0': "):
        record(nn.Sequential(nn.Conv2d(1, 1, 3)), torch.zeros(1, 2, 9, 9))


@pytest.mark.parametrize("returned", [lambda maps: (maps, maps), lambda maps: {"out": maps}, lambda maps: None])
def test_a_network_may_return_anything(returned, state):
    class Returning(nn.Sequential):
        def forward(self, given: Tensor) -> object:
            return returned(super().forward(given))

    network = Returning(nn.ReLU(), nn.Hardtanh()).train()
    before, values = state(network), torch.rand(1, 1, 4, 4)
    made = record(network, values)
    assert str(made.output) == str(returned(values))
    assert torch.equal(made.maps["1"], values)
    assert state(network) == before


def test_of_several_tensors_the_first_is_kept_also_if_it_is_changed_later():
    network = nn.Sequential(Calling(lambda maps: (maps.clone(), maps)), Calling(lambda both: both[0].add_(1)))
    values = torch.rand(2, 1, 4, 4)
    made = record(network, values).maps
    assert torch.equal(made["0"], values)
    assert torch.equal(made["1"], values + 1)


def test_a_layer_that_makes_no_maps_is_left_out():
    class Reading(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.lstm, self.last = nn.Conv2d(1, 1, 3), nn.LSTM(4, 5), nn.Linear(5, 2)

        def forward(self, maps: Tensor) -> Tensor:
            return self.last(self.lstm(self.first(maps)[0, 0])[0])[None]

    network = Reading()
    assert list(record(network, torch.zeros(1, 1, 6, 6)).maps) == ["first"]
    with pytest.raises(ValueError, match="no layer 'lstm' has made maps"):
        record(network, torch.zeros(1, 1, 6, 6), ["first", "lstm"])


def test_a_pass_is_cancelled_behind_any_layer(state):
    network = entry("lenet5").build().train()
    before, count = state(network), len(list(layers(network)))
    for last in range(count + 1):
        asked = iter(range(count))
        end = pytest.raises(Cancelled) if last < count else pytest.MonkeyPatch.context()
        with end:
            record(network, torch.zeros(1, 1, 28, 28), cancel=lambda asked=asked, last=last: next(asked) == last)
        assert state(network) == before


def test_cancel_is_asked_behind_each_layer_even_if_one_is_recorded():
    asked = []
    record(entry("lenet5").build(), torch.zeros(1, 1, 28, 28), ["c1"], cancel=lambda: bool(asked.append(1)))
    assert len(asked) == 12


# ---- other people's networks -----------------------------------------------------------------------------------


def test_nothing_is_kept_for_gradients():
    def stubborn(maps: Tensor) -> Tensor:
        with torch.enable_grad():
            return weight * maps

    weight = torch.ones(1, requires_grad=True)
    found = record(nn.Sequential(nn.Conv2d(1, 1, 3), Calling(stubborn)), torch.randn(1, 1, 4, 4))
    assert not any(tensor.requires_grad for tensor in (*found.maps.values(), found.output))


def test_a_network_that_is_in_inference_mode_itself_is_recorded():
    def inside(maps: Tensor) -> Tensor:
        with torch.inference_mode():
            return maps + 1

    values = torch.randn(1, 1, 4, 4)
    found = record(nn.Sequential(Calling(inside), nn.ReLU()), values)
    assert torch.equal(found.maps["0"], values + 1)
    assert torch.equal(found.output, (values + 1).relu())


def test_within_inference_mode_maps_are_copied_since_changes_cannot_be_noticed():
    network, values = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(inplace=True), Growing()).eval(), torch.randn(1, 1, 4, 4)
    with torch.inference_mode():
        found = record(network, values).maps
    with torch.no_grad():
        assert all(same(found[key], maps) for key, maps in walked(network, values))


def test_a_batch_is_recorded_as_each_of_its_pictures():
    network, batch = entry("simple-cnn").build().eval(), torch.randn(3, 1, 28, 28)
    together = record(network, batch).maps
    alone = [record(network, picture[None]).maps for picture in batch]
    for key, maps in together.items():
        torch.testing.assert_close(maps, torch.cat([one[key] for one in alone]))
