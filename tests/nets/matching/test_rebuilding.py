"""Plain sequences are rebuilt exactly, or refused with the reason; never something else."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from inspector.core.network.matching import Ask, How
from inspector.core.network.settings import Answers
from inspector.nets.tensors_file import WeightsError

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}
CONV, MORE, RELU, FLAT = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1), nn.ReLU(), nn.Flatten()
END = FLAT, nn.Linear(4 * 28 * 28, 3)
POOLS = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}


@st.composite
def nets(draw):
    """A sequence as people write them, the answers that belong to it, and its input."""
    activation, pool = draw(st.sampled_from(sorted(ACTIVATIONS))), draw(st.sampled_from(sorted(POOLS)))
    channels, side, padded = draw(st.sampled_from((1, 3))), draw(st.sampled_from((28, 32))), draw(st.booleans())
    size, kernel, norm, drop = side, draw(st.sampled_from((1, 3, 5))), draw(st.booleans()), draw(st.booleans())
    layers, maps = [], channels
    for wanted in draw(st.lists(st.integers(2, 5), max_size=3)):
        if size < kernel:
            break
        layers += [nn.Conv2d(maps, wanted, kernel, padding=kernel // 2 if padded else 0, bias=not norm)]
        layers += [nn.BatchNorm2d(wanted)] * norm + [ACTIVATIONS[activation]()]
        size -= 0 if padded else kernel - 1
        if size >= 2 and draw(st.booleans()):
            layers.append(POOLS[pool](2))
            size //= 2
        layers += [nn.Dropout()] * (drop and draw(st.booleans()))
        maps = wanted
    layers += [nn.Flatten(), nn.Linear(maps * size * size, 6), ACTIVATIONS[activation]()]
    layers += [nn.Dropout()] * drop + [nn.Linear(6, 4)]
    mean, std = (0.5,) * channels, (0.5,) * channels
    return nn.Sequential(*layers), Answers("", activation, pool, mean, std), (channels, side, side)


@given(made=nets(), tell=st.booleans())
@settings(max_examples=120, deadline=None)
def test_rebuilt_or_refused_but_never_something_else(made, tell, shake, recognize):
    network, answers, shape = made
    torch.manual_seed(0)
    shake(network)
    answers = Answers("", answers.activation, answers.pool, answers.mean, answers.std, shape if tell else ())
    known = recognize(network.state_dict(), answers)
    if not known.candidates:
        assert known.reason
        return
    candidate = known.chosen()
    if missing := candidate.missing(answers):
        assert (missing, tell) == ((Ask.INPUT,), False)
        return
    assert candidate.input == shape
    values = torch.rand(2, *shape)
    with torch.no_grad():
        assert torch.equal(known.network(candidate, answers)(values), network(values))


def sequence(*layers):
    return nn.Sequential(*layers)


def digits():
    """Two convolutions for MNIST, each with its pooling."""
    return sequence(
        nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(3, 5, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(5 * 7 * 7, 12), nn.ReLU(), nn.Dropout(), nn.Linear(12, 10),
    )  # fmt: skip


@pytest.mark.parametrize("ordered", [True, False])
def test_a_network_for_digits(ordered, shake, opened):
    network = shake(digits())
    tensors = dict(sorted(network.state_dict().items())) if not ordered else network.state_dict()
    candidate, found = opened(tensors, ordered=ordered)
    match = candidate.match
    assert (match.architecture, match.how, candidate.input, candidate.classes) == ("rebuilt", How.REBUILT, (1, 28, 28), 10)
    assert dict(zip(match.asks, match.usual, strict=True)) == {
        Ask.ACTIVATION: "relu", Ask.POOL: "max", Ask.NORMALIZE: "0.1307,0.3081",
    }  # fmt: skip
    assert match.title == "Sequence: conv 3, pool, conv 5, pool, linear 12, linear 10; padded"
    assert [pair.expected for pair in match.pairs[:3]] == ["conv1.weight", "conv1.bias", "conv2.weight"]
    assert match.pairs[2].found == "3.weight"
    assert candidate.missing(Answers()) == match.asks  # nothing is taken for granted
    values = torch.rand(2, 1, 28, 28)
    with torch.no_grad():
        assert torch.equal(found(values), network(values))


class Tutorial(nn.Module):
    """The network of PyTorch's CIFAR-10 tutorial; its names say nothing of what lies between."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        for conv in (self.conv1, self.conv2):
            x = nn.functional.max_pool2d(conv(x).relu(), 2)
        return self.fc3(self.fc2(self.fc1(x.flatten(1)).relu()).relu())


@pytest.mark.parametrize("ordered", [True, False])
def test_layers_with_names_of_their_own(ordered, shake, opened):
    network = shake(Tutorial())
    candidate, found = opened(network.state_dict(), ordered=ordered)
    assert candidate.input == (3, 32, 32)
    values = torch.rand(2, 3, 32, 32)
    with torch.no_grad():
        assert torch.equal(found(values), network(values))


def test_features_and_classifier_sorted_by_name(shake, opened):
    network, maps = nn.Sequential(), [1, *range(2, 8)]
    features = [layer for pair in pairwise(maps) for layer in (nn.Conv2d(*pair, 3, padding=1), nn.ReLU())]
    network.add_module("features", sequence(*features, nn.MaxPool2d(2)))
    network.add_module("flatten", nn.Flatten())
    network.add_module("classifier", sequence(nn.Dropout(), nn.Linear(7 * 14 * 14, 9)))
    shake(network)
    tensors = dict(sorted(network.state_dict().items()))  # classifier first, and features.10 before features.2
    candidate, found = opened(tensors, ordered=False)
    assert candidate.input == (1, 28, 28)
    values = torch.rand(2, 1, 28, 28)
    with torch.no_grad():
        assert torch.equal(found(values), network(values))


def test_two_layers_without_weights_may_be_an_activation_and_a_dropout(shake, opened):
    network = shake(sequence(CONV, RELU, nn.Dropout(), MORE, RELU, *END))
    candidate, found = opened(network.state_dict())
    assert candidate.match.title == "Sequence: conv 4, conv 4, linear 3; padded"
    values = torch.rand(2, 1, 28, 28)
    with torch.no_grad():
        assert torch.equal(found(values), network(values))


def test_norms_between_linear_layers(shake, opened):
    network = shake(sequence(nn.Flatten(), nn.Linear(784, 9), nn.BatchNorm1d(9), nn.ReLU(), nn.Linear(9, 10, bias=False)))
    candidate, found = opened(network.state_dict())
    assert Ask.POOL not in candidate.match.asks
    values = torch.rand(2, 1, 28, 28)
    with torch.no_grad():
        assert torch.equal(found(values), network(values))


def test_where_several_inputs_fit_it_is_asked_which(recognize):
    one = nn.Sequential(nn.Conv2d(1, 2, 5), nn.ReLU(), nn.Flatten(), nn.Linear(2 * 28 * 28, 3))  # 32 without padding, 28 with
    match = recognize(one.state_dict()).chosen().match
    assert match.usual[match.asks.index(Ask.INPUT)] == "1,28,28"
    answered = recognize(one.state_dict(), Answers(input=(1, 32, 32))).chosen()
    assert (answered.input, answered.match.title) == ((1, 32, 32), "Sequence: conv 2, linear 3; not padded")


def test_oblong_and_unusual_inputs_can_be_given(shake, opened):
    network = shake(sequence(nn.Conv2d(2, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(2 * 18 * 28, 3)))
    _, found = opened(network.state_dict(), Answers(input=(2, 20, 30)))
    values = torch.rand(1, 2, 20, 30)
    with torch.no_grad():
        assert torch.equal(found(values), network(values))


SEVEN = [layer for _ in range(7) for layer in (nn.Conv2d(1, 1, 3, padding=1), RELU)]
GROUPED, TRANSPOSED = nn.Conv2d(4, 4, 3, padding=1, groups=2), nn.ConvTranspose2d(4, 2, 2)
REFUSED = {
    "a grouped convolution": ((CONV, RELU, GROUPED, RELU, *END), "2 takes 2 maps or units, and 0 before it makes 4"),
    "a transposed convolution": ((CONV, RELU, TRANSPOSED, FLAT, nn.Linear(8, 3)), "2 do not belong together"),
    "a 1-D convolution": ((nn.Conv1d(1, 4, 3), RELU, FLAT, nn.Linear(4, 3)), "0 has weights of 3 dimensions"),
    "a 3-D convolution": ((nn.Conv3d(1, 4, 3), RELU, FLAT, nn.Linear(4, 3)), "0 has weights of 5 dimensions"),
    "a recurrent layer": ((nn.LSTM(4, 4), nn.Linear(4, 3)), "0 has 'bias_hh_l0'"),
    "attention": ((nn.MultiheadAttention(4, 2), nn.Linear(4, 3)), "0 has 'in_proj_"),
    "a norm of groups": ((CONV, nn.GroupNorm(2, 4), RELU, *END), "1 has no running_mean"),
    "no linear layer": ((CONV, RELU), "no linear layer at the end"),
    "layers without anything between": ((CONV, MORE, RELU, *END), "no activation function lies between 0 and 1"),
    "too much between": ((CONV, RELU, *[nn.Identity()] * 3, MORE, RELU, *END), "4 layers without weights lie between 0 and 5"),
    "something before the first": ((nn.Identity(), CONV, RELU, *END), "what lies before 1 "),
    "an activation before the norm": ((CONV, RELU, nn.BatchNorm2d(4), RELU, *END), "between 0 and 2"),
    "a norm at the beginning": ((nn.BatchNorm2d(1), CONV, RELU, *END), "begins with the batch norm"),
    "a norm of other maps": ((CONV, nn.BatchNorm2d(3), RELU, *END), "1 is for 3 maps"),
    "two norms": ((CONV, nn.BatchNorm2d(4), nn.BatchNorm2d(4), RELU, *END), "cannot come behind"),
    "another stride": (
        (nn.Conv2d(1, 4, 3, stride=3), RELU, FLAT, nn.Linear(4 * 9 * 9, 3)), "make the 324 numbers .* --input C,H,W",
    ),
    "padding or pooling": (
        (*SEVEN, nn.MaxPool2d(2), FLAT, nn.Linear(14 * 14, 3)),
        "2 arrangements fit: a pooling may lie behind 12, and the convolutions may be padded or not",
    ),
    "a pooling at one of two places": (
        (CONV, RELU, nn.Dropout(), MORE, RELU, nn.MaxPool2d(2), MORE, RELU, FLAT, nn.Linear(4 * 14 * 14, 3)),
        "2 arrangements fit: a pooling may lie behind 0 or 3; write the network as a Python file and give --module",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_weights_do_not_determine_is_refused_with_the_reason(what, recognize):
    layers, reason = REFUSED[what]
    known = recognize(sequence(*layers).state_dict())
    assert known.candidates == ()
    with pytest.raises(WeightsError, match=rf"net\.pt fits no network: .*{reason}") as caught:
        known.chosen()
    assert known.report.reason in str(caught.value)


def test_blocks_are_refused(recognize):
    block = nn.Sequential()
    block.add_module("0", nn.ModuleDict({"conv1": CONV, "fc": nn.Linear(4 * 28 * 28, 3)}))
    assert "0.conv1 lies in a block" in recognize(block.state_dict()).reason


def test_an_input_of_other_channels(recognize):
    assert (
        "takes 1 channels, and the input was given with 3" in recognize(digits().state_dict(), Answers(input=(3, 28, 28))).reason
    )


def test_odd_files(recognize):
    for tensors, reason in (
        ({"a": torch.zeros(2)}, "the file has 'a'"),
        ({"a.bias": torch.zeros(2)}, "a has no weight"),
        ({"a.weight": torch.zeros(())}, "0 dimensions"),
        ({"a.weight": torch.zeros(0, 3)}, "do not belong together"),
        ({"a.weight": torch.zeros(2, 3), "a.bias": torch.zeros(3)}, "do not belong together"),
    ):
        assert reason in recognize(tensors).reason
