"""Layers recomputed by the engine: the shipped networks agree with torch, what is wrong shows, what cannot be is said."""

import json
from math import inf

import numpy as np
import pytest
import torch
from torch import nn

import kernels
from inspector import cli
from inspector.core.images import read_picture
from inspector.core.network.agreement import NEAR
from inspector.core.network.settings import Alteration, Answers, Change, ModelChoice, ModelKind
from inspector.core.resources import sample
from inspector.nets import agreements, entries, open_network, shipped_card
from inspector.nets.agreement import CHECKED, Passed, agreement
from inspector.nets.layers import LocallyConnected2d, PartialConv2d, Subsampling
from kernels import Cancelled

SHIPPED = [entry.id for entry in entries() if shipped_card(entry)]
LENET = ["activations", "sample:digits", "--model", "lenet5", "--check"]


@pytest.fixture
def digits():
    return read_picture(sample("digits").path)


def opened(name: str, kind: ModelKind = ModelKind.SHIPPED):
    return open_network(ModelChoice(kind, name))


def passed(layer: nn.Module, given: torch.Tensor) -> Passed:
    with torch.no_grad():
        made = layer.eval()(given.clone())
    return Passed("layer", layer, given, made if isinstance(made, torch.Tensor) else made[0])


@pytest.mark.parametrize("name", SHIPPED)
def test_the_engine_computes_what_the_shipped_networks_compute(name, digits, state) -> None:
    network = opened(name)
    before = state(network.trained.network)
    found = agreements(network, digits)
    assert [one.layer for one in found] == [
        name for name, layer in network.trained.network.named_modules() if isinstance(layer, CHECKED)
    ]
    assert all(one.agrees and one.differences["cpu"] <= NEAR for one in found), found
    assert state(network.trained.network) == before


@pytest.mark.parametrize("name", ["lenet5-1998", "resnet18"])
def test_networks_without_weights_too(name, digits) -> None:
    assert all(one.agrees for one in agreements(opened(name, ModelKind.UNTRAINED), digits))


def test_a_wrong_weight_shows_in_its_layer_alone(digits) -> None:
    """Torch uses one weight that the layer does not show."""
    network = opened("lenet5")
    layer = network.trained.network.get_submodule("c3")

    def wrong(layer: nn.Conv2d, given, made):
        weight = layer.weight.clone()
        weight[3, 2, 1, 1] += 0.01
        return nn.functional.conv2d(*given, weight, layer.bias)

    hook = layer.register_forward_hook(wrong)
    found = {one.layer: one.agrees for one in agreements(network, digits)}
    hook.remove()
    assert [name for name, agrees in found.items() if not agrees] == ["c3"]
    assert all(one.agrees for one in agreements(network, digits))


def test_what_alterations_change_behind_a_layer_is_no_difference(digits) -> None:
    changes = Alteration("c1", Change.SCALE, (0, 1), 3.0), Alteration("c3", Change.SILENCE, (2,))
    found = agreements(opened("lenet5"), digits, None, changes)
    assert all(one.agrees for one in found)


def test_only_what_is_asked_for_and_until_it_is_cancelled(digits) -> None:
    assert [one.layer for one in agreements(opened("lenet5"), digits, keys=["s2", "c5", "tanh1"])] == ["s2", "c5"]
    with pytest.raises(Cancelled):
        agreements(opened("lenet5"), digits, cancel=lambda: True)


def test_memory_that_is_used_again_does_not_disturb(digits, tmp_path) -> None:
    """Torch writes the activations over what the convolution has made."""
    code = "from torch import nn\ndef net():\n    same = nn.Conv2d(1, 1, 3, padding=1)\n"
    code += "    rest = nn.Hardtanh(inplace=True), nn.Flatten(), nn.Linear(64, 3)\n"
    code += "    return nn.Sequential(same, nn.ReLU(inplace=True), same, *rest)\n"
    (tmp_path / "own.py").write_text(code)
    answers = Answers(input=(1, 8, 8), mean=(0.0,), std=(1.0,))
    network = open_network(ModelChoice(ModelKind.CODE, f"{tmp_path / 'own.py'}:net", answers))
    found = agreements(network, digits)
    assert [(one.layer, one.agrees) for one in found] == [("0", True), ("0:2", True), ("5", True)]


LAYERS = [
    nn.Conv2d(4, 6, 3, padding="same", dilation=2),
    nn.Conv2d(4, 6, (2, 3), padding="same"),
    nn.Conv2d(4, 8, 3, stride=(2, 1), padding=(0, 2), groups=2, bias=False),
    nn.Conv2d(4, 4, 3, padding=2, padding_mode="reflect"),
    nn.Conv2d(4, 4, (3, 2), padding="same", padding_mode="circular"),
    nn.Conv2d(4, 4, 3, padding=1, padding_mode="replicate"),
    nn.Conv2d(4, 5, 1, padding="valid").double(),
    nn.MaxPool2d(3, 2, 1, ceil_mode=True),
    nn.MaxPool2d(2, dilation=2, return_indices=True),
    nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False),
    nn.AdaptiveAvgPool2d((3, None)),
    nn.AdaptiveMaxPool2d(1),
    nn.Linear(12, 5),
    PartialConv2d(4, ((0, 1), (2,), (1, 3, 0)), 3),
    LocallyConnected2d(4, 3, 3, (9, 12), padding=1),
    Subsampling(4),
]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")  # torch tells that it copies
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_every_kind_of_layer_with_its_settings(layer) -> None:
    kind = next((one.dtype for one in layer.parameters()), torch.float32)
    given = torch.randn(2, 4, 9, 12, generator=torch.Generator().manual_seed(0)).to(kind)
    assert agreement(passed(layer, given), ["cpu"]).agrees


def test_one_picture_without_an_axis_for_it() -> None:
    assert agreement(passed(nn.Conv2d(4, 2, 3), torch.randn(4, 7, 7)), ["cpu"]).agrees
    assert agreement(passed(nn.Linear(7, 3), torch.randn(7)), ["cpu"]).agrees


class Own(nn.Conv2d):
    def forward(self, maps):
        return 2 * super().forward(maps)


@pytest.mark.parametrize(
    ("layer", "given", "says"),
    [
        (Own(4, 2, 3), torch.ones(1, 4, 7, 7), "computes in its own way, not as Conv2d"),
        (nn.ConvTranspose2d(4, 2, 3), torch.ones(1, 4, 7, 7), "the engine has no such layer"),
        (nn.Conv1d(4, 2, 3), torch.ones(1, 4, 7), "the engine has no such layer"),
        (nn.AvgPool2d(2, divisor_override=3), torch.ones(1, 4, 7, 7), "divides by a number of its own"),
        (nn.AdaptiveAvgPool2d(3), torch.ones(1, 4, 7, 7), "its windows differ from unit to unit"),
        (nn.Conv2d(4, 2, 3).bfloat16(), torch.ones(1, 4, 7, 7).bfloat16(), "it computes in bfloat16"),
        (nn.Conv2d(4, 2, 3), torch.ones(0, 4, 7, 7), "x must have shape"),
    ],
)
def test_what_cannot_be_recomputed_says_why(layer, given, says) -> None:
    found = agreement(passed(layer, given), ["cpu"])
    assert (found.agrees, dict(found.differences)) == (None, {})
    assert found.reason.startswith("cannot be recomputed: ")
    assert says in found.reason


def test_a_gpu_that_fails_leaves_what_the_cpu_found() -> None:
    if any(device.id == "gpu" and device.available for device in kernels.devices()):
        pytest.skip("there is a GPU in order")
    found = agreement(passed(nn.Linear(3, 2), torch.ones(1, 3)), ["cpu", "gpu"])
    assert found.agrees
    assert 'device "gpu" is not available' in found.reason


def test_numbers_that_are_none_agree_where_torch_has_them_too() -> None:
    layer, given = nn.Conv2d(1, 1, 3), torch.ones(1, 1, 6, 6)
    given[0, 0, 0, 0] = torch.nan
    one = passed(layer, given)
    assert agreement(one, ["cpu"]).agrees
    assert one.made is not None
    one.made[0, 0, 3, 3] = torch.inf
    assert agreement(one, ["cpu"]).differences == {"cpu": inf}


# ---- the command line ------------------------------------------------------------------------------------------


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(words) == 0
    return capsys.readouterr().out


def test_the_check_as_json(capsys, tmp_path) -> None:
    rows = {row["layer"]: row for row in json.loads(printed(capsys, *LENET, "--json", "-o", str(tmp_path)))["layers"]}
    assert rows["flatten"]["check"] is None
    for name in ("c1", "s2", "c3", "s4", "c5", "f6", "output"):
        check = rows[name]["check"]
        assert (check["agrees"], check["reason"]) == (True, "")
        assert 0 <= check["differences"]["cpu"] <= NEAR


def test_the_check_as_a_column(capsys, tmp_path) -> None:
    lines = printed(capsys, *LENET, "--layer", "c3", "--layer", "flatten", "-o", str(tmp_path)).splitlines()
    assert "dead  max |Δ| cpu  file" in lines[1]
    assert float(lines[2].split()[-2]) <= NEAR
    assert lines[3].split()[-2] == "–"
    assert lines[4] == "1 of 1 layers, recomputed from their inputs, agree with torch within 1e-05 of the largest value"


def test_without_the_check_nothing_is_said_of_it(capsys, tmp_path) -> None:
    words = [word for word in LENET if word != "--check"]
    assert "check" not in json.loads(printed(capsys, *words, "--json", "-o", str(tmp_path)))["layers"][0]


def test_a_wrong_engine_shows(capsys, tmp_path, monkeypatch) -> None:
    right = kernels.conv2d
    monkeypatch.setattr(kernels, "conv2d", lambda x, w, *rest, **options: right(x, np.roll(w, 1, axis=1), *rest, **options))
    text = printed(capsys, *LENET, "--layer", "c3", "--layer", "s4", "-o", str(tmp_path))
    assert "1 of 2 layers" in text
    assert "c3 (Conv2d) differs from torch" in text
