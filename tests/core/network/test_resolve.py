"""Whatever is chosen, something that is there is shown and rightly named."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.network.facts import Description, LayerFacts
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.resolve import altered_text, resolve_network
from inspector.core.network.settings import Alteration, Change, NetworkSettings, Stage
from inspector.core.network.steps import steps

LAW = settings(deadline=None, derandomize=True, max_examples=100)
CHOSEN = NetworkSettings()
NAMES = ("conv", "relu", "pool", "flatten", "fc")
CHOICES = st.builds(
    NetworkSettings, layer=st.sampled_from([*NAMES, "", "input", "other"]), stage=st.sampled_from(list(Stage)),
    map=st.integers(-3, 300), unit=st.none() | st.tuples(st.integers(-9, 99), st.integers(-9, 99)),
)  # fmt: skip


def network(*layers: tuple[str, str, tuple[int, int, int]]) -> NetworkFacts:
    """Layers (name, kind, output), each taking the one before."""
    before = ["input", *(name for name, _, _ in layers)]
    rows = tuple(
        LayerFacts(*layer, parameters=0, macs=0, bytes=0, receptive_field=None, takes=takes)
        for layer, takes in zip(layers, before, strict=False)
    )
    description = Description((3, 8, 9), 0, 0, rows)
    return NetworkFacts("", "", description, steps(description), (), (), (), {})


DEEP = network(
    ("conv", "Conv2d", (5, 8, 9)), ("norm", "BatchNorm2d", (5, 8, 9)), ("relu", "ReLU", (5, 8, 9)), ("fc", "Linear", (10, 1, 1))
)


@LAW
@given(CHOICES)
def test_any_choice_shows_a_map_and_a_unit_that_exist(settings):
    resolved = resolve_network(settings, DEEP)
    assert resolved.view is not None
    outputs = {layer.key: layer.output for layer in DEEP.description.layers} | {"input": DEEP.description.input}
    channels, height, width = outputs[resolved.view.key]
    assert 0 <= resolved.view.map < channels
    if resolved.view.unit is not None:
        assert 0 <= resolved.view.unit[0] < height
        assert 0 <= resolved.view.unit[1] < width
    again = replace(settings, layer=resolved.layer, map=resolved.view.map, unit=resolved.view.unit)
    assert resolve_network(again, DEEP) == resolved


def test_without_a_network_there_is_nothing_to_show_but_the_changes_are_still_said():
    changed = replace(CHOSEN, alterations=(Alteration("conv", Change.SILENCE, (1,)),))
    resolved = resolve_network(changed, None)
    assert (resolved.layer, resolved.step, resolved.view, resolved.label) == ("", None, None, "")
    assert resolved.altered == "altered: 1 map silenced in conv"


@pytest.mark.parametrize(
    ("layer", "stage", "key", "label"),
    [
        ("conv", Stage.AFTER, "relu", "conv · after ReLU · 5 maps of 8 × 9"),
        ("conv", Stage.BEFORE, "norm", "conv · before ReLU · 5 maps of 8 × 9"),
        ("fc", Stage.BEFORE, "fc", "fc · no activation function · 10 units"),
        ("input", Stage.AFTER, "input", "input · standardized · 3 channels of 8 × 9"),
        ("relu", Stage.AFTER, "relu", "conv · after ReLU · 5 maps of 8 × 9"),
        ("gone", Stage.AFTER, "relu", "conv · after ReLU · 5 maps of 8 × 9"),
    ],
)
def test_the_label_says_which_tensor_it_is(layer, stage, key, label):
    resolved = resolve_network(replace(CHOSEN, layer=layer, stage=stage), DEEP)
    assert resolved.view is not None
    assert (resolved.view.key, resolved.label) == (key, label)


def test_an_activation_function_on_its_own_row_has_only_an_after():
    facts = network(("pool", "MaxPool2d", (1, 4, 4)), ("relu", "ReLU", (1, 4, 4)), ("tanh", "Tanh", (1, 4, 4)))
    assert resolve_network(replace(CHOSEN, layer="tanh", stage=Stage.BEFORE), facts).label == "tanh · after Tanh · 1 map of 4 × 4"


def test_a_layer_that_is_folded_into_a_later_row_is_found_there():
    facts = network(("conv", "Conv2d", (1, 4, 4)), ("pool", "MaxPool2d", (1, 2, 2)), ("relu", "ReLU", (1, 2, 2)))
    assert resolve_network(replace(CHOSEN, layer="relu"), facts).layer == "pool"


def test_the_first_row_with_an_image_plane_is_shown_at_the_start():
    flat, deep = ("flatten", "Flatten", (16, 1, 1)), ("conv", "Conv2d", (2, 4, 4))
    assert resolve_network(CHOSEN, network(flat, deep)).layer == "conv"
    assert resolve_network(CHOSEN, network(flat)).layer == "flatten"


def test_without_image_planes_the_first_layer_that_has_learnt_is_shown():
    facts = network(("flatten", "Flatten", (16, 1, 1)), ("fc", "Linear", (4, 1, 1)), ("out", "Linear", (2, 1, 1)))
    layers = tuple(replace(layer, parameters=9 * (layer.kind == "Linear")) for layer in facts.description.layers)
    description = replace(facts.description, layers=layers)
    assert resolve_network(CHOSEN, replace(facts, description=description, steps=steps(description))).layer == "fc"
    assert resolve_network(CHOSEN, network()).layer == "input"


def test_the_filters_are_those_of_the_layer_whose_maps_are_shown(facts):
    def weights(layer):
        view = resolve_network(replace(CHOSEN, layer=layer), facts).view
        return None if view is None else view.weights

    assert [weights(layer) for layer in ("conv", "pool", "input", "fc")] == ["conv", "", "", "fc"]


def test_how_maps_are_sorted_and_coloured_is_passed_on():
    view = resolve_network(replace(CHOSEN, opacity=0.25, fixed=(1.0, 2.0)), DEEP).view
    assert view is not None
    assert (view.order, view.colouring, view.opacity, view.fixed) == (CHOSEN.order, CHOSEN.colouring, 0.25, (1.0, 2.0))


def test_changes_are_summed_up_for_each_layer():
    assert altered_text(()) == ""
    silenced = Alteration("conv1", Change.SILENCE, (3, 4)), Alteration("conv1", Change.SILENCE, (4, 5))
    swap = Alteration("conv2", Change.SWAP, (0, 1))
    assert altered_text((*silenced, swap)) == "altered: 3 maps silenced in conv1, 1 swap in conv2"
    scaled, dropped = Alteration("fc", Change.SCALE, (0,), 2.0), Alteration("conv1", Change.DROP, (), 0.125, 7)
    assert altered_text((scaled, swap, swap, dropped)) == (
        "altered: 1 map scaled in fc, 2 swaps in conv2, 12.5 % of maps dropped in conv1"
    )
