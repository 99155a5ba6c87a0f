"""Files of networks of the catalogue: under whatever names, they are opened as what they are, or refused."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from inspector.core.network.matching import Ask, How
from inspector.core.network.settings import Answers
from inspector.nets import entries, entry
from inspector.nets.matching import NeedsAnswers, with_choices
from inspector.nets.matching.tidy import prefixes
from inspector.nets.tensors_file import WeightsError

SMALL = ("lenet5", "lenet5-1998", "lenet-deck", "simple-cnn", "mlp1", "mlp3", "locally-connected", "convnet83", "vgg-compact")
PREFIXES = ("module.", "model.", "net.", "backbone.", "_orig_mod.", "")


class Tutorial(nn.Module):
    """LeNet-5 as tutorials write it."""

    def __init__(self, padding: int = 2) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=padding), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        for conv in (self.conv1, self.conv2):
            x = nn.functional.max_pool2d(conv(x).relu(), 2)
        return self.fc3(self.fc2(self.fc1(x.flatten(1)).relu()).relu())


def build(shake, id):
    torch.manual_seed(0)
    return shake(entry(id).build())


def equal(first, second, shape):
    values = torch.rand(2, *shape)
    with torch.no_grad():
        return torch.equal(first(values), second(values))


def renamed(tensors, prefix=""):
    """The layers numbered as they come, in the same order."""
    layers = {name.rpartition(".")[0]: None for name in tensors}
    numbers = {layer: number for number, layer in enumerate(layers)}
    return {f"{prefix}stage_{numbers[n.rpartition('.')[0]]}.{n.rpartition('.')[2]}": t for n, t in tensors.items()}


@pytest.mark.parametrize("id", SMALL)
@pytest.mark.parametrize("ordered", [True, False])
def test_by_names_every_network_is_itself(id, ordered, shake, opened):
    network = build(shake, id)
    tensors = network.state_dict()
    if not ordered:
        tensors = {name: tensors[name] for name in sorted(tensors)}
    candidate, found = opened(tensors, ordered=ordered)
    assert (candidate.match.architecture, candidate.match.how) == (id, How.NAMES)
    assert set(candidate.match.asks) <= {Ask.NORMALIZE}
    assert equal(network, found, entry(id).input)


@given(path=st.lists(st.sampled_from(PREFIXES), max_size=3).map("".join), id=st.sampled_from(("lenet5", "mlp1", "simple-cnn")))
@settings(max_examples=20, deadline=None)
def test_prefixes_are_cut_off(path, id, shake, opened):
    network = build(shake, id)
    candidate, found = opened({path + name: tensor for name, tensor in network.state_dict().items()})
    assert candidate.match.how is How.NAMES
    assert equal(network, found, entry(id).input)


def test_a_prefix_is_what_all_names_begin_with_and_not_a_whole_layer():
    assert list(prefixes(("a.b.weight", "a.b.bias"))) == ["", "a."]
    assert list(prefixes(("a.c.weight", "b.c.weight"))) == [""]
    assert list(prefixes(())) == []


@pytest.mark.parametrize("id", [id for id in SMALL if id != "lenet5-1998"])
@pytest.mark.parametrize("ordered", [True, False])
def test_by_order_every_network_is_itself(id, ordered, shake, opened):
    network = build(shake, id)
    tensors = renamed(network.state_dict(), "module.")
    if not ordered:
        tensors = {name: tensors[name] for name in sorted(tensors)}
    candidate, found = opened(tensors, ordered=ordered)
    assert (candidate.match.architecture, candidate.match.how) == (id, How.ORDER)
    assert equal(network, found, entry(id).input)


def test_the_order_of_who_saved_it_is_trusted_more_than_names(shake, opened):
    network = build(shake, "vgg-compact")
    tensors = network.state_dict()
    numbers = {layer: 99 - number for number, layer in enumerate(dict.fromkeys(name.rpartition(".")[0] for name in tensors))}
    falling = {f"{numbers[name.rpartition('.')[0]]}.{name.rpartition('.')[2]}": tensor for name, tensor in tensors.items()}
    candidate, found = opened(falling)
    assert candidate.match.how is How.ORDER
    assert equal(network, found, (3, 32, 32))


def test_counters_of_batch_norms_may_be_missing(shake, opened):
    network = build(shake, "vgg-compact")
    tensors = {name: tensor for name, tensor in network.state_dict().items() if "num_batches" not in name}
    candidate, found = opened(tensors)
    assert candidate.match.how is How.NAMES
    assert equal(network, found, (3, 32, 32))


def test_the_lenet_of_tutorials(shake, opened, recognize):
    network = shake(Tutorial())
    known = recognize(network.state_dict())
    match = known.chosen().match
    assert (match.architecture, match.how, len(known.candidates)) == ("lenet5", How.ORDER, 1)
    assert dict(zip(match.asks, match.usual, strict=True)) == {
        Ask.ACTIVATION: "tanh", Ask.POOL: "avg", Ask.NORMALIZE: "0.1307,0.3081", Ask.INPUT: "1,28,28",
    }  # fmt: skip
    assert match.pairs[4].expected_shape == (120, 16, 5, 5)
    assert match.pairs[4].found_shape == (120, 400)
    assert known.report.parameters == 61_706
    values = torch.rand(3, 1, 28, 28)
    with torch.no_grad():
        found = opened(network.state_dict(), Answers(activation="relu", pool="max"))[1](values)
        usual = opened(network.state_dict())[1](values)
        expected = network(values)
    assert torch.allclose(found, expected, atol=1e-6)  # a convolution adds the same products in another order
    assert not torch.allclose(usual, expected, atol=1e-3)


def test_the_lenet_of_tutorials_for_pictures_that_have_a_border(shake, opened):
    network = shake(Tutorial(padding=0))
    _, found = opened(network.state_dict(), Answers(activation="relu", pool="max", input=(1, 32, 32)))
    values = torch.rand(3, 1, 32, 32)
    with torch.no_grad():
        assert torch.allclose(found(values), network(values), atol=1e-6)


def test_what_has_to_be_asked_is_asked(shake, recognize):
    known = recognize(Tutorial().state_dict())
    with pytest.raises(
        NeedsAnswers, match=r"net\.pt .*LeNet-5.* activation function and the pooling; give --activation"
    ) as caught:
        known.check_answered(known.chosen(), Answers())
    assert caught.value.report == known.report
    with pytest.raises(NeedsAnswers, match=r"does not say the pooling; give --pool max\|avg"):
        known.check_answered(known.chosen(), Answers(activation="relu"))
    known.check_answered(known.chosen(), Answers(activation="relu", pool="max"))


def test_without_statistics_of_its_data_set_the_normalization_is_asked(shake, recognize):
    known = recognize(build(shake, "convnet83").state_dict())
    with pytest.raises(NeedsAnswers, match="--normalize"):
        known.check_answered(known.chosen(), Answers())
    known.check_answered(known.chosen(), Answers(mean=(0.5,), std=(0.5,)))


@pytest.mark.parametrize("id", ["lenet5", "vgg-compact"])
@pytest.mark.parametrize("names", [True, False])
def test_another_number_of_classes(id, names, shake, opened):
    torch.manual_seed(0)
    network = entry(id).build()
    path, last = list(network.named_modules())[-1]
    network.set_submodule(path, nn.Linear(last.in_features, 7))
    shake(network)
    candidate, found = opened(network.state_dict() if names else renamed(network.state_dict()))
    assert candidate.classes == 7
    assert candidate.match.title.endswith("7 classes")
    assert "7 outputs instead of 10" in candidate.notes[0]
    assert equal(network, found, entry(id).input)


def test_weight_and_bias_of_different_class_counts_are_refused(shake, recognize):
    tensors = build(shake, "lenet5").state_dict()
    tensors["output.bias"] = torch.zeros(7)
    assert not recognize(tensors).candidates


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_permuted_shapes_are_refused_and_permuted_layers_never_load_wrongly(data, shake, recognize, opened):
    network = build(shake, "lenet5")
    tensors = renamed(network.state_dict())
    name = data.draw(st.sampled_from([name for name, tensor in tensors.items() if tensor.ndim == 2]))
    assert not recognize({**tensors, name: tensors[name].T.contiguous()}).candidates
    order = data.draw(st.permutations(list(tensors)))
    mixed = {name: tensors[name] for name in order}
    if recognize(mixed, ordered=True).candidates:
        assert equal(network, opened(mixed, ordered=True)[1], (1, 28, 28))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_number_types_become_float32_and_that_is_said(dtype, shake, recognize):
    network = build(shake, "mlp1")
    known = recognize({name: tensor.to(dtype) for name, tensor in network.state_dict().items()})
    assert {tensor.dtype for tensor in known.found.tensors.values()} == {torch.float32}
    assert f"2 tensors are {str(dtype).removeprefix('torch.')}" in known.notes[0]


def test_another_network_than_asked_for_is_refused_with_the_whole_table(shake, recognize):
    known = recognize(build(shake, "mlp3").state_dict(), Answers(architecture="mlp1"))
    with pytest.raises(
        WeightsError, match=r"does not hold the weights of mlp1: 6 of 6 tensors differ: .* and 3 more\.$"
    ) as caught:
        known.chosen("mlp1")
    assert "linear1.weight" in str(caught.value)
    rows = caught.value.detail.splitlines()
    assert rows[0].split() == ["expected", "shape", "found", "shape"]
    assert len(rows) == 7
    assert "10x784" in rows[1]
    assert "300x784" in rows[1]


def test_a_partial_state_dict_is_refused(shake, recognize):
    tensors = build(shake, "vgg-compact").state_dict()
    del tensors["classifier.weight"]
    known = recognize({f"module.{name}": tensor for name, tensor in tensors.items()})
    assert known.reason.startswith("it has most tensors of Compact VGG with batch norm, but 1 of ")
    assert known.reason.endswith("tensors differ: classifier.weight expected 10x512, found nothing")
    with pytest.raises(WeightsError, match="fits no network: it has most tensors") as caught:
        known.chosen()
    assert caught.value.detail.splitlines()[-2].split() == ["classifier.weight", "10x512", "nothing"]
    odd = recognize({n: t for n, t in tensors.items() if "running_mean" not in n} | {"z.weight": torch.zeros(2, 2)})
    assert "features.1.running_mean expected 64, found nothing" in odd.reason


def test_a_network_without_its_last_bias_is_a_part_and_no_other_network(shake, recognize):
    """A sequence of layers could be made of it, which would not be the network that was trained."""
    tensors = build(shake, "lenet5").state_dict()
    del tensors["output.bias"]
    known = recognize(tensors)
    assert known.candidates == ()
    assert "LeNet-5, modern form, but 1 of 10 tensors differ: output.bias expected 10, found nothing" in known.reason
    assert recognize(tensors, Answers(architecture="rebuilt")).candidates  # for who insists


def test_a_wrong_shape_is_told_beside_the_network_that_was_meant(shake, recognize):
    tensors = build(shake, "lenet5").state_dict() | {"c5.weight": torch.zeros(7, 7)}
    known = recognize(tensors)
    assert "LeNet-5, modern form, but 1 of 10 tensors differ: c5.weight expected 120x16x5x5, found 7x7" in known.reason
    assert "nor is it a plain sequence: the tensors of c5 do not belong together" in known.reason
    assert len(known.table.splitlines()) == 11


def test_a_network_with_a_layer_more_is_rebuilt(shake, recognize):
    """It has all tensors of a known one, and is no part of it."""
    tensors = build(shake, "mlp3").state_dict()
    more = {"linear4.weight": torch.ones(5, 10), "linear4.bias": torch.ones(5)}
    assert [one.match.architecture for one in recognize(tensors | more).candidates] == ["rebuilt"]


def test_every_network_of_the_catalogue_is_told_from_all_others():
    """No two have the same shapes in the same order, so that a match by order names one network."""
    with torch.device("meta"):
        shapes = [tuple(tuple(t.shape) for t in one.build().state_dict().values()) for one in entries()]
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize(("activation", "pool"), [("relu", "max"), ("tanh", "avg"), ("relu", ""), ("", "max"), ("", "")])
def test_exchanged_layers_keep_weights_order_and_honest_names(activation, pool):
    network = with_choices(entry("lenet5").build(), activation, pool)
    kinds = [type(layer).__name__ for layer in network]
    assert kinds.count({"relu": "ReLU", "tanh": "Tanh", "": "Tanh"}[activation]) == 4
    assert kinds.count({"max": "MaxPool2d", "avg": "AvgPool2d", "": "AvgPool2d"}[pool]) == 2
    assert list(network.state_dict()) == list(entry("lenet5").build().state_dict())
    assert ("tanh1" in dict(network.named_children())) is (activation != "relu")
    assert kinds[0] == "Conv2d"
    assert kinds[-1] == "Linear"


def test_exchanging_in_a_network_with_blocks_keeps_windows():
    network = with_choices(entry("resnet18").build(), "tanh", "avg")
    assert not [layer for layer in network.modules() if isinstance(layer, nn.ReLU | nn.MaxPool2d)]
    pool = network.get_submodule("maxpool")  # not "avgpool": that is another layer
    assert (pool.kernel_size, pool.stride, pool.padding) == (3, 2, 1)
