"""Altered maps: laws, the real Dropout2d as the oracle, and the network left as it was."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from inspector.core.network.settings import Alteration, Change
from inspector.nets.altering import AlterationError, altered
from inspector.nets.layers import chain
from inspector.nets.recording import record

LAW = settings(deadline=None, derandomize=True, max_examples=60)
MAPS = 6
KEYS = ("conv", "relu", "relu:2", "norm", "flatten", "linear")


def network() -> nn.Module:
    torch.manual_seed(0)
    shared = nn.ReLU()
    return chain(
        conv=nn.Conv2d(1, MAPS, 3), relu=shared, norm=nn.BatchNorm2d(MAPS), again=shared,
        flatten=nn.Flatten(), linear=nn.Linear(MAPS * 4, MAPS),
    ).eval()  # fmt: skip


NETWORK = network()
PICTURE = torch.randn(1, 1, 4, 4, generator=torch.Generator().manual_seed(1))
keys = st.sampled_from(KEYS)
some = st.lists(st.integers(0, MAPS - 1), unique=True).map(tuple)
seeds = st.integers(0, 2**32)


def maps_with(*alterations: Alteration, of: nn.Module = NETWORK) -> dict[str, Tensor]:
    with altered(of, alterations):
        return record(of, PICTURE).maps


def same(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    return list(first) == list(second) and all(torch.equal(first[key], second[key]) for key in first)


PLAIN = maps_with()


def test_no_alterations_change_nothing():
    assert same(PLAIN, record(NETWORK, PICTURE).maps)


@LAW
@given(keys, some)
def test_silencing_is_scaling_by_nothing(key, maps):
    silent = maps_with(Alteration(key, Change.SILENCE, maps))
    assert same(silent, maps_with(Alteration(key, Change.SCALE, maps, 0.0)))
    assert not silent[key][:, list(maps)].any()


@LAW
@given(keys, some, st.sampled_from([-2.0, 0.25, 4.0]))
def test_scaling_forth_and_back_changes_nothing(key, maps, amount):
    there, back = (Alteration(key, Change.SCALE, maps, factor) for factor in (amount, 1 / amount))
    assert same(PLAIN, maps_with(there, back))


@LAW
@given(keys, st.lists(st.integers(0, MAPS - 1), min_size=2, max_size=2).map(tuple))
def test_swapping_twice_changes_nothing(key, pair):
    swap = Alteration(key, Change.SWAP, pair)
    once = maps_with(swap)
    assert torch.equal(once[key][:, list(pair)], PLAIN[key][:, list(reversed(pair))])
    assert same(PLAIN, maps_with(swap, swap))


@LAW
@given(keys, seeds)
def test_dropping_nothing_changes_nothing_and_dropping_all_leaves_nothing(key, seed):
    assert same(PLAIN, maps_with(Alteration(key, Change.DROP, (), 0.0, seed)))
    assert not maps_with(Alteration(key, Change.DROP, (), 1.0, seed))[key].any()


@LAW
@given(st.floats(0, 1), st.integers(0, 2**32))
def test_dropping_is_what_dropout2d_does_while_training(amount, seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        expected = nn.Dropout2d(amount).train()(PLAIN["conv"])
    randomness = torch.get_rng_state()
    found = maps_with(Alteration("conv", Change.DROP, (), amount, seed))["conv"]
    assert torch.equal(found, expected)
    assert torch.equal(torch.get_rng_state(), randomness)


@LAW
@given(keys, some)
def test_layers_before_are_untouched_and_those_behind_see_the_change(key, maps):
    found, place = maps_with(Alteration(key, Change.SCALE, maps, 3.0)), list(PLAIN).index(key)
    for before in list(PLAIN)[:place]:
        assert torch.equal(found[before], PLAIN[before])
    if key == "norm":
        assert torch.equal(found["relu:2"], found["norm"].relu())


def test_silencing_silences_what_is_not_finite():
    broken = nn.Sequential(nn.Identity(), nn.Identity())
    with altered(broken, [Alteration("0", Change.SILENCE, (0,))]):
        found = record(broken, torch.full((1, 2, 2, 2), torch.nan)).maps["1"]
    assert not found[:, 0].any()
    assert found[:, 1].isnan().all()


def test_the_second_pass_alone_is_altered_in_every_forward():
    both = NETWORK.relu
    with altered(NETWORK, [Alteration("relu:2", Change.SILENCE, (0,))]):
        for _ in range(2):
            found = record(NETWORK, PICTURE).maps
            assert torch.equal(found["relu"], PLAIN["relu"])
            assert not found["relu:2"][:, 0].any()
    assert both is NETWORK.again


def test_a_network_that_works_in_place_is_altered_as_others_are():
    def made(*, in_place: bool) -> nn.Module:
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(1, MAPS, 3), nn.ReLU(inplace=in_place), nn.Conv2d(MAPS, 2, 1))

    swap = Alteration("0", Change.SWAP, (0, 3))
    assert same(maps_with(swap, of=made(in_place=False)), maps_with(swap, of=made(in_place=True)))


def test_what_an_altered_layer_was_given_stays_as_it_is():
    class Shortcut(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.same, self.flat = nn.Identity(), nn.Flatten()

        def forward(self, maps: Tensor) -> Tensor:
            return maps.flatten(1) + self.flat(maps) + self.same(maps).flatten(1)

    branches, given = Shortcut(), torch.ones(1, 2, 1, 1)
    for key in ("same", "flat"):
        with altered(branches, [Alteration(key, Change.SILENCE, (0,))]):
            assert record(branches, given).output.tolist() == [[2, 3]]


def test_a_network_of_one_layer_is_altered():
    conv = nn.Conv2d(1, MAPS, 3)
    with altered(conv, [Alteration("", Change.SILENCE, (2,))]):
        assert not record(conv, PICTURE).output[:, 2].any()


# ---- wrong wishes, and the network left as it was ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (Alteration("conv9", Change.SILENCE, (0,)), "no layer 'conv9' to alter, only conv, relu, norm"),
        (Alteration("conv:x", Change.SILENCE, (0,)), "no layer 'conv:x'"),
        (Alteration("conv:2", Change.SILENCE, (0,)), "'conv:2': the input did not pass it"),
        (Alteration("conv", Change.SILENCE, (0, 6)), "no map 6 in 'conv', whose 6 maps count from 0"),
        (Alteration("linear", Change.SCALE, (-1,), 2.0), "no map -1 in 'linear'"),
        (Alteration("conv", Change.SCALE, (0,), float("nan")), "a finite number, not by nan"),
        (Alteration("conv", Change.SWAP, (0, 1, 2)), "two maps of 'conv' change places, not 3"),
        (Alteration("conv", Change.DROP, (), 1.5), "between 0 and 1, and is not 1.5"),
    ],
)
def test_what_cannot_be_altered_is_a_sentence(wrong, named, state):
    fresh = network().train()
    before = state(fresh)
    with pytest.raises(AlterationError, match=named):
        maps_with(Alteration("relu", Change.SILENCE, (0,)), wrong, of=fresh)
    assert state(fresh) == before


def test_a_layer_without_maps_cannot_be_altered():
    class Pairs(nn.Module):
        def forward(self, maps: Tensor) -> tuple[Tensor, Tensor]:
            return maps, maps

    with pytest.raises(AlterationError, match="layer '' makes no maps"):
        maps_with(Alteration("", Change.SILENCE, (0,)), of=Pairs())


def test_the_network_is_as_before(state):
    fresh = network()
    before, weights = state(fresh), {name: value.clone() for name, value in fresh.state_dict().items()}
    with altered(fresh, [Alteration("conv", Change.SILENCE, (0,))]):
        assert state(fresh) != before
    assert state(fresh) == before
    assert all(torch.equal(weights[name], value) for name, value in fresh.state_dict().items())
    assert same(PLAIN, maps_with(of=fresh))
