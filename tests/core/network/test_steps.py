"""The rows of the layer list: what is folded into one, and what is not."""

from inspector.core.network.facts import Description, LayerFacts
from inspector.core.network.settings import Stage
from inspector.core.network.steps import Step, steps


def layer(name: str, kind: str, takes: str, *, call: int = 1, parameters: int = 0, macs: int = 0) -> LayerFacts:
    return LayerFacts(name, kind, (4, 8, 8), parameters, macs, 1024, None, call, takes)


def rows(*layers: LayerFacts) -> tuple[Step, ...]:
    return steps(Description((1, 8, 8), 0, 0, layers))


def keys(found: tuple[Step, ...]) -> list[tuple[str, str, str, str]]:
    return [(step.key, step.before, step.after, step.activation) for step in found]


def test_norm_and_activation_are_folded_into_the_layer_that_feeds_them():
    found = rows(
        layer("conv", "Conv2d", "input", parameters=40, macs=900),
        layer("norm", "BatchNorm2d", "conv", parameters=8),
        layer("relu", "ReLU", "norm"),
        layer("pool", "MaxPool2d", "relu"),
    )
    assert keys(found) == [("conv", "norm", "relu", "ReLU"), ("pool", "pool", "pool", "")]
    assert (found[0].facts.parameters, found[0].facts.macs) == (48, 900)
    assert [found[0].shown(stage) for stage in (Stage.BEFORE, Stage.AFTER)] == ["norm", "relu"]
    assert [found[1].shown(stage) for stage in (Stage.BEFORE, Stage.AFTER)] == ["pool", "pool"]


def test_an_activation_that_is_fed_by_no_layer_is_a_row_of_its_own():
    found = rows(layer("conv", "Conv2d", "input"), layer("relu", "ReLU", ""))
    assert keys(found) == [("conv", "conv", "conv", ""), ("relu", "relu", "relu", "ReLU")]


def test_what_is_fed_by_another_than_the_last_row_is_a_row_of_its_own():
    found = rows(layer("left", "Conv2d", "input"), layer("right", "Conv2d", "input"), layer("relu", "ReLU", "left"))
    assert [step.key for step in found] == ["left", "right", "relu"]


def test_a_row_has_one_activation():
    found = rows(layer("conv", "Conv2d", "input"), layer("relu", "ReLU", "conv"), layer("tanh", "Tanh", "relu"))
    assert keys(found) == [("conv", "conv", "relu", "ReLU"), ("tanh", "tanh", "tanh", "Tanh")]


def test_the_second_pass_of_a_layer_is_a_row_of_its_own():
    found = rows(
        layer("conv", "Conv2d", "input"), layer("relu", "ReLU", "conv"),
        layer("conv", "Conv2d", "relu", call=2), layer("relu", "ReLU", "conv:2", call=2),
    )  # fmt: skip
    assert keys(found) == [("conv", "conv", "relu", "ReLU"), ("conv:2", "conv:2", "relu:2", "ReLU")]


def test_no_layers_have_no_rows():
    assert rows() == ()
