"""The layers that torch does not have, against the ones that it has."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from inspector.nets.layers import LocallyConnected2d, PartialConv2d, Subsampling
from inspector.nets.lenet import C3_SOURCES, Prototypes, ScaledTanh


@pytest.fixture(autouse=True)
def same_numbers():
    torch.manual_seed(3)


@given(st.integers(1, 3), st.integers(1, 3), st.sampled_from([1, 3]), st.integers(0, 1), st.integers(3, 6), st.integers(3, 6))
def test_with_the_same_weights_everywhere_local_connections_are_a_convolution(inputs, outputs, size, padding, height, width):
    local = LocallyConnected2d(inputs, outputs, size, (height, width), padding)
    kernel, bias, maps = torch.randn(outputs, inputs, size, size), torch.randn(outputs), torch.randn(2, inputs, height, width)
    with torch.no_grad():
        local.weight.copy_(kernel.flatten(1)[:, None, :].expand_as(local.weight))
        local.bias.copy_(bias[:, None].expand_as(local.bias))
        torch.testing.assert_close(local(maps), functional.conv2d(maps, kernel, bias, padding=padding))


def test_a_local_weight_touches_one_place_only():
    local = LocallyConnected2d(1, 1, 3, (4, 5), padding=1)
    maps = torch.rand(1, 1, 4, 5)
    with torch.no_grad():
        before = local(maps)
        local.weight[0, 7] += 1
        changed = (local(maps) != before)[0, 0]
    assert changed.nonzero().tolist() == [[1, 2]]  # place 7 of rows of 5


def test_local_connections_have_no_weights_for_other_sizes():
    with pytest.raises(ValueError, match=r"\(4, 5\), not of \(5, 4\)"):
        LocallyConnected2d(1, 1, 3, (4, 5))(torch.zeros(1, 1, 5, 4))


def test_a_partial_convolution_that_sees_everything_is_a_convolution():
    partial, full = PartialConv2d(3, ((0, 1, 2),) * 4, 5), nn.Conv2d(3, 4, 5)
    with torch.no_grad():
        full.weight.copy_(partial.weight.reshape_as(full.weight))
        full.bias.copy_(partial.bias)
        maps = torch.randn(2, 3, 8, 9)
        torch.testing.assert_close(partial(maps), full(maps))


def test_c3_sees_exactly_the_maps_of_the_published_table():
    layer = PartialConv2d(6, C3_SOURCES, 5)
    maps = torch.randn(1, 6, 5, 5, requires_grad=True)
    for output, sources in enumerate(C3_SOURCES):
        (slope,) = torch.autograd.grad(layer(maps)[0, output].sum(), maps)
        assert slope[0].flatten(1).any(1).nonzero().flatten().tolist() == list(sources)
    assert [len(sources) for sources in C3_SOURCES] == [3] * 6 + [4] * 9 + [6]
    assert [sum(place in sources for sources in C3_SOURCES) for place in range(6)] == [10] * 6


def test_trainable_pooling_starts_as_the_average_and_scales_each_map():
    layer, maps = Subsampling(2), torch.randn(1, 2, 6, 7)
    torch.testing.assert_close(layer(maps), functional.avg_pool2d(maps, 2))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([1.0, -0.5]))
        layer.bias.copy_(torch.tensor([0.0, 3.0]))
        sums = 4 * functional.avg_pool2d(maps, 2)
        torch.testing.assert_close(layer(maps), torch.stack([sums[:, 0], 3 - sums[:, 1] / 2], 1))


def test_the_squashing_function_keeps_one():
    torch.testing.assert_close(ScaledTanh()(torch.tensor([-1.0, 0.0, 1.0])), torch.tensor([-1.0, 0.0, 1.0]), atol=1e-4, rtol=0)


def test_each_digit_wins_with_its_own_code():
    prototypes = Prototypes()
    scores = prototypes(prototypes.weight)
    assert scores.argmax(1).tolist() == list(range(10))
    assert scores.diagonal().eq(0).all()
    assert set(prototypes.weight.unique().tolist()) == {-1.0, 1.0}
    assert list(prototypes.parameters()) == []
