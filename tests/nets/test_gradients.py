"""Effective fields are what differences of the network's own outputs say, and the network is handed back as it was found."""

import threading
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from inspector.core.network.settings import Alteration, Change, ModelChoice, ModelKind
from inspector.core.picture import Picture
from inspector.core.receptive_field.areas import seen
from inspector.core.receptive_field.compose import box
from inspector.core.receptive_field.effective import EffectiveField, Lack, Target, numbers
from inspector.core.receptive_field.field import Window
from inspector.core.receptive_field.graph import INPUT, FieldError
from inspector.core.receptive_field.settings import Part
from inspector.nets import describe, entry, gradients, open_network
from inspector.nets.effective_fields import depth_sigmas, effective_fields
from inspector.nets.gradients import Gradients
from inspector.nets.layers import chain
from inspector.nets.opened import OpenNetwork, opened
from inspector.nets.prepared import Trained
from inspector.nets.preprocessing import Preprocessing
from inspector.nets.threads import fitting_threads
from kernels import Cancelled

LAW = settings(deadline=None, derandomize=True, max_examples=40)
NEVER = Alteration("0", Change.SCALE, (0,), 1.0)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """As open networks compute what is small."""
    with fitting_threads(0):
        yield


class Calling(nn.Module):
    """Does what it is given."""

    def __init__(self, function) -> None:
        super().__init__()
        self.forward = function


def trained(network: nn.Module, size: tuple[int, int, int], *, foreign: bool = False) -> Trained:
    return Trained(network, Preprocessing(size, (0.0,) * size[0], (1.0,) * size[0]), ("0",), foreign=foreign)


def probe(network: nn.Module, size: tuple[int, int, int], *, foreign: bool = False, **asked) -> Gradients:
    return Gradients(trained(network, size, foreign=foreign), describe(network, size), **asked)


def field(network: nn.Module, values: Tensor, target: Target, part: Part = Part.ABSOLUTE, **asked) -> EffectiveField:
    (found,) = effective_fields(probe(network, tuple(values.shape[1:]), **asked), values, (target,), part)
    return found


def reference(layers: nn.Module, values: Tensor, target: Target, part: Part) -> np.ndarray:
    """Of a network that is the layers up to the target alone, one way that torch's own manual shows."""
    leaf = values.clone().requires_grad_()
    made = layers.eval()(leaf)
    maps = made.reshape(*made.shape[1:], *[1] * (4 - made.ndim))
    y, x = target.unit
    (maps[:, y, x].sum() if target.map is None else maps[target.map, y, x]).backward()
    gradient = leaf.grad[0].double()
    kept = {Part.ABSOLUTE: gradient.abs(), Part.SQUARED: gradient**2, Part.POSITIVE: gradient.clamp(min=0)}[part]
    return kept.sum(0).numpy()


def assert_same_heat(found: np.ndarray, expected: np.ndarray, share: float = 1e-5) -> None:
    """To a share of the strongest pixel."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=share * expected.max() + 1e-30)


# ---- against what is known -------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", Part)
def test_of_one_convolution_the_heat_is_its_kernel(part):
    layer = nn.Conv2d(2, 3, (3, 5), stride=2, padding=1).double()
    found = field(nn.Sequential(layer), torch.randn(1, 2, 9, 14, dtype=torch.float64), Target("0", (2, 1), 1), part)
    weight = layer.weight[1].detach()
    kept = {Part.ABSOLUTE: weight.abs(), Part.SQUARED: weight**2, Part.POSITIVE: weight.clamp(min=0)}[part]
    expected = np.zeros((9, 14))
    expected[3:6, 1:6] = kept.sum(0)
    assert found.heat.dtype == np.float64
    assert found.heat == pytest.approx(expected, abs=1e-15)
    assert not found.heat.flags.writeable
    assert (found.pictures, found.dead, found.lack) == (1, 0, None)
    assert found.milliseconds > 0


@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("map", [None, 3])
@pytest.mark.parametrize(
    ("key", "unit"), [("features.0", (0, 31)), ("features.7", (5, 6)), ("features.9", (2, 0)), ("classifier", (0, 0))]
)
def test_of_a_network_of_the_program_the_heat_is_that_of_its_first_layers(key, unit, map, part):
    network, values = entry("vgg-compact").build().eval(), torch.randn(1, 3, 32, 32)
    flat = [(name, layer) for name, layer in network.named_modules() if not any(layer.children())]
    count = [name for name, _ in flat].index(key) + 1
    target = Target(key, unit, map)
    expected = reference(nn.Sequential(*(layer for _, layer in flat[:count])), values, target, part)
    assert_same_heat(field(network, values, target, part).heat, expected)


LUO = [(3, 5, 1.826, 11), (3, 10, 2.582, 21), (3, 20, 3.651, 41), (3, 40, 5.164, 81), (5, 5, 3.162, 21), (5, 10, 4.472, 41),
       (5, 20, 6.325, 81), (7, 5, 4.472, 31), (7, 10, 6.325, 61), (7, 20, 8.944, 121)]  # fmt: skip


@pytest.mark.parametrize(("side", "count", "sigma", "size"), LUO)
def test_luo_s_law_of_uniform_kernels(side, count, sigma, size):
    """Luo, Li, Urtasun and Zemel, Understanding the Effective Receptive Field, 2016: the variance is n (k² - 1) / 12."""
    layers = [nn.Conv2d(1, 1, side, padding=side // 2, bias=False) for _ in range(count)]
    network = nn.Sequential(*layers).double()
    for layer in layers:
        nn.init.constant_(layer.weight, 1 / side**2)
    picture, middle = size + 10, (size + 10) // 2
    found = field(network, torch.zeros(1, 1, picture, picture), Target(str(count - 1), (middle, middle)))
    first, last = middle - size // 2, middle + size // 2 + 1
    measured = numbers(found.heat, (first, first, last, last))
    assert measured.sigma == pytest.approx(((count * (side**2 - 1) / 12) ** 0.5,) * 2, abs=1e-6)
    assert measured.sigma[0] == pytest.approx(sigma, abs=5e-4)
    assert (measured.centre, measured.correlation) == (pytest.approx((middle, middle)), pytest.approx(0, abs=1e-9))
    assert measured.inside == pytest.approx(1, abs=1e-12)
    rows = np.flatnonzero(found.heat.any(1))
    assert (rows[0], rows[-1] + 1) == (first, last)


# ---- laws over random networks ---------------------------------------------------------------------------------

windows = st.builds(
    Window, st.tuples(st.integers(1, 3), st.integers(1, 3)), st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.tuples(st.integers(0, 1), st.integers(0, 1)), st.tuples(st.integers(1, 2), st.integers(1, 2)),
)  # fmt: skip
stacks = st.lists(st.tuples(windows, st.sampled_from(["conv", "relu", "tanh", "average"])), min_size=1, max_size=3)


def built(stack: list[tuple[Window, str]]) -> nn.Sequential:
    """With two maps everywhere."""
    layers: list[nn.Module] = []
    for window, kind in stack:
        if kind == "average":
            layers.append(nn.AvgPool2d(window.kernel, window.stride))
        else:
            layers.append(nn.Conv2d(2, 2, window.kernel, window.stride, window.padding, window.dilation))
            layers += {"conv": [], "relu": [nn.ReLU(inplace=True)], "tanh": [nn.Tanh()]}[kind]
    return nn.Sequential(*layers)


@st.composite
def cases(draw) -> tuple[nn.Sequential, Tensor, Target]:
    """A random network, a picture and a unit of one of its layers."""
    torch.manual_seed(draw(st.integers(0, 999)))
    network, values = built(draw(stacks)).eval(), torch.randn(1, 2, 41, 37)
    depth = draw(st.integers(1, len(network)))
    with torch.no_grad():
        _, maps, height, width = network[:depth](values.clone()).shape
    unit = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
    return network, values, Target(str(depth - 1), unit, draw(st.sampled_from([None, *range(maps)])))


@LAW
@given(cases(), st.sampled_from(Part))
def test_the_heat_is_torch_s_own_gradient_and_stays_where_the_unit_sees(case, part):
    network, values, target = case
    asked = probe(network, (2, 41, 37))
    (found,) = effective_fields(asked, values, (target,), part)
    assert_same_heat(found.heat, reference(network[: int(target.key) + 1], values, target, part))
    plan = asked.description.graph
    assert not found.heat[~seen(plan, target.key, target.unit).mask()].any()
    y0, x0, y1, x1 = box(plan, target.key, target.unit)
    outside = np.ones(found.heat.shape, bool)
    outside[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = False
    assert not found.heat[outside].any()


@LAW
@given(cases(), st.floats(0.1, 9))
def test_the_parts_are_ordered_and_grow_as_the_output_does(case, factor):
    network, values, target = case
    last = int(target.key)
    larger = nn.Sequential(*network[: last + 1], Calling(lambda maps: maps * factor))
    heats = {part: field(network, values, target, part).heat for part in Part}
    grown = {part: field(larger, values, Target(str(last + 1), target.unit, target.map), part).heat for part in Part}
    assert (heats[Part.POSITIVE] <= heats[Part.ABSOLUTE]).all()
    assert_same_heat(grown[Part.ABSOLUTE], factor * heats[Part.ABSOLUTE])
    assert_same_heat(grown[Part.POSITIVE], factor * heats[Part.POSITIVE])
    assert_same_heat(grown[Part.SQUARED], factor**2 * heats[Part.SQUARED])


@LAW
@given(st.data(), st.sampled_from([1, 2, 3, 1000]))
def test_targets_together_are_what_they_are_one_by_one(data, most):
    network, values = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(inplace=True), nn.Conv2d(3, 2, 3)).eval(), torch.randn(1, 2, 8, 9)
    units = st.builds(Target, st.sampled_from(["0", "1", "2", INPUT]), st.tuples(st.integers(0, 3), st.integers(0, 4)),
                      st.sampled_from([None, 0, 1]))  # fmt: skip
    targets = data.draw(st.lists(units, max_size=7))
    asked = probe(network, (2, 8, 9))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Gradients, "at_once", lambda *_: most)
        together = effective_fields(asked, values, targets, Part.ABSOLUTE)
    assert [found.target for found in together] == targets
    for found in together:
        assert_same_heat(found.heat, field(network, values, found.target).heat)


@pytest.mark.parametrize(("most", "passes"), [(1, 7), (2, 4), (3, 3), (4, 2), (6, 2), (7, 1), (99, 1)])
def test_there_are_as_few_backward_passes_as_may_be_and_one_forward_pass(most, passes, monkeypatch):
    forwards, given = [], []
    back = torch.autograd.grad
    monkeypatch.setattr(torch.autograd, "grad", lambda *a, **k: given.append(len(a[1][0])) or back(*a, **k))
    monkeypatch.setattr(Gradients, "at_once", lambda *_: most)
    network = nn.Sequential(Calling(lambda maps: forwards.append(1) or maps), nn.Conv2d(1, 1, 3))
    asked = probe(network, (1, 9, 9))
    forwards.clear()
    effective_fields(asked, torch.randn(1, 1, 9, 9), [Target("1", (y, 0)) for y in range(7)], Part.ABSOLUTE)
    assert len(forwards) == 1
    assert len(given) == passes
    assert set(given) == {-(-7 // passes)}


# ---- which layers, which networks ------------------------------------------------------------------------------


def test_the_input_sees_itself():
    found = field(nn.Sequential(nn.Conv2d(2, 1, 3)), torch.randn(1, 2, 5, 7), Target(INPUT, (1, 4)), Part.SQUARED)
    expected = np.zeros((5, 7))
    expected[1, 4] = 2  # channels
    assert np.array_equal(found.heat, expected)
    assert field(nn.Sequential(nn.Conv2d(2, 1, 3)), torch.randn(1, 2, 5, 7), Target(INPUT, (1, 4), 1)).heat.sum() == 1


def test_only_the_layers_up_to_the_last_target_compute():
    passed = []
    network = nn.Sequential(*(Calling(lambda maps, place=place: passed.append(place) or maps * 2) for place in range(4)))
    asked = probe(network, (1, 4, 4))
    for targets, expected in [((Target("1", (0, 0)),), [0, 1]), ((Target("2", (0, 0)), Target("0", (0, 0))), [0, 1, 2]),
                              ((Target(INPUT, (0, 0)),), []), ((), [])]:  # fmt: skip
        passed.clear()
        effective_fields(asked, torch.randn(1, 1, 4, 4), targets, Part.ABSOLUTE)
        assert passed == expected


def test_a_layer_passed_twice_has_two_fields():
    relu, first, second = nn.ReLU(), nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3)
    nn.init.constant_(first.weight, 1)
    nn.init.constant_(second.weight, 1)
    network = chain(first=first, relu=relu, second=second, again=relu)
    values = torch.rand(1, 1, 9, 9) + 1
    once, twice = (field(network, values, Target(key, (2, 2))).heat for key in ("relu", "relu:2"))
    assert np.count_nonzero(once) == 9
    assert np.count_nonzero(twice) == 25


@pytest.mark.parametrize("before", [nn.Tanh, nn.Sigmoid, nn.Identity, nn.ReLU])
def test_layers_in_place_change_neither_the_field_before_nor_behind_them(before):
    """A gradient of tanh needs its output, which the next layer overwrites."""
    torch.manual_seed(0)
    convolutions = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 1, 3)
    networks = [
        nn.Sequential(nn.ReLU(inplace), convolutions[0], before(), nn.ReLU(inplace), nn.Dropout(0.5, inplace), convolutions[1])
        for inplace in (False, True)
    ]
    values = torch.randn(1, 1, 9, 9)
    kept = values.clone()
    targets = [Target(str(place), (1, 1)) for place in range(6)]
    apart, inside = (effective_fields(probe(network, (1, 9, 9)), values, targets, Part.ABSOLUTE) for network in networks)
    for one, other in zip(apart, inside, strict=True):
        assert np.array_equal(one.heat, other.heat)
    assert torch.equal(values, kept)


def test_where_vectors_are_made_there_is_one_unit():
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 5))
    found = field(network, torch.randn(1, 1, 3, 4), Target("1", (0, 0), 2))
    assert found.heat == pytest.approx(network[1].weight[2].detach().abs().reshape(3, 4).double().numpy())
    with pytest.raises(FieldError, match="unit 0,1 is outside of layer '1', which has 1 × 1"):
        field(network, torch.randn(1, 1, 3, 4), Target("1", (0, 1)))


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_networks_of_other_precision(dtype):
    network = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), nn.Conv2d(1, 1, 3)).to(dtype)
    values = torch.randn(1, 1, 6, 8)
    found, exact = field(network, values, Target("2", (1, 1))), field(network.float(), values, Target("2", (1, 1)))
    assert found.heat.dtype == np.float64
    assert found.heat == pytest.approx(exact.heat, rel=0.1, abs=0.02)


def test_changes_of_the_network_are_respected_and_those_behind_the_target_do_not_matter():
    network = nn.Sequential(nn.Conv2d(1, 2, 1, bias=False), nn.Conv2d(2, 1, 1, bias=False), nn.ReLU())
    values, target = torch.randn(1, 1, 3, 3), Target("1", (1, 1))
    weights = (network[1].weight[0, :, 0, 0] * network[0].weight[:, 0, 0, 0]).tolist()

    def middle(*alterations: Alteration) -> float:
        return field(network, values, target, alterations=alterations).heat[1, 1]

    assert middle() == pytest.approx(abs(sum(weights)))
    assert middle(Alteration("0", Change.SILENCE, (0,))) == pytest.approx(abs(weights[1]))
    assert middle(Alteration("0", Change.SCALE, (1,), 3.0)) == pytest.approx(abs(weights[0] + 3 * weights[1]))
    assert middle(Alteration("1", Change.SCALE, (0,), 2.0)) == pytest.approx(2 * abs(sum(weights)))
    assert middle(Alteration("2", Change.SILENCE, (0,))) == middle()
    with pytest.raises(ValueError, match="no layer '9' to alter"):
        middle(Alteration("9", Change.SILENCE, (0,)))
    with pytest.raises(ValueError, match="there is no map 7 in '0'"):
        middle(Alteration("0", Change.SILENCE, (7,)))


def test_foreign_code_gives_the_same_one_picture_at_a_time():
    network, values = entry("lenet5").build(), torch.randn(1, 1, 28, 28)
    targets = [Target("c3", (1, 2)), Target("c3", (3, 3)), Target("f6", (0, 0))]
    ours, theirs = (probe(network, (1, 28, 28), foreign=foreign) for foreign in (False, True))
    assert ours.at_once(["c3"]) > theirs.at_once(["c3"]) == 1
    for one, other in zip(*(effective_fields(asked, values, targets, Part.SQUARED) for asked in (ours, theirs)), strict=True):
        assert_same_heat(one.heat, other.heat)


def test_in_a_caller_s_inference_mode_there_are_gradients_all_the_same():
    network = nn.Sequential(nn.Conv2d(1, 1, 3))
    asked, targets = probe(network, (1, 5, 5)), (Target("0", (1, 1)),)
    for mode in (torch.inference_mode, torch.no_grad):
        with mode():
            assert effective_fields(asked, torch.randn(1, 1, 5, 5), targets, Part.ABSOLUTE)[0].lack is None


def test_memory_bounds_how_many_pictures_pass_at_once(monkeypatch):
    asked = probe(entry("vgg-compact").build(), (3, 32, 32))
    keys = ["input", *(row.key for row in asked.description.layers)]
    counts = [asked.at_once([key]) for key in keys]
    assert all(later <= earlier for earlier, later in pairwise(counts))
    assert counts[-1] == gradients.BUDGET // (asked.description.bytes + 8 * 3 * 32 * 32)
    assert asked.at_once(keys) == counts[-1]
    monkeypatch.setattr(gradients, "BUDGET", 1)
    assert asked.at_once(keys) == 1


# ---- what there is no field of ---------------------------------------------------------------------------------


def test_a_dead_unit_is_said_to_be_dead():
    layer = nn.Conv2d(1, 1, 3)
    nn.init.constant_(layer.bias, -1000)
    found = field(nn.Sequential(layer, nn.ReLU()), torch.randn(1, 1, 6, 6), Target("1", (1, 1)))
    assert (found.lack, found.dead) == (Lack.DEAD, 1)
    assert not found.heat.any()


def test_what_follows_from_something_else_than_the_picture_is_dead():
    own = torch.ones(1, 1, 6, 6, requires_grad=True)
    found = field(nn.Sequential(nn.Conv2d(1, 1, 1), Calling(lambda maps: own * 2)), torch.randn(1, 1, 6, 6), Target("1", (1, 1)))
    assert found.lack is Lack.DEAD
    assert own.grad is None


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
@pytest.mark.parametrize("part", Part)
def test_a_gradient_that_is_no_number_is_said_to_be_none(value, part):
    layer = nn.Conv2d(1, 1, 3)
    with torch.no_grad():
        layer.weight[0, 0, 1, 1] = value
    found = field(nn.Sequential(layer), torch.randn(1, 1, 6, 6), Target("0", (1, 1)), part)
    assert (found.lack, found.dead) == (Lack.NAN, 0)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (Target("nine", (0, 0)), "there is no layer 'nine' that computes, only input, 0, 1"),
        (Target("1", (4, 0)), "unit 4,0 is outside of layer '1', which has 4 × 5, counted from 0,0"),
        (Target("1", (0, 5)), "unit 0,5 is outside of layer '1'"),
        (Target("1", (-1, 0)), "unit -1,0 is outside of layer '1'"),
        (Target("1", (0, 0), 2), "there is no map 2 in layer '1', whose 2 maps count from 0"),
        (Target("1", (0, 0), -1), "there is no map -1 in layer '1'"),
        (Target("input", (6, 0)), "unit 6,0 is outside of the picture, which has 6 × 7"),
    ],
)
def test_what_is_not_there_is_a_sentence(target, said, state):
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())
    before = state(network)
    with pytest.raises(FieldError) as refused:
        field(network, torch.randn(1, 1, 6, 7), target)
    assert said in str(refused.value)
    assert state(network) == before


@pytest.mark.parametrize(
    "step",
    [
        lambda maps: maps.argmax(1, keepdim=True).float(), lambda maps: torch.from_numpy(maps.detach().numpy() * 2),
        lambda maps: maps.detach(), torch.no_grad()(lambda maps: maps * 2),
    ],
)  # fmt: skip
def test_a_layer_without_a_gradient_is_a_sentence(step):
    network = nn.Sequential(nn.Conv2d(1, 2, 3), Calling(step))
    with pytest.raises(FieldError, match="what layer '1' makes has no gradient"):
        field(network, torch.randn(1, 1, 6, 7), Target("1", (0, 0)))


def test_a_backward_that_raises_is_a_sentence(state):
    class Broken(torch.autograd.Function):
        @staticmethod
        def forward(context, maps):
            return maps * 2

        @staticmethod
        def backward(context, gradient):
            raise KeyError("mine")

    network = nn.Sequential(nn.Conv2d(1, 1, 1), Calling(Broken.apply))
    before = state(network)
    with pytest.raises(ValueError, match="the gradient of layer '1' cannot be computed: KeyError: 'mine'"):
        field(network, torch.randn(1, 1, 3, 3), Target("1", (0, 0)))
    assert state(network) == before


@pytest.mark.parametrize("foreign", [False, True])
def test_a_forward_that_raises_at_some_pictures_is_a_sentence(foreign):
    def fail(maps: Tensor) -> Tensor:
        if maps.any():
            raise KeyError("mine")
        return maps

    with pytest.raises(ValueError, match="1 × 3 × 3 stops after layer '0': KeyError: 'mine'"):
        field(nn.Sequential(nn.Conv2d(1, 1, 1), Calling(fail)), torch.ones(1, 1, 3, 3), Target("1", (0, 0)), foreign=foreign)


def test_a_layer_that_this_picture_does_not_pass_is_a_sentence():
    class Sometimes(nn.Sequential):
        def forward(self, maps: Tensor) -> Tensor:
            return maps if maps.any() else self[0](maps)

    network = Sometimes(nn.ReLU())
    with pytest.raises(FieldError, match="the input did not pass layer '0'"):
        field(network, torch.ones(1, 1, 3, 3), Target("0", (0, 0)))


def test_own_code_that_catches_everything_is_stopped_all_the_same():
    class Careful(nn.Sequential):
        def forward(self, maps: Tensor) -> Tensor:
            for layer in self:
                try:
                    maps = layer(maps)
                except Exception:  # noqa: BLE001 - as people write
                    maps = maps * 0
            return maps

    passed = []
    network = Careful(nn.Conv2d(1, 1, 1), nn.Conv2d(1, 1, 1), Calling(lambda maps: passed.append(1) or maps))
    asked = probe(network, (1, 3, 3), foreign=True)
    passed.clear()
    (found,) = effective_fields(asked, torch.randn(1, 1, 3, 3), (Target("1", (1, 1)),), Part.ABSOLUTE)
    assert found.heat[1, 1] == pytest.approx(abs(network[0].weight.item() * network[1].weight.item()))
    assert not passed


def test_no_work_is_done_for_gradients_of_parameters():
    wanted = []
    network = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU())
    network.insert(1, Calling(lambda maps: wanted.append(network[0].weight.requires_grad) or maps))
    field(network, torch.randn(1, 1, 6, 6), Target("2", (1, 1)))
    assert wanted[-1] is False
    assert network[0].weight.requires_grad


# ---- the network is handed back --------------------------------------------------------------------------------


def found_state(network: nn.Module, state) -> tuple:
    wanted = [(parameter.requires_grad, parameter.grad) for parameter in network.parameters()]
    return state(network), wanted, [value.clone() for value in network.buffers()], torch.is_grad_enabled()


def assert_same(before: tuple, after: tuple) -> None:
    assert before[:2] == after[:2]
    assert all(torch.equal(one, other) for one, other in zip(before[2], after[2], strict=True))
    assert before[3] == after[3]


@pytest.mark.parametrize("training", [False, True])
def test_the_network_is_handed_back_as_it_was_found(training, state):
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout(), nn.Conv2d(2, 1, 3)).train(training)
    network[1].eval()
    network[0].weight.requires_grad_(False)
    before, values = found_state(network, state), torch.randn(1, 1, 8, 8)
    first, again = (field(network, values, Target("3", (1, 1)), alterations=(NEVER,)).heat for _ in range(2))
    assert np.array_equal(first, again)  # without dropout
    assert_same(before, found_state(network, state))
    for cancel in (lambda: True, iter([False, False, True]).__next__):
        with pytest.raises(Cancelled):
            field(network, values, Target("3", (1, 1)), cancel=cancel)
        assert_same(before, found_state(network, state))


def test_between_backward_passes_it_can_be_cancelled(monkeypatch):
    monkeypatch.setattr(Gradients, "at_once", lambda *_: 1)
    network = nn.Sequential(nn.Conv2d(1, 1, 1))
    answers = iter([False, False, True])  # the layer, the first pass back, the second
    asked = probe(network, (1, 3, 3), cancel=answers.__next__)
    with pytest.raises(Cancelled):
        effective_fields(asked, torch.randn(1, 1, 3, 3), [Target("0", (0, 0)), Target("0", (1, 1))], Part.ABSOLUTE)
    assert next(answers, None) is None


def test_own_code_that_never_ends_is_cancelled(state):
    armed, entered = threading.Event(), threading.Event()

    def forward(maps: Tensor) -> Tensor:
        while armed.is_set():
            entered.set()
        return maps

    network = nn.Sequential(Calling(forward), nn.Conv2d(1, 1, 1)).train()
    asked, before = probe(network, (1, 3, 3), foreign=True, cancel=entered.is_set), found_state(network, state)
    armed.set()
    with pytest.raises(Cancelled):
        effective_fields(asked, torch.ones(1, 1, 3, 3), (Target("1", (0, 0)),), Part.ABSOLUTE)
    assert_same(before, found_state(network, state))


# ---- over the depth --------------------------------------------------------------------------------------------


def test_over_the_depth_each_layer_has_the_field_of_its_middle_unit():
    network, values = entry("lenet5").build().eval(), torch.randn(1, 1, 28, 28)
    asked, told = probe(network, (1, 28, 28)), []
    keys = ["c1", "s2", "output", "input"]
    found = depth_sigmas(asked, values, keys, Part.SQUARED, lambda *done: told.append(done))
    assert list(found) == keys
    assert [one.target.unit for one in found.values()] == [(14, 14), (7, 7), (0, 0), (14, 14)]
    for one in found.values():
        assert_same_heat(one.heat, field(network, values, one.target, Part.SQUARED).heat)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert depth_sigmas(asked, values, [], Part.SQUARED, lambda *done: told.append(done)) == {}


def test_over_the_depth_layers_without_a_gradient_are_left_out_and_overwritten_ones_are_not():
    network = nn.Sequential(nn.Conv2d(1, 1, 3), nn.Tanh(), nn.ReLU(inplace=True), Calling(torch.detach), nn.ReLU())
    found = depth_sigmas(
        probe(network, (1, 6, 6)), torch.randn(1, 1, 6, 6), ["0", "1", "2", "3", "4"], Part.ABSOLUTE, lambda *_: None
    )
    assert list(found) == ["0", "1", "2"]


def test_over_the_depth_it_can_be_cancelled():
    cancelled = []
    asked = probe(entry("lenet5").build(), (1, 28, 28), cancel=lambda: bool(cancelled))
    with pytest.raises(Cancelled):
        depth_sigmas(asked, torch.randn(1, 1, 28, 28), ["c1", "c3", "c5"], Part.ABSOLUTE, lambda *_: cancelled.append(1))
    assert cancelled == [1]


# ---- an open network -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lenet() -> OpenNetwork:
    return open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))


@pytest.fixture
def digit() -> Picture:
    return Picture(np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8), 0, 255, "noise")


def test_an_open_network_has_the_fields_of_its_pictures(lenet, digit):
    targets = (Target("c1", (3, 4), 2), Target("output", (0, 0), 7))
    found = lenet.effective(digit, targets, Part.POSITIVE)
    values = torch.from_numpy(lenet.inspect(digit).maps["input"].copy())[None]
    assert torch.equal(lenet.values(digit), values)
    for one, target in zip(found, targets, strict=True):
        expected = field(lenet.trained.network, values, target, Part.POSITIVE)
        assert_same_heat(one.heat, expected.heat)
    assert np.array_equal(lenet.fitted(digit), lenet.inspect(digit).fitted)
    sigmas = lenet.sigmas(digit, ("c1", "output"), alterations=(Alteration("c3", Change.SILENCE, tuple(range(16))),))
    assert [one.lack for one in sigmas.values()] == [None, Lack.DEAD]


def test_a_picture_that_cannot_be_fitted_is_a_sentence(digit):
    one = opened(trained(nn.Sequential(nn.Flatten(), nn.Linear(8, 1)), (2, 2, 2)))
    with pytest.raises(ValueError, match="the network takes 2 channels, and pictures have 1 or 3"):
        one.effective(digit, (Target("1", (0, 0)),))
