"""An open network: what is known of it, what a picture makes in it, and what goes wrong."""

import threading

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from inspector.core.network.settings import Alteration, Change, Fit, ModelChoice, ModelKind, Stage
from inspector.core.picture import Picture
from inspector.nets import entry
from inspector.nets.layers import chain
from inspector.nets.opened import OpenNetwork, open_network, opened
from inspector.nets.prepared import Trained
from inspector.nets.preprocessing import Preprocessing, network_input
from kernels import Cancelled

SILENCE = Alteration("c3", Change.SILENCE, (0, 1))


def picture(*shape: int, seed: int = 0) -> Picture:
    return Picture(np.random.default_rng(seed).integers(0, 256, shape, np.uint8), 0, 255, "noise")


def around(network: nn.Module, size: tuple[int, int, int] = (1, 4, 4), classes: int = 2, *, foreign: bool = False) -> OpenNetwork:
    preparation = Preprocessing(size, (0.0,) * size[0], (1.0,) * size[0])
    names = tuple(map(str, range(classes)))
    return opened(Trained(network, preparation, names, title="T", line="L", notes=("N",), foreign=foreign))


@pytest.fixture(scope="module")
def lenet() -> OpenNetwork:
    return open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))


def test_the_facts_are_those_of_the_network_and_its_card(lenet):
    facts = lenet.facts
    assert (facts.title, facts.description.parameters, facts.description.input) == ("LeNet-5, modern form", 61_706, (1, 28, 28))
    assert facts.line.startswith("MNIST · ")
    assert (facts.mean, facts.std) == ((0.1307,), (0.3081,))
    assert facts.class_names == tuple(map(str, range(10)))
    assert [step.key for step in facts.steps] == ["c1", "s2", "c3", "s4", "c5", "flatten", "f6", "output"]


def test_the_filters_are_the_weights_themselves_and_read_only(lenet):
    network = lenet.trained.network
    shapes = {key: found.shape for key, found in lenet.facts.weights.items()}
    assert shapes == {
        "c1": (6, 1, 5, 5), "c3": (16, 6, 5, 5), "c5": (120, 16, 5, 5), "f6": (84, 120, 1, 1), "output": (10, 84, 1, 1),
    }  # fmt: skip
    for key, found in lenet.facts.weights.items():
        weight = network.get_submodule(key).weight
        assert found.ctypes.data == weight.data_ptr()
        assert np.array_equal(found.reshape(weight.shape), weight.detach().numpy())
        assert not found.flags.writeable
        assert weight.detach().numpy().flags.writeable


def test_partial_convolutions_show_what_is_not_connected_as_nothing():
    facts = open_network(ModelChoice(ModelKind.UNTRAINED, "lenet5-1998")).facts
    assert facts.weights["c3"].shape == (16, 6, 5, 5)
    assert int((np.abs(facts.weights["c3"]).sum((2, 3)) == 0).sum()) == 16 * 6 - 60


def test_layers_without_shared_filters_have_none():
    facts = open_network(ModelChoice(ModelKind.UNTRAINED, "locally-connected")).facts
    assert list(facts.weights) == ["linear_1"]


def test_the_second_pass_of_a_layer_has_the_same_filters():
    shared = nn.Conv2d(2, 2, 1)
    facts = around(nn.Sequential(nn.Conv2d(1, 2, 1), shared, shared, nn.Flatten(), nn.Linear(32, 2))).facts
    assert facts.weights["1"] is not None
    assert np.array_equal(facts.weights["1"], facts.weights["1:2"])


def test_what_a_picture_makes_is_there_with_nothing_copied(lenet):
    made = lenet.inspect(picture(28, 28))
    assert list(made.maps) == ["input", *(row.key for row in lenet.facts.description.layers)]
    assert {key: maps.shape for key, maps in made.maps.items() if key != "input"} == {
        row.key: row.output for row in lenet.facts.description.layers
    }
    assert all(maps.dtype == np.float32 and not maps.flags.writeable and not maps.flags.owndata for maps in made.maps.values())
    assert all(step.shown(stage) in made.maps for step in lenet.facts.steps for stage in Stage)


def test_the_numbers_are_those_of_a_plain_forward(lenet):
    one = picture(28, 28)
    made = lenet.inspect(one)
    values = network_input(one, lenet.trained.preprocessing)
    with torch.no_grad():
        expected = lenet.trained.network(values)
    assert np.array_equal(made.maps["input"], values[0].numpy())
    assert np.array_equal(made.maps["output"][:, 0, 0], expected[0].numpy())
    assert np.array_equal(made.probabilities, torch.softmax(expected.double(), 1)[0].numpy())
    assert made.probabilities.sum() == pytest.approx(1, abs=1e-12)
    guess = lenet.trained.predict(one, 1)[0]
    assert guess.probability == made.probabilities.max()
    assert made.milliseconds > 0


def test_the_fitted_picture_is_what_the_network_sees(lenet):
    one = picture(28, 28)
    assert np.array_equal(lenet.inspect(one).fitted, np.repeat(one.values[:, :, None], 3, 2))
    colours = around(nn.Sequential(nn.Flatten(), nn.Linear(48, 2)), (3, 4, 4))
    coloured = picture(4, 4, 3)
    fitted = colours.inspect(coloured).fitted
    assert np.array_equal(fitted, coloured.values)
    assert fitted.flags.c_contiguous
    assert not fitted.flags.writeable


def test_how_the_picture_was_fitted_is_said(lenet):
    assert lenet.inspect(picture(20, 20)).fit is Fit.PAD
    assert lenet.inspect(picture(90, 60)).fit is Fit.CROP
    assert lenet.inspect(picture(90, 60), Fit.DIGIT).fit is Fit.DIGIT
    with pytest.raises(ValueError, match="60x90 pixels cannot be padded"):
        lenet.inspect(picture(90, 60), Fit.PAD)


def test_an_altered_network_shows_what_it_makes_and_is_itself_again(lenet, state):
    one, before = picture(28, 28), state(lenet.trained.network)
    plain, silent = lenet.inspect(one), lenet.inspect(one, alterations=(SILENCE,))
    assert not silent.maps["c3"][:2].any()
    assert not np.array_equal(plain.probabilities, silent.probabilities)
    assert np.array_equal(lenet.inspect(one).probabilities, plain.probabilities)
    with pytest.raises(ValueError, match="no layer 'c9' to alter"):
        lenet.inspect(one, alterations=(Alteration("c9", Change.SILENCE, (0,)),))
    assert state(lenet.trained.network) == before


def test_a_pass_can_be_cancelled(lenet, state):
    before = state(lenet.trained.network)
    with pytest.raises(Cancelled):
        lenet.inspect(picture(28, 28), cancel=lambda: True)
    assert state(lenet.trained.network) == before


# ---- other people's networks -----------------------------------------------------------------------------------


class Calling(nn.Module):
    """Does what it is given."""

    def __init__(self, function) -> None:
        super().__init__()
        self.forward = function


def simple(*more: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 1, 3), nn.Flatten(), nn.Linear(4, 2), *more)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_network_of_other_precision_is_shown_in_float32(dtype):
    one = around(simple().to(dtype))
    made = one.inspect(picture(4, 4))
    assert all(maps.dtype == np.float32 for maps in (*made.maps.values(), *one.facts.weights.values()))


def test_outputs_that_are_not_one_number_a_class_are_refused():
    with pytest.raises(ValueError, match=r"gives \(1, 3\) for one picture, and for 2 classes it would have to be \(1, 2\)"):
        around(simple(nn.Linear(2, 3))).inspect(picture(4, 4))


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_where_an_output_is_not_finite_the_maps_are_seen_and_no_class_is_likely(value):
    inspection = around(simple(Calling(lambda units: units.index_fill(1, torch.tensor([0]), value)))).inspect(picture(4, 4))
    assert np.isfinite(inspection.maps["0"]).all()
    assert not np.isfinite(inspection.maps["3"]).all()
    assert np.isnan(inspection.probabilities).all()


@pytest.mark.parametrize("foreign", [False, True])
def test_a_forward_that_raises_is_a_sentence(foreign):
    def fail(units: Tensor) -> Tensor:
        raise KeyError("mine")

    with pytest.raises(ValueError, match="1 × 4 × 4 stops after layer '2': KeyError: 'mine'"):
        around(simple(Calling(fail)), foreign=foreign)


def test_a_forward_that_raises_at_some_pictures_is_a_sentence(state):
    def fail(units: Tensor) -> Tensor:
        if units.any():
            raise KeyError("mine")
        return units

    network = nn.Sequential(Calling(fail), *simple())
    one, before = around(network, foreign=True), state(network)
    with pytest.raises(ValueError, match="1 × 4 × 4 cannot enter layer '0': KeyError: 'mine'"):
        one.inspect(picture(4, 4))
    assert state(network) == before


def test_a_forward_that_returns_a_tuple_is_a_sentence():
    with pytest.raises(ValueError, match="gives a tuple of 2 for one picture, and for 2 classes"):
        around(chain(body=simple(), pair=Twice()), foreign=True).inspect(picture(4, 4))


class Twice(nn.Sequential):
    """Holds a layer, so that it is none itself."""

    def __init__(self) -> None:
        super().__init__(nn.Identity())

    def forward(self, units: Tensor) -> tuple[Tensor, Tensor]:
        return self[0](units), units


def endless(entered: threading.Event) -> nn.Module:
    def forward(maps: Tensor) -> Tensor:
        while maps.any():
            entered.set()
        return maps

    return nn.Sequential(Calling(forward), *simple()).train()


def test_a_forward_that_never_ends_is_cancelled_and_the_network_handed_back(state):
    entered = threading.Event()
    network = endless(entered)
    one, before = around(network, foreign=True), state(network)
    with pytest.raises(Cancelled):
        one.inspect(picture(4, 4), cancel=entered.is_set)
    assert state(network) == before


def test_a_forward_that_takes_too_long_is_ended(state, monkeypatch):
    monkeypatch.setattr("inspector.nets.prepared.LONGEST", 0.1)
    network = endless(threading.Event())
    one, before = around(network, foreign=True), state(network)
    with pytest.raises(ValueError, match=r"forward was stopped: it did not end within 0\.1 seconds"):
        one.inspect(picture(4, 4))
    assert state(network) == before


def test_foreign_code_gives_the_same_as_our_own():
    network, one = entry("simple-cnn").build(), picture(28, 28)
    ours, theirs = (around(network, (1, 28, 28), 10, foreign=foreign).inspect(one) for foreign in (False, True))
    assert all(np.array_equal(ours.maps[key], theirs.maps[key]) for key in ours.maps)
    assert np.array_equal(ours.probabilities, theirs.probabilities)


def test_the_code_of_a_user_is_foreign(tmp_path):
    path = tmp_path / "own.py"
    path.write_text("from inspector.nets import entry\n\ndef net():\n    return entry('simple-cnn').build()\n", encoding="utf-8")
    one = open_network(ModelChoice(ModelKind.CODE, f"{path}:net"))
    assert one.trained.foreign
    assert one.facts.description.parameters == 4_266
    assert one.inspect(picture(28, 28)).maps["conv_1"].shape == (4, 28, 28)


def test_a_network_none_of_whose_layers_makes_maps_is_refused():
    with pytest.raises(ValueError, match="no layer of T makes maps of a picture, so that there is nothing to look at"):
        around(Calling(lambda maps: maps.flatten()), classes=0)
