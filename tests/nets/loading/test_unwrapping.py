"""The weights are found wherever people put them, and what lies beside is said."""

from collections import OrderedDict

import pytest
import torch

from inspector.nets.loading.formats import Refused
from inspector.nets.loading.unwrapping import WRAPPERS, unwrap

WEIGHTS = {"conv.weight": torch.ones(2, 1, 3, 3), "conv.bias": torch.ones(2), "norm.num_batches_tracked": torch.tensor(7)}
OPTIMIZER = {"state": {0: {"step": torch.tensor(5.0), "exp_avg": torch.ones(9)}}, "param_groups": [{"lr": 0.1, "params": [0]}]}


def found(loaded):
    unwrapped = unwrap(loaded)
    return unwrapped.wrapped_in, list(unwrapped.tensors), list(unwrapped.notes)


NAMES = list(WEIGHTS)


@pytest.mark.parametrize("make", [dict, OrderedDict])
def test_a_bare_state_dict_is_itself(make):
    assert found(make(WEIGHTS)) == ("", NAMES, [])


@pytest.mark.parametrize("name", [*WRAPPERS, "generator"])
def test_wrapped_under_any_name(name):
    assert found({name: WEIGHTS}) == (name, NAMES, [])


def test_wrapped_with_the_facts_of_a_training_beside():
    beside = {
        "epoch": 12,
        "best_acc": torch.tensor(0.93),
        "arch": "vgg16",
        "optimizer": OPTIMIZER,
        "args": None,
        "loss": 0.1234567,
    }
    assert found({**beside, "state_dict": WEIGHTS}) == (
        "state_dict",
        NAMES,
        ["Beside the weights: epoch = 12, best_acc = 0.93, arch = vgg16, optimizer, args, loss = 0.123457."],
    )


def test_wrapped_twice():
    assert found({"model": {"state_dict": WEIGHTS, "epoch": 1}}) == (
        "model.state_dict",
        NAMES,
        ["Beside the weights: epoch = 1."],
    )


def test_of_several_the_known_name_is_taken_else_the_largest_and_the_others_are_named():
    small = {"a.weight": torch.ones(1)}
    assert found({"ema": small, "model": WEIGHTS})[0::2] == ("model", ["Not used: ema, of which model was taken instead."])
    assert found({"small": small, "large": WEIGHTS})[0::2] == ("large", ["Not used: small, of which large was taken instead."])


def test_the_optimizer_is_never_taken_for_weights():
    large = {"state": {0: {"exp_avg": torch.ones(10_000)}}}
    assert found({"optimizer_state_dict": large, "mine": WEIGHTS})[0] == "mine"
    with pytest.raises(Refused, match="no tensors"):
        unwrap({"optimizer_state_dict": large, "epoch": 1})


def test_an_optimizer_alone_is_named():
    with pytest.raises(Refused, match="the state of an optimizer, not weights"):
        unwrap(OPTIMIZER)


def test_modules_in_modules_are_joined():
    nested = {"features": {0: {"weight": torch.ones(2), "bias": torch.ones(1)}}, "head": {"weight": torch.ones(3)}}
    assert found(nested) == ("", ["features.0.weight", "features.0.bias", "head.weight"], [])


@pytest.mark.parametrize("make", [list, tuple])
def test_lists_are_numbered(make):
    assert found(make(WEIGHTS.values())) == ("", ["0", "1", "2"], [])
    assert found(make([12, WEIGHTS])) == ("1", NAMES, ["Beside the weights: 0 = 12."])


def test_one_tensor_is_a_list_of_one():
    assert found(torch.ones(2)) == ("", ["0"], [])


def test_what_lies_in_a_state_dict_and_is_no_tensor_is_said():
    assert found({**WEIGHTS, "version": 3})[1:] == (NAMES, ["Beside the weights: version = 3."])


def test_long_facts_are_cut():
    (note,) = unwrap({"state_dict": WEIGHTS, "text" * 30: "x" * 1000, "n": 10**700, "yes": True}).notes
    assert len(note) < 160
    assert note.endswith(", n, yes = True.")


@pytest.mark.parametrize("loaded", [{}, [], 7, None, "text", {"epoch": 1}, {"a": {"b": {}}}, {(1, 2): torch.ones(1)}])
def test_nothing_to_find_is_refused(loaded):
    with pytest.raises(Refused, match="it holds no tensors"):
        unwrap(loaded)
