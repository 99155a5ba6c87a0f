"""Moving pictures before networks: exact laws for every architecture, numpy's measures as the oracle, memory and cancelling."""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from inspector.core.network.settings import Alteration, Change, Fit, ModelChoice, ModelKind
from inspector.core.picture import Picture
from inspector.core.shift.grid import Course
from inspector.core.shift.measures import Lack, cosine, equivariance, invariance
from inspector.core.shift.results import UNKNOWN, Case, LayerErrors, ShiftErrors
from inspector.core.shift.scene import Incoming, Scene, SceneError
from inspector.core.shift.splitting import Rest, Split, Unsplit
from inspector.core.shift.surgery import Densify, Pooling, Repad, Repool
from inspector.core.shift.transforms import Flip, Method, Rotation, Scale, Transform, Translation
from inspector.nets import Entry, entries, entry, open_network, passes
from inspector.nets.layers import PartialConv2d, Subsampling, chain
from inspector.nets.opened import OpenNetwork, opened
from inspector.nets.passes import ALIVE, BUDGET, MOST, Passes
from inspector.nets.prepared import Trained
from inspector.nets.preprocessing import Preprocessing
from inspector.nets.resnet import Residual
from inspector.nets.scenes import scene_of
from inspector.nets.shifting import Shifting, _levels
from inspector.nets.surgery import reopened
from kernels import Border, Cancelled

LAW = settings(deadline=None, derandomize=True, max_examples=25)
COMPLETE = Repad(Border.WRAP, complete=True)


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """One thread: a second one only waits where another test run has its core."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def around(network: nn.Module, size: tuple[int, int, int], classes: int = 0, *, foreign: bool = False) -> OpenNetwork:
    """Opened for inputs of ``size``; a network that ends with maps gets a mean of each as its outputs."""
    preparation = Preprocessing(size, (0.4,) * size[0], (0.5,) * size[0])
    with torch.no_grad():
        count = network.eval()(torch.zeros(1, *size)).shape[1]
    return opened(Trained(network, preparation, tuple(map(str, range(classes or count))), foreign=foreign))


def scene(size: tuple[int, int, int], incoming: Incoming = Incoming.CIRCULAR, seed: int = 0, margin: int = 0) -> Scene:
    channels, height, width = size
    values = np.random.default_rng(seed).random((channels, height + 2 * margin, width + 2 * margin), np.float32)
    return Scene(values, incoming, window=(height, width))


def convolutions(network: nn.Module) -> nn.Module:
    """The part before the first layer without a grid, with a mean of each map as its output."""
    parts: list[nn.Module] = []
    for layer in network.children():
        if isinstance(layer, (nn.Flatten, nn.AdaptiveAvgPool2d)):
            break
        parts.append(layer)
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def random_part(one: Entry) -> nn.Module:
    """The convolutional part of a network of the catalogue, without making the linear layers behind it."""
    with torch.device("meta"):
        network = convolutions(one.build())
    torch.manual_seed(0)
    network.to_empty(device="cpu")
    for layer in network.modules():
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
        elif isinstance(layer, (PartialConv2d, Subsampling)):
            for parameter in layer.parameters():
                nn.init.normal_(parameter, std=0.3)
    return network


SIDES = {"alexnet": 64, "convnet83": 100, "lenet5-1998": 32}
CONVOLUTIONAL = [one for one in entries() if one.id not in {"mlp1", "mlp3", "locally-connected"}]


def side_of(id: str) -> int:
    return SIDES.get(id, 64 if id.startswith(("vgg1", "resnet")) else 32)


# ---- the laws --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", CONVOLUTIONAL, ids=lambda one: one.id)
def test_round_networks_move_along_bit_by_bit_at_multiples_of_the_jump(one):
    """Every architecture on offer, random weights; between the multiples of its jump, sub-sampling makes an error."""
    size = one.input[0], side_of(one.id), side_of(one.id)
    network = reopened(around(random_part(one), size), [COMPLETE])
    shifting = Shifting(network, scene(size))
    jumps = {key: grid.jump for key, grid in shifting.grids.items() if grid.size != (1, 1) and grid.tiles(size[1:])}
    largest = int(max(max(jump) for jump in jumps.values()))
    asked = [key for key in shifting.keys if key in jumps]
    found = shifting.errors([Translation(dy, -2 * dy) for dy in (0, 1, largest // 2, largest)], asked)
    for key, layer in found.layers.items():
        for index, shift in enumerate(found.transforms):
            if all(amount % jump == 0 for amount, jump in zip((shift.dy, shift.dx), jumps[key], strict=True)):
                assert layer.equivariance[index] == 0, (key, shift)
                assert layer.cosine[index] == pytest.approx(1)
            elif shift.dy == 1:
                assert layer.equivariance[index] > 1e-6, (key, shift)
    assert largest == 1 or any(layer.equivariance[1] > 0 for layer in found.layers.values())


@pytest.mark.parametrize("id", ["lenet5", "lenet-deck", "simple-cnn", "vgg-compact", "vgg-deck"])
def test_round_padding_alone_leaves_no_error_where_maps_can_be_compared(id):
    """With sizes as they are: layers without padding shrink, and only units that lie on the map both times are compared."""
    torch.manual_seed(0)
    one = entry(id)
    network = reopened(around(one.build(), one.input), [Repad(Border.WRAP)])
    found = Shifting(network, scene(one.input)).errors([Translation(16, 0), Translation(4, -4)])
    for layer in found.layers.values():
        for index, shift in enumerate(found.transforms):
            if layer.grid and layer.lacks[index] is None and shift.dy % layer.grid.jump[0] == 0:
                assert layer.equivariance[index] == 0, layer.key


@LAW
@given(st.integers(0, 99), st.integers(-20, 20), st.integers(-20, 20))
def test_a_round_network_without_strides_moves_with_every_shift(seed, dy, dx):
    torch.manual_seed(seed)
    plain = nn.Sequential(nn.Conv2d(2, 5, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 1, 1), nn.Conv2d(5, 3, 5, padding=2))
    network = reopened(around(convolutions(plain), (2, 12, 9)), [Repad(Border.WRAP)])
    found = Shifting(network, scene((2, 12, 9), seed=seed)).errors([Translation(dy, dx)])
    assert [layer.equivariance[0] for layer in found.layers.values() if layer.grid and layer.grid.size == (12, 9)] == [0, 0, 0]


def blocks() -> nn.Module:
    """Three blocks of convolution, ReLU and pooling, random weights."""
    torch.manual_seed(0)
    layers = [layer for given in (3, 16, 16) for layer in (nn.Conv2d(given, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))]
    return convolutions(nn.Sequential(*layers))


def rolled(case: Case, *, bilinear: bool) -> float:
    """The error against round maps moved right by whole units: by the nearest number of them, or as the mean of both beside."""
    steps = case.transform.dx / case.grid.jump[1]
    below, share = int(np.floor(steps)), steps % 1 if bilinear else round(steps % 1)
    expected = (1 - share) * np.roll(case.before, below, 2) + share * np.roll(case.before, below + 1, 2)
    return float(np.linalg.norm(case.after - expected) / np.linalg.norm(case.before))


def test_three_blocks_err_between_the_multiples_of_their_jump():
    """numbers.md: 0.29, 0.28, 0.28 at 1, 2, 4 by the nearest units, for some random weights; 0 at 8, 16, 24.

    T' is bilinear, which lies nearer to the maps: against maps that numpy rolls, both ways.
    """
    network, shifts = reopened(around(blocks(), (3, 64, 64)), [Repad(Border.WRAP)]), [1, 2, 4, 8, 16, 24]
    shifting = Shifting(network, scene((3, 64, 64)))
    layer = shifting.errors([Translation(0, dx) for dx in shifts], ["8"]).layers["8"]
    cases = [shifting.case(Translation(0, dx), "8") for dx in shifts]
    between, near = ([rolled(case, bilinear=bilinear) for case in cases] for bilinear in (True, False))
    assert layer.equivariance == pytest.approx(between, rel=1e-4)
    assert not layer.equivariance[3:].any()
    assert all(0.17 < error < 0.33 for error in near[:3])
    assert all(0.1 < error < other for error, other in zip(between[:3], near[:3], strict=True))
    assert layer.whole.tolist() == [False] * 3 + [True] * 3
    assert layer.grid.jump == (8, 8)


def test_the_curve_of_errors_repeats_with_the_jump():
    network = reopened(around(blocks(), (3, 64, 64)), [Repad(Border.WRAP)])
    found = Shifting(network, scene((3, 64, 64))).errors([Translation(0, dx) for dx in range(17)])
    for key, jump in (("1", 1), ("2", 2), ("4", 2), ("5", 4), ("8", 8)):
        curve = found.layers[key].equivariance
        assert np.flatnonzero(curve == 0).tolist() == list(range(0, 17, jump))
        assert np.array_equal(curve[: 17 - jump] == 0, curve[jump:] == 0)


def test_polyphase_and_a_global_mean_judge_every_whole_shift_alike():
    plain = around(blocks(), (3, 64, 64))
    moved = [Translation(dy, dx) for dy in (0, 1, 3, 7) for dx in (0, 2, 5)]
    for surgeries, alike in (([Repool(Pooling.POLYPHASE), COMPLETE], True), ([COMPLETE], False)):
        output = Shifting(reopened(plain, surgeries), scene((3, 64, 64))).errors(moved, ()).output
        assert (output.change.max() < 1e-6) == alike
        assert np.allclose(output.probabilities, output.probabilities[0], rtol=1e-4) == alike


APS = Repool(Pooling.POLYPHASE)


@LAW
@given(st.integers(0, 99), st.integers(-9, 9), st.integers(-9, 9), st.booleans())
def test_polyphase_sampling_moves_along_bit_by_bit_with_every_whole_shift(seed, dy, dx, one_by_one):
    """T' knows which of its grids each pooling has kept; without that, units would be looked for half a step away."""
    torch.manual_seed(seed)
    plain = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3, padding=1), nn.MaxPool2d(3, 2))
    network = reopened(around(convolutions(plain), (2, 16, 24), foreign=one_by_one), [APS, COMPLETE])
    found = Shifting(network, scene((2, 16, 24), seed=seed)).errors([Translation(1, 0), Translation(dy, dx)])
    layers = [layer for layer in found.layers.values() if layer.grid and layer.grid.size != (1, 1)]
    assert [layer.grid.jump for layer in layers] == [(1, 1), (2, 2), (2, 2), (4, 4)]
    assert not any(layer.equivariance.any() for layer in layers)
    assert all(layer.whole.all() for layer in layers)


@pytest.mark.parametrize("key", ["features.6", "features.13"])
def test_polyphase_sampling_has_no_error_in_a_shipped_network_and_maxima_have(key):
    plain = open_network(ModelChoice(ModelKind.SHIPPED, "vgg-compact"))
    shifts = [Translation(0, dx) for dx in (1, 3)]
    maxima, kept = (
        Shifting(reopened(plain, surgeries), scene((3, 32, 32))).errors(shifts, [key]).layers[key]
        for surgeries in ([Repad(Border.WRAP)], [Repad(Border.WRAP), APS])
    )
    assert not kept.equivariance.any()
    assert (maxima.equivariance > 0.1).all()
    case = Shifting(reopened(plain, [Repad(Border.WRAP), APS]), scene((3, 32, 32))).case(shifts[0], key)
    assert case.equivariance.error.value == 0
    assert np.array_equal(case.expected, case.after)


def test_what_is_reused_does_not_take_grids_for_each_other(monkeypatch):
    """A bright odd column leaves, and the even grid is kept from then on: the maps have not moved by one unit."""
    torch.manual_seed(0)
    network = reopened(around(convolutions(nn.Sequential(nn.MaxPool2d(1, 2), nn.Conv2d(1, 2, 1))), (1, 16, 32)), [APS])
    picture = np.random.default_rng(0).random((1, 16, 32), np.float32)
    picture[:, :, ::2] += 1
    picture[:, :, -1] = 9
    there, shifts = Scene(picture), [Translation(0, 2)]
    together = Shifting(network, there).errors(shifts)
    monkeypatch.setattr(passes, "BUDGET", 1)
    alone = Shifting(network, there).errors(shifts)
    assert Passes(network).at_once == 1
    for key, layer in together.layers.items():
        assert alone.layers[key].invariance == pytest.approx(layer.invariance, rel=1e-4)
        assert alone.layers[key].equivariance == pytest.approx(layer.equivariance, rel=1e-4, abs=1e-6, nan_ok=True)


def test_networks_without_weight_sharing_fail_and_by_how_much_is_said():
    """A convolution with the same border moves along; the locally connected one does not, and the MLP has no grid to move."""
    shift = [Translation(2, 2)]
    errors = {}
    for id in ("simple-cnn", "locally-connected", "mlp3"):
        network = open_network(ModelChoice(ModelKind.UNTRAINED, id))
        errors[id] = Shifting(network, scene((1, 28, 28))).errors(shift).layers
    assert errors["simple-cnn"]["relu_1"].interior[0] == pytest.approx(0, abs=1e-6)
    assert errors["locally-connected"]["relu_1"].interior[0] > 0.3
    assert {layer.lacks for layer in errors["mlp3"].values()} == {(Lack.NO_GRID,)}
    assert all(layer.invariance[0] > 0.01 for layer in errors["mlp3"].values())
    assert all(math.isnan(layer.equivariance[0]) for layer in errors["mlp3"].values())


@pytest.mark.parametrize("incoming", [Incoming.ZERO, Incoming.EDGE, Incoming.CROP])
def test_interior_units_do_not_feel_the_border(incoming):
    network = around(blocks(), (3, 64, 64))
    found = Shifting(network, scene((3, 64, 64), incoming, margin=8 if incoming is Incoming.CROP else 0)).errors(
        [Translation(8, -8)]
    )
    inner = [layer for layer in found.layers.values() if layer.grid and not math.isnan(layer.interior[0])]
    assert {layer.key for layer in inner} >= {"1", "2", "4", "5", "7", "8"}
    assert all(layer.interior[0] < 1e-6 for layer in inner)
    assert all(layer.equivariance[0] > 0.01 for layer in inner)


# ---- the measures ----------------------------------------------------------------------------------------------


def recorded(network: OpenNetwork, pictures: list[np.ndarray]) -> list[dict[str, np.ndarray]]:
    values = network.trained.preprocessing.normalized(torch.from_numpy(np.stack(pictures)))
    maps = network.recorder.record(values).maps
    shaped = {key: made.reshape((*made.shape, 1, 1)[:4]).numpy() for key, made in maps.items()}
    return [{key: made[index] for key, made in shaped.items()} for index in range(len(pictures))]


def assert_measured(found: LayerErrors, index: int, before: np.ndarray, after: np.ndarray, course: Course | None) -> None:
    near = {"rel": 1e-3, "abs": 1e-5, "nan_ok": True}
    assert found.invariance[index] == pytest.approx(invariance(before, after).error.value, **near)
    if course is None:
        assert found.lacks[index] in {Lack.NO_GRID, Lack.ONE_UNIT}
        return
    expected = equivariance(before, after, course).error
    assert found.equivariance[index] == pytest.approx(expected.value, **near)
    assert found.lacks[index] is expected.lack
    assert found.interior[index] == pytest.approx(equivariance(before, after, course, interior=True).error.value, **near)
    assert found.cosine[index] == pytest.approx(cosine(before, after, course).value, **near)
    assert (found.compared[index], found.whole[index]) == (pytest.approx(course.valid.mean()), course.whole)


def test_waves_move_along_with_a_round_linear_layer():
    """Of half a pixel there is no error, in the picture and in T' alike; straight lines in between make one."""
    torch.manual_seed(0)
    linear = around(convolutions(nn.Sequential(nn.Conv2d(2, 3, 3, padding=1))), (2, 12, 16))
    shifting = Shifting(reopened(linear, [Repad(Border.WRAP)]), scene((2, 12, 16)))
    shifts = [Translation(0.5, 0.25, Method.FOURIER), Translation(0.5, 0.25), Translation(0, 2, Method.FOURIER)]
    layer = shifting.errors(shifts, ["0"]).layers["0"]
    assert layer.equivariance[0] < 1e-5
    assert layer.cosine[0] == pytest.approx(1)
    assert (layer.equivariance[2], layer.whole.tolist()) == (0, [False, False, True])
    assert [layer.between(shift) for shift in shifts] == [Method.FOURIER, Method.BILINEAR, Method.FOURIER]
    assert shifting.case(shifts[0], "0").equivariance.error.value < 1e-5


TRANSFORMS = (
    Translation(0.5, 3.25, Method.FOURIER), Translation(),
    Translation(1, -2), Translation(4, 8), Translation(0.5, 3.25), Translation(-40, 0), Rotation(90), Rotation(7),
    Scale(1.1), Flip(),
)  # fmt: skip


@pytest.mark.parametrize("incoming", [Incoming.ZERO, Incoming.CIRCULAR])
@pytest.mark.parametrize("transforms", [TRANSFORMS[:6], TRANSFORMS])
def test_measures_are_those_of_numpy(incoming, transforms):
    network = open_network(ModelChoice(ModelKind.UNTRAINED, "lenet5"))  # maps that cover the picture, and others
    there = scene((1, 28, 28), incoming)
    found = Shifting(network, there).errors(transforms, [layer.key for layer in network.facts.description.layers])
    before, *moved = recorded(network, [there.still, *map(there.seen, transforms)])
    for key, layer in found.layers.items():
        for index, transform in enumerate(transforms):
            course = layer.grid and Course(there, layer.grid, transform)
            assert_measured(layer, index, before[key], moved[index][key], course)


def test_a_case_is_measured_as_it_is_among_many():
    network = open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))
    shifting = Shifting(network, scene((1, 28, 28), Incoming.ZERO))
    shift = Translation(3, -5)
    found, case = shifting.errors([Translation(1, 0), shift]), shifting.case(shift, "s2")
    layer = found.layers["s2"]
    assert case.equivariance.error.value == pytest.approx(layer.equivariance[1], rel=1e-4)
    assert case.interior.error.value == pytest.approx(layer.interior[1], rel=1e-4, abs=1e-6)
    assert case.invariance.error.value == pytest.approx(layer.invariance[1], rel=1e-4)
    assert case.cosine.value == pytest.approx(layer.cosine[1], rel=1e-4)
    assert (case.whole, case.grid.jump) == (False, (2, 2))
    assert case.before.shape == case.after.shape == case.expected.shape == (6, 14, 14)
    assert np.array_equal(case.shown, shifting.scene.seen(shift))
    assert not any(part.flags.writeable for part in (case.before, case.after, case.expected, case.shown))
    vector = Shifting(open_network(ModelChoice(ModelKind.UNTRAINED, "mlp3")), shifting.scene).case(shift, "linear1")
    assert (vector.grid, vector.expected, vector.equivariance, vector.cosine) == (None,) * 4
    assert vector.invariance.by_map.shape == (300,)
    with pytest.raises(ValueError, match="'nowhere'"):
        shifting.case(shift, "nowhere")
    with pytest.raises(ValueError, match="'nowhere'"):
        shifting.errors([shift], ["nowhere"])


def test_the_judgement_is_that_of_the_network():
    network = open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))
    there = scene((1, 28, 28), Incoming.ZERO)
    output = Shifting(network, there).errors([Translation(), Translation(6, 6)], ()).output
    with torch.no_grad():
        values = network.trained.preprocessing.normalized(
            torch.from_numpy(np.stack([there.still, there.seen(Translation(6, 6))]))
        )
        expected = torch.softmax(network.trained.network(values).double(), 1).numpy()
    assert np.allclose(output.probabilities, expected, atol=1e-6)
    assert output.change[0] == 0
    assert output.same[0]
    assert output.change[1] == pytest.approx(np.abs(expected[1] - expected[0]).sum() / 2, abs=1e-6)
    assert output.consistency in (0.5, 1.0)


def test_the_error_is_split_into_padding_and_subsampling():
    shifting = Shifting(around(blocks(), (3, 64, 64)), scene((3, 64, 64), Incoming.ZERO))
    shifts = [Translation(0, dx) for dx in (1, 4, 8)]
    found, round_ = shifting.errors(shifts), shifting.round.errors(shifts)
    shares = found.padding_shares(round_)
    assert shares["1"].tolist() == [1, 1, 1]
    assert shares["8"][2] == 1
    assert (shares["8"][:2] < 1).all()
    assert shares["8"] == pytest.approx(np.clip(1 - round_.layers["8"].equivariance / found.layers["8"].equivariance, 0, 1))
    without = Shifting(open_network(ModelChoice(ModelKind.UNTRAINED, "mlp1")), scene((1, 28, 28)))
    assert without.round.network is without.network


def splits(shifting: Shifting, transform: Transform) -> dict[str, Split | None]:
    found, round_ = shifting.errors([transform]), shifting.round.errors([transform])
    return {key: found.split(key, 0, round_) for key in found.layers}


def test_what_a_window_over_a_larger_picture_is_brought_tells_nothing_of_padding():
    found = splits(Shifting(around(blocks(), (3, 64, 64)), scene((3, 64, 64), Incoming.CROP, margin=4)), Translation(0, 3))
    assert {split.reason for split in found.values() if split} == {Unsplit.CROP}
    assert all(math.isnan(split.padding) for split in found.values() if split)


def test_layers_without_weight_sharing_are_not_called_sub_sampled():
    network = open_network(ModelChoice(ModelKind.UNTRAINED, "locally-connected"))
    shifting = Shifting(network, scene((1, 28, 28), Incoming.ZERO))
    found = splits(shifting, Translation(0, 1))
    assert (found["relu_1"].name, found["relu_1"].reason) == (Rest.UNSHARED, Unsplit.UNSHARED)
    assert math.isnan(found["relu_1"].padding)
    assert {split.reason for split in found.values() if split} == {Unsplit.UNSHARED}


@pytest.mark.parametrize("transform", [Rotation(90), Scale(1.3), Flip()])
def test_turned_pictures_have_no_share_of_padding(transform):
    shifting = Shifting(around(blocks(), (3, 64, 64)), scene((3, 64, 64), Incoming.ZERO))
    found = splits(shifting, transform)
    assert {split.reason for split in found.values() if split} == {Unsplit.TURNED}
    assert found["1"].name is Rest.TURNING
    shares = shifting.errors([transform]).padding_shares(shifting.round.errors([transform]))
    assert all(np.isnan(share).all() for share in shares.values())


def test_fractions_of_a_pixel_make_an_error_of_interpolation():
    shifting = Shifting(around(blocks(), (3, 64, 64)), scene((3, 64, 64), Incoming.ZERO))
    between, whole = splits(shifting, Translation(0, 0.5)), splits(shifting, Translation(0, 1))
    assert (between["1"].name, between["5"].name) == (Rest.INTERPOLATION, Rest.BOTH)
    assert (whole["1"].padding, whole["1"].rest, whole["5"].name) == (1, 0, Rest.SUBSAMPLING)
    assert between["1"].rest > 0.01


def test_maps_that_never_become_round_are_not_split():
    """Where polyphase sampling looks round maps with a seam, the error is neither padding nor sub-sampling."""
    lenet = open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))
    altered = reopened(lenet, [APS, Repad(Border.WRAP)])
    seams = {key for key, split in splits(Shifting(altered, scene((1, 28, 28))), Translation(0, 4)).items()
             if split and split.reason is Unsplit.SEAM}  # fmt: skip
    plain = {key for key, split in splits(Shifting(lenet, scene((1, 28, 28))), Translation(0, 4)).items()
             if split and split.reason is None}  # fmt: skip
    assert "s4" in seams
    assert not seams & {"tanh1", "s2", "tanh3"}
    assert plain >= {"tanh1", "s2", "tanh3", "s4"}


# ---- what is undefined -----------------------------------------------------------------------------------------


class Filling(nn.Module):
    """Makes maps of one value."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value

    def forward(self, maps: Tensor) -> Tensor:
        return torch.full_like(maps, self.value)


@pytest.mark.parametrize(("value", "lack"), [(0.0, Lack.ZERO), (np.nan, Lack.NAN), (np.inf, Lack.NAN)])
def test_maps_of_zeros_and_what_is_not_finite_say_so(value, lack):
    filled = chain(conv=nn.Conv2d(1, 2, 3, padding=1), filling=Filling(value), mean=nn.AdaptiveAvgPool2d(1), flat=nn.Flatten())
    network = around(filled, (1, 8, 8))
    shifting = Shifting(network, scene((1, 8, 8)))
    shifting.grids["filling"] = shifting.grids["conv"]  # what makes maps of nothing sees nothing
    found = shifting.errors([Translation(1, 0), Translation(0, 2)], ["conv", "filling"])
    assert found.layers["filling"].lacks == (lack, lack)
    assert np.isnan(found.layers["filling"].equivariance).all()
    assert np.isnan(found.layers["filling"].invariance).all()
    assert found.layers["conv"].lacks == (None, None)
    if lack is Lack.NAN:
        assert found.output.top.tolist() == [-1, -1]
        assert not found.output.same.any()
        assert set(np.unique(list(shifting.decisions(1))[-1].classes)) == {UNKNOWN}


@pytest.mark.parametrize("scale", [1e-22, 1e22])
def test_very_small_and_very_large_maps_are_measured_all_the_same(scale):
    torch.manual_seed(0)
    plain = nn.Conv2d(1, 3, 3, padding=1, bias=False)
    extreme = nn.Conv2d(1, 3, 3, padding=1, bias=False)
    extreme.weight = nn.Parameter(plain.weight.detach() * scale)
    one, other = (
        Shifting(around(convolutions(nn.Sequential(layer)), (1, 12, 12)), scene((1, 12, 12), Incoming.ZERO))
        .errors([Translation(2, 1)]).layers["0"] for layer in (plain, extreme)
    )  # fmt: skip
    assert other.lacks == (None,)
    assert other.equivariance == pytest.approx(one.equivariance, rel=1e-3)
    assert other.invariance == pytest.approx(one.invariance, rel=1e-3)


def test_shifts_beyond_the_picture_compare_nothing_and_say_so():
    network = around(blocks(), (3, 64, 64))
    found = Shifting(network, scene((3, 64, 64), Incoming.ZERO)).errors([Translation(0, 200), Translation(0, 60)])
    assert found.layers["1"].lacks == (Lack.EMPTY, None)
    assert found.layers["8"].lacks == (Lack.EMPTY, Lack.EMPTY)
    assert found.layers["1"].compared.tolist() == [0, 4 / 64]


def test_pictures_need_not_be_square():
    plain = convolutions(nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.MaxPool2d((2, 4))))
    network = reopened(around(plain, (1, 12, 16)), [COMPLETE])
    found = Shifting(network, scene((1, 12, 16))).errors([Translation(2, 4), Translation(1, 4), Translation(2, 2)])
    assert found.layers["1"].grid.jump == (2, 4)
    assert (found.layers["1"].equivariance == 0).tolist() == [True, False, False]


def test_a_layer_of_one_unit_cannot_move_along_and_says_so():
    """A mean of each map and what comes behind it: under a circular shift its equivariance would be its invariance."""
    found = Shifting(around(blocks(), (3, 64, 64)), scene((3, 64, 64))).errors([Translation(0, 8)])
    last = found.layers["10"]
    assert (last.grid, last.lacks) == (None, (Lack.ONE_UNIT,))
    assert np.isnan(last.equivariance[0])
    assert last.invariance[0] >= 0
    assert Shifting(around(blocks(), (3, 64, 64)), scene((3, 64, 64))).case(Translation(0, 8), "9").grid is None


# ---- branches, alterations, foreign code -----------------------------------------------------------------------


def test_layers_behind_branches_move_along_too():
    torch.manual_seed(0)
    block = Residual({"a": nn.Conv2d(3, 3, 3, padding=1)}, None)
    network = reopened(around(convolutions(nn.Sequential(block, nn.MaxPool2d(2))), (3, 8, 8)), [Repad(Border.WRAP)])
    found = Shifting(network, scene((3, 8, 8))).errors([Translation(2, -4)], ["0.a", "0.relu", "1"])
    assert [layer.equivariance[0] for layer in found.layers.values()] == [0, 0, 0]


def test_alterations_count():
    network = open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))
    silent = (Alteration("c1", Change.SILENCE, tuple(range(6))),)
    found = Shifting(network, scene((1, 28, 28)), silent).errors([Translation(1, 1)], ["c1", "s2"])
    assert found.layers["c1"].lacks == (Lack.ZERO,)
    assert found.output.change[0] == 0


def test_what_changes_maps_in_place_later_does_not_reach_what_is_kept():
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    for foreign in (False, True):
        network = around(plain, (1, 8, 8), foreign=foreign)
        case = Shifting(network, scene((1, 8, 8))).case(Translation(1, 0), "0")
        assert (case.before < 0).any()
        assert (case.after < 0).any()


def test_networks_come_back_as_they_were(state):
    network = open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))
    before = state(network.trained.network)
    shifting = Shifting(network, scene((1, 28, 28)))
    shifting.errors([Translation(1, 1)])
    list(shifting.decisions(1))
    with pytest.raises(ValueError, match="nowhere"):
        shifting.errors([Translation(1, 1)], ["nowhere"])
    assert state(network.trained.network) == before


# ---- the decision map ------------------------------------------------------------------------------------------


def test_the_decision_map_is_the_judgement_of_every_shift_and_grows():
    network = open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))
    there = scene((1, 28, 28), Incoming.ZERO, seed=3)
    shifting = Shifting(network, there)
    maps = list(shifting.decisions(5))
    for first, second in pairwise(maps):
        assert (first.known <= second.known).all()
        assert first.known.sum() < second.known.sum()
    assert [one.complete for one in maps] == [False] * (len(maps) - 1) + [True]
    assert maps[0].known[5, 5]
    assert maps[0].known.sum() <= 9
    assert (maps[0].classes[~maps[0].known] == UNKNOWN).all()
    shifts = [Translation(dy, dx) for dy in range(-5, 6) for dx in range(-5, 6)]
    output = shifting.errors(shifts, ()).output
    ordered = np.sort(output.probabilities, axis=1)
    assert np.array_equal(maps[-1].classes.ravel(), output.top)
    assert np.allclose(maps[-1].probability.ravel(), ordered[:, -1], atol=1e-6)
    assert np.allclose(maps[-1].margin.ravel(), ordered[:, -1] - ordered[:, -2], atol=1e-6)
    assert maps[-1].consistency == pytest.approx(output.consistency)


@LAW
@given(st.integers(0, 20))
def test_every_shift_is_judged_once_and_the_picture_first(reach):
    levels = [[tuple(place) for place in level.tolist()] for level in _levels(reach)]
    places = [place for level in levels for place in level]
    assert sorted(places) == [(y, x) for y in range(2 * reach + 1) for x in range(2 * reach + 1)]
    assert (reach, reach) in levels[0]
    assert len(levels[0]) <= 25 or reach > 23


def test_a_window_slides_over_a_larger_picture():
    network = open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))
    noise = Picture(np.random.default_rng(0).integers(0, 256, (60, 80), np.uint8), 0, 255, "noise")
    there = scene_of(network, noise, Incoming.CROP, reach=4)
    assert (there.size, there.window) == ((36, 36), (28, 28))
    assert list(Shifting(network, there).decisions(4))[-1].complete
    with pytest.raises(SceneError, match="beyond"):
        list(Shifting(network, there).decisions(5))
    with pytest.raises(ValueError, match="crop or stretch, not by pad"):
        scene_of(network, noise, Incoming.CROP, reach=4, fit=Fit.PAD)
    whole = scene_of(network, noise, Incoming.ZERO)
    assert whole.size == (28, 28)
    shown = network.inspect(noise).maps["input"]
    assert np.allclose((whole.still - 0.1307) / 0.3081, shown, atol=1e-5)


# ---- memory and cancelling -------------------------------------------------------------------------------------


def batches(network: OpenNetwork) -> list[int]:
    sizes: list[int] = []
    network.trained.network.register_forward_pre_hook(lambda _, given: sizes.append(len(given[0])))
    return sizes


@pytest.mark.parametrize("maps", [1, 64, 1024])
def test_passes_keep_to_their_budget(maps):
    torch.manual_seed(0)
    network = around(convolutions(nn.Sequential(nn.Conv2d(1, maps, 1), nn.ReLU())), (1, 64, 64))
    sizes, largest = batches(network), 4 * maps * 64 * 64
    shifting = Shifting(network, scene((1, 64, 64)))
    shifting.errors([Translation(0, dx) for dx in range(40)], ["1"])
    next(shifting.decisions(16))
    assert max(sizes) <= MOST
    assert ALIVE * largest * max(sizes) <= BUDGET or max(sizes) == 1
    assert sum(sizes) >= 41 + min(25, Passes(network).at_once)
    assert Passes(network).at_once == {1: MOST, 64: 16, 1024: 1}[maps]


def test_pictures_that_pass_one_by_one_are_measured_as_those_that_pass_together():
    """And what is kept of the picture itself is asked for only once."""
    one = convolutions(nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.MaxPool2d(2)))
    shifts = [Translation(dy, 1) for dy in range(5)]
    together, alone = (Shifting(around(one, (1, 16, 16), foreign=foreign), scene((1, 16, 16))) for foreign in (False, True))
    first, second = together.errors(shifts), alone.errors(shifts)
    for key, layer in first.layers.items():
        assert second.layers[key].equivariance == pytest.approx(layer.equivariance, rel=1e-4, abs=1e-6, nan_ok=True)
    sizes = batches(alone.network)
    alone.errors(shifts)
    assert sizes == [1] * 5
    assert second.layers["1"].equivariance[4] > 0


def test_a_round_network_that_is_passed_one_by_one_moves_along_bit_by_bit_too():
    network = reopened(around(blocks(), (3, 64, 64), foreign=True), [Repad(Border.WRAP)])
    assert not Shifting(network, scene((3, 64, 64))).errors([Translation(8, 16)], ["1", "5", "8"]).layers["8"].equivariance.any()


def test_it_can_be_cancelled_between_passes():
    network = open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))
    shifting, asked = Shifting(network, scene((1, 28, 28))), []

    def after_two() -> bool:
        asked.append(True)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        shifting.errors([Translation(0, dx) for dx in range(600)], ["c1"], after_two)
    assert len(asked) == 3
    maps = []
    asked.clear()
    with pytest.raises(Cancelled):
        maps.extend(shifting.decisions(16, after_two))
    assert shifting.errors([Translation(1, 0)], ["c1"]).layers["c1"].lacks == (None,)


def test_a_dense_network_has_no_saw_teeth():
    network = around(blocks(), (3, 64, 64))
    dense = reopened(network, [Densify(), COMPLETE])
    found: ShiftErrors = Shifting(dense, scene((3, 64, 64))).errors([Translation(0, dx) for dx in range(1, 6)], ["1", "5", "8"])
    assert not any(layer.equivariance.any() for layer in found.layers.values())


@pytest.mark.parametrize("foreign", [False, True])
def test_a_network_without_classes_is_measured_and_does_not_judge(foreign):
    """Each layer as in the same network with means as its outputs; the judgement is not there."""
    size = (1, 8, 8)
    body = nn.Conv2d(1, 2, 3, padding=1), nn.MaxPool2d(2)
    preparation = Preprocessing(size, (0.4,), (0.5,))
    open_ended = opened(Trained(nn.Sequential(*body), preparation, (), foreign=foreign))
    judging = around(nn.Sequential(*body, nn.AdaptiveAvgPool2d(1), nn.Flatten()), size, foreign=foreign)
    moves = [Translation(0, 1), Translation(2, 0)]
    found, known = (Shifting(one, scene(size)).errors(moves, ("0", "1")) for one in (open_ended, judging))
    for key in ("0", "1"):
        assert np.array_equal(found.layers[key].equivariance, known.layers[key].equivariance)
    assert found.output.probabilities.shape == (2, 0)
    assert np.isnan([*found.output.change, found.output.consistency]).all()
    assert (found.output.top.tolist(), found.output.same.tolist()) == ([UNKNOWN] * 2, [False] * 2)
    with pytest.raises(ValueError, match="gives no classes"):
        next(Shifting(open_ended, scene(size)).decisions(1))


def test_surgery_leaves_layers_without_maps_alone():
    tokens = nn.Unflatten(0, (1, 1, 1))  # five dimensions are no maps

    class Aside(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.tokens, self.last = nn.Conv2d(1, 2, 3, padding=1), tokens, nn.Conv2d(2, 2, 3, padding=1)

        def forward(self, maps: Tensor) -> Tensor:
            maps = self.first(maps)
            return self.last(maps + 0 * self.tokens(maps).sum())

    one = opened(Trained(Aside(), Preprocessing((1, 8, 8), (0.4,), (0.5,)), (), foreign=True))
    altered = reopened(one, [Repad(Border.WRAP)])
    assert [row.output for row in altered.facts.description.layers] == [(2, 8, 8), (0, 0, 0), (2, 8, 8)]
