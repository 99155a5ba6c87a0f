"""Recipes are complete, fit the catalogue, and refuse nonsense."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn, optim

from inspector.nets.catalogue import entries, entry
from inspector.nets.datasets import CLASS_NAMES
from inspector.nets.preprocessing import STATISTICS
from inspector.nets.recipes import Method, Recipe, recipe

LAW = settings(deadline=None, derandomize=True, max_examples=100)

PLAIN = Recipe(epochs=2, rate=0.5, warm_up=0.25)


def test_whatever_is_judged_by_a_data_set_that_can_be_read_has_a_recipe():
    for one in entries():
        if one.dataset in CLASS_NAMES:
            recipe(one.id)
            assert one.dataset in STATISTICS
            assert len(CLASS_NAMES[one.dataset]) == one.classes


def test_a_network_without_a_recipe_is_told_which_have_one():
    assert entry("vgg16").dataset == "ImageNet"
    with pytest.raises(ValueError, match="'vgg16'; there are recipes for lenet5, "):
        recipe("vgg16")


def test_the_rate_rises_in_a_line_and_falls_along_a_cosine():
    assert [PLAIN.rate_at(share) for share in (0, 0.125, 0.25, 0.625, 1)] == pytest.approx([0, 0.25, 0.5, 0.25, 0])


@LAW
@given(st.floats(0, 1), st.floats(0, 0.99))
def test_the_rate_never_leaves_its_range(progress, warm_up):
    assert 0 <= replace(PLAIN, warm_up=warm_up).rate_at(progress) <= 0.5


@pytest.mark.parametrize(
    "change",
    [{"epochs": 0}, {"batch": 1}, {"seed": -1}, {"rate": 0.0}, {"rate": float("nan")}, {"warm_up": 1.0}, {"momentum": 0.0}],
)
def test_nonsense_is_refused(change):
    with pytest.raises(ValueError, match="must"):
        replace(PLAIN, **change)


@pytest.mark.parametrize(("method", "kind"), [(Method.SGD, optim.SGD), (Method.ADAMW, optim.AdamW)])
def test_only_matrices_decay(method, kind):
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    optimizer = replace(PLAIN, method=method, weight_decay=0.3).optimizer(network)
    assert isinstance(optimizer, kind)
    decays = {id(tensor): group["weight_decay"] for group in optimizer.param_groups for tensor in group["params"]}
    assert {name: decays[id(tensor)] for name, tensor in network.named_parameters()} == {
        "0.weight": 0.3, "0.bias": 0.0, "1.weight": 0.0, "1.bias": 0.0,
    }  # fmt: skip
