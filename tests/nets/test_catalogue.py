"""The networks on offer: ids, published counts, shapes, and that each of them computes."""

import subprocess
import sys

import pytest
import torch

from inspector.nets import entries, entry, outline
from inspector.nets.mlp import mlp1

IDS = [
    "lenet5", "lenet5-1998", "lenet-deck", "simple-cnn", "convnet83", "mlp1", "mlp3", "locally-connected", "vgg-deck",
    "vgg-compact", "vgg11", "vgg13", "vgg16", "vgg19", "vgg11-bn", "vgg13-bn", "vgg16-bn", "vgg19-bn",
    "alexnet", "resnet18", "resnet50",
]  # fmt: skip
PARAMETERS = {
    "lenet5": 61_706, "lenet5-1998": 60_000, "lenet-deck": 536_710, "simple-cnn": 40 + 296 + 3_930, "mlp1": 7_850,
    "mlp3": 266_610, "vgg-deck": 29_900_362, "alexnet": 61_100_840,
    "vgg11": 132_863_336, "vgg13": 133_047_848, "vgg13-bn": 133_053_736,
    "vgg16": 138_357_544, "vgg16-bn": 138_365_992, "vgg19": 143_667_240, "resnet18": 11_689_512, "resnet50": 25_557_032,
}  # fmt: skip
MACS = {
    "vgg11": 7_609_090_048, "vgg13": 11_308_466_176, "vgg16": 15_470_264_320, "vgg19": 19_632_062_464,
    "resnet18": 1_814_073_344, "resnet50": 4_089_184_256, "alexnet": 714_188_480,
}  # fmt: skip
SMALL = ["lenet5", "lenet5-1998", "lenet-deck", "simple-cnn", "convnet83", "mlp1", "mlp3", "locally-connected", "vgg-compact"]


def test_the_ids_are_those_that_scripts_know():
    assert sorted(one.id for one in entries()) == sorted(IDS)


@pytest.mark.parametrize(("id", "parameters"), PARAMETERS.items())
def test_parameters_are_the_published_ones(outlined, id, parameters):
    assert outlined(id).parameters == parameters


@pytest.mark.parametrize(("id", "macs"), MACS.items())
def test_operations_are_the_published_ones(outlined, id, macs):
    assert outlined(id).macs == macs


def test_features_of_vgg16_alone(outlined):
    features = [layer for layer in outlined("vgg16").layers if layer.name.startswith("features")]
    assert sum(layer.parameters for layer in features) == 14_714_688
    assert sum(layer.macs for layer in features) == 15_346_630_656


def test_batch_norm_costs_parameters_but_no_counted_operations(outlined):
    for depth in ("11", "13", "16", "19"):
        plain, normed = outlined(f"vgg{depth}"), outlined(f"vgg{depth}-bn")
        channels = sum(layer.output[0] for layer in plain.layers if layer.kind == "Conv2d")
        assert normed.parameters == plain.parameters + 2 * channels
        assert normed.macs == plain.macs


def test_the_layers_of_the_lenet_of_the_lecture(outlined):
    counted = [layer.parameters for layer in outlined("lenet-deck").layers if layer.parameters]
    assert counted == [500, 45_100, 490_100, 1_010]


def test_the_blocks_of_the_vgg_of_the_lecture(outlined):
    rows = outlined("vgg-deck").layers
    blocks = [sum(row.parameters for row in rows if row.name.startswith(f"conv{number}")) for number in "1234"]
    assert blocks == [38_720, 221_440, 885_248, 3_539_968]
    assert sum(row.parameters for row in rows if row.name.startswith("linear")) == 25_214_986


def test_the_sizes_of_the_83_pixel_network(outlined):
    assert [layer.output for layer in outlined("convnet83").layers if layer.kind in ("Conv2d", "MaxPool2d")] == [
        (64, 75, 75), (64, 14, 14), (256, 6, 6), (256, 1, 1),
    ]  # fmt: skip


def test_the_compact_vgg_is_small(outlined):
    assert outlined("vgg-compact").parameters <= 5_000_000


def test_without_sharing_the_products_stay_and_the_weights_multiply(outlined):
    shared, local = outlined("simple-cnn"), outlined("locally-connected")
    assert local.macs == shared.macs
    assert local.parameters > 20 * shared.parameters


def test_the_linear_network_has_the_size_that_the_lecture_gives_for_cifar():
    assert sum(p.numel() for p in mlp1(3 * 32 * 32).parameters()) == 30_730  # "0.03 million"


def test_connections_of_lenet5_as_published(outlined):
    """LeCun et al. count every weight and every bias, at every place: 340,908."""
    rows = {layer.name: layer for layer in outlined("lenet5-1998").layers}
    places = {name: row.output[1] * row.output[2] for name, row in rows.items()}
    shared = sum(rows[name].parameters * places[name] for name in ("c1", "c3", "c5", "f6"))
    pooled = sum(5 * rows[name].output[0] * places[name] for name in ("s2", "s4"))  # four pixels and a bias
    assert shared + pooled + rows["output"].macs == 340_908


@pytest.mark.parametrize("id", IDS)
def test_every_network_ends_in_a_score_for_each_class(outlined, id):
    assert outlined(id).input == entry(id).input
    assert outlined(id).layers[-1].output == (entry(id).classes, 1, 1)


@pytest.mark.parametrize("id", SMALL)
def test_small_networks_compute_finite_scores(id):
    torch.manual_seed(1)
    network = entry(id).build().eval()
    with torch.no_grad():
        scores = network(torch.rand(2, *entry(id).input))
    assert scores.shape == (2, entry(id).classes)
    assert torch.isfinite(scores).all()


@pytest.mark.parametrize("id", SMALL)
def test_every_parameter_of_a_small_network_learns(id):
    torch.manual_seed(1)
    network = entry(id).build().eval()
    network(torch.rand(4, *entry(id).input)).square().sum().backward()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_no_activation_works_in_place():
    """What went into it would be overwritten, and could not be shown."""
    with torch.device("meta"):
        networks = [one.build() for one in entries()]
    assert not [module for network in networks for module in network.modules() if getattr(module, "inplace", False)]


def test_building_all_without_memory_does_not_wake_the_compiler():
    """Recognizing a file of weights builds every network on the "meta" device; torch's compiler takes a second to import."""
    build = "import sys, torch; from inspector.nets import entries\nwith torch.device('meta'): [one.build() for one in entries()]"
    subprocess.run([sys.executable, "-c", f"{build}\nsys.exit('torch._dynamo' in sys.modules)"], check=True)


@pytest.mark.parametrize(("id", "named"), [("vgg61", "vgg16"), ("LeNet5", "lenet5"), ("resnet", "resnet18"), ("?", "alexnet")])
def test_an_unknown_id_names_similar_ones(id, named):
    with pytest.raises(ValueError, match=named):
        entry(id)


def test_other_sizes_are_allowed_and_other_channels_refused():
    assert outline(entry("vgg16"), (3, 100, 50)).layers[-1].output == (1000, 1, 1)
    with pytest.raises(ValueError, match="3 channels, not of 1"):
        outline(entry("vgg16"), (1, 224, 224))
